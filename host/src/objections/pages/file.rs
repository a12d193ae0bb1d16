use crate::http::form_view::{FieldWords, FormView, answers};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::FormPage;
use crate::http::{ActingFor, Caller, Form, Query};
use crate::objections::model::{NewObjection, fields, word};
use crate::objections::state::Target;
use crate::objections::{actions, targets};
use crate::{App, Refusal, Who};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use twoway_ids::Uuid;

/// What a link names: the kind of item and its id.
#[derive(Deserialize)]
pub(super) struct About {
    target: Target,
    item: Uuid,
}

fn back(about: &About) -> String {
    match about.target {
        Target::Proposal | Target::Ineligible => format!("/proposals/{}", about.item),
        Target::Project => format!("/projects/{}", about.item),
    }
}

async fn page(app: &App, who: &Who, shell: Shell, about: &About, typed: &Value) -> Result<FormPage, Refusal> {
    let item = targets::find(app, who, about.target, about.item).await?;
    let kind = word(&about.target);
    let words = FieldWords::host(shell.locale, "field-objection");
    let form = FormView::new("/objections", &fields(about.target), &words, typed, &[])
        .with("_target", &kind)
        .with("_item", about.item)
        .submit(shell.t("objection-send"))
        .cancel(shell.t("leave-form"), back(about));
    let heading = shell.t(&format!("objection-file-{kind}"));
    let lead = shell.t1("objection-file-lead", "title", item.title.as_str());
    let list = shell.t("objections-mine");
    Ok(FormPage { shell: shell.crumb(list, "/objections").titled(&heading), heading, lead, form })
}

pub(super) async fn form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Query(about): Query<About>,
) -> Result<Page<FormPage>, Refusal> {
    Ok(Page::new(page(&app, &who, shell, &about, &json!({})).await?))
}

pub(super) async fn send(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let about = about(&form)?;
    let given = answers(&fields(about.target), &form.0);
    let filed = async {
        let mut body = given.clone();
        if let Some(body) = body.as_object_mut() {
            body.insert("target".into(), word(&about.target).into());
            body.insert("item".into(), about.item.to_string().into());
        }
        let bytes = serde_json::to_vec(&body)?;
        actions::file(&app, &who, &form.command(acting), crate::http::input::parse::<NewObjection>(&bytes)?).await
    };
    match filed.await {
        Ok(filed) => Ok(done(&format!("/objections/{}", filed.id), "flash-objection-filed").into_response()),
        Err(refusal) => {
            let mut page = page(&app, &who, shell, &about, &given).await?;
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

fn about(form: &Form) -> Result<About, Refusal> {
    let about = json!({ "target": form.text("_target"), "item": form.text("_item") });
    serde_json::from_value(about).map_err(|_| Refusal::BadRequest("the form names no item".into()))
}
