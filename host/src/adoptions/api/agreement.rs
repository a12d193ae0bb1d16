use super::views::{Agreement, Confirmation};
use super::{OFFICE, Reason};
use crate::adoptions::actions::Given;
use crate::adoptions::model::AgreementTerms;
use crate::adoptions::{Party, actions, queries};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, Path, Routes};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::Method;
use serde::Deserialize;
use serde_json::Value;
use twoway_entity::accounts::Role;
use twoway_ids::Uuid;
use utoipa::ToSchema;

pub(super) const DRAFTERS: Access = Access::AnyOf(&[Role::LeadOffice, Role::SponsorMember, Role::SponsorSignatory]);

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .api(Method::GET, "/api/v1/adoptions/{id}/agreement", Access::SignedIn, show)
        .api(Method::POST, "/api/v1/adoptions/{id}/agreement", DRAFTERS, draft)
        .api(Method::PUT, "/api/v1/adoptions/{id}/agreement", DRAFTERS, edit)
        .api(Method::POST, "/api/v1/adoptions/{id}/agreement/freeze", OFFICE, freeze)
        .api(Method::POST, "/api/v1/adoptions/{id}/agreement/reopen", DRAFTERS, reopen)
        .api(Method::POST, "/api/v1/adoptions/{id}/agreement/code", Access::SignedIn, code)
        .api(Method::POST, "/api/v1/adoptions/{id}/agreement/confirm", Access::SignedIn, confirm)
}

/// The newest version of the agreement.
#[utoipa::path(get, path = "/api/v1/adoptions/{id}/agreement", tag = "adoptions", params(("id" = Uuid, Path)),
    responses((status = 200, body = Agreement), (status = 404, body = Problem)))]
pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Agreement>, Refusal> {
    let db = app.db.read();
    queries::find_visible(db, &who, id).await?;
    let (row, given) = queries::agreement(db, who.tenant, id).await?.ok_or(Refusal::NotFound)?;
    Ok(Json(Agreement {
        number: row.number,
        terms: serde_json::from_value(row.terms)?,
        text: row.text,
        hash: row.hash,
        frozen_at: row.frozen_at,
        confirmations: given.into_iter().map(Confirmation::from).collect(),
    }))
}

/// Start the agreement from the template.
#[utoipa::path(post, path = "/api/v1/adoptions/{id}/agreement", tag = "adoptions", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn draft(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::draft_agreement(&app, &who, &command, id)).await?))
}

/// Change the draft. All terms are given; what is empty must be filled before the text is frozen.
#[utoipa::path(put, path = "/api/v1/adoptions/{id}/agreement", tag = "adoptions", request_body = AgreementTerms,
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn edit(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(terms): Json<AgreementTerms>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    let work = async {
        let given: Value = serde_json::to_value(&terms)?;
        actions::edit_agreement(&app, &who, &command, id, AgreementTerms::parse(&given)?).await
    };
    Ok(Json(app.once(&who, &command, work).await?))
}

/// Freeze the text: the parties confirm exactly these bytes within 15 days.
#[utoipa::path(post, path = "/api/v1/adoptions/{id}/agreement/freeze", tag = "adoptions",
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn freeze(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::freeze(&app, &who, &command, id)).await?))
}

/// Send the frozen text back: a new version is drafted, and no confirmation of this one counts.
#[utoipa::path(post, path = "/api/v1/adoptions/{id}/agreement/reopen", tag = "adoptions", request_body = Reason,
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn reopen(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Reason>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::reopen(&app, &who, &command, id, &input.reason)).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeInput {
    /// `sponsor`, `recipient`, `team`, `office`
    #[schema(value_type = String)]
    party: Party,
    /// The recipient, if you are the clerk of several.
    #[serde(default)]
    organization: Option<Uuid>,
}

/// Send a one-time code to your own account, as a notice: ten minutes, five tries, one use.
#[utoipa::path(post, path = "/api/v1/adoptions/{id}/agreement/code", tag = "adoptions", request_body = CodeInput,
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem)))]
pub(super) async fn code(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<CodeInput>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    let work = actions::send_code(&app, &who, &command, id, input.party, input.organization);
    Ok(Json(app.once(&who, &command, work).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirm {
    /// `sponsor`, `recipient`, `team`, `office`
    #[schema(value_type = String)]
    party: Party,
    /// The recipient, if you are the clerk of several.
    #[serde(default)]
    organization: Option<Uuid>,
    /// The SHA-256 of the text that you have read.
    hash: String,
    /// The sponsor has read that a promise can be enforced (Charity Law, art. 41).
    #[serde(default)]
    warned: bool,
    /// The one-time code that your account received.
    #[serde(default)]
    code: String,
}

/// Confirm the frozen text for one party, with your own account and its code. After the last one the public notice begins.
#[utoipa::path(post, path = "/api/v1/adoptions/{id}/agreement/confirm", tag = "adoptions", request_body = Confirm,
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn confirm(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Confirm>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    let given = Given {
        party: input.party,
        organization: input.organization,
        hash: &input.hash,
        warned: input.warned,
        code: &input.code,
    };
    let work = actions::confirm(&app, &who, &command, id, given);
    Ok(Json(app.once(&who, &command, work).await?))
}
