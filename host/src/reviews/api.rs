use super::actions::{self, Assigned};
use super::deliberation::{self, DecisionInput};
use super::model::Sheet;
use super::queries;
use super::state::ReviewState;
use super::views::{self, RankedView, ResultView, ReviewView};
use super::voiding::{self, Rechecked};
use crate::calls::api::{OFFICE, Why};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, List, Paging, Path, Query, Routes};
use crate::lifecycle::Done;
use crate::proposals::ProposalState;
use crate::{App, Refusal, calls, proposals};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use twoway_entity::accounts::Role;
use twoway_ids::{Millis, Uuid};
use utoipa::{OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(
    paths(
        desk, show, assign, assign_balanced, of_proposal, declare, recuse, score, unassign, recheck, end_review, ranking, decide, release, release_item,
        results
    ),
    tags((name = "reviews"))
)]
pub struct Doc;

const READERS: Access = Access::AnyOf(queries::OFFICE_READS);
pub(super) const REVIEWER: Access = Access::AnyOf(&[Role::Reviewer]);

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .api(Method::GET, "/api/v1/reviews", REVIEWER, desk)
        .api(Method::GET, "/api/v1/reviews/{id}", Access::SignedIn, show)
        .api(Method::POST, "/api/v1/reviews/{id}/declare", REVIEWER, declare)
        .api(Method::POST, "/api/v1/reviews/{id}/recuse", REVIEWER, recuse)
        .api(Method::PUT, "/api/v1/reviews/{id}/scores", REVIEWER, score)
        .api(Method::POST, "/api/v1/reviews/{id}/unassign", OFFICE, unassign)
        .api(Method::GET, "/api/v1/proposals/{id}/reviews", Access::SignedIn, of_proposal)
        .api(Method::POST, "/api/v1/proposals/{id}/reviews", OFFICE, assign)
        .api(Method::PUT, "/api/v1/proposals/{id}/decision", OFFICE, decide)
        .api(Method::POST, "/api/v1/calls/{id}/assign-reviews", OFFICE, assign_balanced)
        .api(Method::POST, "/api/v1/calls/{id}/recheck-conflicts", OFFICE, recheck)
        .api(Method::POST, "/api/v1/calls/{id}/end-review", OFFICE, end_review)
        .api(Method::GET, "/api/v1/calls/{id}/ranking", READERS, ranking)
        .api(Method::POST, "/api/v1/calls/{id}/release", OFFICE, release)
        .api(Method::POST, "/api/v1/proposals/{id}/release", OFFICE, release_item)
        .api(Method::GET, "/api/v1/calls/{id}/results", Access::Public, results);
    super::pages::routes(routes)
}

/// An assignment on my desk.
#[derive(Serialize, ToSchema)]
struct DeskView {
    id: Uuid,
    version: i32,
    #[schema(value_type = String)]
    state: ReviewState,
    call_id: Uuid,
    call_title: String,
    proposal_id: Uuid,
    proposal_title: String,
    assigned_at: Millis,
    total: Option<i32>,
}

/// My desk as a reviewer: at most the newest 200 assignments.
#[utoipa::path(get, path = "/api/v1/reviews", tag = "reviews",
    responses((status = 200, body = Vec<DeskView>), (status = 403, body = Problem)))]
async fn desk(State(app): State<App>, Caller(who): Caller) -> Result<Json<Vec<DeskView>>, Refusal> {
    let lines = queries::desk(app.db.read(), &who).await?;
    let view = |line: queries::DeskLine| DeskView {
        id: line.review.id,
        version: line.review.version,
        state: line.review.state,
        call_id: line.call.id,
        call_title: line.call.title,
        proposal_id: line.proposal.id,
        proposal_title: line.proposal.title,
        assigned_at: line.review.assigned_at,
        total: line.review.total,
    };
    Ok(Json(lines.into_iter().map(view).collect()))
}

/// One review, to its reviewer and the office.
#[utoipa::path(get, path = "/api/v1/reviews/{id}", tag = "reviews", params(("id" = Uuid, Path)),
    responses((status = 200, body = ReviewView), (status = 404, body = Problem)))]
async fn show(State(app): State<App>, Caller(who): Caller, Path(id): Path<Uuid>) -> Result<Json<ReviewView>, Refusal> {
    let row = queries::find_visible(app.db.read(), &who, id).await?;
    let names = views::names(app.db.read(), who.tenant, [row.reviewer_id]).await?;
    let name = names.get(&row.reviewer_id).cloned();
    Ok(Json(ReviewView::of(row, name)?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Assign {
    reviewer_id: Uuid,
}

/// Ask somebody to review a proposal. Refused where they have a conflict of interest.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/reviews", tag = "reviews", params(("id" = Uuid, Path), Headers), request_body = Assign,
    responses((status = 201, body = Done), (status = 409, body = Problem)))]
async fn assign(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Assign>,
) -> Result<Response, Refusal> {
    let command = headers.into();
    let done = app.once(&who, &command, actions::assign(&app, &who, &command, id, input.reviewer_id)).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

/// Give every proposal of a call its reviewers: the least busy ones without a conflict of interest.
#[utoipa::path(post, path = "/api/v1/calls/{id}/assign-reviews", tag = "reviews", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Assigned), (status = 409, body = Problem)))]
async fn assign_balanced(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Assigned>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::assign_balanced(&app, &who, &command, id)).await?))
}

/// The reviews of a proposal: all for the office, after the release the finished ones without names for the proposer.
#[utoipa::path(get, path = "/api/v1/proposals/{id}/reviews", tag = "reviews", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<ReviewView>), (status = 404, body = Problem)))]
async fn of_proposal(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Vec<ReviewView>>, Refusal> {
    let row = proposals::queries::find_visible(app.db.read(), &who, id).await?.row;
    Ok(Json(views::of_proposal(&app, &who, &row).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Declaration {
    /// I have no interest in this proposal and nobody near me has.
    no_interest: bool,
    /// How I stand to it, where a tie asks for a word; at least 10 characters.
    #[serde(default)]
    words: String,
}

/// Declare to have no interest; the proposal opens for reading.
#[utoipa::path(post, path = "/api/v1/reviews/{id}/declare", tag = "reviews", params(("id" = Uuid, Path), Headers), request_body = Declaration,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn declare(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Declaration>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(
        app.once(&who, &command, actions::declare(&app, &who, &command, id, input.no_interest, &input.words)).await?,
    ))
}

/// Step aside.
#[utoipa::path(post, path = "/api/v1/reviews/{id}/recuse", tag = "reviews", params(("id" = Uuid, Path), Headers), request_body = Why,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn recuse(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(why): Json<Why>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::recuse(&app, &who, &command, id, &why.reason)).await?))
}

/// Score by the call's rubric; scores may be changed until the review ends.
#[utoipa::path(put, path = "/api/v1/reviews/{id}/scores", tag = "reviews", params(("id" = Uuid, Path), Headers), request_body = Sheet,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn score(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(sheet): Json<Sheet>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::score(&app, &who, &command, id, sheet)).await?))
}

/// Take an assignment back.
#[utoipa::path(post, path = "/api/v1/reviews/{id}/unassign", tag = "reviews", params(("id" = Uuid, Path), Headers), request_body = Why,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn unassign(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(why): Json<Why>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::unassign(&app, &who, &command, id, &why.reason)).await?))
}

/// Compute the conflicts of all standing reviews anew; those that have one are voided.
#[utoipa::path(post, path = "/api/v1/calls/{id}/recheck-conflicts", tag = "reviews", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Rechecked), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn recheck(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Rechecked>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, voiding::recheck(&app, &who, &command, id)).await?))
}

/// End the review: scores are fixed.
#[utoipa::path(post, path = "/api/v1/calls/{id}/end-review", tag = "reviews", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn end_review(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, deliberation::end_review(&app, &who, &command, id)).await?))
}

/// The proposals of a call by their scores, for its office.
#[utoipa::path(get, path = "/api/v1/calls/{id}/ranking", tag = "reviews", params(("id" = Uuid, Path), Paging),
    responses((status = 200, body = List<RankedView>), (status = 404, body = Problem)))]
async fn ranking(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<RankedView>>, Refusal> {
    let call = calls::queries::find_visible(app.db.read(), &who, id).await?;
    if !calls::queries::is_office(&who, &call) {
        return Err(Refusal::NotFound);
    }
    Ok(Json(views::ranking(&app, &who, id, &paging).await?))
}

/// Decide about a proposal. Nobody hears of it before all decisions are released.
#[utoipa::path(put, path = "/api/v1/proposals/{id}/decision", tag = "reviews", params(("id" = Uuid, Path), Headers), request_body = DecisionInput,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn decide(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<DecisionInput>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, deliberation::decide(&app, &who, &command, id, input)).await?))
}

/// Release all decisions of a call at once and start the public notice.
#[utoipa::path(post, path = "/api/v1/calls/{id}/release", tag = "reviews", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn release(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, deliberation::release(&app, &who, &command, id)).await?))
}

/// Release the new decision about one item that came back after an objection: it gets a notice of its own.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/release", tag = "reviews", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn release_item(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, deliberation::release_item(&app, &who, &command, id)).await?))
}

/// What was selected, as the public notice shows it.
#[utoipa::path(get, path = "/api/v1/calls/{id}/results", tag = "reviews", params(("id" = Uuid, Path), Paging), security(()),
    responses((status = 200, body = List<ResultView>), (status = 404, body = Problem)))]
async fn results(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<ResultView>>, Refusal> {
    let db = app.db.read();
    calls::queries::find_visible(db, &who, id).await?;
    let list = proposals::queries::published(db, who.tenant, Some(id), &[] as &[ProposalState], &paging).await?;
    let teams = list.items.iter().filter_map(|row| row.organization_id);
    let names = calls::queries::organization_names(db, who.tenant, teams).await?;
    Ok(Json(list.map(|row| ResultView {
        organization_name: row.organization_id.and_then(|o| names.get(&o).cloned()),
        proposal_id: row.id,
        title: row.title,
        summary: row.summary,
        cost: row.cost,
    })))
}
