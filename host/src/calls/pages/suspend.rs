//! Where the office lets an open call stand still, and go on.

use super::office::{office_call, page_of};
use crate::calls::suspension;
use crate::http::form_view::FormView;
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::{FormPage, reason_form};
use crate::http::{ActingFor, Caller, Form, Path};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use twoway_entity::calls::call;
use twoway_ids::Uuid;

fn view(shell: &Shell, call: &call::Model, version: &str, typed: &str) -> FormView {
    let base = format!("/office/calls/{}", call.id);
    reason_form(shell, &format!("{base}/suspend"), &base, typed)
        .with("_version", version)
        .submit(shell.t("call-suspend"))
}

pub(super) async fn form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let form = view(&shell, &call, &call.version.to_string(), "");
    Ok(Page::new(page_of(shell, &call, "suspend", form)))
}

pub(super) async fn suspend(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    match suspension::suspend(&app, &who, &form.command(acting), id, form.text("reason")).await {
        Ok(_) => Ok(done(&format!("/office/calls/{id}"), "flash-call-suspended").into_response()),
        Err(refusal) => {
            let call = office_call(&app, &who, id).await?;
            let mut view = view(&shell, &call, form.text("_version"), form.text("reason"));
            form_errors(&mut view, shell.locale, refusal)?;
            Ok(Page::new(page_of(shell, &call, "suspend", view))
                .status(StatusCode::UNPROCESSABLE_ENTITY)
                .into_response())
        }
    }
}

pub(super) async fn resume(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    suspension::resume(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/office/calls/{id}"), "flash-call-resumed"))
}
