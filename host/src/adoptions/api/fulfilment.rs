//! After the agreement, for programs: later days, releases, terminations, changes of use, thanks and what is left over.

use super::Reason;
use crate::adoptions::actions;
use crate::adoptions::fulfilment::{self, Change};
use crate::adoptions::statement::{self, Obligation, Statement};
use crate::files::UploadForm;
use crate::http::problem::Problem;
use crate::http::{Access, ActingFor, Caller, Headers, Json, Path, Query, Routes};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal, needs};
use axum::extract::{Multipart, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use twoway_entity::fulfilment::{AskKind, Surplus, UseChangeState, ask};
use twoway_ids::Uuid;
use utoipa::{IntoParams, ToSchema};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .api(Method::GET, "/api/v1/obligations", super::SPONSOR, obligations)
        .api(Method::GET, "/api/v1/adoptions/{id}/statement", Access::SignedIn, show_statement)
        .api(Method::GET, "/api/v1/adoptions/{id}/asks", Access::SignedIn, asks)
        .api(Method::POST, "/api/v1/adoptions/{id}/delays", super::SPONSOR, delay)
        .api(Method::POST, "/api/v1/adoptions/{id}/hardship", super::SPONSOR, hardship)
        .api(Method::POST, "/api/v1/adoptions/{id}/termination", super::OFFICE, terminate)
        .api(Method::POST, "/api/v1/adoption-asks/{id}/answer", Access::SignedIn, answer)
        .api(Method::POST, "/api/v1/adoptions/{id}/thanks", Access::SignedIn, thank)
        .api(Method::POST, "/api/v1/adoptions/{id}/surplus", Access::SignedIn, surplus)
        .api(Method::GET, "/api/v1/needs/{id}/use-changes", Access::SignedIn, changes)
        .api(Method::POST, "/api/v1/needs/{id}/use-changes", Access::SignedIn, ask_change)
        .api(Method::POST, "/api/v1/use-changes/{id}/answer", super::SPONSOR, answer_change)
        .api(Method::POST, "/api/v1/use-changes/{id}/withdraw", Access::SignedIn, withdraw_change)
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub(super) struct ObligationsQuery {
    /// Only those of this proposal.
    proposal: Option<Uuid>,
}

/// All that our organisation has promised: what is due next first, then what is over. With `Twoway-Acting-For` only one organisation's.
#[utoipa::path(get, path = "/api/v1/obligations", tag = "adoptions", params(ObligationsQuery),
    responses((status = 200, body = Vec<Obligation>)))]
pub(super) async fn obligations(
    State(app): State<App>,
    Caller(who): Caller,
    headers: Headers,
    Query(query): Query<ObligationsQuery>,
) -> Result<Json<Vec<Obligation>>, Refusal> {
    let command: Command = headers.into();
    let ActingFor(acting) = ActingFor(command.acting_for);
    Ok(Json(statement::obligations(app.db.read(), &who, acting, query.proposal).await?))
}

/// The statement of an agreed adoption.
#[utoipa::path(get, path = "/api/v1/adoptions/{id}/statement", tag = "adoptions", params(("id" = Uuid, Path)),
    responses((status = 200, body = Statement), (status = 404, body = Problem)))]
pub(super) async fn show_statement(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Statement>, Refusal> {
    Ok(Json(statement::statement(app.db.read(), &who, id).await?))
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdoptionAsk)]
pub(super) struct Ask {
    id: Uuid,
    #[schema(value_type = String)]
    kind: AskKind,
    commitment: Option<Uuid>,
    reason: String,
    due_on: Option<String>,
    asked_at: i64,
    /// None while nobody has answered.
    agreed: Option<bool>,
    answer: Option<String>,
}

impl From<ask::Model> for Ask {
    fn from(row: ask::Model) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            commitment: row.commitment_id,
            reason: row.reason,
            due_on: row.due_on,
            asked_at: row.asked_at,
            agreed: row.agreed,
            answer: row.answer,
        }
    }
}

/// What was asked for about an adoption: later days, a release for hardship, a termination. Newest first, at most 100.
#[utoipa::path(get, path = "/api/v1/adoptions/{id}/asks", tag = "adoptions", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<Ask>), (status = 404, body = Problem)))]
pub(super) async fn asks(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Vec<Ask>>, Refusal> {
    let db = app.db.read();
    crate::adoptions::queries::find_visible(db, &who, id).await?;
    Ok(Json(fulfilment::asks(db, who.tenant, id).await?.into_iter().map(Ask::from).collect()))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DelayInput {
    commitment: Uuid,
    /// `YYYY-MM-DD`, later than the agreed day.
    due_on: String,
    reason: String,
}

/// Ask for a later day for one line. While the receiver has not answered nothing lapses.
#[utoipa::path(post, path = "/api/v1/adoptions/{id}/delays", tag = "adoptions", request_body = DelayInput,
    params(("id" = Uuid, Path), Headers),
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn delay(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<DelayInput>,
) -> Result<Response, Refusal> {
    let command: Command = headers.into();
    let work = actions::ask_delay(&app, &who, &command, id, input.commitment, &input.due_on, &input.reason);
    Ok((StatusCode::CREATED, Json(app.once(&who, &command, work).await?)).into_response())
}

/// File a release for hardship: a multipart form with `reason` and the files `report` (to civil affairs) and `explanation` (in public).
#[utoipa::path(post, path = "/api/v1/adoptions/{id}/hardship", tag = "adoptions",
    request_body(content_type = "multipart/form-data", content = String), params(("id" = Uuid, Path), Headers),
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn hardship(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    form: Multipart,
) -> Result<Response, Refusal> {
    let limit = app.config.attachment_limit;
    let mut form = UploadForm::read(form, limit).await?;
    let papers = (form.file("report", limit)?, form.file("explanation", limit)?);
    form.nothing_else(&["reason"])?;
    let command: Command = headers.into();
    let work = actions::file_hardship(&app, &who, &command, id, form.form.text("reason"), papers);
    Ok((StatusCode::CREATED, Json(app.once(&who, &command, work).await?)).into_response())
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Termination)]
pub(super) struct TerminationInput {
    reason: String,
    /// Where the agreement was broken: why the organisation is to take no part for three years. Left out: it is not barred.
    #[serde(default)]
    bar_reason: Option<String>,
}

/// Propose to end an adoption; a second person of the office decides.
#[utoipa::path(post, path = "/api/v1/adoptions/{id}/termination", tag = "adoptions", request_body = TerminationInput,
    params(("id" = Uuid, Path), Headers),
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn terminate(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<TerminationInput>,
) -> Result<Response, Refusal> {
    let command: Command = headers.into();
    let bar = input.bar_reason.as_deref();
    let work = actions::ask_termination(&app, &who, &command, id, &input.reason, bar);
    Ok((StatusCode::CREATED, Json(app.once(&who, &command, work).await?)).into_response())
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AskAnswer)]
pub(super) struct AnswerInput {
    agreed: bool,
    /// Needed where the answer is no.
    #[serde(default)]
    answer: String,
}

/// Answer what was asked: the receiver a later day, the office a hardship, a second person of the office a termination.
#[utoipa::path(post, path = "/api/v1/adoption-asks/{id}/answer", tag = "adoptions", request_body = AnswerInput,
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn answer(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<AnswerInput>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    let work = actions::answer_ask(&app, &who, &command, id, input.agreed, &input.answer);
    Ok(Json(app.once(&who, &command, work).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ThanksInput {
    thanks: String,
    /// Everybody may read it; only where the sponsor agreed to be named.
    #[serde(default)]
    public: bool,
}

/// Thank the sponsor after the last delivery.
#[utoipa::path(post, path = "/api/v1/adoptions/{id}/thanks", tag = "adoptions", request_body = ThanksInput,
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn thank(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<ThanksInput>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    let work = actions::thank(&app, &who, &command, id, &input.thanks, input.public);
    Ok(Json(app.once(&who, &command, work).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SurplusInput {
    /// `nothing` is left, `agreement`: as it says, `office`: the office decides and publishes.
    #[schema(value_type = String)]
    how: Surplus,
    #[serde(default)]
    text: String,
}

/// Decide what becomes of what is left over.
#[utoipa::path(post, path = "/api/v1/adoptions/{id}/surplus", tag = "adoptions", request_body = SurplusInput,
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn surplus(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<SurplusInput>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    let work = actions::decide_surplus(&app, &who, &command, id, input.how, &input.text);
    Ok(Json(app.once(&who, &command, work).await?))
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UseChange {
    id: Uuid,
    new_use: String,
    reason: String,
    #[schema(value_type = String)]
    state: UseChangeState,
    version: i32,
    due_at: i64,
    /// Answers of the sponsors whom the reader may see.
    answers: Vec<UseAnswer>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UseAnswer {
    adoption: Uuid,
    agreed: Option<bool>,
    note: Option<String>,
}

impl UseChange {
    fn new(change: Change, all: bool, who: &crate::Who) -> Self {
        let mine = |organization| all || who.holds_at(crate::adoptions::rules::SPONSORS, organization);
        let answers = change.consents.into_iter().filter(|c| mine(c.organization_id));
        Self {
            id: change.row.id,
            new_use: change.row.new_use,
            reason: change.row.reason,
            state: change.row.state,
            version: change.row.version,
            due_at: change.row.due_at,
            answers: answers.map(|c| UseAnswer { adoption: c.adoption_id, agreed: c.agreed, note: c.note }).collect(),
        }
    }
}

/// Changes of a line's use, newest first, at most 50: to the lead and the office with all answers, to a sponsor with its own.
#[utoipa::path(get, path = "/api/v1/needs/{id}/use-changes", tag = "adoptions", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<UseChange>), (status = 404, body = Problem)))]
pub(super) async fn changes(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Vec<UseChange>>, Refusal> {
    let db = app.db.read();
    let (line, seen) = needs::queries::find_visible(db, &who, id).await?;
    let all = actions::sees_changes(db, &who, &seen.row).await?;
    let found = fulfilment::changes(db, who.tenant, &[line.id]).await?.into_iter();
    let found = found.map(|change| UseChange::new(change, all, &who)).filter(|c| all || !c.answers.is_empty());
    Ok(Json(found.collect()))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeInput {
    new_use: String,
    reason: String,
}

/// Ask the sponsors of a line whether it may be used otherwise. Until all agree nothing is delivered on this line.
#[utoipa::path(post, path = "/api/v1/needs/{id}/use-changes", tag = "adoptions", request_body = ChangeInput,
    params(("id" = Uuid, Path), Headers),
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn ask_change(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<ChangeInput>,
) -> Result<Response, Refusal> {
    let command: Command = headers.into();
    let work = actions::ask_use_change(&app, &who, &command, id, &input.new_use, &input.reason);
    Ok((StatusCode::CREATED, Json(app.once(&who, &command, work).await?)).into_response())
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeAnswer {
    /// For which adoption.
    adoption: Uuid,
    agreed: bool,
    /// Needed where the answer is no.
    #[serde(default)]
    note: String,
}

/// A sponsor agrees with a change of use, or does not. With the last consent it takes effect.
#[utoipa::path(post, path = "/api/v1/use-changes/{id}/answer", tag = "adoptions", request_body = ChangeAnswer,
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn answer_change(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<ChangeAnswer>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    let work = actions::answer_use_change(&app, &who, &command, id, input.adoption, input.agreed, &input.note);
    Ok(Json(app.once(&who, &command, work).await?))
}

/// Take a change of use back: the agreed use stays, and the line goes on.
#[utoipa::path(post, path = "/api/v1/use-changes/{id}/withdraw", tag = "adoptions", request_body = Reason,
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn withdraw_change(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Reason>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::withdraw_use_change(&app, &who, &command, id, &input.reason)).await?))
}
