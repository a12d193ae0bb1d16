use super::Reason;
use crate::adoptions::actions::{self, Answer};
use crate::adoptions::model::NewDelivery;
use crate::adoptions::queries::find_delivery;
use crate::calendar::today;
use crate::files::{self as kept, UploadForm};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, Path, Routes};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal};
use axum::extract::{Multipart, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;
use utoipa::ToSchema;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .api(Method::POST, "/api/v1/adoptions/{id}/deliveries", Access::SignedIn, record)
        .api(Method::POST, "/api/v1/deliveries/{id}/confirm", Access::SignedIn, confirm)
        .api(Method::POST, "/api/v1/deliveries/{id}/dispute", Access::SignedIn, dispute)
        .api(Method::GET, "/api/v1/deliveries/{id}/files", Access::SignedIn, files)
        .api(Method::POST, "/api/v1/deliveries/{id}/files", Access::SignedIn, add_file)
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeliveryInput {
    /// One of the adoption's lines, by its commitment's id.
    commitment: Uuid,
    quantity: i64,
    /// `YYYY-MM-DD`, not in the future.
    delivered_on: String,
    /// A remark beside the proof.
    #[serde(default)]
    evidence: String,
    /// What proves it, by the line's kind. Goods: `goods_note`, `condition` (`good`, `usable`, `damaged`), `expires_on`. People: `roster`,
    /// `hours`. Service: `service_record`, `hours`. Venue: `use_log`, `hours`. Media: `outlet`, `aired_on`, `clipping`. To a recipient
    /// also, and of money always: `receipt` (`issued`, `anonymous`, `waived`), `receipt_number`, `handler`.
    #[serde(default)]
    #[schema(value_type = Object)]
    proof: serde_json::Map<String, serde_json::Value>,
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
        let answers = json!({
            "commitment": input.commitment, "quantity": input.quantity, "delivered_on": input.delivered_on,
            "evidence": input.evidence,
        });
        let delivery = NewDelivery::parse(&answers, input.proof.into(), &today(&app))?;
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

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeliveryFile {
    id: Uuid,
    /// `photo` or `paper`.
    purpose: String,
    name: String,
    media_type: String,
    size: i64,
    sha256: String,
    uploaded_at: i64,
}

/// Photos and scans of a delivery. Each is downloaded at `/deliveries/{id}/files/{file}`.
#[utoipa::path(get, path = "/api/v1/deliveries/{id}/files", tag = "adoptions", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<DeliveryFile>), (status = 404, body = Problem)))]
pub(super) async fn files(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Vec<DeliveryFile>>, Refusal> {
    let db = app.db.read();
    find_delivery(db, &who, id).await?;
    let found = kept::of(db, who.tenant, actions::DELIVERY_FILES, &[id]).await?.into_iter();
    let told = found.map(|f| DeliveryFile {
        id: f.id,
        purpose: f.purpose,
        name: f.name,
        media_type: f.media_type,
        size: f.size,
        sha256: f.sha256,
        uploaded_at: f.uploaded_at,
    });
    Ok(Json(told.collect()))
}

/// Add a photo or a scan to a delivery: a multipart form with the part `file`.
#[utoipa::path(post, path = "/api/v1/deliveries/{id}/files", tag = "adoptions",
    request_body(content_type = "multipart/form-data", content = String), params(("id" = Uuid, Path), Headers),
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn add_file(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    form: Multipart,
) -> Result<Response, Refusal> {
    let limit = app.config.attachment_limit;
    let mut form = UploadForm::read(form, limit).await?;
    let file = form.file("file", limit)?.ok_or_else(|| Refusal::field("file", FieldProblem::Missing))?;
    form.nothing_else(&[])?;
    let command: Command = headers.into();
    let done = app.once(&who, &command, actions::add_photo(&app, &who, &command, id, file)).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}
