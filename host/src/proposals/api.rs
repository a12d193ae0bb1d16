use super::actions::{self, Attached, Receipt, Submission};
use super::model::Content;
use super::points::Point;
use super::pool::{PoolNarrow, PoolSort};
use super::queries::{self, Seen, Sight};
use super::screening;
use super::state::ProposalState;
use super::upload;
use super::views::{self, ProposalLine, ProposalView, RevisionView};
use crate::calls::api::{OFFICE, Why};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, List, Paging, Parts, Path, Query, Routes};
use crate::lifecycle::Done;
use crate::{App, Refusal, calls};
use axum::extract::{DefaultBodyLimit, State};
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use twoway_entity::needs::NeedKind;
use twoway_ids::Uuid;
use utoipa::{IntoParams, OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(
    paths(
        mine, create, show, save, submit, withdraw, admit, return_for_fix, rule_out, confirm_out, keep_in, revisions, attach, download, detach, of_call,
        start_review, cancel_call, pool, renew, crate::proposals::late::api::accept
    ),
    tags((name = "proposals"))
)]
pub struct Doc;

const READERS: Access = Access::AnyOf(queries::OFFICE_READS);

pub fn routes(routes: Routes) -> Routes {
    // The form around the file takes some bytes, too; the file itself is measured where it is read.
    let largest = routes.app().config.attachment_limit + (1 << 20);
    let routes = routes
        .api(Method::GET, "/api/v1/proposals", Access::SignedIn, mine)
        .api(Method::POST, "/api/v1/proposals", Access::SignedIn, create)
        .api(Method::GET, "/api/v1/proposals/{id}", Access::Public, show)
        .api(Method::PUT, "/api/v1/proposals/{id}", Access::SignedIn, save)
        .api(Method::POST, "/api/v1/proposals/{id}/submit", Access::SignedIn, submit)
        .api(Method::POST, "/api/v1/proposals/{id}/withdraw", Access::SignedIn, withdraw)
        .api(Method::POST, "/api/v1/proposals/{id}/admit", OFFICE, admit)
        .api(Method::POST, "/api/v1/proposals/{id}/return", OFFICE, return_for_fix)
        .api(Method::POST, "/api/v1/proposals/{id}/rule-out", OFFICE, rule_out)
        .api(Method::POST, "/api/v1/proposals/{id}/rule-out/confirm", OFFICE, confirm_out)
        .api(Method::POST, "/api/v1/proposals/{id}/rule-out/drop", OFFICE, keep_in)
        .api(Method::GET, "/api/v1/proposals/{id}/revisions", Access::SignedIn, revisions)
        .api(
            Method::POST,
            "/api/v1/proposals/{id}/attachments",
            Access::SignedIn,
            attach.layer(DefaultBodyLimit::max(largest)),
        )
        .api(Method::GET, "/api/v1/proposals/{id}/attachments/{file}", Access::SignedIn, download)
        .api(Method::DELETE, "/api/v1/proposals/{id}/attachments/{file}", Access::SignedIn, detach)
        .api(Method::GET, "/api/v1/calls/{id}/proposals", READERS, of_call)
        .api(Method::POST, "/api/v1/calls/{id}/start-review", OFFICE, start_review)
        .api(Method::POST, "/api/v1/calls/{id}/cancel", OFFICE, cancel_call)
        .api(Method::POST, "/api/v1/proposals/{id}/renew", Access::SignedIn, renew)
        .api(Method::GET, "/api/v1/pool", Access::Public, pool);
    super::pages::routes(super::late::api::routes(routes), largest)
}

/// My proposals and those of the teams I lead, the last touched first.
#[utoipa::path(get, path = "/api/v1/proposals", tag = "proposals", params(Paging),
    responses((status = 200, body = List<ProposalLine>), (status = 401, body = Problem)))]
async fn mine(
    State(app): State<App>,
    Caller(who): Caller,
    Query(paging): Query<Paging>,
) -> Result<Json<List<ProposalLine>>, Refusal> {
    let list = queries::mine(app.db.read(), &who, &[], &paging).await?;
    Ok(Json(list.map(|row| ProposalLine::of(row, Sight::Own))))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewProposal {
    call_id: Uuid,
    /// The team in whose name; absent: one's own.
    #[serde(default)]
    organization_id: Option<Uuid>,
    #[serde(default)]
    content: Content,
    /// The code of a call by invitation.
    #[serde(default)]
    invitation: Option<String>,
}

/// Start a proposal for an open call.
#[utoipa::path(post, path = "/api/v1/proposals", tag = "proposals", params(Headers), request_body = NewProposal,
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(app): State<App>,
    Caller(who): Caller,
    headers: Headers,
    Json(new): Json<NewProposal>,
) -> Result<Response, Refusal> {
    let command = headers.into();
    let (call, organization, code) = (new.call_id, new.organization_id, new.invitation.as_deref());
    let created = actions::create(&app, &who, &command, call, organization, new.content, code);
    let done = app.once(&who, &command, created).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

/// One proposal, as much of it as I may see.
#[utoipa::path(get, path = "/api/v1/proposals/{id}", tag = "proposals", params(("id" = Uuid, Path)), security(()),
    responses((status = 200, body = ProposalView), (status = 404, body = Problem)))]
async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<ProposalView>, Refusal> {
    let seen = queries::find_visible(app.db.read(), &who, id).await?;
    let call = calls::queries::find(app.db.read(), who.tenant, seen.row.call_id).await?;
    Ok(Json(views::view(&app, &who, seen, &call).await?))
}

/// Save what was written.
#[utoipa::path(put, path = "/api/v1/proposals/{id}", tag = "proposals", params(("id" = Uuid, Path), Headers), request_body = Content,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn save(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(content): Json<Content>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::save(&app, &who, &command, id, content)).await?))
}

/// Hand in, or hand in again after a return.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/submit", tag = "proposals", params(("id" = Uuid, Path), Headers), request_body = Submission,
    responses((status = 200, body = Receipt), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn submit(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Submission>,
) -> Result<Json<Receipt>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::submit(&app, &who, &command, id, &input)).await?))
}

/// Withdraw a proposal.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/withdraw", tag = "proposals", params(("id" = Uuid, Path), Headers), request_body = Why,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn withdraw(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(why): Json<Why>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::withdraw(&app, &who, &command, id, &why.reason)).await?))
}

/// Find a proposal eligible.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/admit", tag = "proposals", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn admit(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, screening::admit(&app, &who, &command, id)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Defects {
    /// What must be mended in the proposal as a whole.
    #[serde(default)]
    defects: String,
    /// What must be mended, point by point.
    #[serde(default)]
    points: Vec<Point>,
}

/// Return a proposal once for mending.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/return", tag = "proposals", params(("id" = Uuid, Path), Headers), request_body = Defects,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn return_for_fix(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Defects>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    let returned = screening::return_for_fix(&app, &who, &command, id, &input.defects, input.points);
    Ok(Json(app.once(&who, &command, returned).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RuleOut {
    /// The rule of the call's guide, at most 32 characters.
    rule: String,
    reason: String,
}

/// Find a proposal ineligible. It counts when a second person confirms it.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/rule-out", tag = "proposals", params(("id" = Uuid, Path), Headers), request_body = RuleOut,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn rule_out(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<RuleOut>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    let ruled_out = screening::rule_out(&app, &who, &command, id, &input.rule, &input.reason);
    Ok(Json(app.once(&who, &command, ruled_out).await?))
}

/// Confirm, as the second person, that a proposal is ineligible.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/rule-out/confirm", tag = "proposals", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn confirm_out(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, screening::confirm_out(&app, &who, &command, id)).await?))
}

/// Do not follow the finding that a proposal is ineligible: it is checked anew.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/rule-out/drop", tag = "proposals", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn keep_in(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, screening::keep_in(&app, &who, &command, id)).await?))
}

/// What was handed in, newest first.
#[utoipa::path(get, path = "/api/v1/proposals/{id}/revisions", tag = "proposals", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<RevisionView>), (status = 404, body = Problem)))]
async fn revisions(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Vec<RevisionView>>, Refusal> {
    let Seen { row, sight } = queries::find_visible(app.db.read(), &who, id).await?;
    if sight < Sight::Own {
        return Err(Refusal::NotFound);
    }
    let revisions = queries::revisions_of(app.db.read(), who.tenant, row.id).await?;
    let view = |r: twoway_entity::proposals::revision::Model| RevisionView {
        number: r.number,
        title: r.title,
        summary: r.summary,
        answers: r.answers,
        attachments: r.attachments,
        hash: r.hash,
        at: r.at,
    };
    Ok(Json(revisions.into_iter().map(view).collect()))
}

/// Attach a file: a multipart form with the part `file` and, if wanted, `sha256` (hex) before or after it.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/attachments", tag = "proposals", params(("id" = Uuid, Path), Headers),
    request_body(content_type = "multipart/form-data", content = String),
    responses((status = 201, body = Attached), (status = 409, body = Problem), (status = 413, body = Problem)))]
async fn attach(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Parts(form): Parts,
) -> Result<Response, Refusal> {
    let upload = upload::read(form, app.config.attachment_limit).await?;
    let attached = actions::attach(&app, &who, &headers.into(), id, upload.file).await?;
    Ok((StatusCode::CREATED, Json(attached)).into_response())
}

/// Download a file.
#[utoipa::path(get, path = "/api/v1/proposals/{id}/attachments/{file}", tag = "proposals",
    params(("id" = Uuid, Path), ("file" = Uuid, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 404, body = Problem)))]
async fn download(
    State(app): State<App>,
    Caller(who): Caller,
    Path((id, file)): Path<(Uuid, Uuid)>,
) -> Result<Response, Refusal> {
    upload::send(&app, &who, id, file).await
}

/// Take a file off a proposal.
#[utoipa::path(delete, path = "/api/v1/proposals/{id}/attachments/{file}", tag = "proposals",
    params(("id" = Uuid, Path), ("file" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn detach(
    State(app): State<App>,
    Caller(who): Caller,
    Path((id, file)): Path<(Uuid, Uuid)>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, actions::detach(&app, &who, &command, id, file)).await?))
}

#[derive(Default, Deserialize, IntoParams)]
#[serde(default)]
struct InState {
    /// Only proposals in this state.
    #[param(value_type = Option<String>)]
    state: Option<ProposalState>,
}

/// What was handed in for a call, for its office.
#[utoipa::path(get, path = "/api/v1/calls/{id}/proposals", tag = "proposals", params(("id" = Uuid, Path), InState, Paging),
    responses((status = 200, body = List<ProposalLine>), (status = 404, body = Problem)))]
async fn of_call(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    Query(which): Query<InState>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<ProposalLine>>, Refusal> {
    calls::queries::find_visible(app.db.read(), &who, id).await?;
    let states: Vec<ProposalState> = which.state.into_iter().collect();
    let list = queries::handed_in(app.db.read(), &who, Some(id), &states, &paging).await?;
    Ok(Json(list.map(|row| {
        let sight = if queries::is_own(&who, &row) { Sight::Own } else { Sight::Office };
        ProposalLine::of(row, sight)
    })))
}

/// End the formal check: all eligible proposals go to the reviewers.
#[utoipa::path(post, path = "/api/v1/calls/{id}/start-review", tag = "proposals", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn start_review(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, screening::start_review(&app, &who, &command, id)).await?))
}

/// Cancel a call and all its proposals.
#[utoipa::path(post, path = "/api/v1/calls/{id}/cancel", tag = "proposals", params(("id" = Uuid, Path), Headers), request_body = Why,
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn cancel_call(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(why): Json<Why>,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, screening::cancel_call(&app, &who, &command, id, &why.reason)).await?))
}

/// Which part of the pool.
#[derive(Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
struct PoolWanted {
    call: Option<Uuid>,
    /// A node: proposals of teams anywhere below it.
    place: Option<Uuid>,
    /// `money`, `goods`, `people`, `venue`, `service`, `media` or `other`: with an open line of this kind.
    #[param(value_type = Option<String>)]
    kind: Option<NeedKind>,
    /// With any open line.
    open: bool,
    /// Words of title and summary.
    q: String,
    /// `newest` or `ending`.
    #[param(value_type = String)]
    sort: PoolSort,
}

/// The pool: selected proposals that wait for adoption.
#[utoipa::path(get, path = "/api/v1/pool", tag = "proposals", params(PoolWanted, Paging), security(()),
    responses((status = 200, body = List<ProposalLine>)))]
async fn pool(
    State(app): State<App>,
    Caller(who): Caller,
    Query(wanted): Query<PoolWanted>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<ProposalLine>>, Refusal> {
    let PoolWanted { call, place, kind, open, q, sort } = wanted;
    let narrow = PoolNarrow { call, place, kind, open, search: q, sort };
    let list = super::pool::list(app.db.read(), &who, &narrow, &paging).await?;
    Ok(Json(list.map(|row| ProposalLine::of(row, Sight::Public))))
}

/// Say that your pooled proposal is still valid: twelve months more. Possible in the last thirty days of its time.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/renew", tag = "proposals", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn renew(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command = headers.into();
    Ok(Json(app.once(&who, &command, super::pool::renew(&app, &who, &command, id)).await?))
}
