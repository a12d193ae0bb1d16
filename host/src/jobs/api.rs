use super::{actions, pages, queries};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, List, Paging, Path, Query, Routes};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::Method;
use serde::{Deserialize, Serialize};
use twoway_entity::accounts::Role;
use twoway_entity::jobs::JobState;
use twoway_ids::{Millis, Uuid};
use utoipa::{IntoParams, OpenApi, ToSchema};

pub(super) const KEEPER: Access = Access::AnyOf(&[Role::SystemAdmin]);

#[derive(OpenApi)]
#[openapi(paths(list, retry), tags((name = "jobs")))]
pub struct Doc;

pub fn routes(routes: Routes) -> Routes {
    let routes = routes.api(Method::GET, "/api/v1/jobs", KEEPER, list).api(
        Method::POST,
        "/api/v1/jobs/{id}/retry",
        KEEPER,
        retry,
    );
    pages::routes(routes)
}

#[derive(Serialize, ToSchema)]
struct Job {
    id: Uuid,
    kind: String,
    #[schema(value_type = String)]
    state: JobState,
    due_at: Millis,
    attempts: i32,
    last_error: Option<String>,
    subject_kind: Option<String>,
    subject_id: Option<Uuid>,
    finished_at: Option<Millis>,
}

#[derive(Deserialize, IntoParams)]
struct JobQuery {
    /// `waiting`, `running`, `dead`, `done`, `cancelled`
    state: Option<String>,
    cursor: Option<String>,
    limit: Option<u64>,
}

/// The state with this word; dead jobs if there is none, because they wait for a person.
pub(super) fn state(word: Option<&str>) -> Result<JobState, Refusal> {
    match word.filter(|w| !w.is_empty()) {
        None => Ok(JobState::Dead),
        Some(word) => {
            serde_json::from_value(word.into()).map_err(|_| Refusal::BadRequest(format!("there is no state {word}")))
        }
    }
}

/// The host's durable jobs and timers in one state.
#[utoipa::path(get, path = "/api/v1/jobs", tag = "jobs", params(JobQuery),
    responses((status = 200, body = List<Job>), (status = 400, body = Problem), (status = 403, body = Problem)))]
async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Query(query): Query<JobQuery>,
) -> Result<Json<List<Job>>, Refusal> {
    let paging = Paging { cursor: query.cursor, limit: query.limit };
    let found = queries::list(app.db.read(), &who, state(query.state.as_deref())?, &paging).await?;
    Ok(Json(found.map(|j| Job {
        id: j.id,
        kind: j.kind,
        state: j.state,
        due_at: j.due_at,
        attempts: j.attempts,
        last_error: j.last_error,
        subject_kind: j.subject_kind,
        subject_id: j.subject_id,
        finished_at: j.finished_at,
    })))
}

/// Try a job again that gave up.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/retry", tag = "jobs", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn retry(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::retry(&app, &who, &command, id)).await?))
}
