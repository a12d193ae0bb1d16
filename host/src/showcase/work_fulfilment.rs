//! What is to be done about adoptions after they are agreed.

use super::work::WorkItem;
use super::work_sources::{MOST, item, over};
use crate::adoptions::{AdoptionState, FROZEN, RUNNING, fulfilment};
use crate::calendar::Calendar;
use crate::{App, Refusal, Who};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeMap;
use twoway_entity::accounts::Role;
use twoway_entity::adoptions::adoption;
use twoway_entity::fulfilment::{AskKind, UseChangeState, ask, settlement, use_change};
use twoway_entity::proposals::proposal;
use twoway_ids::{DAY, Millis, Uuid};

const TEAM: &[Role] = &[Role::TeamLead];

/// Questions to answer, changes of use to answer or to take back, thanks to write, leftovers to decide, deliveries that are due.
pub(super) async fn fulfilment(app: &App, who: &Who) -> Result<Vec<WorkItem>, Refusal> {
    let db = app.db.read();
    let own = Condition::any()
        .add(proposal::Column::OwnerId.eq(who.account()))
        .add(proposal::Column::OrganizationId.is_in(who.organizations(TEAM)));
    let own = Query::select()
        .column(proposal::Column::Id)
        .from(proposal::Entity)
        .and_where(proposal::Column::TenantId.eq(who.tenant))
        .cond_where(own)
        .to_owned();
    let mut mine = Condition::any().add(adoption::Column::ProposalId.in_subquery(own.clone()));
    if let Some(over) = over(who, adoption::Column::Path) {
        mine = mine.add(over);
    }
    let rows = adoption::Entity::find()
        .filter(adoption::Column::TenantId.eq(who.tenant))
        .filter(adoption::Column::State.is_in([
            AdoptionState::Active,
            AdoptionState::PartiallyDelivered,
            AdoptionState::Delivered,
            AdoptionState::Acknowledged,
            AdoptionState::HardshipReleased,
        ]))
        .filter(mine)
        .order_by_desc(adoption::Column::ActivatedAt)
        .limit(MOST * 4)
        .all(db)
        .await?;
    let asks = ask::Entity::find()
        .filter(ask::Column::TenantId.eq(who.tenant))
        .filter(ask::Column::Agreed.is_null())
        .filter(ask::Column::AdoptionId.is_in(rows.iter().filter(|r| RUNNING.contains(&r.state)).map(|r| r.id)))
        .order_by_asc(ask::Column::AskedAt)
        .limit(MOST)
        .all(db)
        .await?;
    let settling = settlement::Entity::find()
        .filter(settlement::Column::TenantId.eq(who.tenant))
        .filter(settlement::Column::Id.is_in(rows.iter().map(|r| r.id)))
        .filter(settlement::Column::ClosedAt.is_null())
        .order_by_asc(settlement::Column::ThanksDueAt)
        .limit(MOST)
        .all(db)
        .await?;
    let asked = fulfilment::unanswered(db, who, MOST).await?;
    let stuck = use_change::Entity::find()
        .filter(use_change::Column::TenantId.eq(who.tenant))
        .filter(use_change::Column::State.is_in(FROZEN.iter().copied()))
        .filter(use_change::Column::State.ne(UseChangeState::Open))
        .filter(use_change::Column::ProposalId.in_subquery(own))
        .limit(MOST)
        .all(db)
        .await?;
    let due = crate::adoptions::statement::obligations(db, who, None, None).await?;
    let of =
        rows.iter().map(|r| r.proposal_id).chain(asked.iter().map(|(c, _)| c).chain(&stuck).map(|c| c.proposal_id));
    let proposals: BTreeMap<Uuid, proposal::Model> = proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(who.tenant))
        .filter(proposal::Column::Id.is_in(of))
        .all(db)
        .await?
        .into_iter()
        .map(|p| (p.id, p))
        .collect();
    let title = |id: Uuid| proposals.get(&id).map(|p| p.title.clone()).unwrap_or_default();
    let row_of = |id: Uuid| rows.iter().find(|r| r.id == id);
    let team = |id: Uuid| proposals.get(&id).is_some_and(|p| crate::proposals::queries::is_own(who, p));
    let office = |row: &adoption::Model| who.holds_over(&[Role::LeadOffice], &row.path);
    let mut items = Vec::new();
    for one in asks.iter().filter(|a| Some(a.asked_by) != who.account()) {
        let Some(row) = row_of(one.adoption_id) else { continue };
        let (mine, kind) = match one.kind {
            AskKind::Delay => (team(row.proposal_id), "answer-delay"),
            AskKind::Hardship => (office(row), "answer-hardship"),
            AskKind::Termination => (office(row), "answer-termination"),
        };
        if mine {
            items.push(item(kind, title(row.proposal_id), format!("/adoption-asks/{}/answer", one.id), None));
        }
    }
    for one in &settling {
        let Some(row) = row_of(one.id) else { continue };
        if one.thanked_at.is_none() && team(row.proposal_id) {
            let link = format!("/adoptions/{}/thanks", row.id);
            items.push(item("thank-sponsor", title(row.proposal_id), link, Some(one.thanks_due_at)));
        }
        if one.thanked_at.is_some() && one.surplus.is_none() && office(row) {
            items.push(item("decide-surplus", title(row.proposal_id), format!("/adoptions/{}/surplus", row.id), None));
        }
    }
    for change in &stuck {
        let link = format!("/needs/{}/use", change.line_id);
        items.push(item("withdraw-use-change", title(change.proposal_id), link, None));
    }
    for (change, adoption) in &asked {
        let link = format!("/use-changes/{}/answer/{adoption}", change.id);
        items.push(item("answer-use-change", title(change.proposal_id), link, Some(change.due_at)));
    }
    let calendar = Calendar { utc_offset: app.config.utc_offset_minutes, ..Calendar::default() };
    let end_of = |day: &str| -> Option<Millis> { Some(calendar.start_of(day.parse().ok()?) + DAY) };
    for one in due.iter().filter(|o| o.is_open() && !o.frozen && o.condition.is_none()).take(MOST as usize) {
        let Some(until) = end_of(&one.due_on) else { continue };
        // What is due later than in a month is on the page of obligations, not on the table today.
        if until < app.now() + 30 * DAY {
            let title = format!("{} · {}", one.title, one.line);
            items.push(item("deliver-line", title, format!("/adoptions/{}", one.adoption), Some(until)));
        }
    }
    items.truncate(MOST as usize);
    Ok(items)
}
