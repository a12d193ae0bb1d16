use crate::calls::api::{OFFICE, Why};
use crate::http::problem::Problem;
use crate::http::{Caller, Headers, Json, Path, Routes};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::Method;
use twoway_ids::Uuid;

pub(in crate::proposals) fn routes(routes: Routes) -> Routes {
    super::pages::routes(routes.api(Method::POST, "/api/v1/proposals/{id}/accept-late", OFFICE, accept))
}

/// Accept a late proposal, with the reason: it is checked like those in time. One that is not accepted is ruled out.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/accept-late", tag = "proposals", params(("id" = Uuid, Path), Headers), request_body = Why,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(in crate::proposals) async fn accept(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(why): Json<Why>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, super::accept(&app, &who, &command, id, &why.reason)).await?))
}
