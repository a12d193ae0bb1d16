//! What proves a delivery, by the kind of its line (慈善法 §38): the recipient's receipt, the goods-in inspection, the roster, the log
//! of use, where it was printed or broadcast.

use crate::Refusal;
use crate::needs::NeedKind;
use crate::needs::rules::no_payment_request;
use serde_json::{Map, Value};
use twoway_entity::needs::need_line;
use twoway_manifest::{Choice, Field, FieldProblem, FieldType, check_form};

/// The recipient issues a receipt.
pub const ISSUED: &str = "issued";
/// The donor wants to stay anonymous: the receipt names nobody.
pub const ANONYMOUS: &str = "anonymous";
/// The donor waived the receipt, which is recorded.
pub const WAIVED: &str = "waived";

/// What must be said of a delivery on this line.
pub fn fields(line: &need_line::Model) -> Vec<Field> {
    let must = |key: &str, kind: FieldType| Field { required: true, ..Field::new(key, kind) };
    let line_of = |key: &str| Field { max_length: Some(200), ..must(key, FieldType::Line) };
    let choice = |key: &str, options: &[&str]| {
        let options = options.iter().map(|value| Choice { value: (*value).into(), title: None }).collect();
        Field { options, ..Field::new(key, FieldType::Choice) }
    };
    let hours = || Field { min: Some(1), max: Some(100_000), ..must("hours", FieldType::Integer) };
    let mut fields = match line.kind {
        NeedKind::Money => Vec::new(),
        NeedKind::Goods => vec![
            line_of("goods_note"),
            Field { required: true, ..choice("condition", &["good", "usable", "damaged"]) },
            Field::new("expires_on", FieldType::Date),
        ],
        NeedKind::People => vec![line_of("roster"), hours()],
        NeedKind::Service => vec![line_of("service_record"), hours()],
        NeedKind::Venue => vec![line_of("use_log"), hours()],
        NeedKind::Media => vec![line_of("outlet"), must("aired_on", FieldType::Date), line_of("clipping")],
    };
    // A recipient keeps a register of all that it receives; of money there is no delivery without an entry.
    if line.recipient_id.is_some() {
        let money = line.kind == NeedKind::Money;
        fields.push(Field { required: money, ..choice("receipt", &[ISSUED, ANONYMOUS, WAIVED]) });
        fields.push(Field { max_length: Some(64), ..Field::new("receipt_number", FieldType::Line) });
        fields.push(Field { max_length: Some(200), required: money, ..Field::new("handler", FieldType::Line) });
    }
    fields
}

/// Checks the answers to [`fields`]. What is expired when it is handed over is not taken in.
///
/// Errors: [`Refusal::Invalid`] by field; `goods-expired` (D6); `account-number-in-text` (D1).
pub fn check(line: &need_line::Model, given: &Value, delivered_on: &str) -> Result<Map<String, Value>, Refusal> {
    let empty = Value::Object(Map::new());
    let facts = check_form(&fields(line), if given.is_null() { &empty } else { given }).map_err(Refusal::Invalid)?;
    for text in facts.values().filter_map(Value::as_str) {
        no_payment_request(text)?;
    }
    let text = |key: &str| facts.get(key).and_then(Value::as_str).unwrap_or_default();
    let expires = text("expires_on");
    if !expires.is_empty() && expires < delivered_on {
        return Err(Refusal::of("goods-expired", "D6").with("day", expires));
    }
    let number = text("receipt_number");
    match text("receipt") {
        ISSUED | ANONYMOUS if number.is_empty() => Err(Refusal::field("receipt_number", FieldProblem::Missing)),
        ISSUED | ANONYMOUS | WAIVED if text("handler").is_empty() => {
            Err(Refusal::field("handler", FieldProblem::Missing))
        }
        WAIVED | "" if !number.is_empty() => Err(Refusal::field("receipt_number", FieldProblem::Unknown)),
        _ => Ok(facts),
    }
}
