//! The most that a proposal may ask for: the call's ceiling against the answer to the question that is marked for it.

use super::super::form::form_of;
use super::settings::settings_of;
use crate::Refusal;
use sea_orm::ConnectionTrait;
use serde_json::{Map, Value};
use twoway_entity::calls::call;
use twoway_manifest::{Field, FieldError, FieldProblem, FieldType};

/// The unit of an amount of money.
pub const YUAN: &str = "元";

/// Whether the answer to a question is an amount that every proposal names: only then the ceiling holds for all.
fn is_amount(field: &Field) -> bool {
    field.kind == FieldType::Integer && field.unit.as_deref() == Some(YUAN) && field.required && field.show_if.is_none()
}

/// The questions of a call that can be marked as the one for the amount.
pub fn amounts(call: &call::Model) -> Result<Vec<Field>, Refusal> {
    Ok(form_of(call)?.into_iter().filter(is_amount).collect())
}

/// Whether this key is one of them; a call may have none.
pub fn asks_amount(call: &call::Model, key: Option<&str>) -> Result<bool, Refusal> {
    let Some(key) = key else { return Ok(true) };
    Ok(amounts(call)?.iter().any(|field| field.key == key))
}

/// The question that was marked is still one for an amount. The form may have changed since.
///
/// Errors: `cost-question-gone`.
pub async fn still_asked(db: &impl ConnectionTrait, call: &call::Model) -> Result<(), Refusal> {
    let runs = settings_of(db, call.tenant_id, call.id).await?;
    if asks_amount(call, runs.cost_question.as_deref())? { Ok(()) } else { Err(Refusal::rule("cost-question-gone")) }
}

/// What is handed in asks for no more than the call gives.
///
/// Errors: the question's answer, with the ceiling.
pub fn within(call: &call::Model, cost_question: Option<&str>, answers: &Map<String, Value>) -> Result<(), Refusal> {
    let (Some(key), Some(ceiling)) = (cost_question, call.ceiling) else { return Ok(()) };
    match answers.get(key).and_then(Value::as_i64) {
        Some(asked) if asked > ceiling => Err(Refusal::Invalid(vec![FieldError {
            field: format!("answers.{key}"),
            problem: FieldProblem::TooLarge { max: ceiling },
        }])),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_every_proposal_answers_in_yuan_is_an_amount() {
        let amount = Field { unit: Some(YUAN.into()), required: true, ..Field::new("cost", FieldType::Integer) };
        assert!(is_amount(&amount));
        assert!(!is_amount(&Field { unit: Some("人".into()), ..amount.clone() }));
        assert!(!is_amount(&Field { required: false, ..amount.clone() }));
        assert!(!is_amount(&Field { kind: FieldType::Line, ..amount.clone() }));
        let condition = serde_json::from_value(json!({"field": "people", "equals": 1})).expect("a condition");
        assert!(!is_amount(&Field { show_if: Some(condition), ..amount }));
    }
}
