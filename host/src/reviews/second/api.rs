use super::Round;
use crate::calls::api::OFFICE;
use crate::http::problem::Problem;
use crate::http::{Caller, Headers, Json, Path, Routes};
use crate::lifecycle::Done;
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::Method;
use twoway_ids::Uuid;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(start), tags((name = "reviews")))]
pub struct Doc;

pub fn routes(routes: Routes) -> Routes {
    super::pages::routes(routes.api(Method::POST, "/api/v1/calls/{id}/second-round", OFFICE, start))
}

/// Send the best proposals back to other reviewers, once.
#[utoipa::path(post, path = "/api/v1/calls/{id}/second-round", tag = "reviews", params(("id" = Uuid, Path), Headers), request_body = Round,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn start(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Round>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, super::start(&app, &who, &command, id, input)).await?))
}
