use super::actions;
use super::check::Outcome;
use super::fields::What;
use super::pages;
use crate::files::UploadForm;
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, Parts, Path, Routes};
use crate::lifecycle::{Command, Done};
use crate::organizations::REGISTRARS;
use crate::papers::download::Reader;
use crate::papers::sheet::LIMITS;
use crate::{App, Refusal, Who};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use twoway_entity::accounts::Role;
use twoway_ids::{Millis, Uuid};
use utoipa::{OpenApi, ToSchema};

pub(super) const KEEPERS: Access = Access::AnyOf(REGISTRARS);
pub(super) const REVIEWER: Access = Access::AnyOf(&[Role::Reviewer]);

#[derive(OpenApi)]
#[openapi(paths(organizations, needs, scores, show, confirm, discard), tags((name = "papers")))]
pub struct Doc;

pub fn routes(routes: Routes) -> Routes {
    let limit = || axum::extract::DefaultBodyLimit::max(LIMITS.bytes + (1 << 20));
    use axum::handler::Handler;
    let routes = routes
        .api(Method::POST, "/api/v1/organizations/import", KEEPERS, organizations.layer(limit()))
        .api(Method::POST, "/api/v1/proposals/{id}/needs/import", Access::SignedIn, needs.layer(limit()))
        .api(Method::POST, "/api/v1/calls/{id}/scores/import", REVIEWER, scores.layer(limit()))
        .api(Method::GET, "/api/v1/imports/{id}", Access::SignedIn, show)
        .api(Method::POST, "/api/v1/imports/{id}/confirm", Access::SignedIn, confirm)
        .api(Method::DELETE, "/api/v1/imports/{id}", Access::SignedIn, discard);
    pages::routes(routes)
}

/// An upload that waits to be confirmed.
#[derive(Serialize, ToSchema)]
struct ImportView {
    id: Uuid,
    version: i32,
    kind: String,
    /// The file's name.
    name: String,
    created_at: Millis,
    /// When its rows were written.
    confirmed_at: Option<Millis>,
    rows: Vec<Outcome>,
    /// No row is wrong: it can be confirmed.
    ready: bool,
}

async fn taken(
    (app, who, Reader(l)): (App, Who, Reader),
    headers: Headers,
    what: What,
    Parts(parts): Parts,
) -> Result<Response, Refusal> {
    actions::permitted(&app, &who, what).await?;
    let mut form = UploadForm::read(parts, LIMITS.bytes).await?;
    let file = form.required("file")?;
    form.nothing_else(&[])?;
    let command: Command = headers.into();
    let done = app.once(&who, &command, actions::upload(&app, &who, &command, l, what, (file.name, file.bytes)));
    Ok((StatusCode::CREATED, Json(done.await?)).into_response())
}

/// Upload organisations as .xlsx or CSV (multipart field `file`). Nothing is written before it is confirmed.
#[utoipa::path(post, path = "/api/v1/organizations/import", tag = "papers", params(Headers),
    request_body(content_type = "multipart/form-data"),
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 413, body = Problem)))]
async fn organizations(
    State(app): State<App>,
    Caller(who): Caller,
    reader: Reader,
    headers: Headers,
    parts: Parts,
) -> Result<Response, Refusal> {
    taken((app, who, reader), headers, What::Organizations, parts).await
}

/// Upload need lines of a proposal as .xlsx or CSV (multipart field `file`). Nothing is written before it is confirmed.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/needs/import", tag = "papers", params(("id" = Uuid, Path), Headers),
    request_body(content_type = "multipart/form-data"),
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 413, body = Problem)))]
async fn needs(
    State(app): State<App>,
    Caller(who): Caller,
    reader: Reader,
    Path(id): Path<Uuid>,
    headers: Headers,
    parts: Parts,
) -> Result<Response, Refusal> {
    taken((app, who, reader), headers, What::Needs(id), parts).await
}

/// Upload scores of one's own assignments in a call as .xlsx or CSV (multipart field `file`). Nothing is written before it is confirmed.
#[utoipa::path(post, path = "/api/v1/calls/{id}/scores/import", tag = "papers", params(("id" = Uuid, Path), Headers),
    request_body(content_type = "multipart/form-data"),
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 413, body = Problem)))]
async fn scores(
    State(app): State<App>,
    Caller(who): Caller,
    reader: Reader,
    Path(id): Path<Uuid>,
    headers: Headers,
    parts: Parts,
) -> Result<Response, Refusal> {
    taken((app, who, reader), headers, What::Scores(id), parts).await
}

/// One's own upload: what its rows would become, and what is wrong with them.
#[utoipa::path(get, path = "/api/v1/imports/{id}", tag = "papers", params(("id" = Uuid, Path)),
    responses((status = 200, body = ImportView), (status = 404, body = Problem)))]
async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Reader(l): Reader,
    Path(id): Path<Uuid>,
) -> Result<Json<ImportView>, Refusal> {
    let seen = actions::show(&app, &who, l, id).await?;
    let (rows, ready) = seen.checked.map_or((Vec::new(), false), |checked| (checked.rows, checked.ready.is_some()));
    let row = seen.row;
    Ok(Json(ImportView {
        id,
        version: row.version,
        kind: row.kind,
        name: row.name,
        created_at: row.created_at,
        confirmed_at: row.confirmed_at,
        rows,
        ready,
    }))
}

/// Write all rows of an upload, or none.
#[utoipa::path(post, path = "/api/v1/imports/{id}/confirm", tag = "papers", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn confirm(
    State(app): State<App>,
    Caller(who): Caller,
    Reader(l): Reader,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::confirm(&app, &who, &command, l, id)).await?))
}

/// Take an upload away.
#[utoipa::path(delete, path = "/api/v1/imports/{id}", tag = "papers", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 404, body = Problem)))]
async fn discard(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::discard(&app, &who, &command, id)).await?))
}
