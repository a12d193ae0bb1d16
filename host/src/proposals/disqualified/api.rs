use crate::calls::api::{OFFICE, Why};
use crate::http::problem::Problem;
use crate::http::{Caller, Headers, Json, Path, Routes};
use crate::lifecycle::Done;
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::Method;
use twoway_ids::Uuid;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(propose, confirm, refuse), tags((name = "proposals")))]
pub struct Doc;

pub fn routes(routes: Routes) -> Routes {
    let base = "/api/v1/proposals/{id}/disqualification";
    let routes = routes
        .api(Method::POST, base, OFFICE, propose)
        .api(Method::POST, "/api/v1/proposals/{id}/disqualification/confirm", OFFICE, confirm)
        .api(Method::POST, "/api/v1/proposals/{id}/disqualification/drop", OFFICE, refuse);
    super::pages::routes(routes)
}

/// Say why a proposal is to be disqualified. A second person has to agree.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/disqualification", tag = "proposals", params(("id" = Uuid, Path), Headers), request_body = Why,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn propose(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(why): Json<Why>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, super::propose(&app, &who, &command, id, &why.reason)).await?))
}

/// Agree as the second person: the proposal has ended.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/disqualification/confirm", tag = "proposals", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn confirm(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, super::confirm(&app, &who, &command, id)).await?))
}

/// Do not agree, or take it back.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/disqualification/drop", tag = "proposals", params(("id" = Uuid, Path), Headers), request_body = Why,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn refuse(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(why): Json<Why>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, super::refuse(&app, &who, &command, id, &why.reason)).await?))
}
