use super::actions::{self, Invitation};
use super::queries::{self, Right};
use super::state::{CoApplicantEvent, CoApplicantState, Part};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, Path, Routes};
use crate::lifecycle::Done;
use crate::proposals::queries::{Sight, find_visible};
use crate::{App, Refusal, accounts, organizations};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use twoway_ids::{Millis, Uuid};
use utoipa::{OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(paths(list, invite, accept, decline, leave, remove, comments, say), tags((name = "proposals")))]
pub struct Doc;

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .api(Method::GET, "/api/v1/proposals/{id}/co-applicants", Access::SignedIn, list)
        .api(Method::POST, "/api/v1/proposals/{id}/co-applicants", Access::SignedIn, invite)
        .api(Method::POST, "/api/v1/co-applicants/{id}/accept", Access::SignedIn, accept)
        .api(Method::POST, "/api/v1/co-applicants/{id}/decline", Access::SignedIn, decline)
        .api(Method::POST, "/api/v1/co-applicants/{id}/leave", Access::SignedIn, leave)
        .api(Method::POST, "/api/v1/co-applicants/{id}/remove", Access::SignedIn, remove)
        .api(Method::GET, "/api/v1/proposals/{id}/comments", Access::SignedIn, comments)
        .api(Method::POST, "/api/v1/proposals/{id}/comments", Access::SignedIn, say);
    super::pages::routes(routes)
}

/// Somebody who writes along, or was asked to.
#[derive(Debug, Serialize, ToSchema)]
struct CoApplicantView {
    id: Uuid,
    version: i32,
    #[schema(value_type = String)]
    state: CoApplicantState,
    #[schema(value_type = String)]
    part: Part,
    name: Option<String>,
    organization_name: Option<String>,
}

/// Who writes a proposal together with its owner. Invited ones are shown to the authors alone.
#[utoipa::path(get, path = "/api/v1/proposals/{id}/co-applicants", tag = "proposals", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<CoApplicantView>), (status = 404, body = Problem)))]
async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Vec<CoApplicantView>>, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, &who, id).await?;
    if seen.sight < Sight::Review {
        return Err(Refusal::NotFound);
    }
    let mut rows = queries::of(db, who.tenant, id).await?;
    rows.retain(|row| seen.sight == Sight::Own || row.state == CoApplicantState::Accepted);
    let names = accounts::names(db, &who, rows.iter().filter_map(|row| row.account_id)).await?;
    let houses = organizations::names(db, &who, rows.iter().filter_map(|row| row.organization_id)).await?;
    let view = |row: twoway_entity::propose::co_applicant::Model| CoApplicantView {
        id: row.id,
        version: row.version,
        state: row.state,
        part: row.part,
        name: row.account_id.and_then(|id| names.get(&id).cloned()),
        organization_name: row.organization_id.and_then(|id| houses.get(&id).cloned()),
    };
    Ok(Json(rows.into_iter().map(view).collect()))
}

/// Ask somebody to write along.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/co-applicants", tag = "proposals", params(("id" = Uuid, Path), Headers), request_body = Invitation,
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn invite(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Invitation>,
) -> Result<Response, Refusal> {
    let command = headers.into();
    let done = app.once(&who, &command, actions::invite(&app, &who, &command, id, input)).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

async fn answered(
    app: App,
    who: crate::Who,
    headers: Headers,
    id: Uuid,
    event: CoApplicantEvent,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::answer(&app, &who, &command, id, event)).await?))
}

/// Accept an invitation, from the own account.
#[utoipa::path(post, path = "/api/v1/co-applicants/{id}/accept", tag = "proposals", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem)))]
async fn accept(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    answered(app, who, headers, id, CoApplicantEvent::Accept).await
}

/// Decline an invitation.
#[utoipa::path(post, path = "/api/v1/co-applicants/{id}/decline", tag = "proposals", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem)))]
async fn decline(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    answered(app, who, headers, id, CoApplicantEvent::Decline).await
}

/// Leave a proposal that one has joined.
#[utoipa::path(post, path = "/api/v1/co-applicants/{id}/leave", tag = "proposals", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem)))]
async fn leave(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    answered(app, who, headers, id, CoApplicantEvent::Leave).await
}

/// Take an invitation or a part away, as the proposal's owner.
#[utoipa::path(post, path = "/api/v1/co-applicants/{id}/remove", tag = "proposals", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem)))]
async fn remove(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    answered(app, who, headers, id, CoApplicantEvent::Remove).await
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DraftCommentView)]
struct CommentView {
    id: Uuid,
    author: Option<String>,
    text: String,
    at: Millis,
}

/// What the authors said to each other, the newest first.
#[utoipa::path(get, path = "/api/v1/proposals/{id}/comments", tag = "proposals", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<CommentView>), (status = 404, body = Problem)))]
async fn comments(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Vec<CommentView>>, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, &who, id).await?;
    if queries::right(db, &who, &seen.row).await? == Right::None {
        return Err(Refusal::NotFound);
    }
    let rows = queries::comments(db, who.tenant, id).await?;
    let names = accounts::names(db, &who, rows.iter().map(|row| row.author_id)).await?;
    let view = |row: twoway_entity::propose::comment::Model| CommentView {
        id: row.id,
        author: names.get(&row.author_id).cloned(),
        text: row.text,
        at: row.at,
    };
    Ok(Json(rows.into_iter().map(view).collect()))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Said {
    /// At most 1,000 characters.
    text: String,
}

/// Say something about a proposal that is being written or mended.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/comments", tag = "proposals", params(("id" = Uuid, Path), Headers), request_body = Said,
    responses((status = 201, body = Done), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn say(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Said>,
) -> Result<Response, Refusal> {
    let command = headers.into();
    let done = app.once(&who, &command, actions::say(&app, &who, &command, id, &input.text)).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}
