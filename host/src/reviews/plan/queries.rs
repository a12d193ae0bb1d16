use super::super::queries::OFFICE_READS;
use crate::http::list::{List, Paging, Sort};
use crate::lifecycle::Place;
use crate::{Refusal, Who};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use twoway_entity::reviews::{plan, plan_line, plan_load};
use twoway_ids::Uuid;
use utoipa::ToSchema;

/// A proposed reviewer as the line keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Proposed {
    pub id: Uuid,
    pub expert: bool,
}

pub fn place(row: &plan::Model) -> Place<'_> {
    Place { path: &row.path, owner: None, organization: None }
}

/// A plan of a call within the reader's subtree.
pub async fn find_visible(db: &impl ConnectionTrait, who: &Who, id: Uuid) -> Result<plan::Model, Refusal> {
    let row = plan::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    if who.is_system() || who.holds_over(OFFICE_READS, &row.path) { Ok(row) } else { Err(Refusal::NotFound) }
}

/// The newest plan of a call.
pub async fn newest(db: &impl ConnectionTrait, tenant: Uuid, call: Uuid) -> Result<Option<plan::Model>, Refusal> {
    Ok(plan::Entity::find()
        .filter(plan::Column::TenantId.eq(tenant))
        .filter(plan::Column::CallId.eq(call))
        .order_by_desc(plan::Column::Id)
        .one(db)
        .await?)
}

/// Lines of a plan, page by page; `lacking`: only those for which somebody is missing.
pub async fn lines(
    db: &impl ConnectionTrait,
    row: &plan::Model,
    lacking: bool,
    paging: &Paging,
) -> Result<List<plan_line::Model>, Refusal> {
    let mut select = plan_line::Entity::find()
        .filter(plan_line::Column::TenantId.eq(row.tenant_id))
        .filter(plan_line::Column::PlanId.eq(row.id));
    if lacking {
        select = select.filter(plan_line::Column::Lacking.gt(0));
    }
    let (key, id) = (plan_line::Column::Lacking, plan_line::Column::ProposalId);
    let rows = paging.select::<_, _, i32>(select, key, id, Sort::Descending)?.all(db).await?;
    paging.list(rows, |line| (line.lacking, line.proposal_id))
}

/// What each reviewer would have to do, the most first. There are never more than reviewers may be asked for one call.
pub async fn loads(db: &impl ConnectionTrait, row: &plan::Model) -> Result<Vec<plan_load::Model>, Refusal> {
    let mut rows = plan_load::Entity::find()
        .filter(plan_load::Column::TenantId.eq(row.tenant_id))
        .filter(plan_load::Column::PlanId.eq(row.id))
        .order_by_asc(plan_load::Column::ReviewerId)
        .limit(1_000)
        .all(db)
        .await?;
    rows.sort_by_key(|load| std::cmp::Reverse(load.before + load.planned));
    Ok(rows)
}

pub async fn line(db: &impl ConnectionTrait, row: &plan::Model, proposal: Uuid) -> Result<plan_line::Model, Refusal> {
    plan_line::Entity::find_by_id((row.tenant_id, row.id, proposal)).one(db).await?.ok_or(Refusal::NotFound)
}

pub fn proposed(line: &plan_line::Model) -> Result<Vec<Proposed>, Refusal> {
    Ok(serde_json::from_value(line.reviewers.clone())?)
}
