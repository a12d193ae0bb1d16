//! What has to be mended in a returned proposal, point by point, and what the proposer changed for each. A point about a question is
//! answered before the proposal comes back; one about the whole may be.

use super::state::ProposalState;
use crate::lifecycle::Step;
use crate::{Refusal, calls};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use twoway_entity::assisted::point;
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;
use twoway_manifest::{Field, FieldError, FieldProblem};
use utoipa::ToSchema;

/// Points of one return.
pub const MOST: usize = 60;

/// One thing that has to be mended.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReturnPoint)]
pub struct Point {
    /// `title`, `summary` or the key of a question; absent: the proposal as a whole.
    #[serde(default)]
    pub question: Option<String>,
    pub text: String,
}

/// What was changed for one point.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReturnPointAnswer)]
pub struct PointAnswer {
    pub id: Uuid,
    pub changed: String,
}

/// One point as its readers see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ReturnPointView)]
pub struct PointView {
    pub id: Uuid,
    pub question: Option<String>,
    pub text: String,
    /// What was changed, in the proposer's words.
    pub changed: Option<String>,
}

impl From<point::Model> for PointView {
    fn from(point: point::Model) -> Self {
        Self { id: point.id, question: point.question, text: point.text, changed: point.answer }
    }
}

/// The points of a return as they are kept: `general`, one text about the whole, comes first.
pub(super) fn checked(general: &str, points: Vec<Point>, form: &[Field]) -> Result<Vec<Point>, Refusal> {
    if points.len() > MOST {
        return Err(Refusal::field("points", FieldProblem::TooLong { max: MOST as u32 }));
    }
    let mut kept = Vec::new();
    if points.is_empty() || !general.trim().is_empty() {
        kept.push(Point { question: None, text: calls::reason(general)? });
    }
    let asked = |key: &str| ["title", "summary"].contains(&key) || form.iter().any(|field| field.key == key);
    for (n, point) in points.into_iter().enumerate() {
        if point.question.as_deref().is_some_and(|key| !asked(key)) {
            return Err(Refusal::field(&format!("points.{n}.question"), FieldProblem::NotAnOption));
        }
        let text = calls::reason(&point.text).map_err(|refusal| at(&format!("points.{n}.text"), refusal))?;
        kept.push(Point { text, ..point });
    }
    Ok(kept)
}

/// The same refusal, said of this field.
fn at(field: &str, refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Invalid(errors) => {
            Refusal::Invalid(errors.into_iter().map(|e| FieldError { field: field.to_string(), ..e }).collect())
        }
        other => other,
    }
}

/// All points as one text: what the notice says, and readers of the text alone.
pub(super) fn as_text(points: &[Point]) -> String {
    match points {
        [one] => one.text.clone(),
        several => {
            let lines = several.iter().enumerate().map(|(n, point)| format!("{}. {}", n + 1, point.text));
            lines.collect::<Vec<_>>().join("\n")
        }
    }
}

pub(super) async fn keep(step: &Step, proposal: Uuid, points: Vec<Point>) -> Result<(), Refusal> {
    for (number, point) in (1..).zip(points) {
        let row = point::ActiveModel {
            tenant_id: Set(step.who().tenant),
            id: Set(step.new_id()),
            proposal_id: Set(proposal),
            number: Set(number),
            question: Set(point.question),
            text: Set(point.text),
            answer: Set(None),
            answered_by: Set(None),
            answered_at: Set(None),
        };
        let kept = row.insert(step.tx()).await?;
        step.wrote(point::Entity, kept.id);
    }
    Ok(())
}

/// The points of a proposal's return, in order.
pub async fn of(db: &impl ConnectionTrait, row: &proposal::Model) -> Result<Vec<point::Model>, Refusal> {
    if !row.returned {
        return Ok(Vec::new());
    }
    Ok(point::Entity::find()
        .filter(point::Column::TenantId.eq(row.tenant_id))
        .filter(point::Column::ProposalId.eq(row.id))
        .order_by_asc(point::Column::Number)
        .limit(MOST as u64 + 1)
        .all(db)
        .await?)
}

/// Holds the answers against the points of a proposal that comes back.
pub(super) fn answered(
    row: &proposal::Model,
    points: &[point::Model],
    answers: &[PointAnswer],
) -> Result<HashMap<Uuid, String>, Refusal> {
    let mut kept = HashMap::new();
    for answer in answers.iter().filter(|answer| !answer.changed.trim().is_empty()) {
        let field = format!("points.{}", answer.id);
        if row.state != ProposalState::Returned || !points.iter().any(|point| point.id == answer.id) {
            return Err(Refusal::field(&field, FieldProblem::NotAnOption));
        }
        kept.insert(answer.id, calls::reason(&answer.changed).map_err(|refusal| at(&field, refusal))?);
    }
    let open = |point: &&point::Model| point.question.is_some() && !kept.contains_key(&point.id);
    let missing = if row.state == ProposalState::Returned { points.iter().filter(open).count() } else { 0 };
    if missing == 0 { Ok(kept) } else { Err(Refusal::of("points-not-answered", "M1").with("n", missing)) }
}

/// Keeps what was changed for each point.
pub(super) async fn answer(
    step: &Step,
    points: Vec<point::Model>,
    mut answers: HashMap<Uuid, String>,
) -> Result<(), Refusal> {
    for point in points {
        let Some(changed) = answers.remove(&point.id) else { continue };
        let id = point.id;
        let mut row = point.into_active_model();
        row.answer = Set(Some(changed));
        row.answered_by = Set(step.who().account());
        row.answered_at = Set(Some(step.now()));
        row.update(step.tx()).await?;
        step.wrote(point::Entity, id);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use twoway_manifest::FieldType;

    fn point(question: Option<&str>, text: &str) -> Point {
        Point { question: question.map(str::to_string), text: text.into() }
    }

    #[test]
    fn one_text_alone_is_one_point_about_the_whole() {
        let form = [Field::new("people", FieldType::Integer)];
        let one = checked(" 写明人数 ", Vec::new(), &form).expect("a point");
        assert_eq!(one, [point(None, "写明人数")]);
        assert_eq!(as_text(&one), "写明人数");
        let two = checked("", vec![point(Some("people"), "人数过多"), point(Some("title"), "名称过长")], &form);
        assert_eq!(as_text(&two.expect("two points")), "1. 人数过多\n2. 名称过长");
    }

    #[test]
    fn a_point_has_a_text_and_a_question_of_the_form() {
        for (points, field) in [
            (vec![], "reason"),
            (vec![point(Some("nobody"), "？")], "points.0.question"),
            (vec![point(None, "好"), point(Some("title"), " ")], "points.1.text"),
        ] {
            let Err(Refusal::Invalid(errors)) = checked("", points, &[]) else { panic!("{field} passed") };
            assert_eq!(errors[0].field, field);
        }
    }
}
