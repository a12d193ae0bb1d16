//! The register of receipts, for programs.

use crate::adoptions::actions;
use crate::adoptions::receipts::{self, Entry};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, List, Paging, Path, Query, Routes};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::Method;
use serde::{Deserialize, Serialize};
use twoway_entity::accounts::Role;
use twoway_ids::Uuid;
use utoipa::ToSchema;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.api(Method::GET, "/api/v1/receipts", Access::SignedIn, list).api(
        Method::POST,
        "/api/v1/receipts/{id}/void",
        Access::AnyOf(&[Role::Recipient]),
        void,
    )
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeliveryReceipt)]
pub(super) struct Receipt {
    id: Uuid,
    recipient: String,
    adoption: Uuid,
    delivery: Uuid,
    /// None: the donor waived the receipt.
    number: Option<String>,
    /// None: the donor is anonymous.
    donor: Option<String>,
    what: String,
    quantity: i64,
    unit: String,
    handler: String,
    /// `YYYY-MM-DD`
    received_on: String,
    voided_at: Option<i64>,
    void_reason: Option<String>,
}

impl From<Entry> for Receipt {
    fn from(Entry { row, recipient }: Entry) -> Self {
        Self {
            id: row.id,
            recipient,
            adoption: row.adoption_id,
            delivery: row.delivery_id,
            number: row.number,
            donor: row.donor,
            what: row.what,
            quantity: row.quantity,
            unit: row.unit,
            handler: row.handler,
            received_on: row.received_on,
            voided_at: row.voided_at,
            void_reason: row.void_reason,
        }
    }
}

/// Receipts, newest first: to the office those of its subtree, to a recipient its own, to a sponsor those for what it gave.
#[utoipa::path(get, path = "/api/v1/receipts", tag = "adoptions", params(Paging),
    responses((status = 200, body = List<Receipt>)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Query(paging): Query<Paging>,
) -> Result<Json<List<Receipt>>, Refusal> {
    Ok(Json(receipts::list(app.db.read(), &who, &paging).await?.map(Receipt::from)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Void {
    reason: String,
    /// The receipt that takes its place, if there is one.
    #[serde(default)]
    number: String,
}

/// Void a receipt. Its number is never used again.
#[utoipa::path(post, path = "/api/v1/receipts/{id}/void", tag = "adoptions", request_body = Void,
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn void(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Void>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    let work = actions::void_receipt(&app, &who, &command, id, &input.reason, &input.number);
    Ok(Json(app.once(&who, &command, work).await?))
}
