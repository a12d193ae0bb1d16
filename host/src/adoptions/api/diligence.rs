//! Due diligence and the categories of trade, for programs.

use super::OFFICE;
use crate::adoptions::diligence::{self, FindingInput, NewFinding, Outcome, Topic};
use crate::adoptions::trades::{self, NewTrade};
use crate::adoptions::{actions, known, queries};
use crate::http::problem::{Problem, wanted_locale};
use crate::http::{Access, Caller, Headers, Json, Path, Routes};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal, calendar};
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use serde::{Deserialize, Serialize};
use serde_json::json;
use twoway_entity::agreements::finding;
use twoway_ids::Uuid;
use utoipa::ToSchema;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .api(Method::GET, "/api/v1/trades", Access::Public, list_trades)
        .api(Method::PUT, "/api/v1/trades/{key}", OFFICE, set_trade)
        .api(Method::GET, "/api/v1/adoptions/{id}/diligence", Access::SignedIn, show)
        .api(Method::POST, "/api/v1/adoptions/{id}/diligence", OFFICE, record)
        .api(Method::POST, "/api/v1/adoptions/{id}/check", OFFICE, check)
}

#[derive(Serialize, ToSchema)]
pub(super) struct TradeRow {
    key: String,
    title: String,
    /// Whoever trades in it does not adopt.
    blocked: bool,
    /// The document behind a block.
    basis: String,
}

/// The categories of trade from which a sponsor chooses its own.
#[utoipa::path(get, path = "/api/v1/trades", tag = "adoptions", security((), ("token" = [])),
    responses((status = 200, body = Vec<TradeRow>)))]
pub(super) async fn list_trades(
    State(app): State<App>,
    Caller(who): Caller,
    headers: HeaderMap,
) -> Result<Json<Vec<TradeRow>>, Refusal> {
    let all = trades::all(app.db.read(), who.tenant, wanted_locale(&headers, Some(&who))).await?;
    let row = |t: trades::Trade| TradeRow { key: t.key, title: t.title, blocked: t.blocked, basis: t.basis };
    Ok(Json(all.into_iter().map(row).collect()))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TradeInput {
    title: String,
    blocked: bool,
    /// Needed for a block.
    #[serde(default)]
    basis: String,
}

/// Enter a category of trade, or change one.
#[utoipa::path(put, path = "/api/v1/trades/{key}", tag = "adoptions", request_body = TradeInput,
    params(("key" = String, Path), Headers),
    responses((status = 200, body = Done), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn set_trade(
    State(app): State<App>,
    Caller(who): Caller,
    Path(key): Path<String>,
    headers: Headers,
    Json(input): Json<TradeInput>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    let work = async {
        let given = json!({ "title": input.title, "blocked": input.blocked, "basis": input.basis });
        trades::set(&app, &who, &command, &key, NewTrade::parse(&given)?).await
    };
    Ok(Json(app.once(&who, &command, work).await?))
}

#[derive(Serialize, ToSchema)]
pub(super) struct Finding {
    #[schema(value_type = String)]
    topic: Topic,
    #[schema(value_type = String)]
    outcome: Outcome,
    source: String,
    checked_on: String,
    certificate: String,
    valid_until: Option<String>,
    note: String,
    at: i64,
}

impl From<finding::Model> for Finding {
    fn from(f: finding::Model) -> Self {
        Self {
            topic: f.topic,
            outcome: f.outcome,
            source: f.source,
            checked_on: f.checked_on,
            certificate: f.certificate,
            valid_until: f.valid_until,
            note: f.note,
            at: f.at,
        }
    }
}

/// What the sponsor may know of whom it would support.
#[derive(Serialize, ToSchema)]
pub(super) struct Known {
    name: String,
    /// The office has verified the organisation; else it is self-declared.
    verified: bool,
    /// Proposals handed in so far.
    proposals: u64,
    /// Projects carried out to the end.
    completed: u64,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Diligence {
    /// `verified`, `self-declared`
    label: &'static str,
    trade: Option<String>,
    state_owned: Option<bool>,
    own_products: Option<bool>,
    /// What must be looked at for the adoption's lines.
    #[schema(value_type = Vec<String>)]
    needed: Vec<Topic>,
    /// All findings in their order; the newest of a topic counts. Between the office and the sponsor.
    findings: Vec<Finding>,
    team: Known,
}

/// What the sponsor states, what was checked, and what is known of the team.
#[utoipa::path(get, path = "/api/v1/adoptions/{id}/diligence", tag = "adoptions", params(("id" = Uuid, Path)),
    responses((status = 200, body = Diligence), (status = 404, body = Problem)))]
pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Diligence>, Refusal> {
    let db = app.db.read();
    let seen = queries::find_visible(db, &who, id).await?;
    let private = seen.standing.sponsor || seen.standing.reads;
    let stated = diligence::statement(db, who.tenant, id).await?.filter(|_| private);
    let findings = if private { diligence::findings(db, who.tenant, id).await? } else { Vec::new() };
    let team = known::team(db, who.tenant, &seen.proposal).await?;
    let lines: Vec<_> = seen.lines.iter().map(|l| &l.line).collect();
    Ok(Json(Diligence {
        label: if seen.row.checked_at.is_some() { "verified" } else { "self-declared" },
        trade: stated.as_ref().map(|s| s.trade.clone()),
        state_owned: stated.as_ref().map(|s| s.state_owned),
        own_products: stated.as_ref().map(|s| s.own_products),
        needed: diligence::needed(&lines),
        findings: findings.into_iter().map(Finding::from).collect(),
        team: Known { name: team.name, verified: team.verified, proposals: team.proposals, completed: team.completed },
    }))
}

fn checked(app: &App, input: Vec<FindingInput>) -> Result<Vec<NewFinding>, Refusal> {
    let today = calendar::today(app);
    input.into_iter().enumerate().map(|(at, f)| f.check(&format!("findings.{at}."), &today)).collect()
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Findings {
    findings: Vec<FindingInput>,
}

/// Record what was looked up, without a conclusion.
#[utoipa::path(post, path = "/api/v1/adoptions/{id}/diligence", tag = "adoptions", request_body = Findings,
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn record(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Findings>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    let work = async { actions::record_findings(&app, &who, &command, id, checked(&app, input.findings)?).await };
    Ok(Json(app.once(&who, &command, work).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Conclusion {
    /// What follows from what was looked up.
    note: String,
    /// Further findings; those of before count too.
    #[serde(default)]
    findings: Vec<FindingInput>,
}

/// Conclude that the sponsor passes.
#[utoipa::path(post, path = "/api/v1/adoptions/{id}/check", tag = "adoptions", request_body = Conclusion,
    params(("id" = Uuid, Path), Headers),
    responses((status = 200, body = Done), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn check(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<Conclusion>,
) -> Result<Json<Done>, Refusal> {
    let command: Command = headers.into();
    let work = async { actions::check(&app, &who, &command, id, &input.note, checked(&app, input.findings)?).await };
    Ok(Json(app.once(&who, &command, work).await?))
}
