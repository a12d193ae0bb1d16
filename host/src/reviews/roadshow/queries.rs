use super::MOST_SLOTS;
use crate::lifecycle::Place;
use crate::reviews::queries::OFFICE_READS;
use crate::{Refusal, Who};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use twoway_entity::reviews::{SlotState, judge, live_score, roadshow, slot};
use twoway_ids::Uuid;

pub fn place(row: &slot::Model) -> Place<'_> {
    Place { path: &row.path, owner: None, organization: None }
}

/// A slot that this party may see: the office's, or a judge's of its call.
pub async fn find_visible(db: &impl ConnectionTrait, who: &Who, id: Uuid) -> Result<slot::Model, Refusal> {
    let row = slot::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    if who.holds_over(OFFICE_READS, &row.path) || is_judge(db, who, row.call_id).await? {
        return Ok(row);
    }
    Err(Refusal::NotFound)
}

pub async fn is_judge(db: &impl ConnectionTrait, who: &Who, call: Uuid) -> Result<bool, Refusal> {
    let Some(account) = who.account() else { return Ok(false) };
    Ok(judge::Entity::find_by_id((who.tenant, call, account)).one(db).await?.is_some())
}

pub async fn roadshow_of(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    call: Uuid,
) -> Result<Option<roadshow::Model>, Refusal> {
    Ok(roadshow::Entity::find_by_id((tenant, call)).one(db).await?)
}

/// All turns of a call in their order, without those that were dropped.
pub async fn slots_of(db: &impl ConnectionTrait, tenant: Uuid, call: Uuid) -> Result<Vec<slot::Model>, Refusal> {
    Ok(slot::Entity::find()
        .filter(slot::Column::TenantId.eq(tenant))
        .filter(slot::Column::CallId.eq(call))
        .filter(slot::Column::State.ne(SlotState::Dropped))
        .order_by_asc(slot::Column::Position)
        .order_by_asc(slot::Column::Id)
        .limit(MOST_SLOTS as u64)
        .all(db)
        .await?)
}

/// Whether anybody was ever invited to the roadshow of a call, also where the turn was dropped.
pub async fn planned(db: &impl ConnectionTrait, tenant: Uuid, call: Uuid) -> Result<bool, Refusal> {
    let any = slot::Entity::find().filter(slot::Column::TenantId.eq(tenant)).filter(slot::Column::CallId.eq(call));
    Ok(any.limit(1).one(db).await?.is_some())
}

pub async fn judges_of(db: &impl ConnectionTrait, tenant: Uuid, call: Uuid) -> Result<Vec<Uuid>, Refusal> {
    Ok(judge::Entity::find()
        .select_only()
        .column(judge::Column::AccountId)
        .filter(judge::Column::TenantId.eq(tenant))
        .filter(judge::Column::CallId.eq(call))
        .order_by_asc(judge::Column::AccountId)
        .limit(super::MOST_JUDGES as u64)
        .into_tuple()
        .all(db)
        .await?)
}

/// What judges gave, the highest first.
pub async fn scores_of(db: &impl ConnectionTrait, tenant: Uuid, slot: Uuid) -> Result<Vec<live_score::Model>, Refusal> {
    Ok(live_score::Entity::find()
        .filter(live_score::Column::TenantId.eq(tenant))
        .filter(live_score::Column::SlotId.eq(slot))
        .order_by_desc(live_score::Column::Points)
        .order_by_asc(live_score::Column::JudgeId)
        .limit(super::MOST_JUDGES as u64)
        .all(db)
        .await?)
}

/// The turns that a judge may score now or soon, at most 50.
pub async fn mine(db: &impl ConnectionTrait, who: &Who) -> Result<Vec<slot::Model>, Refusal> {
    let Some(account) = who.account() else { return Err(Refusal::SignedOut) };
    let calls = sea_orm::sea_query::Query::select()
        .column(judge::Column::CallId)
        .from(judge::Entity)
        .and_where(judge::Column::TenantId.eq(who.tenant))
        .and_where(judge::Column::AccountId.eq(account))
        .to_owned();
    Ok(slot::Entity::find()
        .filter(slot::Column::TenantId.eq(who.tenant))
        .filter(slot::Column::CallId.in_subquery(calls))
        .filter(slot::Column::State.is_in([SlotState::Planned, SlotState::Open]))
        .order_by_asc(slot::Column::StartsAt)
        .order_by_asc(slot::Column::Position)
        .limit(50)
        .all(db)
        .await?)
}
