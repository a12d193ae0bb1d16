use super::super::queries::{candidates, offset, page_of};
use super::{InterestInput, Profile, ProfileInput};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, List, Paging, Path, Query, Routes};
use crate::lifecycle::Done;
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use twoway_entity::accounts::Role;
use twoway_entity::reviews::InterestKind;
use twoway_ids::{Millis, Uuid};
use utoipa::{OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(paths(list, show, set_profile, add_interest, end_interest), tags((name = "reviews")))]
pub struct Doc;

/// Reviewers keep their own profile, offices everybody's.
pub(super) const KEEPS: Access = Access::AnyOf(&[Role::Reviewer, Role::LeadOffice]);
pub(super) const OFFICE: Access = Access::AnyOf(super::queries::KEEPERS);

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .api(Method::GET, "/api/v1/reviewers", OFFICE, list)
        .api(Method::GET, "/api/v1/reviewers/{id}", KEEPS, show)
        .api(Method::PUT, "/api/v1/reviewers/{id}", KEEPS, set_profile)
        .api(Method::POST, "/api/v1/reviewers/{id}/interests", KEEPS, add_interest)
        .api(Method::POST, "/api/v1/reviewer-interests/{id}/end", KEEPS, end_interest);
    super::pages::routes(routes)
}

#[derive(Serialize, ToSchema)]
pub struct ReviewerLine {
    pub id: Uuid,
    pub name: String,
    pub organization: String,
    pub areas: Vec<String>,
    /// Reviews that they take on in one call.
    pub most: Option<i32>,
}

/// A page of the reviewers by name, with a number of queries that does not grow with them.
pub(super) async fn lines(app: &App, tenant: Uuid, paging: &Paging) -> Result<List<ReviewerLine>, Refusal> {
    let people = candidates(app.db.read(), tenant).await?;
    let skip = usize::try_from(offset(paging)?).unwrap_or(usize::MAX);
    let take = usize::try_from(paging.limit()?).unwrap_or(0) + 1;
    let page = page_of(paging, people.into_iter().skip(skip).take(take).collect())?;
    let ids: Vec<Uuid> = page.items.iter().map(|c| c.account).collect();
    let mut profiles = super::profiles(app, &ids).await?;
    Ok(page.map(|c| {
        let Profile { areas, most } = profiles.remove(&c.account).unwrap_or_default();
        ReviewerLine { id: c.account, name: c.name, organization: c.organization, areas, most }
    }))
}

/// Everybody who may be asked to review, by name.
#[utoipa::path(get, path = "/api/v1/reviewers", tag = "reviews", params(Paging),
    responses((status = 200, body = List<ReviewerLine>), (status = 403, body = Problem)))]
async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Query(paging): Query<Paging>,
) -> Result<Json<List<ReviewerLine>>, Refusal> {
    Ok(Json(lines(&app, who.tenant, &paging).await?))
}

#[derive(Serialize, ToSchema)]
struct ReviewerView {
    id: Uuid,
    name: String,
    areas: Vec<String>,
    most: Option<i32>,
    interests: Vec<InterestView>,
}

#[derive(Serialize, ToSchema)]
struct InterestView {
    id: Uuid,
    #[schema(value_type = String)]
    kind: InterestKind,
    organization_id: Option<Uuid>,
    /// A telephone number was given; it is compared, and never shown.
    has_phone: bool,
    /// The same of an ID number.
    has_id_number: bool,
    note: String,
    added_at: Millis,
}

/// A reviewer's profile and declared ties, for themselves and for offices.
#[utoipa::path(get, path = "/api/v1/reviewers/{id}", tag = "reviews", params(("id" = Uuid, Path)),
    responses((status = 200, body = ReviewerView), (status = 404, body = Problem)))]
async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<ReviewerView>, Refusal> {
    let name = super::may_see(&app, &who, id).await?;
    let Profile { areas, most } = super::profiles(&app, &[id]).await?.remove(&id).unwrap_or_default();
    let interests = super::interests_of(&app, id).await?.into_iter().map(|i| InterestView {
        id: i.id,
        kind: i.kind,
        organization_id: i.organization_id,
        has_phone: i.mark.is_some() && i.kind != InterestKind::OwnId,
        has_id_number: i.mark.is_some() && i.kind == InterestKind::OwnId,
        note: i.note,
        added_at: i.added_at,
    });
    Ok(Json(ReviewerView { id, name, areas, most, interests: interests.collect() }))
}

/// Write a reviewer's areas and the most that they take on.
#[utoipa::path(put, path = "/api/v1/reviewers/{id}", tag = "reviews", params(("id" = Uuid, Path), Headers), request_body = ProfileInput,
    responses((status = 200, body = Done), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn set_profile(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<ProfileInput>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, super::set_profile(&app, &who, &command, id, input)).await?))
}

/// Declare a tie of a reviewer that no membership shows.
#[utoipa::path(post, path = "/api/v1/reviewers/{id}/interests", tag = "reviews", params(("id" = Uuid, Path), Headers), request_body = InterestInput,
    responses((status = 201, body = Done), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn add_interest(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<InterestInput>,
) -> Result<Response, Refusal> {
    let command = headers.into();
    let done = app.once(&who, &command, super::add_interest(&app, &who, &command, id, input)).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

/// A declared tie is over.
#[utoipa::path(post, path = "/api/v1/reviewer-interests/{id}/end", tag = "reviews", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn end_interest(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, super::end_interest(&app, &who, &command, id)).await?))
}
