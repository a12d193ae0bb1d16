use super::panels::{Audience, panels};
use super::{address, naming, phase_badge, role_words, state_badge, to_project, way};
use crate::http::components::{
    ActionButton, Cell, Column, EmptyState, Filter, Filters, Look, Moment, NextStep, Pager, StateBadge, Table, Tone,
};
use crate::http::page::{Page, Shell};
use crate::http::panel::Panel;
use crate::http::usual::ListPage;
use crate::http::{Caller, Path, Query};
use crate::plugins::records::{Asked, Reader, title};
use crate::plugins::{queries, waiting};
use crate::{App, Refusal};
use askama::Template;
use axum::extract::State;
use serde::Deserialize;
use std::collections::BTreeMap;
use twoway_ids::Uuid;
use twoway_manifest::Ability;

/// One record kind on the place's front page.
struct Kind {
    label: String,
    href: String,
    states: Vec<(StateBadge, i64)>,
}

#[derive(Template)]
#[template(path = "plugins/place.html")]
pub(super) struct PlaceHtml {
    shell: Shell,
    title: String,
    lead: String,
    phase: StateBadge,
    roles: String,
    waiting: Option<NextStep>,
    actions: Vec<ActionButton>,
    tasks: Table,
    kinds: Vec<Kind>,
    panels: Vec<Panel>,
    links: Vec<ActionButton>,
}

pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(project): Path<Uuid>,
) -> Result<Page<PlaceHtml>, Refusal> {
    let reader = Reader::enter(&app, &who, project).await?;
    let (site, locale) = (reader.site.clone(), shell.locale);
    let panels = panels(&app, &who, &shell, project, Audience::Inside).await?;
    let plugin = site.loaded.manifest.title.get(locale.as_str());
    let actions = reader
        .offered(None)
        .map(|action| {
            let label = site.loaded.word(locale, &format!("action-{}", action.key));
            ActionButton::link(label, address(project, &format!("/actions/{}", action.key))).look(Look::Plain)
        })
        .collect();
    let title = shell.t("place-title");
    Ok(Page::new(PlaceHtml {
        lead: shell.t2("place-lead", "plugin", plugin, "version", site.row.plugin_version.as_str()),
        phase: phase_badge(locale, site.phase()),
        roles: role_words(&site, locale, &reader.insider),
        waiting: waits(&app, &shell, &reader).await?,
        actions,
        tasks: tasks(&app, &shell, &reader).await?,
        kinds: kinds(&app, &shell, &reader).await?,
        panels,
        links: links(&shell, &reader),
        shell: to_project(shell, &site).titled(&title),
        title,
    }))
}

/// What else there is to look at: for the staff what the plugin keeps besides records, for who leads the people and the log.
fn links(shell: &Shell, reader: &Reader) -> Vec<ActionButton> {
    let (project, site) = (reader.site.project(), &reader.site);
    let link = |label: String, rest: &str| ActionButton::link(label, address(project, rest)).look(Look::Plain);
    let mut links = Vec::new();
    if reader.insider.is_staff() {
        if !site.loaded.description().incidents.is_empty() {
            links.push(link(shell.t("incidents-title"), "/incidents").icon("alert-triangle"));
        }
        for book in &site.loaded.description().books {
            let label = site.loaded.word(shell.locale, &format!("book-{}", book.key));
            links.push(link(label, &format!("/books/{}", book.key)).icon("clipboard-list"));
        }
    }
    let present = reader.insider.member.is_some() || reader.insider.is_staff();
    if present && site.grant.allows(Ability::Attendance) {
        links.push(link(shell.t("attendance-title"), "/attendance").icon("user-check"));
    }
    if reader.insider.leads() {
        links.push(link(shell.t("place-members"), "/members").icon("users"));
        links.push(link(shell.t("place-log"), "/log").icon("history"));
    }
    links
}

/// What waits for a second person: a box with one button for each.
async fn waits(app: &App, shell: &Shell, reader: &Reader) -> Result<Option<NextStep>, Refusal> {
    let rows = waiting(app, reader).await?;
    let Some(soonest) = rows.iter().map(|r| r.expires_at).min() else { return Ok(None) };
    let mine = |first: Uuid| Some(first) == reader.insider.member;
    let buttons = rows
        .iter()
        .map(|row| {
            let action = reader.site.loaded.word(shell.locale, &format!("action-{}", row.action));
            let whose = shell.t(if mine(row.first_id) { "place-waiting-mine" } else { "place-waiting-you" });
            let href = address(reader.site.project(), &format!("/confirmations/{}", row.id));
            ActionButton::link(format!("{action} · {whose}"), href).look(Look::Plain)
        })
        .collect();
    Ok(Some(NextStep {
        tone: if rows.iter().any(|r| !mine(r.first_id)) { Tone::Active } else { Tone::Attention },
        heading: shell.t("place-waiting"),
        text: shell.t1("place-waiting-text", "n", rows.len()),
        due: Some(Moment::due(shell.locale, soonest, app.now(), None)),
        buttons,
    }))
}

/// The tasks that the plugin opened for this reader.
async fn tasks(app: &App, shell: &Shell, reader: &Reader) -> Result<Table, Refusal> {
    let columns =
        ["place-column-action", "place-column-title", "place-column-due"].map(|key| Column::new(shell.t(key)));
    let empty = EmptyState::new("hands", shell.t("place-do-nothing"), "");
    let mut table = Table::new(shell.t("place-tasks"), columns.into(), empty);
    for (task, target) in queries::tasks(app, reader).await? {
        let label = reader.site.loaded.word(shell.locale, &format!("action-{}", task.action));
        let mut href = address(reader.site.project(), &format!("/actions/{}", task.action));
        if let Some(id) = task.target_id {
            href.push_str(&format!("?target={id}"));
        }
        table.row(vec![
            Cell::link(label, href),
            target.map_or(Cell::Nothing, |row| {
                Cell::link(title(&row), address(reader.site.project(), &format!("/records/{}", row.id)))
            }),
            task.due_at.map_or(Cell::Nothing, |due| Cell::When(Moment::due(shell.locale, due, app.now(), None))),
        ]);
    }
    Ok(table)
}

async fn kinds(app: &App, shell: &Shell, reader: &Reader) -> Result<Vec<Kind>, Refusal> {
    let mut counts: BTreeMap<(String, String), i64> = BTreeMap::new();
    for (kind, state, count) in reader.counts(app).await? {
        counts.insert((kind, state), count);
    }
    let site = &reader.site;
    Ok(site
        .loaded
        .description()
        .records
        .iter()
        .map(|kind| Kind {
            label: site.loaded.word(shell.locale, &format!("record-{}", kind.key)),
            href: address(site.project(), &format!("/kinds/{}", kind.key)),
            states: kind
                .states
                .iter()
                .filter_map(|state| {
                    let count = counts.get(&(kind.key.clone(), state.key.clone()))?;
                    Some((state_badge(site, shell.locale, &kind.key, &state.key), *count))
                })
                .collect(),
        })
        .filter(|kind| !kind.states.is_empty() || reader.insider.is_staff())
        .collect())
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    state: Option<String>,
    before: Option<Uuid>,
}

pub(super) async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path((project, kind)): Path<(Uuid, String)>,
    Query(wanted): Query<Wanted>,
) -> Result<Page<ListPage>, Refusal> {
    let reader = Reader::enter(&app, &who, project).await?;
    let (site, locale) = (reader.site.clone(), shell.locale);
    let described = site.loaded.description().record(&kind).ok_or(Refusal::NotFound)?;
    let state = wanted.state.filter(|s| described.states.iter().any(|known| &known.key == s));
    let asked = Asked { kind: kind.clone(), state: state.clone(), before: wanted.before, limit: 30 };
    let page = reader.page(&app, &asked).await?;
    let columns =
        ["place-column-title", "place-column-state", "place-column-changed"].map(|key| Column::new(shell.t(key)));
    let empty = EmptyState::new("folder", shell.t("place-record-none"), shell.t("place-record-none-text"));
    let heading = site.loaded.word(locale, &format!("record-{kind}"));
    let mut table = Table::new(heading.as_str(), columns.into(), empty);
    let names = naming::names(&app, locale, &reader, &page.rows).await?;
    for (row, name) in page.rows.iter().zip(names) {
        table.row(vec![
            Cell::link(name, address(project, &format!("/records/{}", row.id))),
            Cell::State(state_badge(&site, locale, &kind, &row.state)),
            Cell::When(Moment::past(locale, row.changed_at, app.now())),
        ]);
    }
    let base = address(project, &format!("/kinds/{kind}"));
    let all = Filter { label: shell.t("place-records-all"), href: base.clone(), current: state.is_none(), count: None };
    let states = described.states.iter().map(|s| Filter {
        label: site.loaded.word(locale, &twoway_manifest::text_key(&["state", &kind, &s.key])),
        href: format!("{base}?state={}", s.key),
        current: state.as_deref() == Some(s.key.as_str()),
        count: None,
    });
    let filters =
        Filters { label: shell.t("place-column-state"), filters: std::iter::once(all).chain(states).collect() };
    let filter = state.as_ref().map(|s| format!("state={s}&")).unwrap_or_default();
    let pager = Pager {
        first: wanted.before.map(|_| format!("{base}?{filter}")),
        next: page.next.map(|id| format!("{base}?{filter}before={id}")),
        shown: page.rows.len(),
        total: None,
    };
    let buttons = reader
        .offered(None)
        .map(|a| {
            let label = site.loaded.word(locale, &format!("action-{}", a.key));
            ActionButton::link(label, address(project, &format!("/actions/{}", a.key))).look(Look::Plain)
        })
        .collect();
    let shell = way(shell, &site).titled(&heading);
    Ok(Page::new(ListPage { shell, heading, lead: String::new(), buttons, filters: vec![filters], table, pager }))
}
