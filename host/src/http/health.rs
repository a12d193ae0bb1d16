//! For whoever runs the host: is it alive, is it ready, what does it count.

use super::problem::Problem;
use super::{Access, Routes};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Serialize;
use std::time::Duration;
use twoway_entity::accounts::Role;
use twoway_entity::tenants::tenant;
use utoipa::{OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(paths(alive, ready, metrics), components(schemas(Problem)), tags((name = "operation")))]
pub struct Doc;

pub fn routes(routes: Routes) -> Routes {
    routes.api(Method::GET, "/healthz", Access::Public, alive).api(Method::GET, "/readyz", Access::Public, ready).api(
        Method::GET,
        "/metrics",
        Access::AnyOf(&[Role::SystemAdmin]),
        metrics,
    )
}

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "operation", security(()), responses((status = 200, body = String)))]
async fn alive() -> &'static str {
    "ok"
}

/// What the host needs before it can serve.
#[derive(Serialize, ToSchema)]
struct Ready {
    ready: bool,
    database: bool,
    /// Whether the schema is the one this program knows.
    migrated: bool,
    /// Whether a change would be kept: not while the database is read-only, full or gone from its place.
    writable: bool,
}

/// How long a question of the readiness may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// The database answers, has this program's schema and takes changes.
#[utoipa::path(get, path = "/readyz", tag = "operation", security(()),
    responses((status = 200, body = Ready), (status = 503, body = Ready)))]
async fn ready(State(app): State<App>) -> Response {
    let asked = tokio::time::timeout(PATIENCE, crate::start::pending_migrations(&app.db)).await;
    let (database, migrated) = match asked {
        Ok(Ok(pending)) => (true, pending == 0),
        Ok(Err(_)) | Err(_) => (false, false),
    };
    let writable = database && matches!(tokio::time::timeout(PATIENCE, change_nothing(&app)).await, Ok(Ok(())));
    let ready = database && migrated && writable;
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, axum::Json(Ready { ready, database, migrated, writable })).into_response()
}

/// A change of no row: a database that takes no changes refuses it all the same.
async fn change_nothing(app: &App) -> Result<(), Refusal> {
    let nothing = tenant::Entity::update_many()
        .col_expr(tenant::Column::Name, Expr::col(tenant::Column::Name))
        .filter(tenant::Column::Id.is_null());
    app.db
        .transact(move |tx| async move {
            nothing.exec(&*tx).await?;
            Ok(())
        })
        .await
}

/// Counters in Prometheus' text format. Scrapers use the address `metrics_listen`, which asks for no token.
#[utoipa::path(get, path = "/metrics", tag = "operation",
    responses((status = 200, body = String), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn metrics(State(app): State<App>) -> Result<Response, Refusal> {
    Ok(text(&app))
}

fn text(app: &App) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], app.metrics.render(app)).into_response()
}

/// What is served at `metrics_listen`, apart from the site.
pub fn metrics_router(app: App) -> axum::Router {
    let handler = |State(app): State<App>| async move { text(&app) };
    axum::Router::new().route("/metrics", axum::routing::get(handler)).with_state(app)
}
