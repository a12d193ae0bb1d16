//! Due diligence as a record: topic by topic what was looked up, where, when, and with which result. Its guards are pure.

use super::model::said;
use crate::Refusal;
use crate::needs::NeedKind;
use chrono::NaiveDate;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Deserialize;
use std::collections::BTreeMap;
pub use twoway_entity::agreements::{Outcome, Topic};
use twoway_entity::agreements::{finding, statement};
use twoway_entity::needs::need_line;
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;
use utoipa::ToSchema;

/// The job that reminds the office of a sponsor that nobody has checked.
pub const CHECK_DUE: &str = "adoptions.check-due";

/// Working days within which the office checks a sponsor.
pub const CHECK_DAYS: u32 = 10;

/// How many findings of one adoption are kept.
const MOST: u64 = 500;

/// All topics in the order in which the office goes through them.
pub const TOPICS: [Topic; 6] =
    [Topic::Credit, Topic::Related, Topic::Trade, Topic::Goods, Topic::Recipient, Topic::StateApproval];

/// One finding as it is entered.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindingInput {
    /// `credit`, `related`, `trade`, `goods`, `recipient`, `state-approval`
    #[schema(value_type = String)]
    pub topic: Topic,
    /// `clear`, `concern`
    #[schema(value_type = String)]
    pub outcome: Outcome,
    /// Where it was looked up, or what was shown.
    pub source: String,
    /// `YYYY-MM-DD`, not in the future.
    pub checked_on: String,
    /// Number of the certificate, the qualification or the approval.
    #[serde(default)]
    pub certificate: String,
    /// `YYYY-MM-DD`: until when it is valid, or the goods can be used.
    #[serde(default)]
    pub valid_until: Option<String>,
    #[serde(default)]
    pub note: String,
}

/// One finding whose form is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFinding {
    pub topic: Topic,
    pub outcome: Outcome,
    pub source: String,
    pub checked_on: String,
    pub certificate: String,
    pub valid_until: Option<String>,
    pub note: String,
}

impl FindingInput {
    /// `at` stands before the fields' names in errors; `today` is the local day.
    pub fn check(self, at: &str, today: &str) -> Result<NewFinding, Refusal> {
        let field = |name: &str| format!("{at}{name}");
        let date = |name: &str, text: &str| match text.parse::<NaiveDate>() {
            Ok(day) if text.len() == 10 => Ok(day.to_string()),
            _ => Err(Refusal::field(&field(name), FieldProblem::BadDate)),
        };
        let checked_on = date("checked_on", self.checked_on.trim())?;
        if checked_on.as_str() > today {
            return Err(Refusal::field(&field("checked_on"), FieldProblem::BadDate));
        }
        let valid_until = match self.valid_until.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            Some(text) => Some(date("valid_until", text)?),
            None => None,
        };
        let optional = |name: &str, text: &str, most: u32| match text.trim() {
            "" => Ok(String::new()),
            text => said(&field(name), text, 1, most),
        };
        Ok(NewFinding {
            topic: self.topic,
            outcome: self.outcome,
            source: said(&field("source"), &self.source, 2, 200)?,
            checked_on,
            certificate: match self.certificate.trim() {
                "" => String::new(),
                // Certificates have long numbers of their own.
                text if text.chars().count() <= 100 => text.to_string(),
                _ => return Err(Refusal::field(&field("certificate"), FieldProblem::TooLong { max: 100 })),
            },
            valid_until,
            note: optional("note", &self.note, 1_000)?,
        })
    }
}

/// The newest finding of each topic counts.
pub fn newest(findings: &[finding::Model]) -> BTreeMap<Topic, &finding::Model> {
    // They come in their order, so that the later one replaces the earlier.
    findings.iter().map(|f| (f.topic, f)).collect()
}

/// What must be looked at for these lines before a sponsor passes. An approval of the State's is needed later, before signing.
pub fn needed(lines: &[&need_line::Model]) -> Vec<Topic> {
    let has = |kind: NeedKind| lines.iter().any(|l| l.kind == kind);
    let asked = |topic: &Topic| match topic {
        Topic::Credit | Topic::Related | Topic::Trade => true,
        Topic::Goods => has(NeedKind::Goods),
        Topic::Recipient => has(NeedKind::Money),
        Topic::StateApproval => false,
    };
    TOPICS.into_iter().filter(asked).collect()
}

fn about(refusal: Refusal, topic: Topic) -> Refusal {
    refusal.with("topic", topic.as_str())
}

fn missing(topic: Topic) -> Refusal {
    let refusal = match topic {
        Topic::Credit => Refusal::rule("diligence-missing"),
        Topic::Related | Topic::Trade => Refusal::of("diligence-missing", "D8"),
        Topic::Goods => Refusal::of("diligence-missing", "D4"),
        Topic::Recipient => Refusal::of("diligence-missing", "D2"),
        Topic::StateApproval => Refusal::of("diligence-missing", "D11"),
    };
    about(refusal, topic)
}

/// The last day on which something of this kind is needed.
fn last_day<'a>(lines: &[&'a need_line::Model], kind: NeedKind) -> &'a str {
    lines.iter().filter(|l| l.kind == kind).map(|l| l.due_on.as_str()).max().unwrap_or_default()
}

/// Whether what was found lets the sponsor pass for these lines.
///
/// Errors: `diligence-missing`, `diligence-concern`, `goods-certificate-missing` and `goods-expire-early` (D4),
/// `recipient-certificate-missing` and `recipient-certificate-short` (D2).
pub fn passes(
    lines: &[&need_line::Model],
    statement: Option<&statement::Model>,
    findings: &[finding::Model],
) -> Result<(), Refusal> {
    let newest = newest(findings);
    for topic in needed(lines) {
        let found = newest.get(&topic).ok_or_else(|| missing(topic))?;
        if found.outcome == Outcome::Concern {
            return Err(about(Refusal::rule("diligence-concern"), topic));
        }
        let until = found.valid_until.as_deref();
        match topic {
            Topic::Goods => {
                if statement.is_some_and(|s| s.own_products) && found.certificate.is_empty() {
                    return Err(Refusal::of("goods-certificate-missing", "D4"));
                }
                let needed = last_day(lines, NeedKind::Goods);
                if until.is_some_and(|until| until < needed) {
                    return Err(Refusal::of("goods-expire-early", "D4")
                        .with("until", until.unwrap_or_default())
                        .with("needed", needed));
                }
            }
            Topic::Recipient => {
                let Some(until) = until.filter(|_| !found.certificate.is_empty()) else {
                    return Err(Refusal::of("recipient-certificate-missing", "D2"));
                };
                let needed = last_day(lines, NeedKind::Money);
                if until < needed {
                    return Err(Refusal::of("recipient-certificate-short", "D2")
                        .with("until", until)
                        .with("needed", needed));
                }
            }
            Topic::Credit | Topic::Related | Topic::Trade | Topic::StateApproval => {}
        }
    }
    Ok(())
}

/// An enterprise of the State signs when its approval is on record. Errors: `state-approval-missing` (D11).
pub fn approved(statement: Option<&statement::Model>, findings: &[finding::Model]) -> Result<(), Refusal> {
    if !statement.is_some_and(|s| s.state_owned) {
        return Ok(());
    }
    let newest = newest(findings);
    let found = newest.get(&Topic::StateApproval);
    match found.is_some_and(|f| f.outcome == Outcome::Clear && !f.certificate.is_empty()) {
        true => Ok(()),
        false => Err(Refusal::of("state-approval-missing", "D11")),
    }
}

/// What the sponsor stated; none for adoptions from before it was asked.
pub async fn statement(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    adoption: Uuid,
) -> Result<Option<statement::Model>, Refusal> {
    Ok(statement::Entity::find_by_id((tenant, adoption)).one(db).await?)
}

/// Everything that was found, in its order.
pub async fn findings(db: &impl ConnectionTrait, tenant: Uuid, adoption: Uuid) -> Result<Vec<finding::Model>, Refusal> {
    Ok(finding::Entity::find()
        .filter(finding::Column::TenantId.eq(tenant))
        .filter(finding::Column::AdoptionId.eq(adoption))
        .order_by_asc(finding::Column::Number)
        .limit(MOST)
        .all(db)
        .await?)
}

#[cfg(test)]
#[path = "diligence_tests.rs"]
mod tests;
