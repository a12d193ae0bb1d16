use super::{Settings, load};
use crate::calls::api::OFFICE;
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, Path, Routes};
use crate::lifecycle::Done;
use crate::reviews::queries::OFFICE_READS;
use crate::{App, Refusal, calls};
use axum::extract::State;
use axum::http::Method;
use serde::Deserialize;
use twoway_entity::accounts::Role;
use twoway_ids::Uuid;
use utoipa::{OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(paths(show, save, supervise), tags((name = "reviews")))]
pub struct Doc;

pub(super) const READERS: Access = Access::AnyOf(OFFICE_READS);
pub(super) const SUPERVISOR: Access = Access::AnyOf(&[Role::Supervisor]);

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .api(Method::GET, "/api/v1/calls/{id}/review-settings", READERS, show)
        .api(Method::PUT, "/api/v1/calls/{id}/review-settings", OFFICE, save)
        .api(Method::POST, "/api/v1/calls/{id}/supervise", SUPERVISOR, supervise);
    super::pages::routes(routes)
}

/// How a call is reviewed, for its office.
#[utoipa::path(get, path = "/api/v1/calls/{id}/review-settings", tag = "reviews", params(("id" = Uuid, Path)),
    responses((status = 200, body = Settings), (status = 404, body = Problem)))]
async fn show(State(app): State<App>, Caller(who): Caller, Path(id): Path<Uuid>) -> Result<Json<Settings>, Refusal> {
    let call = calls::queries::find_visible(app.db.read(), &who, id).await?;
    if !calls::queries::is_office(&who, &call) {
        return Err(Refusal::NotFound);
    }
    Ok(Json(load(app.db.read(), who.tenant, id).await?))
}

/// Say how a call is reviewed: masks, phases with their rights, and what a decision needs.
#[utoipa::path(put, path = "/api/v1/calls/{id}/review-settings", tag = "reviews", params(("id" = Uuid, Path), Headers), request_body = Settings,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn save(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Settings>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, super::save(&app, &who, &command, id, input)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Presence {
    /// What the supervisor saw.
    note: String,
}

/// Record, as a supervisor, that one was present at the deliberation.
#[utoipa::path(post, path = "/api/v1/calls/{id}/supervise", tag = "reviews", params(("id" = Uuid, Path), Headers), request_body = Presence,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn supervise(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Presence>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, super::supervise(&app, &who, &command, id, &input.note)).await?))
}
