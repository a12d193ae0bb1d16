use super::super::api::OFFICE;
use super::super::pages::office_call;
use super::super::queries::find_visible;
use super::file::{FormFile, Look};
use super::{file, form_of, schema, sections_of};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, Path, Routes};
use crate::lifecycle::Done;
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::Method;
use twoway_ids::Uuid;

pub(in crate::calls) fn routes(routes: Routes) -> Routes {
    routes
        .api(Method::GET, "/api/v1/calls/{id}/form-schema", Access::Public, form_schema)
        .api(Method::GET, "/api/v1/calls/{id}/form-file", OFFICE, show_file)
        .api(Method::PUT, "/api/v1/calls/{id}/form-file", OFFICE, take_file)
        .api(Method::POST, "/api/v1/calls/{id}/form-file/check", OFFICE, check_file)
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

/// The form as a file.
#[utoipa::path(get, path = "/api/v1/calls/{id}/form-file", tag = "calls", params(("id" = Uuid, Path)),
    responses((status = 200, body = FormFile), (status = 404, body = Problem)))]
pub(in crate::calls) async fn show_file(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<FormFile>, Refusal> {
    Ok(Json(FormFile::of(&office_call(&app, &who, id).await?)?))
}

/// What a file would replace in this draft. Nothing is changed.
#[utoipa::path(post, path = "/api/v1/calls/{id}/form-file/check", tag = "calls", params(("id" = Uuid, Path)), request_body = FormFile,
    responses((status = 200, body = Look), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(in crate::calls) async fn check_file(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    Json(input): Json<FormFile>,
) -> Result<Json<Look>, Refusal> {
    Ok(Json(file::look(&app, &who, id, input).await?))
}

/// Replace the form of a draft by the one in a file, whole or not at all.
#[utoipa::path(put, path = "/api/v1/calls/{id}/form-file", tag = "calls", params(("id" = Uuid, Path), Headers), request_body = FormFile,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(in crate::calls) async fn take_file(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<FormFile>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, file::take(&app, &who, &command, id, input)).await?))
}
