//! The page on which the office accepts a late proposal.

use crate::calls::api::OFFICE;
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::{FormPage, reason_form};
use crate::http::{ActingFor, Caller, Form, Path, Routes};
use crate::proposals::queries::{Sight, find_visible};
use crate::{App, Refusal, Who};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use twoway_ids::Uuid;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.page(Method::GET, "/proposals/{id}/accept-late", OFFICE, form).page(
        Method::POST,
        "/proposals/{id}/accept-late",
        OFFICE,
        accept,
    )
}

async fn page(app: &App, who: &Who, shell: Shell, id: Uuid, typed: Option<&Form>) -> Result<FormPage, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    if seen.sight != Sight::Office {
        return Err(Refusal::NotFound);
    }
    let late = super::of(db, who.tenant, id).await?.ok_or_else(|| Refusal::rule("not-late"))?;
    let base = format!("/proposals/{id}");
    let written = typed.map_or("", |form| form.text("reason"));
    let version = typed.map_or_else(|| seen.row.version.to_string(), |form| form.text("_version").to_string());
    let form = reason_form(&shell, &format!("{base}/accept-late"), &base, written)
        .with("_version", version)
        .submit(shell.t("late-accept"));
    let heading = shell.t("late-accept");
    let lead = shell.t1("late-accept-lead", "reason", late.reason);
    let calls = shell.t("office-calls-title");
    let shell = shell.crumb(calls, "/office/calls").crumb(&seen.row.title, base).titled(&heading);
    Ok(FormPage { shell, heading, lead, form })
}

async fn form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    Ok(Page::new(page(&app, &who, shell, id, None).await?))
}

async fn accept(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    match super::accept(&app, &who, &form.command(acting), id, form.text("reason")).await {
        Ok(_) => Ok(done(&format!("/proposals/{id}"), "flash-saved").into_response()),
        Err(refusal) => {
            let mut page = page(&app, &who, shell, id, Some(&form)).await?;
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}
