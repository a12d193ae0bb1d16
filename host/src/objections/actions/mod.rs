//! What is done with an objection, in the order of its life.

mod answer;
mod file;
mod handle;
mod objector;

pub use answer::{AnswerInput, answer, answer_finally, publish};
pub use file::file;
pub use handle::{admit, assign, begin, dismiss, extend, look};
pub use objector::{accept, lapse, request_review, withdraw};

use super::queries::{self, Seen, Sight, place};
use super::state::{ObjectionEvent, ObjectionMachine, ObjectionState, Target};
use super::{CLOCK, identity};
use crate::lifecycle::{Command, Machine, Step, permit, wrong_state};
use crate::{App, Refusal, Who, adoptions, calendar, calls, evaluations, notices, reviews};
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use twoway_entity::accounts::Role;
use twoway_entity::objections::objection;
use twoway_ids::{Millis, Uuid};

/// The objection, if this person may cause this event on the version they saw.
async fn may_cause(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    event: ObjectionEvent,
) -> Result<objection::Model, Refusal> {
    let seen = queries::find_visible(app, who, id).await?;
    permit::<ObjectionMachine>(who, event, &place(who, &seen))?;
    // The office does nothing to what its own people filed.
    if seen.sight == Sight::Objector && !ObjectionMachine::may(event).owner {
        return Err(Refusal::NotAllowed);
    }
    command.check_version(seen.row.version)?;
    if ObjectionMachine::next(seen.row.state, event).is_none() {
        return Err(wrong_state::<ObjectionMachine>(seen.row.state, event));
    }
    Ok(seen.row)
}

/// The objection for somebody of the office, whatever its state.
async fn for_office(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Seen, Refusal> {
    let seen = queries::find_visible(app, who, id).await?;
    if !seen.sight.is_office() {
        return Err(Refusal::NotAllowed);
    }
    command.check_version(seen.row.version)?;
    Ok(seen)
}

async fn advance(
    step: &Step,
    row: &objection::Model,
    event: ObjectionEvent,
    payload: Value,
) -> Result<ObjectionState, Refusal> {
    step.advance::<ObjectionMachine>(row.id, (row.state, row.version), event, payload).await
}

async fn write(
    step: &Step,
    id: Uuid,
    set: impl IntoIterator<Item = (objection::Column, SimpleExpr)>,
) -> Result<(), Refusal> {
    let mut update = objection::Entity::update_many()
        .filter(objection::Column::TenantId.eq(step.who().tenant))
        .filter(objection::Column::Id.eq(id));
    let mut any = false;
    for (column, value) in set {
        update = update.col_expr(column, value);
        any = true;
    }
    if any {
        update.exec(step.tx()).await?;
    }
    Ok(())
}

/// The end of so many working days from now.
async fn in_workdays(app: &App, who: &Who, days: u32) -> Result<Millis, Refusal> {
    let calendar = calendar::load(app.db.read(), who.tenant, app.config.utc_offset_minutes).await?;
    Ok(calendar.add_workdays(app.now(), days))
}

/// Sets the clock of the present step: it reminds on the last day, and fires again at the end.
async fn set_clock(step: &Step, id: Uuid, due: Millis) -> Result<(), Refusal> {
    let calendar =
        calendar::Calendar { utc_offset: step.app().config.utc_offset_minutes, ..calendar::Calendar::default() };
    let last_day = calendar.start_of(calendar.local_day(due - 1));
    let at = if step.now() < last_day { last_day } else { due };
    step.set_timer(CLOCK, id.to_string(), at, (ObjectionMachine::KIND, id), json!({ "id": id })).await
}

async fn stop_clock(step: &Step, id: Uuid) -> Result<(), Refusal> {
    step.cancel_timer(CLOCK, &id.to_string()).await
}

fn link(id: Uuid) -> String {
    format!("/objections/{id}")
}

/// Tells who filed it that something happened. Neither the notice nor its link names the objection, so that the table of notices does
/// not say who filed which.
async fn tell_objector(step: &Step, row: &objection::Model, template: &str, values: Value) -> Result<(), Refusal> {
    let who = identity::open(&step.app().keys, row)?;
    notices::tell(step, who.account, template, values, "/objections".into(), false).await
}

/// Tells the office and its supervisors, but nobody whom the objection complains about.
async fn tell_office(step: &Step, row: &objection::Model, template: &str, roles: &[Role]) -> Result<(), Refusal> {
    use twoway_entity::accounts::membership;
    let holders = membership::Entity::find()
        .filter(membership::Column::TenantId.eq(row.tenant_id))
        .filter(membership::Column::OrganizationId.eq(row.organization_id))
        .filter(membership::Column::Role.is_in(roles.iter().copied()))
        .filter(membership::Column::EndedAt.is_null())
        .all(step.tx())
        .await?;
    let mut accounts: Vec<Uuid> = holders.into_iter().map(|m| m.account_id).collect();
    accounts.retain(|account| row.against_id != Some(*account));
    accounts.sort_unstable();
    accounts.dedup();
    for account in accounts {
        notices::tell(step, account, template, json!({ "title": row.title }), link(row.id), false).await?;
    }
    Ok(())
}

/// What the end of an objection does to its item: upheld, the item goes back; otherwise it goes on at once if its notice is over. A
/// call concludes when none of its items is left.
async fn release_item(step: &Step, row: &objection::Model, upheld: bool, why: &str) -> Result<(), Refusal> {
    if upheld {
        match row.target {
            Target::Proposal => reviews::deliberation::reopen(step, row.target_id, why).await?,
            Target::Ineligible => reviews::deliberation::readmit(step, row.target_id, why).await?,
            Target::Adoption => adoptions::actions::uphold(step, row.target_id, why).await?,
            Target::Evaluation => evaluations::actions::uphold(step, row.target_id, why).await?,
            Target::Project => {}
        }
    } else {
        match row.target {
            Target::Adoption => adoptions::actions::go_on(step, row.target_id).await?,
            Target::Evaluation => evaluations::actions::go_on(step, row.target_id).await?,
            Target::Proposal | Target::Ineligible | Target::Project => {}
        }
    }
    if let Some(call) = row.call_id {
        let call = calls::queries::find(step.tx(), row.tenant_id, call).await?;
        reviews::deliberation::settle(step, &call).await?;
    }
    Ok(())
}

fn none<T: Into<sea_orm::Value>>() -> SimpleExpr
where
    Option<T>: Into<sea_orm::Value>,
{
    Expr::value(None::<T>)
}
