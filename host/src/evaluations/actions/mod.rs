//! What is done with an evaluation, in the order of its life.

mod notice;

pub use notice::{NOTICE_ENDS, announce, end_notice, go_on, uphold};

use super::indicators;
use super::model::{ANSWER_WITHIN, FINAL_WITHIN, Score, SelfEvaluation, TEXT_LENGTH, stored_indicators};
use super::notice as in_notice;
use super::queries::{self, House, find_visible, place_of_evaluator, place_of_lead};
use super::rules::{self, Interest};
use super::state::{EvaluationEvent, EvaluationMachine, EvaluationState};
use crate::lifecycle::{Command, Done, permit};
use crate::projects::ProjectState;
use crate::{App, Refusal, Who, calendar, needs, notices, projects};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ActiveValue::Unchanged, EntityTrait};
use serde_json::json;
use twoway_entity::accounts::Role;
use twoway_entity::evaluations::evaluation;
use twoway_entity::projects::project;
use twoway_ids::Uuid;

/// Plans the evaluation of a project whose final report is in. The system's own; done once.
pub async fn plan(app: &App, project: Uuid) -> Result<(), Refusal> {
    let who = app.system(projects::CLOSED);
    let db = app.db.read();
    let row = project::Entity::find_by_id((who.tenant, project)).one(db).await?.ok_or(Refusal::NotFound)?;
    if row.state != ProjectState::Closing || queries::of_project(db, who.tenant, project).await?.is_some() {
        return Ok(());
    }
    app.act(&who, &Command::default(), move |step| async move {
        let id = step.new_id();
        let evaluation = evaluation::ActiveModel {
            tenant_id: Set(row.tenant_id),
            id: Set(id),
            project_id: Set(row.id),
            organization_id: Set(row.organization_id),
            path: Set(row.path),
            team_id: Set(row.team_id),
            lead_id: Set(row.lead_id),
            evaluator_id: Set(None),
            indicators: Set(json!([])),
            answers: Set(json!({})),
            statement: Set(String::new()),
            grades: Set(json!({})),
            grade: Set(None),
            conclusion: Set(String::new()),
            scored_at: Set(None),
            finalized_by: Set(None),
            finalized_at: Set(None),
            due_at: Set(Some(step.now() + ANSWER_WITHIN)),
            state: Set(EvaluationState::Planned),
            version: Set(1),
            created_at: Set(step.now()),
        };
        evaluation.insert(step.tx()).await.map_err(crate::refusal::stale_if_taken)?;
        step.created::<EvaluationMachine>(id, EvaluationState::Planned, json!({ "project": row.id }));
        step.notify(row.lead_id, "notice-evaluation-planned", json!({ "title": row.title }), link(id)).await?;
        Ok(())
    })
    .await
}

/// The office invites an evaluator from elsewhere, or another one as long as nobody has graded.
///
/// Errors: `evaluator-role-missing`, `evaluator-conflict`, `evaluation-already-scored`.
pub async fn invite(app: &App, who: &Who, command: &Command, id: Uuid, evaluator: Uuid) -> Result<Done, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    let (row, project) = (seen.row, seen.project);
    if !who.holds_over(&[Role::LeadOffice], &row.path) {
        return Err(Refusal::NotAllowed);
    }
    command.check_version(row.version)?;
    if !matches!(row.state, EvaluationState::Planned | EvaluationState::SelfEvaluated) {
        return Err(Refusal::rule("evaluation-already-scored"));
    }
    if !queries::is_evaluator(db, who.tenant, evaluator).await? {
        return Err(Refusal::rule("evaluator-role-missing"));
    }
    let belongs = queries::houses_of(db, who.tenant, evaluator).await?;
    let interested = queries::interested(db, who, &project).await?;
    rules::no_conflict(evaluator, row.lead_id, &interests(&belongs), &interests(&interested))?;
    app.act(who, command, move |step| async move {
        let payload = json!({ "evaluator": evaluator });
        step.touch::<EvaluationMachine>(id, (row.state, row.version), "evaluator-invited", payload).await?;
        let update = evaluation::ActiveModel { evaluator_id: Set(Some(evaluator)), ..key(&row) };
        update.update(step.tx()).await?;
        step.notify(evaluator, "notice-evaluation-invited", json!({ "title": project.title }), link(id)).await?;
        Ok(done(&row))
    })
    .await
}

/// The lead answers. The figures are computed now, for the time from the project's start to its end, and frozen with the answers:
/// what the lead sends says nothing about them.
pub async fn self_evaluate(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    given: SelfEvaluation,
) -> Result<Done, Refusal> {
    let seen = find_visible(app.db.read(), who, id).await?;
    let (row, project) = (seen.row, seen.project);
    permit::<EvaluationMachine>(who, EvaluationEvent::SelfEvaluate, &place_of_lead(&row))?;
    command.check_version(row.version)?;
    let figures = indicators::compute(app, who, &project).await?;
    let given = rules::self_evaluation(&figures, &given)?;
    for text in given.answers.values().chain([&given.statement]) {
        needs::rules::no_account_number(text)?;
    }
    app.act(who, command, move |step| async move {
        let payload = json!({ "indicators": figures.iter().map(|i| json!([i.key, i.value_milli, i.sample])).collect::<Vec<_>>() });
        step.advance::<EvaluationMachine>(id, (row.state, row.version), EvaluationEvent::SelfEvaluate, payload).await?;
        let update = evaluation::ActiveModel {
            indicators: Set(serde_json::to_value(&figures)?),
            answers: Set(serde_json::to_value(&given.answers)?),
            statement: Set(given.statement),
            due_at: Set(Some(step.now() + ANSWER_WITHIN)),
            ..key(&row)
        };
        update.update(step.tx()).await?;
        let values = json!({ "title": project.title });
        if let Some(evaluator) = row.evaluator_id {
            step.notify(evaluator, "notice-evaluation-answered", values.clone(), link(id)).await?;
        }
        notices::tell_role(&step, &[Role::LeadOffice], row.organization_id, "notice-evaluation-answered", values, link(id)).await?;
        Ok(done(&row))
    })
    .await
}

/// The invited evaluator grades. Whether a conflict has come up since the invitation is looked at again.
pub async fn score(app: &App, who: &Who, command: &Command, id: Uuid, given: Score) -> Result<Done, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    let (row, project) = (seen.row, seen.project);
    permit::<EvaluationMachine>(who, EvaluationEvent::Score, &place_of_evaluator(&row))?;
    command.check_version(row.version)?;
    let Some(evaluator) = who.account() else { return Err(Refusal::SignedOut) };
    let belongs = queries::houses_of(db, who.tenant, evaluator).await?;
    let interested = queries::interested(db, who, &project).await?;
    rules::no_conflict(evaluator, row.lead_id, &interests(&belongs), &interests(&interested))?;
    let given = rules::score(&stored_indicators(&row.indicators)?, &given)?;
    needs::rules::no_account_number(&given.conclusion)?;
    let days = calendar::load(db, who.tenant, app.config.utc_offset_minutes).await?;
    app.act(who, command, move |step| async move {
        let payload = json!({ "grade": given.grade, "grades": given.grades });
        step.advance::<EvaluationMachine>(id, (row.state, row.version), EvaluationEvent::Score, payload).await?;
        let update = evaluation::ActiveModel {
            grades: Set(serde_json::to_value(&given.grades)?),
            grade: Set(Some(given.grade)),
            conclusion: Set(given.conclusion),
            scored_at: Set(Some(step.now())),
            due_at: Set(Some(days.add_workdays(step.now(), FINAL_WITHIN))),
            ..key(&row)
        };
        update.update(step.tx()).await?;
        let office = &[Role::LeadOffice];
        notices::tell_role(
            &step,
            office,
            row.organization_id,
            "notice-evaluation-scored",
            json!({ "title": project.title }),
            link(id),
        )
        .await?;
        Ok(done(&row))
    })
    .await
}

/// The office asks the evaluator to look again, and says why. The grades stay as they are until then.
pub async fn send_back(app: &App, who: &Who, command: &Command, id: Uuid, reason: &str) -> Result<Done, Refusal> {
    let seen = find_visible(app.db.read(), who, id).await?;
    let (row, project) = (seen.row, seen.project);
    permit::<EvaluationMachine>(who, EvaluationEvent::Return, &place_of_evaluator(&row))?;
    command.check_version(row.version)?;
    let reason = projects::model::written("reason", reason, TEXT_LENGTH)?;
    app.act(who, command, move |step| async move {
        step.advance::<EvaluationMachine>(
            id,
            (row.state, row.version),
            EvaluationEvent::Return,
            json!({ "reason": reason }),
        )
        .await?;
        let update = evaluation::ActiveModel { due_at: Set(Some(step.now() + ANSWER_WITHIN)), ..key(&row) };
        update.update(step.tx()).await?;
        if let Some(evaluator) = row.evaluator_id {
            let values = json!({ "title": project.title, "reason": reason });
            step.notify(evaluator, "notice-evaluation-returned", values, link(id)).await?;
        }
        Ok(done(&row))
    })
    .await
}

/// A second person of the office makes the result final after its public notice: the project is accepted in the same step.
///
/// Errors: `evaluation-second-person`, `evaluation-notice-running` (M4), `evaluation-objection-open` (M5).
pub async fn finalize(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let seen = find_visible(app.db.read(), who, id).await?;
    let (row, project) = (seen.row, seen.project);
    permit::<EvaluationMachine>(who, EvaluationEvent::Finalize, &place_of_evaluator(&row))?;
    command.check_version(row.version)?;
    rules::second_person(who.account(), row.evaluator_id, row.lead_id)?;
    app.act(who, command, move |step| async move {
        if row.state == EvaluationState::InNotice {
            let ends_at = in_notice::of(step.tx(), row.tenant_id, id).await?.map(|notice| notice.ends_at);
            let objected = in_notice::is_objected(step.tx(), row.tenant_id, id).await?;
            rules::finalizable(ends_at, objected, step.now())?;
        }
        let payload = json!({ "grade": row.grade });
        step.advance::<EvaluationMachine>(id, (row.state, row.version), EvaluationEvent::Finalize, payload).await?;
        let update = evaluation::ActiveModel {
            finalized_by: Set(step.who().account()),
            finalized_at: Set(Some(step.now())),
            due_at: Set(None),
            ..key(&row)
        };
        update.update(step.tx()).await?;
        projects::accept(&step, &project).await?;
        let values = json!({ "title": project.title });
        let page = format!("/p/{}", project.id);
        step.notify(row.lead_id, "notice-evaluation-final", values.clone(), page.clone()).await?;
        if let Some(evaluator) = row.evaluator_id {
            step.notify(evaluator, "notice-evaluation-final", values, page).await?;
        }
        Ok(done(&row))
    })
    .await
}

/// Houses as the rules look at them.
pub fn interests(houses: &[House]) -> Vec<Interest<'_>> {
    houses.iter().map(|house| Interest { organization: house.id, path: &house.path }).collect()
}

fn key(row: &evaluation::Model) -> evaluation::ActiveModel {
    evaluation::ActiveModel { tenant_id: Unchanged(row.tenant_id), id: Unchanged(row.id), ..Default::default() }
}

fn done(row: &evaluation::Model) -> Done {
    Done { id: row.id, version: row.version + 1 }
}

fn link(id: Uuid) -> String {
    format!("/evaluations/{id}")
}
