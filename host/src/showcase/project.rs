//! The public page of a project: from call to result, without personal data.

use super::cards;
use super::queries::{self, Told};
use crate::disclosures::queries::NEWEST;
use crate::evaluations::model::{Indicator, stored_indicators};
use crate::evaluations::words::{self, Words};
use crate::evaluations::{self, EvaluationState};
use crate::http::components::{
    ActionButton, Cell, Column, CoverageLine, EmptyState, Facts, Moment, StateBadge, Table, Timeline, TimelineEntry,
    Tone,
};
use crate::http::page::{Page, Shell};
use crate::http::panel::Panel;
use crate::http::texts::Locale;
use crate::http::{Caller, Path};
use crate::needs::LineCoverage;
use crate::plugins::Audience;
use crate::projects::model::Plan;
use crate::projects::{self, ProjectState};
use crate::{App, Refusal, Who, disclosures, needs, plugins, proposals, reviews};
use askama::Template;
use axum::extract::State;
use sea_orm::{ActiveEnum, EntityTrait};
use twoway_entity::calls::call;
use twoway_entity::evaluations::evaluation;
use twoway_entity::objections::objection;
use twoway_entity::projects::project;
use twoway_ids::{Millis, Uuid};

/// Everything that the public may know of a project.
pub struct PublicProject {
    pub row: project::Model,
    pub plan: Plan,
    pub call: Option<call::Model>,
    pub team: Option<String>,
    /// Whose proposals were merged into it, as far as they agreed to be named.
    pub authors: Vec<String>,
    pub office: Option<String>,
    pub story: Vec<Told>,
    pub coverage: Vec<LineCoverage>,
    /// Once it is final.
    pub result: Option<evaluation::Model>,
    /// Of the result, final or in public notice.
    pub indicators: Vec<Indicator>,
    /// While the grades are in public notice.
    pub notice: Option<Noticed>,
    /// What was published of objections to the result, oldest first.
    pub objections: Vec<objection::Model>,
}

/// Grades in public notice.
pub struct Noticed {
    pub row: evaluation::Model,
    pub ends_at: Millis,
    /// An objection is being handled.
    pub objected: bool,
}

/// A project that has a public page.
///
/// Errors: [`Refusal::NotFound`] while it is being prepared.
pub(super) async fn public_row(app: &App, who: &Who, id: Uuid) -> Result<project::Model, Refusal> {
    let row = project::Entity::find_by_id((who.tenant, id)).one(app.db.read()).await?;
    row.filter(|row| projects::is_public(row.state)).ok_or(Refusal::NotFound)
}

/// One project as everybody may see it, with a constant number of queries.
///
/// Errors: [`Refusal::NotFound`] while it is being prepared.
pub async fn public_project(app: &App, who: &Who, id: Uuid) -> Result<PublicProject, Refusal> {
    let db = app.db.read();
    let row = public_row(app, who, id).await?;
    let mut names = queries::names(db, who.tenant, row.team_id.into_iter().chain([row.organization_id])).await?;
    let (mut result, mut notice, mut objections) = (None, None, Vec::new());
    if let Some(told) = evaluations::notice::told(db, who.tenant, id).await? {
        objections = told.answers;
        match (told.row.state, told.ends_at) {
            (EvaluationState::Final, _) => result = Some(told.row),
            (EvaluationState::InNotice, Some(ends_at)) => {
                notice = Some(Noticed { row: told.row, ends_at, objected: told.objected });
            }
            _ => {}
        }
    }
    let shown = result.as_ref().or(notice.as_ref().map(|notice| &notice.row));
    Ok(PublicProject {
        plan: Plan::stored(&row.plan)?,
        call: call::Entity::find_by_id((who.tenant, row.call_id)).one(db).await?,
        team: row.team_id.and_then(|team| names.remove(&team)),
        office: names.remove(&row.organization_id),
        authors: proposals::merge::authors(db, who, [row.proposal_id], true)
            .await?
            .remove(&row.proposal_id)
            .unwrap_or_default(),
        story: queries::told(db, &row).await?,
        coverage: needs::coverage(db, who, row.proposal_id).await?,
        indicators: shown.map_or(Ok(Vec::new()), |row| stored_indicators(&row.indicators))?,
        result,
        notice,
        objections,
        row,
    })
}

#[derive(Template)]
#[template(path = "showcase/project.html")]
pub(super) struct ProjectHtml {
    shell: Shell,
    title: String,
    summary: String,
    badge: StateBadge,
    /// Why it stands still, or was ended.
    stopped: Option<String>,
    /// Where the reader can do something in it.
    door: Option<ActionButton>,
    complain: ActionButton,
    facts: Facts,
    result: Option<Outcome>,
    notice: Option<NoticeOfResult>,
    /// Result and text of what was published of objections to it.
    objections: Vec<(String, String)>,
    panels: Vec<Panel>,
    cards: Vec<Panel>,
    /// Where the other cards are, if there are more.
    more_cards: Option<String>,
    coverage: Vec<CoverageLine>,
    timeline: Timeline,
    report: Option<String>,
    /// What the team told the public, the newest first.
    told: Vec<Disclosed>,
}

struct Disclosed {
    heading: String,
    received: String,
    done: String,
    photos: Vec<ActionButton>,
}

fn disclosed(l: Locale, told: &disclosures::queries::Told) -> Vec<Disclosed> {
    let photo = |id: Uuid, n: usize, file: Uuid| {
        ActionButton::link(l.t1("disclosure-photo", "n", n.to_string()), format!("/disclosures/{id}/photos/{file}"))
    };
    let one = |row: &disclosures::queries::Row| Disclosed {
        heading: l.t2(
            "disclosure-heading",
            "n",
            row.number,
            "day",
            crate::http::components::local_day(row.published_at.unwrap_or_default()),
        ),
        received: row.received.clone().unwrap_or_default(),
        done: row.done.clone().unwrap_or_default(),
        photos: told.photos_of(row.id).enumerate().map(|(n, file)| photo(row.id, n + 1, file.id)).collect(),
    };
    told.rows.iter().map(one).collect()
}

/// The grades while anybody may object to them.
struct NoticeOfResult {
    outcome: Outcome,
    until: Facts,
    objected: bool,
    object: Option<ActionButton>,
}

struct Outcome {
    grade: String,
    conclusion: String,
    figures: Table,
}

pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Page<ProjectHtml>, Refusal> {
    let public = public_project(&app, &who, id).await?;
    let l = shell.locale;
    let row = &public.row;
    let result = match &public.result {
        Some(result) => Some(outcome(&app, l, result, &public.indicators).await?),
        None => None,
    };
    let notice = match &public.notice {
        Some(noticed) => {
            let form = format!("/objections/new?target=evaluation&item={}", noticed.row.id);
            let object = || ActionButton::link(l.t("objection-file"), form);
            Some(NoticeOfResult {
                outcome: outcome(&app, l, &noticed.row, &public.indicators).await?,
                // The notice ends at midnight: the last day is the one before.
                until: Facts::new()
                    .fact(l.t("public-result-until"), Cell::When(Moment::due(l, noticed.ends_at - 1, app.now(), None))),
                objected: noticed.objected,
                object: (app.now() < noticed.ends_at).then(object),
            })
        }
        None => None,
    };
    let objections = public.objections.iter().filter_map(|row| reviews::views::objection_answer(l, row)).collect();
    // A visitor asks as nobody, whoever they are: the public page looks the same to all.
    let anyone = Who::anyone(who.tenant);
    let panels = plugins::panels(&app, &anyone, &shell, id, Audience::Public).await?;
    let (cards, more) = cards::newest(&app, l, id).await?;
    let halted = matches!(row.state, ProjectState::Paused | ProjectState::Terminated);
    Ok(Page::new(ProjectHtml {
        title: row.title.clone(),
        summary: public.plan.summary.clone(),
        badge: StateBadge::of(l, "project", &row.state.to_value(), projects::tone(row.state)),
        stopped: row.reason.clone().filter(|_| halted),
        door: door(&app, &who, l, row).await?,
        complain: ActionButton::link(l.t("objection-complain"), format!("/objections/new?target=project&item={id}")),
        facts: facts(l, &public),
        panels,
        cards,
        more_cards: more.then(|| format!("/p/{id}/cards")),
        coverage: public.coverage.iter().map(|line| projects::coverage_line(l, line, row.state)).collect(),
        timeline: timeline(l, &public),
        report: row.final_report.clone(),
        told: disclosed(l, &disclosures::queries::of(app.db.read(), who.tenant, id, true, NEWEST).await?),
        result,
        notice,
        objections,
        shell: shell.titled(row.title.clone()),
    }))
}

fn facts(l: Locale, public: &PublicProject) -> Facts {
    let text = |text: &Option<String>| text.as_ref().map_or(Cell::Nothing, Cell::text);
    let plan = &public.plan;
    let call = public.call.as_ref().map_or(Cell::Nothing, |c| Cell::link(&c.title, format!("/calls/{}", c.id)));
    let mut facts = Facts::new()
        .fact(l.t("field-project-place"), Cell::text(&plan.place))
        .fact(
            l.t("public-dates"),
            Cell::Text(l.t2("public-from-until", "from", &plan.starts_on, "until", &plan.ends_on)),
        )
        .fact(l.t("project-fact-team"), text(&public.team))
        .fact(l.t("project-fact-office"), text(&public.office))
        .fact(l.t("public-call"), call)
        .fact(l.t("field-project-risk_statement"), Cell::text(&plan.risk_statement));
    if !public.authors.is_empty() {
        facts = facts.fact(l.t("proposal-authors"), Cell::List(public.authors.clone()));
    }
    facts
}

/// The way into the project's place for who has something to do there: its people, and everybody where the plugin lets everybody act.
async fn door(app: &App, who: &Who, l: Locale, row: &project::Model) -> Result<Option<ActionButton>, Refusal> {
    let Some(site) = plugins::Site::find(app, row.id).await?.filter(|_| row.state == ProjectState::Running) else {
        return Ok(None);
    };
    let anybody = ["participant".to_string()];
    let open = site.loaded.description().actions.iter().any(|action| action.permits(&anybody, None));
    let place = format!("/projects/{}/place", row.id);
    let Some(insider) = plugins::insider(app, &site, who).await? else {
        let sign_in = format!("/sign-in?back=%2Fprojects%2F{}%2Fplace", row.id);
        return Ok(open.then(|| ActionButton::link(l.t("public-sign-in-to-act"), sign_in)));
    };
    let enters = open || insider.member.is_some() || insider.is_staff();
    Ok(enters.then(|| ActionButton::link(l.t("project-place"), place).primary()))
}

fn timeline(l: Locale, public: &PublicProject) -> Timeline {
    let mut entries: Vec<TimelineEntry> = public
        .story
        .iter()
        .map(|told| {
            let heading = match &told.detail {
                Some(name) if told.what == "adoption-named" => l.t1("timeline-adoption-named", "name", name),
                _ => l.t(&format!("timeline-{}", told.what)),
            };
            TimelineEntry {
                when: Moment::day(l, told.at),
                heading,
                text: told.detail.clone().filter(|_| told.what != "adoption-named").unwrap_or_default(),
                href: (told.what == "call-open").then(|| format!("/calls/{}", public.row.call_id)),
                tone: match told.what.as_str() {
                    "project-suspend" | "project-terminate" => Tone::Bad,
                    "project-accept" => Tone::Good,
                    _ => Tone::Active,
                },
            }
        })
        .collect();
    if let Some((grade, at)) = public.result.as_ref().and_then(|r| Some((r.grade?, r.finalized_at?))) {
        entries.push(TimelineEntry {
            when: Moment::day(l, at),
            heading: l.t1("timeline-result", "grade", words::grade(l, grade)),
            text: String::new(),
            href: Some("#result".to_string()),
            tone: Tone::Good,
        });
    }
    Timeline { entries }
}

async fn outcome(
    app: &App,
    l: Locale,
    result: &evaluation::Model,
    indicators: &[Indicator],
) -> Result<Outcome, Refusal> {
    let words = Words::of(app, l, indicators).await?;
    let columns = [("title", false), ("value", true), ("target", true), ("sample", true), ("formula", false)];
    let mut figures = Table::new(
        l.t("evaluation-figures"),
        columns.map(|(c, numeric)| Column { numeric, ..Column::new(l.t(&format!("indicator-column-{c}"))) }).into(),
        EmptyState::new("folder", l.t("evaluation-figures-empty"), ""),
    );
    for i in indicators {
        figures.row(vec![
            Cell::Text(words.title(i)),
            if i.sample == 0 { Cell::Text(l.t("indicator-no-sample")) } else { Cell::Number(words.value(i)) },
            words.target(i).map_or(Cell::Nothing, Cell::Number),
            Cell::number(i.sample),
            Cell::Text(words.formula(i)),
        ]);
    }
    let grade = result.grade.map(|grade| words::grade(l, grade)).unwrap_or_default();
    Ok(Outcome { grade, conclusion: result.conclusion.clone(), figures })
}
