use super::actions;
use super::desk::{invitations, settings::settings_of};
use super::form::{Section, form_of, sections_of};
use super::model::{CallInput, RubricLine, rubric_of};
use super::pages;
use super::queries::{self, Phase, is_office};
use super::state::CallState;
use super::suspension;
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, List, Paging, Path, Query, Routes};
use crate::lifecycle::Done;
use crate::{App, Refusal, Who};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use twoway_entity::accounts::Role;
use twoway_entity::calls::call;
use twoway_ids::{Millis, Uuid};
use twoway_manifest::Field;
use utoipa::{IntoParams, OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(
    paths(
        list, show, create, edit, submit, approve, return_to_author, extend, suspend, resume,
        crate::calls::desk::api::show_settings, crate::calls::desk::api::change_settings, crate::calls::desk::api::follow,
        crate::calls::desk::api::unfollow, crate::calls::desk::api::list_inquiries, crate::calls::desk::api::ask,
        crate::calls::desk::api::answer, crate::calls::templates::api::list, crate::calls::templates::api::save,
        crate::calls::templates::api::change, crate::calls::templates::api::retire, crate::calls::templates::api::start,
        crate::calls::form::api::form_schema, crate::calls::form::api::show_file, crate::calls::form::api::check_file,
        crate::calls::form::api::take_file, crate::calls::desk::documents::list_documents,
        crate::calls::desk::documents::attach_document, crate::calls::desk::documents::remove_document,
        crate::calls::desk::documents::send_document,
        crate::calls::desk::channels::api::list, crate::calls::desk::channels::api::plan,
        crate::calls::desk::channels::api::prove, crate::calls::desk::channels::api::drop_it,
        crate::calls::desk::channels::api::file, crate::calls::desk::invitations::api::list,
        crate::calls::desk::invitations::api::make, crate::calls::desk::invitations::api::revoke,
    ),
    tags((name = "calls"))
)]
pub struct Doc;

pub const OFFICE: Access = Access::AnyOf(&[Role::LeadOffice]);

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .api(Method::GET, "/api/v1/calls", Access::Public, list)
        .api(Method::POST, "/api/v1/calls", OFFICE, create)
        .api(Method::GET, "/api/v1/calls/{id}", Access::Public, show)
        .api(Method::PUT, "/api/v1/calls/{id}", OFFICE, edit)
        .api(Method::POST, "/api/v1/calls/{id}/submit", OFFICE, submit)
        .api(Method::POST, "/api/v1/calls/{id}/approve", OFFICE, approve)
        .api(Method::POST, "/api/v1/calls/{id}/return", OFFICE, return_to_author)
        .api(Method::POST, "/api/v1/calls/{id}/extend", OFFICE, extend)
        .api(Method::POST, "/api/v1/calls/{id}/suspend", OFFICE, suspend)
        .api(Method::POST, "/api/v1/calls/{id}/resume", OFFICE, resume);
    let routes = super::desk::documents::routes(super::form::api::routes(routes));
    pages::routes(super::templates::api::routes(super::desk::api::routes(routes)))
}

/// A call as everybody may read it once it is published.
#[derive(Serialize, ToSchema)]
pub struct CallView {
    id: Uuid,
    version: i32,
    #[schema(value_type = String)]
    state: CallState,
    organization_id: Uuid,
    title: String,
    summary: String,
    guide: String,
    #[schema(value_type = Vec<Object>)]
    form: Vec<Field>,
    sections: Vec<Section>,
    rubric: Vec<RubricLine>,
    ceiling: Option<i64>,
    cap: i32,
    risk_notice: String,
    privacy_notice: String,
    contact: String,
    opens_at: Option<Millis>,
    closes_at: Option<Millis>,
    extended: bool,
    /// Since when it takes no proposals for a while.
    suspended_at: Option<Millis>,
    notice_days: i32,
    notice_started_at: Option<Millis>,
    notice_ends_at: Option<Millis>,
    min_reviews: i32,
    /// By invitation. Without a code of the office only the title and the dates are told.
    invited: bool,
    /// For the office: why it was last returned, extended, suspended or cancelled. For others without the first.
    reason: Option<String>,
    /// For the office only.
    #[serde(skip_serializing_if = "Option::is_none")]
    author_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    approved_by: Option<Uuid>,
}

impl CallView {
    fn of(who: &Who, row: call::Model, invited: bool) -> Result<Self, Refusal> {
        let office = is_office(who, &row);
        Ok(Self {
            form: form_of(&row)?,
            sections: sections_of(&row)?,
            rubric: rubric_of(&row)?,
            id: row.id,
            version: row.version,
            state: row.state,
            organization_id: row.organization_id,
            title: row.title,
            summary: row.summary,
            guide: row.guide,
            ceiling: row.ceiling,
            cap: row.cap,
            risk_notice: row.risk_notice,
            privacy_notice: row.privacy_notice,
            contact: row.contact,
            opens_at: row.opens_at,
            closes_at: row.closes_at,
            extended: row.extended,
            suspended_at: row.suspended_at,
            notice_days: row.notice_days,
            notice_started_at: row.notice_started_at,
            notice_ends_at: row.notice_ends_at,
            min_reviews: row.min_reviews,
            invited,
            reason: row
                .reason
                .filter(|_| office || row.extended || matches!(row.state, CallState::Suspended | CallState::Cancelled)),
            author_id: office.then_some(row.author_id),
            approved_by: row.approved_by.filter(|_| office),
        })
    }
}

/// A line of a list of calls.
#[derive(Serialize, ToSchema)]
pub struct CallLine {
    id: Uuid,
    version: i32,
    #[schema(value_type = String)]
    state: CallState,
    organization_id: Uuid,
    title: String,
    summary: String,
    opens_at: Option<Millis>,
    closes_at: Option<Millis>,
    notice_ends_at: Option<Millis>,
    /// By invitation: the list tells its title and dates alone.
    invited: bool,
}

impl CallLine {
    fn of(who: &Who, row: call::Model, invited: bool) -> Self {
        let row = if invited && !is_office(who, &row) { invitations::outline(row) } else { row };
        Self {
            invited,
            id: row.id,
            version: row.version,
            state: row.state,
            organization_id: row.organization_id,
            title: row.title,
            summary: row.summary,
            opens_at: row.opens_at,
            closes_at: row.closes_at,
            notice_ends_at: row.notice_ends_at,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(default)]
#[derive(Default)]
struct Which {
    /// `all`, `preparing`, `previewed`, `open`, `deciding`, `public-notice` or `ended`.
    #[param(value_type = Option<String>)]
    phase: Phase,
    /// The calls of my offices, published or not.
    office: bool,
}

/// Calls, newest first.
#[utoipa::path(get, path = "/api/v1/calls", tag = "calls", params(Which, Paging), security(()),
    responses((status = 200, body = List<CallLine>), (status = 400, body = Problem)))]
async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Query(which): Query<Which>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<CallLine>>, Refusal> {
    let db = app.db.read();
    let list = queries::list(db, &who, which.phase, which.office, &paging).await?;
    let invited = invitations::invited(db, who.tenant, list.items.iter().map(|row| row.id)).await?;
    Ok(Json(list.map(|row| {
        let invited = invited.contains(&row.id);
        CallLine::of(&who, row, invited)
    })))
}

/// One call.
#[utoipa::path(get, path = "/api/v1/calls/{id}", tag = "calls", params(("id" = Uuid, Path)), security(()),
    responses((status = 200, body = CallView), (status = 404, body = Problem)))]
async fn show(State(app): State<App>, Caller(who): Caller, Path(id): Path<Uuid>) -> Result<Json<CallView>, Refusal> {
    let db = app.db.read();
    let row = queries::find_visible(db, &who, id).await?;
    let invited = settings_of(db, who.tenant, id).await?.invited;
    let whole = !invited || invitations::may_read(db, &who, &row).await?;
    let row = if whole { row } else { invitations::outline(row) };
    Ok(Json(CallView::of(&who, row, invited)?))
}

/// Draft a call. `Twoway-Acting-For` names the office where somebody works for several.
#[utoipa::path(post, path = "/api/v1/calls", tag = "calls", params(Headers), request_body = CallInput,
    responses((status = 201, body = Done), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(app): State<App>,
    Caller(who): Caller,
    headers: Headers,
    Json(input): Json<CallInput>,
) -> Result<Response, Refusal> {
    let command = headers.into();
    let done = app.once(&who, &command, actions::create(&app, &who, &command, None, input)).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

/// Replace the content of a draft.
#[utoipa::path(put, path = "/api/v1/calls/{id}", tag = "calls", params(("id" = Uuid, Path), Headers), request_body = CallInput,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn edit(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<CallInput>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::edit(&app, &who, &command, id, input)).await?))
}

/// Hand a draft to a second person.
#[utoipa::path(post, path = "/api/v1/calls/{id}/submit", tag = "calls", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn submit(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::submit(&app, &who, &command, id)).await?))
}

/// Approve and publish a call. Refused to its author.
#[utoipa::path(post, path = "/api/v1/calls/{id}/approve", tag = "calls", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn approve(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::approve(&app, &who, &command, id)).await?))
}

/// Why something is done.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Why {
    pub reason: String,
}

/// Give a call back to its author.
#[utoipa::path(post, path = "/api/v1/calls/{id}/return", tag = "calls", params(("id" = Uuid, Path), Headers), request_body = Why,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn return_to_author(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(why): Json<Why>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    let returned = actions::return_to_author(&app, &who, &command, id, &why.reason);
    Ok(Json(app.once(&who, &command, returned).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Extend {
    /// The new end, later than the old one.
    closes_at: Millis,
    reason: String,
}

/// Move the end of an open call, once.
#[utoipa::path(post, path = "/api/v1/calls/{id}/extend", tag = "calls", params(("id" = Uuid, Path), Headers), request_body = Extend,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn extend(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Extend>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    let extended = actions::extend(&app, &who, &command, id, input.closes_at, &input.reason);
    Ok(Json(app.once(&who, &command, extended).await?))
}

/// Let an open call take no proposals for a while. Its clock stands still.
#[utoipa::path(post, path = "/api/v1/calls/{id}/suspend", tag = "calls", params(("id" = Uuid, Path), Headers), request_body = Why,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn suspend(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(why): Json<Why>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, suspension::suspend(&app, &who, &command, id, &why.reason)).await?))
}

/// Let a suspended call go on. Its end moves by as long as it stood still.
#[utoipa::path(post, path = "/api/v1/calls/{id}/resume", tag = "calls", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn resume(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, suspension::resume(&app, &who, &command, id)).await?))
}
