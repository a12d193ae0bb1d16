mod wordings;

use super::{PATH, Wordings, mark_read, queries};
use crate::http::components::{ActionButton, Cell, Column, EmptyState, Moment, StateBadge, Table, Tone};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::usual::{ListPage, address, filters, pager};
use crate::http::{Access, Caller, Paging, Query, Routes, usual};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::Method;
use axum::response::IntoResponse;
use serde::Deserialize;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/notices", Access::SignedIn, list)
        .page(Method::POST, "/notices/read", Access::SignedIn, read_all)
        .page(Method::GET, "/office/wordings", super::api::OFFICE, wordings::list)
        .page(Method::GET, "/office/wordings/{template}", super::api::OFFICE, wordings::form)
        .page(Method::POST, "/office/wordings/{template}", super::api::OFFICE, wordings::save)
        .nav_kept(87, "nav-wordings", "/office/wordings", "pencil", super::api::OFFICE)
        .nav(90, "nav-notices", PATH, "info-circle", Access::SignedIn)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wanted {
    unread: bool,
}

async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Query(wanted): Query<Wanted>,
    Query(paging): Query<Paging>,
) -> Result<Page<ListPage>, Refusal> {
    let found = queries::list(app.db.read(), &who, wanted.unread, &paging).await?;
    let words = Wordings::load(app.db.read(), who.tenant).await?;
    let columns = ["notice-text", "notice-when", "notice-state"].map(|key| Column::new(shell.t(key)));
    let whole = EmptyState::new("folder", shell.t("notices-empty"), shell.t("notices-empty-text"));
    let empty = usual::empty(&shell, wanted.unread, whole);
    let mut table = Table::new(shell.t("notices-title"), columns.into(), empty);
    for notice in &found.items {
        let state = match (notice.read_at, notice.urgent) {
            (Some(_), _) => StateBadge::new(shell.t("notice-read"), Tone::Neutral),
            (None, true) => StateBadge::new(shell.t("notice-urgent"), Tone::Bad),
            (None, false) => StateBadge::new(shell.t("notice-new"), Tone::Attention),
        };
        table.row(vec![
            Cell::link(words.said(shell.locale, &notice.template, &notice.values), notice.link.as_str()),
            Cell::When(Moment::past(shell.locale, notice.created_at, app.now())),
            Cell::State(state),
        ]);
    }
    let buttons = match found.items.iter().any(|n| n.read_at.is_none()) {
        true => vec![ActionButton::post(shell.t("notices-read-all"), "/notices/read")],
        false => Vec::new(),
    };
    let chosen = if wanted.unread { "true" } else { "" };
    let choices =
        [("", "filter-all"), ("true", "notices-unread")].map(|(value, word)| (value.to_string(), shell.t(word)));
    let filters =
        vec![filters(shell.t("notice-state"), choices, chosen, |unread| address(PATH, &[("unread", unread)]))];
    let pager = pager(PATH, &[("unread", chosen)], &found, paging.cursor.is_none());
    let heading = shell.t("notices-title");
    let lead = shell.t("notices-lead");
    Ok(Page::new(ListPage { shell: shell.titled(&heading), heading, lead, buttons, filters, table, pager }))
}

async fn read_all(State(app): State<App>, Caller(who): Caller) -> Result<impl IntoResponse, Refusal> {
    mark_read(&app, &who, None).await?;
    Ok(done(PATH, "flash-saved"))
}
