use super::{address, way};
use crate::http::components::{
    ActionButton, Cell, Column, EmptyState, Facts, Filter, Filters, HistoryList, Look, Moment, NextStep, StateBadge,
    Table, Tone,
};
use crate::http::form_view::{Control, FormField, FormView};
use crate::http::list::Paging;
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::{form_errors, said};
use crate::http::texts::Locale;
use crate::http::usual::{self, ListPage};
use crate::http::{ActingFor, Caller, Form, Path, Query};
use crate::lifecycle::{Machine, names};
use crate::plugins::incidents::{self, Incident, IncidentEvent, IncidentMachine, IncidentState};
use crate::plugins::members;
use crate::plugins::records::Reader;
use crate::{App, Refusal, Who, audit};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use sea_orm::{ActiveEnum, Iterable};
use serde::Deserialize;
use std::collections::HashMap;
use twoway_ids::Uuid;

fn severity_badge(locale: Locale, severity: &str) -> StateBadge {
    let tone = match severity {
        "minor" => Tone::Neutral,
        "serious" => Tone::Attention,
        _ => Tone::Bad,
    };
    StateBadge::new(locale.t(&format!("incident-severity-{severity}")), tone)
}

fn incident_badge(locale: Locale, state: IncidentState) -> StateBadge {
    let tone = match state {
        IncidentState::Reported => Tone::Attention,
        IncidentState::InHand => Tone::Active,
        IncidentState::Closed => Tone::Good,
    };
    StateBadge::new(locale.t(&format!("incident-state-{}", names(&state))), tone)
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    state: String,
    cursor: Option<String>,
}

pub(super) async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(project): Path<Uuid>,
    Query(wanted): Query<Wanted>,
) -> Result<Page<ListPage>, Refusal> {
    let reader = Reader::enter(&app, &who, project).await?;
    let (site, locale) = (reader.site.clone(), shell.locale);
    let state = IncidentState::try_from_value(&wanted.state).ok();
    let paging = Paging { cursor: wanted.cursor.clone(), limit: None };
    let page = incidents::list(&app, &reader, state, &paging).await?;
    let people = members::names_by_pseudonym(&app, project).await?;
    let columns = ["when", "what", "severity", "state"].map(|c| Column::new(shell.t(&format!("incident-column-{c}"))));
    let empty = EmptyState::new("hands", shell.t("incidents-none"), shell.t("incidents-none-text"));
    let heading = shell.t("incidents-title");
    let mut table = Table::new(heading.as_str(), columns.into(), empty);
    for incident in &page.items {
        table.row(vec![
            Cell::When(Moment::past(locale, incident.row.reported_at, app.now())),
            Cell::link(
                incident.text(&reader, locale, &people),
                address(project, &format!("/incidents/{}", incident.row.id)),
            ),
            Cell::State(severity_badge(locale, &incident.row.severity)),
            Cell::State(incident_badge(locale, incident.row.state)),
        ]);
    }
    let base = address(project, "/incidents");
    let all = Filter { label: shell.t("incidents-all"), href: base.clone(), current: state.is_none(), count: None };
    let states = IncidentState::iter().map(|s| Filter {
        label: shell.t(&format!("incident-state-{}", names(&s))),
        href: format!("{base}?state={}", names(&s)),
        current: state == Some(s),
        count: None,
    });
    let filters =
        Filters { label: shell.t("incident-column-state"), filters: std::iter::once(all).chain(states).collect() };
    let word = state.map(|s| names(&s)).unwrap_or_default();
    let pager = usual::pager(&base, &[("state", &word)], &page, wanted.cursor.is_none());
    let lead = shell.t("incidents-lead");
    let shell = way(shell, &site).titled(&heading);
    Ok(Page::new(ListPage { shell, heading, lead, buttons: Vec::new(), filters: vec![filters], table, pager }))
}

#[derive(Template)]
#[template(path = "plugins/incident.html")]
struct IncidentHtml {
    shell: Shell,
    heading: String,
    severity: StateBadge,
    state: StateBadge,
    next: NextStep,
    facts: Facts,
    answer: Option<String>,
    close: Option<FormView>,
    history: HistoryList,
}

pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path((project, id)): Path<(Uuid, Uuid)>,
) -> Result<Page<impl Template>, Refusal> {
    Ok(Page::new(page(&app, &who, shell, (project, id), None).await?))
}

pub(super) async fn take(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path((project, id)): Path<(Uuid, Uuid)>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    incidents::take(&app, &who, &form.command(acting), project, id).await?;
    Ok(done(&address(project, &format!("/incidents/{id}")), "flash-incident-taken"))
}

pub(super) async fn close(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path((project, id)): Path<(Uuid, Uuid)>,
    form: Form,
) -> Result<Response, Refusal> {
    let answer = form.raw("answer").to_string();
    match incidents::close(&app, &who, &form.command(acting), project, id, &answer).await {
        Ok(_) => Ok(done(&address(project, &format!("/incidents/{id}")), "flash-incident-closed").into_response()),
        Err(refusal) => {
            let page = page(&app, &who, shell, (project, id), Some((answer, refusal))).await?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

async fn page(
    app: &App,
    who: &Who,
    shell: Shell,
    (project, id): (Uuid, Uuid),
    failed: Option<(String, Refusal)>,
) -> Result<IncidentHtml, Refusal> {
    let reader = Reader::enter(app, who, project).await?;
    let incident = incidents::find(app, &reader, id).await?;
    let (site, locale) = (reader.site.clone(), shell.locale);
    let people = match reader.insider.is_staff() {
        true => members::names_by_pseudonym(app, project).await?,
        false => HashMap::new(),
    };
    let heading = incident.text(&reader, locale, &people);
    let mut form = close_form(&shell, &reader, &incident, failed.as_ref().map_or("", |(typed, _)| typed));
    match (&mut form, failed) {
        (Some(form), Some((_, refusal))) => form_errors(form, locale, refusal)?,
        (None, Some((_, refusal))) => return Err(refusal),
        (_, None) => {}
    }
    let history = audit::history(app.db.read(), app.tenant, IncidentMachine::KIND, id, 50).await?;
    let list = shell.t("incidents-title");
    Ok(IncidentHtml {
        severity: severity_badge(locale, &incident.row.severity),
        state: incident_badge(locale, incident.row.state),
        next: next(&shell, &reader, &incident),
        facts: facts(app, &shell, &reader, &incident).await?,
        close: form,
        history: usual::history(&shell, IncidentMachine::KIND, history, app.now()),
        answer: incident.answer,
        shell: way(shell, &site).crumb(list, address(project, "/incidents")).titled(&heading),
        heading,
    })
}

fn close_form(shell: &Shell, reader: &Reader, incident: &Incident, typed: &str) -> Option<FormView> {
    let closes = IncidentMachine::next(incident.row.state, IncidentEvent::Close).is_some();
    if !closes || !reader.insider.leads() || incidents::may_answer(reader, &incident.row).is_err() {
        return None;
    }
    let mut answer = FormField::plain("answer", shell.t("incident-answer"), Control::Text);
    answer.help = Some(shell.t("incident-answer-help"));
    answer.value = typed.to_string();
    answer.required = true;
    answer.sealed = true;
    answer.max_length = Some(2_000);
    let url = address(reader.site.project(), &format!("/incidents/{}/close", incident.row.id));
    Some(FormView::plain(url, vec![answer]).with("_version", incident.row.version).submit(shell.t("incident-close")))
}

/// Who looks after it now, and the button for whoever may.
fn next(shell: &Shell, reader: &Reader, incident: &Incident) -> NextStep {
    let row = &incident.row;
    let (tone, key) = match row.state {
        IncidentState::Reported => (Tone::Attention, "incident-next-reported"),
        IncidentState::InHand => (Tone::Active, "incident-next-in-hand"),
        IncidentState::Closed => (Tone::Good, "incident-next-closed"),
    };
    let mut buttons = Vec::new();
    if reader.insider.leads() && IncidentMachine::next(row.state, IncidentEvent::Take).is_some() {
        let url = address(reader.site.project(), &format!("/incidents/{}/take", row.id));
        buttons
            .push(ActionButton::post(shell.t("incident-take"), url).with("_version", row.version).look(Look::Primary));
    }
    // Whoever may not answer it reads why, and what to do instead, before they write.
    let closes = IncidentMachine::next(row.state, IncidentEvent::Close).is_some() && reader.insider.leads();
    let refused = closes.then(|| incidents::may_answer(reader, row).err()).flatten();
    let text = refused.map(|refusal| reason(shell.locale, &refusal)).unwrap_or_default();
    NextStep { tone, heading: shell.t(key), text, due: None, buttons }
}

fn reason(locale: Locale, refusal: &Refusal) -> String {
    let said = |kind: &str| said(locale, &format!("{kind}-{}", refusal.code()), &refusal.values());
    [said("refusal"), said("wayout")].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

async fn facts(app: &App, shell: &Shell, reader: &Reader, incident: &Incident) -> Result<Facts, Refusal> {
    let (row, project) = (&incident.row, reader.site.project());
    let mut facts = Facts::new().fact(shell.t("incident-column-when"), Cell::When(Moment::exactly(row.reported_at)));
    if let Some(member) = row.reported_by {
        facts = facts.fact(shell.t("incident-reported-by"), Cell::text(members::name(app, project, member).await?));
    }
    if let Some(target) = row.target_id {
        // The record's own page says whether the reader may see it.
        let titles = reader.titles(app, vec![target]).await?;
        let cell = match titles.get(&target.to_string()) {
            Some(title) => Cell::link(title, address(project, &format!("/records/{target}"))),
            None => Cell::text(shell.t("panel-record-hidden")),
        };
        facts = facts.fact(shell.t("incident-about"), cell);
    }
    if let (Some(account), Some(at)) = (row.answered_by, row.answered_at) {
        let names = members::account_names(app, vec![account]).await?;
        facts = facts
            .fact(shell.t("incident-answered-by"), Cell::text(names.get(&account).cloned().unwrap_or_default()))
            .fact(shell.t("incident-answered-at"), Cell::When(Moment::exactly(at)));
    }
    Ok(facts)
}
