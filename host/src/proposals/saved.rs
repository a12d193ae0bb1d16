//! What a proposal looked like while it was written: one row for each while in which one person wrote.

use super::model::Content;
use crate::Refusal;
use crate::lifecycle::Step;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use twoway_entity::propose::saved;
use twoway_ids::{HOUR, Millis, Uuid};

/// A pause after which the next saving begins a new row.
const PAUSE: Millis = HOUR;
/// Rows that are kept of one proposal; the oldest goes first.
const MOST: i32 = 40;

/// Keeps what was just saved.
pub(super) async fn keep(step: &Step, proposal: Uuid, content: &Content) -> Result<(), Refusal> {
    let Some(author) = step.who().account() else { return Ok(()) };
    let tenant = step.who().tenant;
    let last = saved::Entity::find()
        .filter(saved::Column::TenantId.eq(tenant))
        .filter(saved::Column::ProposalId.eq(proposal))
        .order_by_desc(saved::Column::Number)
        .one(step.tx())
        .await?;
    let (number, begun_at) = match last {
        Some(last) if last.author_id == author && step.now() < last.at + PAUSE => (last.number, last.begun_at),
        Some(last) => (last.number + 1, step.now()),
        None => (1, step.now()),
    };
    let row = saved::ActiveModel {
        tenant_id: Set(tenant),
        proposal_id: Set(proposal),
        number: Set(number),
        title: Set(content.title.clone()),
        summary: Set(content.summary.clone()),
        answers: Set(Value::Object(content.answers.clone())),
        author_id: Set(author),
        begun_at: Set(begun_at),
        at: Set(step.now()),
    };
    let again = OnConflict::columns([saved::Column::TenantId, saved::Column::ProposalId, saved::Column::Number])
        .update_columns([saved::Column::Title, saved::Column::Summary, saved::Column::Answers, saved::Column::At])
        .to_owned();
    saved::Entity::insert(row).on_conflict(again).exec_without_returning(step.tx()).await?;
    step.wrote(saved::Entity, (proposal, number));
    if number > MOST {
        let gone = saved::Entity::delete_many()
            .filter(saved::Column::TenantId.eq(tenant))
            .filter(saved::Column::ProposalId.eq(proposal))
            .filter(saved::Column::Number.lte(number - MOST))
            .exec_with_returning(step.tx())
            .await?;
        step.wrote_rows(&gone);
    }
    Ok(())
}

/// The newest first.
pub(super) async fn of(db: &impl ConnectionTrait, tenant: Uuid, proposal: Uuid) -> Result<Vec<saved::Model>, Refusal> {
    Ok(saved::Entity::find()
        .filter(saved::Column::TenantId.eq(tenant))
        .filter(saved::Column::ProposalId.eq(proposal))
        .order_by_desc(saved::Column::Number)
        .limit(u64::from(MOST.unsigned_abs()))
        .all(db)
        .await?)
}
