use crate::Refusal;
use crate::needs::rules::no_account_number;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use twoway_entity::adoptions::{commitment, delivery};
use twoway_entity::needs::need_line;
use twoway_ids::{DAY, Millis, Uuid};
use twoway_manifest::{Choice, Field, FieldProblem, FieldType, check_form};

/// How long a hold lasts, and how much its one extension adds.
pub const HOLD: Millis = 15 * DAY;

/// How long what became open is reserved for the first in the queue.
pub const OFFER: Millis = 5 * DAY;

/// How many places of a queue are shown.
pub const QUEUE: u64 = 200;

/// How long the parties have to confirm a frozen text.
pub const SIGNING: Millis = 15 * DAY;

/// How much of which line a sponsor wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    pub line: Uuid,
    pub quantity: i64,
}

/// A commitment together with its need line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    pub commitment: commitment::Model,
    pub line: need_line::Model,
}

impl Committed {
    /// By when it is to be delivered: as agreed, else as the line says.
    pub fn due_on(&self) -> &str {
        self.commitment.due_on.as_deref().unwrap_or(&self.line.due_on)
    }

    /// Neither delivered nor given back.
    pub fn outstanding(&self) -> i64 {
        self.commitment.quantity - self.commitment.delivered - self.commitment.released
    }

    /// Recorded by one side and waiting for the other.
    pub fn pending(&self, deliveries: &[delivery::Model]) -> i64 {
        deliveries
            .iter()
            .filter(|d| d.commitment_id == self.commitment.id && d.state == super::DeliveryState::Recorded)
            .map(|d| d.quantity)
            .sum()
    }
}

/// What a sponsor says when it shows interest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInterest {
    pub organization: Uuid,
    pub message: String,
    pub related_party: bool,
    pub clean_promotion: bool,
    /// The key of what it trades in.
    pub trade: String,
    pub state_owned: bool,
    pub own_products: bool,
    pub wishes: Vec<Wish>,
}

/// The form of an interest apart from the quantities, which have one box per line.
pub fn interest_fields() -> Vec<Field> {
    let yes_no = |key: &str| Field { required: true, ..Field::new(key, FieldType::Boolean) };
    vec![
        Field { max_length: Some(1_000), ..Field::new("message", FieldType::Text) },
        Field { required: true, max_length: Some(40), ..Field::new("trade", FieldType::Line) },
        yes_no("state_owned"),
        yes_no("own_products"),
        yes_no("related_party"),
        yes_no("clean_promotion"),
    ]
}

impl NewInterest {
    /// Checks the answers to [`interest_fields`].
    pub fn parse(organization: Uuid, answers: &Value, wishes: Vec<Wish>) -> Result<Self, Refusal> {
        let given = check_form(&interest_fields(), answers).map_err(Refusal::Invalid)?;
        let message = given.get("message").and_then(Value::as_str).unwrap_or_default().to_string();
        no_account_number(&message)?;
        let yes = |key: &str| given.get(key) == Some(&Value::Bool(true));
        Ok(Self {
            organization,
            message,
            related_party: yes("related_party"),
            clean_promotion: yes("clean_promotion"),
            trade: given.get("trade").and_then(Value::as_str).unwrap_or_default().to_string(),
            state_owned: yes("state_owned"),
            own_products: yes("own_products"),
            wishes,
        })
    }
}

/// A text that somebody must write: a reason, a note. Errors: [`Refusal::Invalid`] at `field`; `account-number-in-text`.
pub fn said(field: &str, text: &str, least: usize, most: u32) -> Result<String, Refusal> {
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 {
        return Err(Refusal::field(field, FieldProblem::Missing));
    }
    if length < least {
        return Err(Refusal::rule("text-too-short").with("field", field).with("least", least));
    }
    if length > most as usize {
        return Err(Refusal::field(field, FieldProblem::TooLong { max: most }));
    }
    no_account_number(text)?;
    Ok(text.to_string())
}

/// What the parties fill in of an agreement. The lines with their quantities and the parties' names come from the adoption.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AgreementTerms {
    /// The key of the template that gives the words; empty: the general one.
    pub template: String,
    /// 用途.
    pub purpose: String,
    /// 质量要求.
    pub quality: String,
    /// 交付时间与方式.
    pub schedule: String,
    /// 接收方与接收人.
    pub recipient: String,
    /// `named` or `anonymous`: whether the sponsor may be named in public.
    pub publicity: String,
    /// 冠名: how a thing or event is named after the sponsor; empty: not at all.
    pub naming: String,
    /// Those whom the naming concerns agree with it. Asked only where there is a naming.
    pub naming_consented: bool,
    /// 剩余财产的处理.
    pub surplus: String,
}

/// The sponsor may be named in public.
pub const NAMED: &str = "named";

/// The form of the terms, for page and API alike.
pub fn terms_fields() -> Vec<Field> {
    let text = |key: &str| Field { max_length: Some(2_000), ..Field::new(key, FieldType::Text) };
    let publicity = [NAMED, "anonymous"].map(|value| Choice { value: value.into(), title: None });
    vec![
        Field { max_length: Some(40), ..Field::new("template", FieldType::Line) },
        text("purpose"),
        text("quality"),
        text("schedule"),
        text("recipient"),
        Field { options: publicity.into(), ..Field::new("publicity", FieldType::Choice) },
        Field { max_length: Some(200), ..Field::new("naming", FieldType::Line) },
        Field::new("naming_consented", FieldType::Boolean),
        text("surplus"),
    ]
}

impl AgreementTerms {
    /// Checks a draft: what is there must be right, but not everything needs to be there.
    ///
    /// Errors: [`Refusal::Invalid`] by field; `account-number-in-text` (D1).
    pub fn parse(answers: &Value) -> Result<Self, Refusal> {
        let given = check_form(&terms_fields(), answers).map_err(Refusal::Invalid)?;
        let terms: Self = serde_json::from_value(Value::Object(given))?;
        for text in [&terms.purpose, &terms.quality, &terms.schedule, &terms.recipient, &terms.naming, &terms.surplus] {
            no_account_number(text)?;
        }
        Ok(terms)
    }

    /// The fields that must be filled before the text is frozen and are not.
    pub fn missing(&self) -> Vec<&'static str> {
        [
            ("purpose", &self.purpose),
            ("quality", &self.quality),
            ("schedule", &self.schedule),
            ("recipient", &self.recipient),
            ("publicity", &self.publicity),
            ("surplus", &self.surplus),
        ]
        .into_iter()
        .filter(|(_, text)| text.trim().is_empty())
        .map(|(key, _)| key)
        .collect()
    }
}

/// A delivery as one side records it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    pub commitment: Uuid,
    pub quantity: i64,
    /// `YYYY-MM-DD`.
    pub delivered_on: String,
    /// A remark beside the proof.
    pub evidence: String,
    /// The answers to the form of the line's kind, unchecked: see `proofs`.
    pub proof: Value,
}

/// The form of a delivery, for page and API alike.
pub fn delivery_fields() -> Vec<Field> {
    let field = |key: &str, kind: FieldType| Field { required: true, ..Field::new(key, kind) };
    vec![
        field("commitment", FieldType::Record),
        Field { min: Some(1), ..field("quantity", FieldType::Integer) },
        field("delivered_on", FieldType::Date),
        Field { max_length: Some(1_000), ..Field::new("evidence", FieldType::Text) },
    ]
}

impl NewDelivery {
    /// Checks the answers to [`delivery_fields`]. `today` is the local day: nothing is delivered in the future.
    pub fn parse(answers: &Value, proof: Value, today: &str) -> Result<Self, Refusal> {
        let given = check_form(&delivery_fields(), answers).map_err(Refusal::Invalid)?;
        let text = |key: &str| given.get(key).and_then(Value::as_str).unwrap_or_default().to_string();
        let commitment = Uuid::parse_str(&text("commitment"))
            .map_err(|_| Refusal::field("commitment", FieldProblem::NotAnOption))?;
        let delivered_on = text("delivered_on");
        if delivered_on.as_str() > today {
            return Err(Refusal::field("delivered_on", FieldProblem::BadDate));
        }
        let evidence = text("evidence");
        // Receipts have long numbers of their own; only asking for money is refused here.
        crate::needs::rules::no_payment_request(&evidence)?;
        let quantity = given.get("quantity").and_then(Value::as_i64).unwrap_or_default();
        Ok(Self { commitment, quantity, delivered_on, evidence, proof })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_draft_may_have_gaps_which_are_named_before_freezing() {
        let terms = AgreementTerms::parse(&json!({"purpose": " 购置绘本 ", "publicity": "named"})).expect("a draft");
        assert_eq!(terms.purpose, "购置绘本");
        assert_eq!(terms.missing(), ["quality", "schedule", "recipient", "surplus"]);
        assert!(AgreementTerms::parse(&json!({"publicity": "loud"})).is_err());
        let refusal = AgreementTerms::parse(&json!({"recipient": "卡号 6222021234567890123"})).expect_err("refused");
        assert_eq!(refusal.code(), "account-number-in-text");
    }

    #[test]
    fn nothing_is_delivered_tomorrow_and_receipts_have_numbers() {
        let mut answers = json!({"commitment": Uuid::nil().to_string(), "quantity": 5, "delivered_on": "2026-11-24",
            "evidence": "公益事业捐赠票据 5202000012345678"});
        assert!(NewDelivery::parse(&answers, Value::Null, "2026-11-23").is_err());
        answers["delivered_on"] = "2026-11-23".into();
        assert_eq!(NewDelivery::parse(&answers, Value::Null, "2026-11-23").expect("a delivery").quantity, 5);
        answers["evidence"] = "请扫收款码".into();
        assert_eq!(
            NewDelivery::parse(&answers, Value::Null, "2026-11-23").expect_err("refused").code(),
            "account-number-in-text"
        );
    }

    #[test]
    fn the_declarations_are_answered_not_passed_over() {
        let Err(Refusal::Invalid(errors)) = NewInterest::parse(Uuid::nil(), &json!({"message": "愿意参与"}), vec![])
        else {
            panic!("answers are missing")
        };
        assert_eq!(errors.len(), 5);
    }
}
