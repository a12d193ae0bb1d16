//! From the end of the review to the pool: ranking, decisions that nobody hears of, their release, the public notice and its end.

use super::actions::under_review;
use super::state::{ReviewEvent, ReviewMachine, ReviewState, STANDING};
use super::{conflicts, facts, letters, model, queries, roadshow, rules, second, settings};
use crate::calls::{self, CallEvent, CallMachine, CallState};
use crate::lifecycle::{Command, Done, Machine, Step, permit, wrong_state};
use crate::notices::{Told, tell, tell_all};
use crate::proposals::screening::{advance as advance_proposal, in_states};
use crate::proposals::{self, Decision, PROPOSES, ProposalEvent, ProposalMachine, ProposalState, Seen, Sight};
use crate::{App, Refusal, Who, calendar};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use twoway_entity::calls::call;
use twoway_entity::objections::item_notice;
use twoway_entity::proposals::proposal;
use twoway_ids::{Millis, Uuid};

pub mod api;
mod decide;
pub mod several;

/// Ends the public notice, of a call or of one item.
pub use crate::calls::NOTICE_TIMER;
pub use decide::{DecisionInput, decide, spent, verdicts, vetoes};

/// Ends the review: scores are fixed, and each proposal gets the mean of its totals.
pub async fn end_review(app: &App, who: &Who, command: &Command, call_id: Uuid) -> Result<Done, Refusal> {
    let call = calls::actions::may_cause(app, who, command, call_id, CallEvent::EndReview).await?;
    no_open_conflict(app, &call).await?;
    app.act(who, command, move |step| async move {
        let mut open = in_states(&step, call_id, &[ProposalState::UnderReview]).all(step.tx()).await?;
        let round = second::of(step.tx(), step.who().tenant, call_id).await?;
        let items = second::items(step.tx(), step.who().tenant, call_id).await?;
        if let Some(items) = &items {
            open.retain(|row| items.contains_key(&row.id));
        }
        let reviews = queries::tallies(step.tx(), step.who().tenant, call_id).await?;
        let mut totals: HashMap<Uuid, Vec<i32>> = HashMap::new();
        for row in reviews.iter().filter(|r| r.state == ReviewState::Scored) {
            totals.entry(row.proposal).or_default().extend(row.total);
        }
        rules::enough(open.iter().map(|p| totals.get(&p.id).map_or(0, Vec::len)), call.min_reviews)?;
        calls::actions::advance(&step, &call, CallEvent::EndReview, json!({ "proposals": open.len() })).await?;
        for state in STANDING.iter().filter(|state| **state != ReviewState::Closed) {
            // What was asked for and never came counts no more than what was never asked for.
            let event = if *state == ReviewState::Scored { ReviewEvent::Close } else { ReviewEvent::Unassign };
            let rows = reviews.iter().filter(|row| row.state == *state);
            let rows = rows.map(|row| (row.id, row.version, json!({}))).collect();
            step.advance_all::<ReviewMachine>(*state, event, rows).await?;
        }
        let (mut ended, mut scores) = (Vec::with_capacity(open.len()), Vec::with_capacity(open.len()));
        for row in open {
            let totals = totals.remove(&row.id).unwrap_or_default();
            let mean = model::mean(&totals);
            let first = items.as_ref().and_then(|items| items.get(&row.id)).copied();
            let score = match (&round, first, mean) {
                (Some(round), Some(first), Some(mean)) => Some(roadshow::combined(first, mean, round.weight)),
                _ => mean,
            };
            ended.push((row.id, row.version, json!({ "reviews": totals.len() })));
            scores.push((row.id, score));
        }
        step.touch_all::<ProposalMachine>(ProposalState::UnderReview, "review-ended", ended).await?;
        proposals::actions::write_scores(&step, &scores).await?;
        Ok(Done { id: call_id, version: call.version + 1 })
    })
    .await
}

/// Looks once more for conflicts that became known during the review.
async fn no_open_conflict(app: &App, call: &call::Model) -> Result<(), Refusal> {
    let open = under_review(app, call).await?;
    let mut standing = queries::states_of_call(app.db.read(), call.tenant_id, call.id).await?;
    standing.retain(|(_, _, state)| STANDING.contains(state));
    let reviewers: BTreeSet<Uuid> = standing.iter().map(|(_, reviewer, _)| *reviewer).collect();
    let reviewers: Vec<Uuid> = reviewers.into_iter().collect();
    let near = facts::near(app, &reviewers, &call.path).await?;
    let behind = facts::behind(app, call, &open).await?;
    let found = standing.iter().find_map(|(proposal, reviewer, _)| {
        conflicts::blocking(near.get(reviewer)?, behind.get(proposal)?)?;
        open.iter().find(|p| p.id == *proposal)
    });
    match found {
        Some(proposal) => Err(Refusal::of("open-conflict", "M1").with("title", proposal.title.as_str())),
        None => Ok(()),
    }
}

/// When the public notice of a call would end if it began now, by the working-day calendar as it stands.
pub async fn notice_ends(app: &App, who: &Who, call: &call::Model) -> Result<Millis, Refusal> {
    let calendar = calendar::load(app.db.read(), who.tenant, app.config.utc_offset_minutes).await?;
    Ok(calendar.add_workdays(app.now(), u32::try_from(call.notice_days).unwrap_or(5)))
}

/// Releases all decisions of a call at once and starts the public notice.
pub async fn release(app: &App, who: &Who, command: &Command, call_id: Uuid) -> Result<Done, Refusal> {
    let call = calls::actions::may_cause(app, who, command, call_id, CallEvent::Release).await?;
    let ends = notice_ends(app, who, &call).await?;
    app.act(who, command, move |step| async move {
        let undecided = in_states(&step, call_id, &[ProposalState::UnderReview]).count(step.tx()).await?;
        let decided = in_states(&step, call_id, &[ProposalState::Decided]).all(step.tx()).await?;
        rules::all_decided(undecided, decided.len())?;
        let (tenant, db) = (step.who().tenant, step.tx());
        let settings = settings::load(db, tenant, call_id).await?;
        for row in &decided {
            rules::explained(row.decision_reason.as_deref().unwrap_or_default(), settings.shortest_reason)?;
        }
        rules::within_budget(spent(db, tenant, call_id).await?, settings.budget)?;
        if settings.supervised && !settings::supervised(db, tenant, call_id).await? {
            return Err(Refusal::of("supervisor-missing", "M3"));
        }
        let steps = calls::steps(db, tenant, call_id).await?;
        if steps.second_round && !second::started(db, tenant, call_id).await? {
            return Err(Refusal::of("second-round-missing", "M1"));
        }
        if steps.roadshow && !roadshow::planned(db, tenant, call_id).await? {
            return Err(Refusal::of("roadshow-missing", "M1"));
        }
        calls::actions::advance(
            &step,
            &call,
            CallEvent::Release,
            json!({ "proposals": decided.len(), "ends_at": ends }),
        )
        .await?;
        let set =
            [(call::Column::NoticeStartedAt, Expr::value(step.now())), (call::Column::NoticeEndsAt, Expr::value(ends))];
        calls::actions::write(&step, call_id, set).await?;
        letters::write_all(&step, &call, &decided, ends).await?;
        let released = decided.iter().map(|row| {
            let payload = json!({ "decision": row.decision, "cost": row.cost });
            (row.id, row.version, payload)
        });
        step.advance_all::<ProposalMachine>(ProposalState::Decided, ProposalEvent::Release, released.collect()).await?;
        proposals::actions::touched(&step, &decided.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
        let told = decided.iter().map(|row| Told {
            account: row.owner_id,
            template: match row.decision {
                Some(Decision::Selected) => "notice-proposal-selected",
                _ => "notice-proposal-not-selected",
            },
            values: json!({ "title": row.title }),
            link: format!("/proposals/{}", row.id),
        });
        tell_all(&step, told).await?;
        let values = json!({ "title": call.title });
        calls::tell_followers(&step, call_id, BTreeSet::new(), "notice-call-results", values).await?;
        step.set_timer(NOTICE_TIMER, call_id.to_string(), ends, (CallMachine::KIND, call_id), json!({ "id": call_id }))
            .await?;
        Ok(Done { id: call_id, version: call.version + 1 })
    })
    .await
}

/// Releases the new decision about one item that came back after an objection. It gets a notice of its own, as long as the call's.
pub async fn release_item(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let Seen { row, sight } = proposals::queries::find_visible(app.db.read(), who, id).await?;
    proposals::rules::not_own(&row, who.account(), &who.organizations(PROPOSES))?;
    permit::<ProposalMachine>(who, ProposalEvent::Release, &proposals::place(&row))?;
    if sight != Sight::Office {
        return Err(Refusal::NotAllowed);
    }
    command.check_version(row.version)?;
    if row.state != ProposalState::Decided {
        return Err(wrong_state::<ProposalMachine>(row.state, ProposalEvent::Release));
    }
    let call = calls::queries::find(app.db.read(), who.tenant, row.call_id).await?;
    if call.state != CallState::PublicNotice {
        return Err(Refusal::of("released-with-the-call", "M1"));
    }
    let settings = settings::load(app.db.read(), who.tenant, call.id).await?;
    rules::explained(row.decision_reason.as_deref().unwrap_or_default(), settings.shortest_reason)?;
    let ends = notice_ends(app, who, &call).await?;
    app.act(who, command, move |step| async move {
        let payload = json!({ "decision": row.decision, "cost": row.cost, "ends_at": ends });
        advance_proposal(&step, &row, ProposalEvent::Release, payload).await?;
        proposals::actions::write(&step, id, []).await?;
        notice_of_item(&step, &row, ends).await?;
        letters::write_all(&step, &call, std::slice::from_ref(&row), ends).await?;
        let selected = row.decision == Some(Decision::Selected);
        let template = if selected { "notice-proposal-selected" } else { "notice-proposal-not-selected" };
        tell(&step, row.owner_id, template, json!({ "title": row.title }), format!("/proposals/{id}"), false).await?;
        let subject = (CallMachine::KIND, call.id);
        step.set_timer(NOTICE_TIMER, id.to_string(), ends, subject, json!({ "id": call.id })).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Writes down until when the new notice of an item runs; a second one takes the place of the first.
async fn notice_of_item(step: &Step, row: &proposal::Model, ends: Millis) -> Result<(), Refusal> {
    let notice = item_notice::ActiveModel {
        tenant_id: Set(row.tenant_id),
        proposal_id: Set(row.id),
        call_id: Set(row.call_id),
        started_at: Set(step.now()),
        ends_at: Set(ends),
    };
    let again = OnConflict::columns([item_notice::Column::TenantId, item_notice::Column::ProposalId])
        .update_columns([item_notice::Column::StartedAt, item_notice::Column::EndsAt])
        .to_owned();
    item_notice::Entity::insert(notice).on_conflict(again).exec_without_returning(step.tx()).await?;
    step.wrote(item_notice::Entity, row.id);
    Ok(())
}

/// Ends what has come to the end of its public notice.
pub async fn conclude(app: &App, who: &Who, call_id: Uuid) -> Result<(), Refusal> {
    let call = calls::queries::find(app.db.read(), who.tenant, call_id).await?;
    permit::<CallMachine>(who, CallEvent::Conclude, &calls::queries::place(&call))?;
    if CallMachine::next(call.state, CallEvent::Conclude).is_none() {
        return Ok(());
    }
    app.act(who, &Command::default(), move |step| async move { settle(&step, &call).await }).await
}

/// Moves on each item of a call whose notice is over and which no open objection holds: what was selected goes to the pool for twelve
/// months. The call concludes when no item is left, neither in notice nor back under review.
pub async fn settle(step: &Step, call: &call::Model) -> Result<(), Refusal> {
    let running = call.notice_ends_at.is_none_or(|ends| step.now() < ends);
    if CallMachine::next(call.state, CallEvent::Conclude).is_none() || running {
        return Ok(());
    }
    let held = queries::held_by_objections(step.tx(), call.tenant_id, call.id).await?;
    let own = queries::item_notices(step.tx(), call.tenant_id, call.id).await?;
    let mut left = !held.is_empty();
    let mut passed_over = Vec::new();
    for row in in_states(step, call.id, &[ProposalState::InNotice]).all(step.tx()).await? {
        let still_in_notice = own.get(&row.id).is_some_and(|ends| step.now() < *ends);
        if held.contains(&row.id) || still_in_notice {
            left = true;
        } else if row.decision == Some(Decision::Selected) {
            proposals::pool::enter(step, &row).await?;
        } else {
            passed_over.push((row.id, row.version, json!({})));
        }
    }
    let ids: Vec<Uuid> = passed_over.iter().map(|(id, ..)| *id).collect();
    step.advance_all::<ProposalMachine>(ProposalState::InNotice, ProposalEvent::PassOver, passed_over).await?;
    proposals::actions::touched(step, &ids).await?;
    let back = in_states(step, call.id, &[ProposalState::UnderReview, ProposalState::Decided]);
    left |= back.count(step.tx()).await? > 0;
    if !left {
        calls::actions::advance(step, call, CallEvent::Conclude, json!({})).await?;
    }
    Ok(())
}

/// Takes a result back after an objection was upheld: the item is decided anew, the others go on. One that has left the notice by
/// itself is left as it is.
pub async fn reopen(step: &Step, id: Uuid, why: &str) -> Result<(), Refusal> {
    let found = proposal::Entity::find_by_id((step.who().tenant, id)).one(step.tx()).await?;
    let Some(row) = found.filter(|row| row.state == ProposalState::InNotice) else { return Ok(()) };
    let payload = json!({ "reason": why, "decision": row.decision, "cost": row.cost });
    advance_proposal(step, &row, ProposalEvent::Reopen, payload).await?;
    let set = [
        (proposal::Column::Decision, Expr::value(None::<Decision>)),
        (proposal::Column::DecisionReason, Expr::value(None::<String>)),
        (proposal::Column::Cost, Expr::value(None::<i64>)),
        (proposal::Column::DecidedBy, Expr::value(None::<Uuid>)),
    ];
    proposals::actions::write(step, id, set).await?;
    tell_owner(step, &row, "notice-proposal-reopened").await
}

/// Lets a proposal in again after an objection to its being found ineligible was upheld. Where the formal check is over it goes on to
/// where the others are.
pub async fn readmit(step: &Step, id: Uuid, why: &str) -> Result<(), Refusal> {
    let found = proposal::Entity::find_by_id((step.who().tenant, id)).one(step.tx()).await?;
    let Some(row) = found.filter(|row| row.state == ProposalState::Ineligible) else { return Ok(()) };
    let call = calls::queries::find(step.tx(), row.tenant_id, row.call_id).await?;
    if matches!(call.state, CallState::Cancelled | CallState::Concluded) {
        return Ok(());
    }
    let state = advance_proposal(step, &row, ProposalEvent::Readmit, json!({ "reason": why })).await?;
    if matches!(call.state, CallState::Reviewing | CallState::Deliberating | CallState::PublicNotice) {
        let eligible = proposal::Model { state, version: row.version + 1, ..row.clone() };
        advance_proposal(step, &eligible, ProposalEvent::StartReview, json!({})).await?;
    }
    let set = [
        (proposal::Column::IneligibleRule, Expr::value(None::<String>)),
        (proposal::Column::IneligibleReason, Expr::value(None::<String>)),
    ];
    proposals::actions::write(step, id, set).await?;
    tell_owner(step, &row, "notice-proposal-readmitted").await
}

async fn tell_owner(step: &Step, row: &proposal::Model, template: &str) -> Result<(), Refusal> {
    tell(step, row.owner_id, template, json!({ "title": row.title }), format!("/proposals/{}", row.id), false).await
}
