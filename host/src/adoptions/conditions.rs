//! Conditional commitments (附条件认领): a sponsor may promise a line only for the case that all required lines of the proposal, or one
//! certain line, reach their minimum by a day. Until then the quantity is taken, but nothing of it is delivered and it does not count
//! towards what a project needs to start.

use super::model::Committed;
use super::queries::Seen;
use crate::{Refusal, Who, needs};
use chrono::NaiveDate;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use twoway_entity::needs::need_line;
use twoway_entity::sponsoring::{ConditionKind, ConditionState, condition};
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;
use utoipa::ToSchema;

/// How many undecided conditions of one proposal are weighed together.
pub const MOST: u64 = 500;

/// A condition as the parties write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CommitmentCondition)]
pub struct NewCondition {
    /// The commitment that binds only so.
    pub commitment: Uuid,
    /// `all-required-by` or `line-covered-by`
    #[schema(value_type = String)]
    pub kind: ConditionKind,
    /// The need line that must reach its minimum; for `line-covered-by` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Uuid>,
    /// `YYYY-MM-DD`: at the end of this day it is decided.
    pub by: String,
}

/// The conditions of one adoption, and what the lines that they name are called.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    pub rows: Vec<condition::Model>,
    pub titles: HashMap<Uuid, String>,
}

impl Conditions {
    /// The caller has checked that `who` may see the adoption.
    pub async fn of(db: &impl ConnectionTrait, who: &Who, seen: &Seen) -> Result<Self, Refusal> {
        let rows = of(db, who.tenant, seen.row.id).await?;
        if rows.is_empty() {
            return Ok(Self::default());
        }
        let lines = needs::queries::lines(db, who, seen.row.proposal_id).await?;
        Ok(Self { rows, titles: lines.into_iter().map(|line| (line.id, line.title)).collect() })
    }

    pub fn for_commitment(&self, id: Uuid) -> Option<&condition::Model> {
        self.rows.iter().find(|row| row.id == id)
    }

    /// What the line that a condition names is called; empty where it names none.
    pub fn needed(&self, row: &condition::Model) -> String {
        row.needed_id.and_then(|id| self.titles.get(&id)).cloned().unwrap_or_default()
    }
}

/// The conditions of an adoption, by their day.
pub async fn of(db: &impl ConnectionTrait, tenant: Uuid, adoption: Uuid) -> Result<Vec<condition::Model>, Refusal> {
    Ok(condition::Entity::find()
        .filter(condition::Column::TenantId.eq(tenant))
        .filter(condition::Column::AdoptionId.eq(adoption))
        .order_by_asc(condition::Column::ByOn)
        .order_by_asc(condition::Column::Id)
        .limit(MOST)
        .all(db)
        .await?)
}

/// Undecided conditions of these adoptions, by commitment.
pub async fn waiting(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    adoptions: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, condition::Model>, Refusal> {
    let rows = condition::Entity::find()
        .filter(condition::Column::TenantId.eq(tenant))
        .filter(condition::Column::AdoptionId.is_in(adoptions))
        .filter(condition::Column::Decision.eq(ConditionState::Waiting))
        .limit(10_000)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// How much of each of these lines is promised on a condition that is not decided; lines without any are left out.
pub async fn conditional(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    lines: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, i64>, Refusal> {
    let found: Vec<(Uuid, i64)> = condition::Entity::find()
        .select_only()
        .columns([condition::Column::LineId, condition::Column::Quantity])
        .filter(condition::Column::TenantId.eq(tenant))
        .filter(condition::Column::LineId.is_in(lines))
        .filter(condition::Column::Decision.eq(ConditionState::Waiting))
        .limit(10_000)
        .into_tuple()
        .all(db)
        .await?;
    let mut sums = HashMap::new();
    for (line, quantity) in found {
        *sums.entry(line).or_insert(0) += quantity;
    }
    Ok(sums)
}

/// Whether these conditions may stand in a draft: of this adoption's lines, one each, about lines of the same proposal, decided before
/// the line is due.
///
/// Errors: `condition-twice`, `condition-day-past`, `condition-day-late`, `condition-nothing-required` (D7); [`Refusal::Invalid`] at
/// `by` or `line`; [`Refusal::NotFound`] for another's line.
pub fn may_set(
    lines: &[Committed],
    all: &[need_line::Model],
    new: &[NewCondition],
    today: &str,
) -> Result<(), Refusal> {
    for (at, one) in new.iter().enumerate() {
        let line = lines.iter().find(|l| l.commitment.id == one.commitment).ok_or(Refusal::NotFound)?;
        let about = |code| Refusal::of(code, "D7").with("line", line.line.title.clone()).with("by", one.by.clone());
        if new[..at].iter().any(|before| before.commitment == one.commitment) {
            return Err(about("condition-twice"));
        }
        if one.by.len() != 10 || one.by.parse::<NaiveDate>().is_err() {
            return Err(Refusal::field("by", FieldProblem::BadDate));
        }
        if one.by.as_str() < today {
            return Err(about("condition-day-past"));
        }
        if one.by > line.line.due_on {
            return Err(about("condition-day-late").with("due", line.line.due_on.clone()));
        }
        match (one.kind, one.line) {
            (ConditionKind::AllRequiredBy, None) if !all.iter().any(|l| l.required) => {
                return Err(about("condition-nothing-required"));
            }
            (ConditionKind::AllRequiredBy, None) => {}
            (ConditionKind::AllRequiredBy, Some(_)) => return Err(Refusal::field("line", FieldProblem::NotAnOption)),
            (ConditionKind::LineCoveredBy, None) => return Err(Refusal::field("line", FieldProblem::Missing)),
            (ConditionKind::LineCoveredBy, Some(id)) => {
                if !all.iter().any(|l| l.id == id) {
                    return Err(Refusal::NotFound);
                }
            }
        }
    }
    Ok(())
}

/// Before a text is frozen no condition's day has gone by. Errors: `condition-day-past` (D7).
pub fn still_ahead(lines: &[Committed], rows: &[condition::Model], today: &str) -> Result<(), Refusal> {
    for row in rows.iter().filter(|row| row.by_on.as_str() < today) {
        let Some(line) = lines.iter().find(|l| l.commitment.id == row.id) else { continue };
        return Err(Refusal::of("condition-day-past", "D7")
            .with("line", line.line.title.clone())
            .with("by", row.by_on.clone()));
    }
    Ok(())
}

/// A line as far as conditions ask about it.
#[derive(Clone, Copy, Debug)]
pub struct Needed {
    pub id: Uuid,
    pub minimum: i64,
    pub required: bool,
    /// Agreed or delivered without an open condition.
    pub firm: i64,
}

/// A promise whose condition is open.
#[derive(Clone, Copy, Debug)]
pub struct Pledge {
    pub id: Uuid,
    pub line: Uuid,
    pub quantity: i64,
    /// The line that must be covered; none: all required lines.
    pub needs: Option<Uuid>,
}

/// The promises whose conditions are met: the largest set that holds together, each of its members counted for all others and for
/// itself. Two sponsors who wait for each other thus both bind, and who depends on somebody who falls out falls out as well.
pub fn met(lines: &[Needed], pledges: &[Pledge]) -> HashSet<Uuid> {
    let mut left: Vec<&Pledge> = pledges.iter().collect();
    loop {
        let covered = |line: &Needed| {
            let counted: i64 = left.iter().filter(|p| p.line == line.id).map(|p| p.quantity).sum();
            line.firm + counted >= line.minimum
        };
        // What is covered only shrinks from round to round, so what falls out once never comes back: the first set that stays is
        // the largest.
        let stays: Vec<&Pledge> = left
            .iter()
            .copied()
            .filter(|pledge| match pledge.needs {
                None => lines.iter().filter(|l| l.required).all(covered),
                Some(id) => lines.iter().any(|l| l.id == id && covered(l)),
            })
            .collect();
        if stays.len() == left.len() {
            return stays.into_iter().map(|p| p.id).collect();
        }
        left = stays;
    }
}

#[cfg(test)]
#[path = "conditions_tests.rs"]
mod tests;
