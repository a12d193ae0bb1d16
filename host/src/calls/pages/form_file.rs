//! The form as a file: down from any call of the office, up into a draft after a look at what it would replace.

use super::office::office_call;
use super::under;
use crate::calls::form::file::{self, FormFile, LARGEST, Look};
use crate::calls::rules::editable;
use crate::files::{UploadForm, percent_encoded};
use crate::http::components::{Cell, Column, EmptyState, Table};
use crate::http::form_view::{Control, FormField, FormView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::FormPage;
use crate::http::{ActingFor, Caller, Form, Parts, Path};
use crate::{App, Refusal};
use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use twoway_entity::calls::call;
use twoway_ids::Uuid;

pub(super) async fn download(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let name = percent_encoded(&format!("{}.json", call.title));
    let disposition = format!("attachment; filename=\"twoway-form.json\"; filename*=UTF-8''{name}");
    let headers = [(header::CONTENT_TYPE, "application/json".to_string()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, FormFile::of(&call)?.text()?).into_response())
}

fn upload_page(shell: Shell, call: &call::Model) -> FormPage {
    let base = format!("/office/calls/{}", call.id);
    let mut file = FormField::plain("file", shell.t("form-file-choose"), Control::File);
    (file.required, file.help) = (true, Some(shell.t1("form-file-help", "limit", LARGEST >> 10)));
    let form = FormView::plain(format!("{base}/form-import"), vec![file])
        .with("_version", call.version)
        .submit(shell.t("form-file-check"))
        .cancel(shell.t("leave-form"), format!("{base}/questions"));
    let (heading, lead) = (shell.t("form-file-upload"), shell.t("form-file-upload-lead"));
    FormPage { shell: under(shell, call, &heading), heading, lead, form }
}

pub(super) async fn upload_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    let call = office_call(&app, &who, id).await?;
    editable(call.state)?;
    Ok(Page::new(upload_page(shell, &call)))
}

fn refused(shell: Shell, call: &call::Model, refusal: Refusal) -> Result<Response, Refusal> {
    let mut page = upload_page(shell, call);
    let refusal = if matches!(refusal, Refusal::TooLarge { .. }) { file::too_large() } else { refusal };
    form_errors(&mut page.form, page.shell.locale, refusal)?;
    Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

#[derive(Template)]
#[template(path = "calls/form_file.html")]
struct LookHtml {
    shell: Shell,
    heading: String,
    same: String,
    reordered: bool,
    changes: Table,
    form: FormView,
}

fn look_page(shell: Shell, call: &call::Model, look: &Look, form: FormView) -> LookHtml {
    let columns = ["form-file-what", "form-file-title", "form-file-becomes"].map(|key| Column::new(shell.t(key)));
    let empty = EmptyState::new("folder", shell.t("form-file-same"), shell.t("form-file-same-text"));
    let mut changes = Table::new(shell.t("form-file-changes"), columns.into(), empty);
    for change in &look.changes {
        changes.row(vec![
            Cell::text(shell.t(if change.is_section { "question-section" } else { "call-question" })),
            Cell::text(change.title.as_str()),
            Cell::text(shell.t(&format!("form-file-{}", change.becomes.as_str()))),
        ]);
    }
    let heading = shell.t("form-file-look");
    LookHtml {
        same: shell.t1("form-file-unchanged", "n", look.same),
        reordered: look.reordered,
        shell: under(shell, call, &heading),
        heading,
        changes,
        form,
    }
}

/// Reads an uploaded file and shows what it would replace.
pub(super) async fn check(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
    Parts(parts): Parts,
) -> Result<Response, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let read = async {
        let mut upload = UploadForm::read(parts, LARGEST).await?;
        let bytes = upload.required("file")?.bytes;
        upload.nothing_else(&[])?;
        let mut given = FormFile::read(&bytes)?;
        let look = file::look(&app, &who, id, given.clone()).await?;
        // What is sent back to be taken is the form alone: its schema follows from it.
        given.answers = serde_json::Value::Null;
        Ok::<_, Refusal>((look, serde_json::to_string(&given)?, upload.form.text("_version").to_string()))
    };
    match read.await {
        Ok((look, text, version)) => {
            let base = format!("/office/calls/{id}");
            let form = FormView::plain(format!("{base}/form-import/take"), Vec::new())
                .with("_version", version)
                .with("_file", text)
                .submit(shell.t("form-file-take"))
                .cancel(shell.t("leave-form"), format!("{base}/form-import"));
            Ok(Page::new(look_page(shell, &call, &look, form)).into_response())
        }
        Err(refusal) => refused(shell, &call, refusal),
    }
}

pub(super) async fn take(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let taken = match FormFile::read(form.text("_file").as_bytes()) {
        Ok(given) => file::take(&app, &who, &form.command(acting), id, given).await,
        Err(refusal) => Err(refusal),
    };
    match taken {
        Ok(_) => Ok(done(&format!("/office/calls/{id}/questions"), "flash-form-taken").into_response()),
        Err(refusal) => refused(shell, &call, refusal),
    }
}
