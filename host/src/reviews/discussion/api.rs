use super::{Said, Voice};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, List, Paging, Path, Query, Routes};
use crate::lifecycle::Done;
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use twoway_entity::accounts::Role;
use twoway_ids::{Millis, Uuid};
use utoipa::{OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(paths(list, say), tags((name = "reviews")))]
pub struct Doc;

pub(super) const INSIDE: Access =
    Access::AnyOf(&[Role::Reviewer, Role::LeadOffice, Role::NodeAdmin, Role::Supervisor, Role::Auditor]);

pub fn routes(routes: Routes) -> Routes {
    let routes = routes.api(Method::GET, "/api/v1/proposals/{id}/review-comments", INSIDE, list).api(
        Method::POST,
        "/api/v1/proposals/{id}/review-comments",
        INSIDE,
        say,
    );
    super::pages::routes(routes)
}

#[derive(Serialize, ToSchema)]
struct CommentView {
    id: Uuid,
    /// The office, or a reviewer's number while reviewers are hidden from each other.
    #[serde(skip_serializing_if = "Option::is_none")]
    reviewer_number: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    text: String,
    at: Millis,
}

impl From<Said> for CommentView {
    fn from(said: Said) -> Self {
        let (reviewer_number, name) = match said.by {
            Voice::Office => (None, None),
            Voice::Number(n) => (Some(n), None),
            Voice::Name(name) => (None, Some(name)),
        };
        Self { id: said.id, reviewer_number, name, text: said.text, at: said.at }
    }
}

/// What reviewers and the chair said about a proposal, oldest first, while a phase lets the reader see it.
#[utoipa::path(get, path = "/api/v1/proposals/{id}/review-comments", tag = "reviews", params(("id" = Uuid, Path), Paging),
    responses((status = 200, body = List<CommentView>), (status = 404, body = Problem)))]
async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<CommentView>>, Refusal> {
    let room = super::enter(&app, &who, id).await?;
    Ok(Json(super::said(&app, &room, &paging).await?.map(CommentView::from)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Saying {
    text: String,
}

/// Say something about a proposal to its other reviewers.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/review-comments", tag = "reviews", params(("id" = Uuid, Path), Headers), request_body = Saying,
    responses((status = 201, body = Done), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn say(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Saying>,
) -> Result<Response, Refusal> {
    let command = headers.into();
    let done = app.once(&who, &command, super::say(&app, &who, &command, id, &input.text)).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}
