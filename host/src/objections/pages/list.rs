use super::badge;
use crate::http::components::{ActionButton, Cell, Column, EmptyState, Moment, Table};
use crate::http::page::{Page, Shell};
use crate::http::usual::{self, ListPage, address, filters, pager};
use crate::http::{Caller, Paging, Query};
use crate::objections::model::word;
use crate::objections::queries::{self, READS};
use crate::objections::state::{OPEN, ObjectionState};
use crate::{App, Refusal};
use axum::extract::State;
use serde::Deserialize;
use twoway_entity::objections::objection;

fn table(shell: &Shell, rows: &[objection::Model], now: i64, empty: EmptyState) -> Table {
    let columns = ["title", "target", "ground", "state", "filed", "due"];
    let columns = columns.map(|key| Column::new(shell.t(&format!("objection-{key}"))));
    let mut table = Table::new(shell.t("objections-title"), columns.into(), empty);
    for row in rows {
        table.row(vec![
            Cell::link(row.title.as_str(), format!("/objections/{}", row.id)),
            Cell::text(shell.t(&format!("objection-target-{}", word(&row.target)))),
            Cell::text(shell.t(&format!("choice-ground-{}", word(&row.ground)))),
            Cell::State(badge(shell, row.state)),
            Cell::When(Moment::past(shell.locale, row.created_at, now)),
            row.due_at.map_or(Cell::Nothing, |due| Cell::When(Moment::due(shell.locale, due - 1, now, None))),
        ]);
    }
    table
}

/// What I filed.
pub(super) async fn mine(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Query(paging): Query<Paging>,
) -> Result<Page<ListPage>, Refusal> {
    let found = queries::mine(&app, &who, &paging).await?;
    let empty = EmptyState::new("folder", shell.t("objections-none"), shell.t("objections-none-text"))
        .button(ActionButton::link(shell.t("objections-to-notices"), "/calls?phase=public-notice"));
    let table = table(&shell, &found.items, app.now(), empty);
    let mut buttons = Vec::new();
    if who.holds(READS) {
        buttons.push(ActionButton::link(shell.t("nav-office-objections"), "/office/objections"));
    }
    let pager = pager("/objections", &[], &found, paging.cursor.is_none());
    let (heading, lead) = (shell.t("objections-mine"), shell.t("objections-mine-lead"));
    Ok(Page::new(ListPage { shell: shell.titled(&heading), heading, lead, buttons, filters: Vec::new(), table, pager }))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    phase: String,
}

/// What the reader's office answers for.
pub(super) async fn office(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Query(wanted): Query<Wanted>,
    Query(paging): Query<Paging>,
) -> Result<Page<ListPage>, Refusal> {
    const ENDED: &[ObjectionState] = &[
        ObjectionState::Inadmissible,
        ObjectionState::Accepted,
        ObjectionState::AnsweredFinally,
        ObjectionState::Withdrawn,
    ];
    let states = match wanted.phase.as_str() {
        "open" => OPEN,
        "ended" => ENDED,
        _ => &[],
    };
    let found = queries::of_office(&app, &who, states, &paging).await?;
    let whole = EmptyState::new("folder", shell.t("objections-office-none"), shell.t("objections-office-none-text"));
    let empty = usual::empty(&shell, !states.is_empty(), whole);
    let table = table(&shell, &found.items, app.now(), empty);
    let choices = [("", "objections-all"), ("open", "objections-open"), ("ended", "objections-ended")];
    let choices = choices.map(|(value, key)| (value.to_string(), shell.t(key)));
    let filters = vec![filters(shell.t("objection-state"), choices, &wanted.phase, |phase| {
        address("/office/objections", &[("phase", phase)])
    })];
    let pager = pager("/office/objections", &[("phase", &wanted.phase)], &found, paging.cursor.is_none());
    let (heading, lead) = (shell.t("objections-title"), shell.t("objections-office-lead"));
    Ok(Page::new(ListPage { shell: shell.titled(&heading), heading, lead, buttons: Vec::new(), filters, table, pager }))
}
