//! The public notice (公示) of a result: between the evaluator's grades and the last word whoever objects is heard.

use super::queries;
use crate::lifecycle::Step;
use crate::{Refusal, reviews};
use sea_orm::{ConnectionTrait, EntityTrait};
use twoway_entity::evaluations::{evaluation, notice};
use twoway_entity::objections::objection;
use twoway_ids::{Millis, Uuid};

/// The notice of an evaluation, running or over.
pub async fn of(db: &impl ConnectionTrait, tenant: Uuid, evaluation: Uuid) -> Result<Option<notice::Model>, Refusal> {
    Ok(notice::Entity::find_by_id((tenant, evaluation)).one(db).await?)
}

/// Whether an objection to this result is being handled.
pub async fn is_objected(db: &impl ConnectionTrait, tenant: Uuid, evaluation: Uuid) -> Result<bool, Refusal> {
    Ok(!reviews::queries::objected(db, tenant, &[evaluation]).await?.is_empty())
}

/// The notice ends without effect, because an objection was upheld. Its row makes room for the next one.
pub(super) async fn end(step: &Step, evaluation: Uuid) -> Result<(), Refusal> {
    notice::Entity::delete_by_id((step.who().tenant, evaluation)).exec(step.tx()).await?;
    step.wrote(notice::Entity, evaluation);
    Ok(())
}

/// The evaluation of a project with what its notice says.
#[derive(Clone, Debug)]
pub struct Told {
    pub row: evaluation::Model,
    /// Of the notice that runs or is over; none before it.
    pub ends_at: Option<Millis>,
    /// An objection is being handled.
    pub objected: bool,
    /// What was published of objections, oldest first.
    pub answers: Vec<objection::Model>,
}

/// What there is to tell of a project's evaluation. The caller tells the public no more than its state allows.
pub async fn told(db: &impl ConnectionTrait, tenant: Uuid, project: Uuid) -> Result<Option<Told>, Refusal> {
    let Some(row) = queries::of_project(db, tenant, project).await? else { return Ok(None) };
    Ok(Some(Told {
        ends_at: of(db, tenant, row.id).await?.map(|notice| notice.ends_at),
        objected: is_objected(db, tenant, row.id).await?,
        answers: reviews::queries::answered_objections(db, tenant, &[row.id]).await?,
        row,
    }))
}
