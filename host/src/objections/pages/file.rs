use crate::files::UploadForm;
use crate::http::form_view::{Control, FieldWords, FormField, FormView, answers};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::FormPage;
use crate::http::{ActingFor, Caller, Form, Parts, Query};
use crate::objections::model::{NewObjection, fields, word};
use crate::objections::state::Target;
use crate::objections::{actions, evidence, targets};
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

async fn page(app: &App, who: &Who, shell: Shell, about: &About, typed: &Value) -> Result<FormPage, Refusal> {
    let item = targets::find(app, who, about.target, about.item).await?;
    let back = targets::address(app.db.read(), who.tenant, about.target, about.item).await?;
    let kind = word(&about.target);
    let words = FieldWords::host(shell.locale, "field-objection");
    let mut form = FormView::new("/objections", &fields(about.target), &words, typed, &[])
        .with("_target", &kind)
        .with("_item", about.item)
        .submit(shell.t("objection-send"))
        .cancel(shell.t("leave-form"), back);
    let mut chosen = FormField::plain("files", shell.t("field-objection-files"), Control::File);
    let limit = app.config.attachment_limit;
    chosen.help = Some(shell.t2("field-objection-files-help", "most", evidence::MOST, "limit", limit >> 20));
    chosen.files = Some((evidence::MOST, limit));
    chosen.sealed = true;
    // After what is wished, before who wishes it.
    let after = form.fields.iter().position(|field| field.name == "name").unwrap_or(form.fields.len());
    form.fields.insert(after, chosen);
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
    Parts(parts): Parts,
) -> Result<Response, Refusal> {
    let limit = app.config.attachment_limit;
    let mut upload = UploadForm::read(parts, limit).await?;
    let about = about(&upload.form)?;
    let given = answers(&fields(about.target), &upload.form.0);
    let mut had_files = false;
    let filed = async {
        let files = upload.files("files", limit).inspect_err(|_| had_files = true)?;
        had_files = !files.is_empty();
        upload.nothing_else(&["ground", "statement", "wish", "name", "contact"])?;
        let mut described = given.clone();
        if let Some(described) = described.as_object_mut() {
            described.insert("target".into(), word(&about.target).into());
            described.insert("item".into(), about.item.to_string().into());
        }
        let new = crate::http::input::parse::<NewObjection>(&serde_json::to_vec(&described)?)?;
        actions::file(&app, &who, &upload.form.command(acting), new, files).await
    };
    match filed.await {
        Ok(filed) => Ok(done(&format!("/objections/{}", filed.id), "flash-objection-filed").into_response()),
        Err(refusal) => {
            let mut page = page(&app, &who, shell, &about, &given).await?;
            let locale = page.shell.locale;
            form_errors(&mut page.form, locale, refusal)?;
            if had_files {
                // A browser does not send them back into the form.
                page.form.problems.push(locale.t("objection-files-again"));
            }
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

fn about(form: &Form) -> Result<About, Refusal> {
    let about = json!({ "target": form.text("_target"), "item": form.text("_item") });
    serde_json::from_value(about).map_err(|_| Refusal::BadRequest("the form names no item".into()))
}
