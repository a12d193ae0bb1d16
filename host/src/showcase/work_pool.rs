//! Pooled proposals whose time ends soon: their proposers say whether they are still valid.

use super::work::WorkItem;
use super::work_sources::MOST;
use crate::proposals::{PROPOSES, ProposalState, pool};
use crate::{App, Refusal, Who};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use twoway_entity::proposals::proposal;

pub(super) async fn renewals(app: &App, who: &Who) -> Result<Vec<WorkItem>, Refusal> {
    use proposal::Column as C;
    let own =
        Condition::any().add(C::OwnerId.eq(who.account())).add(C::OrganizationId.is_in(who.organizations(PROPOSES)));
    let rows = proposal::Entity::find()
        .filter(C::TenantId.eq(who.tenant))
        .filter(C::State.eq(ProposalState::Pooled))
        .filter(C::PoolUntil.lte(app.now() + pool::WARNING))
        .filter(own)
        .order_by_asc(C::PoolUntil)
        .limit(MOST)
        .all(app.db.read())
        .await?;
    let item = |row: proposal::Model| WorkItem {
        kind: "renew-proposal",
        title: row.title,
        link: format!("/proposals/{}", row.id),
        due_at: row.pool_until,
        on_paper: row.entered_by.is_some(),
    };
    Ok(rows.into_iter().map(item).collect())
}
