//! What somebody is reminded of around a call.

use super::super::actions::{office_link, proposers};
use super::super::jobs::subject;
use super::super::queries::find;
use super::super::state::{CallMachine, CallState};
use super::{STREAM, followers::tell_followers};
use crate::lifecycle::{Command, Machine, Step};
use crate::notices::tell_role;
use crate::{App, Refusal, calendar};
use serde_json::json;
use twoway_entity::accounts::Role;
use twoway_entity::jobs::job;
use twoway_ids::{DAY, Millis, Uuid};

/// Three days before the end.
pub const SOON: &str = "calls.closing-soon";
/// A second person has let a call wait for five working days.
pub const WAITING: &str = "calls.waiting";

/// Sets the reminder before the end, if that moment is still to come.
pub async fn soon(step: &Step, id: Uuid, closes: Millis) -> Result<(), Refusal> {
    let due = closes.saturating_sub(3 * DAY);
    if due <= step.now() {
        return Ok(());
    }
    step.set_timer(SOON, id.to_string(), due, (CallMachine::KIND, id), json!({ "id": id })).await
}

/// Sets the reminder of the second person.
pub async fn await_second(step: &Step, id: Uuid) -> Result<(), Refusal> {
    let offset = step.app().config.utc_offset_minutes;
    let calendar = calendar::load(step.tx(), step.who().tenant, offset).await?;
    let due = calendar.add_workdays(step.now(), 5);
    step.set_timer(WAITING, id.to_string(), due, (CallMachine::KIND, id), json!({ "id": id })).await
}

pub async fn closing_soon(app: App, job: job::Model) -> Result<(), Refusal> {
    let id = subject(&job)?;
    let who = app.system(SOON);
    let row = find(app.db.read(), who.tenant, id).await?;
    // An extension moves the timer, and this one may have been under way already.
    let moved = row.closes_at.is_none_or(|closes| app.now() < closes.saturating_sub(3 * DAY));
    if row.state != CallState::Open || moved {
        return Ok(());
    }
    app.act(&who, &Command::default(), move |step| async move {
        step.record(STREAM, id, "reminded", json!({ "of": "end" }));
        let until = row.closes_at.map(crate::http::components::exact);
        let values = json!({ "title": row.title, "until": until });
        tell_followers(&step, id, proposers(&step, id).await?, "notice-call-closing-soon", values).await
    })
    .await
}

pub async fn waiting(app: App, job: job::Model) -> Result<(), Refusal> {
    let id = subject(&job)?;
    let who = app.system(WAITING);
    let row = find(app.db.read(), who.tenant, id).await?;
    if row.state != CallState::InternalReview {
        return Ok(());
    }
    app.act(&who, &Command::default(), move |step| async move {
        step.record(STREAM, id, "reminded", json!({ "of": "review" }));
        let values = json!({ "title": row.title });
        tell_role(&step, &[Role::LeadOffice], row.organization_id, "notice-call-waiting", values, office_link(id)).await
    })
    .await
}
