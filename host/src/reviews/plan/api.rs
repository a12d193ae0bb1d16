use super::queries::{self, Proposed};
use crate::calls::api::OFFICE;
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, List, Paging, Path, Query, Routes};
use crate::lifecycle::Done;
use crate::reviews::queries::OFFICE_READS;
use crate::reviews::state::PlanState;
use crate::reviews::views::{names, titles};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use twoway_ids::{Millis, Uuid};
use utoipa::{IntoParams, OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(paths(make, show, lines, change, apply, discard), tags((name = "reviews")))]
pub struct Doc;

pub(super) const READERS: Access = Access::AnyOf(OFFICE_READS);

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .api(Method::POST, "/api/v1/calls/{id}/review-plans", OFFICE, make)
        .api(Method::GET, "/api/v1/review-plans/{id}", READERS, show)
        .api(Method::GET, "/api/v1/review-plans/{id}/lines", READERS, lines)
        .api(Method::PUT, "/api/v1/review-plans/{id}/lines/{proposal}", OFFICE, change)
        .api(Method::POST, "/api/v1/review-plans/{id}/apply", OFFICE, apply)
        .api(Method::POST, "/api/v1/review-plans/{id}/drop", OFFICE, discard);
    super::pages::routes(routes)
}

/// Propose reviewers for all proposals of a call. Nobody is told before the plan is applied.
#[utoipa::path(post, path = "/api/v1/calls/{id}/review-plans", tag = "reviews", params(("id" = Uuid, Path), Headers),
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn make(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Response, Refusal> {
    let command = headers.into();
    let done = app.once(&who, &command, super::make(&app, &who, &command, id)).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

#[derive(Serialize, ToSchema)]
struct PlanView {
    id: Uuid,
    version: i32,
    call_id: Uuid,
    #[schema(value_type = String)]
    state: PlanState,
    made_at: Millis,
    /// Reviews that the proposals need.
    wanted: i32,
    /// Of those, how many nobody was found for.
    lacking: i32,
    /// What had become a conflict when the plan was applied.
    skipped: i32,
    loads: Vec<LoadView>,
}

#[derive(Serialize, ToSchema)]
struct LoadView {
    reviewer_id: Uuid,
    name: String,
    /// Assignments that stand already.
    before: i32,
    planned: i32,
    /// Of the planned ones, within the reviewer's areas.
    expert: i32,
    most: Option<i32>,
}

/// A plan with the load of each reviewer.
#[utoipa::path(get, path = "/api/v1/review-plans/{id}", tag = "reviews", params(("id" = Uuid, Path)),
    responses((status = 200, body = PlanView), (status = 404, body = Problem)))]
async fn show(State(app): State<App>, Caller(who): Caller, Path(id): Path<Uuid>) -> Result<Json<PlanView>, Refusal> {
    let db = app.db.read();
    let row = queries::find_visible(db, &who, id).await?;
    let loads = queries::loads(db, &row).await?;
    let names = names(db, who.tenant, loads.iter().map(|l| l.reviewer_id)).await?;
    let view = |l: twoway_entity::reviews::plan_load::Model| LoadView {
        name: names.get(&l.reviewer_id).cloned().unwrap_or_default(),
        reviewer_id: l.reviewer_id,
        before: l.before,
        planned: l.planned,
        expert: l.expert,
        most: l.most,
    };
    Ok(Json(PlanView {
        id,
        version: row.version,
        call_id: row.call_id,
        state: row.state,
        made_at: row.made_at,
        wanted: row.wanted,
        lacking: row.lacking,
        skipped: row.skipped,
        loads: loads.into_iter().map(view).collect(),
    }))
}

#[derive(Default, Deserialize, IntoParams)]
#[serde(default)]
pub(super) struct Narrow {
    /// Only proposals for which somebody is missing.
    pub lacking: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PlanLineView)]
struct LineView {
    proposal_id: Uuid,
    title: String,
    reviewers: Vec<Proposed>,
    lacking: i32,
    /// Why nobody was found: reviewers with a conflict of interest,
    conflicts: i32,
    /// who were asked before,
    asked: i32,
    /// who have as much as they take on.
    full: i32,
    /// Changed by the office.
    by_hand: bool,
}

/// Who is proposed for which proposal; those that lack somebody first.
#[utoipa::path(get, path = "/api/v1/review-plans/{id}/lines", tag = "reviews", params(("id" = Uuid, Path), Narrow, Paging),
    responses((status = 200, body = List<LineView>), (status = 404, body = Problem)))]
async fn lines(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    Query(narrow): Query<Narrow>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<LineView>>, Refusal> {
    let db = app.db.read();
    let row = queries::find_visible(db, &who, id).await?;
    let list = queries::lines(db, &row, narrow.lacking, &paging).await?;
    let titles = titles(db, who.tenant, list.items.iter().map(|l| l.proposal_id)).await?;
    let mut items = Vec::with_capacity(list.items.len());
    for line in list.items {
        items.push(LineView {
            reviewers: queries::proposed(&line)?,
            title: titles.get(&line.proposal_id).cloned().unwrap_or_default(),
            proposal_id: line.proposal_id,
            lacking: line.lacking,
            conflicts: line.conflicts,
            asked: line.asked,
            full: line.full,
            by_hand: line.by_hand,
        });
    }
    Ok(Json(List { items, next: list.next }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Change {
    reviewers: Vec<Uuid>,
}

/// Change by hand who is proposed for one proposal. Refused where somebody has a conflict of interest.
#[utoipa::path(put, path = "/api/v1/review-plans/{id}/lines/{proposal}", tag = "reviews",
    params(("id" = Uuid, Path), ("proposal" = Uuid, Path), Headers), request_body = Change,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(app): State<App>,
    Caller(who): Caller,
    Path((id, proposal)): Path<(Uuid, Uuid)>,
    headers: Headers,
    Json(input): Json<Change>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    let changed = super::change(&app, &who, &command, id, proposal, input.reviewers);
    Ok(Json(app.once(&who, &command, changed).await?))
}

/// Make the assignments of a plan; where there are many, a job goes on with it.
#[utoipa::path(post, path = "/api/v1/review-plans/{id}/apply", tag = "reviews", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn apply(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, super::apply(&app, &who, &command, id)).await?))
}

/// Set a plan aside.
#[utoipa::path(post, path = "/api/v1/review-plans/{id}/drop", tag = "reviews", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn discard(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, super::discard(&app, &who, &command, id)).await?))
}
