use super::form::{Section, days, form_of, sections_of};
use crate::Refusal;
use serde::{Deserialize, Serialize};
use twoway_entity::calls::call;
use twoway_ids::Millis;
use twoway_manifest::{DataClass, Field, FieldError, FieldProblem, FieldType};
use utoipa::ToSchema;

/// Kinds of question that a call's form may ask. Persons and records belong to plugins, identity numbers to sealed data, and files
/// are handed in beside the form.
pub const QUESTION_TYPES: &[FieldType] = &[
    FieldType::Line,
    FieldType::Text,
    FieldType::Integer,
    FieldType::Date,
    FieldType::Boolean,
    FieldType::Choice,
    FieldType::Choices,
    FieldType::Lines,
    FieldType::Email,
    FieldType::Phone,
    FieldType::CreditCode,
];

pub const MOST_QUESTIONS: usize = 60;
pub const MOST_LINES: usize = 20;
/// Characters of a number's unit: 人, 平方米, 人次.
pub const LONGEST_UNIT: u32 = 20;

/// One line of the rubric. The weights of a call add up to 100.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RubricLine {
    /// `a-z`, `0-9` and `_`, beginning with a letter.
    pub key: String,
    pub title: String,
    /// What earns a high score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Percent of the score; 0 for a bonus and a veto.
    #[serde(default)]
    pub weight: u32,
    #[serde(default, skip_serializing_if = "LineKind::is_score")]
    pub kind: LineKind,
    /// Points that a bonus line adds at most, 1 to 50.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<u32>,
}

/// What a line of the rubric does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LineKind {
    /// 0 to 100 points, weighted.
    #[default]
    Score,
    /// Points on top of the hundred, up to the line's cap (rule M8).
    Bonus,
    /// A yes or no: enough reviewers who say no keep a proposal from being found feasible without a reason of its own.
    Veto,
}

impl LineKind {
    fn is_score(&self) -> bool {
        *self == Self::Score
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::Bonus => "bonus",
            Self::Veto => "veto",
        }
    }
}

/// Points that one bonus line, and all of them together, add at most (rule M8: up to 50, and up to 20 for what is special).
pub const HIGHEST_CAP: u32 = 50;
pub const HIGHEST_BONUS: u32 = 70;

/// What the office writes into a call. A draft may lack almost everything; what is there must be right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallInput {
    pub title: String,
    #[serde(default)]
    pub summary: String,
    /// Who may take part and how, as paragraphs.
    #[serde(default)]
    pub guide: String,
    /// The questions, as fields of a form: `key`, `type`, `title`, `required`, `class`, `options` …
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    pub form: Vec<Field>,
    /// The titled parts in which questions stand; a question names its section by key.
    #[serde(default)]
    pub sections: Vec<Section>,
    #[serde(default)]
    pub rubric: Vec<RubricLine>,
    /// Highest amount per project, in yuan; absent: no ceiling.
    #[serde(default)]
    pub ceiling: Option<i64>,
    /// Proposals per applicant.
    #[serde(default = "one")]
    pub cap: i32,
    #[serde(default)]
    pub risk_notice: String,
    #[serde(default)]
    pub privacy_notice: String,
    /// Telephone, mail or desk for questions.
    #[serde(default)]
    pub contact: String,
    /// Milliseconds since the epoch, as all moments.
    #[serde(default)]
    pub opens_at: Option<Millis>,
    #[serde(default)]
    pub closes_at: Option<Millis>,
    /// Working days of public notice, 5 to 30.
    #[serde(default = "five")]
    pub notice_days: i32,
    /// Scores that each proposal needs before the review may end.
    #[serde(default = "three")]
    pub min_reviews: i32,
}

fn one() -> i32 {
    1
}

fn three() -> i32 {
    3
}

fn five() -> i32 {
    5
}

impl Default for CallInput {
    fn default() -> Self {
        Self {
            title: String::new(),
            summary: String::new(),
            guide: String::new(),
            form: Vec::new(),
            sections: Vec::new(),
            rubric: Vec::new(),
            ceiling: None,
            cap: one(),
            risk_notice: String::new(),
            privacy_notice: String::new(),
            contact: String::new(),
            opens_at: None,
            closes_at: None,
            notice_days: five(),
            min_reviews: three(),
        }
    }
}

impl CallInput {
    /// What a stored call holds.
    pub fn of(call: &call::Model) -> Result<Self, Refusal> {
        Ok(Self {
            title: call.title.clone(),
            summary: call.summary.clone(),
            guide: call.guide.clone(),
            form: form_of(call)?,
            sections: sections_of(call)?,
            rubric: rubric_of(call)?,
            ceiling: call.ceiling,
            cap: call.cap,
            risk_notice: call.risk_notice.clone(),
            privacy_notice: call.privacy_notice.clone(),
            contact: call.contact.clone(),
            opens_at: call.opens_at,
            closes_at: call.closes_at,
            notice_days: call.notice_days,
            min_reviews: call.min_reviews,
        })
    }

    /// Trims and checks. All errors are found in one go; places inside lists look like `form[2].title`.
    pub fn parse(mut self) -> Result<Self, Refusal> {
        let mut found = Found::default();
        for (name, text, max, required) in [
            ("title", &mut self.title, 120, true),
            ("summary", &mut self.summary, 500, false),
            ("guide", &mut self.guide, 20_000, false),
            ("risk_notice", &mut self.risk_notice, 8_000, false),
            ("privacy_notice", &mut self.privacy_notice, 8_000, false),
            ("contact", &mut self.contact, 200, false),
        ] {
            found.text(name, text, max, required);
        }
        if let Some(ceiling) = self.ceiling {
            found.number("ceiling", ceiling, 1, 100_000_000);
        }
        found.number("cap", self.cap.into(), 1, 50);
        found.number("notice_days", self.notice_days.into(), 5, 30);
        found.number("min_reviews", self.min_reviews.into(), 1, 15);
        found.questions(&mut self.form);
        found.sections(&mut self.sections, &self.form);
        found.rubric(&mut self.rubric);
        if !found.0.is_empty() {
            return Err(Refusal::Invalid(found.0));
        }
        crate::lint::all(self.texts())?;
        Ok(self)
    }
}

impl CallInput {
    /// Everything of it that gets public.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let own = [&self.title, &self.summary, &self.guide, &self.risk_notice, &self.privacy_notice, &self.contact];
        let questions = self.form.iter().flat_map(|f| f.title.iter().chain(&f.help));
        let rubric = self.rubric.iter().flat_map(|line| std::iter::once(&line.title).chain(&line.help));
        let sections = self.sections.iter().flat_map(|s| std::iter::once(&s.title).chain(&s.help));
        own.into_iter().chain(questions).chain(sections).chain(rubric).map(String::as_str)
    }
}

/// The rubric of a stored call.
pub fn rubric_of(call: &call::Model) -> Result<Vec<RubricLine>, Refusal> {
    Ok(serde_json::from_value(call.rubric.clone())?)
}

/// A reason for others to read. Errors at `reason`: missing, or longer than 2,000 characters.
pub fn reason(text: &str) -> Result<String, Refusal> {
    let mut found = Found::default();
    let mut text = text.to_string();
    found.text("reason", &mut text, 2_000, true);
    if !found.0.is_empty() {
        return Err(Refusal::Invalid(found.0));
    }
    crate::lint::no_account_number(&text)?;
    Ok(text)
}

#[derive(Default)]
pub(super) struct Found(Vec<FieldError>);

impl Found {
    pub(super) fn say(&mut self, field: impl Into<String>, problem: FieldProblem) {
        self.0.push(FieldError { field: field.into(), problem });
    }

    pub(super) fn text(&mut self, field: &str, text: &mut String, max: u32, required: bool) {
        *text = text.trim().to_string();
        if required && text.is_empty() {
            self.say(field, FieldProblem::Missing);
        }
        if text.chars().count() > max as usize {
            self.say(field, FieldProblem::TooLong { max });
        }
    }

    fn number(&mut self, field: &str, number: i64, min: i64, max: i64) {
        if number < min {
            self.say(field, FieldProblem::TooSmall { min });
        } else if number > max {
            self.say(field, FieldProblem::TooLarge { max });
        }
    }

    fn questions(&mut self, form: &mut [Field]) {
        if form.len() > MOST_QUESTIONS {
            self.say("form", FieldProblem::TooLong { max: MOST_QUESTIONS as u32 });
        }
        let mut seen: Vec<String> = Vec::new();
        for (n, field) in form.iter_mut().enumerate() {
            let at = |part: &str| format!("form[{n}].{part}");
            // `title` and `summary` are asked of every proposal, beside the questions.
            let taken = matches!(field.key.as_str(), "title" | "summary") || seen.contains(&field.key);
            if !is_key(&field.key) || taken {
                self.say(at("key"), FieldProblem::NotAnOption);
            }
            seen.push(field.key.clone());
            let mut title = field.title.take().unwrap_or_default();
            self.text(&at("title"), &mut title, 120, true);
            field.title = Some(title);
            if let Some(help) = &mut field.help {
                self.text(&at("help"), help, 500, false);
            }
            field.help = field.help.take().filter(|h| !h.is_empty());
            if !QUESTION_TYPES.contains(&field.kind) {
                self.say(at("type"), FieldProblem::NotAnOption);
            }
            if matches!(field.kind, FieldType::Choice | FieldType::Choices) {
                self.options(&at("options"), field);
            } else if !field.options.is_empty() {
                self.say(at("options"), FieldProblem::Unknown);
            }
            if field.class > DataClass::P2 || field.secret {
                self.say(at("class"), FieldProblem::NotAnOption);
            }
            // Personal data is asked for with its purpose, or not at all (rule P1).
            if field.class == DataClass::P2 && field.purpose.as_deref().is_none_or(|p| p.trim().is_empty()) {
                self.say(at("purpose"), FieldProblem::Missing);
            }
            if let Some(max) = field.max_length.filter(|max| *max > 20_000) {
                self.number(&at("max-length"), max.into(), 1, 20_000);
            }
            if let (Some(min), Some(max)) = (field.min, field.max) {
                self.number(&at("max"), max, min, i64::MAX);
            }
            if let Some(unit) = &mut field.unit {
                self.text(&at("unit"), unit, LONGEST_UNIT, false);
            }
            days::check(n, field, |place, problem| self.say(place, problem));
            if field.of.is_some() || field.default.is_some() || field.retention_days.is_some() {
                self.say(at("type"), FieldProblem::WrongType);
            }
        }
        for (n, field) in form.iter().enumerate() {
            let Some(condition) = &field.show_if else { continue };
            let asked = form.iter().find(|other| other.key == condition.field && other.key != field.key);
            if !asked.is_some_and(|asked| may_answer(asked, &condition.equals)) {
                self.say(format!("form[{n}].show-if"), FieldProblem::NotAnOption);
            }
        }
    }

    fn options(&mut self, place: &str, field: &mut Field) {
        if field.options.is_empty() {
            self.say(place, FieldProblem::Missing);
        }
        if field.options.len() > 50 {
            self.say(place, FieldProblem::TooLong { max: 50 });
        }
        for (n, option) in field.options.iter().enumerate() {
            let twice = field.options[..n].iter().any(|o| o.value == option.value);
            let length = option.value.chars().count();
            if twice || length == 0 || length > 100 || option.title.as_ref().is_some_and(|t| t.chars().count() > 100) {
                self.say(place, FieldProblem::NotAnOption);
                return;
            }
        }
    }

    fn rubric(&mut self, rubric: &mut [RubricLine]) {
        if rubric.len() > MOST_LINES {
            self.say("rubric", FieldProblem::TooLong { max: MOST_LINES as u32 });
        }
        let mut seen: Vec<String> = Vec::new();
        for (n, line) in rubric.iter_mut().enumerate() {
            let at = |part: &str| format!("rubric[{n}].{part}");
            if !is_key(&line.key) || seen.contains(&line.key) {
                self.say(at("key"), FieldProblem::NotAnOption);
            }
            seen.push(line.key.clone());
            self.text(&at("title"), &mut line.title, 120, true);
            if let Some(help) = &mut line.help {
                self.text(&at("help"), help, 500, false);
            }
            line.help = line.help.take().filter(|h| !h.is_empty());
            match line.kind {
                LineKind::Score => self.number(&at("weight"), line.weight.into(), 1, 100),
                LineKind::Bonus | LineKind::Veto => line.weight = 0,
            }
            match (line.kind, line.cap) {
                (LineKind::Bonus, None) => self.say(at("cap"), FieldProblem::Missing),
                (LineKind::Bonus, Some(cap)) => self.number(&at("cap"), cap.into(), 1, HIGHEST_CAP.into()),
                (LineKind::Score | LineKind::Veto, _) => line.cap = None,
            }
        }
        let bonus: u32 = rubric.iter().filter_map(|line| line.cap).sum();
        if let Some(last) = rubric.iter().rposition(|line| line.cap.is_some()).filter(|_| bonus > HIGHEST_BONUS) {
            let left = HIGHEST_BONUS.saturating_sub(bonus - rubric[last].cap.unwrap_or(0));
            self.say(format!("rubric[{last}].cap"), FieldProblem::TooLarge { max: left.into() });
        }
    }
}

/// Whether the question can have this answer at all: a condition on another one would never come true.
fn may_answer(question: &Field, answer: &serde_json::Value) -> bool {
    match question.kind {
        FieldType::Boolean => answer.is_boolean(),
        FieldType::Choice => question.options.iter().any(|option| *answer == option.value.as_str()),
        _ => true,
    }
}

pub(super) fn is_key(key: &str) -> bool {
    key.len() <= 40
        && key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn errors(input: serde_json::Value) -> Vec<String> {
        let input: CallInput = serde_json::from_value(input).expect("the shape of a call");
        match input.parse() {
            Ok(_) => Vec::new(),
            Err(Refusal::Invalid(errors)) => {
                errors.iter().map(|e| format!("{} {}", e.field, e.problem.code())).collect()
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_draft_needs_a_title_and_nothing_else() {
        assert_eq!(errors(json!({"title": " 年度征集 "})), Vec::<String>::new());
        assert_eq!(errors(json!({"title": "  "})), ["title missing"]);
    }

    #[test]
    fn bounds_are_those_of_the_rules() {
        let found = errors(json!({"title": "a", "notice_days": 4, "cap": 0, "ceiling": 0, "min_reviews": 16}));
        assert_eq!(found, ["ceiling too-small", "cap too-small", "notice_days too-small", "min_reviews too-large"]);
        assert_eq!(errors(json!({"title": "a", "notice_days": 31})), ["notice_days too-large"]);
    }

    #[test]
    fn each_wrong_question_is_named_by_its_place() {
        let found = errors(json!({"title": "a", "form": [
            {"key": "name", "type": "line", "title": "名称"},
            {"key": "name", "type": "line", "title": "名称"},
            {"key": "Kind", "type": "choice", "title": "类别"},
            {"key": "who", "type": "person", "title": "谁"},
            {"key": "phone", "type": "phone", "title": "电话", "class": "P2"},
            {"key": "id", "type": "line", "title": "号码", "class": "P3", "purpose": "contact"},
            {"key": "why", "type": "text", "title": "理由", "show-if": {"field": "other", "equals": true}},
            {"key": "title", "type": "line", "title": "名称"},
        ]}));
        assert_eq!(
            found,
            [
                "form[1].key not-an-option",
                "form[2].key not-an-option",
                "form[2].options missing",
                "form[3].type not-an-option",
                "form[4].purpose missing",
                "form[5].class not-an-option",
                "form[7].key not-an-option",
                "form[6].show-if not-an-option",
            ]
        );
    }

    #[test]
    fn bounds_units_and_conditions_make_sense() {
        let found = errors(json!({"title": "a", "form": [
            {"key": "people", "type": "integer", "title": "人数", "min": 5, "max": 4, "unit": "一二三四五六七八九十一二三四五六七八九十一"},
            {"key": "kind", "type": "choice", "title": "类别", "options": [{"value": "助学"}, {"value": "助老"}]},
            {"key": "minors", "type": "boolean", "title": "服务未成年人"},
            {"key": "school", "type": "line", "title": "学校", "show-if": {"field": "kind", "equals": "助残"}},
            {"key": "safety", "type": "text", "title": "保护措施", "show-if": {"field": "minors", "equals": "yes"}},
            {"key": "plan", "type": "text", "title": "方案", "show-if": {"field": "minors", "equals": true}},
        ]}));
        assert_eq!(
            found,
            [
                "form[0].max too-small",
                "form[0].unit too-long",
                "form[3].show-if not-an-option",
                "form[4].show-if not-an-option"
            ]
        );
    }

    #[test]
    fn a_rubric_line_has_a_title_and_a_weight() {
        let found = errors(json!({"title": "a", "rubric": [{"key": "need", "title": "", "weight": 0}]}));
        assert_eq!(found, ["rubric[0].title missing", "rubric[0].weight too-small"]);
    }

    #[test]
    fn bonus_lines_have_caps_and_vetoes_no_weight() {
        let line = |key: &str, kind: &str, cap: serde_json::Value| json!({"key": key, "title": "行", "kind": kind, "cap": cap});
        let found = errors(json!({"title": "a", "rubric": [
            {"key": "need", "title": "需求", "weight": 100}, line("a", "bonus", json!(null)), line("b", "bonus", json!(51)),
        ]}));
        assert_eq!(found, ["rubric[1].cap missing", "rubric[2].cap too-large"]);
        let found =
            errors(json!({"title": "a", "rubric": [line("a", "bonus", json!(50)), line("b", "bonus", json!(21))]}));
        assert_eq!(found, ["rubric[1].cap too-large"], "seventy together");
        let right = json!({"title": "a", "rubric": [line("a", "bonus", json!(50)), line("b", "bonus", json!(20)), line("c", "veto", json!(null))]});
        assert_eq!(errors(right), Vec::<String>::new());
        // What was stored before there were kinds stays what it was.
        let old: RubricLine =
            serde_json::from_value(json!({"key": "need", "title": "需求", "weight": 40})).expect("a line");
        assert_eq!((old.kind, old.cap), (LineKind::Score, None));
        assert_eq!(serde_json::to_value(&old).expect("JSON"), json!({"key": "need", "title": "需求", "weight": 40}));
    }
}
