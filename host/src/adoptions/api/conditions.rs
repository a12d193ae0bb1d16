//! What promises depend on, for programs.

use super::agreement::DRAFTERS;
use crate::adoptions::conditions::{self, NewCondition};
use crate::adoptions::{actions, queries};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, Path, Routes};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::Method;
use serde::{Deserialize, Serialize};
use twoway_entity::sponsoring::{ConditionState, condition};
use twoway_ids::Uuid;
use utoipa::ToSchema;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.api(Method::GET, "/api/v1/adoptions/{id}/conditions", Access::SignedIn, show).api(
        Method::PUT,
        "/api/v1/adoptions/{id}/conditions",
        DRAFTERS,
        set,
    )
}

#[derive(Serialize, ToSchema)]
pub(super) struct ConditionRow {
    #[serde(flatten)]
    condition: NewCondition,
    /// `drafted`, `waiting`, `met`, `missed`, `ended`
    #[schema(value_type = String)]
    state: ConditionState,
    decided_at: Option<i64>,
}

impl From<condition::Model> for ConditionRow {
    fn from(row: condition::Model) -> Self {
        let condition = NewCondition { commitment: row.id, kind: row.kind, line: row.needed_id, by: row.by_on };
        Self { condition, state: row.decision, decided_at: row.decided_at }
    }
}

/// What the promises of an adoption depend on.
#[utoipa::path(get, path = "/api/v1/adoptions/{id}/conditions", tag = "adoptions", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<ConditionRow>), (status = 404, body = Problem)))]
pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Vec<ConditionRow>>, Refusal> {
    let db = app.db.read();
    queries::find_visible(db, &who, id).await?;
    let rows = conditions::of(db, who.tenant, id).await?;
    Ok(Json(rows.into_iter().map(ConditionRow::from).collect()))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConditionsInput {
    conditions: Vec<NewCondition>,
}

/// Say which lines of a draft are promised on a condition only. It replaces what stood there.
#[utoipa::path(put, path = "/api/v1/adoptions/{id}/conditions", tag = "adoptions", request_body = ConditionsInput,
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn set(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<ConditionsInput>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    let work = actions::set_conditions(&app, &who, &command, id, input.conditions);
    Ok(Json(app.once(&who, &command, work).await?))
}
