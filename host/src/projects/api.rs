use super::actions::{self, Chosen};
use super::model::Plan;
use super::queries::{self, Seen, Sight};
use super::rules::{Readiness, gates};
use super::state::ProjectState;
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, List, Paging, Path, Query, Routes};
use crate::lifecycle::Done;
use crate::plugins::{self, Activation, Pinned};
use crate::{App, Refusal, Who};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use twoway_entity::accounts::Role;
use twoway_entity::projects::project;
use twoway_ids::{Millis, Uuid};
use twoway_manifest::Grant;
use utoipa::{IntoParams, OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(
    paths(list, show, convert, save_plan, activate, make_ready, start, suspend, resume, close, terminate),
    tags((name = "projects"))
)]
pub struct Doc;

pub fn routes(routes: Routes) -> Routes {
    const OFFICE: Access = Access::AnyOf(&[Role::LeadOffice]);
    let routes = routes
        .api(Method::GET, "/api/v1/projects", Access::SignedIn, list)
        .api(Method::GET, "/api/v1/projects/{id}", Access::SignedIn, show)
        .api(Method::POST, "/api/v1/proposals/{id}/convert", OFFICE, convert)
        .api(Method::PUT, "/api/v1/projects/{id}/plan", Access::SignedIn, save_plan)
        .api(Method::PUT, "/api/v1/projects/{id}/plugin", OFFICE, activate)
        .api(Method::POST, "/api/v1/projects/{id}/ready", OFFICE, make_ready)
        .api(Method::POST, "/api/v1/projects/{id}/start", Access::SignedIn, start)
        .api(Method::POST, "/api/v1/projects/{id}/suspend", Access::AnyOf(super::SUSPENDS), suspend)
        .api(Method::POST, "/api/v1/projects/{id}/resume", OFFICE, resume)
        .api(Method::POST, "/api/v1/projects/{id}/close", Access::SignedIn, close)
        .api(Method::POST, "/api/v1/projects/{id}/terminate", OFFICE, terminate);
    super::pages::routes(routes)
}

/// A project in a list.
#[derive(Serialize, ToSchema)]
struct Line {
    id: Uuid,
    title: String,
    #[schema(value_type = String)]
    state: ProjectState,
    version: i32,
    team_id: Option<Uuid>,
    created_at: Millis,
}

impl From<project::Model> for Line {
    fn from(row: project::Model) -> Self {
        Self {
            id: row.id,
            title: row.title,
            state: row.state,
            version: row.version,
            team_id: row.team_id,
            created_at: row.created_at,
        }
    }
}

/// A project as the reader may see it. Plan, gates, assessment and lead are for its team and the office.
#[derive(Serialize, ToSchema)]
struct View {
    id: Uuid,
    proposal_id: Uuid,
    call_id: Uuid,
    organization_id: Uuid,
    team_id: Option<Uuid>,
    title: String,
    #[schema(value_type = String)]
    state: ProjectState,
    version: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    lead_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    plan: Option<Plan>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    gates: Vec<GateView>,
    #[schema(value_type = Object)]
    plugin: Option<Pinned>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assessment: Option<String>,
    reason: Option<String>,
    final_report: Option<String>,
    created_at: Millis,
    started_at: Option<Millis>,
    closed_at: Option<Millis>,
    ended_at: Option<Millis>,
}

/// One of the things that a project needs before it is ready.
#[derive(Serialize, ToSchema)]
struct GateView {
    code: &'static str,
    rule: Option<&'static str>,
    met: bool,
}

async fn view(app: &App, who: &Who, Seen { row, sight }: Seen) -> Result<View, Refusal> {
    let db = app.db.read();
    let plugin = plugins::pinned(db, who.tenant, row.id).await?;
    let inside = sight >= Sight::Team;
    let plan = Plan::stored(&row.plan)?;
    let gates = if inside && row.state == ProjectState::Incubating {
        let uncovered = actions::uncovered(db, who, &row).await?;
        gates(&Readiness { plan: &plan, uncovered: &uncovered, plugin_active: plugin.is_some() })
    } else {
        Vec::new()
    };
    Ok(View {
        id: row.id,
        proposal_id: row.proposal_id,
        call_id: row.call_id,
        organization_id: row.organization_id,
        team_id: row.team_id,
        title: row.title,
        state: row.state,
        version: row.version,
        lead_id: inside.then_some(row.lead_id),
        plan: inside.then_some(plan),
        gates: gates.into_iter().map(|g| GateView { code: g.code, rule: g.rule, met: g.met }).collect(),
        plugin,
        assessment: row.assessment.filter(|_| inside),
        reason: row.reason,
        final_report: row.final_report,
        created_at: row.created_at,
        started_at: row.started_at,
        closed_at: row.closed_at,
        ended_at: row.ended_at,
    })
}

#[derive(Deserialize, IntoParams)]
struct Narrow {
    /// Only projects in this state.
    #[param(value_type = Option<String>)]
    state: Option<ProjectState>,
}

/// The projects of my subtree, my team or my own, newest first.
#[utoipa::path(get, path = "/api/v1/projects", tag = "projects", params(Narrow, Paging),
    responses((status = 200, body = List<Line>), (status = 401, body = Problem)))]
async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Query(narrow): Query<Narrow>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<Line>>, Refusal> {
    let narrow = queries::Narrow { state: narrow.state, below: None };
    Ok(Json(queries::list(app.db.read(), &who, &narrow, &paging).await?.map(Line::from)))
}

/// One project.
#[utoipa::path(get, path = "/api/v1/projects/{id}", tag = "projects", params(("id" = Uuid, Path)),
    responses((status = 200, body = View), (status = 404, body = Problem)))]
async fn show(State(app): State<App>, Caller(who): Caller, Path(id): Path<Uuid>) -> Result<Json<View>, Refusal> {
    let seen = queries::find_visible(app.db.read(), &who, id).await?;
    Ok(Json(view(&app, &who, seen).await?))
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct Convert {
    /// The team that carries out what a citizen proposed alone; left out where the proposal has one.
    team: Option<Uuid>,
}

/// Make a pooled proposal a project. `If-Match` is the proposal's version; the answer is the new project's.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/convert", tag = "projects", params(("id" = Uuid, Path), Headers),
    request_body = Convert,
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn convert(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Convert>,
) -> Result<(StatusCode, Json<Done>), Refusal> {
    let command = headers.into();
    let done = app.once(&who, &command, actions::convert(&app, &who, &command, id, input.team)).await?;
    Ok((StatusCode::CREATED, Json(done)))
}

/// Save the plan as far as it is written. The fields are those of `plan`; what is left out stays empty.
#[utoipa::path(put, path = "/api/v1/projects/{id}/plan", tag = "projects", params(("id" = Uuid, Path), Headers),
    request_body = Object,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn save_plan(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(answers): Json<Value>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::save_plan(&app, &who, &command, id, &answers)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Activate {
    /// Of a package, as `/api/v1/plugins` lists it.
    digest: String,
    /// Answers to the form of the plugin's settings.
    #[serde(default)]
    #[schema(value_type = Object)]
    settings: Value,
    /// At most what the plugin asks for.
    #[schema(value_type = Object)]
    grant: Grant,
    /// The personal data impact assessment; asked for with the classes P3 and P4.
    #[serde(default)]
    assessment: String,
    /// The grant sheet was read and is granted.
    confirmed: bool,
    /// Said once more where minors' data is granted.
    #[serde(default)]
    minors_data_confirmed: bool,
}

impl From<Activate> for Chosen {
    fn from(given: Activate) -> Self {
        let Activate { digest, settings, grant, assessment, confirmed, minors_data_confirmed } = given;
        let settings = if settings.is_null() { serde_json::json!({}) } else { settings };
        Self { activation: Activation { digest, settings, grant, minors_data_confirmed }, assessment, confirmed }
    }
}

/// Pin a plugin to the project, once for ever.
#[utoipa::path(put, path = "/api/v1/projects/{id}/plugin", tag = "projects", params(("id" = Uuid, Path), Headers),
    request_body = Activate,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn activate(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Activate>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::activate(&app, &who, &command, id, input.into())).await?))
}

/// Find that everything is there that a start needs.
#[utoipa::path(post, path = "/api/v1/projects/{id}/ready", tag = "projects", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn make_ready(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::make_ready(&app, &who, &command, id)).await?))
}

/// Start the work. The project's lead's; the plugin may refuse.
#[utoipa::path(post, path = "/api/v1/projects/{id}/start", tag = "projects", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn start(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::start(&app, &who, &command, id)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Reason {
    /// The public reads it.
    reason: String,
}

/// Stop the work at once to protect people. No plugin is asked.
#[utoipa::path(post, path = "/api/v1/projects/{id}/suspend", tag = "projects", params(("id" = Uuid, Path), Headers),
    request_body = Reason,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn suspend(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Reason>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::suspend(&app, &who, &command, id, &input.reason)).await?))
}

/// Let a suspended project go on.
#[utoipa::path(post, path = "/api/v1/projects/{id}/resume", tag = "projects", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn resume(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::resume(&app, &who, &command, id)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Close {
    /// At most 8,000 characters; the public reads it.
    final_report: String,
}

/// End the work with a final report. The project's lead's; the plugin may refuse. The evaluation begins.
#[utoipa::path(post, path = "/api/v1/projects/{id}/close", tag = "projects", params(("id" = Uuid, Path), Headers),
    request_body = Close,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn close(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Close>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::close(&app, &who, &command, id, &input.final_report)).await?))
}

/// End a project that cannot go on.
#[utoipa::path(post, path = "/api/v1/projects/{id}/terminate", tag = "projects", params(("id" = Uuid, Path), Headers),
    request_body = Reason,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn terminate(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Reason>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::terminate(&app, &who, &command, id, &input.reason)).await?))
}
