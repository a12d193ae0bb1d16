use super::super::api::OFFICE;
use super::settings::Settings;
use super::{channels, followers, inquiries, invitations, pages, settings};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, List, Paging, Path, Query, Routes};
use crate::lifecycle::Done;
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use twoway_entity::call_desk::inquiry;
use twoway_ids::{Millis, Uuid};
use utoipa::ToSchema;

pub(in crate::calls) fn routes(routes: Routes) -> Routes {
    let routes = routes
        .api(Method::GET, "/api/v1/calls/{id}/settings", Access::Public, show_settings)
        .api(Method::PUT, "/api/v1/calls/{id}/settings", OFFICE, change_settings)
        .api(Method::PUT, "/api/v1/calls/{id}/follow", Access::SignedIn, follow)
        .api(Method::DELETE, "/api/v1/calls/{id}/follow", Access::SignedIn, unfollow)
        .api(Method::GET, "/api/v1/calls/{id}/inquiries", Access::Public, list_inquiries)
        .api(Method::POST, "/api/v1/calls/{id}/inquiries", Access::SignedIn, ask)
        .api(Method::POST, "/api/v1/inquiries/{id}/answer", OFFICE, answer);
    invitations::api::routes(channels::api::routes(pages::routes(routes)))
}

/// How a call runs.
#[utoipa::path(get, path = "/api/v1/calls/{id}/settings", tag = "calls", params(("id" = Uuid, Path)), security(()),
    responses((status = 200, body = Settings), (status = 404, body = Problem)))]
pub(in crate::calls) async fn show_settings(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Settings>, Refusal> {
    Ok(Json(settings::visible(&app, &who, id).await?))
}

/// Change how a draft runs.
#[utoipa::path(put, path = "/api/v1/calls/{id}/settings", tag = "calls", params(("id" = Uuid, Path), Headers), request_body = Settings,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(in crate::calls) async fn change_settings(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Settings>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, settings::change(&app, &who, &command, id, input)).await?))
}

/// Follow a call: be told what happens to it.
#[utoipa::path(put, path = "/api/v1/calls/{id}/follow", tag = "calls", params(("id" = Uuid, Path), Headers),
    responses((status = 204), (status = 404, body = Problem)))]
pub(in crate::calls) async fn follow(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<StatusCode, Refusal> {
    followers::follow(&app, &who, &headers.into(), id, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Follow a call no longer.
#[utoipa::path(delete, path = "/api/v1/calls/{id}/follow", tag = "calls", params(("id" = Uuid, Path), Headers),
    responses((status = 204), (status = 404, body = Problem)))]
pub(in crate::calls) async fn unfollow(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<StatusCode, Refusal> {
    followers::follow(&app, &who, &headers.into(), id, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A question about a call and its answer. Who asked is not told.
#[derive(Serialize, ToSchema)]
pub struct InquiryView {
    id: Uuid,
    question: String,
    asked_at: Millis,
    /// Until when the office answers.
    due_at: Millis,
    answer: Option<String>,
    answered_at: Option<Millis>,
}

impl From<inquiry::Model> for InquiryView {
    fn from(row: inquiry::Model) -> Self {
        Self {
            id: row.id,
            question: row.question,
            asked_at: row.asked_at,
            due_at: row.due_at,
            answer: row.answer,
            answered_at: row.answered_at,
        }
    }
}

/// What was asked about a call and answered, newest first; one's own questions and the office's list also hold what waits.
#[utoipa::path(get, path = "/api/v1/calls/{id}/inquiries", tag = "calls", params(("id" = Uuid, Path), Paging), security(()),
    responses((status = 200, body = List<InquiryView>), (status = 404, body = Problem)))]
pub(in crate::calls) async fn list_inquiries(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<InquiryView>>, Refusal> {
    Ok(Json(inquiries::list(&app, &who, id, &paging).await?.map(InquiryView::from)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewInquiry)]
pub(in crate::calls) struct Ask {
    question: String,
}

/// Ask something about an open call.
#[utoipa::path(post, path = "/api/v1/calls/{id}/inquiries", tag = "calls", params(("id" = Uuid, Path), Headers), request_body = Ask,
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(in crate::calls) async fn ask(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Ask>,
) -> Result<Response, Refusal> {
    let command = headers.into();
    let done = app.once(&who, &command, inquiries::ask(&app, &who, &command, id, &input.question)).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InquiryAnswer)]
pub(in crate::calls) struct Answer {
    answer: String,
}

/// Answer a question for all to read.
#[utoipa::path(post, path = "/api/v1/inquiries/{id}/answer", tag = "calls", params(("id" = Uuid, Path), Headers), request_body = Answer,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(in crate::calls) async fn answer(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Answer>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, inquiries::answer(&app, &who, &command, id, &input.answer)).await?))
}
