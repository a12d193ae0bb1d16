//! The front page: what is open now, what can be adopted, what is being done, and how to take part.

use super::queries;
use crate::calendar::today;
use crate::calls::{self, CallState};
use crate::http::Caller;
use crate::http::components::{ActionButton, Cell, Column, EmptyState, Moment, StateBadge, Table};
use crate::http::page::{Page, Shell};
use crate::needs::hall;
use crate::projects;
use crate::projects::model::Plan;
use crate::{App, Refusal};
use askama::Template;
use axum::extract::State;
use sea_orm::ActiveEnum;
use twoway_entity::projects::project;

/// How many running projects the front page shows.
const PROJECTS: u64 = 6;

#[derive(Template)]
#[template(path = "showcase/home.html")]
pub(super) struct HomeHtml {
    shell: Shell,
    buttons: Vec<ActionButton>,
    calls: Table,
    /// Kind and number of lines that wait for a sponsor.
    lines: Vec<(String, String)>,
    projects: Vec<Card>,
    /// Projects that came to their end, with what became of them.
    results: Vec<Card>,
    roles: Vec<RoleCard>,
}

struct Card {
    title: String,
    href: String,
    badge: StateBadge,
    team: String,
    place: String,
    summary: String,
}

struct RoleCard {
    title: String,
    text: String,
    button: ActionButton,
}

pub(super) async fn show(State(app): State<App>, Caller(who): Caller, shell: Shell) -> Result<Page<HomeHtml>, Refusal> {
    let db = app.db.read();
    let l = shell.locale;
    let mut calls = Table::new(
        l.t("home-calls"),
        ["title", "state", "when"].map(|c| Column::new(l.t(&format!("home-call-{c}")))).into(),
        EmptyState::new("calendar", l.t("home-calls-empty"), l.t("home-calls-empty-text")),
    );
    let current = queries::current_calls(db, who.tenant).await?;
    let invited = calls::invitations::invited(db, who.tenant, current.iter().map(|call| call.id)).await?;
    for call in current {
        let at = if call.state == CallState::Open { call.closes_at } else { call.opens_at };
        calls.row(vec![
            Cell::link(
                calls::pages::listed_title(&shell, &call, invited.contains(&call.id)),
                format!("/calls/{}", call.id),
            ),
            Cell::State(calls::pages::badge(&shell, call.state)),
            at.map_or(Cell::Nothing, |at| match call.state {
                CallState::Open => Cell::When(Moment::due(l, at, app.now(), None)),
                _ => Cell::When(Moment::day(l, at)),
            }),
        ]);
    }
    let lines = hall::open_by_kind(db, &who, &today(&app)).await?;
    let rows = queries::running(db, who.tenant, PROJECTS).await?;
    let ended = queries::accepted(db, who.tenant, PROJECTS).await?;
    let teams = rows.iter().chain(&ended).filter_map(|row| row.team_id);
    let teams = queries::names(db, who.tenant, teams).await?;
    let card = |row: project::Model| {
        let plan = Plan::stored(&row.plan)?;
        Ok::<_, Refusal>(Card {
            href: format!("/p/{}", row.id),
            badge: StateBadge::of(l, "project", &row.state.to_value(), projects::tone(row.state)),
            team: row.team_id.and_then(|id| teams.get(&id).cloned()).unwrap_or_default(),
            place: plan.place,
            summary: plan.summary,
            title: row.title,
        })
    };
    let cards = rows.into_iter().map(card).collect::<Result<_, _>>()?;
    let results = ended.into_iter().map(card).collect::<Result<_, _>>()?;
    let role = |key: &str, href: &str| RoleCard {
        title: l.t(&format!("home-role-{key}")),
        text: l.t(&format!("home-role-{key}-text")),
        button: ActionButton::link(l.t(&format!("home-role-{key}-go")), href),
    };
    let roles = vec![
        role("citizen", "/calls"),
        role("team", "/organizations/new"),
        role("sponsor", "/hall"),
        role("volunteer", "/register"),
    ];
    let buttons = vec![
        ActionButton::link(l.t("home-go-calls"), "/calls").primary(),
        ActionButton::link(l.t("home-go-hall"), "/hall"),
    ];
    let lines = lines
        .into_iter()
        .map(|(kind, n)| (l.t(&format!("choice-kind-{}", kind.as_str())), l.t1("home-lines", "n", n)))
        .collect();
    Ok(Page::new(HomeHtml { shell, buttons, calls, lines, projects: cards, results, roles }))
}
