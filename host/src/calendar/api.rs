use super::{NewDay, actions, pages, queries};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, Path, Query, Routes};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use twoway_entity::accounts::Role;
use utoipa::{IntoParams, OpenApi, ToSchema};

pub(super) const OFFICE: Access = Access::AnyOf(&[Role::LeadOffice]);

#[derive(OpenApi)]
#[openapi(paths(list, set, remove), tags((name = "calendar")))]
pub struct Doc;

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .api(Method::GET, "/api/v1/calendar", Access::Public, list)
        .api(Method::PUT, "/api/v1/calendar/{day}", OFFICE, set)
        .api(Method::DELETE, "/api/v1/calendar/{day}", OFFICE, remove);
    pages::routes(routes)
}

/// A day that differs from the week.
#[derive(Serialize, ToSchema)]
struct Day {
    /// `YYYY-MM-DD`
    day: String,
    /// True: worked although it is a weekend; false: free although it is a weekday.
    works: bool,
    name: String,
}

#[derive(Deserialize, IntoParams)]
struct Year {
    year: u16,
}

/// The holidays and make-up days of a year. Monday to Friday are worked unless they stand here.
#[utoipa::path(get, path = "/api/v1/calendar", tag = "calendar", params(Year), security((), ("token" = [])),
    responses((status = 200, body = Vec<Day>), (status = 400, body = Problem)))]
async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Query(query): Query<Year>,
) -> Result<Json<Vec<Day>>, Refusal> {
    let rows = queries::year(app.db.read(), who.tenant, query.year).await?;
    Ok(Json(rows.into_iter().map(|r| Day { day: r.day, works: r.works, name: r.name }).collect()))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DayInput {
    works: bool,
    name: String,
}

/// Enter a holiday or a make-up day.
#[utoipa::path(put, path = "/api/v1/calendar/{day}", tag = "calendar", request_body = DayInput,
    params(("day" = String, Path, description = "YYYY-MM-DD"), Headers),
    responses((status = 200, body = Done), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn set(
    State(app): State<App>,
    Caller(who): Caller,
    Path(day): Path<String>,
    headers: Headers,
    Json(input): Json<DayInput>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    let work = async {
        let given = json!({ "from": day, "works": if input.works { "work" } else { "rest" }, "name": input.name });
        actions::set_days(&app, &who, &command, NewDay::parse(&given)?).await
    };
    Ok(Json(app.once(&who, &command, work).await?))
}

/// Let a day follow the week again.
#[utoipa::path(delete, path = "/api/v1/calendar/{day}", tag = "calendar",
    params(("day" = String, Path, description = "YYYY-MM-DD"), Headers),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn remove(
    State(app): State<App>,
    Caller(who): Caller,
    Path(day): Path<String>,
    headers: Headers,
) -> Result<StatusCode, Refusal> {
    let command: Command = headers.into();
    app.once(&who, &command, actions::remove_day(&app, &who, &command, &day)).await?;
    Ok(StatusCode::NO_CONTENT)
}
