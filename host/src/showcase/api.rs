use super::project::public_project;
use super::work::{WorkItem, work};
use super::{cards, home, project, queries, work as workbench};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Json, Path, Routes};
use crate::projects::ProjectState;
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::Method;
use serde::Serialize;
use twoway_ids::{Millis, Uuid};
use utoipa::{OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(paths(running, show, cards::list, my_work), tags((name = "showcase")))]
pub struct Doc;

pub fn routes(routes: Routes) -> Routes {
    routes
        .nav(10, "nav-home", "/", "home", Access::Public)
        .nav(15, "nav-workbench", "/work", "checklist", Access::SignedIn)
        .page(Method::GET, "/", Access::Public, home::show)
        .page(Method::GET, "/p/{id}", Access::Public, project::show)
        .page(Method::GET, "/p/{id}/cards", Access::Public, cards::page)
        .page(Method::GET, "/work", Access::SignedIn, workbench::show)
        .api(Method::GET, "/api/v1/public/projects", Access::Public, running)
        .api(Method::GET, "/api/v1/public/projects/{id}", Access::Public, show)
        .api(Method::GET, "/api/v1/public/projects/{id}/cards", Access::Public, cards::list)
        .api(Method::GET, "/api/v1/work", Access::SignedIn, my_work)
}

/// A project that is being carried out.
#[derive(Serialize, ToSchema)]
struct Line {
    id: Uuid,
    title: String,
    #[schema(value_type = String)]
    state: ProjectState,
    team: Option<String>,
    started_at: Option<Millis>,
}

/// The running projects, newest start first; at most 100.
#[utoipa::path(get, path = "/api/v1/public/projects", tag = "showcase", security(()),
    responses((status = 200, body = Vec<Line>)))]
async fn running(State(app): State<App>, Caller(who): Caller) -> Result<Json<Vec<Line>>, Refusal> {
    let db = app.db.read();
    let rows = queries::running(db, who.tenant, 100).await?;
    let teams = queries::names(db, who.tenant, rows.iter().filter_map(|row| row.team_id)).await?;
    let line = |row: twoway_entity::projects::project::Model| Line {
        id: row.id,
        team: row.team_id.and_then(|id| teams.get(&id).cloned()),
        title: row.title,
        state: row.state,
        started_at: row.started_at,
    };
    Ok(Json(rows.into_iter().map(line).collect()))
}

/// What everybody may know of a project.
#[derive(Serialize, ToSchema)]
struct View {
    id: Uuid,
    title: String,
    summary: String,
    place: String,
    #[schema(value_type = String)]
    state: ProjectState,
    team: Option<String>,
    office: Option<String>,
    timeline: Vec<Moment>,
    final_report: Option<String>,
    /// Once it is final.
    result: Option<Outcome>,
    /// While the grades are in public notice.
    notice: Option<ResultNotice>,
}

/// Grades to which everybody may object.
#[derive(Serialize, ToSchema)]
struct ResultNotice {
    /// The evaluation: what an objection names as its item.
    evaluation: Uuid,
    #[schema(value_type = Option<String>)]
    grade: Option<crate::evaluations::Grade>,
    conclusion: String,
    ends_at: Millis,
    /// An objection is being handled.
    objected: bool,
}

/// Something that happened, oldest first.
#[derive(Serialize, ToSchema)]
struct Moment {
    what: String,
    at: Millis,
    detail: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct Outcome {
    #[schema(value_type = Option<String>)]
    grade: Option<crate::evaluations::Grade>,
    conclusion: String,
    #[schema(value_type = Vec<Object>)]
    indicators: Vec<crate::evaluations::model::Indicator>,
    finalized_at: Option<Millis>,
}

/// The public page of a project.
#[utoipa::path(get, path = "/api/v1/public/projects/{id}", tag = "showcase", params(("id" = Uuid, Path)), security(()),
    responses((status = 200, body = View), (status = 404, body = Problem)))]
async fn show(State(app): State<App>, Caller(who): Caller, Path(id): Path<Uuid>) -> Result<Json<View>, Refusal> {
    let public = public_project(&app, &who, id).await?;
    let timeline = public.story.into_iter().map(|t| Moment { what: t.what, at: t.at, detail: t.detail }).collect();
    let notice = public.notice.map(|noticed| ResultNotice {
        evaluation: noticed.row.id,
        grade: noticed.row.grade,
        conclusion: noticed.row.conclusion,
        ends_at: noticed.ends_at,
        objected: noticed.objected,
    });
    let indicators = public.indicators;
    let result = public.result.map(|result| Outcome {
        grade: result.grade,
        conclusion: result.conclusion,
        indicators,
        finalized_at: result.finalized_at,
    });
    Ok(Json(View {
        id,
        title: public.row.title,
        summary: public.plan.summary,
        place: public.plan.place,
        state: public.row.state,
        team: public.team,
        office: public.office,
        timeline,
        final_report: public.row.final_report,
        result,
        notice,
    }))
}

/// What waits for me, the most urgent first.
#[utoipa::path(get, path = "/api/v1/work", tag = "showcase",
    responses((status = 200, body = Vec<WorkItem>), (status = 401, body = Problem)))]
async fn my_work(State(app): State<App>, Caller(who): Caller) -> Result<Json<Vec<WorkItem>>, Refusal> {
    Ok(Json(work(&app, &who).await?))
}
