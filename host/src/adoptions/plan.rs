//! The delivery plan (交付计划) of an adoption: which part of each line comes when. The parties agree on it before the text is frozen;
//! whoever looks after deliveries reads it here.

use super::model::Committed;
use crate::Refusal;
use chrono::NaiveDate;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use twoway_entity::agreements::plan_part;
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;
use utoipa::ToSchema;

/// How many parts one adoption's plan may have.
pub const MOST: usize = 200;

/// One part as the parties write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPart {
    /// The commitment of which it is a part.
    pub commitment: Uuid,
    /// `YYYY-MM-DD`
    pub on: String,
    pub quantity: i64,
}

/// The plan of an adoption, line by line in the order of time.
pub async fn of(db: &impl ConnectionTrait, tenant: Uuid, adoption: Uuid) -> Result<Vec<plan_part::Model>, Refusal> {
    Ok(plan_part::Entity::find()
        .filter(plan_part::Column::TenantId.eq(tenant))
        .filter(plan_part::Column::AdoptionId.eq(adoption))
        .order_by_asc(plan_part::Column::DueOn)
        .order_by_asc(plan_part::Column::Id)
        .limit(MOST as u64)
        .all(db)
        .await?)
}

/// The plan with which a draft begins: each line as a whole on the day by which it is needed.
pub fn whole(lines: &[Committed]) -> Vec<NewPart> {
    let part = |l: &Committed| NewPart {
        commitment: l.commitment.id,
        on: l.line.due_on.clone(),
        quantity: l.commitment.quantity,
    };
    lines.iter().map(part).collect()
}

/// Rows of one box: `2027-01-10 60`, one part in each. Errors: [`Refusal::Invalid`] at `field`.
pub fn read(field: &str, commitment: Uuid, text: &str) -> Result<Vec<NewPart>, Refusal> {
    let wrong = || Refusal::field(field, FieldProblem::WrongType);
    let rows = text.lines().map(str::trim).filter(|row| !row.is_empty());
    rows.map(|row| {
        let mut words = row.split_whitespace();
        let (Some(on), Some(quantity), None) = (words.next(), words.next(), words.next()) else { return Err(wrong()) };
        let on: NaiveDate = on.parse().map_err(|_| Refusal::field(field, FieldProblem::BadDate))?;
        let quantity = quantity.parse().map_err(|_| wrong())?;
        Ok(NewPart { commitment, on: on.to_string(), quantity })
    })
    .collect()
}

/// The rows of one box.
pub fn written<'a>(parts: impl Iterator<Item = (&'a str, i64)>) -> String {
    parts.map(|(on, quantity)| format!("{on} {quantity}")).collect::<Vec<_>>().join("\n")
}

/// Whether these parts may be saved: of this adoption's lines, something each, not in the past and not after the line is needed.
///
/// Errors: `plan-too-long`, `plan-part-empty`, `plan-part-late`, `plan-part-past`; [`Refusal::NotFound`] for another's line.
pub fn may_plan(lines: &[Committed], parts: &[NewPart], today: &str) -> Result<(), Refusal> {
    if parts.len() > MOST {
        return Err(Refusal::rule("plan-too-long").with("most", i64::try_from(MOST).unwrap_or(i64::MAX)));
    }
    for part in parts {
        let line = lines.iter().find(|l| l.commitment.id == part.commitment).ok_or(Refusal::NotFound)?;
        let about = |refusal: Refusal| refusal.with("line", line.line.title.clone()).with("on", part.on.clone());
        if part.on.len() != 10 || part.on.parse::<NaiveDate>().is_err() {
            return Err(Refusal::field("on", FieldProblem::BadDate));
        }
        if part.quantity < 1 {
            return Err(about(Refusal::rule("plan-part-empty")));
        }
        if part.on.as_str() < today {
            return Err(about(Refusal::rule("plan-part-past")));
        }
        if part.on > line.line.due_on {
            return Err(about(Refusal::rule("plan-part-late")).with("due", line.line.due_on.clone()));
        }
    }
    Ok(())
}

/// What is planned of each line is what was promised of it. Errors: `plan-not-whole` (D7).
pub fn adds_up(lines: &[Committed], parts: &[plan_part::Model]) -> Result<(), Refusal> {
    for line in lines {
        let own = parts.iter().filter(|p| p.commitment_id == line.commitment.id);
        let planned: i64 = own.map(|p| p.quantity).sum();
        if planned != line.commitment.quantity {
            return Err(Refusal::of("plan-not-whole", "D7")
                .with("line", line.line.title.clone())
                .with("planned", planned)
                .with("agreed", line.commitment.quantity)
                .with("unit", line.line.unit.clone()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_read_row_by_row() {
        let id = Uuid::nil();
        let parts = read("p", id, " 2027-01-10  60\n\n2027-02-10 40 ").expect("two parts");
        assert_eq!(written(parts.iter().map(|p| (p.on.as_str(), p.quantity))), "2027-01-10 60\n2027-02-10 40");
        assert!(read("p", id, "").expect("nothing").is_empty());
        for wrong in ["2027-02-30 60", "2027-01-10", "2027-01-10 sixty", "2027-01-10 60 册", "soon 60"] {
            assert!(matches!(read("p", id, wrong), Err(Refusal::Invalid(_))), "{wrong}");
        }
    }
}
