//! The verbs of an objection's page. A form that was refused comes back as it was typed.

use super::forms::Typed;
use super::show::page;
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::{ActingFor, Caller, Form, Path};
use crate::lifecycle::Done;
use crate::objections::actions::{self, AnswerInput};
use crate::objections::state::Outcome;
use crate::{App, Refusal, Who};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;

/// Back to the page, with what was wrong if something was.
async fn answered(
    app: &App,
    who: &Who,
    shell: Shell,
    (id, verb, flash): (Uuid, &'static str, &'static str),
    form: &Form,
    result: Result<Done, Refusal>,
) -> Result<Response, Refusal> {
    match result {
        Ok(_) => Ok(done(&format!("/objections/{id}"), flash).into_response()),
        Err(refusal) => {
            let page = page(app, who, shell, id, Some((Typed { verb, form }, refusal)), None).await?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

macro_rules! press {
    ($name:ident, $action:path, $flash:literal) => {
        pub(super) async fn $name(
            State(app): State<App>,
            Caller(who): Caller,
            acting: ActingFor,
            Path(id): Path<Uuid>,
            form: Form,
        ) -> Result<impl IntoResponse, Refusal> {
            $action(&app, &who, &form.command(acting), id).await?;
            Ok(done(&format!("/objections/{id}"), $flash))
        }
    };
}

press!(admit, actions::admit, "flash-objection-admitted");
press!(begin, actions::begin, "flash-objection-begun");
press!(accept, actions::accept, "flash-objection-accepted");
press!(withdraw, actions::withdraw, "flash-objection-withdrawn");

macro_rules! explain {
    ($name:ident, $verb:literal, $field:literal, $action:path, $flash:literal) => {
        pub(super) async fn $name(
            State(app): State<App>,
            Caller(who): Caller,
            acting: ActingFor,
            shell: Shell,
            Path(id): Path<Uuid>,
            form: Form,
        ) -> Result<Response, Refusal> {
            let result = $action(&app, &who, &form.command(acting), id, form.text($field)).await;
            answered(&app, &who, shell, (id, $verb, $flash), &form, result).await
        }
    };
}

explain!(dismiss, "dismiss", "reason", actions::dismiss, "flash-objection-dismissed");
explain!(extend, "extend", "reason", actions::extend, "flash-objection-extended");
explain!(publish, "publish", "text", actions::publish, "flash-objection-published");
explain!(review, "review", "reason", actions::request_review, "flash-objection-review");

pub(super) async fn assign(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let result = match Uuid::parse_str(form.text("handler")) {
        Ok(handler) => actions::assign(&app, &who, &form.command(acting), id, handler).await,
        Err(_) => Err(Refusal::field("handler", FieldProblem::Missing)),
    };
    answered(&app, &who, shell, (id, "assign", "flash-objection-assigned"), &form, result).await
}

fn typed_answer(form: &Form) -> Result<AnswerInput, Refusal> {
    let result = match form.text("result") {
        "upheld" => Outcome::Upheld,
        "rejected" => Outcome::Rejected,
        "" => return Err(Refusal::field("result", FieldProblem::Missing)),
        _ => return Err(Refusal::field("result", FieldProblem::NotAnOption)),
    };
    Ok(AnswerInput { result, answer: form.text("answer").into(), why: form.text("why").into() })
}

pub(super) async fn answer(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let result = async { actions::answer(&app, &who, &form.command(acting), id, typed_answer(&form)?).await }.await;
    answered(&app, &who, shell, (id, "answer", "flash-objection-answered"), &form, result).await
}

pub(super) async fn answer_finally(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let result =
        async { actions::answer_finally(&app, &who, &form.command(acting), id, typed_answer(&form)?).await }.await;
    answered(&app, &who, shell, (id, "answer-finally", "flash-objection-answered"), &form, result).await
}

/// Shows who filed it on the page that answers; nothing of it is kept in an address.
pub(super) async fn look(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let opened = actions::look(&app, &who, &form.command(acting), id).await?;
    Ok(Page::new(page(&app, &who, shell, id, None, Some(opened)).await?).into_response())
}
