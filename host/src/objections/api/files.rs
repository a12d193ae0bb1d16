use crate::files::{self, UploadForm};
use crate::http::problem::Problem;
use crate::http::{Caller, Form, Headers, Json, Parts, Path};
use crate::lifecycle::{Command, Done};
use crate::objections::model::NewObjection;
use crate::objections::{actions, evidence, queries};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use twoway_ids::{Millis, Uuid};
use utoipa::ToSchema;

/// The fields of an upload form as the objection that they describe.
fn described(form: &Form) -> Result<NewObjection, Refusal> {
    let mut body = serde_json::Map::new();
    for (name, value) in form.0.iter().filter(|(name, _)| FIELDS.contains(&name.as_str())) {
        body.insert(name.clone(), value.clone().into());
    }
    crate::http::input::parse(&serde_json::to_vec(&body)?)
}

/// What an upload form may say beside its files.
const FIELDS: &[&str] = &["target", "item", "ground", "statement", "wish", "name", "contact"];

/// File an objection with its proof: a multipart form with the fields of an objection and up to five parts `files` (PDF, PNG, JPG, DOCX,
/// XLSX, PPTX). They are kept under seal; only the handler, the supervisor and you see them.
#[utoipa::path(post, path = "/api/v1/objections/with-files", tag = "objections", params(Headers),
    request_body(content_type = "multipart/form-data", content = String),
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem)))]
pub(in crate::objections) async fn file_with_files(
    State(app): State<App>,
    Caller(who): Caller,
    headers: Headers,
    Parts(parts): Parts,
) -> Result<Response, Refusal> {
    let command: Command = headers.into();
    let limit = app.config.attachment_limit;
    let mut form = UploadForm::read(parts, limit).await?;
    let files = form.files("files", limit)?;
    form.nothing_else(FIELDS)?;
    let new = described(&form.form)?;
    Ok((StatusCode::CREATED, Json(actions::file(&app, &who, &command, new, files).await?)).into_response())
}

/// A file that came with an objection, for who filed it, the handler and the supervisor. That the handler or the supervisor opened it is
/// recorded.
#[utoipa::path(get, path = "/api/v1/objections/{id}/files/{file}", tag = "objections",
    params(("id" = Uuid, Path), ("file" = Uuid, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(in crate::objections) async fn evidence_file(
    State(app): State<App>,
    Caller(who): Caller,
    Path((id, file)): Path<(Uuid, Uuid)>,
) -> Result<Response, Refusal> {
    let seen = queries::find_visible(&app, &who, id).await?;
    let (file, bytes) = evidence::open(&app, &who, seen, file).await?;
    Ok(files::send_bytes(&file.name, &file.row.media_type, bytes))
}

/// A file that came with an objection.
#[derive(Serialize, ToSchema)]
pub(super) struct EvidenceView {
    id: Uuid,
    name: String,
    media_type: String,
    /// Bytes.
    size: i64,
    uploaded_at: Millis,
}

impl From<evidence::Shown> for EvidenceView {
    fn from(file: evidence::Shown) -> Self {
        Self {
            id: file.row.id,
            name: file.name,
            media_type: file.row.media_type,
            size: file.row.size,
            uploaded_at: file.row.uploaded_at,
        }
    }
}
