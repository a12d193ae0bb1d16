//! Sealed papers, for programs.

use super::{OFFICE, Reason};
use crate::adoptions::actions::{self, Sealed};
use crate::adoptions::{Party, queries, scans};
use crate::files::{self, UploadForm};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Form, Headers, Json, Parts, Path, Routes};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use twoway_entity::agreements::ScanState;
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;
use utoipa::ToSchema;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .api(Method::GET, "/api/v1/adoptions/{id}/agreement/scans", Access::SignedIn, list)
        .api(Method::POST, "/api/v1/adoptions/{id}/agreement/scans", Access::SignedIn, upload)
        .api(Method::GET, "/api/v1/seal-scans/{id}/file", Access::SignedIn, download)
        .api(Method::POST, "/api/v1/seal-scans/{id}/accept", OFFICE, accept)
        .api(Method::POST, "/api/v1/seal-scans/{id}/refuse", OFFICE, refuse)
}

#[derive(Serialize, ToSchema)]
pub(super) struct Scan {
    id: Uuid,
    #[schema(value_type = String)]
    party: Party,
    organization: Option<Uuid>,
    /// `waiting`, `accepted`, `refused`
    #[schema(value_type = String)]
    state: ScanState,
    uploaded_at: i64,
    reason: Option<String>,
}

/// The sealed papers of the newest version, the newest first.
#[utoipa::path(get, path = "/api/v1/adoptions/{id}/agreement/scans", tag = "adoptions", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<Scan>), (status = 404, body = Problem)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Vec<Scan>>, Refusal> {
    let db = app.db.read();
    queries::find_visible(db, &who, id).await?;
    let (newest, _) = queries::agreement(db, who.tenant, id).await?.ok_or(Refusal::NotFound)?;
    let scan = |s: twoway_entity::agreements::seal_scan::Model| Scan {
        id: s.id,
        party: s.party,
        organization: s.organization_id,
        state: s.state,
        uploaded_at: s.uploaded_at,
        reason: s.reason,
    };
    Ok(Json(scans::of(db, who.tenant, newest.id).await?.into_iter().map(scan).collect()))
}

/// What an upload form says.
fn sealed(form: &Form) -> Result<Sealed, Refusal> {
    let party = serde_json::from_value(form.text("party").into())
        .map_err(|_| Refusal::field("party", FieldProblem::NotAnOption))?;
    let organization = match form.text("organization") {
        "" => None,
        text => Some(Uuid::parse_str(text).map_err(|_| Refusal::field("organization", FieldProblem::WrongType))?),
    };
    Ok(Sealed { party, organization, warned: form.text("warned") == "true" })
}

/// Upload the sealed paper for a party: a multipart form with the part `file` (PDF, JPEG or PNG) and the fields `party` (`sponsor`,
/// `recipient`, `team`, `office`), `organization` (the recipient, where there are several) and `warned` (`true`: the sponsor's paper shows
/// the warning). A second person of the office accepts it.
#[utoipa::path(post, path = "/api/v1/adoptions/{id}/agreement/scans", tag = "adoptions",
    request_body(content_type = "multipart/form-data", content = String), params(("id" = Uuid, Path), Headers),
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 413, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn upload(
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
        form.nothing_else(&["party", "organization", "warned"])?;
        let file = files::check(&file.name, file.bytes, limit, None)?;
        actions::upload_scan(&app, &who, &command, id, sealed(&form.form)?, file).await
    };
    let done = app.once(&who, &command, work).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

/// The scan as it was uploaded.
#[utoipa::path(get, path = "/api/v1/seal-scans/{id}/file", tag = "adoptions", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"), (status = 404, body = Problem)))]
pub(in crate::adoptions) async fn download(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    let db = app.db.read();
    let scan = scans::find(db, who.tenant, id).await?;
    queries::find_visible(db, &who, scan.adoption_id).await?;
    let file = scans::file(db, who.tenant, id).await?;
    files::send(&app, &file.name, &file.media_type, &file.sha256).await
}

/// Accept a sealed paper in the place of a code, as a second person.
#[utoipa::path(post, path = "/api/v1/seal-scans/{id}/accept", tag = "adoptions", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn accept(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::accept_scan(&app, &who, &command, id)).await?))
}

/// Refuse a sealed paper, as a second person.
#[utoipa::path(post, path = "/api/v1/seal-scans/{id}/refuse", tag = "adoptions", request_body = Reason,
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn refuse(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Reason>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::refuse_scan(&app, &who, &command, id, &input.reason)).await?))
}
