//! Adoptions for programs.

mod agreement;
mod bars;
mod conditions;
mod deliveries;
mod diligence;
mod drafting;
mod fulfilment;
mod notice;
mod queue;
mod receipts;
mod scans;
mod sponsors;
mod views;

use super::lists::{Narrow, Room, list as adoptions};
use super::model::{NewInterest, Wish};
use super::{AdoptionState, actions, pages, queries};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, List, Paging, Path, Query, Routes};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
pub(super) use scans::download as scan_file;
use serde::Deserialize;
use serde_json::json;
use twoway_entity::accounts::Role;
use twoway_ids::Uuid;
use utoipa::{IntoParams, OpenApi, ToSchema};
use views::{Adoption, AdoptionItem};

const OFFICE: Access = Access::AnyOf(&[Role::LeadOffice]);
const SPONSOR: Access = Access::AnyOf(super::rules::SPONSORS);

#[derive(OpenApi)]
#[openapi(
    paths(
        list,
        express,
        show,
        decline,
        hold,
        extend,
        withdraw,
        agreement::show,
        agreement::draft,
        agreement::edit,
        agreement::freeze,
        agreement::reopen,
        agreement::code,
        agreement::confirm,
        diligence::list_trades,
        diligence::set_trade,
        diligence::show,
        diligence::record,
        diligence::check,
        drafting::list,
        drafting::save,
        drafting::retire,
        drafting::restore,
        drafting::show_plan,
        drafting::set_plan,
        drafting::list_versions,
        sponsors::show,
        scans::list,
        scans::upload,
        scans::download,
        scans::accept,
        scans::refuse,
        notice::show,
        notice::hold,
        notice::resume,
        deliveries::record,
        deliveries::confirm,
        deliveries::dispute,
        deliveries::files,
        deliveries::add_file,
        queue::list,
        queue::join,
        queue::take,
        queue::reduce,
        fulfilment::obligations,
        fulfilment::show_statement,
        fulfilment::asks,
        fulfilment::delay,
        fulfilment::hardship,
        fulfilment::terminate,
        fulfilment::answer,
        fulfilment::thank,
        fulfilment::surplus,
        fulfilment::changes,
        fulfilment::ask_change,
        fulfilment::answer_change,
        fulfilment::withdraw_change,
        receipts::list,
        receipts::void,
        conditions::show,
        conditions::set,
        bars::list,
        bars::lift
    ),
    tags((name = "adoptions"))
)]
pub struct Doc;

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .api(Method::GET, "/api/v1/adoptions", Access::SignedIn, list)
        .api(Method::POST, "/api/v1/adoptions", SPONSOR, express)
        .api(Method::GET, "/api/v1/adoptions/{id}", Access::SignedIn, show)
        .api(Method::POST, "/api/v1/adoptions/{id}/decline", OFFICE, decline)
        .api(Method::POST, "/api/v1/adoptions/{id}/hold", SPONSOR, hold)
        .api(Method::POST, "/api/v1/adoptions/{id}/extend", SPONSOR, extend)
        .api(Method::POST, "/api/v1/adoptions/{id}/withdraw", SPONSOR, withdraw);
    let routes = notice::routes(diligence::routes(queue::routes(deliveries::routes(agreement::routes(routes)))));
    let routes = sponsors::routes(drafting::routes(receipts::routes(fulfilment::routes(routes))));
    pages::routes(bars::routes(conditions::routes(scans::routes(routes))))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
struct ListQuery {
    /// `sponsor` (what we took on), `receiver` (for our proposals or to be received by us), `office` (within our subtree)
    room: String,
    state: Option<String>,
    proposal: Option<Uuid>,
    cursor: Option<String>,
    limit: Option<u64>,
}

/// The adoptions that you may see, newest first.
#[utoipa::path(get, path = "/api/v1/adoptions", tag = "adoptions", params(ListQuery),
    responses((status = 200, body = List<AdoptionItem>), (status = 400, body = Problem)))]
async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Query(query): Query<ListQuery>,
) -> Result<Json<List<AdoptionItem>>, Refusal> {
    let room = match query.room.as_str() {
        "" | "sponsor" => Room::Sponsor,
        "receiver" => Room::Receiver,
        "office" => Room::Office,
        _ => return Err(Refusal::BadRequest("room is sponsor, receiver or office".into())),
    };
    let states = match query.state {
        Some(state) => match serde_json::from_value::<AdoptionState>(state.as_str().into()) {
            Ok(state) => vec![state],
            Err(_) => return Err(Refusal::BadRequest(format!("there is no state {state}"))),
        },
        None => Vec::new(),
    };
    let narrow = Narrow { states, proposal: query.proposal };
    let paging = Paging { cursor: query.cursor, limit: query.limit };
    let found = adoptions(app.db.read(), &who, room, &narrow, &paging).await?;
    Ok(Json(found.map(AdoptionItem::from)))
}

/// Interest in lines of a pooled proposal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Interest {
    proposal: Uuid,
    /// The sponsor for which you act.
    organization: Uuid,
    #[serde(default)]
    message: String,
    /// A related party of the sponsor benefits from the project.
    related_party: bool,
    /// Nothing that may not be advertised is promoted with it.
    clean_promotion: bool,
    /// What the sponsor trades in: a key of `GET /api/v1/trades`.
    trade: String,
    /// The State has a hand in it: an approval comes before the signature.
    state_owned: bool,
    /// It gives what it makes itself.
    own_products: bool,
    lines: Vec<Wish>,
}

/// Show interest. Nothing is reserved; only the office and the team see it.
#[utoipa::path(post, path = "/api/v1/adoptions", tag = "adoptions", request_body = Interest, params(Headers),
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn express(
    State(app): State<App>,
    Caller(who): Caller,
    headers: Headers,
    Json(input): Json<Interest>,
) -> Result<Response, Refusal> {
    let command: Command = headers.into();
    let work = async {
        let answers = json!({
            "message": input.message, "related_party": input.related_party, "clean_promotion": input.clean_promotion,
            "trade": input.trade, "state_owned": input.state_owned, "own_products": input.own_products,
        });
        let interest = NewInterest::parse(input.organization, &answers, input.lines)?;
        actions::express_interest(&app, &who, &command, input.proposal, interest).await
    };
    let done = app.once(&who, &command, work).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

/// One adoption with its lines and deliveries.
#[utoipa::path(get, path = "/api/v1/adoptions/{id}", tag = "adoptions", params(("id" = Uuid, Path)),
    responses((status = 200, body = Adoption), (status = 404, body = Problem)))]
async fn show(State(app): State<App>, Caller(who): Caller, Path(id): Path<Uuid>) -> Result<Json<Adoption>, Refusal> {
    let db = app.db.read();
    let seen = queries::find_visible(db, &who, id).await?;
    let deliveries = queries::deliveries(db, who.tenant, id).await?;
    let place = queries::place_in_queue(db, &seen).await?;
    Ok(Json(Adoption::new(seen, deliveries, place)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Reason {
    reason: String,
}

/// Decline before it is agreed; what was held is open again.
#[utoipa::path(post, path = "/api/v1/adoptions/{id}/decline", tag = "adoptions", request_body = Reason,
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn decline(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Reason>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::decline(&app, &who, &command, id, &input.reason)).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HoldInput {
    lines: Vec<Wish>,
}

/// Reserve quantities for 15 days. They replace those of the interest.
#[utoipa::path(post, path = "/api/v1/adoptions/{id}/hold", tag = "adoptions", request_body = HoldInput,
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn hold(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<HoldInput>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::hold(&app, &who, &command, id, input.lines)).await?))
}

/// Extend the hold once by 15 days.
#[utoipa::path(post, path = "/api/v1/adoptions/{id}/extend", tag = "adoptions", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn extend(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::extend_hold(&app, &who, &command, id)).await?))
}

/// Leave before everybody has signed; what was held is open again.
#[utoipa::path(post, path = "/api/v1/adoptions/{id}/withdraw", tag = "adoptions", request_body = Reason,
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn withdraw(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Reason>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::withdraw(&app, &who, &command, id, &input.reason)).await?))
}
