use super::{badge, facts, listed_title, outline_facts, paragraphs, questions_table, rubric_table, stepper};
use crate::calls::desk::{self, settings::settings_of};
use crate::calls::queries::{self, OFFICE_READS, Phase};
use crate::calls::rules::takes_proposals;
use crate::calls::state::CallState;
use crate::http::components::{
    ActionButton, Cell, Column, EmptyState, Facts, Filter, Filters, Moment, NextStep, StateBadge, Stepper, Table, Tone,
};
use crate::http::page::{Page, Shell};
use crate::http::usual::{ListPage, pager};
use crate::http::{Caller, Paging, Path, Query};
use crate::{App, Refusal, Who, calendar};
use askama::Template;
use axum::extract::State;
use serde::Deserialize;
use twoway_entity::accounts::Role;
use twoway_entity::calls::call;
use twoway_ids::Uuid;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    phase: Phase,
}

impl Wanted {
    pub(super) fn phase(&self) -> Phase {
        self.phase
    }
}

/// The filters of a list of calls; `phases` are those that it offers.
pub(super) fn filters(shell: &Shell, path: &str, chosen: Phase, phases: &[Phase]) -> Filters {
    let filters = phases.iter().map(|phase| Filter {
        label: shell.t(&format!("call-phase-{}", phase.as_str())),
        href: format!("{path}?phase={}", phase.as_str()),
        current: *phase == chosen,
        count: None,
    });
    Filters { label: shell.t("call-phases"), filters: filters.collect() }
}

pub(super) async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Query(wanted): Query<Wanted>,
    Query(paging): Query<Paging>,
) -> Result<Page<ListPage>, Refusal> {
    let db = app.db.read();
    let found = queries::list(db, &who, wanted.phase, false, &paging).await?;
    let offices = queries::organization_names(db, who.tenant, found.items.iter().map(|c| c.organization_id)).await?;
    let columns = ["call-title", "call-office", "call-state", "call-time"].map(|key| Column::new(shell.t(key)));
    let empty = EmptyState::new("calendar", shell.t("calls-empty"), shell.t("calls-empty-text"));
    let mut table = Table::new(shell.t("calls-title"), columns.into(), empty);
    let invited = desk::invitations::invited(db, who.tenant, found.items.iter().map(|row| row.id)).await?;
    for row in &found.items {
        let title = listed_title(&shell, row, invited.contains(&row.id));
        table.row(vec![
            Cell::link(title, format!("/calls/{}", row.id)),
            offices.get(&row.organization_id).map_or(Cell::Nothing, Cell::text),
            Cell::State(badge(&shell, row.state)),
            next_date(&shell, row, app.now()),
        ]);
    }
    let public = [Phase::All, Phase::Open, Phase::Previewed, Phase::Deciding, Phase::PublicNotice, Phase::Ended];
    let mut buttons = Vec::new();
    if who.holds(OFFICE_READS) {
        buttons.push(ActionButton::link(shell.t("nav-office-calls"), "/office/calls"));
    }
    let pager = pager("/calls", &[("phase", wanted.phase.as_str())], &found, paging.cursor.is_none());
    let (heading, lead) = (shell.t("calls-title"), shell.t("calls-lead"));
    let filters = vec![filters(&shell, "/calls", wanted.phase, &public)];
    Ok(Page::new(ListPage { shell: shell.titled(&heading), heading, lead, buttons, filters, table, pager }))
}

/// The date that matters now: when it opens, when it closes, when the notice ends.
fn next_date(shell: &Shell, row: &call::Model, now: i64) -> Cell {
    let due = |at: Option<i64>| at.map_or(Cell::Nothing, |at| Cell::When(Moment::due(shell.locale, at, now, None)));
    match row.state {
        CallState::Previewed => row.opens_at.map_or(Cell::Nothing, |at| Cell::When(Moment::exactly(at))),
        CallState::Open => due(row.closes_at),
        CallState::PublicNotice => due(row.notice_ends_at.map(|ends| ends - 1)),
        CallState::Suspended => Cell::Nothing,
        _ => row.closes_at.map_or(Cell::Nothing, |at| Cell::When(Moment::day(shell.locale, at))),
    }
}

#[derive(Template)]
#[template(path = "calls/call.html")]
struct CallHtml {
    /// Not so for who has no code of a call by invitation.
    whole: bool,
    shell: Shell,
    title: String,
    summary: String,
    badge: StateBadge,
    stepper: Stepper,
    next: NextStep,
    also: Vec<ActionButton>,
    facts: Facts,
    guide: Vec<String>,
    documents: Option<Table>,
    questions: Table,
    rubric: Table,
    risk_notice: Vec<String>,
    privacy_notice: Vec<String>,
    /// Where it was published; none where nothing is proven.
    channels: Option<Table>,
}

pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<impl Template>, Refusal> {
    let db = app.db.read();
    let row = queries::find_visible(db, &who, id).await?;
    let runs = settings_of(db, who.tenant, id).await?;
    let whole = !runs.invited || desk::invitations::may_read(db, &who, &row).await?;
    let mut row = if whole { row } else { desk::invitations::outline(row) };
    let offices = queries::organization_names(db, who.tenant, [row.organization_id]).await?;
    let office = offices.get(&row.organization_id).cloned().unwrap_or_default();
    let calls = shell.t("calls-title");
    let shell = shell.crumb(calls, "/calls").titled(&row.title);
    let working_days = match row.notice_ends_at.filter(|_| row.state == CallState::PublicNotice) {
        Some(ends) => {
            let calendar = calendar::load(db, who.tenant, app.config.utc_offset_minutes).await?;
            Some(calendar.workdays_left(app.now(), ends))
        }
        None => None,
    };
    if !whole {
        row.summary = shell.t("call-invited-lead");
    }
    Ok(Page::new(CallHtml {
        whole,
        badge: badge(&shell, row.state),
        stepper: stepper(&shell, &row, runs.steps),
        next: next_step(&shell, &who, &row, (app.now(), working_days), runs.invited),
        facts: if whole { facts(&shell, &row, &office, &runs)? } else { outline_facts(&shell, &row, &office) },
        also: desk::pages::buttons(&app, &who, &shell, id).await?,
        documents: desk::documents::shown(&app, &shell, &row).await?,
        guide: paragraphs(&row.guide),
        questions: questions_table(&shell, &row)?,
        rubric: rubric_table(&shell, &row)?,
        risk_notice: paragraphs(&row.risk_notice),
        privacy_notice: paragraphs(&row.privacy_notice),
        channels: desk::channels::pages::card(&app, &who, &shell, id).await?,
        title: row.title,
        summary: row.summary,
        shell,
    }))
}

fn next_step(
    shell: &Shell,
    who: &Who,
    row: &call::Model,
    (now, working_days): (i64, Option<u32>),
    invited: bool,
) -> NextStep {
    let l = shell.locale;
    let step = |tone, key: &str, due, buttons| NextStep {
        tone,
        heading: shell.t(&format!("call-next-{key}")),
        text: shell.t(&format!("call-next-{key}-text")),
        due,
        buttons,
    };
    match row.state {
        CallState::Draft | CallState::InternalReview => {
            let office = ActionButton::link(shell.t("call-to-office"), format!("/office/calls/{}", row.id));
            step(Tone::Attention, "unpublished", None, vec![office])
        }
        CallState::Previewed => {
            step(Tone::Attention, "previewed", row.opens_at.map(|at| Moment::due(l, at, now, None)), Vec::new())
        }
        CallState::Open if takes_proposals(row, now).is_ok() => {
            let due = row.closes_at.map(|at| Moment::due(l, at, now, None));
            step(Tone::Active, "open", due, apply_buttons(shell, who, row, invited))
        }
        CallState::Open | CallState::Screening | CallState::Reviewing | CallState::Deliberating => {
            step(Tone::Attention, "deciding", None, Vec::new())
        }
        CallState::PublicNotice => {
            let due = row.notice_ends_at.map(|at| Moment::due(l, at - 1, now, working_days));
            step(Tone::Attention, "public-notice", due, vec![results(shell, row).primary()])
        }
        CallState::Concluded => step(Tone::Good, "concluded", None, vec![results(shell, row)]),
        CallState::Suspended => {
            let text = row.reason.clone().unwrap_or_default();
            NextStep { text, ..step(Tone::Bad, "suspended", None, Vec::new()) }
        }
        CallState::Cancelled => {
            let text = row.reason.clone().unwrap_or_default();
            NextStep { text, ..step(Tone::Bad, "cancelled", None, Vec::new()) }
        }
    }
}

fn results(shell: &Shell, row: &call::Model) -> ActionButton {
    ActionButton::link(shell.t("call-see-results"), format!("/calls/{}/results", row.id))
}

/// One button for each name in which the reader may propose.
fn apply_buttons(shell: &Shell, who: &Who, row: &call::Model, invited: bool) -> Vec<ActionButton> {
    let Some(actor) = who.actor() else {
        let back = format!("/sign-in?back=%2Fcalls%2F{}", row.id);
        return vec![ActionButton::link(shell.t("call-sign-in-to-apply"), back).primary()];
    };
    if invited {
        let typed = ActionButton::link(shell.t("invitation-start"), format!("/calls/{}/invitation", row.id));
        return vec![typed.primary()];
    }
    let mut buttons: Vec<ActionButton> = Vec::new();
    for held in actor.held.iter().filter(|h| h.role == Role::TeamLead) {
        let label = shell.t1("call-apply-for", "name", held.organization_name.as_str());
        let apply =
            ActionButton::post(label, "/proposals").with("call", row.id).with("organization", held.organization);
        buttons.push(if buttons.is_empty() { apply.primary() } else { apply });
    }
    let own = ActionButton::post(shell.t("call-apply-as-citizen"), "/proposals").with("call", row.id);
    buttons.push(if buttons.is_empty() { own.primary() } else { own });
    buttons
}
