use super::actions::{Schedule, Shortlist};
use super::{SlotState, actions, queries};
use crate::calls::api::{OFFICE, Why};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, Path, Routes};
use crate::lifecycle::Done;
use crate::reviews::queries::OFFICE_READS;
use crate::reviews::views::titles;
use crate::{App, Refusal, calls};
use axum::extract::State;
use axum::http::Method;
use serde::{Deserialize, Serialize};
use twoway_entity::accounts::Role;
use twoway_ids::{Millis, Uuid};
use utoipa::{OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(paths(shortlist, show, schedule, open, score, close, reopen, discard, countersign), tags((name = "reviews")))]
pub struct Doc;

pub(super) const READERS: Access = Access::AnyOf(OFFICE_READS);
pub(super) const JUDGE: Access = Access::AnyOf(&[Role::Reviewer]);
pub(super) const SUPERVISOR: Access = Access::AnyOf(&[Role::Supervisor]);
pub(super) const REOPENS: Access = Access::AnyOf(&[Role::LeadOffice, Role::Supervisor]);

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .api(Method::POST, "/api/v1/calls/{id}/shortlist", OFFICE, shortlist)
        .api(Method::GET, "/api/v1/calls/{id}/roadshow", READERS, show)
        .api(Method::PUT, "/api/v1/roadshow-slots/{id}", OFFICE, schedule)
        .api(Method::POST, "/api/v1/roadshow-slots/{id}/open", OFFICE, open)
        .api(Method::PUT, "/api/v1/roadshow-slots/{id}/score", JUDGE, score)
        .api(Method::POST, "/api/v1/roadshow-slots/{id}/close", OFFICE, close)
        .api(Method::POST, "/api/v1/roadshow-slots/{id}/reopen", REOPENS, reopen)
        .api(Method::POST, "/api/v1/roadshow-slots/{id}/drop", OFFICE, discard)
        .api(Method::POST, "/api/v1/roadshow-slots/{id}/countersign", SUPERVISOR, countersign);
    super::pages::routes(routes)
}

/// Shortlist proposals for the roadshow and name its judges.
#[utoipa::path(post, path = "/api/v1/calls/{id}/shortlist", tag = "reviews", params(("id" = Uuid, Path), Headers), request_body = Shortlist,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn shortlist(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Shortlist>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::shortlist(&app, &who, &command, id, input)).await?))
}

#[derive(Serialize, ToSchema)]
struct RoadshowView {
    /// Percent of the score that the roadshow counts.
    weight: i32,
    trim_from: i32,
    judges: Vec<Uuid>,
    slots: Vec<SlotView>,
}

#[derive(Serialize, ToSchema)]
struct SlotView {
    id: Uuid,
    version: i32,
    #[schema(value_type = String)]
    state: SlotState,
    proposal_id: Uuid,
    title: String,
    position: i32,
    starts_at: Option<Millis>,
    place: String,
    /// In hundredths of a point: the first round, the roadshow, both together.
    first: Option<i32>,
    live: Option<i32>,
    combined: Option<i32>,
}

/// The roadshow of a call: turns, judges and results, for its office.
#[utoipa::path(get, path = "/api/v1/calls/{id}/roadshow", tag = "reviews", params(("id" = Uuid, Path)),
    responses((status = 200, body = RoadshowView), (status = 404, body = Problem)))]
async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<RoadshowView>, Refusal> {
    let db = app.db.read();
    let call = calls::queries::find_visible(db, &who, id).await?;
    if !calls::queries::is_office(&who, &call) {
        return Err(Refusal::NotFound);
    }
    let terms = queries::roadshow_of(db, who.tenant, id).await?.ok_or(Refusal::NotFound)?;
    let slots = queries::slots_of(db, who.tenant, id).await?;
    let titles = titles(db, who.tenant, slots.iter().map(|slot| slot.proposal_id)).await?;
    let view = |slot: twoway_entity::reviews::slot::Model| SlotView {
        title: titles.get(&slot.proposal_id).cloned().unwrap_or_default(),
        id: slot.id,
        version: slot.version,
        state: slot.state,
        proposal_id: slot.proposal_id,
        position: slot.position,
        starts_at: slot.starts_at,
        place: slot.place,
        first: slot.first,
        live: slot.live,
        combined: slot.combined,
    };
    Ok(Json(RoadshowView {
        weight: terms.weight,
        trim_from: terms.trim_from,
        judges: queries::judges_of(db, who.tenant, id).await?,
        slots: slots.into_iter().map(view).collect(),
    }))
}

/// Say when and where a turn is.
#[utoipa::path(put, path = "/api/v1/roadshow-slots/{id}", tag = "reviews", params(("id" = Uuid, Path), Headers), request_body = Schedule,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn schedule(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Schedule>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::schedule(&app, &who, &command, id, input)).await?))
}

/// Let the judges score a turn.
#[utoipa::path(post, path = "/api/v1/roadshow-slots/{id}/open", tag = "reviews", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn open(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::open(&app, &who, &command, id)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LiveScore {
    /// 0 to 100.
    points: i32,
    #[serde(default)]
    note: String,
}

/// Give a live score as a judge; it may be changed while the turn is open.
#[utoipa::path(put, path = "/api/v1/roadshow-slots/{id}/score", tag = "reviews", params(("id" = Uuid, Path), Headers), request_body = LiveScore,
    responses((status = 200, body = Done), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn score(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<LiveScore>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    let scored = actions::score(&app, &who, &command, id, input.points, &input.note);
    Ok(Json(app.once(&who, &command, scored).await?))
}

/// End a turn; its result waits for the supervisor.
#[utoipa::path(post, path = "/api/v1/roadshow-slots/{id}/close", tag = "reviews", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn close(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::close(&app, &who, &command, id)).await?))
}

/// Let the judges of a closed turn score on.
#[utoipa::path(post, path = "/api/v1/roadshow-slots/{id}/reopen", tag = "reviews", params(("id" = Uuid, Path), Headers), request_body = Why,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn reopen(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(why): Json<Why>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::reopen(&app, &who, &command, id, &why.reason)).await?))
}

/// Take a proposal off the shortlist.
#[utoipa::path(post, path = "/api/v1/roadshow-slots/{id}/drop", tag = "reviews", params(("id" = Uuid, Path), Headers), request_body = Why,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn discard(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(why): Json<Why>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::discard(&app, &who, &command, id, &why.reason)).await?))
}

/// Countersign, as a supervisor: the result counts from now on.
#[utoipa::path(post, path = "/api/v1/roadshow-slots/{id}/countersign", tag = "reviews", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn countersign(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::countersign(&app, &who, &command, id)).await?))
}
