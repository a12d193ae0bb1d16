//! Forms with one text: a note, a reason.

use super::crumbs;
use crate::adoptions::actions;
use crate::adoptions::queries::find_visible;
use crate::http::form_view::{Control, FormField, FormView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::{ActingFor, Caller, Form, Path};
use crate::{App, Refusal, Who};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use twoway_ids::Uuid;

#[derive(Template)]
#[template(path = "adoptions/form.html")]
struct FormHtml {
    shell: Shell,
    heading: String,
    lead: String,
    notice: Option<String>,
    form: Option<FormView>,
}

/// One form with one text.
struct OneText {
    /// The text key of its heading; `-lead` and `-submit` belong to it.
    key: &'static str,
    /// Below the adoption's address.
    verb: &'static str,
    field: &'static str,
}

const DECLINE: OneText = OneText { key: "adoption-decline", verb: "decline", field: "reason" };
const HOLD_NOTICE: OneText = OneText { key: "adoption-notice-hold", verb: "notice/hold", field: "reason" };
const RESUME_NOTICE: OneText = OneText { key: "adoption-notice-resume", verb: "notice/resume", field: "reason" };
const WITHDRAW: OneText = OneText { key: "adoption-withdraw", verb: "withdraw", field: "reason" };

async fn page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    which: &OneText,
    typed: &str,
    refusal: Option<Refusal>,
) -> Result<Response, Refusal> {
    let seen = find_visible(app.db.read(), who, id).await?;
    let l = shell.locale;
    let label = format!("field-adoption-{}", which.field);
    let mut field = FormField::plain(which.field, l.t(&label), Control::Text);
    field.required = true;
    field.value = typed.to_string();
    let mut form = FormView::plain(format!("/adoptions/{id}/{}", which.verb), vec![field])
        .with("_version", seen.row.version)
        .submit(l.t(&format!("{}-submit", which.key)))
        .cancel(l.t("cancel"), format!("/adoptions/{id}"));
    let failed = refusal.is_some();
    if let Some(refusal) = refusal {
        form_errors(&mut form, l, refusal)?;
    }
    let heading = l.t(which.key);
    let lead = l.t(&format!("{}-lead", which.key));
    let shell = crumbs(shell, &seen).titled(heading.clone());
    let page = Page::new(FormHtml { shell, heading, lead, notice: None, form: Some(form) });
    Ok(if failed { page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response() } else { page.into_response() })
}

macro_rules! one_text {
    ($form:ident, $post:ident, $which:expr, $action:path, $flash:literal) => {
        pub(super) async fn $form(
            State(app): State<App>,
            Caller(who): Caller,
            Path(id): Path<Uuid>,
            shell: Shell,
        ) -> Result<Response, Refusal> {
            page(&app, &who, shell, id, &$which, "", None).await
        }

        pub(super) async fn $post(
            State(app): State<App>,
            Caller(who): Caller,
            acting: ActingFor,
            Path(id): Path<Uuid>,
            shell: Shell,
            form: Form,
        ) -> Result<Response, Refusal> {
            let text = form.text($which.field);
            match $action(&app, &who, &form.command(acting), id, text).await {
                Ok(_) => Ok(done(&format!("/adoptions/{id}"), $flash).into_response()),
                Err(refusal) => page(&app, &who, shell, id, &$which, text, Some(refusal)).await,
            }
        }
    };
}

one_text!(decline_form, decline, DECLINE, actions::decline, "flash-adoption-declined");
one_text!(hold_notice_form, hold_notice, HOLD_NOTICE, actions::hold_notice, "flash-notice-held");
one_text!(resume_notice_form, resume_notice, RESUME_NOTICE, actions::resume_notice, "flash-notice-resumed");
one_text!(withdraw_form, withdraw, WITHDRAW, actions::withdraw, "flash-adoption-withdrawn");

pub(super) async fn extend(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::extend_hold(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/adoptions/{id}"), "flash-adoption-extended"))
}
