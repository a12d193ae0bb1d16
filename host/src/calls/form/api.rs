use super::super::queries::find_visible;
use super::{form_of, schema, sections_of};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Json, Path, Routes};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::Method;
use twoway_ids::Uuid;

pub(in crate::calls) fn routes(routes: Routes) -> Routes {
    routes.api(Method::GET, "/api/v1/calls/{id}/form-schema", Access::Public, form_schema)
}

/// The answers that the call's form takes, as a JSON Schema (draft 2020-12). Words that begin with `x-` say what a schema cannot.
#[utoipa::path(get, path = "/api/v1/calls/{id}/form-schema", tag = "calls", params(("id" = Uuid, Path)), security(()),
    responses((status = 200, body = Object), (status = 404, body = Problem)))]
pub(in crate::calls) async fn form_schema(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<serde_json::Value>, Refusal> {
    let row = find_visible(app.db.read(), &who, id).await?;
    Ok(Json(schema::of(&row.title, &sections_of(&row)?, &form_of(&row)?)))
}
