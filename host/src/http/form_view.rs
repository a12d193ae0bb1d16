//! Forms from described fields, both ways: [`FormView`] draws fields with answers and errors, [`answers`] reads what a browser
//! posted back into the JSON that `twoway_manifest::check_form` checks. What was typed is kept, right or wrong.

use super::components::{ActionButton, Look, Markup, exact};
use super::page::Shell;
use super::texts::{self, Locale, TextValue, Texts};
use super::writing::{grouped, written};
use askama::Template;
use serde_json::{Map, Value};
use twoway_manifest::{Field, FieldError, FieldProblem, FieldType};

const CHINA_OFFSET_MS: i64 = 8 * 3_600_000;

/// Reads a posted form. Names that begin with `_` belong to the page (`_version`, `_intent`) and are left out; names that the form
/// does not know are kept, so that the check refuses them. What cannot be read as its type stays text, and is refused there too.
pub fn answers(fields: &[Field], pairs: &[(String, String)]) -> Value {
    let mut answers = Map::new();
    for field in fields {
        let mut given = pairs.iter().filter(|(name, _)| *name == field.key).map(|(_, value)| value.as_str());
        let answer = match field.kind {
            FieldType::Choices | FieldType::Persons => {
                let list: Vec<Value> =
                    given.flat_map(str::lines).map(str::trim).filter(|v| !v.is_empty()).map(Value::from).collect();
                (!list.is_empty()).then(|| list.into())
            }
            FieldType::Lines => given.next().map(|text| {
                text.lines().map(str::trim).filter(|line| !line.is_empty()).map(Value::from).collect::<Vec<_>>().into()
            }),
            // An empty box is a "no"; a required one is drawn as a question with two answers, so that silence is seen.
            FieldType::Boolean => match given.next() {
                Some("true") => Some(true.into()),
                Some("false") => Some(false.into()),
                Some(other) => Some(other.into()),
                None => (!field.required).then(|| false.into()),
            },
            FieldType::Integer => {
                given.next().map(|text| text.trim().parse::<i64>().map_or_else(|_| text.trim().into(), Value::from))
            }
            FieldType::Instant => {
                given.next().map(|text| parse_local(text).map_or_else(|| text.trim().into(), Value::from))
            }
            _ => given.next().map(|text| text.replace("\r\n", "\n").into()),
        };
        if let Some(answer) = answer {
            answers.insert(field.key.clone(), answer);
        }
    }
    for (name, value) in pairs {
        if !name.starts_with('_') && !fields.iter().any(|f| f.key == *name) {
            answers.insert(name.clone(), value.as_str().into());
        }
    }
    answers.into()
}

/// `2026-11-23T18:30` on the clocks of China, in milliseconds since the epoch.
fn parse_local(text: &str) -> Option<i64> {
    let at = chrono::NaiveDateTime::parse_from_str(text.trim(), "%Y-%m-%dT%H:%M").ok()?;
    Some(at.and_utc().timestamp_millis() - CHINA_OFFSET_MS)
}

/// The value of one of the page's own fields (`_version`).
pub fn page_value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Where labels come from: `<prefix>-<key>`, help from `<prefix>-<key>-help`, choices from `choice-<key>-<value>`; a title or help
/// written into the field itself wins.
#[derive(Clone, Copy)]
pub struct FieldWords<'a> {
    texts: &'a Texts,
    locale: Locale,
    prefix: &'a str,
}

impl<'a> FieldWords<'a> {
    /// Labels among the host's texts: prefix `field-proposal`, say.
    pub fn host(locale: Locale, prefix: &'a str) -> Self {
        Self { texts: texts::host(), locale, prefix }
    }

    /// Labels among a plugin's texts: prefix `input-<action>`, `setting` or `field-<kind>`.
    pub fn plugin(texts: &'a Texts, locale: Locale, prefix: &'a str) -> Self {
        Self { texts, locale, prefix }
    }

    pub fn locale(&self) -> Locale {
        self.locale
    }

    pub fn label(&self, field: &Field) -> String {
        field
            .title
            .clone()
            .or_else(|| self.find(&format!("{}-{}", self.prefix, field.key)))
            .unwrap_or_else(|| field.key.clone())
    }

    fn help(&self, field: &Field) -> Option<String> {
        field.help.clone().or_else(|| self.find(&format!("{}-{}-help", self.prefix, field.key)))
    }

    pub fn choice(&self, field: &Field, value: &str) -> String {
        let title = field.options.iter().find(|o| o.value == value).and_then(|o| o.title.clone());
        title.or_else(|| self.find(&format!("choice-{}-{value}", field.key))).unwrap_or_else(|| value.to_string())
    }

    fn unit(&self, field: &Field) -> Option<String> {
        let unit = field.unit.as_ref()?;
        // The name of a text has no spaces: "working days" is `unit-working-days`.
        let key = format!("unit-{}", unit.replace(' ', "-"));
        Some(self.find(&key).or_else(|| texts::host().get(self.locale, &key, &[])).unwrap_or_else(|| unit.clone()))
    }

    fn find(&self, key: &str) -> Option<String> {
        self.texts.get(self.locale, key, &[])
    }

    /// An answer as people read it; none where nothing was answered. Seals and secrets are the caller's to respect.
    pub fn said(&self, field: &Field, answer: &Value) -> Option<String> {
        let unit = self.unit(field);
        Some(match (field.kind, answer) {
            (_, Value::Null) => return None,
            (FieldType::Boolean, Value::Bool(yes)) => self.locale.t(if *yes { "answer-yes" } else { "answer-no" }),
            (FieldType::Instant, Value::Number(n)) => written(self.locale, &exact(n.as_i64()?)),
            (FieldType::Choice, Value::String(value)) => self.choice(field, value),
            (_, Value::Array(list)) => {
                let one = |v: &Value| {
                    v.as_str()
                        .map(|v| if field.kind == FieldType::Choices { self.choice(field, v) } else { v.to_string() })
                };
                list.iter().filter_map(one).collect::<Vec<_>>().join(&self.locale.t("list-comma"))
            }
            (_, Value::Number(n)) => match unit {
                Some(unit) => self.locale.t2("quantity", "n", grouped(&n.to_string()), "unit", unit),
                None => grouped(&n.to_string()),
            },
            (_, Value::String(text)) => written(self.locale, text),
            (_, other) => other.to_string(),
        })
    }
}

/// The words for what is wrong with an answer.
pub fn problem_text(locale: Locale, label: &str, problem: &FieldProblem) -> String {
    let key = format!("form-problem-{}", problem.code());
    texts::t(
        locale,
        &key,
        &[("label", label.text_value()), ("bound", problem.bound().unwrap_or_default().text_value())],
    )
}

/// How a field is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    Line,
    Text,
    Date,
    Time,
    DateTime,
    Number,
    Checkbox,
    YesNo,
    Radios,
    Checks,
    Select,
    Email,
    Tel,
    /// An identity number or credit code: capitals and digits, no spelling help.
    Code,
    File,
    Password,
}

impl Control {
    fn input_type(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Time => "time",
            Self::DateTime => "datetime-local",
            Self::Number => "number",
            Self::Email => "email",
            Self::Tel => "tel",
            Self::File => "file",
            Self::Password => "password",
            _ => "text",
        }
    }

    /// Several inputs under one question.
    fn is_group(self) -> bool {
        matches!(self, Self::YesNo | Self::Radios | Self::Checks)
    }
}

#[derive(Clone, Debug)]
pub struct OptionView {
    pub value: String,
    pub label: String,
    pub selected: bool,
}

#[derive(Clone, Debug)]
pub struct FormField {
    pub name: String,
    pub id: String,
    pub label: String,
    pub help: Option<String>,
    pub error: Option<String>,
    pub control: Control,
    pub value: String,
    pub options: Vec<OptionView>,
    pub required: bool,
    pub unit: Option<String>,
    pub min: Option<i64>,
    pub max: Option<i64>,
    pub max_length: Option<u32>,
    /// The browser hides the field unless the named one has this value; the server ignores it then.
    pub show_if: Option<(String, String)>,
    /// Says that the answer is kept under lock: sensitive personal data or minors' data.
    pub sealed: bool,
    /// The browser's autocomplete word.
    pub autocomplete: Option<&'static str>,
    /// The answer stands: it is shown to read, with why.
    pub locked: Option<Locked>,
    /// Several files go in here: how many at most, and the bytes of the largest.
    pub files: Option<(usize, usize)>,
}

/// An answer that can be read and not changed.
#[derive(Clone, Debug)]
pub struct Locked {
    said: Option<String>,
    why: String,
    /// What the form sends back, so that conditions on it hold.
    values: Vec<String>,
}

impl FormField {
    /// A field of a page that has no description: sign-in, a reason, a search.
    pub fn plain(name: &str, label: impl Into<String>, control: Control) -> Self {
        Self {
            name: name.into(),
            id: format!("f-{name}"),
            label: label.into(),
            help: None,
            error: None,
            control,
            value: String::new(),
            options: Vec::new(),
            required: false,
            unit: None,
            min: None,
            max: None,
            max_length: None,
            show_if: None,
            sealed: false,
            autocomplete: None,
            locked: None,
            files: None,
        }
    }

    fn new(field: &Field, words: &FieldWords<'_>, answers: &Value) -> Self {
        // What the form offers stands only in a form that nobody has touched yet.
        let untouched = answers.as_object().is_none_or(Map::is_empty);
        let offered = field.default.as_ref().filter(|_| untouched);
        let answer = answers.get(&field.key).or(offered).unwrap_or(&Value::Null);
        let chosen = |value: &str| match answer {
            Value::Array(list) => list.iter().any(|v| v.as_str() == Some(value)),
            Value::Bool(yes) => value == if *yes { "true" } else { "false" },
            other => other.as_str() == Some(value),
        };
        let option = |value: &str, label: String| OptionView { value: value.into(), label, selected: chosen(value) };
        let options: Vec<_> = match field.kind {
            FieldType::Boolean if field.required => {
                [("true", "answer-yes"), ("false", "answer-no")].map(|(v, key)| option(v, words.locale.t(key))).into()
            }
            _ => field.options.iter().map(|o| option(&o.value, words.choice(field, &o.value))).collect(),
        };
        Self {
            control: control_of(field),
            value: if field.secret { String::new() } else { typed(field, answer) },
            help: words.help(field),
            options,
            required: field.required,
            unit: words.unit(field),
            min: field.min,
            max: field.max,
            max_length: matches!(field.kind, FieldType::Line | FieldType::Text).then(|| field.effective_max_length()),
            show_if: field
                .show_if
                .as_ref()
                .map(|c| (c.field.clone(), c.equals.as_str().map_or_else(|| c.equals.to_string(), str::to_string))),
            sealed: field.class.is_sealed() || field.secret,
            ..Self::plain(&field.key, words.label(field), Control::Line)
        }
    }

    /// The endings that a box for files offers.
    fn accepts(&self) -> String {
        let endings: Vec<String> = crate::files::ALLOWED.iter().map(|(ending, _)| format!(".{ending}")).collect();
        endings.join(",")
    }

    fn is_checked(&self) -> bool {
        self.value == "true"
    }

    /// The ids that describe the input, for `aria-describedby`.
    fn described_by(&self) -> String {
        let help = (self.help.is_some() || self.sealed).then(|| format!("{}-help", self.id));
        let error = self.error.is_some().then(|| format!("{}-error", self.id));
        [help, error].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    pub fn html(&self, shell: &Shell) -> Markup {
        Markup::of(&FieldHtml { shell, field: self })
    }
}

/// Up to five choices are seen at once, more fold into a list.
fn control_of(field: &Field) -> Control {
    match field.kind {
        FieldType::Line | FieldType::Person | FieldType::Record => Control::Line,
        FieldType::Text | FieldType::Lines | FieldType::Persons => Control::Text,
        FieldType::Date => Control::Date,
        FieldType::Time => Control::Time,
        FieldType::Instant => Control::DateTime,
        FieldType::Integer => Control::Number,
        FieldType::Boolean if field.required => Control::YesNo,
        FieldType::Boolean => Control::Checkbox,
        FieldType::Choice if field.options.len() < 6 => Control::Radios,
        FieldType::Choice => Control::Select,
        FieldType::Choices => Control::Checks,
        FieldType::Email => Control::Email,
        FieldType::Phone => Control::Tel,
        FieldType::IdNumber | FieldType::CreditCode => Control::Code,
        FieldType::File => Control::File,
    }
}

fn typed(field: &Field, answer: &Value) -> String {
    match (field.kind, answer) {
        (_, Value::Null) => String::new(),
        (FieldType::Instant, Value::Number(n)) => exact(n.as_i64().unwrap_or_default()).replace(' ', "T"),
        (_, Value::String(text)) => text.clone(),
        (_, Value::Array(list)) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
        (_, other) => other.to_string(),
    }
}

/// A button that sends the form; with a name, the server knows which one it was (`_intent=submit`).
#[derive(Clone, Debug)]
pub struct SubmitButton {
    pub label: String,
    pub intent: Option<String>,
    pub look: Look,
}

/// A titled part of a form, by the names of its fields.
#[derive(Clone, Debug)]
pub struct FormSection {
    pub title: String,
    pub help: Option<String>,
    pub fields: Vec<String>,
}

/// Fields that are drawn together.
struct FormPart<'a> {
    section: Option<&'a FormSection>,
    fields: Vec<&'a FormField>,
}

/// A whole form that posts to `action`.
#[derive(Clone, Debug, Default)]
pub struct FormView {
    pub action: String,
    pub fields: Vec<FormField>,
    pub hidden: Vec<(String, String)>,
    /// What concerns no single field; shown first in the summary.
    pub problems: Vec<String>,
    pub buttons: Vec<SubmitButton>,
    pub cancel: Option<ActionButton>,
    /// Where the form is saved while it is typed (a POST of the same fields with `_intent=autosave`).
    pub autosave: Option<String>,
    /// Fields under a heading; what stands in none comes first.
    pub sections: Vec<FormSection>,
    /// The form is only looked at: nothing is sent.
    pub trial: bool,
}

impl FormView {
    /// `answers` is what is stored or what was just posted; `errors` what the check found.
    pub fn new(
        action: impl Into<String>,
        fields: &[Field],
        words: &FieldWords<'_>,
        answers: &Value,
        errors: &[FieldError],
    ) -> Self {
        let mut view = Self { action: action.into(), ..Self::default() };
        view.fields = fields.iter().map(|f| FormField::new(f, words, answers)).collect();
        for error in errors {
            let label =
                fields.iter().find(|f| f.key == error.field).map_or_else(|| error.field.clone(), |f| words.label(f));
            view.error(&error.field, problem_text(words.locale, &label, &error.problem));
        }
        view
    }

    /// A form of plain fields.
    pub fn plain(action: impl Into<String>, fields: Vec<FormField>) -> Self {
        Self { action: action.into(), fields, ..Self::default() }
    }

    /// Puts an error at a field, or above the form where no field has this name.
    pub fn error(&mut self, field: &str, text: impl Into<String>) {
        match self.fields.iter_mut().find(|f| f.name == field) {
            Some(found) => found.error = Some(text.into()),
            None => self.problems.push(text.into()),
        }
    }

    /// What a field may be chosen from, where that is known only now: persons of the project, records of a kind. Each is (value, label).
    pub fn offer(mut self, field: &str, options: impl IntoIterator<Item = (String, String)>) -> Self {
        if let Some(found) = self.fields.iter_mut().find(|f| f.name == field) {
            let chosen: Vec<&str> = found.value.lines().collect();
            found.options = options
                .into_iter()
                .map(|(value, label)| OptionView { selected: chosen.contains(&value.as_str()), value, label })
                .collect();
            found.control = match found.control {
                Control::Text => Control::Checks,
                _ if found.options.len() < 6 => Control::Radios,
                _ => Control::Select,
            };
        }
        self
    }

    /// A hidden field of the page's own; begin its name with `_`.
    pub fn with(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.hidden.push((name.into(), value.to_string()));
        self
    }

    pub fn submit(mut self, label: impl Into<String>) -> Self {
        self.buttons.push(SubmitButton { label: label.into(), intent: None, look: Look::Primary });
        self
    }

    /// A further button, told apart by `_intent`.
    pub fn button(mut self, label: impl Into<String>, intent: impl Into<String>, look: Look) -> Self {
        self.buttons.push(SubmitButton { label: label.into(), intent: Some(intent.into()), look });
        self
    }

    pub fn cancel(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.cancel = Some(ActionButton::link(label, href).look(Look::Quiet));
        self
    }

    pub fn autosave(mut self, url: impl Into<String>) -> Self {
        self.autosave = Some(url.into());
        self
    }

    /// Shows a field's answer to read, with why it cannot be changed.
    pub fn lock(&mut self, field: &Field, words: &FieldWords<'_>, answer: &Value, why: String) {
        let Some(found) = self.fields.iter_mut().find(|f| f.name == field.key) else { return };
        let values = match answer {
            Value::Array(list) if field.kind == FieldType::Choices => {
                list.iter().filter_map(Value::as_str).map(str::to_string).collect()
            }
            answer => vec![typed(field, answer)],
        };
        found.locked = Some(Locked { said: words.said(field, answer), why, values });
    }

    fn parts(&self) -> Vec<FormPart<'_>> {
        let inside = |field: &&FormField| self.sections.iter().any(|s| s.fields.contains(&field.name));
        let mut parts = vec![FormPart { section: None, fields: self.fields.iter().filter(|f| !inside(f)).collect() }];
        for section in &self.sections {
            let fields = self.fields.iter().filter(|f| section.fields.contains(&f.name)).collect();
            parts.push(FormPart { section: Some(section), fields });
        }
        parts
    }

    pub fn has_errors(&self) -> bool {
        !self.problems.is_empty() || self.fields.iter().any(|f| f.error.is_some())
    }

    fn has_files(&self) -> bool {
        self.fields.iter().any(|f| f.control == Control::File)
    }

    fn wrong_fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().filter_map(|f| f.error.as_deref().map(|e| (f.id.as_str(), e)))
    }

    /// What stands above the errors: where no answer is wrong there is nothing to change, a rule said no.
    fn summary(&self) -> &'static str {
        if self.wrong_fields().next().is_some() { "form-summary" } else { "form-refused" }
    }

    pub fn html(&self, shell: &Shell) -> Markup {
        Markup::of(&FormHtml { shell, form: self })
    }
}

#[derive(Template)]
#[template(path = "components/form.html")]
struct FormHtml<'a> {
    shell: &'a Shell,
    form: &'a FormView,
}

#[derive(Template)]
#[template(path = "components/field.html")]
struct FieldHtml<'a> {
    shell: &'a Shell,
    field: &'a FormField,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use twoway_manifest::{Choice, check_form};

    #[test]
    fn a_rule_that_says_no_asks_for_no_change_of_answers() {
        let mut form = FormView::plain("/", vec![FormField::plain("code", "接送码", Control::Line)]);
        form.problems.push("此人不在接送人名单上".into());
        assert_eq!(form.summary(), "form-refused");
        form.error("code", "请填写“接送码”".to_string());
        assert_eq!(form.summary(), "form-summary");
    }

    fn pairs(given: &[(&str, &str)]) -> Vec<(String, String)> {
        given.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
    }

    fn field(key: &str, kind: FieldType) -> Field {
        Field::new(key, kind)
    }

    fn form() -> Vec<Field> {
        let options = ["mon", "fri"].map(|value| Choice { value: value.into(), title: None }).to_vec();
        vec![
            field("title", FieldType::Line),
            field("people", FieldType::Integer),
            field("at", FieldType::Instant),
            Field { options, ..field("days", FieldType::Choices) },
            field("marks", FieldType::Lines),
            field("agreed", FieldType::Boolean),
            Field { required: true, ..field("minors", FieldType::Boolean) },
        ]
    }

    #[test]
    fn a_posted_form_becomes_typed_answers_without_the_pages_own_fields() {
        let posted = pairs(&[
            ("_version", "3"),
            ("title", " 找到啦 "),
            ("people", "40"),
            ("at", "2026-11-23T10:00"),
            ("days", "mon"),
            ("days", "fri"),
            ("marks", "红色\r\n\r\n有划痕"),
            ("minors", "false"),
        ]);
        let given = answers(&form(), &posted);
        let kept = check_form(&form(), &given).expect("is right");
        let wanted = json!({"title": "找到啦", "people": 40, "at": 1_795_399_200_000_i64, "days": ["mon", "fri"],
            "marks": ["红色", "有划痕"], "agreed": false, "minors": false});
        assert_eq!(Value::from(kept), wanted);
        assert_eq!(page_value(&posted, "_version"), Some("3"));
    }

    #[test]
    fn what_was_typed_comes_back_with_its_errors() {
        let posted = pairs(&[("title", "找到啦"), ("people", "许多"), ("at", "明天"), ("extra", "x")]);
        let given = answers(&form(), &posted);
        let errors = check_form(&form(), &given).expect_err("is wrong");
        let words = FieldWords::host(Locale::ZhCn, "field-none");
        let view = FormView::new("/x", &form(), &words, &given, &errors);
        let html = view.html(&Shell::default()).to_string();
        for kept in [
            "value=\"找到啦\"",
            "value=\"许多\"",
            "value=\"明天\"",
            "href=\"#f-people\"",
            "请填写“minors”",
            "没有“extra”",
        ] {
            assert!(html.contains(kept), "{kept} is missing in {html}");
        }
    }

    #[test]
    fn secrets_and_markup_are_never_drawn() {
        let secret = Field { secret: true, ..field("mark", FieldType::Line) };
        let words = FieldWords::host(Locale::En, "field-none");
        let view = FormView::new(
            "/x",
            &[secret, field("note", FieldType::Text)],
            &words,
            &json!({"mark": "左下角缺口", "note": "</textarea><b>"}),
            &[],
        );
        let html = view.html(&Shell::default()).to_string();
        assert!(!html.contains("左下角缺口") && !html.contains("<b>"), "{html}");
    }

    #[test]
    fn answers_are_said_in_words() {
        let words = FieldWords::host(Locale::ZhCn, "field-none");
        let people = Field { unit: Some("people".into()), ..field("people", FieldType::Integer) };
        assert_eq!(words.said(&people, &json!(40)).as_deref(), Some("40 人"));
        assert_eq!(words.said(&field("agreed", FieldType::Boolean), &json!(true)).as_deref(), Some("是"));
        assert_eq!(
            words.said(&field("at", FieldType::Instant), &json!(1_795_399_200_000_i64)).as_deref(),
            Some("2026年11月23日 10:00")
        );
        assert_eq!(words.said(&people, &Value::Null), None);
    }
}
