use super::super::api::OFFICE;
use super::{From, actions, pages};
use crate::http::problem::Problem;
use crate::http::{Caller, Headers, Json, List, Paging, Path, Query, Routes};
use crate::lifecycle::Done;
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use twoway_entity::call_desk::template;
use twoway_ids::{Millis, Uuid};
use twoway_manifest::FieldProblem;
use utoipa::{IntoParams, ToSchema};

pub(in crate::calls) fn routes(routes: Routes) -> Routes {
    let routes = routes
        .api(Method::GET, "/api/v1/call-templates", OFFICE, list)
        .api(Method::PUT, "/api/v1/call-templates/{id}", OFFICE, change)
        .api(Method::POST, "/api/v1/call-templates/{id}/retire", OFFICE, retire)
        .api(Method::POST, "/api/v1/calls/{id}/template", OFFICE, save)
        .api(Method::POST, "/api/v1/call-drafts", OFFICE, start);
    pages::routes(routes)
}

/// A template of an office.
#[derive(Serialize, ToSchema)]
pub struct TemplateLine {
    id: Uuid,
    version: i32,
    organization_id: Uuid,
    name: String,
    description: String,
    created_at: Millis,
    retired_at: Option<Millis>,
    /// The whole call without its dates.
    #[schema(value_type = Object)]
    content: serde_json::Value,
}

impl std::convert::From<template::Model> for TemplateLine {
    fn from(row: template::Model) -> Self {
        Self {
            id: row.id,
            version: row.version,
            organization_id: row.organization_id,
            name: row.name,
            description: row.description,
            created_at: row.created_at,
            retired_at: row.retired_at,
            content: row.content,
        }
    }
}

#[derive(Default, Deserialize, IntoParams)]
#[serde(default)]
pub(in crate::calls) struct Which {
    /// Also those that are out of use.
    retired: bool,
}

/// The templates of my offices, newest first.
#[utoipa::path(get, path = "/api/v1/call-templates", tag = "calls", params(Which, Paging),
    responses((status = 200, body = List<TemplateLine>), (status = 400, body = Problem)))]
pub(in crate::calls) async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Query(which): Query<Which>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<TemplateLine>>, Refusal> {
    Ok(Json(actions::list(&app, &who, which.retired, &paging).await?.map(TemplateLine::from)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::calls) struct Named {
    name: String,
    #[serde(default)]
    description: String,
}

/// Save a call as a template.
#[utoipa::path(post, path = "/api/v1/calls/{id}/template", tag = "calls", params(("id" = Uuid, Path), Headers), request_body = Named,
    responses((status = 201, body = Done), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(in crate::calls) async fn save(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Named>,
) -> Result<Response, Refusal> {
    let command = headers.into();
    let saved = actions::save(&app, &who, &command, id, (&input.name, &input.description));
    Ok((StatusCode::CREATED, Json(app.once(&who, &command, saved).await?)).into_response())
}

/// Change a template's name and description.
#[utoipa::path(put, path = "/api/v1/call-templates/{id}", tag = "calls", params(("id" = Uuid, Path), Headers), request_body = Named,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(in crate::calls) async fn change(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Named>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    let changed = actions::change(&app, &who, &command, id, (&input.name, &input.description));
    Ok(Json(app.once(&who, &command, changed).await?))
}

/// Take a template out of use.
#[utoipa::path(post, path = "/api/v1/call-templates/{id}/retire", tag = "calls", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(in crate::calls) async fn retire(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::retire(&app, &who, &command, id)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::calls) struct Start {
    /// `empty`, `starter:annual`, `starter:emergency`, `starter:competition`, `template:<id>` or `call:<id>`.
    from: String,
    title: String,
    /// Absent: as many days from now as the template announces a call before.
    #[serde(default)]
    opens_at: Option<Millis>,
}

/// Draft a call from a template or from an earlier call; its dates follow from the opening.
#[utoipa::path(post, path = "/api/v1/call-drafts", tag = "calls", params(Headers), request_body = Start,
    responses((status = 201, body = Done), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(in crate::calls) async fn start(
    State(app): State<App>,
    Caller(who): Caller,
    headers: Headers,
    Json(input): Json<Start>,
) -> Result<Response, Refusal> {
    let command = headers.into();
    let from = From::parse(&input.from).ok_or_else(|| Refusal::field("from", FieldProblem::NotAnOption))?;
    let started = actions::start(&app, &who, &command, None, from, (&input.title, input.opens_at));
    Ok((StatusCode::CREATED, Json(app.once(&who, &command, started).await?)).into_response())
}
