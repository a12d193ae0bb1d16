use super::super::super::api::OFFICE;
use super::super::super::queries::find_visible;
use super::actions;
use crate::files::{self, UploadForm};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, Parts, Path, Routes};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal};
use axum::extract::{DefaultBodyLimit, State};
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use twoway_entity::files::document;
use twoway_ids::{Millis, Uuid};
use utoipa::ToSchema;

pub(super) fn routes(routes: Routes, largest: usize) -> Routes {
    routes
        .api(Method::GET, "/api/v1/calls/{id}/documents", Access::Public, list_documents)
        .api(
            Method::POST,
            "/api/v1/calls/{id}/documents",
            OFFICE,
            attach_document.layer(DefaultBodyLimit::max(largest)),
        )
        .api(Method::DELETE, "/api/v1/calls/{id}/documents/{document}", OFFICE, remove_document)
        .api(Method::GET, "/api/v1/calls/{id}/documents/{document}", Access::Public, send_document)
}

#[derive(Serialize, ToSchema)]
#[schema(as = CallDocument)]
pub(in crate::calls) struct Document {
    id: Uuid,
    /// `purchase-list`, `standard` or `budget`
    purpose: String,
    name: String,
    media_type: String,
    /// Bytes.
    size: i64,
    sha256: String,
    uploaded_at: Millis,
}

impl From<document::Model> for Document {
    fn from(row: document::Model) -> Self {
        Self {
            id: row.id,
            purpose: row.purpose,
            name: row.name,
            media_type: row.media_type,
            size: row.size,
            sha256: row.sha256,
            uploaded_at: row.uploaded_at,
        }
    }
}

/// The documents that a call publishes: purchase list, standard and budget of a purchase by the government.
#[utoipa::path(get, path = "/api/v1/calls/{id}/documents", tag = "calls", params(("id" = Uuid, Path)), security(()),
    responses((status = 200, body = Vec<Document>), (status = 404, body = Problem)))]
pub(in crate::calls) async fn list_documents(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Vec<Document>>, Refusal> {
    find_visible(app.db.read(), &who, id).await?;
    let all = actions::of(app.db.read(), who.tenant, id).await?;
    Ok(Json(all.into_iter().map(Document::from).collect()))
}

/// Attach a document to a draft: a multipart form with the part `file` and the field `purpose` (`purchase-list`, `standard`, `budget`).
#[utoipa::path(post, path = "/api/v1/calls/{id}/documents", tag = "calls",
    request_body(content_type = "multipart/form-data", content = String), params(("id" = Uuid, Path), Headers),
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 413, body = Problem), (status = 422, body = Problem)))]
pub(in crate::calls) async fn attach_document(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Parts(parts): Parts,
) -> Result<Response, Refusal> {
    let command: Command = headers.into();
    let limit = app.config.attachment_limit;
    let mut form = UploadForm::read(parts, limit).await?;
    let work = async {
        let file = form.required("file")?;
        form.nothing_else(&["purpose"])?;
        let file = files::check(&file.name, file.bytes, limit, None)?;
        actions::attach(&app, &who, &command, id, (form.form.text("purpose"), file)).await
    };
    let done = app.once(&who, &command, work).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

/// Take a document off a draft.
#[utoipa::path(delete, path = "/api/v1/calls/{id}/documents/{document}", tag = "calls",
    params(("id" = Uuid, Path), ("document" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(in crate::calls) async fn remove_document(
    State(app): State<App>,
    Caller(who): Caller,
    Path((id, document)): Path<(Uuid, Uuid)>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::detach(&app, &who, &command, id, document)).await?))
}

/// A published document as it was uploaded.
#[utoipa::path(get, path = "/api/v1/calls/{id}/documents/{document}", tag = "calls",
    params(("id" = Uuid, Path), ("document" = Uuid, Path)), security(()),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"), (status = 404, body = Problem)))]
pub(in crate::calls) async fn send_document(
    State(app): State<App>,
    Caller(who): Caller,
    Path((id, document)): Path<(Uuid, Uuid)>,
) -> Result<Response, Refusal> {
    let file = actions::find(&app, &who, id, document).await?;
    files::send(&app, &file.name, &file.media_type, &file.sha256).await
}
