use super::hall::{self, Narrow};
use super::{NeedKind, NewLine, actions, model, pages, queries};
use crate::calendar::today;
use crate::http::problem::Problem;
use crate::http::{Access, Caller, Headers, Json, List, Paging, Path, Query, Routes};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal, adoptions, organizations, proposals};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use twoway_entity::needs::need_line;
use twoway_ids::Uuid;
use utoipa::{IntoParams, OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(paths(list, add, change, remove, open_lines), tags((name = "needs")))]
pub struct Doc;

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .api(Method::GET, "/api/v1/proposals/{id}/needs", Access::Public, list)
        .api(Method::POST, "/api/v1/proposals/{id}/needs", Access::SignedIn, add)
        .api(Method::PUT, "/api/v1/needs/{id}", Access::SignedIn, change)
        .api(Method::DELETE, "/api/v1/needs/{id}", Access::SignedIn, remove)
        .api(Method::GET, "/api/v1/hall", Access::Public, open_lines);
    pages::routes(routes)
}

/// A need line and how far it is covered: `held + active + delivered` never passes `optimum`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Line {
    pub id: Uuid,
    #[schema(value_type = String)]
    pub kind: NeedKind,
    pub title: String,
    pub description: String,
    pub unit: String,
    pub minimum: i64,
    pub optimum: i64,
    pub divisible: bool,
    pub required: bool,
    /// `YYYY-MM-DD`
    pub due_on: String,
    /// Who receives money.
    pub recipient: Option<Recipient>,
    pub held: i64,
    pub active: i64,
    pub delivered: i64,
    /// Of `active`, what is promised on a condition that is not decided.
    pub conditional: i64,
    pub open: i64,
    pub version: i32,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Recipient {
    pub id: Uuid,
    pub name: String,
}

impl Line {
    fn new(line: need_line::Model, recipient: Option<String>, conditional: i64) -> Self {
        let open = super::LineCoverage::from(&line).open();
        Self {
            id: line.id,
            kind: line.kind,
            title: line.title,
            description: line.description,
            unit: line.unit,
            minimum: line.minimum,
            optimum: line.optimum,
            divisible: line.divisible,
            required: line.required,
            due_on: line.due_on,
            recipient: line.recipient_id.map(|id| Recipient { id, name: recipient.unwrap_or_default() }),
            held: line.held,
            active: line.active,
            delivered: line.delivered,
            conditional,
            open,
            version: line.version,
        }
    }
}

/// A line as it is entered.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LineInput {
    /// `money`, `goods`, `people`, `venue`, `service`, `media`
    kind: String,
    title: String,
    #[serde(default)]
    description: String,
    /// Left out for money, which counts in yuan.
    #[serde(default)]
    unit: String,
    /// At least 1.
    minimum: i64,
    /// At least the minimum.
    optimum: i64,
    #[serde(default)]
    divisible: bool,
    #[serde(default)]
    required: bool,
    /// `YYYY-MM-DD`
    due_on: String,
    /// A verified recipient's id; money only, and there it must be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recipient: Option<Uuid>,
}

/// The needs of a proposal, with their coverage.
#[utoipa::path(get, path = "/api/v1/proposals/{id}/needs", tag = "needs", params(("id" = Uuid, Path)), security((), ("token" = [])),
    responses((status = 200, body = Vec<Line>), (status = 404, body = Problem)))]
async fn list(State(app): State<App>, Caller(who): Caller, Path(id): Path<Uuid>) -> Result<Json<Vec<Line>>, Refusal> {
    let db = app.db.read();
    proposals::queries::find_visible(db, &who, id).await?;
    let lines = queries::lines(db, &who, id).await?;
    let names = organizations::names(db, &who, lines.iter().filter_map(|l| l.recipient_id)).await?;
    let conditional = adoptions::conditions::conditional(db, who.tenant, lines.iter().map(|l| l.id)).await?;
    let view = |line: need_line::Model| {
        let recipient = line.recipient_id.and_then(|id| names.get(&id).cloned());
        let conditional = conditional.get(&line.id).copied().unwrap_or_default();
        Line::new(line, recipient, conditional)
    };
    Ok(Json(lines.into_iter().map(view).collect()))
}

/// Add a line.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/needs", tag = "needs", request_body = LineInput,
    params(("id" = Uuid, Path), Headers),
    responses((status = 201, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn add(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<LineInput>,
) -> Result<Response, Refusal> {
    let command: Command = headers.into();
    let done = app
        .once(&who, &command, async {
            let line = NewLine::parse(&serde_json::to_value(&input)?, &today(&app))?;
            actions::add_line(&app, &who, &command, id, line).await
        })
        .await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

/// Change a line. `If-Match` is the line's version.
#[utoipa::path(put, path = "/api/v1/needs/{id}", tag = "needs", request_body = LineInput, params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
async fn change(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<LineInput>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    let work = async {
        let line = NewLine::parse(&serde_json::to_value(&input)?, &today(&app))?;
        actions::change_line(&app, &who, &command, id, line).await
    };
    Ok(Json(app.once(&who, &command, work).await?))
}

/// Remove a line. `If-Match` is the line's version.
#[utoipa::path(delete, path = "/api/v1/needs/{id}", tag = "needs", params(("id" = Uuid, Path), Headers),
    responses((status = 204), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn remove(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
) -> Result<StatusCode, Refusal> {
    let command: Command = headers.into();
    app.once(&who, &command, actions::remove_line(&app, &who, &command, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A line that can be adopted now.
#[derive(Debug, Serialize, ToSchema)]
struct OpenLine {
    proposal: Uuid,
    project: String,
    /// The proposal behind it was typed in from paper by the office.
    on_paper: bool,
    team: Option<String>,
    line: Line,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub(super) struct HallQuery {
    /// `money`, `goods`, `people`, `venue`, `service`, `media`
    pub kind: Option<String>,
    /// A node's id.
    pub place: Option<Uuid>,
    pub cursor: Option<String>,
    pub limit: Option<u64>,
}

impl HallQuery {
    pub(super) fn narrow(&self) -> Result<Narrow, Refusal> {
        let kind = match self.kind.as_deref().filter(|k| !k.is_empty()) {
            Some(kind) => {
                Some(model::kind(kind).ok_or_else(|| Refusal::BadRequest(format!("there is no kind {kind}")))?)
            }
            None => None,
        };
        Ok(Narrow { kind, place: self.place })
    }

    pub(super) fn paging(&self) -> Paging {
        Paging { cursor: self.cursor.clone(), limit: self.limit }
    }
}

/// The adoption hall: open lines of pooled proposals, those that are needed first first.
#[utoipa::path(get, path = "/api/v1/hall", tag = "needs", params(HallQuery), security((), ("token" = [])),
    responses((status = 200, body = List<OpenLine>), (status = 400, body = Problem)))]
async fn open_lines(
    State(app): State<App>,
    Caller(who): Caller,
    Query(query): Query<HallQuery>,
) -> Result<Json<List<OpenLine>>, Refusal> {
    let found = hall::hall(app.db.read(), &who, &query.narrow()?, &today(&app), &query.paging()).await?;
    Ok(Json(found.map(|offer| OpenLine {
        proposal: offer.line.proposal_id,
        project: offer.proposal_title,
        on_paper: offer.on_paper,
        team: offer.team,
        line: Line::new(offer.line, offer.recipient, offer.conditional),
    })))
}
