use super::hand_over::{self, HandOver};
use super::shown::{OnPaper, on_paper};
use super::{CLERKS, actions, is_clerk, scans_of};
use crate::files::{self, UploadForm};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, Parts, Path, Routes};
use crate::lifecycle::{Command, Done};
use crate::proposals::model::Content;
use crate::proposals::queries::find_visible;
use crate::{App, Refusal, Who};
use axum::extract::{DefaultBodyLimit, State};
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use twoway_ids::Uuid;
use utoipa::{OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(paths(enter, show, amend, scan, download, unscan, hand_over), tags((name = "proposals")))]
pub struct Doc;

/// Who may type in what came on paper.
pub(super) const ENTERS: Access = Access::AnyOf(CLERKS);

pub fn routes(routes: Routes) -> Routes {
    // The form around the file takes some bytes, too.
    let largest = routes.app().config.attachment_limit + (1 << 20);
    let scans = "/api/v1/proposals/{id}/paper/scans";
    let routes = routes
        .api(Method::POST, "/api/v1/calls/{id}/paper-proposals", ENTERS, enter)
        .api(Method::GET, "/api/v1/proposals/{id}/paper", Access::SignedIn, show)
        .api(Method::PUT, "/api/v1/proposals/{id}/paper", ENTERS, amend)
        .api(Method::POST, "/api/v1/proposals/{id}/paper/hand-over", ENTERS, hand_over)
        .api(Method::POST, scans, ENTERS, scan.layer(DefaultBodyLimit::max(largest)))
        .api(Method::GET, "/api/v1/proposals/{id}/paper/scans/{file}", ENTERS, download)
        .api(Method::DELETE, "/api/v1/proposals/{id}/paper/scans/{file}", ENTERS, unscan);
    super::hand_over_page::routes(super::pages::routes(routes, largest))
}

/// Whose paper it is.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PaperPerson)]
struct Person {
    name: String,
    /// A telephone number. Only clerks read it whole.
    contact: String,
    /// Of 18 characters. Kept as a keyed hash and its last four; in a correction it may be left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id_number: Option<String>,
    /// Who is named as guardian on the paper of a minor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    guardian: Option<String>,
    /// In whose name, if not in the person's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    organization: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    credit_code: Option<String>,
    /// The day on which the office received it: `2026-11-26`.
    received_on: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PaperProposal {
    person: Person,
    #[serde(default)]
    content: Content,
}

/// Type in a proposal that somebody handed in on paper. Whoever enters it holds it in the person's place, and neither checks nor decides it.
#[utoipa::path(post, path = "/api/v1/calls/{id}/paper-proposals", tag = "proposals", params(("id" = Uuid, Path), Headers), request_body = PaperProposal,
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn enter(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<PaperProposal>,
) -> Result<Response, Refusal> {
    let command = headers.into();
    let person = serde_json::to_value(input.person)?;
    let done = app.once(&who, &command, actions::enter(&app, &who, &command, id, &person, input.content)).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

/// Whose paper a proposal is, as much of it as I may see.
#[utoipa::path(get, path = "/api/v1/proposals/{id}/paper", tag = "proposals", params(("id" = Uuid, Path)),
    responses((status = 200, body = OnPaper), (status = 404, body = Problem)))]
async fn show(State(app): State<App>, Caller(who): Caller, Path(id): Path<Uuid>) -> Result<Json<OnPaper>, Refusal> {
    let seen = find_visible(app.db.read(), &who, id).await?;
    Ok(Json(on_paper(&app, &who, &seen).await?.ok_or(Refusal::NotFound)?))
}

/// Correct what was typed about the person, while the proposal can be changed.
#[utoipa::path(put, path = "/api/v1/proposals/{id}/paper", tag = "proposals", params(("id" = Uuid, Path), Headers), request_body = Person,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn amend(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(person): Json<Person>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    let person = serde_json::to_value(person)?;
    Ok(Json(app.once(&who, &command, actions::amend(&app, &who, &command, id, &person)).await?))
}

/// Add a scan of the signed paper: a multipart form with the part `file`. Without one the proposal cannot be handed in.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/paper/scans", tag = "proposals", params(("id" = Uuid, Path), Headers),
    request_body(content_type = "multipart/form-data", content = String),
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem)))]
async fn scan(
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
        form.nothing_else(&[])?;
        let file = files::check(&file.name, file.bytes, limit, None)?;
        actions::scan(&app, &who, &command, id, file).await
    };
    let done = app.once(&who, &command, work).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

/// A scan for a clerk of the office: it shows what is masked for the others.
pub(super) async fn sent(app: &App, who: &Who, id: Uuid, file: Uuid) -> Result<Response, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    if seen.row.entered_by.is_none() || !is_clerk(who, &seen.row.path) {
        return Err(Refusal::NotFound);
    }
    let scans = scans_of(db, who.tenant, id).await?;
    let scan = scans.into_iter().find(|scan| scan.id == file).ok_or(Refusal::NotFound)?;
    files::send(app, &scan.name, &scan.media_type, &scan.sha256).await
}

/// Download a scan of the signed paper.
#[utoipa::path(get, path = "/api/v1/proposals/{id}/paper/scans/{file}", tag = "proposals",
    params(("id" = Uuid, Path), ("file" = Uuid, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 404, body = Problem)))]
async fn download(
    State(app): State<App>,
    Caller(who): Caller,
    Path((id, file)): Path<(Uuid, Uuid)>,
) -> Result<Response, Refusal> {
    sent(&app, &who, id, file).await
}

/// Take a scan off, while the proposal can be changed.
#[utoipa::path(delete, path = "/api/v1/proposals/{id}/paper/scans/{file}", tag = "proposals",
    params(("id" = Uuid, Path), ("file" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn unscan(
    State(app): State<App>,
    Caller(who): Caller,
    Path((id, file)): Path<(Uuid, Uuid)>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::unscan(&app, &who, &command, id, file)).await?))
}

/// Hand it over to the person whose paper it is, or to another clerk.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/paper/hand-over", tag = "proposals", params(("id" = Uuid, Path), Headers), request_body = HandOver,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn hand_over(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(to): Json<HandOver>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, hand_over::hand_over(&app, &who, &command, id, to)).await?))
}
