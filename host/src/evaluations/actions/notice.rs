//! From the grades over the public notice to the last word.

use super::{done, key, link};
use crate::evaluations::model::{ANSWER_WITHIN, FINAL_WITHIN};
use crate::evaluations::queries::{Seen, find_visible, place_of_evaluator};
use crate::evaluations::state::{EvaluationEvent, EvaluationMachine, EvaluationState};
use crate::evaluations::{notice as in_notice, rules};
use crate::lifecycle::{Command, Done, Step, permit};
use crate::{App, Refusal, Who, adoptions, calendar, notices};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use serde_json::{Value, json};
use twoway_entity::accounts::Role;
use twoway_entity::evaluations::{evaluation, notice};
use twoway_entity::projects::project;
use twoway_ids::{Millis, Uuid};

/// The job that looks at a result whose public notice is over.
pub const NOTICE_ENDS: &str = "evaluations.notice-ends";

/// A second person of the office announces the grades: they are in public notice for as many working days as the call gives.
///
/// Errors: `evaluation-second-person`.
pub async fn announce(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let Seen { row, project, .. } = find_visible(app.db.read(), who, id).await?;
    permit::<EvaluationMachine>(who, EvaluationEvent::Announce, &place_of_evaluator(&row))?;
    command.check_version(row.version)?;
    rules::second_person(who.account(), row.evaluator_id, row.lead_id)?;
    let days = adoptions::notice::days(app.db.read(), who.tenant, project.call_id).await?;
    let calendar = calendar::load(app.db.read(), who.tenant, app.config.utc_offset_minutes).await?;
    app.act(who, command, move |step| async move {
        let ends_at = calendar.add_workdays(step.now(), days);
        let payload = json!({ "grade": row.grade, "days": days, "until": ends_at });
        step.advance::<EvaluationMachine>(id, (row.state, row.version), EvaluationEvent::Announce, payload).await?;
        let announced = notice::ActiveModel {
            tenant_id: Set(row.tenant_id),
            evaluation_id: Set(id),
            began_at: Set(step.now()),
            ends_at: Set(ends_at),
        };
        notice::Entity::insert(announced).exec_without_returning(step.tx()).await?;
        step.wrote(notice::Entity, id);
        // While the notice runs nothing is due of anybody.
        evaluation::ActiveModel { due_at: Set(None), ..key(&row) }.update(step.tx()).await?;
        set_end(&step, id, ends_at).await?;
        let until = calendar::local_day(step.app(), ends_at - 1);
        tell_all(&step, &row, "notice-evaluation-announced", json!({ "title": project.title, "until": until })).await?;
        Ok(done(&row))
    })
    .await
}

async fn set_end(step: &Step, id: Uuid, at: Millis) -> Result<(), Refusal> {
    step.set_timer(NOTICE_ENDS, id.to_string(), at, ("evaluation", id), json!({})).await
}

/// Tells the lead, the evaluator and the office.
async fn tell_all(step: &Step, row: &evaluation::Model, template: &str, values: Value) -> Result<(), Refusal> {
    for account in [Some(row.lead_id), row.evaluator_id].into_iter().flatten() {
        step.notify(account, template, values.clone(), link(row.id)).await?;
    }
    notices::tell_role(step, &[Role::LeadOffice], row.organization_id, template, values, link(row.id)).await
}

/// The timer's end of a notice: the office is asked for the last word, unless an objection holds the result. Done once.
pub async fn end_notice(app: &App, who: &Who, id: Uuid) -> Result<(), Refusal> {
    let db = app.db.read();
    let Seen { row, project, .. } = match find_visible(db, who, id).await {
        Err(Refusal::NotFound) => return Ok(()),
        found => found?,
    };
    let over = in_notice::of(db, who.tenant, id).await?.is_some_and(|notice| notice.ends_at <= app.now());
    if row.state != EvaluationState::InNotice || row.due_at.is_some() || !over {
        return Ok(());
    }
    let calendar = calendar::load(db, who.tenant, app.config.utc_offset_minutes).await?;
    app.act(who, &Command::default(), move |step| async move {
        // Asked inside the transaction: an objection raises the version, so that the two cannot pass each other.
        if in_notice::is_objected(step.tx(), row.tenant_id, id).await? {
            return Ok(());
        }
        step.touch::<EvaluationMachine>(id, (row.state, row.version), "notice-over", json!({})).await?;
        let due = calendar.add_workdays(step.now(), FINAL_WITHIN);
        evaluation::ActiveModel { due_at: Set(Some(due)), ..key(&row) }.update(step.tx()).await?;
        let told = json!({ "title": project.title });
        let office = &[Role::LeadOffice];
        notices::tell_role(&step, office, row.organization_id, "notice-evaluation-notice-over", told, link(id)).await
    })
    .await
}

/// The evaluation if its notice still runs: an objection may outlive it.
async fn still_in_notice(step: &Step, id: Uuid) -> Result<Option<evaluation::Model>, Refusal> {
    let row = evaluation::Entity::find_by_id((step.who().tenant, id)).one(step.tx()).await?;
    Ok(row.filter(|row| row.state == EvaluationState::InNotice))
}

/// An objection was upheld: the evaluator, or another one whom the office invites, grades anew, and all who have a part in it read why.
pub async fn uphold(step: &Step, id: Uuid, why: &str) -> Result<(), Refusal> {
    let Some(row) = still_in_notice(step, id).await? else { return Ok(()) };
    let project = project::Entity::find_by_id((row.tenant_id, row.project_id)).one(step.tx()).await?;
    let project = project.ok_or(Refusal::NotFound)?;
    let payload = json!({ "reason": why, "grade": row.grade });
    step.advance::<EvaluationMachine>(id, (row.state, row.version), EvaluationEvent::Uphold, payload).await?;
    in_notice::end(step, id).await?;
    evaluation::ActiveModel { due_at: Set(Some(step.now() + ANSWER_WITHIN)), ..key(&row) }.update(step.tx()).await?;
    step.cancel_timer(NOTICE_ENDS, &id.to_string()).await?;
    let told = json!({ "title": project.title, "reason": why });
    tell_all(step, &row, "notice-evaluation-objection-upheld", told).await
}

/// An objection came to its end without effect: the notice runs on, and the office is asked at once if its time is over.
pub async fn go_on(step: &Step, id: Uuid) -> Result<(), Refusal> {
    if still_in_notice(step, id).await?.is_none() {
        return Ok(());
    }
    let Some(notice) = in_notice::of(step.tx(), step.who().tenant, id).await? else { return Ok(()) };
    set_end(step, id, notice.ends_at.max(step.now())).await
}
