//! Forms from described fields, both ways: [`FormView`] draws fields with answers and errors, [`answers`] reads what a browser
//! posted back into the JSON that `twoway_manifest::check_form` checks. What was typed is kept, right or wrong.

use super::components::{ActionButton, Look, Markup, exact};
use super::page::Shell;
use askama::Template;
use serde_json::{Map, Value};
use twoway_manifest::{Field, FieldError, FieldType};

mod posted;
mod words;

pub use posted::{answers, page_value};
pub use words::{FieldWords, problem_text};

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
mod tests;
