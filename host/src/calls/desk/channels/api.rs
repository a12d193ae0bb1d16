use super::super::super::api::OFFICE;
use super::{FILES, Plan, Proof};
use crate::files::{self, UploadForm};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, Parts, Path, Routes};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal};
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use twoway_entity::call_desk::channel;
use twoway_entity::files::document;
use twoway_ids::{Millis, Uuid};
use twoway_manifest::FieldProblem;
use utoipa::ToSchema;

pub(in crate::calls) fn routes(routes: Routes) -> Routes {
    // The form around the file takes some bytes, too; the file itself is measured where it is read.
    let largest = routes.app().config.attachment_limit + (1 << 20);
    let proof = prove.layer(DefaultBodyLimit::max(largest));
    let routes = routes
        .api(Method::GET, "/api/v1/calls/{id}/channels", Access::Public, list)
        .api(Method::POST, "/api/v1/calls/{id}/channels", OFFICE, plan)
        .api(Method::POST, "/api/v1/call-channels/{id}/proof", OFFICE, proof)
        .api(Method::DELETE, "/api/v1/call-channels/{id}", OFFICE, drop_it)
        .api(Method::GET, "/api/v1/call-channels/{id}/file", Access::SignedIn, file);
    super::pages::routes(routes, largest)
}

/// Where a call is published.
#[derive(Serialize, ToSchema)]
#[schema(as = CallChannel)]
pub struct ChannelView {
    id: Uuid,
    /// `site`, `wechat`, `newspaper`, `broadcast`, `board` or `other`.
    kind: String,
    name: String,
    /// `YYYY-MM-DD`
    planned_on: String,
    link: Option<String>,
    aired_at: Option<Millis>,
    proven_at: Option<Millis>,
    /// For the office: who proved it, and the name of the file that does.
    #[serde(skip_serializing_if = "Option::is_none")]
    proven_by: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
}

impl ChannelView {
    fn of(row: channel::Model, file: Option<document::Model>, office: bool) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            name: row.name,
            planned_on: row.planned_on,
            link: row.link,
            aired_at: row.aired_at,
            proven_at: row.proven_at,
            proven_by: row.proven_by.filter(|_| office),
            file: file.map(|file| file.name),
        }
    }
}

/// Where a call is published, by day: what is proven, and for the office also what is planned.
#[utoipa::path(get, path = "/api/v1/calls/{id}/channels", tag = "calls", params(("id" = Uuid, Path)), security(()),
    responses((status = 200, body = Vec<ChannelView>), (status = 404, body = Problem)))]
pub(in crate::calls) async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Vec<ChannelView>>, Refusal> {
    let found = super::list(&app, &who, id).await?;
    let office = found.first().is_some_and(|(row, _)| who.is_system() || who.holds_over(super::READERS, &row.path));
    Ok(Json(found.into_iter().map(|(row, file)| ChannelView::of(row, file, office)).collect()))
}

/// Plan a channel.
#[utoipa::path(post, path = "/api/v1/calls/{id}/channels", tag = "calls", params(("id" = Uuid, Path), Headers), request_body = Plan,
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(in crate::calls) async fn plan(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Plan>,
) -> Result<Response, Refusal> {
    let command = headers.into();
    let done = app.once(&who, &command, super::plan(&app, &who, &command, id, input)).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

/// Reads the form of a proof: `link`, `aired_at` in milliseconds, and the part `file`.
async fn proof(parts: Multipart, limit: usize) -> Result<Proof, Refusal> {
    let mut form = UploadForm::read(parts, limit).await?;
    let file = form.file("file", limit)?;
    form.nothing_else(&["link", "aired_at"])?;
    let aired_at = match form.form.text("aired_at") {
        "" => None,
        text => Some(text.parse().map_err(|_| Refusal::field("aired_at", FieldProblem::WrongType))?),
    };
    Ok(Proof { link: Some(form.form.text("link").to_string()), aired_at, file })
}

/// Prove a publication: a multipart form with `link` (https), `aired_at` (milliseconds since the epoch) or the part `file` (PDF or
/// picture), at least one of them. Once.
#[utoipa::path(post, path = "/api/v1/call-channels/{id}/proof", tag = "calls",
    request_body(content_type = "multipart/form-data", content = String), params(("id" = Uuid, Path), Headers),
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 413, body = Problem),
        (status = 422, body = Problem)))]
pub(in crate::calls) async fn prove(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Parts(parts): Parts,
) -> Result<Response, Refusal> {
    let command: Command = headers.into();
    let proof = proof(parts, app.config.attachment_limit).await?;
    let done = app.once(&who, &command, super::prove(&app, &who, &command, id, proof)).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

/// Take a channel off the plan, while it is not proven.
#[utoipa::path(delete, path = "/api/v1/call-channels/{id}", tag = "calls", params(("id" = Uuid, Path), Headers),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(in crate::calls) async fn drop_it(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<StatusCode, Refusal> {
    super::drop_it(&app, &who, &headers.into(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The file that proves a publication, for the office.
#[utoipa::path(get, path = "/api/v1/call-channels/{id}/file", tag = "calls", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"), (status = 404, body = Problem)))]
pub(in crate::calls) async fn file(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    super::find(&app, &who, id).await?;
    let file = files::of(app.db.read(), who.tenant, FILES, &[id]).await?.into_iter().next().ok_or(Refusal::NotFound)?;
    files::send(&app, &file.name, &file.media_type, &file.sha256).await
}
