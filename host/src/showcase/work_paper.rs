//! Proposals on paper that a clerk has not finished typing in.

use super::work::WorkItem;
use super::work_sources::{MOST, item};
use crate::calls::CallState;
use crate::proposals::ProposalState;
use crate::{App, Refusal, Who};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect};
use twoway_entity::calls::call;
use twoway_entity::proposals::proposal;

use twoway_ids::{Millis, Uuid};

/// Drafts from paper that this person holds, due when their call closes.
pub(super) async fn entries(app: &App, who: &Who) -> Result<Vec<WorkItem>, Refusal> {
    let calls: sea_orm::RelationDef = proposal::Entity::belongs_to(call::Entity)
        .from((proposal::Column::TenantId, proposal::Column::CallId))
        .to((call::Column::TenantId, call::Column::Id))
        .into();
    let rows: Vec<(Uuid, String, String, Option<Millis>)> = proposal::Entity::find()
        .select_only()
        .column(proposal::Column::Id)
        .column(proposal::Column::Title)
        .column_as(call::Column::Title, "call_title")
        .column(call::Column::ClosesAt)
        .join(JoinType::InnerJoin, calls)
        .filter(proposal::Column::TenantId.eq(who.tenant))
        .filter(proposal::Column::OwnerId.eq(who.account()))
        .filter(proposal::Column::EnteredBy.eq(who.account()))
        .filter(proposal::Column::State.eq(ProposalState::Draft))
        .filter(call::Column::State.eq(CallState::Open))
        .order_by_asc(call::Column::ClosesAt)
        .limit(MOST)
        .into_tuple()
        .all(app.db.read())
        .await?;
    let work = |(id, title, call, due): (Uuid, String, String, Option<Millis>)| {
        let title = if title.is_empty() { call } else { title };
        item("finish-paper-entry", title, format!("/proposals/{id}/paper"), due)
    };
    Ok(rows.into_iter().map(work).collect())
}
