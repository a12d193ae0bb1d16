use super::model::{Plan, REPORT_LENGTH, written};
use super::queries::{self, Seen, Sight, find_visible, leads, place};
use super::rules::{self, Readiness};
use super::state::{PLANNING, ProjectEvent, ProjectMachine, ProjectState};
use crate::lifecycle::{Command, Done, Step, permit};
use crate::plugins::{self, Activation, Phase, Place};
use crate::proposals::{ProposalEvent, ProposalMachine};
use crate::{App, Refusal, Who, needs, notices, proposals};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ActiveValue::Unchanged, ConnectionTrait, EntityTrait};
use serde_json::{Value, json};
use twoway_entity::accounts::Role;
use twoway_entity::calls::call;
use twoway_entity::organizations::{OrganizationKind, organization};
use twoway_entity::projects::project;
use twoway_ids::Uuid;
use twoway_manifest::{
    Date, HostEvent, Instant, ProjectClose, ProjectClosed, ProjectEnded, ProjectResumed, ProjectStart, ProjectStarted,
    ProjectSuspended,
};

/// Longest reason for a suspension or an end, in characters.
const REASON_LENGTH: u32 = 2_000;

/// Makes a pooled proposal a project: authorship, team and title are kept, the proposal's summary opens the plan. One project per
/// proposal. A citizen's own proposal is carried out by `team`, which the office names. Answers with the project's id.
///
/// Errors: `project-team-missing`, `wrong-state`.
pub async fn convert(
    app: &App,
    who: &Who,
    command: &Command,
    proposal: Uuid,
    team: Option<Uuid>,
) -> Result<Done, Refusal> {
    let db = app.db.read();
    let row = proposals::queries::find_visible(db, who, proposal).await?.row;
    permit::<ProposalMachine>(who, ProposalEvent::Convert, &proposals::place(&row))?;
    command.check_version(row.version)?;
    let call = call::Entity::find_by_id((who.tenant, row.call_id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let team = match row.organization_id {
        Some(own) => own,
        None => carrying_team(db, who, team).await?,
    };
    app.act(who, command, move |step| async move {
        let id = step.new_id();
        let from = (row.state, row.version);
        step.advance::<ProposalMachine>(row.id, from, ProposalEvent::Convert, json!({ "project": id })).await?;
        let plan = Plan { summary: row.summary, ..Plan::default() };
        let project = project::ActiveModel {
            tenant_id: Set(row.tenant_id),
            id: Set(id),
            proposal_id: Set(row.id),
            call_id: Set(call.id),
            organization_id: Set(call.organization_id),
            path: Set(call.path),
            team_id: Set(Some(team)),
            lead_id: Set(row.owner_id),
            title: Set(row.title.clone()),
            plan: Set(serde_json::to_value(&plan)?),
            reason: Set(None),
            final_report: Set(None),
            started_at: Set(None),
            closed_at: Set(None),
            assessment: Set(None),
            ended_at: Set(None),
            state: Set(ProjectState::Incubating),
            version: Set(1),
            created_at: Set(step.now()),
        };
        project.insert(step.tx()).await.map_err(crate::refusal::stale_if_taken)?;
        step.created::<ProjectMachine>(id, ProjectState::Incubating, json!({ "proposal": row.id, "title": row.title }));
        step.notify(row.owner_id, "notice-project-created", json!({ "title": row.title }), link(id)).await?;
        Ok(Done { id, version: 1 })
    })
    .await
}

/// Saves what the team has of its plan so far. The lead's alone, and only while the project is incubating.
pub async fn save_plan(app: &App, who: &Who, command: &Command, id: Uuid, answers: &Value) -> Result<Done, Refusal> {
    let row = find_visible(app.db.read(), who, id).await?.row;
    if !leads(who, &row) {
        return Err(Refusal::NotAllowed);
    }
    command.check_version(row.version)?;
    if !PLANNING.contains(&row.state) {
        return Err(Refusal::rule("project-plan-frozen"));
    }
    let plan = Plan::parse(answers)?;
    for text in plan.texts() {
        needs::rules::no_account_number(text)?;
    }
    app.act(who, command, move |step| async move {
        let changed = changed_fields(&row.plan, &plan)?;
        step.touch::<ProjectMachine>(id, (row.state, row.version), "planned", json!({ "fields": changed })).await?;
        let update = project::ActiveModel { plan: Set(serde_json::to_value(&plan)?), ..key(&row) };
        update.update(step.tx()).await?;
        Ok(done(&row))
    })
    .await
}

/// What the office answers on the activation page.
#[derive(Clone, Debug)]
pub struct Chosen {
    pub activation: Activation,
    /// The personal data impact assessment: asked for where sensitive or minors' data is granted.
    pub assessment: String,
    /// The box under the grant sheet was ticked.
    pub confirmed: bool,
}

/// Pins a plugin to the project: exactly this digest, with exactly this grant and these settings. Once for ever.
///
/// Errors: `grant-unconfirmed`, `impact-assessment-missing` (P8), those of [`plugins::activate`].
pub async fn activate(app: &App, who: &Who, command: &Command, id: Uuid, chosen: Chosen) -> Result<Done, Refusal> {
    let db = app.db.read();
    let row = find_visible(db, who, id).await?.row;
    if !who.holds_over(&[Role::LeadOffice], &row.path) {
        return Err(Refusal::NotAllowed);
    }
    command.check_version(row.version)?;
    if row.state != ProjectState::Incubating {
        return Err(Refusal::rule("plugin-too-late"));
    }
    if plugins::pinned(db, who.tenant, id).await?.is_some() {
        return Err(Refusal::rule("plugin-already-pinned"));
    }
    rules::activation(&chosen.activation.grant, &chosen.assessment, chosen.confirmed)?;
    let assessment = match chosen.assessment.trim() {
        "" => None,
        text => Some(written("assessment", text, REPORT_LENGTH)?),
    };
    let place = plugin_place(db, who.tenant, &row, Phase::Preparing).await?;
    app.act(who, command, move |step| async move {
        let payload = json!({ "digest": chosen.activation.digest });
        step.touch::<ProjectMachine>(id, (row.state, row.version), "plugin-activated", payload).await?;
        let update = project::ActiveModel { assessment: Set(assessment), ..key(&row) };
        update.update(step.tx()).await?;
        plugins::activate(&step, &place, chosen.activation).await?;
        step.notify(row.lead_id, "notice-project-plugin", json!({ "title": row.title }), link(id)).await?;
        Ok(done(&row))
    })
    .await
}

/// The office finds that everything is there. Errors: the first gate of [`rules::gates`] that is not met.
pub async fn make_ready(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let row = permitted(app, who, command, id, ProjectEvent::Ready).await?;
    let db = app.db.read();
    let plan = Plan::stored(&row.plan)?;
    let uncovered = uncovered(db, who, &row).await?;
    let plugin_active = plugins::pinned(db, who.tenant, row.id).await?.is_some();
    rules::ready(&Readiness { plan: &plan, uncovered: &uncovered, plugin_active })?;
    app.act(who, command, move |step| async move {
        step.advance::<ProjectMachine>(id, (row.state, row.version), ProjectEvent::Ready, json!({})).await?;
        step.notify(row.lead_id, "notice-project-ready", json!({ "title": row.title }), link(id)).await?;
        Ok(done(&row))
    })
    .await
}

/// The lead starts the work. The plugin may refuse (`project.start`).
pub async fn start(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let row = permitted(app, who, command, id, ProjectEvent::Start).await?;
    rules::start(&uncovered(app.db.read(), who, &row).await?)?;
    plugins::guard(app, who, id, &planned(&row)?).await?;
    app.act(who, command, move |step| async move {
        step.advance::<ProjectMachine>(id, (row.state, row.version), ProjectEvent::Start, json!({})).await?;
        let update = project::ActiveModel { started_at: Set(Some(step.now())), ..key(&row) };
        update.update(step.tx()).await?;
        crate::disclosures::begin(&step, &row).await?;
        tell_plugin(&step, &row, Phase::Running, &ProjectStarted {}).await?;
        let office = &[Role::LeadOffice];
        notices::tell_role(
            &step,
            office,
            row.organization_id,
            "notice-project-started",
            json!({ "title": row.title }),
            link(id),
        )
        .await?;
        Ok(done(&row))
    })
    .await
}

/// Stops the work at once, to protect people: no plugin is asked. The reason is told to the lead and to the public.
pub async fn suspend(app: &App, who: &Who, command: &Command, id: Uuid, reason: &str) -> Result<Done, Refusal> {
    let row = permitted(app, who, command, id, ProjectEvent::Suspend).await?;
    let reason = public_text("reason", reason, REASON_LENGTH)?;
    app.act(who, command, move |step| async move {
        let payload = json!({ "reason": reason, "protective": true });
        step.advance::<ProjectMachine>(id, (row.state, row.version), ProjectEvent::Suspend, payload).await?;
        let update = project::ActiveModel { reason: Set(Some(reason.clone())), ..key(&row) };
        update.update(step.tx()).await?;
        tell_plugin(&step, &row, Phase::Held, &ProjectSuspended { reason: reason.clone() }).await?;
        tell_team(&step, &row, "notice-project-suspended", json!({ "title": row.title, "reason": reason })).await?;
        Ok(done(&row))
    })
    .await
}

/// The office lets the work go on.
pub async fn resume(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let row = permitted(app, who, command, id, ProjectEvent::Resume).await?;
    app.act(who, command, move |step| async move {
        step.advance::<ProjectMachine>(id, (row.state, row.version), ProjectEvent::Resume, json!({})).await?;
        let update = project::ActiveModel { reason: Set(None), ..key(&row) };
        update.update(step.tx()).await?;
        tell_plugin(&step, &row, Phase::Running, &ProjectResumed {}).await?;
        tell_team(&step, &row, "notice-project-resumed", json!({ "title": row.title })).await?;
        Ok(done(&row))
    })
    .await
}

/// The lead ends the work with a final report. The plugin may refuse (`project.close`); the evaluation begins.
pub async fn close(app: &App, who: &Who, command: &Command, id: Uuid, report: &str) -> Result<Done, Refusal> {
    let row = permitted(app, who, command, id, ProjectEvent::Close).await?;
    let report = public_text("final_report", report, REPORT_LENGTH)?;
    let started = Instant(row.started_at.unwrap_or(row.created_at));
    plugins::guard(app, who, id, &ProjectClose { started }).await?;
    app.act(who, command, move |step| async move {
        step.advance::<ProjectMachine>(id, (row.state, row.version), ProjectEvent::Close, json!({})).await?;
        let update =
            project::ActiveModel { final_report: Set(Some(report)), closed_at: Set(Some(step.now())), ..key(&row) };
        update.update(step.tx()).await?;
        crate::disclosures::end(&step, &row).await?;
        tell_plugin(&step, &row, Phase::Held, &ProjectClosed {}).await?;
        // The evaluation is a feature that may look at projects, not the other way round: it hears of them by the outbox.
        step.enqueue(crate::projects::CLOSED, id.to_string(), json!({ "project": id })).await?;
        let office = &[Role::LeadOffice];
        notices::tell_role(
            &step,
            office,
            row.organization_id,
            "notice-project-closed",
            json!({ "title": row.title }),
            link(id),
        )
        .await?;
        Ok(done(&row))
    })
    .await
}

/// The office ends a project that cannot go on. No plugin is asked.
pub async fn terminate(app: &App, who: &Who, command: &Command, id: Uuid, reason: &str) -> Result<Done, Refusal> {
    let row = permitted(app, who, command, id, ProjectEvent::Terminate).await?;
    let reason = public_text("reason", reason, REASON_LENGTH)?;
    app.act(who, command, move |step| async move {
        let payload = json!({ "reason": reason });
        step.advance::<ProjectMachine>(id, (row.state, row.version), ProjectEvent::Terminate, payload).await?;
        let update =
            project::ActiveModel { reason: Set(Some(reason.clone())), ended_at: Set(Some(step.now())), ..key(&row) };
        update.update(step.tx()).await?;
        crate::disclosures::end(&step, &row).await?;
        let ended = ProjectEnded { accepted: false, reason: Some(reason.clone()) };
        tell_plugin(&step, &row, Phase::Ended, &ended).await?;
        tell_team(&step, &row, "notice-project-terminated", json!({ "title": row.title, "reason": reason })).await?;
        Ok(done(&row))
    })
    .await
}

/// The evaluation became final, in the caller's step: the project is accepted.
pub async fn accept(step: &Step, row: &project::Model) -> Result<(), Refusal> {
    step.advance::<ProjectMachine>(row.id, (row.state, row.version), ProjectEvent::Accept, json!({})).await?;
    let update = project::ActiveModel { ended_at: Set(Some(step.now())), ..key(row) };
    update.update(step.tx()).await?;
    tell_plugin(step, row, Phase::Ended, &ProjectEnded { accepted: true, reason: None }).await
}

/// Titles of the required need lines that are not covered yet.
pub async fn uncovered(db: &impl ConnectionTrait, who: &Who, row: &project::Model) -> Result<Vec<String>, Refusal> {
    let coverage = needs::coverage(db, who, row.proposal_id).await?;
    Ok(needs::rules::uncovered(&coverage).map(|line| line.title.clone()).collect())
}

/// The team that the office named for a proposal that a citizen wrote alone.
async fn carrying_team(db: &impl ConnectionTrait, who: &Who, team: Option<Uuid>) -> Result<Uuid, Refusal> {
    let Some(team) = team else { return Err(Refusal::rule("project-team-missing")) };
    let row = organization::Entity::find_by_id((who.tenant, team)).one(db).await?;
    match row {
        Some(row) if row.kind == OrganizationKind::Team => Ok(row.id),
        _ => Err(Refusal::rule("project-team-missing")),
    }
}

/// What the plugin is told about the project: where it stands, and who sponsors it now.
async fn plugin_place(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    row: &project::Model,
    phase: Phase,
) -> Result<Place, Refusal> {
    Ok(Place {
        project: row.id,
        title: row.title.clone(),
        path: row.path.clone(),
        team: row.team_id,
        lead: Some(row.lead_id),
        sponsors: queries::sponsors(db, tenant, row.proposal_id).await?,
        phase,
    })
}

/// The plugin's side learns where the project stands, and the plugin itself, where it listens, what happened.
async fn tell_plugin<E: HostEvent>(step: &Step, row: &project::Model, phase: Phase, event: &E) -> Result<(), Refusal> {
    let place = plugin_place(step.tx(), step.who().tenant, row, phase).await?;
    plugins::place_changed(step, &place).await?;
    plugins::hear(step, row.id, event).await
}

/// The plan's first and last day, for the plugin's guard. A project that was found ready has both.
fn planned(row: &project::Model) -> Result<ProjectStart, Refusal> {
    let plan = Plan::stored(&row.plan)?;
    let day = |text: &str| Date::parse(text).ok_or_else(|| anyhow::anyhow!("project {} has no planned days", row.id));
    Ok(ProjectStart { starts_on: day(&plan.starts_on)?, ends_on: day(&plan.ends_on)? })
}

async fn permitted(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    event: ProjectEvent,
) -> Result<project::Model, Refusal> {
    let Seen { row, sight } = find_visible(app.db.read(), who, id).await?;
    permit::<ProjectMachine>(who, event, &place(&row)).map_err(|refusal| match sight {
        // Who only knows the public page is not told what others may do.
        Sight::Public if who.account().is_none() => Refusal::SignedOut,
        _ => refusal,
    })?;
    command.check_version(row.version)?;
    Ok(row)
}

/// A text that the public will read carries no account numbers.
fn public_text(field: &str, text: &str, max: u32) -> Result<String, Refusal> {
    let text = written(field, text, max)?;
    needs::rules::no_account_number(&text)?;
    Ok(text)
}

/// The lead, and whoever else leads the team.
async fn tell_team(step: &Step, row: &project::Model, template: &str, values: Value) -> Result<(), Refusal> {
    step.notify(row.lead_id, template, values.clone(), link(row.id)).await?;
    match row.team_id {
        Some(team) => notices::tell_role(step, queries::TEAM, team, template, values, link(row.id)).await,
        None => Ok(()),
    }
}

fn changed_fields(before: &Value, plan: &Plan) -> Result<Vec<String>, Refusal> {
    let after = serde_json::to_value(plan)?;
    let fields = after.as_object().into_iter().flatten();
    Ok(fields.filter(|(key, value)| before.get(key.as_str()) != Some(*value)).map(|(key, _)| key.clone()).collect())
}

fn key(row: &project::Model) -> project::ActiveModel {
    project::ActiveModel { tenant_id: Unchanged(row.tenant_id), id: Unchanged(row.id), ..Default::default() }
}

fn done(row: &project::Model) -> Done {
    Done { id: row.id, version: row.version + 1 }
}

fn link(id: Uuid) -> String {
    format!("/projects/{id}")
}
