use super::list::{names, tone};
use crate::http::components::{
    ActionButton, Cell, Confirm, CoverageLine, Facts, HistoryList, Look, Moment, NextStep, StateBadge, Stepper, Tone,
};
use crate::http::form_view::FieldWords;
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::texts::{Locale, t_json};
use crate::http::usual;
use crate::http::{ActingFor, Caller, Form, Path};
use crate::plugins::{self, Pinned};
use crate::projects::model::Plan;
use crate::projects::queries::{Seen, Sight, find_visible, leads};
use crate::projects::rules::{Readiness, gates};
use crate::projects::state::ProjectState;
use crate::projects::{SUSPENDS, actions};
use crate::{App, Refusal, Who, audit, needs};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use sea_orm::{ActiveEnum, EntityTrait};
use serde_json::Map;
use twoway_entity::accounts::{Role, account};
use twoway_entity::projects::project;
use twoway_ids::Uuid;

struct GateLine {
    tone: Tone,
    label: String,
    rule: Option<&'static str>,
    text: String,
}

#[derive(Template)]
#[template(path = "projects/show.html")]
struct ShowHtml {
    shell: Shell,
    title: String,
    badge: StateBadge,
    more: Vec<ActionButton>,
    stepper: Stepper,
    next: NextStep,
    gates: Vec<GateLine>,
    facts: Facts,
    plan: Facts,
    plugin: Option<Facts>,
    coverage: Vec<CoverageLine>,
    report: Option<String>,
    history: HistoryList,
}

/// What the page has read about the project.
struct Read {
    row: project::Model,
    plan: Plan,
    pinned: Option<Pinned>,
    unmet: usize,
    /// Of these, what the team's own plan still lacks.
    unplanned: usize,
    office: bool,
    leads: bool,
    watches: bool,
    /// Has a part in the evaluation.
    evaluates: bool,
}

pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    let db = app.db.read();
    let Seen { row, sight } = find_visible(db, &who, id).await?;
    if sight == Sight::Public {
        return Ok(Redirect::to(&format!("/p/{id}")).into_response());
    }
    let l = shell.locale;
    let plan = Plan::stored(&row.plan)?;
    let pinned = plugins::pinned(db, who.tenant, id).await?;
    let coverage = needs::coverage(db, &who, row.proposal_id).await?;
    let uncovered: Vec<String> = needs::rules::uncovered(&coverage).map(|line| line.title.clone()).collect();
    let ready = Readiness { plan: &plan, uncovered: &uncovered, plugin_active: pinned.is_some() };
    let others = ["project-coverage", "project-plugin"];
    let unplanned = gates(&ready).iter().filter(|gate| !gate.met && !others.contains(&gate.code)).count();
    let gates = gate_lines(l, &row, &ready);
    let read = Read {
        unmet: gates.iter().filter(|gate| gate.tone != Tone::Good).count(),
        unplanned,
        office: who.holds_over(&[Role::LeadOffice], &row.path),
        leads: leads(&who, &row),
        evaluates: sight == Sight::Office || leads(&who, &row),
        watches: who.holds_over(SUSPENDS, &row.path),
        row,
        plan,
        pinned,
    };
    let page = ShowHtml {
        badge: StateBadge::of(l, "project", &read.row.state.to_value(), tone(read.row.state)),
        more: more(l, &read),
        stepper: stepper(l, &read.row),
        next: next(l, &read),
        gates,
        facts: facts(&app, &who, l, &read).await?,
        plan: plan_facts(l, &read)?,
        plugin: read.pinned.as_ref().map(|pinned| plugin_facts(l, pinned, read.row.assessment.as_deref())),
        coverage: coverage.iter().map(|line| coverage_line(l, line, read.row.state)).collect(),
        report: read.row.final_report.clone(),
        history: usual::history(&shell, "project", audit::history(db, who.tenant, "project", id, 50).await?, app.now()),
        title: read.row.title.clone(),
        shell: shell.crumb(l.t("nav-projects"), "/projects").titled(read.row.title.clone()),
    };
    Ok(Page::new(page).into_response())
}

fn gate_lines(l: Locale, row: &project::Model, of: &Readiness<'_>) -> Vec<GateLine> {
    if row.state != ProjectState::Incubating {
        return Vec::new();
    }
    gates(of)
        .into_iter()
        .map(|gate| {
            let values: Map<_, _> = gate.value.into_iter().map(|(key, value)| (key.to_string(), value)).collect();
            let text = if gate.met { l.t("gate-met") } else { t_json(l, &format!("refusal-{}", gate.code), &values) };
            GateLine {
                tone: if gate.met { Tone::Good } else { Tone::Attention },
                label: l.t(&format!("gate-{}", gate.code)),
                rule: gate.rule,
                text,
            }
        })
        .collect()
}

/// Paused stands where running does; a project that was ended early keeps the place that it had reached.
fn stepper(l: Locale, row: &project::Model) -> Stepper {
    let place = match row.state {
        ProjectState::Incubating => 0,
        ProjectState::Ready => 1,
        ProjectState::Running | ProjectState::Paused => 2,
        ProjectState::Closing => 3,
        ProjectState::Accepted => 5,
        ProjectState::Terminated if row.closed_at.is_some() => 3,
        ProjectState::Terminated if row.started_at.is_some() => 2,
        ProjectState::Terminated => 0,
    };
    let labels = ["incubating", "ready", "running", "closing", "accepted"].map(|s| l.t(&format!("state-project-{s}")));
    let mut stepper = Stepper::linear(labels, place);
    let reached = [Some(row.created_at), None, row.started_at, row.closed_at, row.ended_at];
    for (step, at) in stepper.steps.iter_mut().zip(reached) {
        step.when = at.map(|at| Moment::day(l, at));
    }
    if row.state == ProjectState::Terminated {
        for step in stepper.steps.iter_mut().skip(place + 1) {
            (step.status, step.when) = (crate::http::components::StepStatus::Skipped, None);
        }
    }
    stepper
}

fn next(l: Locale, read: &Read) -> NextStep {
    let id = read.row.id;
    let at = |verb: &str| format!("/projects/{id}/{verb}");
    let said = |tone: Tone, key: &str, buttons: Vec<ActionButton>| NextStep {
        tone,
        heading: l.t(&format!("project-next-{key}")),
        text: l.t(&format!("project-next-{key}-text")),
        due: None,
        buttons,
    };
    let post = |verb: &str, points: &[&str]| {
        ActionButton::post(l.t(&format!("project-{verb}")), at(verb))
            .primary()
            .with("_version", read.row.version)
            .confirm(Confirm {
                title: l.t(&format!("project-{verb}-confirm")),
                text: l.t(&format!("project-{verb}-text")),
                points: points.iter().map(|point| l.t(point)).collect(),
                ok: l.t(&format!("project-{verb}")),
            })
    };
    let link = |verb: &str| ActionButton::link(l.t(&format!("project-{verb}")), at(verb));
    match read.row.state {
        ProjectState::Incubating if read.office && read.unmet == 0 => {
            said(Tone::Active, "ready", vec![post("ready", &["project-ready-public", "project-ready-lead"])])
        }
        ProjectState::Incubating if read.office && read.pinned.is_none() => {
            said(Tone::Active, "choose-plugin", vec![link("plugin").primary()])
        }
        ProjectState::Incubating if read.leads && read.unplanned > 0 => {
            said(Tone::Active, "plan", vec![link("plan").primary()])
        }
        // Until it is found ready the plan may still be changed.
        ProjectState::Incubating => {
            let key = if read.unmet == 0 { "waits-for-ready" } else { "incubating" };
            said(Tone::Attention, key, if read.leads { vec![link("plan")] } else { vec![] })
        }
        ProjectState::Ready if read.leads => {
            said(Tone::Active, "start", vec![post("start", &["project-start-office", "project-start-plugin"])])
        }
        ProjectState::Ready => said(Tone::Attention, "waits-for-start", vec![]),
        ProjectState::Running => {
            let mut buttons = Vec::new();
            if read.pinned.is_some() {
                buttons.push(ActionButton::link(l.t("project-place"), at("place")).primary());
            }
            if read.leads {
                buttons.push(link("close"));
            }
            said(if read.leads { Tone::Active } else { Tone::Attention }, "running", buttons)
        }
        ProjectState::Paused if read.office => NextStep {
            text: read.row.reason.clone().unwrap_or_default(),
            ..said(Tone::Active, "resume", vec![post("resume", &["project-resume-plugin"])])
        },
        ProjectState::Paused => {
            NextStep { text: read.row.reason.clone().unwrap_or_default(), ..said(Tone::Bad, "paused", vec![]) }
        }
        ProjectState::Closing => {
            let evaluation = read.evaluates.then(|| link("evaluation").primary());
            said(Tone::Attention, "closing", evaluation.into_iter().collect())
        }
        ProjectState::Accepted => {
            let page = ActionButton::link(l.t("project-public-page"), format!("/p/{id}"));
            let evaluation = read.evaluates.then(|| link("evaluation"));
            said(Tone::Good, "accepted", std::iter::once(page).chain(evaluation).collect())
        }
        ProjectState::Terminated => {
            NextStep { text: read.row.reason.clone().unwrap_or_default(), ..said(Tone::Bad, "terminated", vec![]) }
        }
    }
}

/// Acts beside the next step.
fn more(l: Locale, read: &Read) -> Vec<ActionButton> {
    let at = |verb: &str| format!("/projects/{}/{verb}", read.row.id);
    let over = matches!(read.row.state, ProjectState::Accepted | ProjectState::Terminated);
    let mut more = Vec::new();
    if super::super::is_public(read.row.state) {
        more.push(ActionButton::link(l.t("project-public-page"), format!("/p/{}", read.row.id)).icon("eye"));
    }
    if read.pinned.is_some() && read.row.state != ProjectState::Running {
        more.push(ActionButton::link(l.t("project-place"), at("place")).icon("puzzle"));
    }
    if read.office && read.row.state == ProjectState::Incubating && read.leads {
        more.push(ActionButton::link(l.t("project-plan"), at("plan")).icon("pencil"));
    }
    if read.row.started_at.is_some() {
        more.push(ActionButton::link(l.t("disclosures"), at("disclosures")).icon("speakerphone"));
    }
    let complain = format!("/objections/new?target=project&item={}", read.row.id);
    more.push(ActionButton::link(l.t("objection-complain"), complain));
    if read.watches && read.row.state == ProjectState::Running {
        more.push(ActionButton::link(l.t("project-suspend"), at("suspend")).look(Look::Danger).icon("player-pause"));
    }
    if read.office && !over {
        more.push(ActionButton::link(l.t("project-terminate"), at("terminate")).look(Look::Danger));
    }
    more
}

async fn facts(app: &App, who: &Who, l: Locale, read: &Read) -> Result<Facts, Refusal> {
    let row = &read.row;
    let houses = names(app, row.team_id.into_iter().chain([row.organization_id])).await?;
    let lead = account::Entity::find_by_id((who.tenant, row.lead_id)).one(app.db.read()).await?;
    let house = |id: Option<Uuid>| id.and_then(|id| houses.get(&id)).map_or(Cell::Nothing, Cell::text);
    Ok(Facts::new()
        .fact(l.t("project-fact-lead"), lead.map_or(Cell::Nothing, |a| Cell::Text(a.name)))
        .fact(l.t("project-fact-team"), house(row.team_id))
        .fact(l.t("project-fact-office"), house(Some(row.organization_id)))
        .fact(
            l.t("project-fact-proposal"),
            Cell::link(l.t("project-fact-proposal-link"), format!("/proposals/{}", row.proposal_id)),
        )
        .fact(l.t("project-fact-created"), Cell::When(Moment::exactly(row.created_at))))
}

fn plan_facts(l: Locale, read: &Read) -> Result<Facts, Refusal> {
    let words = FieldWords::host(l, "field-project");
    let stored = serde_json::to_value(&read.plan)?;
    Ok(Plan::form().iter().fold(Facts::new(), |facts, field| {
        let said = stored.get(&field.key).and_then(|answer| words.said(field, answer)).filter(|text| !text.is_empty());
        facts.fact(words.label(field), said.map_or(Cell::Nothing, Cell::Text))
    }))
}

/// Which plugin, exactly: its version and the whole digest, by which it is pinned.
fn plugin_facts(l: Locale, pinned: &Pinned, assessment: Option<&str>) -> Facts {
    let abilities = pinned.grant.abilities.iter().map(|a| l.t(&format!("ability-{}", a.as_str()))).collect();
    let classes: Vec<String> =
        pinned.grant.classes.iter().map(|c| l.t(&format!("class-{}", c.as_str().to_lowercase()))).collect();
    let facts = Facts::new()
        .fact(l.t("plugin-title"), Cell::text(pinned.title.get(l.as_str())))
        .fact(l.t("plugin-version"), Cell::text(&pinned.version))
        .fact(l.t("plugin-digest"), Cell::text(&pinned.digest))
        .fact(l.t("plugin-activated-at"), Cell::When(Moment::exactly(pinned.activated_at)))
        .fact(l.t("grant-classes"), if classes.is_empty() { Cell::Nothing } else { Cell::List(classes) })
        .fact(l.t("grant-abilities"), Cell::List(abilities));
    match assessment {
        Some(text) => facts.fact(l.t("grant-assessment"), Cell::text(text)),
        None => facts,
    }
}

/// A need line as a project's page shows it: nothing of it is open any more when the project has ended.
pub fn coverage_line(l: Locale, line: &needs::LineCoverage, project: ProjectState) -> CoverageLine {
    let over = matches!(project, ProjectState::Accepted | ProjectState::Terminated);
    CoverageLine { over, ..needs::pages::bar(l, line, None) }
}

macro_rules! press {
    ($name:ident, $action:path, $flash:literal) => {
        pub(super) async fn $name(
            State(app): State<App>,
            Caller(who): Caller,
            acting: ActingFor,
            Path(id): Path<Uuid>,
            form: Form,
        ) -> Result<impl IntoResponse, Refusal> {
            $action(&app, &who, &form.command(acting), id).await?;
            Ok(done(&format!("/projects/{id}"), $flash))
        }
    };
}

press!(make_ready, actions::make_ready, "flash-project-ready");
press!(start, actions::start, "flash-project-started");
press!(resume, actions::resume, "flash-project-resumed");
