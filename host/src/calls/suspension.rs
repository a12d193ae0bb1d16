//! An open call that takes no proposals for a while: its clock stands still, and it goes on for as long as it had left.

use super::actions::{CLOSE_TIMER, advance, may_cause, proposers, write};
use super::desk::followers::tell_followers;
use super::desk::reminders;
use super::model::reason;
use super::state::{CallEvent, CallMachine};
use crate::http::components::exact;
use crate::lifecycle::{Command, Done, Machine};
use crate::{App, Refusal, Who};
use sea_orm::sea_query::Expr;
use serde_json::json;
use twoway_entity::calls::call;
use twoway_ids::{Millis, Uuid};

/// Suspends an open call before its end. Everybody who follows it or writes a proposal is told why; drafts may still be written.
/// Errors: `call-closed` (M1).
pub async fn suspend(app: &App, who: &Who, command: &Command, id: Uuid, why: &str) -> Result<Done, Refusal> {
    let row = may_cause(app, who, command, id, CallEvent::Suspend).await?;
    let why = reason(why)?;
    super::rules::takes_proposals(&row, app.now())?;
    app.act(who, command, move |step| async move {
        advance(&step, &row, CallEvent::Suspend, json!({ "reason": why })).await?;
        let set =
            [(call::Column::SuspendedAt, Expr::value(step.now())), (call::Column::Reason, Expr::value(why.clone()))];
        write(&step, id, set).await?;
        step.cancel_timer(CLOSE_TIMER, &id.to_string()).await?;
        step.cancel_timer(reminders::SOON, &id.to_string()).await?;
        let values = json!({ "title": row.title, "reason": why });
        tell_followers(&step, id, proposers(&step, id).await?, "notice-call-suspended", values).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Lets a suspended call go on. Its end moves by as long as it stood still, which is no extension.
pub async fn resume(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let row = may_cause(app, who, command, id, CallEvent::Resume).await?;
    app.act(who, command, move |step| async move {
        let until = row.closes_at.map(|closes| ends(closes, row.suspended_at, step.now()));
        advance(&step, &row, CallEvent::Resume, json!({ "closes_at": [row.closes_at, until] })).await?;
        let set = [
            (call::Column::ClosesAt, Expr::value(until)),
            (call::Column::SuspendedAt, Expr::value(None::<Millis>)),
            (call::Column::Reason, Expr::value(None::<String>)),
        ];
        write(&step, id, set).await?;
        if let Some(until) = until {
            step.set_timer(CLOSE_TIMER, id.to_string(), until, (CallMachine::KIND, id), json!({ "id": id })).await?;
            reminders::soon(&step, id, until).await?;
        }
        let values = json!({ "title": row.title, "until": until.map(exact) });
        tell_followers(&step, id, proposers(&step, id).await?, "notice-call-resumed", values).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// The end of a call that stood still from `since` to `now`.
pub fn ends(closes: Millis, since: Option<Millis>, now: Millis) -> Millis {
    closes + since.map_or(0, |since| (now - since).max(0))
}
