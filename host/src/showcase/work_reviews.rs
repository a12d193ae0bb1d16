//! What the review asks of supervisors, judges and the office, beside the reviewers' own desk.

use super::work::WorkItem;
use super::work_sources::MOST;
use crate::calls::CallState;
use crate::proposals::assisted;
use crate::reviews::PlanState;
use crate::reviews::roadshow::SlotState;
use crate::reviews::views::titles;
use crate::{App, Refusal, Who};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use twoway_entity::accounts::Role;
use twoway_entity::calls::call;
use twoway_entity::reviews::{judge, plan, setting, slot, supervision};
use twoway_ids::Uuid;

fn over(who: &Who, role: Role, column: impl ColumnTrait) -> Option<Condition> {
    let paths = who.subtrees(&[role]);
    (!paths.is_empty()).then(|| paths.into_iter().fold(Condition::any(), |any, path| any.add(column.starts_with(path))))
}

/// Deliberations to be present at, results to countersign, turns to score, plans to confirm.
pub(super) async fn rounds(app: &App, who: &Who) -> Result<Vec<WorkItem>, Refusal> {
    let db = app.db.read();
    let mut items = Vec::new();
    if let Some(over) = over(who, Role::Supervisor, call::Column::Path) {
        let present = Query::select()
            .column(supervision::Column::CallId)
            .from(supervision::Entity)
            .and_where(supervision::Column::TenantId.eq(who.tenant))
            .to_owned();
        let not_asked = Query::select()
            .column(setting::Column::CallId)
            .from(setting::Entity)
            .and_where(setting::Column::TenantId.eq(who.tenant))
            .and_where(setting::Column::Supervised.eq(false))
            .to_owned();
        let calls = call::Entity::find()
            .filter(call::Column::TenantId.eq(who.tenant))
            .filter(call::Column::State.eq(CallState::Deliberating))
            .filter(call::Column::Id.not_in_subquery(present))
            .filter(call::Column::Id.not_in_subquery(not_asked))
            .filter(over)
            .order_by_asc(call::Column::Id)
            .limit(MOST)
            .all(db)
            .await?;
        items.extend(calls.into_iter().map(|call| WorkItem {
            kind: "supervise",
            title: call.title,
            link: format!("/office/calls/{}/supervise", call.id),
            due_at: None,
            on_paper: false,
        }));
    }
    if let Some(over) = over(who, Role::Supervisor, slot::Column::Path) {
        let slots = slot::Entity::find()
            .filter(slot::Column::TenantId.eq(who.tenant))
            .filter(slot::Column::State.eq(SlotState::Closed))
            .filter(over)
            .order_by_asc(slot::Column::Id)
            .limit(MOST)
            .all(db)
            .await?;
        let proposals: Vec<Uuid> = slots.iter().map(|slot| slot.proposal_id).collect();
        let titles = titles(db, who.tenant, proposals.iter().copied()).await?;
        let on_paper = assisted::among(db, who.tenant, proposals).await?;
        items.extend(slots.into_iter().map(|slot| WorkItem {
            kind: "countersign-roadshow",
            title: titles.get(&slot.proposal_id).cloned().unwrap_or_default(),
            link: format!("/office/roadshow-slots/{}", slot.id),
            due_at: None,
            on_paper: on_paper.contains(&slot.proposal_id),
        }));
    }
    if who.holds(&[Role::Reviewer]) {
        let calls = Query::select()
            .column(judge::Column::CallId)
            .from(judge::Entity)
            .and_where(judge::Column::TenantId.eq(who.tenant))
            .and_where(judge::Column::AccountId.eq(who.account()))
            .to_owned();
        let open = slot::Entity::find()
            .filter(slot::Column::TenantId.eq(who.tenant))
            .filter(slot::Column::State.eq(SlotState::Open))
            .filter(slot::Column::CallId.in_subquery(calls))
            .order_by_asc(slot::Column::Id)
            .limit(MOST)
            .all(db)
            .await?;
        // Judges may not learn from the title who proposes: the turn's place says enough.
        items.extend(open.into_iter().map(|slot| WorkItem {
            kind: "judge-roadshow",
            title: format!("{} · {}", slot.position, slot.place),
            link: format!("/roadshow/{}", slot.id),
            due_at: slot.starts_at,
            on_paper: false,
        }));
    }
    if let Some(over) = over(who, Role::LeadOffice, plan::Column::Path) {
        let plans = plan::Entity::find()
            .filter(plan::Column::TenantId.eq(who.tenant))
            .filter(plan::Column::State.eq(PlanState::Proposed))
            .filter(plan::Column::MadeBy.eq(who.account()))
            .filter(over)
            .order_by_asc(plan::Column::Id)
            .limit(MOST)
            .all(db)
            .await?;
        let calls = call::Entity::find()
            .filter(call::Column::TenantId.eq(who.tenant))
            .filter(call::Column::Id.is_in(plans.iter().map(|plan| plan.call_id)))
            .all(db)
            .await?;
        items.extend(plans.into_iter().filter_map(|plan| {
            let call = calls.iter().find(|call| call.id == plan.call_id && call.state == CallState::Reviewing)?;
            let link = format!("/office/review-plans/{}", plan.id);
            Some(WorkItem { kind: "confirm-plan", title: call.title.clone(), link, due_at: None, on_paper: false })
        }));
    }
    Ok(items)
}
