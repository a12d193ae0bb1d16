//! The form as a proposer will see it, before anybody may: nothing that is typed here is sent or kept.

use super::office::office_call;
use super::under;
use crate::calls::form::draw;
use crate::http::components::ActionButton;
use crate::http::form_view::FormView;
use crate::http::page::{Page, Shell};
use crate::http::{Caller, Path};
use crate::{App, Refusal, calendar};
use askama::Template;
use axum::extract::State;
use serde_json::Value;
use twoway_ids::Uuid;

#[derive(Template)]
#[template(path = "calls/preview.html")]
pub(super) struct PreviewHtml {
    shell: Shell,
    heading: String,
    back: ActionButton,
    form: FormView,
}

pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<PreviewHtml>, Refusal> {
    let call = office_call(&app, &who, id).await?;
    // As on the day when it opens, where that is still to come.
    let day = calendar::local_day(&app, call.opens_at.unwrap_or_default().max(app.now()));
    let fields = draw::fields(&call, &day)?;
    let mut form = draw::form(&shell, String::new(), (&call, &day), &fields, (&Value::Null, &Value::Null))?;
    form.trial = true;
    let heading = shell.t("call-preview");
    let back = ActionButton::link(shell.t("call-back"), format!("/office/calls/{id}"));
    Ok(Page::new(PreviewHtml { shell: under(shell, &call, &heading), heading, back, form }))
}
