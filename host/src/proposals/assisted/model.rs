use super::identity::IdNumber;
use super::rules;
use crate::{Refusal, lint};
use chrono::NaiveDate;
use serde_json::{Map, Value};
use twoway_manifest::{DataClass, Field, FieldError, FieldProblem, FieldType, check_form};

/// Whose paper it is, as checked. The ID number is absent where the one that is known stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Particulars {
    pub name: String,
    pub contact: String,
    pub organization: Option<String>,
    pub credit_code: Option<String>,
    pub id_number: Option<IdNumber>,
    pub guardian: Option<String>,
    pub received_on: NaiveDate,
}

/// The questions about the person. `known`: the ID number was given before and may be left out.
pub fn fields(known: bool) -> Vec<Field> {
    let line = |key: &str, kind, required, most| Field {
        required,
        max_length: Some(most),
        class: DataClass::P2,
        ..Field::new(key, kind)
    };
    vec![
        line("name", FieldType::Line, true, 60),
        line("contact", FieldType::Phone, true, 32),
        line("id_number", FieldType::IdNumber, !known, 18),
        line("guardian", FieldType::Line, false, 60),
        line("organization", FieldType::Line, false, 120),
        line("credit_code", FieldType::CreditCode, false, 18),
        line("received_on", FieldType::Date, true, 10),
    ]
}

impl Particulars {
    /// Checks what was typed. `today`: where the office stands; nothing is received, and nobody born, after it.
    pub fn parse(typed: &Value, known: bool, today: NaiveDate) -> Result<Self, Refusal> {
        let answers = check_form(&fields(known), typed).map_err(Refusal::Invalid)?;
        let text = |key: &str| answers.get(key).and_then(Value::as_str).map(str::to_string);
        let mut errors = Vec::new();
        let mut wrong = |field: &str, problem| errors.push(FieldError { field: field.into(), problem });
        let id_number = text("id_number").map(|number| IdNumber::parse(&number, today));
        if id_number == Some(None) {
            wrong("id_number", FieldProblem::BadIdNumber);
        }
        let received_on = day(&answers, "received_on").filter(|day| *day <= today);
        if received_on.is_none() {
            wrong("received_on", FieldProblem::BadDate);
        }
        if text("credit_code").is_some() && text("organization").is_none() {
            wrong("organization", FieldProblem::Missing);
        }
        let Some(received_on) = received_on.filter(|_| errors.is_empty()) else {
            return Err(Refusal::Invalid(errors));
        };
        let (name, organization) = (text("name").unwrap_or_default(), text("organization"));
        lint::all([name.as_str()].into_iter().chain(organization.as_deref()))?;
        let id_number = id_number.flatten();
        let guardian = text("guardian");
        if let Some(number) = &id_number {
            rules::guarded(number.born, received_on, guardian.as_deref())?;
        }
        Ok(Self {
            name,
            contact: text("contact").unwrap_or_default(),
            organization,
            credit_code: text("credit_code"),
            id_number,
            guardian,
            received_on,
        })
    }
}

fn day(answers: &Map<String, Value>, key: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(answers.get(key)?.as_str()?, "%Y-%m-%d").ok()
}
