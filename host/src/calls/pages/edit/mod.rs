//! The office's forms for a draft: the basics, the questions, the rubric. Each keeps what was typed after any error.

mod questions;
mod rows;
mod rubric;
mod sections;

pub(super) use questions::{questions, save_questions};
pub(super) use rubric::{rubric, save_rubric};
pub(super) use sections::{save_sections, sections};

use super::frozen::{self, Part};
use super::office::office_call;
use crate::calls::actions;
use crate::calls::model::CallInput;
use crate::http::form_view::{FieldWords, FormView, answers};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::FormPage;
use crate::http::{ActingFor, Caller, Form, Path};
use crate::{App, Refusal, Who};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use twoway_entity::calls::call;
use twoway_ids::Uuid;
use twoway_manifest::{Field, FieldType, check_form_as_draft};

/// The basics as a described form; the labels are `field-call-<key>`.
fn basics_fields() -> Vec<Field> {
    let field = |key: &str, kind: FieldType, max: u32| Field { max_length: Some(max), ..Field::new(key, kind) };
    let number =
        |key: &str, min: i64, max: i64| Field { min: Some(min), max: Some(max), ..Field::new(key, FieldType::Integer) };
    vec![
        Field { required: true, ..field("title", FieldType::Line, 120) },
        field("summary", FieldType::Text, 500),
        field("guide", FieldType::Text, 20_000),
        Field::new("opens_at", FieldType::Instant),
        Field::new("closes_at", FieldType::Instant),
        Field { unit: Some("yuan".into()), ..number("ceiling", 1, 100_000_000) },
        number("cap", 1, 50),
        number("min_reviews", 1, 15),
        number("notice_days", 5, 30),
        field("contact", FieldType::Line, 200),
        field("risk_notice", FieldType::Text, 8_000),
        field("privacy_notice", FieldType::Text, 8_000),
    ]
}

fn stored_basics(input: &CallInput) -> Result<Value, Refusal> {
    let mut value = serde_json::to_value(input)?;
    if let Some(map) = value.as_object_mut() {
        map.remove("form");
        map.remove("rubric");
        map.remove("sections");
    }
    Ok(value)
}

/// What was typed over what is stored; boxes left empty become what a new call has.
fn typed_basics(form: &Form, before: &CallInput) -> Result<CallInput, Refusal> {
    let kept = check_form_as_draft(&basics_fields(), &answers(&basics_fields(), &form.0)).map_err(Refusal::Invalid)?;
    let mut value = serde_json::to_value(CallInput {
        form: before.form.clone(),
        sections: before.sections.clone(),
        rubric: before.rubric.clone(),
        ..CallInput::default()
    })?;
    if let Some(map) = value.as_object_mut() {
        map.extend(kept);
    }
    Ok(serde_json::from_value(value)?)
}

fn basics_view(shell: &Shell, action: &str, back: &str, typed: &Value) -> FormView {
    let words = FieldWords::host(shell.locale, "field-call");
    FormView::new(action, &basics_fields(), &words, typed, &[])
        .submit(shell.t("save"))
        .cancel(shell.t("leave-form"), back)
}

fn new_page(shell: Shell, form: FormView) -> FormPage {
    let (heading, lead, calls) = (shell.t("call-new"), shell.t("call-new-lead"), shell.t("office-calls-title"));
    FormPage { shell: shell.crumb(calls, "/office/calls").titled(&heading), heading, lead, form }
}

pub(super) async fn new(shell: Shell) -> Result<Page<FormPage>, Refusal> {
    let form = basics_view(&shell, "/office/calls", "/office/calls", &stored_basics(&CallInput::default())?);
    Ok(Page::new(new_page(shell, form)))
}

pub(super) async fn create(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let created = match typed_basics(&form, &CallInput::default()) {
        Ok(input) => actions::create(&app, &who, &form.command(acting), None, input).await,
        Err(refusal) => Err(refusal),
    };
    match created {
        Ok(call) => Ok(done(&format!("/office/calls/{}/questions", call.id), "flash-call-created").into_response()),
        Err(refusal) => {
            let mut view = basics_view(&shell, "/office/calls", "/office/calls", &answers(&basics_fields(), &form.0));
            form_errors(&mut view, shell.locale, refusal)?;
            Ok(Page::new(new_page(shell, view)).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

fn basics_page(shell: Shell, call: &call::Model, form: FormView) -> FormPage {
    let heading = shell.t("call-edit");
    let shell = under(shell, call, &heading);
    FormPage { lead: shell.t("call-edit-lead"), shell, heading, form }
}

pub(in crate::calls) fn under(shell: Shell, call: &call::Model, heading: &str) -> Shell {
    let calls = shell.t("office-calls-title");
    shell.crumb(calls, "/office/calls").crumb(&call.title, format!("/office/calls/{}", call.id)).titled(heading)
}

pub(super) async fn basics(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let label = shell.t("call-edit");
    if let Some(frozen) = frozen::instead(&app, &who, &under(shell.clone(), &call, &label), &call, Part::Basics).await?
    {
        return Ok(frozen);
    }
    let base = format!("/office/calls/{id}");
    let stored = stored_basics(&CallInput::of(&call)?)?;
    let form = basics_view(&shell, &format!("{base}/edit"), &base, &stored).with("_version", call.version);
    Ok(Page::new(basics_page(shell, &call, form)).into_response())
}

pub(super) async fn save_basics(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let base = format!("/office/calls/{id}");
    let saved = match typed_basics(&form, &CallInput::of(&call)?) {
        Ok(input) => actions::edit(&app, &who, &form.command(acting), id, input).await,
        Err(refusal) => Err(refusal),
    };
    match saved {
        Ok(_) => Ok(done(&base, "flash-saved").into_response()),
        Err(refusal) => {
            let typed = answers(&basics_fields(), &form.0);
            let mut view =
                basics_view(&shell, &format!("{base}/edit"), &base, &typed).with("_version", form.text("_version"));
            let refusal = days_of_questions(&mut view, &shell, &call, refusal)?;
            form_errors(&mut view, shell.locale, refusal)?;
            Ok(Page::new(basics_page(shell, &call, view)).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

/// Other dates of the call may leave the days of a question outside: told by the question's words, above the form.
fn days_of_questions(
    view: &mut FormView,
    shell: &Shell,
    call: &call::Model,
    refusal: Refusal,
) -> Result<Refusal, Refusal> {
    let Refusal::Invalid(errors) = refusal else { return Ok(refusal) };
    let form = crate::calls::form_of(call)?;
    let (mut days, mut rest) = (Vec::new(), Vec::new());
    for error in errors {
        let place = error.field.strip_prefix("form[").and_then(|place| place.split_once(']'));
        match place.and_then(|(n, _)| form.get(n.parse::<usize>().ok()?)) {
            Some(question) => days.push(question.title.clone().unwrap_or_default()),
            None => rest.push(error),
        }
    }
    days.dedup();
    view.problems.extend(days.into_iter().map(|title| shell.t1("question-days-outside", "question", title)));
    Ok(Refusal::Invalid(rest))
}

/// A draft that cannot be handed on yet: its form with what is missing. Questions and rubric have forms of their own, so what they
/// lack stands above.
pub(super) async fn incomplete(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    refusal: Refusal,
) -> Result<Response, Refusal> {
    let call = office_call(app, who, id).await?;
    let base = format!("/office/calls/{id}");
    let stored = stored_basics(&CallInput::of(&call)?)?;
    let mut view = basics_view(&shell, &format!("{base}/edit"), &base, &stored).with("_version", call.version);
    let refusal = match refusal {
        Refusal::Invalid(errors) => {
            let (lists, rest): (Vec<_>, Vec<_>) =
                errors.into_iter().partition(|e| e.field == "form" || e.field == "rubric");
            for error in lists {
                view.problems.push(shell.t(if error.field == "form" {
                    "call-questions-missing"
                } else {
                    "call-rubric-missing"
                }));
            }
            Refusal::Invalid(rest)
        }
        other => other,
    };
    form_errors(&mut view, shell.locale, refusal)?;
    Ok(Page::new(basics_page(shell, &call, view)).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}
