use super::{NeedKind, rules};
use crate::Refusal;
use serde_json::{Map, Value};
use twoway_entity::needs::need_line;
use twoway_ids::Uuid;
use twoway_manifest::{Choice, Field, FieldProblem, FieldType, check_form};

/// Lines per proposal: more than any project of the city ever had.
pub const LINES: usize = 40;

/// The unit of money lines; their quantities are whole yuan.
pub const YUAN: &str = "元";

/// The largest quantity of one line.
const MOST: i64 = 1_000_000_000;

/// All kinds, in the order in which people think of them.
pub const KINDS: [NeedKind; 6] =
    [NeedKind::Money, NeedKind::Goods, NeedKind::People, NeedKind::Venue, NeedKind::Service, NeedKind::Media];

/// How far one line is covered. `held + active + delivered` never passes `optimum`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineCoverage {
    pub id: Uuid,
    pub kind: NeedKind,
    pub title: String,
    pub unit: String,
    pub minimum: i64,
    pub optimum: i64,
    pub divisible: bool,
    pub required: bool,
    pub held: i64,
    pub active: i64,
    pub delivered: i64,
    /// Of `active`, what is promised on a condition that is not decided.
    pub conditional: i64,
}

impl LineCoverage {
    /// What may still be held.
    pub fn open(&self) -> i64 {
        (self.optimum - self.held - self.active - self.delivered).max(0)
    }

    /// What is held but not agreed does not count, nor what is agreed on a condition that is not decided.
    pub fn is_covered(&self) -> bool {
        self.active - self.conditional + self.delivered >= self.minimum
    }
}

impl From<&need_line::Model> for LineCoverage {
    fn from(line: &need_line::Model) -> Self {
        Self {
            id: line.id,
            kind: line.kind,
            title: line.title.clone(),
            unit: line.unit.clone(),
            minimum: line.minimum,
            optimum: line.optimum,
            divisible: line.divisible,
            required: line.required,
            held: line.held,
            active: line.active,
            delivered: line.delivered,
            conditional: 0,
        }
    }
}

/// A line as somebody entered it, checked as far as the line alone can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLine {
    pub kind: NeedKind,
    pub title: String,
    pub description: String,
    pub unit: String,
    pub minimum: i64,
    pub optimum: i64,
    pub divisible: bool,
    pub required: bool,
    /// `YYYY-MM-DD`.
    pub due_on: String,
    pub recipient_id: Option<Uuid>,
}

/// The kind with this word.
pub fn kind(word: &str) -> Option<NeedKind> {
    serde_json::from_value(word.into()).ok()
}

/// The form of a line, for page and API alike.
pub fn fields() -> Vec<Field> {
    let field = |key: &str, kind: FieldType, required: bool| Field { required, ..Field::new(key, kind) };
    let options = KINDS.map(|kind| Choice { value: kind.as_str().into(), title: None }).into();
    let quantity = |key: &str| Field { min: Some(1), max: Some(MOST), ..field(key, FieldType::Integer, true) };
    let money_only = twoway_manifest::ShowIf { field: "kind".into(), equals: "money".into() };
    vec![
        Field { options, ..field("kind", FieldType::Choice, true) },
        Field { max_length: Some(60), ..field("title", FieldType::Line, true) },
        Field { max_length: Some(1_000), ..field("description", FieldType::Text, false) },
        Field { show_if: Some(money_only), ..field("recipient", FieldType::Record, true) },
        Field { max_length: Some(12), ..field("unit", FieldType::Line, false) },
        quantity("minimum"),
        quantity("optimum"),
        Field { default: Some(true.into()), ..field("divisible", FieldType::Boolean, false) },
        Field { default: Some(true.into()), ..field("required", FieldType::Boolean, false) },
        field("due_on", FieldType::Date, true),
    ]
}

impl NewLine {
    /// Checks the answers to [`fields`]. `today` is the local day, `YYYY-MM-DD`.
    ///
    /// Errors: [`Refusal::Invalid`] by field; `account-number-in-text` (D1) where a text asks for money directly.
    pub fn parse(answers: &Value, today: &str) -> Result<Self, Refusal> {
        let given = check_form(&fields(), answers).map_err(Refusal::Invalid)?;
        let text = |key: &str| given.get(key).and_then(Value::as_str).unwrap_or_default().to_string();
        let kind = kind(&text("kind")).ok_or_else(|| Refusal::field("kind", FieldProblem::NotAnOption))?;
        let (minimum, optimum) = (number(&given, "minimum"), number(&given, "optimum"));
        if minimum > optimum {
            return Err(Refusal::field("minimum", FieldProblem::TooLarge { max: optimum }));
        }
        let unit = if kind == NeedKind::Money { YUAN.to_string() } else { text("unit") };
        if unit.is_empty() {
            return Err(Refusal::field("unit", FieldProblem::Missing));
        }
        let due_on = text("due_on");
        if due_on.as_str() < today {
            return Err(Refusal::field("due_on", FieldProblem::BadDate));
        }
        let recipient_id = match given.get("recipient").and_then(Value::as_str) {
            Some(id) => Some(Uuid::parse_str(id).map_err(|_| Refusal::field("recipient", FieldProblem::NotAnOption))?),
            None => None,
        };
        let line = Self {
            kind,
            title: text("title"),
            description: text("description"),
            unit,
            minimum,
            optimum,
            divisible: given.get("divisible") == Some(&Value::Bool(true)),
            required: given.get("required") == Some(&Value::Bool(true)),
            due_on,
            recipient_id,
        };
        for text in [&line.title, &line.description, &line.unit] {
            rules::no_account_number(text)?;
        }
        Ok(line)
    }
}

fn number(given: &Map<String, Value>, key: &str) -> i64 {
    given.get(key).and_then(Value::as_i64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn goods() -> Value {
        json!({"kind": "goods", "title": "儿童绘本", "unit": "册", "minimum": 100, "optimum": 300, "divisible": true,
               "required": true, "due_on": "2026-12-31"})
    }

    fn refused(change: Value) -> Refusal {
        let mut answers = goods();
        for (key, value) in change.as_object().expect("an object") {
            answers[key] = value.clone();
        }
        NewLine::parse(&answers, "2026-11-23").expect_err("refused")
    }

    #[test]
    fn a_good_line_is_kept_as_entered() {
        let line = NewLine::parse(&goods(), "2026-11-23").expect("a line");
        assert_eq!((line.minimum, line.optimum, line.unit.as_str(), line.recipient_id), (100, 300, "册", None));
    }

    #[test]
    fn money_names_its_recipient_and_counts_in_yuan() {
        let Refusal::Invalid(errors) = refused(json!({"kind": "money"})) else { panic!("a field is missing") };
        assert_eq!(errors[0].field, "recipient");
        let recipient = Uuid::from_u128(7);
        let mut answers = goods();
        answers["kind"] = "money".into();
        answers["recipient"] = recipient.to_string().into();
        let line = NewLine::parse(&answers, "2026-11-23").expect("a line");
        assert_eq!((line.unit.as_str(), line.recipient_id), (YUAN, Some(recipient)));
    }

    #[test]
    fn quantities_dates_and_units_are_checked() {
        for (change, field) in [
            (json!({"minimum": 0}), "minimum"),
            (json!({"minimum": 301}), "minimum"),
            (json!({"optimum": -5}), "optimum"),
            (json!({"optimum": 1_000_000_001}), "optimum"),
            (json!({"unit": ""}), "unit"),
            (json!({"due_on": "2026-11-22"}), "due_on"),
            (json!({"due_on": "2026-02-30"}), "due_on"),
            (json!({"kind": "donation"}), "kind"),
            (json!({"price": 3}), "price"),
        ] {
            let Refusal::Invalid(errors) = refused(change.clone()) else { panic!("{change}") };
            assert_eq!(errors[0].field, field, "{change}");
        }
    }

    #[test]
    fn no_text_may_ask_for_money_directly() {
        let refusal = refused(json!({"description": "请汇入 6222 0212 3456 7890 123"}));
        assert_eq!(refusal.code(), "account-number-in-text");
    }
}
