use super::{Letter, Outcome, templates};
use crate::calls::api::OFFICE;
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, Path, Routes};
use crate::lifecycle::Done;
use crate::reviews::queries::OFFICE_READS;
use crate::{App, Refusal, calls};
use axum::extract::State;
use axum::http::Method;
use serde::{Deserialize, Serialize};
use twoway_ids::Uuid;
use utoipa::{OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(paths(list, save, show), tags((name = "reviews")))]
pub struct Doc;

pub(super) const READERS: Access = Access::AnyOf(OFFICE_READS);

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .api(Method::GET, "/api/v1/calls/{id}/letter-templates", READERS, list)
        .api(Method::PUT, "/api/v1/calls/{id}/letter-templates/{outcome}", OFFICE, save)
        .api(Method::GET, "/api/v1/proposals/{id}/letter", Access::SignedIn, show);
    super::pages::routes(routes)
}

#[derive(Serialize, ToSchema)]
struct TemplateView {
    outcome: Outcome,
    text: String,
    /// Written by the office; otherwise the usual one.
    own: bool,
}

/// The letters that a call's proposers will get, by outcome.
#[utoipa::path(get, path = "/api/v1/calls/{id}/letter-templates", tag = "reviews", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<TemplateView>), (status = 404, body = Problem)))]
async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Vec<TemplateView>>, Refusal> {
    let call = calls::queries::find_visible(app.db.read(), &who, id).await?;
    if !calls::queries::is_office(&who, &call) {
        return Err(Refusal::NotFound);
    }
    let templates = templates(app.db.read(), who.tenant, id).await?;
    Ok(Json(templates.into_iter().map(|(outcome, text, own)| TemplateView { outcome, text, own }).collect()))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Template {
    /// It may name `{title}`, `{call}`, `{proposer}`, `{receipt}`, `{reason}`, `{cost}`, `{notice-days}`, `{notice-until}`, `{contact}`,
    /// `{office}` and `{date}`, or the same by their Chinese names: `{项目名称}`.
    text: String,
}

/// Write the letter of one outcome: `selected`, `selected-with-changes`, `not-selected` or `not-feasible`.
#[utoipa::path(put, path = "/api/v1/calls/{id}/letter-templates/{outcome}", tag = "reviews",
    params(("id" = Uuid, Path), ("outcome" = String, Path), Headers), request_body = Template,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn save(
    State(app): State<App>,
    Caller(who): Caller,
    Path((id, outcome)): Path<(Uuid, String)>,
    headers: Headers,
    Json(input): Json<Template>,
) -> Result<Json<Done>, Refusal> {
    let outcome = Outcome::parse(&outcome).ok_or(Refusal::NotFound)?;
    let command = headers.into();
    Ok(Json(app.once(&who, &command, super::save(&app, &who, &command, id, outcome, &input.text)).await?))
}

/// The decision letter about a proposal, for its proposer and the office.
#[utoipa::path(get, path = "/api/v1/proposals/{id}/letter", tag = "reviews", params(("id" = Uuid, Path)),
    responses((status = 200, body = Letter), (status = 404, body = Problem)))]
async fn show(State(app): State<App>, Caller(who): Caller, Path(id): Path<Uuid>) -> Result<Json<Letter>, Refusal> {
    Ok(Json(super::of_proposal(&app, &who, id).await?))
}
