use super::actions;
use super::queries::{Seen, find_visible};
use super::state::MergerState;
use crate::calls::api::{OFFICE, Why};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, Path, Routes};
use crate::lifecycle::Done;
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use twoway_ids::{Millis, Uuid};
use utoipa::{OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(paths(propose, show, agree, take_back, refuse, call_off), tags((name = "proposals")))]
pub struct Doc;

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .api(Method::POST, "/api/v1/proposals/{id}/merge", OFFICE, propose)
        .api(Method::GET, "/api/v1/mergers/{id}", Access::SignedIn, show)
        .api(Method::POST, "/api/v1/mergers/{id}/agree", Access::SignedIn, agree)
        .api(Method::POST, "/api/v1/mergers/{id}/take-back", Access::SignedIn, take_back)
        .api(Method::POST, "/api/v1/mergers/{id}/refuse", Access::SignedIn, refuse)
        .api(Method::POST, "/api/v1/mergers/{id}/call-off", OFFICE, call_off);
    super::pages::routes(routes)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Merge {
    /// The proposal that goes on.
    into: Uuid,
    reason: String,
}

/// Propose that a proposal goes on in another one of the same call.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/merge", tag = "proposals", params(("id" = Uuid, Path), Headers), request_body = Merge,
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn propose(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Merge>,
) -> Result<Response, Refusal> {
    let command = headers.into();
    let proposed = actions::propose(&app, &who, &command, id, input.into, &input.reason);
    let done = app.once(&who, &command, proposed).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

/// A merger as its parties see it.
#[derive(Debug, Serialize, ToSchema)]
struct MergerView {
    id: Uuid,
    version: i32,
    #[schema(value_type = String)]
    state: MergerState,
    /// The proposal that ends.
    source_id: Uuid,
    source_title: String,
    /// The proposal that goes on.
    target_id: Uuid,
    target_title: String,
    reason: String,
    source_agreed: bool,
    target_agreed: bool,
    due_at: Millis,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_reason: Option<String>,
}

impl From<Seen> for MergerView {
    fn from(Seen { row, source, target, .. }: Seen) -> Self {
        Self {
            id: row.id,
            version: row.version,
            state: row.state,
            source_id: source.id,
            source_title: source.title,
            target_id: target.id,
            target_title: target.title,
            reason: row.reason,
            source_agreed: row.source_agreed.is_some(),
            target_agreed: row.target_agreed.is_some(),
            due_at: row.due_at,
            ended_reason: row.ended_reason,
        }
    }
}

/// One merger, for the office and both proposers.
#[utoipa::path(get, path = "/api/v1/mergers/{id}", tag = "proposals", params(("id" = Uuid, Path)),
    responses((status = 200, body = MergerView), (status = 404, body = Problem)))]
async fn show(State(app): State<App>, Caller(who): Caller, Path(id): Path<Uuid>) -> Result<Json<MergerView>, Refusal> {
    Ok(Json(find_visible(app.db.read(), &who, id).await?.into()))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MergerAgreement {
    /// The own name may be published beside the other one.
    #[serde(default)]
    named: bool,
}

/// Agree to a merger, from the own account.
#[utoipa::path(post, path = "/api/v1/mergers/{id}/agree", tag = "proposals", params(("id" = Uuid, Path), Headers), request_body = MergerAgreement,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn agree(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<MergerAgreement>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::agree(&app, &who, &command, id, input.named)).await?))
}

/// Take an agreement back while the other side has not agreed.
#[utoipa::path(post, path = "/api/v1/mergers/{id}/take-back", tag = "proposals", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn take_back(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::take_back(&app, &who, &command, id)).await?))
}

/// Do not agree to a merger: both proposals go on.
#[utoipa::path(post, path = "/api/v1/mergers/{id}/refuse", tag = "proposals", params(("id" = Uuid, Path), Headers), request_body = Why,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn refuse(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(why): Json<Why>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::refuse(&app, &who, &command, id, &why.reason)).await?))
}

/// Call a merger off before both have agreed: both proposals go on.
#[utoipa::path(post, path = "/api/v1/mergers/{id}/call-off", tag = "proposals", params(("id" = Uuid, Path), Headers), request_body = Why,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn call_off(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(why): Json<Why>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::call_off(&app, &who, &command, id, &why.reason)).await?))
}
