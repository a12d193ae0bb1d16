use super::api::OFFICE;
use super::{NewDay, actions, day_fields, queries};
use crate::calendar::today;
use crate::http::components::{
    ActionButton, Cell, Column, Confirm, EmptyState, Filter, Filters, Look, StateBadge, Table, Tone,
};
use crate::http::form_view::{FieldWords, FormView, answers};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::FormPage;
use crate::http::{Access, ActingFor, Caller, Form, Path, Query, Routes};
use crate::{App, Refusal};
use askama::Template;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use twoway_entity::accounts::Role;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/calendar", Access::Public, show)
        .page(Method::GET, "/calendar/new", OFFICE, form)
        .page(Method::POST, "/calendar/new", OFFICE, set)
        .page(Method::POST, "/calendar/{day}/remove", OFFICE, remove)
        .nav_kept(85, "nav-calendar", "/calendar", "calendar-event", OFFICE)
}

#[derive(Template)]
#[template(path = "calendar/show.html")]
struct ShowHtml {
    shell: Shell,
    years: Filters,
    add: Option<ActionButton>,
    table: Table,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    year: Option<u16>,
}

async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Query(asked): Query<Asked>,
    shell: Shell,
) -> Result<Page<ShowHtml>, Refusal> {
    let this_year: u16 = today(&app).get(..4).and_then(|y| y.parse().ok()).unwrap_or(2026);
    let year = asked.year.unwrap_or(this_year);
    let rows = queries::year(app.db.read(), who.tenant, year).await?;
    let office = who.holds(&[Role::LeadOffice]);
    let l = shell.locale;
    let columns = ["day", "name", "kind", "do"].map(|c| Column::new(l.t(&format!("calendar-column-{c}"))));
    let columns = columns.into_iter().take(if office { 4 } else { 3 }).collect();
    let empty = EmptyState::new("calendar", l.t("calendar-empty"), l.t("calendar-empty-text"));
    let mut table = Table::new(l.t("calendar"), columns, empty);
    for row in rows {
        let kind = match row.works {
            true => StateBadge::new(l.t("calendar-work"), Tone::Active),
            false => StateBadge::new(l.t("calendar-rest"), Tone::Good),
        };
        let mut cells = vec![Cell::date(&row.day), Cell::text(&row.name), Cell::State(kind)];
        if office {
            let remove = ActionButton::post(l.t("calendar-remove"), format!("/calendar/{}/remove", row.day));
            cells.push(Cell::Buttons(vec![remove.look(Look::Danger).confirm(Confirm {
                title: l.t1("calendar-remove-title", "day", &row.day),
                text: l.t("calendar-remove-text"),
                points: Vec::new(),
                ok: l.t("calendar-remove"),
            })]));
        }
        table.row(cells);
    }
    let years = (this_year.saturating_sub(1)..=this_year + 1).map(|y| Filter {
        label: y.to_string(),
        href: format!("/calendar?year={y}"),
        current: y == year,
        count: None,
    });
    let years = Filters { label: l.t("calendar-year"), filters: years.collect() };
    let add = office.then(|| ActionButton::link(l.t("calendar-add"), "/calendar/new").primary().icon("plus"));
    Ok(Page::new(ShowHtml { shell: shell.titled(l.t("calendar")), years, add, table }))
}

fn page(shell: Shell, given: &Value, refusal: Option<Refusal>) -> Result<Response, Refusal> {
    let l = shell.locale;
    let words = FieldWords::host(l, "field-calendar");
    let mut form = FormView::new("/calendar/new", &day_fields(), &words, given, &[])
        .submit(l.t("calendar-save"))
        .cancel(l.t("cancel"), "/calendar");
    let failed = refusal.is_some();
    if let Some(refusal) = refusal {
        form_errors(&mut form, l, refusal)?;
    }
    let heading = l.t("calendar-add");
    let shell = shell.crumb(l.t("calendar"), "/calendar").titled(heading.clone());
    let page = Page::new(FormPage { shell, heading, lead: l.t("calendar-add-lead"), form });
    Ok(if failed { page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response() } else { page.into_response() })
}

async fn form(shell: Shell) -> Result<Response, Refusal> {
    page(shell, &json!({}), None)
}

async fn set(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let given = answers(&day_fields(), &form.0);
    let set = async {
        let days = NewDay::parse(&given)?;
        let year = days.first().and_then(|d| d.day.get(..4)).unwrap_or_default().to_string();
        actions::set_days(&app, &who, &form.command(acting), days).await.map(|_| year)
    };
    match set.await {
        Ok(year) => Ok(done(&format!("/calendar?year={year}"), "flash-saved").into_response()),
        Err(refusal) => page(shell, &given, Some(refusal)),
    }
}

async fn remove(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(day): Path<String>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::remove_day(&app, &who, &form.command(acting), &day).await?;
    let year = day.get(..4).unwrap_or_default();
    Ok(done(&format!("/calendar?year={year}"), "flash-saved"))
}
