//! The public notice of an adoption, for programs.

use super::{OFFICE, Reason};
use crate::adoptions::{actions, notice};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, Path, Routes};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal, proposals};
use axum::extract::State;
use axum::http::Method;
use serde::Serialize;
use twoway_ids::Uuid;
use utoipa::ToSchema;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .api(Method::GET, "/api/v1/proposals/{id}/announced", Access::Public, show)
        .api(Method::POST, "/api/v1/adoptions/{id}/notice/hold", OFFICE, hold)
        .api(Method::POST, "/api/v1/adoptions/{id}/notice/resume", OFFICE, resume)
}

#[derive(Serialize, ToSchema)]
pub(super) struct AnnouncedLine {
    title: String,
    unit: String,
    quantity: i64,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Announced {
    /// The adoption: what an objection names as its item.
    id: Uuid,
    /// None where the sponsor does not want to be named.
    sponsor: Option<String>,
    lines: Vec<AnnouncedLine>,
    ends_at: i64,
    /// The office holds the notice back.
    held: bool,
    /// An objection is being handled.
    objected: bool,
}

/// The adoptions of a proposal that are in public notice.
#[utoipa::path(get, path = "/api/v1/proposals/{id}/announced", tag = "adoptions", params(("id" = Uuid, Path)),
    security((), ("token" = [])),
    responses((status = 200, body = Vec<Announced>), (status = 404, body = Problem)))]
pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Vec<Announced>>, Refusal> {
    let db = app.db.read();
    proposals::queries::find_visible(db, &who, id).await?;
    let line = |l: crate::adoptions::model::Committed| AnnouncedLine {
        title: l.line.title,
        unit: l.line.unit,
        quantity: l.commitment.quantity,
    };
    let told = notice::announced(db, who.tenant, id).await?.into_iter().map(|a| Announced {
        id: a.adoption,
        sponsor: a.sponsor,
        lines: a.lines.into_iter().map(line).collect(),
        ends_at: a.ends_at,
        held: a.held,
        objected: a.objected,
    });
    Ok(Json(told.collect()))
}

/// Hold the notice back while an objection is looked at.
#[utoipa::path(post, path = "/api/v1/adoptions/{id}/notice/hold", tag = "adoptions", request_body = Reason,
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn hold(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Reason>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::hold_notice(&app, &who, &command, id, &input.reason)).await?))
}

/// Let the notice run on.
#[utoipa::path(post, path = "/api/v1/adoptions/{id}/notice/resume", tag = "adoptions", request_body = Reason,
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn resume(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Reason>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::resume_notice(&app, &who, &command, id, &input.reason)).await?))
}
