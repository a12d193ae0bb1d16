use super::{HoldInput, SPONSOR};
use crate::adoptions::model::{NewInterest, Wish};
use crate::adoptions::{actions, lists};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, Path, Routes};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use twoway_ids::Uuid;
use utoipa::ToSchema;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .api(Method::GET, "/api/v1/needs/{id}/queue", Access::SignedIn, list)
        .api(Method::POST, "/api/v1/needs/{id}/queue", SPONSOR, join)
        .api(Method::POST, "/api/v1/adoptions/{id}/take-offer", SPONSOR, take)
        .api(Method::POST, "/api/v1/adoptions/{id}/reduce", SPONSOR, reduce)
}

/// A place in a line's queue.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct QueuePlace {
    adoption: Uuid,
    organization: Uuid,
    sponsor: String,
    /// From 1.
    place: u64,
    quantity: i64,
    /// The office has checked the sponsor: only then it can be called.
    checked: bool,
    since: i64,
}

/// Who waits for a line, as far as you may see it: the office and the team see all, a sponsor its own place. At most 200.
#[utoipa::path(get, path = "/api/v1/needs/{id}/queue", tag = "adoptions", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<QueuePlace>), (status = 404, body = Problem)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Vec<QueuePlace>>, Refusal> {
    let found = lists::queue(app.db.read(), &who, id).await?;
    let view = |(place, item): (u64, lists::Item)| QueuePlace {
        adoption: item.row.id,
        organization: item.row.organization_id,
        sponsor: item.sponsor,
        place,
        quantity: item.lines.iter().map(|l| l.commitment.quantity).sum(),
        checked: item.row.checked_at.is_some(),
        since: item.row.created_at,
    };
    Ok(Json(found.into_iter().map(view).collect()))
}

/// Queue for more of a line than is open.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct QueueInput {
    /// The sponsor for which you act.
    organization: Uuid,
    quantity: i64,
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
}

/// Stand in a line's queue. What becomes open is reserved for the first for five days, then for the next.
#[utoipa::path(post, path = "/api/v1/needs/{id}/queue", tag = "adoptions", request_body = QueueInput,
    params(("id" = Uuid, Path), Headers),
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn join(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<QueueInput>,
) -> Result<Response, Refusal> {
    let command: Command = headers.into();
    let work = async {
        let answers = json!({
            "message": input.message, "related_party": input.related_party, "clean_promotion": input.clean_promotion,
            "trade": input.trade, "state_owned": input.state_owned, "own_products": input.own_products,
        });
        let wishes = vec![Wish { line: id, quantity: input.quantity }];
        let interest = NewInterest::parse(input.organization, &answers, wishes)?;
        actions::join_queue(&app, &who, &command, id, interest).await
    };
    let done = app.once(&who, &command, work).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

/// Take what the queue offers: it is held for 15 days.
#[utoipa::path(post, path = "/api/v1/adoptions/{id}/take-offer", tag = "adoptions", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn take(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::take_offer(&app, &who, &command, id)).await?))
}

/// Give back a part of a hold; `lines` is what stays.
#[utoipa::path(post, path = "/api/v1/adoptions/{id}/reduce", tag = "adoptions", request_body = HoldInput,
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn reduce(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<HoldInput>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::reduce(&app, &who, &command, id, input.lines)).await?))
}
