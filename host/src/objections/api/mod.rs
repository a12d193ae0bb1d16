mod files;

pub(super) use files::evidence_file;

use super::actions::{self, AnswerInput};
use super::identity::Identity;
use super::model::NewObjection;
use super::queries::{self, READS, Seen, Sight};
use super::state::{Ground, ObjectionState, Outcome, Target};
use super::{HANDLES, evidence, handlers, identity};
use crate::calls::api::{OFFICE, Why};
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, List, Paging, Path, Query, Routes};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal, calls};
use axum::extract::{DefaultBodyLimit, State};
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use files::EvidenceView;
use serde::{Deserialize, Serialize};
use twoway_entity::objections::objection;
use twoway_ids::{Millis, Uuid};
use utoipa::{OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(
    paths(
        file, files::file_with_files, files::evidence_file, list, show, handlers, admit, dismiss, assign, begin, extend, answer,
        answer_finally, publish, accept, review, withdraw, look, of_call
    ),
    tags((name = "objections"))
)]
pub struct Doc;

pub(super) const READERS: Access = Access::AnyOf(READS);
pub(super) const HANDLERS: Access = Access::AnyOf(HANDLES);

pub fn routes(routes: Routes) -> Routes {
    // All files whole, and the form around them; each is measured where it is read.
    let largest = routes.app().config.attachment_limit * evidence::MOST + (1 << 20);
    let with_files = files::file_with_files.layer(DefaultBodyLimit::max(largest));
    let routes = routes
        .api(Method::POST, "/api/v1/objections", Access::SignedIn, file)
        .api(Method::POST, "/api/v1/objections/with-files", Access::SignedIn, with_files)
        .api(Method::GET, "/api/v1/objections/{id}/files/{file}", Access::SignedIn, files::evidence_file)
        .api(Method::GET, "/api/v1/objections", Access::SignedIn, list)
        .api(Method::GET, "/api/v1/objections/{id}", Access::SignedIn, show)
        .api(Method::GET, "/api/v1/objections/{id}/handlers", OFFICE, handlers)
        .api(Method::POST, "/api/v1/objections/{id}/admit", OFFICE, admit)
        .api(Method::POST, "/api/v1/objections/{id}/dismiss", OFFICE, dismiss)
        .api(Method::POST, "/api/v1/objections/{id}/assign", OFFICE, assign)
        .api(Method::POST, "/api/v1/objections/{id}/begin", HANDLERS, begin)
        .api(Method::POST, "/api/v1/objections/{id}/extend", HANDLERS, extend)
        .api(Method::POST, "/api/v1/objections/{id}/answer", HANDLERS, answer)
        .api(Method::POST, "/api/v1/objections/{id}/answer-finally", HANDLERS, answer_finally)
        .api(Method::POST, "/api/v1/objections/{id}/publish", HANDLERS, publish)
        .api(Method::POST, "/api/v1/objections/{id}/objector", HANDLERS, look)
        .api(Method::POST, "/api/v1/objections/{id}/accept", Access::SignedIn, accept)
        .api(Method::POST, "/api/v1/objections/{id}/review", Access::SignedIn, review)
        .api(Method::POST, "/api/v1/objections/{id}/withdraw", Access::SignedIn, withdraw)
        .api(Method::GET, "/api/v1/calls/{id}/objections", Access::Public, of_call);
    super::pages::routes(routes, largest)
}

/// File an objection to an item in notice, or a complaint about a project. Who you are is kept under seal: only the handler and the
/// supervisor can open it, and each look is recorded.
#[utoipa::path(post, path = "/api/v1/objections", tag = "objections", params(Headers), request_body = NewObjection,
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn file(
    State(app): State<App>,
    Caller(who): Caller,
    headers: Headers,
    Json(input): Json<NewObjection>,
) -> Result<Response, Refusal> {
    let command: Command = headers.into();
    Ok((StatusCode::CREATED, Json(actions::file(&app, &who, &command, input, Vec::new()).await?)).into_response())
}

/// An objection as its reader may see it. Who filed it is never part of it.
#[derive(Serialize, ToSchema)]
struct ObjectionView {
    id: Uuid,
    version: i32,
    #[schema(value_type = String)]
    state: ObjectionState,
    /// You filed it.
    mine: bool,
    #[schema(value_type = String)]
    target: Target,
    item: Uuid,
    title: String,
    #[schema(value_type = String)]
    ground: Ground,
    statement: String,
    wish: String,
    filed_at: Millis,
    due_at: Option<Millis>,
    overdue: bool,
    extension_reason: Option<String>,
    dismissal: Option<String>,
    #[schema(value_type = Option<String>)]
    result: Option<Outcome>,
    answer: Option<String>,
    review_reason: Option<String>,
    second_answer: Option<String>,
    public_answer: Option<String>,
    /// How many files came with it.
    file_count: u64,
    /// For who filed it, the handler and the supervisor.
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<Vec<EvidenceView>>,
    /// For the office.
    #[serde(skip_serializing_if = "Option::is_none")]
    handler: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    second_handler: Option<Uuid>,
}

impl ObjectionView {
    async fn of(app: &App, seen: Seen) -> Result<Self, Refusal> {
        let file_count = evidence::count(app.db.read(), &seen.row).await?;
        let files: Vec<_> = evidence::shown(app, &seen).await?.into_iter().map(EvidenceView::from).collect();
        let Seen { row, sight } = seen;
        let office = sight.is_office();
        Ok(Self {
            answer: identity::open_answer(&app.keys, &row, "answer", row.answer.as_ref())?,
            second_answer: identity::open_answer(&app.keys, &row, "second-answer", row.second_answer.as_ref())?,
            id: row.id,
            version: row.version,
            state: row.state,
            mine: sight == Sight::Objector,
            target: row.target,
            item: row.target_id,
            title: row.title,
            ground: row.ground,
            statement: row.statement,
            wish: row.wish,
            filed_at: row.created_at,
            overdue: row.due_at.is_some_and(|due| app.now() >= due),
            due_at: row.due_at,
            extension_reason: row.extension_reason,
            dismissal: row.dismissal,
            result: row.result,
            review_reason: row.review_reason,
            public_answer: row.public_answer,
            file_count,
            files: sight.reads_evidence().then_some(files),
            handler: row.handler_id.filter(|_| office),
            second_handler: row.second_handler_id.filter(|_| office),
        })
    }
}

/// A line of a list of objections.
#[derive(Serialize, ToSchema)]
struct ObjectionLine {
    id: Uuid,
    version: i32,
    #[schema(value_type = String)]
    state: ObjectionState,
    #[schema(value_type = String)]
    target: Target,
    title: String,
    #[schema(value_type = String)]
    ground: Ground,
    filed_at: Millis,
    due_at: Option<Millis>,
    #[schema(value_type = Option<String>)]
    result: Option<Outcome>,
}

impl From<objection::Model> for ObjectionLine {
    fn from(row: objection::Model) -> Self {
        Self {
            id: row.id,
            version: row.version,
            state: row.state,
            target: row.target,
            title: row.title,
            ground: row.ground,
            filed_at: row.created_at,
            due_at: row.due_at,
            result: row.result,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Whose {
    office: bool,
}

/// My objections and complaints; with `office=true` those that my office answers for.
#[utoipa::path(get, path = "/api/v1/objections", tag = "objections",
    params(("office" = Option<bool>, Query), Paging), responses((status = 200, body = List<ObjectionLine>)))]
async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Query(whose): Query<Whose>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<ObjectionLine>>, Refusal> {
    let found = match whose.office {
        true => queries::of_office(&app, &who, &[], &paging).await?,
        false => queries::mine(&app, &who, &paging).await?,
    };
    Ok(Json(found.map(ObjectionLine::from)))
}

/// One objection.
#[utoipa::path(get, path = "/api/v1/objections/{id}", tag = "objections", params(("id" = Uuid, Path)),
    responses((status = 200, body = ObjectionView), (status = 404, body = Problem)))]
async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<ObjectionView>, Refusal> {
    Ok(Json(ObjectionView::of(&app, queries::find_visible(&app, &who, id).await?).await?))
}

/// Somebody who can be asked to handle it.
#[derive(Serialize, ToSchema)]
struct HandlerView {
    account: Uuid,
    name: String,
    organization: String,
}

/// Who can handle it: people of the office who are not concerned.
#[utoipa::path(get, path = "/api/v1/objections/{id}/handlers", tag = "objections", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<HandlerView>), (status = 404, body = Problem)))]
async fn handlers(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Vec<HandlerView>>, Refusal> {
    let seen = queries::find_visible(&app, &who, id).await?;
    if seen.sight == Sight::Objector {
        return Err(Refusal::NotAllowed);
    }
    let second = matches!(seen.row.state, ObjectionState::ReviewRequested | ObjectionState::ReviewAssigned);
    let found = handlers::candidates(&app, &seen.row, second).await?;
    let free = found.into_iter().filter(|c| c.refused.is_none());
    Ok(Json(free.map(|c| HandlerView { account: c.account, name: c.name, organization: c.organization }).collect()))
}

/// Take it up; the answer is due five working days later.
#[utoipa::path(post, path = "/api/v1/objections/{id}/admit", tag = "objections", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn admit(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::admit(&app, &who, &command, id)).await?))
}

/// Do not take it up, and say why.
#[utoipa::path(post, path = "/api/v1/objections/{id}/dismiss", tag = "objections", params(("id" = Uuid, Path), Headers),
    request_body = Why, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn dismiss(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(why): Json<Why>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::dismiss(&app, &who, &command, id, &why.reason)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Assignment {
    handler: Uuid,
}

/// Give it to a handler who is not concerned, the first time or anew; after a request for a second look, to another person.
#[utoipa::path(post, path = "/api/v1/objections/{id}/assign", tag = "objections", params(("id" = Uuid, Path), Headers),
    request_body = Assignment, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn assign(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Assignment>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::assign(&app, &who, &command, id, input.handler)).await?))
}

/// Begin to look into it.
#[utoipa::path(post, path = "/api/v1/objections/{id}/begin", tag = "objections", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn begin(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::begin(&app, &who, &command, id)).await?))
}

/// Extend the time for the answer by five working days, once.
#[utoipa::path(post, path = "/api/v1/objections/{id}/extend", tag = "objections", params(("id" = Uuid, Path), Headers),
    request_body = Why, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn extend(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(why): Json<Why>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::extend(&app, &who, &command, id, &why.reason)).await?))
}

/// Answer it. Upheld, the item goes back at once.
#[utoipa::path(post, path = "/api/v1/objections/{id}/answer", tag = "objections", params(("id" = Uuid, Path), Headers),
    request_body = AnswerInput, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn answer(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<AnswerInput>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::answer(&app, &who, &command, id, input)).await?))
}

/// Answer the second time, and finally.
#[utoipa::path(post, path = "/api/v1/objections/{id}/answer-finally", tag = "objections", params(("id" = Uuid, Path), Headers),
    request_body = AnswerInput, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn answer_finally(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<AnswerInput>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::answer_finally(&app, &who, &command, id, input)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PublicAnswer {
    text: String,
}

/// Write what the notice page says of it. It must not tell who filed it.
#[utoipa::path(post, path = "/api/v1/objections/{id}/publish", tag = "objections", params(("id" = Uuid, Path), Headers),
    request_body = PublicAnswer, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn publish(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<PublicAnswer>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(app.once(&who, &command, actions::publish(&app, &who, &command, id, &input.text)).await?))
}

/// See who filed it: for the handler and the supervisor. The look is recorded.
#[utoipa::path(post, path = "/api/v1/objections/{id}/objector", tag = "objections", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Identity), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn look(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Identity>, Refusal> {
    Ok(Json(actions::look(&app, &who, &headers.into(), id).await?))
}

/// Take the answer: you ask for no second look.
#[utoipa::path(post, path = "/api/v1/objections/{id}/accept", tag = "objections", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn accept(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    Ok(Json(actions::accept(&app, &who, &headers.into(), id).await?))
}

/// Ask for a second look by another person, within five working days of the answer.
#[utoipa::path(post, path = "/api/v1/objections/{id}/review", tag = "objections", params(("id" = Uuid, Path), Headers),
    request_body = Why, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn review(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(why): Json<Why>,
) -> Result<Json<Done>, Refusal> {
    Ok(Json(actions::request_review(&app, &who, &headers.into(), id, &why.reason).await?))
}

/// Take your own objection back.
#[utoipa::path(post, path = "/api/v1/objections/{id}/withdraw", tag = "objections", params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn withdraw(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<Json<Done>, Refusal> {
    Ok(Json(actions::withdraw(&app, &who, &headers.into(), id).await?))
}

/// What the public is told of the objections to a call's results.
#[derive(Serialize, ToSchema)]
struct ToldView {
    filed: u64,
    open: u64,
    answers: Vec<PublishedView>,
}

#[derive(Serialize, ToSchema)]
struct PublishedView {
    item: Uuid,
    title: String,
    #[schema(value_type = Option<String>)]
    result: Option<Outcome>,
    answer: String,
    published_at: Millis,
}

/// How many objections there are to a call's results, and the answers that were published.
#[utoipa::path(get, path = "/api/v1/calls/{id}/objections", tag = "objections", params(("id" = Uuid, Path)), security(()),
    responses((status = 200, body = ToldView), (status = 404, body = Problem)))]
async fn of_call(State(app): State<App>, Caller(who): Caller, Path(id): Path<Uuid>) -> Result<Json<ToldView>, Refusal> {
    let db = app.db.read();
    calls::queries::find_visible(db, &who, id).await?;
    let told = queries::told(db, who.tenant, id).await?;
    let answers = told.published.into_iter().filter_map(|row| {
        Some(PublishedView {
            item: row.target_id,
            title: row.title,
            result: row.result,
            answer: row.public_answer?,
            published_at: row.published_at?,
        })
    });
    Ok(Json(ToldView { filed: told.filed, open: told.open, answers: answers.collect() }))
}
