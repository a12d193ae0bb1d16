use super::several::{self, DecisionsInput, Outcome, Outcomes};
use crate::calls::api::OFFICE;
use crate::http::problem::{Fault, Problem};
use crate::http::texts::Locale;
use crate::http::{Caller, Headers, Json, Path, Routes};
use crate::lifecycle::Command;
use crate::papers::Reader;
use crate::{App, Refusal};
use axum::extract::State;
use axum::http::Method;
use serde::Serialize;
use twoway_ids::Uuid;
use utoipa::{OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(paths(look, decide), tags((name = "reviews")))]
pub struct Doc;

pub fn routes(routes: Routes) -> Routes {
    routes.api(Method::POST, "/api/v1/calls/{id}/decisions/check", OFFICE, look).api(
        Method::POST,
        "/api/v1/calls/{id}/decisions",
        OFFICE,
        decide,
    )
}

/// What becomes of one of the proposals.
#[derive(Serialize, ToSchema)]
struct DecisionOutcome {
    proposal_id: Uuid,
    title: Option<String>,
    /// Once it is decided, or the one that was looked at.
    version: Option<i32>,
    /// As the proposer will read it.
    reason: String,
    /// Approved cost in yuan.
    cost: Option<i64>,
    /// Why this one is not decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<Problem>,
}

#[derive(Serialize, ToSchema)]
struct DecisionOutcomes {
    /// How many are decided, or would be.
    ready: usize,
    refused: usize,
    /// What all selected proposals of the call cost together afterwards, in yuan.
    spent: i64,
    rows: Vec<DecisionOutcome>,
}

fn view(l: Locale, outcomes: Outcomes) -> DecisionOutcomes {
    let row = |outcome: Outcome| {
        let (version, refused) = match outcome.result {
            Ok(version) => (Some(version), None),
            Err(refusal) => (None, Some(Problem::new(&Fault::from(refusal), l, None))),
        };
        DecisionOutcome {
            proposal_id: outcome.proposal_id,
            title: outcome.ranked.map(|ranked| ranked.title),
            version,
            reason: outcome.reason,
            cost: outcome.cost,
            refused,
        }
    };
    let rows: Vec<DecisionOutcome> = outcomes.rows.into_iter().map(row).collect();
    let refused = rows.iter().filter(|row| row.refused.is_some()).count();
    DecisionOutcomes { ready: rows.len() - refused, refused, spent: outcomes.spent, rows }
}

/// What one decision about many proposals would do to each; nothing is written.
#[utoipa::path(post, path = "/api/v1/calls/{id}/decisions/check", tag = "reviews", params(("id" = Uuid, Path)), request_body = DecisionsInput,
    responses((status = 200, body = DecisionOutcomes), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn look(
    State(app): State<App>,
    Caller(who): Caller,
    Reader(l): Reader,
    Path(id): Path<Uuid>,
    Json(input): Json<DecisionsInput>,
) -> Result<Json<DecisionOutcomes>, Refusal> {
    Ok(Json(view(l, several::look(&app, &who, id, &input).await?)))
}

/// Decide about many proposals of a call, each by itself: what one is refused for stands in its row and keeps no other from being decided.
#[utoipa::path(post, path = "/api/v1/calls/{id}/decisions", tag = "reviews", params(("id" = Uuid, Path), Headers), request_body = DecisionsInput,
    responses((status = 200, body = DecisionOutcomes), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn decide(
    State(app): State<App>,
    Caller(who): Caller,
    Reader(l): Reader,
    Path(id): Path<Uuid>,
    headers: Headers,
    Json(input): Json<DecisionsInput>,
) -> Result<Json<DecisionOutcomes>, Refusal> {
    let command: Command = headers.into();
    Ok(Json(view(l, several::decide(&app, &who, &command, id, &input).await?)))
}
