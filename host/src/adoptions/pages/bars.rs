//! Who may not take part for a time: the list, and the form that lifts a bar.

use super::asks::{respond, text};
use crate::adoptions::{actions, bars};
use crate::http::components::{
    ActionButton, Cell, Column, EmptyState, Facts, Moment, StateBadge, Table, Tone, local_day,
};
use crate::http::form_view::FormView;
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::texts::Locale;
use crate::http::usual::{self, ListPage};
use crate::http::{Access, ActingFor, Caller, Form, Paging, Path, Query, Routes};
use crate::{App, Refusal, Who, organizations};
use axum::extract::State;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use twoway_entity::accounts::Role;
use twoway_entity::sponsoring::{bar, first_delivery};
use twoway_ids::Uuid;

/// The office, and those who speak for a sponsor.
const CONCERNED: Access = Access::AnyOf(&[Role::LeadOffice, Role::SponsorMember, Role::SponsorSignatory]);

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/sponsor-bars", CONCERNED, list)
        .page(Method::GET, "/sponsor-bars/{id}/lift", super::OFFICE, lift_form)
        .page(Method::POST, "/sponsor-bars/{id}/lift", super::OFFICE, lift)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    cursor: Option<String>,
}

async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Query(asked): Query<Asked>,
    shell: Shell,
) -> Result<Page<ListPage>, Refusal> {
    let paging = Paging { cursor: asked.cursor.clone(), limit: None };
    let found = bars::list(app.db.read(), &who, app.now(), &paging).await?;
    let l = shell.locale;
    let columns =
        ["organization", "reason", "began", "until", "state"].map(|c| Column::new(l.t(&format!("bar-column-{c}"))));
    let empty = EmptyState::new("search", l.t("bar-empty"), l.t("bar-empty-text"));
    let mut table = Table::new(l.t("bars"), columns.into(), empty);
    for entry in &found.items {
        let row = &entry.row;
        let day = |at: Option<i64>| at.map_or(Cell::Nothing, |at| Cell::When(Moment::day(l, at)));
        let state = match (bars::standing(row, app.now()), &row.lift_reason) {
            _ if entry.liftable => {
                let href = format!("/sponsor-bars/{}/lift", row.id);
                Cell::Buttons(vec![ActionButton::link(l.t("bar-lift"), href)])
            }
            ("lifted", Some(reason)) => Cell::List(vec![l.t("bar-lifted"), reason.clone()]),
            (state, _) => {
                let tone = if state == "in-force" { Tone::Bad } else { Tone::Neutral };
                Cell::State(StateBadge::new(l.t(&format!("bar-{state}")), tone))
            }
        };
        table.row(vec![
            Cell::link(&entry.organization, format!("/adoptions/{}", row.adoption_id)),
            Cell::text(&row.reason),
            day(row.began_at),
            day(row.until_at),
            state,
        ]);
    }
    let heading = l.t("bars");
    let crumb = l.t("nav-adoptions");
    Ok(Page::new(ListPage {
        lead: l.t("bars-lead"),
        buttons: Vec::new(),
        filters: Vec::new(),
        table,
        pager: usual::pager("/sponsor-bars", &[], &found, asked.cursor.is_none()),
        shell: shell.crumb(crumb, "/adoptions").titled(heading.clone()),
        heading,
    }))
}

/// What an adoption's page says of its first money, and of a bar that came with its end.
pub(super) fn facts(l: Locale, mut facts: Facts, first: Option<&first_delivery::Model>, bars: &[bar::Model]) -> Facts {
    if let Some(first) = first {
        let said = match first.done_at {
            Some(at) => l.t1("first-delivery-done", "day", local_day(at)),
            None => l.t1("first-delivery-until", "day", local_day(first.due_at - 1)),
        };
        facts = facts.fact(l.t("first-delivery"), Cell::Text(said));
    }
    for bar in bars {
        let said = match bar.until_at {
            Some(until) => l.t2("bar-fact", "day", local_day(until), "reason", &bar.reason),
            None => l.t1("bar-fact-proposed", "reason", &bar.reason),
        };
        facts = facts.fact(l.t("bars"), Cell::Text(said));
    }
    facts
}

async fn lift_page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    typed: &str,
    refusal: Option<Refusal>,
) -> Result<Response, Refusal> {
    let db = app.db.read();
    let row = bars::liftable(db, who, id, app.now()).await?;
    let name = organizations::names(db, who, [row.organization_id]).await?.remove(&row.organization_id);
    let l = shell.locale;
    let fields = vec![text("reason", l.t("field-adoption-reason"), typed)];
    let view = FormView::plain(format!("/sponsor-bars/{id}/lift"), fields)
        .submit(l.t("bar-lift"))
        .cancel(l.t("cancel"), "/sponsor-bars");
    let lead = l.t2("bar-lift-lead", "name", name.unwrap_or_default(), "reason", &row.reason);
    let crumb = l.t("bars");
    let title = l.t("bar-lift");
    respond(shell.crumb(crumb, "/sponsor-bars").titled(title), "bar-lift", lead, view, refusal)
}

async fn lift_form(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    lift_page(&app, &who, shell, id, "", None).await
}

async fn lift(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let reason = form.text("reason");
    match actions::lift_bar(&app, &who, &form.command(acting), id, reason).await {
        Ok(_) => Ok(done("/sponsor-bars", "flash-bar-lifted").into_response()),
        Err(refusal) => lift_page(&app, &who, shell, id, reason, Some(refusal)).await,
    }
}
