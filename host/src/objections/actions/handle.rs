use super::super::handlers;
use super::super::identity::{self, Identity};
use super::super::model::said;
use super::super::queries;
use super::super::rules::{self, ANSWER_DAYS, EXTENSION_DAYS};
use super::super::state::{ObjectionEvent, ObjectionMachine, ObjectionState};
use super::{
    advance, for_office, in_workdays, link, may_cause, none, release_item, set_clock, stop_clock, tell_objector, write,
};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal, Who, calendar, notices};
use sea_orm::sea_query::Expr;
use serde_json::json;
use twoway_entity::objections::objection::Column as C;
use twoway_ids::Uuid;

/// Takes it up: an answer is due five working days from now.
pub async fn admit(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let row = may_cause(app, who, command, id, ObjectionEvent::Admit).await?;
    let due = in_workdays(app, who, ANSWER_DAYS).await?;
    app.act(who, command, move |step| async move {
        advance(&step, &row, ObjectionEvent::Admit, json!({ "due": due })).await?;
        write(&step, id, [(C::DueAt, Expr::value(due))]).await?;
        set_clock(&step, id, due).await?;
        tell_objector(&step, &row, "notice-objection-admitted", json!({})).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Does not take it up, and says why. Nobody does so who had a part in what it is about.
pub async fn dismiss(app: &App, who: &Who, command: &Command, id: Uuid, why: &str) -> Result<Done, Refusal> {
    let row = may_cause(app, who, command, id, ObjectionEvent::Dismiss).await?;
    let why = said("reason", why, 2_000)?;
    let account = who.account().ok_or(Refusal::SignedOut)?;
    handlers::unconcerned(app, &row, account, false).await?;
    app.act(who, command, move |step| async move {
        advance(&step, &row, ObjectionEvent::Dismiss, json!({ "reason": why })).await?;
        write(&step, id, [(C::Dismissal, Expr::value(why.clone())), (C::DueAt, none::<i64>())]).await?;
        stop_clock(&step, id).await?;
        tell_objector(&step, &row, "notice-objection-dismissed", json!({})).await?;
        release_item(&step, &row, false, &why).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Gives it to somebody who is not concerned, the first time or anew; in a second look to another person than the first. The clock
/// goes on.
pub async fn assign(app: &App, who: &Who, command: &Command, id: Uuid, handler: Uuid) -> Result<Done, Refusal> {
    let seen = for_office(app, who, command, id).await?;
    let second = matches!(seen.row.state, ObjectionState::ReviewRequested | ObjectionState::ReviewAssigned);
    let event = if second { ObjectionEvent::AssignReview } else { ObjectionEvent::Assign };
    let row = may_cause(app, who, command, id, event).await?;
    handlers::check(app, &row, handler, second).await?;
    app.act(who, command, move |step| async move {
        advance(&step, &row, event, json!({ "handler": handler })).await?;
        let column = if second { C::SecondHandlerId } else { C::HandlerId };
        write(&step, id, [(column, Expr::value(handler))]).await?;
        notices::tell(&step, handler, "notice-objection-assigned", json!({ "title": row.title }), link(id), true)
            .await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// The handler begins to look into it.
pub async fn begin(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let row = may_cause(app, who, command, id, ObjectionEvent::Begin).await?;
    rules::handles(row.handler_id, who.account())?;
    app.act(who, command, move |step| async move {
        advance(&step, &row, ObjectionEvent::Begin, json!({})).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Extends the time for the answer by five working days, once; who filed it is told why.
pub async fn extend(app: &App, who: &Who, command: &Command, id: Uuid, why: &str) -> Result<Done, Refusal> {
    let row = may_cause(app, who, command, id, ObjectionEvent::Answer).await?;
    rules::handles(row.handler_id, who.account())?;
    rules::extendable(&row, app.now())?;
    let why = said("reason", why, 1_000)?;
    let calendar = calendar::load(app.db.read(), who.tenant, app.config.utc_offset_minutes).await?;
    let due = calendar.add_workdays(row.due_at.unwrap_or(app.now()) - 1, EXTENSION_DAYS);
    app.act(who, command, move |step| async move {
        let from = (row.state, row.version);
        step.touch::<ObjectionMachine>(id, from, "extended", json!({ "reason": why, "due": due })).await?;
        let set = [
            (C::DueAt, Expr::value(due)),
            (C::Extended, Expr::value(true)),
            (C::ExtensionReason, Expr::value(why.clone())),
        ];
        write(&step, id, set).await?;
        set_clock(&step, id, due).await?;
        let until = crate::http::components::local_day(due - 1);
        tell_objector(&step, &row, "notice-objection-extended", json!({ "until": until })).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Opens who filed it, for the handler and the supervisor. The look itself is an event.
///
/// Errors: [`Refusal::NotAllowed`] for everybody else.
pub async fn look(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Identity, Refusal> {
    let seen = queries::find_visible(app, who, id).await?;
    if !seen.sight.knows_who() {
        return Err(Refusal::NotAllowed);
    }
    let identity = identity::open(&app.keys, &seen.row)?;
    // No answer is kept for a repeated request: it would keep the name.
    let unkept = Command { key: None, ..command.clone() };
    let row = seen.row;
    app.act(who, &unkept, move |step| async move {
        step.touch::<ObjectionMachine>(id, (row.state, row.version), "objector-seen", json!({})).await
    })
    .await?;
    Ok(identity)
}
