//! What an agreement is drafted from, for programs: templates, the delivery plan, the versions.

use super::OFFICE;
use super::agreement::DRAFTERS;
use crate::adoptions::model::AgreementTerms;
use crate::adoptions::plan::{self, NewPart};
use crate::adoptions::templates::{self, NewTemplate};
use crate::adoptions::{actions, queries, versions};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, Path, Routes};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;
use twoway_ids::Uuid;
use utoipa::ToSchema;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .api(Method::GET, "/api/v1/agreement-templates", Access::SignedIn, list)
        .api(Method::PUT, "/api/v1/agreement-templates/{key}", OFFICE, save)
        .api(Method::POST, "/api/v1/agreement-templates/{key}/retire", OFFICE, retire)
        .api(Method::POST, "/api/v1/agreement-templates/{key}/restore", OFFICE, restore)
        .api(Method::GET, "/api/v1/adoptions/{id}/agreement/plan", Access::SignedIn, show_plan)
        .api(Method::PUT, "/api/v1/adoptions/{id}/agreement/plan", DRAFTERS, set_plan)
        .api(Method::GET, "/api/v1/adoptions/{id}/agreement/versions", Access::SignedIn, list_versions)
}

#[derive(Serialize, ToSchema)]
pub(super) struct TemplateRow {
    key: String,
    name: String,
    body: String,
    /// No new agreement is frozen with it.
    retired: bool,
    /// The office has saved it; else it is a starter template.
    own: bool,
}

/// The agreement templates, retired ones too.
#[utoipa::path(get, path = "/api/v1/agreement-templates", tag = "adoptions",
    responses((status = 200, body = Vec<TemplateRow>), (status = 401, body = Problem)))]
pub(super) async fn list(State(app): State<App>, Caller(who): Caller) -> Result<Json<Vec<TemplateRow>>, Refusal> {
    let all = templates::all(app.db.read(), who.tenant).await?;
    let row = |t: templates::AgreementTemplate| TemplateRow {
        key: t.key,
        name: t.name,
        body: t.body,
        retired: t.retired,
        own: t.own,
    };
    Ok(Json(all.into_iter().map(row).collect()))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TemplateInput {
    name: String,
    /// With blanks in braces, such as `{sponsor}` or `{认领方}`. The six particulars of the Charity Law, art. 39, are needed.
    body: String,
}

/// Save a template. Frozen agreements keep their words.
#[utoipa::path(put, path = "/api/v1/agreement-templates/{key}", tag = "adoptions", request_body = TemplateInput,
    params(("key" = String, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn save(
    State(app): State<App>,
    Caller(who): Caller,
    Path(key): Path<String>,
    headers: Headers,
    Json(input): Json<TemplateInput>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    let work = async {
        let new = NewTemplate::parse(&json!({ "name": input.name, "body": input.body }))?;
        templates::save(&app, &who, &command, &key, new).await
    };
    Ok(Json(app.once(&who, &command, work).await?))
}

/// Retire a template: no agreement is frozen with it any more.
#[utoipa::path(post, path = "/api/v1/agreement-templates/{key}/retire", tag = "adoptions",
    params(("key" = String, Path), Headers),
    responses((status = 200, body = Done), (status = 404, body = Problem)))]
pub(super) async fn retire(
    State(app): State<App>,
    Caller(who): Caller,
    Path(key): Path<String>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, templates::retire(&app, &who, &command, &key, true)).await?))
}

/// Bring a retired template back.
#[utoipa::path(post, path = "/api/v1/agreement-templates/{key}/restore", tag = "adoptions",
    params(("key" = String, Path), Headers),
    responses((status = 200, body = Done), (status = 404, body = Problem)))]
pub(super) async fn restore(
    State(app): State<App>,
    Caller(who): Caller,
    Path(key): Path<String>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, templates::retire(&app, &who, &command, &key, false)).await?))
}

/// Which part of each line comes when.
#[utoipa::path(get, path = "/api/v1/adoptions/{id}/agreement/plan", tag = "adoptions", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<NewPart>), (status = 404, body = Problem)))]
pub(super) async fn show_plan(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Vec<NewPart>>, Refusal> {
    let db = app.db.read();
    queries::find_visible(db, &who, id).await?;
    let parts = plan::of(db, who.tenant, id).await?;
    let part = |p: twoway_entity::agreements::plan_part::Model| NewPart {
        commitment: p.commitment_id,
        on: p.due_on,
        quantity: p.quantity,
    };
    Ok(Json(parts.into_iter().map(part).collect()))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Plan {
    parts: Vec<NewPart>,
}

/// Set the delivery plan of a draft. Before the text is frozen each line's parts must add up to its quantity.
#[utoipa::path(put, path = "/api/v1/adoptions/{id}/agreement/plan", tag = "adoptions", request_body = Plan,
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn set_plan(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Plan>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::plan_deliveries(&app, &who, &command, id, input.parts)).await?))
}

#[derive(Serialize, ToSchema)]
pub(super) struct VersionRow {
    number: i32,
    created_at: i64,
    frozen_at: Option<i64>,
    frozen_by: Option<Uuid>,
    hash: Option<String>,
    terms: AgreementTerms,
}

/// All versions of the agreement, the newest first.
#[utoipa::path(get, path = "/api/v1/adoptions/{id}/agreement/versions", tag = "adoptions", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<VersionRow>), (status = 404, body = Problem)))]
pub(super) async fn list_versions(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Vec<VersionRow>>, Refusal> {
    let db = app.db.read();
    queries::find_visible(db, &who, id).await?;
    let mut rows = Vec::new();
    for row in versions::of(db, who.tenant, id).await? {
        rows.push(VersionRow {
            number: row.number,
            created_at: row.created_at,
            frozen_at: row.frozen_at,
            frozen_by: row.frozen_by,
            hash: row.hash,
            terms: serde_json::from_value(row.terms)?,
        });
    }
    Ok(Json(rows))
}
