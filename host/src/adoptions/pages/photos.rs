//! Photos and scans of a delivery: a form to add one, and each as a download.

use super::asks::respond;
use super::show::below;
use crate::adoptions::actions;
use crate::adoptions::queries::find_delivery;
use crate::files::{self, UploadForm};
use crate::http::form_view::{Control, FormField, FormView};
use crate::http::page::Shell;
use crate::http::preferences::done;
use crate::http::{Access, ActingFor, Caller, Path, Routes};
use crate::{App, Refusal, Who};
use axum::extract::{Multipart, State};
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/deliveries/{id}/files", Access::SignedIn, form)
        .page(Method::POST, "/deliveries/{id}/files", Access::SignedIn, add)
        .page(Method::GET, "/deliveries/{id}/files/{file}", Access::SignedIn, send)
}

async fn page(app: &App, who: &Who, shell: Shell, id: Uuid, refusal: Option<Refusal>) -> Result<Response, Refusal> {
    let (row, seen) = find_delivery(app.db.read(), who, id).await?;
    let line = seen.lines.iter().find(|l| l.commitment.id == row.commitment_id);
    if line.is_none_or(|l| seen.standing.sides(&l.line).is_empty()) {
        return Err(Refusal::NotAllowed);
    }
    let l = shell.locale;
    let mut file = FormField::plain("file", l.t("field-delivery-file"), Control::File);
    file.required = true;
    let mut view = FormView::plain(format!("/deliveries/{id}/files"), vec![file])
        .with("_version", seen.row.version)
        .submit(l.t("delivery-file-submit"))
        .cancel(l.t("cancel"), format!("/adoptions/{}", row.adoption_id));
    let refusal = match refusal {
        Some(Refusal::TooLarge { limit }) => {
            view.error("file", l.t1("file-too-large", "limit", limit >> 20));
            // The form says it already; what is left is to answer as for any other wrong field.
            Some(Refusal::Invalid(Vec::new()))
        }
        other => other,
    };
    let lead = l.t("delivery-file-lead");
    respond(below(shell, &seen, "delivery-file-add"), "delivery-file-add", lead, view, refusal)
}

async fn form(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    page(&app, &who, shell, id, None).await
}

async fn add(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Multipart,
) -> Result<Response, Refusal> {
    let limit = app.config.attachment_limit;
    let (row, _) = find_delivery(app.db.read(), &who, id).await?;
    let added = async {
        let mut form = UploadForm::read(form, limit).await?;
        let file = form.file("file", limit)?.ok_or_else(|| Refusal::field("file", FieldProblem::Missing))?;
        form.nothing_else(&[])?;
        actions::add_photo(&app, &who, &form.form.command(acting), id, file).await
    };
    match added.await {
        Ok(_) => Ok(done(&format!("/adoptions/{}", row.adoption_id), "flash-file-attached").into_response()),
        Err(refusal) => page(&app, &who, shell, id, Some(refusal)).await,
    }
}

async fn send(
    State(app): State<App>,
    Caller(who): Caller,
    Path((id, file)): Path<(Uuid, Uuid)>,
) -> Result<Response, Refusal> {
    let db = app.db.read();
    find_delivery(db, &who, id).await?;
    let found = files::of(db, who.tenant, actions::DELIVERY_FILES, &[id]).await?;
    let file = found.into_iter().find(|f| f.id == file).ok_or(Refusal::NotFound)?;
    files::send(&app, &file.name, &file.media_type, &file.sha256).await
}
