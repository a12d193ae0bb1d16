//! The evaluation as the office, the evaluator and the project's lead work with it.

mod forms;
mod show;

use super::queries;
use super::state::EvaluationState;
use crate::http::components::{Cell, Column, EmptyState, Moment, StateBadge, Table, Tone};
use crate::http::page::{Page, Shell};
use crate::http::usual::{ListPage, address, filters, pager};
use crate::http::{Access, Caller, Paging, Path, Query, Routes, usual};
use crate::{App, Refusal, projects};
use axum::extract::State;
use axum::http::Method;
use axum::response::Redirect;
use sea_orm::{ActiveEnum, Iterable};
use serde::Deserialize;
use twoway_entity::accounts::Role;
use twoway_ids::Uuid;

pub(super) fn routes(routes: Routes) -> Routes {
    const OFFICE: Access = Access::AnyOf(&[Role::LeadOffice]);
    const EVALUATOR: Access = Access::AnyOf(&[Role::Evaluator]);
    const INSIDE: Access = Access::AnyOf(&[Role::LeadOffice, Role::Supervisor, Role::Evaluator]);
    routes
        .nav(60, "nav-evaluations", "/evaluations", "award", INSIDE)
        .page(Method::GET, "/evaluations", Access::SignedIn, list)
        .page(Method::GET, "/evaluations/{id}", Access::SignedIn, show::show)
        .page(Method::GET, "/projects/{id}/evaluation", Access::SignedIn, of_project)
        .page(Method::POST, "/evaluations/{id}/evaluator", OFFICE, forms::invite)
        .page(Method::POST, "/evaluations/{id}/self-evaluation", Access::SignedIn, forms::self_evaluate)
        .page(Method::POST, "/evaluations/{id}/score", EVALUATOR, forms::score)
        .page(Method::POST, "/evaluations/{id}/return", OFFICE, forms::send_back)
        .page(Method::POST, "/evaluations/{id}/announce", OFFICE, forms::announce)
        .page(Method::POST, "/evaluations/{id}/final", OFFICE, forms::finalize)
}

fn tone(state: EvaluationState) -> Tone {
    match state {
        EvaluationState::Planned => Tone::Neutral,
        EvaluationState::SelfEvaluated => Tone::Active,
        EvaluationState::Scored | EvaluationState::InNotice => Tone::Attention,
        EvaluationState::Final => Tone::Good,
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wanted {
    state: Option<EvaluationState>,
}

async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Query(wanted): Query<Wanted>,
    Query(paging): Query<Paging>,
    shell: Shell,
) -> Result<Page<ListPage>, Refusal> {
    let list = queries::list(app.db.read(), &who, wanted.state, &paging).await?;
    let l = shell.locale;
    let chosen = wanted.state.map(|state| state.to_value()).unwrap_or_default();
    let states = EvaluationState::iter().map(|state| {
        let value = state.to_value();
        let word = l.t(&format!("state-evaluation-{value}"));
        (value, word)
    });
    let choices = std::iter::once((String::new(), l.t("filter-all"))).chain(states);
    let filters =
        vec![filters(l.t("evaluation-column-state"), choices, &chosen, |s| address("/evaluations", &[("state", s)]))];
    let mut table = Table::new(
        l.t("evaluation-list-title"),
        ["project", "state", "due"].map(|c| Column::new(l.t(&format!("evaluation-column-{c}")))).into(),
        usual::empty(
            &shell,
            wanted.state.is_some(),
            EmptyState::new("folder", l.t("evaluation-list-empty"), l.t("evaluation-list-empty-text")),
        ),
    );
    for listed in &list.items {
        let row = &listed.row;
        table.row(vec![
            Cell::link(&listed.title, format!("/evaluations/{}", row.id)),
            Cell::State(StateBadge::of(l, "evaluation", &row.state.to_value(), tone(row.state))),
            row.due_at.map_or(Cell::Nothing, |due| Cell::When(Moment::due(l, due, app.now(), None))),
        ]);
    }
    Ok(Page::new(ListPage {
        heading: l.t("evaluation-list-title"),
        lead: l.t("evaluation-list-lead"),
        buttons: Vec::new(),
        filters,
        table,
        pager: pager("/evaluations", &[("state", &chosen)], &list, paging.cursor.is_none()),
        shell: shell.titled(l.t("evaluation-list-title")),
    }))
}

/// From the project's page to its evaluation.
async fn of_project(State(app): State<App>, Caller(who): Caller, Path(id): Path<Uuid>) -> Result<Redirect, Refusal> {
    let db = app.db.read();
    projects::find_visible(db, &who, id).await?;
    let row = queries::of_project(db, who.tenant, id).await?.ok_or(Refusal::NotFound)?;
    Ok(Redirect::to(&format!("/evaluations/{}", row.id)))
}
