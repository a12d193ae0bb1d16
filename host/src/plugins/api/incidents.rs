use super::super::decide::reader;
use super::super::incidents::{self, Incident, IncidentState};
use super::super::members;
use super::super::records::Reader;
use crate::http::problem::Problem;
use crate::http::{Caller, Headers, Json, List, Paging, Path, Query};
use crate::lifecycle::Done;
use crate::{App, Refusal, Who};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use twoway_ids::{Millis, Uuid};
use utoipa::{IntoParams, ToSchema};

/// Something that went wrong, as the reader may see it.
#[derive(Serialize, ToSchema)]
pub(super) struct IncidentView {
    id: Uuid,
    /// The described incident.
    what: String,
    /// What it was, in the reader's language.
    text: String,
    /// `minor`, `serious` or `harm`.
    severity: String,
    /// `reported`, `in-hand` or `closed`.
    #[schema(value_type = String)]
    state: IncidentState,
    version: i32,
    /// The record that it is about.
    record: Option<Uuid>,
    reported_at: Millis,
    answered_at: Option<Millis>,
    /// For those who answer for it and who reported it.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
}

async fn names(app: &App, reader: &Reader) -> Result<HashMap<String, String>, Refusal> {
    match reader.insider.is_staff() {
        true => members::names_by_pseudonym(app, reader.site.project()).await,
        false => Ok(HashMap::new()),
    }
}

fn view(site: &Reader, who: &Who, names: &HashMap<String, String>, incident: Incident) -> IncidentView {
    IncidentView {
        text: incident.text(site, reader(who), names),
        id: incident.row.id,
        what: incident.row.what,
        severity: incident.row.severity,
        state: incident.row.state,
        version: incident.row.version,
        record: incident.row.target_id,
        reported_at: incident.row.reported_at,
        answered_at: incident.row.answered_at,
        answer: incident.answer,
    }
}

#[derive(Deserialize, IntoParams)]
pub(super) struct IncidentFilter {
    /// `reported`, `in-hand` or `closed`.
    #[param(value_type = Option<String>)]
    state: Option<IncidentState>,
}

/// The project's incidents for its staff, newest first.
#[utoipa::path(get, path = "/api/v1/projects/{id}/incidents", tag = "plugins",
    params(("id" = Uuid, Path), IncidentFilter, Paging),
    responses((status = 200, body = List<IncidentView>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_incidents(
    State(app): State<App>,
    Caller(who): Caller,
    Path(project): Path<Uuid>,
    Query(filter): Query<IncidentFilter>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<IncidentView>>, Refusal> {
    let site = Reader::enter(&app, &who, project).await?;
    let page = incidents::list(&app, &site, filter.state, &paging).await?;
    let names = names(&app, &site).await?;
    Ok(Json(page.map(|incident| view(&site, &who, &names, incident))))
}

/// One incident, for the staff and for who reported it.
#[utoipa::path(get, path = "/api/v1/projects/{id}/incidents/{incident}", tag = "plugins",
    params(("id" = Uuid, Path), ("incident" = Uuid, Path)),
    responses((status = 200, body = IncidentView), (status = 404, body = Problem)))]
pub(super) async fn one_incident(
    State(app): State<App>,
    Caller(who): Caller,
    Path((project, id)): Path<(Uuid, Uuid)>,
) -> Result<Json<IncidentView>, Refusal> {
    let site = Reader::enter(&app, &who, project).await?;
    let incident = incidents::find(&app, &site, id).await?;
    let names = names(&app, &site).await?;
    Ok(Json(view(&site, &who, &names, incident)))
}

/// Look after an incident: the office or the project's lead.
#[utoipa::path(post, path = "/api/v1/projects/{id}/incidents/{incident}/take", tag = "plugins",
    params(("id" = Uuid, Path), ("incident" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn take_incident(
    State(app): State<App>,
    Caller(who): Caller,
    Path((project, id)): Path<(Uuid, Uuid)>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    Ok(Json(incidents::take(&app, &who, &headers.into(), project, id).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    /// What was found and done, 1 to 2000 characters; kept under seal.
    answer: String,
}

/// Close an incident with an answer. One with harm is the office's to close, and nobody closes a grave one that they reported.
#[utoipa::path(post, path = "/api/v1/projects/{id}/incidents/{incident}/close", tag = "plugins",
    params(("id" = Uuid, Path), ("incident" = Uuid, Path), Headers), request_body = Answer,
    responses((status = 200, body = Done), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn close_incident(
    State(app): State<App>,
    Caller(who): Caller,
    Path((project, id)): Path<(Uuid, Uuid)>,
    headers: Headers,
    Json(input): Json<Answer>,
) -> Result<Json<Done>, Refusal> {
    Ok(Json(incidents::close(&app, &who, &headers.into(), project, id, &input.answer).await?))
}
