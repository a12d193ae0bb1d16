//! What a call makes its office do beside its stations.

use super::work::WorkItem;
use super::work_sources::{MOST, item, over};
use crate::calendar::{self, Calendar};
use crate::{App, Refusal, Who};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use twoway_entity::call_desk::{channel, inquiry};
use twoway_entity::calls::{CallState, call};
use twoway_entity::proposals::{ProposalState, proposal};
use twoway_ids::{DAY, Millis};

/// Questions about calls that wait for an answer.
pub(super) async fn inquiries(app: &App, who: &Who) -> Result<Vec<WorkItem>, Refusal> {
    let Some(over) = over(who, inquiry::Column::Path) else { return Ok(Vec::new()) };
    let rows = inquiry::Entity::find()
        .filter(inquiry::Column::TenantId.eq(who.tenant))
        .filter(inquiry::Column::AnsweredAt.is_null())
        .filter(over)
        .order_by_asc(inquiry::Column::DueAt)
        .limit(MOST)
        .all(app.db.read())
        .await?;
    let title = |text: &str| text.chars().take(60).collect::<String>();
    Ok(rows
        .into_iter()
        .map(|row| {
            item("answer-inquiry", title(&row.question), format!("/office/inquiries/{}", row.id), Some(row.due_at))
        })
        .collect())
}

/// Channels whose day is past and whose proof is missing. A call that was cancelled is published nowhere any more.
pub(super) async fn channels(app: &App, who: &Who) -> Result<Vec<WorkItem>, Refusal> {
    let Some(over) = over(who, channel::Column::Path) else { return Ok(Vec::new()) };
    let cancelled = Query::select()
        .column(call::Column::Id)
        .from(call::Entity)
        .and_where(call::Column::TenantId.eq(who.tenant))
        .and_where(call::Column::State.eq(CallState::Cancelled))
        .to_owned();
    let rows = channel::Entity::find()
        .filter(channel::Column::TenantId.eq(who.tenant))
        .filter(channel::Column::ProvenAt.is_null())
        .filter(channel::Column::PlannedOn.lt(calendar::today(app)))
        .filter(channel::Column::CallId.not_in_subquery(cancelled))
        .filter(over)
        .order_by_asc(channel::Column::PlannedOn)
        .limit(MOST)
        .all(app.db.read())
        .await?;
    let clock = Calendar { utc_offset: app.config.utc_offset_minutes, ..Calendar::default() };
    // It was due when its day ended.
    let ended = |day: &str| -> Option<Millis> { Some(clock.start_of(day.parse().ok()?) + DAY - 1) };
    Ok(rows
        .into_iter()
        .map(|row| {
            let due = ended(&row.planned_on);
            item("prove-channel", row.name, format!("/office/calls/{}/channels", row.call_id), due)
        })
        .collect())
}

/// Late proposals that nobody has accepted.
pub(super) async fn late(app: &App, who: &Who) -> Result<Vec<WorkItem>, Refusal> {
    let Some(over) = over(who, proposal::Column::Path) else { return Ok(Vec::new()) };
    let rows = proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(who.tenant))
        .filter(proposal::Column::State.eq(ProposalState::Submitted))
        .filter(proposal::Column::CallId.not_in_subquery(crate::calls::sealed_calls(who.tenant)))
        .filter(proposal::Column::Id.in_subquery(crate::proposals::late::waiting(who.tenant)))
        .filter(over)
        .order_by_asc(proposal::Column::SubmittedAt)
        .limit(MOST)
        .all(app.db.read())
        .await?;
    Ok(rows.into_iter().map(|row| item("accept-late", row.title, format!("/proposals/{}", row.id), None)).collect())
}
