use super::Reason;
use crate::adoptions::actions::{self, Answer};
use crate::adoptions::model::NewDelivery;
use crate::calendar::today;
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, Path, Routes};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use twoway_ids::Uuid;
use utoipa::ToSchema;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .api(Method::POST, "/api/v1/adoptions/{id}/deliveries", Access::SignedIn, record)
        .api(Method::POST, "/api/v1/deliveries/{id}/confirm", Access::SignedIn, confirm)
        .api(Method::POST, "/api/v1/deliveries/{id}/dispute", Access::SignedIn, dispute)
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeliveryInput {
    /// One of the adoption's lines, by its commitment's id.
    commitment: Uuid,
    quantity: i64,
    /// `YYYY-MM-DD`, not in the future.
    delivered_on: String,
    /// Receipt number, goods-in note, roster, log of use, clipping.
    evidence: String,
}

/// Record a delivery; it counts when the other side has confirmed it.
#[utoipa::path(post, path = "/api/v1/adoptions/{id}/deliveries", tag = "adoptions", request_body = DeliveryInput,
    params(("id" = Uuid, Path), Headers),
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn record(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<DeliveryInput>,
) -> Result<Response, Refusal> {
    let command: Command = headers.into();
    let work = async {
        let delivery = NewDelivery::parse(&serde_json::to_value(&input)?, &today(&app))?;
        actions::record_delivery(&app, &who, &command, id, delivery).await
    };
    let done = app.once(&who, &command, work).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

/// Confirm a delivery that the other side recorded.
#[utoipa::path(post, path = "/api/v1/deliveries/{id}/confirm", tag = "adoptions", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn confirm(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    let work = actions::answer_delivery(&app, &who, &command, id, Answer::Confirm);
    Ok(Json(app.once(&who, &command, work).await?))
}

/// Say that a recorded delivery was not so. Its quantity stays outstanding.
#[utoipa::path(post, path = "/api/v1/deliveries/{id}/dispute", tag = "adoptions", request_body = Reason,
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn dispute(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Reason>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    let work = actions::answer_delivery(&app, &who, &command, id, Answer::Dispute(input.reason));
    Ok(Json(app.once(&who, &command, work).await?))
}
