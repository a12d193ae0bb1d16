//! What stands around proposals and waits for somebody.

use super::work::WorkItem;
use super::work_sources::MOST;
use crate::proposals::merge::MergerState;
use crate::proposals::{PROPOSES, together};
use crate::{App, Refusal, Who};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use twoway_entity::proposals::proposal;
use twoway_entity::propose::{co_applicant, merger};
use twoway_ids::Uuid;

/// The person's own proposals.
fn own(who: &Who) -> SelectStatement {
    Query::select()
        .column(proposal::Column::Id)
        .from(proposal::Entity)
        .and_where(proposal::Column::TenantId.eq(who.tenant))
        .cond_where(
            Condition::any()
                .add(proposal::Column::OwnerId.eq(who.account()))
                .add(proposal::Column::OrganizationId.is_in(who.organizations(PROPOSES))),
        )
        .to_owned()
}

/// What these proposals are called.
async fn titles(
    app: &App,
    who: &Who,
    proposals: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>, Refusal> {
    let rows = proposal::Entity::find()
        .select_only()
        .column(proposal::Column::Id)
        .column(proposal::Column::Title)
        .filter(proposal::Column::TenantId.eq(who.tenant))
        .filter(proposal::Column::Id.is_in(proposals))
        .into_tuple()
        .all(app.db.read())
        .await?;
    Ok(rows.into_iter().collect())
}

/// Mergers that wait for the person's agreement.
pub(super) async fn mergers(app: &App, who: &Who) -> Result<Vec<WorkItem>, Refusal> {
    use merger::Column as C;
    let source = Condition::all().add(C::SourceAgreed.is_null()).add(C::SourceId.in_subquery(own(who)));
    let target = Condition::all().add(C::TargetAgreed.is_null()).add(C::TargetId.in_subquery(own(who)));
    let rows = merger::Entity::find()
        .filter(C::TenantId.eq(who.tenant))
        .filter(C::State.eq(MergerState::Proposed))
        .filter(Condition::any().add(source).add(target))
        .order_by_asc(C::DueAt)
        .limit(MOST)
        .all(app.db.read())
        .await?;
    let titles = titles(app, who, rows.iter().flat_map(|row| [row.source_id, row.target_id])).await?;
    let title = |id: &Uuid| titles.get(id).map_or("", String::as_str);
    let item = |row: merger::Model| WorkItem {
        kind: "answer-merger",
        title: format!("{} → {}", title(&row.source_id), title(&row.target_id)),
        link: format!("/mergers/{}", row.id),
        due_at: Some(row.due_at),
        on_paper: false,
    };
    Ok(rows.into_iter().map(item).collect())
}

/// Proposals that the person was asked to write along.
pub(super) async fn invitations(app: &App, who: &Who) -> Result<Vec<WorkItem>, Refusal> {
    let rows = together::queries::waiting(app.db.read(), who, MOST).await?;
    let titles = titles(app, who, rows.iter().map(|row| row.proposal_id)).await?;
    let item = |row: co_applicant::Model| WorkItem {
        kind: "answer-co-invitation",
        title: titles.get(&row.proposal_id).cloned().unwrap_or_default(),
        link: format!("/proposals/{}/together", row.proposal_id),
        due_at: None,
        on_paper: false,
    };
    Ok(rows.into_iter().map(item).collect())
}
