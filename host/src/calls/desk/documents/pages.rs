use super::super::super::api::OFFICE;
use super::super::super::pages::{office_call, under};
use super::super::super::queries::OFFICE_READS;
use super::super::super::rules::editable;
use super::super::settings::{Kind, settings_of};
use super::{PURPOSES, actions, api};
use crate::files::{self, UploadForm};
use crate::http::components::{ActionButton, Cell, Column, EmptyState, Look, Table};
use crate::http::form_view::{Control, FormField, FormView, OptionView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::{Access, ActingFor, Caller, Form, Parts, Path, Routes};
use crate::lifecycle::Command;
use crate::{App, Refusal, Who};
use askama::Template;
use axum::extract::{DefaultBodyLimit, State};
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use twoway_entity::accounts::Role;
use twoway_entity::calls::call;
use twoway_entity::files::document;
use twoway_ids::Uuid;

pub(super) fn routes(routes: Routes, largest: usize) -> Routes {
    routes
        .page(Method::GET, "/calls/{id}/documents/{document}", Access::Public, api::send_document)
        .page(Method::GET, "/office/calls/{id}/documents", Access::AnyOf(OFFICE_READS), show)
        .page(Method::POST, "/office/calls/{id}/documents", OFFICE, attach.layer(DefaultBodyLimit::max(largest)))
        .page(Method::POST, "/office/calls/{id}/documents/{document}/remove", OFFICE, remove)
}

fn table(shell: &Shell, call: &call::Model, documents: &[document::Model], changeable: bool) -> Table {
    let mut columns = vec![
        Column::new(shell.t("call-document")),
        Column::new(shell.t("file-name")),
        Column::new(shell.t("file-size")).numeric(),
    ];
    if changeable {
        columns.push(Column::new(shell.t("file-do")));
    }
    let empty = EmptyState::new("folder", shell.t("call-documents-empty"), shell.t("call-documents-empty-text"));
    let mut table = Table::new(shell.t("call-documents"), columns, empty);
    for document in documents {
        let mut cells = vec![
            Cell::text(shell.t(&format!("call-document-{}", document.purpose))),
            Cell::link(document.name.as_str(), format!("/calls/{}/documents/{}", call.id, document.id)),
            Cell::Number(shell.t1("file-kilobytes", "n", (document.size + 1_023) / 1_024)),
        ];
        if changeable {
            let place = format!("/office/calls/{}/documents/{}/remove", call.id, document.id);
            let remove = ActionButton::post(shell.t("file-remove"), place).look(Look::Quiet);
            cells.push(Cell::Buttons(vec![remove.with("_version", call.version)]));
        }
        table.row(cells);
    }
    table
}

/// The documents of a call on its page; none where nothing is published and nothing has to be.
pub(in crate::calls) async fn shown(app: &App, shell: &Shell, call: &call::Model) -> Result<Option<Table>, Refusal> {
    let documents = actions::of(app.db.read(), call.tenant_id, call.id).await?;
    Ok((!documents.is_empty()).then(|| table(shell, call, &documents, false)))
}

#[derive(Template)]
#[template(path = "calls/documents.html")]
struct DocumentsHtml {
    shell: Shell,
    heading: String,
    back: ActionButton,
    documents: Table,
    upload: Option<FormView>,
}

fn upload_form(app: &App, shell: &Shell, call: &call::Model, purpose: &str) -> FormView {
    let mut which = FormField::plain("purpose", shell.t("call-document"), Control::Radios);
    which.options = PURPOSES
        .iter()
        .map(|known| OptionView {
            value: (*known).to_string(),
            label: shell.t(&format!("call-document-{known}")),
            selected: *known == purpose,
        })
        .collect();
    let mut file = FormField::plain("file", shell.t("file-choose"), Control::File);
    file.help = Some(shell.t1("file-help", "limit", app.config.attachment_limit >> 20));
    (which.required, file.required) = (true, true);
    FormView::plain(format!("/office/calls/{}/documents", call.id), vec![which, file])
        .with("_version", call.version)
        .submit(shell.t("file-attach"))
}

async fn page(app: &App, who: &Who, shell: Shell, id: Uuid, purpose: &str) -> Result<DocumentsHtml, Refusal> {
    let call = office_call(app, who, id).await?;
    let documents = actions::of(app.db.read(), who.tenant, id).await?;
    let kind = settings_of(app.db.read(), who.tenant, id).await?.kind;
    let changeable = editable(call.state).is_ok() && who.holds_over(&[Role::LeadOffice], &call.path);
    let takes = changeable && kind == Kind::GovPurchase;
    let heading = shell.t("call-documents");
    Ok(DocumentsHtml {
        back: ActionButton::link(shell.t("call-back"), format!("/office/calls/{id}")),
        documents: table(&shell, &call, &documents, changeable),
        upload: takes.then(|| upload_form(app, &shell, &call, purpose)),
        shell: under(shell, &call, &heading),
        heading,
    })
}

async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<DocumentsHtml>, Refusal> {
    Ok(Page::new(page(&app, &who, shell, id, "").await?))
}

async fn attach(
    State(app): State<App>,
    Caller(who): Caller,
    ActingFor(acting_for): ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    Parts(parts): Parts,
) -> Result<Response, Refusal> {
    office_call(&app, &who, id).await?;
    let limit = app.config.attachment_limit;
    let mut purpose = String::new();
    let attached = async {
        let mut form = UploadForm::read(parts, limit).await?;
        purpose = form.form.text("purpose").to_string();
        let file = form.required("file")?;
        form.nothing_else(&["purpose"])?;
        let file = files::check(&file.name, file.bytes, limit, None)?;
        let command = Command { key: None, expected: form.form.text("_version").parse().ok(), acting_for };
        actions::attach(&app, &who, &command, id, (&purpose, file)).await
    };
    match attached.await {
        Ok(_) => Ok(done(&format!("/office/calls/{id}/documents"), "flash-file-attached").into_response()),
        Err(refusal) => {
            let mut page = page(&app, &who, shell, id, &purpose).await?;
            let locale = page.shell.locale;
            let Some(upload) = &mut page.upload else { return Err(refusal) };
            match refusal {
                Refusal::TooLarge { limit } => {
                    upload.error("file", locale.t1("file-too-large", "limit", limit >> 20));
                }
                other => form_errors(upload, locale, other)?,
            }
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

async fn remove(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path((id, document)): Path<(Uuid, Uuid)>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::detach(&app, &who, &form.command(acting), id, document).await?;
    Ok(done(&format!("/office/calls/{id}/documents"), "flash-file-removed"))
}
