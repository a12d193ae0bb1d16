//! Who adopts together, for programs.

use super::state::PartnerState;
use super::{Answer, Invitation, actions};
use crate::adoptions::queries::find_visible;
use crate::adoptions::rules::SPONSORS;
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, Path, Routes};
use crate::lifecycle::Done;
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::Method;
use serde::Serialize;
use twoway_ids::{Millis, Uuid};
use utoipa::{OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(paths(list, invite, accept, decline, leave, remove), tags((name = "adoptions")))]
pub struct Doc;

const SPONSOR: Access = Access::AnyOf(SPONSORS);

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .api(Method::GET, "/api/v1/adoptions/{id}/partners", Access::SignedIn, list)
        .api(Method::POST, "/api/v1/adoptions/{id}/partners", SPONSOR, invite)
        .api(Method::POST, "/api/v1/adoption-partners/{id}/join", SPONSOR, accept)
        .api(Method::POST, "/api/v1/adoption-partners/{id}/decline", SPONSOR, decline)
        .api(Method::POST, "/api/v1/adoption-partners/{id}/leave", SPONSOR, leave)
        .api(Method::POST, "/api/v1/adoption-partners/{id}/remove", SPONSOR, remove);
    super::pages::routes(routes)
}

/// An organisation that was asked to adopt along.
#[derive(Serialize, ToSchema)]
struct Partner {
    id: Uuid,
    version: i32,
    organization: Uuid,
    name: String,
    share: String,
    related_party: bool,
    invited_at: Millis,
    answered_at: Option<Millis>,
    #[schema(value_type = String, example = "joined")]
    state: PartnerState,
}

/// Everybody who was asked to adopt along, in the order of the invitations.
#[utoipa::path(get, path = "/api/v1/adoptions/{id}/partners", tag = "adoptions", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<Partner>), (status = 404, body = Problem)))]
async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Vec<Partner>>, Refusal> {
    let db = app.db.read();
    find_visible(db, &who, id).await?;
    let all = super::of(db, who.tenant, id).await?;
    let view = |one: super::Together| Partner {
        id: one.row.id,
        version: one.row.version,
        organization: one.house.id,
        name: one.house.name,
        share: one.row.share,
        related_party: one.row.related_party,
        invited_at: one.row.invited_at,
        answered_at: one.row.answered_at,
        state: one.row.state,
    };
    Ok(Json(all.into_iter().map(view).collect()))
}

/// Ask another verified organisation to adopt along, before the office has checked the sponsors.
#[utoipa::path(post, path = "/api/v1/adoptions/{id}/partners", tag = "adoptions", params(("id" = Uuid, Path), Headers),
    request_body = Invitation,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn invite(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(new): Json<Invitation>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::invite(&app, &who, &command, id, new)).await?))
}

/// Join, with the declarations that every sponsor makes.
#[utoipa::path(post, path = "/api/v1/adoption-partners/{id}/join", tag = "adoptions", params(("id" = Uuid, Path), Headers),
    request_body = Answer,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn accept(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(said): Json<Answer>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::accept(&app, &who, &command, id, said)).await?))
}

/// Do not join.
#[utoipa::path(post, path = "/api/v1/adoption-partners/{id}/decline", tag = "adoptions", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn decline(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::decline(&app, &who, &command, id)).await?))
}

/// Leave again, before the office has checked the sponsors.
#[utoipa::path(post, path = "/api/v1/adoption-partners/{id}/leave", tag = "adoptions", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn leave(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::leave(&app, &who, &command, id)).await?))
}

/// Take an invitation or a partner away: the lead does, before the office has checked the sponsors.
#[utoipa::path(post, path = "/api/v1/adoption-partners/{id}/remove", tag = "adoptions", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn remove(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::remove(&app, &who, &command, id)).await?))
}
