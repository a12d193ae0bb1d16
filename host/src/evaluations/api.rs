use super::actions;
use super::indicators;
use super::model::{Indicator, Score, SelfEvaluation, stored_indicators};
use super::notice;
use super::queries::{self, Seen, Sight};
use super::state::{EvaluationState, Grade, TOLD};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, List, Paging, Path, Query, Routes};
use crate::lifecycle::Done;
use crate::{App, Refusal, Who};
use axum::extract::State;
use axum::http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use twoway_entity::accounts::Role;
use twoway_ids::{Millis, Uuid};
use utoipa::{OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(paths(list, show, invite, self_evaluate, score, send_back, announce, finalize), tags((name = "evaluations")))]
pub struct Doc;

pub fn routes(routes: Routes) -> Routes {
    const OFFICE: Access = Access::AnyOf(&[Role::LeadOffice]);
    let routes = routes
        .api(Method::GET, "/api/v1/evaluations", Access::SignedIn, list)
        .api(Method::GET, "/api/v1/evaluations/{id}", Access::SignedIn, show)
        .api(Method::PUT, "/api/v1/evaluations/{id}/evaluator", OFFICE, invite)
        .api(Method::POST, "/api/v1/evaluations/{id}/self-evaluation", Access::SignedIn, self_evaluate)
        .api(Method::POST, "/api/v1/evaluations/{id}/score", Access::AnyOf(&[Role::Evaluator]), score)
        .api(Method::POST, "/api/v1/evaluations/{id}/return", OFFICE, send_back)
        .api(Method::POST, "/api/v1/evaluations/{id}/announce", OFFICE, announce)
        .api(Method::POST, "/api/v1/evaluations/{id}/final", OFFICE, finalize);
    super::pages::routes(routes)
}

/// An evaluation in a list.
#[derive(Serialize, ToSchema)]
struct Line {
    id: Uuid,
    project_id: Uuid,
    title: String,
    #[schema(value_type = String)]
    state: EvaluationState,
    version: i32,
    due_at: Option<Millis>,
}

/// The evaluations in which I have a part, newest first.
#[utoipa::path(get, path = "/api/v1/evaluations", tag = "evaluations", params(Paging),
    responses((status = 200, body = List<Line>), (status = 401, body = Problem)))]
async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Query(paging): Query<Paging>,
) -> Result<Json<List<Line>>, Refusal> {
    let list = queries::list(app.db.read(), &who, None, &paging).await?;
    Ok(Json(list.map(|l| Line {
        id: l.row.id,
        project_id: l.row.project_id,
        title: l.title,
        state: l.row.state,
        version: l.row.version,
        due_at: l.row.due_at,
    })))
}

/// An evaluation. Before the self-evaluation the figures are those of now; from then on they are frozen. Grades are shown to the
/// team once they are in public notice.
#[derive(Serialize, ToSchema)]
struct View {
    id: Uuid,
    project_id: Uuid,
    title: String,
    #[schema(value_type = String)]
    state: EvaluationState,
    version: i32,
    evaluator_id: Option<Uuid>,
    #[schema(value_type = Vec<Object>)]
    indicators: Vec<Indicator>,
    #[schema(value_type = Object)]
    answers: Value,
    statement: String,
    final_report: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    grades: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    grade: Option<Grade>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conclusion: Option<String>,
    due_at: Option<Millis>,
    /// When the public notice ends or ended.
    notice_ends_at: Option<Millis>,
    /// An objection is being handled: the result cannot become final.
    objected: bool,
    finalized_at: Option<Millis>,
}

async fn view(app: &App, who: &Who, Seen { row, project, sight }: Seen) -> Result<View, Refusal> {
    let indicators = match row.state {
        EvaluationState::Planned => indicators::compute(app, who, &project).await?,
        _ => stored_indicators(&row.indicators)?,
    };
    let told = sight > Sight::Team || TOLD.contains(&row.state);
    let notice = notice::of(app.db.read(), row.tenant_id, row.id).await?;
    let objected =
        row.state == EvaluationState::InNotice && notice::is_objected(app.db.read(), row.tenant_id, row.id).await?;
    let graded = told && row.grade.is_some();
    Ok(View {
        id: row.id,
        project_id: row.project_id,
        title: project.title,
        state: row.state,
        version: row.version,
        evaluator_id: row.evaluator_id.filter(|_| sight > Sight::Team),
        indicators,
        answers: row.answers,
        statement: row.statement,
        final_report: project.final_report,
        grades: graded.then_some(row.grades),
        grade: row.grade.filter(|_| graded),
        conclusion: graded.then_some(row.conclusion),
        due_at: row.due_at,
        notice_ends_at: notice.map(|notice| notice.ends_at),
        objected,
        finalized_at: row.finalized_at,
    })
}

/// One evaluation.
#[utoipa::path(get, path = "/api/v1/evaluations/{id}", tag = "evaluations", params(("id" = Uuid, Path)),
    responses((status = 200, body = View), (status = 404, body = Problem)))]
async fn show(State(app): State<App>, Caller(who): Caller, Path(id): Path<Uuid>) -> Result<Json<View>, Refusal> {
    let seen = queries::find_visible(app.db.read(), &who, id).await?;
    Ok(Json(view(&app, &who, seen).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Invite {
    /// The account of somebody who holds the evaluator's role.
    evaluator: Uuid,
}

/// Invite an evaluator from elsewhere.
#[utoipa::path(put, path = "/api/v1/evaluations/{id}/evaluator", tag = "evaluations",
    params(("id" = Uuid, Path), Headers), request_body = Invite,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn invite(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Invite>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::invite(&app, &who, &command, id, input.evaluator)).await?))
}

/// Answer as the project's lead. The figures are computed by the host and the plugin, and frozen.
#[utoipa::path(post, path = "/api/v1/evaluations/{id}/self-evaluation", tag = "evaluations",
    params(("id" = Uuid, Path), Headers), request_body = SelfEvaluation,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn self_evaluate(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<SelfEvaluation>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::self_evaluate(&app, &who, &command, id, input)).await?))
}

/// Grade as the invited evaluator: each indicator with its reason, and the whole.
#[utoipa::path(post, path = "/api/v1/evaluations/{id}/score", tag = "evaluations",
    params(("id" = Uuid, Path), Headers), request_body = Score,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn score(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Score>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::score(&app, &who, &command, id, input)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SendBack {
    reason: String,
}

/// Ask the evaluator to look again.
#[utoipa::path(post, path = "/api/v1/evaluations/{id}/return", tag = "evaluations",
    params(("id" = Uuid, Path), Headers), request_body = SendBack,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn send_back(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<SendBack>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::send_back(&app, &who, &command, id, &input.reason)).await?))
}

/// Announce the grades as a second person: they are in public notice for as many working days as the call gives.
#[utoipa::path(post, path = "/api/v1/evaluations/{id}/announce", tag = "evaluations",
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn announce(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::announce(&app, &who, &command, id)).await?))
}

/// Make the result final as a second person, after its public notice and without an open objection: the project is accepted.
#[utoipa::path(post, path = "/api/v1/evaluations/{id}/final", tag = "evaluations",
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn finalize(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::finalize(&app, &who, &command, id)).await?))
}
