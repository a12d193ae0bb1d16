mod books;
mod incidents;

use super::decide::reader;
use super::members::{self, NewFact, NewMember};
use super::records::{self, Asked, Reader, Seen, title};
use super::{
    Acted, GrantSheet, MAX_PACKAGE, PackageFacts, Request, act, confirm, grant_sheet, intake, offered, view, waiting,
};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, List, Paging, Path, Query, Routes};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use twoway_entity::accounts::Role;
use twoway_entity::plugins::{Phase, record};
use twoway_ids::{Millis, Uuid};
use utoipa::{IntoParams, OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(
    paths(
        place, act_on, list_waiting, confirm_waiting, list_records, one_record, disclose, show_view, list_members, add_member,
        set_roles, end_member, record_fact, revoke_fact, catalogue, upload, sheet, incidents::list_incidents,
        incidents::one_incident, incidents::take_incident, incidents::close_incident, books::one_book, books::list_entries,
        books::list_attendance
    ),
    tags((name = "plugins"))
)]
pub struct Doc;

/// Who may put packages into the catalogue.
pub(super) const KEEPERS: Access = Access::AnyOf(&[Role::LeadOffice, Role::SystemAdmin]);

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .api(Method::GET, "/api/v1/plugins", KEEPERS, catalogue)
        .api(Method::POST, "/api/v1/plugins", KEEPERS, upload.layer(DefaultBodyLimit::max(MAX_PACKAGE)))
        .api(Method::GET, "/api/v1/plugins/{digest}", KEEPERS, sheet)
        .api(Method::GET, "/api/v1/projects/{id}/place", Access::SignedIn, place)
        .api(Method::POST, "/api/v1/projects/{id}/actions/{action}", Access::SignedIn, act_on)
        .api(Method::GET, "/api/v1/projects/{id}/confirmations", Access::SignedIn, list_waiting)
        .api(Method::POST, "/api/v1/projects/{id}/confirmations/{confirmation}", Access::SignedIn, confirm_waiting)
        .api(Method::GET, "/api/v1/projects/{id}/records", Access::SignedIn, list_records)
        .api(Method::GET, "/api/v1/projects/{id}/records/{record}", Access::SignedIn, one_record)
        .api(Method::POST, "/api/v1/projects/{id}/records/{record}/disclosures", Access::SignedIn, disclose)
        .api(Method::GET, "/api/v1/projects/{id}/views/{name}", Access::Public, show_view)
        .api(Method::GET, "/api/v1/projects/{id}/members", Access::SignedIn, list_members)
        .api(Method::POST, "/api/v1/projects/{id}/members", Access::SignedIn, add_member)
        .api(Method::PUT, "/api/v1/projects/{id}/members/{member}/roles", Access::SignedIn, set_roles)
        .api(Method::DELETE, "/api/v1/projects/{id}/members/{member}", Access::SignedIn, end_member)
        .api(Method::POST, "/api/v1/projects/{id}/members/{member}/facts", Access::SignedIn, record_fact)
        .api(Method::DELETE, "/api/v1/projects/{id}/members/{member}/facts/{fact}", Access::SignedIn, revoke_fact);
    let routes = routes
        .api(Method::GET, "/api/v1/projects/{id}/incidents", Access::SignedIn, incidents::list_incidents)
        .api(Method::GET, "/api/v1/projects/{id}/incidents/{incident}", Access::SignedIn, incidents::one_incident)
        .api(
            Method::POST,
            "/api/v1/projects/{id}/incidents/{incident}/take",
            Access::SignedIn,
            incidents::take_incident,
        )
        .api(
            Method::POST,
            "/api/v1/projects/{id}/incidents/{incident}/close",
            Access::SignedIn,
            incidents::close_incident,
        )
        .api(Method::GET, "/api/v1/projects/{id}/books/{book}", Access::SignedIn, books::one_book)
        .api(Method::GET, "/api/v1/projects/{id}/books/{book}/entries", Access::SignedIn, books::list_entries)
        .api(Method::GET, "/api/v1/projects/{id}/attendance", Access::SignedIn, books::list_attendance);
    super::pages::routes(routes)
}

/// What the reader finds in a project's place.
#[derive(Serialize, ToSchema)]
struct PlaceView {
    plugin: String,
    version: String,
    digest: String,
    /// `preparing`, `running`, `held` or `ended`.
    #[schema(value_type = String)]
    phase: Phase,
    /// The reader's pseudonym and roles here.
    me: String,
    roles: Vec<String>,
    /// What the plugin is, in the words of the contract: record kinds, actions, forms, views.
    description: Value,
}

/// The plugin's place in a project.
#[utoipa::path(get, path = "/api/v1/projects/{id}/place", tag = "plugins", params(("id" = Uuid, Path)),
    responses((status = 200, body = PlaceView), (status = 404, body = Problem)))]
async fn place(
    State(app): State<App>,
    Caller(who): Caller,
    Path(project): Path<Uuid>,
) -> Result<Json<PlaceView>, Refusal> {
    let Reader { site, insider } = Reader::enter(&app, &who, project).await?;
    Ok(Json(PlaceView {
        plugin: site.row.plugin_id.clone(),
        version: site.row.plugin_version.clone(),
        digest: site.row.digest.clone(),
        phase: site.phase(),
        me: insider.pseudonym,
        roles: insider.roles,
        description: serde_json::to_value(site.loaded.description())?,
    }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Asking {
    /// The record that the action is about.
    #[serde(default)]
    target: Option<Uuid>,
    /// Answers to the action's form.
    #[serde(default)]
    input: Map<String, Value>,
    /// The member for whom staff enters it.
    #[serde(default)]
    acting_for: Option<Uuid>,
}

/// Ask the plugin for an action. `202` when a second person has to confirm it first.
#[utoipa::path(post, path = "/api/v1/projects/{id}/actions/{action}", tag = "plugins",
    params(("id" = Uuid, Path), ("action" = String, Path), Headers), request_body = Asking,
    responses((status = 200, description = "done"), (status = 202, description = "waits for a second person"),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn act_on(
    State(app): State<App>,
    Caller(who): Caller,
    Path((project, action)): Path<(Uuid, String)>,
    headers: Headers,
    Json(asked): Json<Asking>,
) -> Result<Response, Refusal> {
    let Asking { target, input, acting_for } = asked;
    let request = Request { action, target, input: input.into(), acting_for };
    Ok(answer(act(&app, &who, &headers.into(), project, request).await?))
}

fn answer(acted: Acted) -> Response {
    let status = if acted.waiting.is_some() { StatusCode::ACCEPTED } else { StatusCode::OK };
    (status, Json(acted)).into_response()
}

/// Actions that wait for the reader as the second person.
#[utoipa::path(get, path = "/api/v1/projects/{id}/confirmations", tag = "plugins", params(("id" = Uuid, Path)),
    responses((status = 200, description = "the waiting actions"), (status = 404, body = Problem)))]
async fn list_waiting(
    State(app): State<App>,
    Caller(who): Caller,
    Path(project): Path<Uuid>,
) -> Result<Json<Value>, Refusal> {
    let reader = Reader::enter(&app, &who, project).await?;
    let rows = waiting(&app, &reader).await?;
    let items: Vec<Value> = rows
        .iter()
        .map(|w| {
            json!({"id": w.id, "action": w.action, "target": w.target_id, "asked_at": w.asked_at,
            "expires_at": w.expires_at, "without_plugin": w.without_plugin,
            "mine": Some(w.first_id) == reader.insider.member})
        })
        .collect();
    Ok(Json(json!({ "items": items })))
}

/// Confirm, as the second person, exactly what the first one entered.
#[utoipa::path(post, path = "/api/v1/projects/{id}/confirmations/{confirmation}", tag = "plugins",
    params(("id" = Uuid, Path), ("confirmation" = Uuid, Path), Headers),
    responses((status = 200, description = "done"), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn confirm_waiting(
    State(app): State<App>,
    Caller(who): Caller,
    Path((project, confirmation)): Path<(Uuid, Uuid)>,
    headers: Headers,
) -> Result<Response, Refusal> {
    Ok(answer(confirm(&app, &who, &headers.into(), project, confirmation).await?))
}

/// A record as the reader may see it. A field is its value, `{"sealed": true}` or `{"secret": true}`.
#[derive(Serialize, ToSchema)]
struct RecordView {
    id: Uuid,
    kind: String,
    title: String,
    state: String,
    version: i32,
    created_at: Millis,
    changed_at: Millis,
    fields: Map<String, Value>,
    /// Keys of the actions that the reader may ask for now.
    actions: Vec<String>,
}

fn record_view(reader: &Reader, row: &record::Model, opened: bool) -> Result<RecordView, Refusal> {
    let fields = reader.fields(row, opened)?;
    let fields = fields.into_iter().filter_map(|(field, seen)| {
        let value = match seen {
            Seen::Nothing => return None,
            Seen::Content(value) => value,
            Seen::Sealed => json!({"sealed": true}),
            Seen::Secret => json!({"secret": true}),
            Seen::Erased => json!({"erased": true}),
        };
        Some((field.key.clone(), value))
    });
    Ok(RecordView {
        id: row.id,
        kind: row.kind.clone(),
        title: title(row),
        state: row.state.clone(),
        version: row.version,
        created_at: row.created_at,
        changed_at: row.changed_at,
        fields: fields.collect(),
        actions: reader.offered(Some(row)).map(|a| a.key.clone()).collect(),
    })
}

#[derive(Deserialize, IntoParams)]
struct RecordFilter {
    /// The record kind.
    kind: String,
    state: Option<String>,
}

/// Records of one kind, newest first: all of them for its readers, else the own ones.
#[utoipa::path(get, path = "/api/v1/projects/{id}/records", tag = "plugins",
    params(("id" = Uuid, Path), RecordFilter, Paging),
    responses((status = 200, body = List<RecordView>), (status = 404, body = Problem)))]
async fn list_records(
    State(app): State<App>,
    Caller(who): Caller,
    Path(project): Path<Uuid>,
    Query(filter): Query<RecordFilter>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<RecordView>>, Refusal> {
    let reader = Reader::enter(&app, &who, project).await?;
    let before = match paging.cursor.as_deref().filter(|c| !c.is_empty()) {
        Some(cursor) => Some(
            Uuid::parse_str(cursor).map_err(|_| Refusal::BadRequest("the cursor is not one of this list".into()))?,
        ),
        None => None,
    };
    let asked = Asked { kind: filter.kind, state: filter.state, before, limit: paging.limit()? };
    let page = reader.page(&app, &asked).await?;
    let items = page.rows.iter().map(|row| record_view(&reader, row, false)).collect::<Result<_, _>>()?;
    Ok(Json(List { items, next: page.next.map(|id| id.to_string()) }))
}

/// One record. Its sealed fields are open for half an hour to who stated a reason.
#[utoipa::path(get, path = "/api/v1/projects/{id}/records/{record}", tag = "plugins",
    params(("id" = Uuid, Path), ("record" = Uuid, Path)),
    responses((status = 200, body = RecordView), (status = 404, body = Problem)))]
async fn one_record(
    State(app): State<App>,
    Caller(who): Caller,
    Path((project, record)): Path<(Uuid, Uuid)>,
) -> Result<Json<RecordView>, Refusal> {
    let reader = Reader::enter(&app, &who, project).await?;
    let row = reader.record(&app, record).await?;
    let opened = reader.has_opened(&app, record).await?;
    Ok(Json(record_view(&reader, &row, opened)?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Reason {
    /// 4 to 200 characters; it stands in the record's history.
    reason: String,
}

/// State a reason and see the sealed fields of a record for half an hour.
#[utoipa::path(post, path = "/api/v1/projects/{id}/records/{record}/disclosures", tag = "plugins",
    params(("id" = Uuid, Path), ("record" = Uuid, Path), Headers), request_body = Reason,
    responses((status = 201, description = "open"), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn disclose(
    State(app): State<App>,
    Caller(who): Caller,
    Path((project, record)): Path<(Uuid, Uuid)>,
    headers: Headers,
    Json(input): Json<Reason>,
) -> Result<Response, Refusal> {
    let done = records::disclose(&app, &who, &headers.into(), project, record, input.reason).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

#[derive(Deserialize, IntoParams)]
struct ViewTarget {
    /// For a view of one record.
    target: Option<Uuid>,
}

/// One of the plugin's views as data, and the texts that it uses in the reader's language.
#[utoipa::path(get, path = "/api/v1/projects/{id}/views/{name}", tag = "plugins",
    params(("id" = Uuid, Path), ("name" = String, Path), ViewTarget),
    responses((status = 200, description = "the view"), (status = 404, body = Problem), (status = 503, body = Problem)))]
async fn show_view(
    State(app): State<App>,
    Caller(who): Caller,
    Path((project, name)): Path<(Uuid, String)>,
    Query(target): Query<ViewTarget>,
) -> Result<Json<Value>, Refusal> {
    let shown = view(&app, &who, project, &name, target.target).await?;
    let locale = reader(&who);
    let words: Map<String, Value> = shown
        .view
        .text_keys()
        .into_iter()
        .map(|key| (key.clone(), shown.site.loaded.word(locale, &key).into()))
        .collect();
    Ok(Json(json!({"view": shown.view, "words": words})))
}

/// Everybody of the project, with roles and recorded facts.
#[utoipa::path(get, path = "/api/v1/projects/{id}/members", tag = "plugins", params(("id" = Uuid, Path)),
    responses((status = 200, description = "the members"), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn list_members(
    State(app): State<App>,
    Caller(who): Caller,
    Path(project): Path<Uuid>,
) -> Result<Json<Value>, Refusal> {
    let lines = members::list(&app, &who, project).await?;
    let items: Vec<Value> = lines
        .iter()
        .map(|m| {
            json!({"id": m.id, "name": m.name, "guest": m.is_guest, "pseudonym": m.pseudonym, "roles": m.roles,
            "ended_at": m.ended_at, "version": m.version,
            "facts": m.facts.iter().map(members::fact_json).collect::<Vec<_>>()})
        })
        .collect();
    Ok(Json(json!({ "items": items })))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Adding {
    /// The sign-in name of an account; left out for a guest.
    #[serde(default)]
    login: Option<String>,
    /// The name of a guest, who has no account.
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    phone: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
}

/// Add a person to the project.
#[utoipa::path(post, path = "/api/v1/projects/{id}/members", tag = "plugins", params(("id" = Uuid, Path), Headers),
    request_body = Adding,
    responses((status = 201, description = "added"), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn add_member(
    State(app): State<App>,
    Caller(who): Caller,
    Path(project): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Adding>,
) -> Result<Response, Refusal> {
    let Adding { login, name, phone, roles } = input;
    let new = NewMember { login, name, phone, roles };
    let done = members::add_member(&app, &who, &headers.into(), project, new).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Roles {
    roles: Vec<String>,
}

/// Give a member these roles and no others.
#[utoipa::path(put, path = "/api/v1/projects/{id}/members/{member}/roles", tag = "plugins",
    params(("id" = Uuid, Path), ("member" = Uuid, Path), Headers), request_body = Roles,
    responses((status = 200, description = "changed"), (status = 403, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn set_roles(
    State(app): State<App>,
    Caller(who): Caller,
    Path((project, member)): Path<(Uuid, Uuid)>,
    headers: Headers,
    Json(input): Json<Roles>,
) -> Result<Json<Done>, Refusal> {
    Ok(Json(members::set_roles(&app, &who, &headers.into(), project, member, input.roles).await?))
}

/// End a membership.
#[utoipa::path(delete, path = "/api/v1/projects/{id}/members/{member}", tag = "plugins",
    params(("id" = Uuid, Path), ("member" = Uuid, Path), Headers),
    responses((status = 200, description = "ended"), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn end_member(
    State(app): State<App>,
    Caller(who): Caller,
    Path((project, member)): Path<(Uuid, Uuid)>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    Ok(Json(members::end_member(&app, &who, &headers.into(), project, member).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Fact {
    /// `adult`, `cleared`, `insured` or `trained:<what>`.
    predicate: String,
    /// The number of the paper that was seen.
    document: String,
    valid_from: Millis,
    #[serde(default)]
    valid_until: Option<Millis>,
}

/// Record what was seen on paper about a member.
#[utoipa::path(post, path = "/api/v1/projects/{id}/members/{member}/facts", tag = "plugins",
    params(("id" = Uuid, Path), ("member" = Uuid, Path), Headers), request_body = Fact,
    responses((status = 201, description = "recorded"), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn record_fact(
    State(app): State<App>,
    Caller(who): Caller,
    Path((project, member)): Path<(Uuid, Uuid)>,
    headers: Headers,
    Json(input): Json<Fact>,
) -> Result<Response, Refusal> {
    let Fact { predicate, document, valid_from, valid_until } = input;
    let fact = NewFact { predicate, document, valid_from, valid_until };
    let done = members::record_fact(&app, &who, &headers.into(), project, member, fact).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

/// Take a fact back.
#[utoipa::path(delete, path = "/api/v1/projects/{id}/members/{member}/facts/{fact}", tag = "plugins",
    params(("id" = Uuid, Path), ("member" = Uuid, Path), ("fact" = Uuid, Path), Headers),
    responses((status = 200, description = "revoked"), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn revoke_fact(
    State(app): State<App>,
    Caller(who): Caller,
    Path((project, member, fact)): Path<(Uuid, Uuid, Uuid)>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    Ok(Json(members::revoke_fact(&app, &who, &headers.into(), project, member, fact).await?))
}

fn package_json(package: &PackageFacts) -> Value {
    json!({
        "digest": package.digest, "plugin": package.manifest.id, "version": package.manifest.version,
        "title": package.manifest.title, "summary": package.manifest.summary, "trust": package.trust,
        "added_at": package.added_at,
    })
}

/// The packages that a project can be given, newest first.
#[utoipa::path(get, path = "/api/v1/plugins", tag = "plugins",
    responses((status = 200, description = "the packages"), (status = 403, body = Problem)))]
async fn catalogue(State(app): State<App>, Caller(who): Caller) -> Result<Json<Value>, Refusal> {
    let items: Vec<Value> = offered(app.db.read(), who.tenant).await?.iter().map(package_json).collect();
    Ok(Json(json!({ "items": items })))
}

/// Put a package (`.twk`, at most 8 MiB, without `Idempotency-Key`) into the catalogue. The body is the file.
#[utoipa::path(post, path = "/api/v1/plugins", tag = "plugins", request_body(content_type = "application/octet-stream", content = String),
    responses((status = 201, description = "taken"), (status = 403, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem)))]
async fn upload(
    State(app): State<App>,
    Caller(who): Caller,
    file: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let file = file.map_err(|_| Refusal::TooLarge { limit: MAX_PACKAGE })?;
    let digest = intake::upload(&app, &who, &Command::default(), file.to_vec()).await?;
    Ok((StatusCode::CREATED, Json(json!({ "digest": digest }))).into_response())
}

/// What a package asks for, before anybody grants it.
#[utoipa::path(get, path = "/api/v1/plugins/{digest}", tag = "plugins", params(("digest" = String, Path)),
    responses((status = 200, description = "the grant sheet"), (status = 404, body = Problem)))]
async fn sheet(State(app): State<App>, Path(digest): Path<String>) -> Result<Json<GrantSheet>, Refusal> {
    Ok(Json(grant_sheet(&app, &digest).await?))
}
