//! What an objection's author does with it. Each step acts as nobody, so that the chain does not say who that is.

use super::super::model::said;
use super::super::rules::{self, ANSWER_DAYS};
use super::super::state::{ObjectionEvent, ObjectionMachine, ObjectionState};
use super::super::{CLOCK, OBJECTOR, queries};
use super::{
    advance, in_workdays, may_cause, none, release_item, set_clock, stop_clock, tell_objector, tell_office, write,
};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal, Who, notices};
use sea_orm::sea_query::Expr;
use serde_json::json;
use twoway_entity::accounts::Role;
use twoway_entity::objections::objection::Column as C;
use twoway_ids::Uuid;

/// Takes the answer: the item goes on at once if its notice is over.
pub async fn accept(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let row = may_cause(app, who, command, id, ObjectionEvent::Accept).await?;
    app.act(&app.system(OBJECTOR), &Command::default(), move |step| async move {
        advance(&step, &row, ObjectionEvent::Accept, json!({})).await?;
        write(&step, id, [(C::DueAt, none::<i64>())]).await?;
        stop_clock(&step, id).await?;
        release_item(&step, &row, false, "").await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Asks for a second look by another person, within five working days.
pub async fn request_review(app: &App, who: &Who, command: &Command, id: Uuid, why: &str) -> Result<Done, Refusal> {
    let row = may_cause(app, who, command, id, ObjectionEvent::RequestReview).await?;
    rules::review_in_time(&row, app.now())?;
    let why = said("reason", why, 2_000)?;
    if rules::tells_who(&why, &super::super::identity::open(&app.keys, &row)?) {
        return Err(Refusal::of("objection-names-author", "P3").with("field", "reason"));
    }
    let due = in_workdays(app, who, ANSWER_DAYS).await?;
    app.act(&app.system(OBJECTOR), &Command::default(), move |step| async move {
        advance(&step, &row, ObjectionEvent::RequestReview, json!({ "due": due })).await?;
        write(&step, id, [(C::ReviewReason, Expr::value(why)), (C::DueAt, Expr::value(due))]).await?;
        set_clock(&step, id, due).await?;
        tell_office(&step, &row, "notice-objection-review", &[Role::LeadOffice, Role::Supervisor]).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Takes it back.
pub async fn withdraw(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let row = may_cause(app, who, command, id, ObjectionEvent::Withdraw).await?;
    app.act(&app.system(OBJECTOR), &Command::default(), move |step| async move {
        advance(&step, &row, ObjectionEvent::Withdraw, json!({})).await?;
        write(&step, id, [(C::DueAt, none::<i64>())]).await?;
        stop_clock(&step, id).await?;
        release_item(&step, &row, false, "").await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// What the clock does: on the last day it reminds whoever is to act, at the end it tells that it is overdue; an answer that nobody
/// asked to look at again stands.
pub async fn lapse(app: &App, id: Uuid) -> Result<(), Refusal> {
    let who = app.system(CLOCK);
    let row = queries::find(app.db.read(), who.tenant, id).await?;
    let Some(due) = row.due_at else { return Ok(()) };
    let late = app.now() >= due;
    app.act(&who, &Command::default(), move |step| async move {
        use ObjectionState as S;
        let handler = match row.state {
            S::Assigned | S::FactFinding => row.handler_id,
            S::ReviewAssigned => row.second_handler_id,
            _ => None,
        };
        let values = json!({ "title": row.title });
        match (row.state, late) {
            (S::Answered, true) => {
                advance(&step, &row, ObjectionEvent::Accept, json!({})).await?;
                write(&step, id, [(C::DueAt, none::<i64>())]).await?;
                release_item(&step, &row, false, "").await?;
            }
            (S::Answered, false) => {
                step.touch::<ObjectionMachine>(id, (row.state, row.version), "reminded", json!({})).await?;
                tell_objector(&step, &row, "notice-objection-review-ends", json!({})).await?;
                set_clock(&step, id, due).await?;
            }
            (_, false) => {
                step.touch::<ObjectionMachine>(id, (row.state, row.version), "reminded", json!({})).await?;
                match handler {
                    Some(handler) => {
                        notices::tell(&step, handler, "notice-objection-due", values, super::link(id), true).await?;
                    }
                    None => tell_office(&step, &row, "notice-objection-due", &[Role::LeadOffice]).await?,
                }
                set_clock(&step, id, due).await?;
            }
            (_, true) => {
                step.touch::<ObjectionMachine>(id, (row.state, row.version), "overdue", json!({})).await?;
                if let Some(handler) = handler {
                    notices::tell(&step, handler, "notice-objection-overdue", values, super::link(id), true).await?;
                }
                tell_office(&step, &row, "notice-objection-overdue", &[Role::LeadOffice, Role::Supervisor]).await?;
            }
        }
        Ok(())
    })
    .await
}
