//! What the office does between the end of a call and its review: the formal check, and the steps that move all proposals of a
//! call together.

use super::actions::write;
use super::late;
use super::points::{self, Point};
use super::queries::{Seen, Sight, find_visible, place};
use super::rules::{self, FIX_DAYS};
use super::state::{ProposalEvent, ProposalMachine, ProposalState};
use super::{FIX_REMINDER, FIX_TIMER, POOL_TIMER, POOL_WARNING, PROPOSES};
use crate::calls::{self, CallEvent, CallMachine, CallState};
use crate::lifecycle::{Command, Done, Machine, Step, permit, wrong_state};
use crate::notices::tell;
use crate::{App, Refusal, Who, calendar};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveEnum, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use twoway_entity::calls::call;
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;

/// Finds a proposal eligible.
pub async fn admit(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let row = to_check(app, who, command, id, ProposalEvent::Admit).await?;
    let checker = who.account();
    app.act(who, command, move |step| async move {
        advance(&step, &row, ProposalEvent::Admit, json!({})).await?;
        write(&step, id, [(proposal::Column::ScreenedBy, Expr::value(checker))]).await?;
        let values = json!({ "title": row.title });
        tell(&step, row.owner_id, "notice-proposal-eligible", values, link(id), false).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Returns a proposal once, with what must be mended: `general`, about the whole, and further points, most of them about a question.
/// Five working days later it is ineligible.
pub async fn return_for_fix(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    general: &str,
    points: Vec<Point>,
) -> Result<Done, Refusal> {
    let row = to_check(app, who, command, id, ProposalEvent::Return).await?;
    rules::returnable(&row)?;
    let call = calls::queries::find(app.db.read(), who.tenant, row.call_id).await?;
    let points = points::checked(general, points, &calls::form_of(&call)?)?;
    let defects = points::as_text(&points);
    let calendar = calendar::load(app.db.read(), who.tenant, app.config.utc_offset_minutes).await?;
    let due = calendar.add_workdays(app.now(), FIX_DAYS);
    let reminder = calendar.add_workdays(app.now(), FIX_DAYS - 1);
    let checker = who.account();
    app.act(who, command, move |step| async move {
        advance(&step, &row, ProposalEvent::Return, json!({ "reason": defects, "due": due })).await?;
        let set = [
            (proposal::Column::Defects, Expr::value(defects.clone())),
            (proposal::Column::FixDueAt, Expr::value(due)),
            (proposal::Column::Returned, Expr::value(true)),
            (proposal::Column::ScreenedBy, Expr::value(checker)),
        ];
        write(&step, id, set).await?;
        points::keep(&step, id, points).await?;
        step.set_timer(FIX_TIMER, id.to_string(), due, (ProposalMachine::KIND, id), json!({ "id": id })).await?;
        step.set_timer(FIX_REMINDER, id.to_string(), reminder, (ProposalMachine::KIND, id), json!({})).await?;
        let values = json!({ "title": row.title, "reason": defects, "until": crate::http::components::exact(due - 1) });
        tell(&step, row.owner_id, "notice-proposal-returned", values, link(id), true).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Finds a proposal ineligible by a rule of the call's guide, and says why. It counts when a second person agrees; until then the
/// proposer is told nothing.
pub async fn rule_out(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    rule: &str,
    why: &str,
) -> Result<Done, Refusal> {
    let row = to_check(app, who, command, id, ProposalEvent::ProposeOut).await?;
    let why = calls::reason(why)?;
    let rule = rule.trim().to_string();
    let length = rule.chars().count();
    if length == 0 {
        return Err(Refusal::field("rule", twoway_manifest::FieldProblem::Missing));
    }
    if length > 32 {
        return Err(Refusal::field("rule", twoway_manifest::FieldProblem::TooLong { max: 32 }));
    }
    let checker = who.account();
    app.act(who, command, move |step| async move {
        advance(&step, &row, ProposalEvent::ProposeOut, json!({ "rule": rule, "reason": why })).await?;
        let set = [
            (proposal::Column::IneligibleRule, Expr::value(rule.clone())),
            (proposal::Column::IneligibleReason, Expr::value(why.clone())),
            (proposal::Column::ScreenedBy, Expr::value(checker)),
        ];
        write(&step, id, set).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// The second person agrees: the proposal is ineligible, and its proposer is told by which rule and why.
pub async fn confirm_out(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let row = to_check(app, who, command, id, ProposalEvent::RuleOut).await?;
    rules::second_finding(row.screened_by, who.account())?;
    app.act(who, command, move |step| async move {
        let (rule, why) = (row.ineligible_rule.clone(), row.ineligible_reason.clone());
        advance(&step, &row, ProposalEvent::RuleOut, json!({ "rule": rule, "reason": why })).await?;
        write(&step, id, []).await?;
        let values = json!({ "title": row.title, "rule": rule, "reason": why });
        tell(&step, row.owner_id, "notice-proposal-ineligible", values, link(id), false).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// The second person does not agree, or the first one thinks again: the proposal is to be checked anew.
pub async fn keep_in(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let row = to_check(app, who, command, id, ProposalEvent::KeepIn).await?;
    app.act(who, command, move |step| async move {
        advance(&step, &row, ProposalEvent::KeepIn, json!({})).await?;
        let set = [
            (proposal::Column::IneligibleRule, Expr::value(None::<String>)),
            (proposal::Column::IneligibleReason, Expr::value(None::<String>)),
            (proposal::Column::ScreenedBy, Expr::value(None::<Uuid>)),
        ];
        write(&step, id, set).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// A proposal that this person may check now: the formal check runs while its call is in screening.
async fn to_check(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    event: ProposalEvent,
) -> Result<proposal::Model, Refusal> {
    let Seen { row, sight } = find_visible(app.db.read(), who, id).await?;
    rules::not_own(&row, who.account(), &who.organizations(PROPOSES))?;
    if sight != Sight::Office {
        return Err(Refusal::NotAllowed);
    }
    permit::<ProposalMachine>(who, event, &place(&row))?;
    command.check_version(row.version)?;
    if ProposalMachine::next(row.state, event).is_none() {
        return Err(wrong_state::<ProposalMachine>(row.state, event));
    }
    if matches!(event, ProposalEvent::Admit | ProposalEvent::Return) {
        late::accepted(app.db.read(), &row).await?;
    }
    let call = calls::queries::find(app.db.read(), who.tenant, row.call_id).await?;
    if call.state == CallState::Screening { Ok(row) } else { Err(Refusal::of("call-not-in-screening", "M1")) }
}

/// Handed in, and the formal check has not come to an end.
const UNCHECKED: &[ProposalState] = &[ProposalState::Submitted, ProposalState::Returned, ProposalState::RulingOut];

/// Ends the formal check: all eligible proposals of the call go to the reviewers.
pub async fn start_review(app: &App, who: &Who, command: &Command, call_id: Uuid) -> Result<Done, Refusal> {
    let call = calls::actions::may_cause(app, who, command, call_id, CallEvent::StartReview).await?;
    late::over(app, &call).await?;
    app.act(who, command, move |step| async move {
        let unchecked = in_states(&step, call_id, UNCHECKED).count(step.tx()).await?;
        let eligible = in_states(&step, call_id, &[ProposalState::Eligible]).all(step.tx()).await?;
        rules::screened(unchecked, eligible.len() as u64)?;
        calls::actions::advance(&step, &call, CallEvent::StartReview, json!({ "proposals": eligible.len() })).await?;
        let rows = eligible.iter().map(|row| (row.id, row.version, json!({}))).collect();
        step.advance_all::<ProposalMachine>(ProposalState::Eligible, ProposalEvent::StartReview, rows).await?;
        Ok(Done { id: call_id, version: call.version + 1 })
    })
    .await
}

/// Sends all that was handed in to the reviewers, in a call without a formal check. Where nothing was handed in the office decides.
pub async fn pass(step: &Step, call: &call::Model) -> Result<(), Refusal> {
    let submitted = in_states(step, call.id, &[ProposalState::Submitted]).all(step.tx()).await?;
    if submitted.is_empty() {
        return Ok(());
    }
    let payload = json!({ "proposals": submitted.len(), "screening": false });
    calls::actions::advance(step, call, CallEvent::StartReview, payload).await?;
    let said = json!({ "screening": false });
    let admitted = submitted.iter().map(|row| (row.id, row.version, said.clone())).collect();
    let eligible =
        step.advance_all::<ProposalMachine>(ProposalState::Submitted, ProposalEvent::Admit, admitted).await?;
    let started = submitted.iter().map(|row| (row.id, row.version + 1, json!({}))).collect();
    step.advance_all::<ProposalMachine>(eligible, ProposalEvent::StartReview, started).await?;
    Ok(())
}

/// Cancels a call before its results are public: its proposals end with it, and everybody concerned is told why.
pub async fn cancel_call(app: &App, who: &Who, command: &Command, call_id: Uuid, why: &str) -> Result<Done, Refusal> {
    let call = calls::actions::may_cause(app, who, command, call_id, CallEvent::Cancel).await?;
    let why = calls::reason(why)?;
    app.act(who, command, move |step| async move {
        calls::actions::advance(&step, &call, CallEvent::Cancel, json!({ "reason": why })).await?;
        calls::actions::write(&step, call_id, [(call::Column::Reason, Expr::value(why.clone()))]).await?;
        let going_on = [
            ProposalState::Draft,
            ProposalState::Submitted,
            ProposalState::Returned,
            ProposalState::RulingOut,
            ProposalState::Eligible,
            ProposalState::UnderReview,
            ProposalState::Decided,
        ];
        for row in in_states(&step, call_id, &going_on).all(step.tx()).await? {
            advance(&step, &row, ProposalEvent::Cancel, json!({ "reason": why })).await?;
            step.cancel_timer(FIX_TIMER, &row.id.to_string()).await?;
            let values = json!({ "title": call.title, "reason": why });
            tell(&step, row.owner_id, "notice-call-cancelled", values, link(row.id), false).await?;
        }
        let (tenant, now) = (step.who().tenant, step.now());
        twoway_jobs::cancel_subject(step.tx(), tenant, (CallMachine::KIND, call_id), now).await?;
        Ok(Done { id: call_id, version: call.version + 1 })
    })
    .await
}

/// What a timer does to one proposal. One that has moved on already is left as it is.
pub async fn by_timer(app: &App, who: &Who, id: Uuid, event: ProposalEvent) -> Result<(), Refusal> {
    let row = find_visible(app.db.read(), who, id).await?.row;
    permit::<ProposalMachine>(who, event, &place(&row))?;
    let due = if event == ProposalEvent::FixLapsed { row.fix_due_at } else { row.pool_until };
    if ProposalMachine::next(row.state, event).is_none() || due.is_some_and(|due| app.now() < due) {
        return Ok(());
    }
    app.act(who, &Command::default(), move |step| async move {
        advance(&step, &row, event, json!({})).await?;
        let template = match event {
            ProposalEvent::FixLapsed => {
                write(&step, id, [(proposal::Column::IneligibleRule, Expr::value("M1"))]).await?;
                "notice-proposal-fix-lapsed"
            }
            _ => {
                write(&step, id, []).await?;
                "notice-proposal-expired"
            }
        };
        tell(&step, row.owner_id, template, json!({ "title": row.title }), link(id), false).await
    })
    .await
}

/// Reminds the proposer of what is to be mended. One that came back already, or has ended, is left alone.
pub async fn remind_to_mend(app: &App, id: Uuid) -> Result<(), Refusal> {
    let who = app.system(FIX_REMINDER);
    let row = find_visible(app.db.read(), &who, id).await?.row;
    let Some(due) = row.fix_due_at.filter(|due| row.state == ProposalState::Returned && app.now() < *due) else {
        return Ok(());
    };
    app.act(&who, &Command::default(), move |step| async move {
        step.record(ProposalMachine::KIND, id, "fix-reminded", json!({}));
        let values = json!({ "title": row.title, "until": crate::http::components::exact(due - 1) });
        tell(&step, row.owner_id, "notice-proposal-fix-reminder", values, link(id), true).await
    })
    .await
}

/// All proposals of a call in one of these states, oldest first.
pub fn in_states(step: &Step, call: Uuid, states: &[ProposalState]) -> sea_orm::Select<proposal::Entity> {
    proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(step.who().tenant))
        .filter(proposal::Column::CallId.eq(call))
        .filter(proposal::Column::State.is_in(states.iter().map(|s| s.to_value())))
        .order_by_asc(proposal::Column::Id)
}

/// Moves a proposal within a step of this or a later feature.
pub async fn advance(
    step: &Step,
    row: &proposal::Model,
    event: ProposalEvent,
    payload: Value,
) -> Result<ProposalState, Refusal> {
    step.advance::<ProposalMachine>(row.id, (row.state, row.version), event, payload).await
}

/// Sets the timers that end a proposal's place in the pool, and that ask before whether it is still valid.
pub async fn set_pool_timer(step: &Step, id: Uuid, until: i64) -> Result<(), Refusal> {
    let (subject, payload) = ((ProposalMachine::KIND, id), json!({ "id": id }));
    step.set_timer(POOL_WARNING, id.to_string(), until - super::pool::WARNING, subject, payload).await?;
    step.set_timer(POOL_TIMER, id.to_string(), until, (ProposalMachine::KIND, id), json!({ "id": id })).await
}

fn link(id: Uuid) -> String {
    format!("/proposals/{id}")
}
