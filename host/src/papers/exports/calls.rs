//! What the desks of a call show, and its public notice.

use super::{As, head, in_yuan, name};
use crate::calls::CallState;
use crate::http::problem::Problem;
use crate::http::{Caller, List, Path, Query};
use crate::papers::download::{Reader, sheet};
use crate::papers::sheet::{Kind, Value};
use crate::proposals::assisted::marked;
use crate::proposals::queries::is_own;
use crate::proposals::views::told;
use crate::proposals::{Decision, ProposalState, Sight};
use crate::reviews::views;
use crate::{App, Refusal, Who, calls, proposals, reviews};
use axum::extract::State;
use axum::response::Response;
use sea_orm::ActiveEnum;
use serde::Deserialize;
use std::collections::HashMap;
use twoway_entity::calls::call;
use twoway_entity::reviews::review;
use twoway_ids::Uuid;
use utoipa::IntoParams;

async fn office_call(app: &App, who: &Who, id: Uuid) -> Result<call::Model, Refusal> {
    let call = calls::queries::find_visible(app.db.read(), who, id).await?;
    if calls::queries::is_office(who, &call) { Ok(call) } else { Err(Refusal::NotFound) }
}

#[derive(Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct InState {
    #[param(value_type = Option<String>)]
    state: Option<ProposalState>,
}

/// What was handed in for a call, as a sheet.
#[utoipa::path(get, path = "/api/v1/calls/{id}/proposals/export", tag = "papers", params(("id" = Uuid, Path), InState, As),
    responses((status = 200, description = "a spreadsheet"), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn handed_in(
    State(app): State<App>,
    Caller(who): Caller,
    Reader(l): Reader,
    Path(id): Path<Uuid>,
    Query(wanted): Query<InState>,
    Query(As { format }): Query<As>,
) -> Result<Response, Refusal> {
    let (app, who) = (&app, &who);
    let call = office_call(app, who, id).await?;
    let states: &Vec<ProposalState> = &wanted.state.into_iter().collect();
    let title = l.t("export-proposals");
    let columns = [
        (l.t("proposal-title"), Kind::Text),
        (l.t("proposal-by"), Kind::Text),
        (l.t("proposal-state"), Kind::State),
        (l.t("proposal-receipt"), Kind::Text),
        (l.t("proposal-submitted-at"), Kind::Moment),
    ];
    let head = head(app, &l.t2("export-of", "what", &title, "whose", &call.title), columns);
    let file = name(app, &[&title, &call.title], format);
    let page = |paging| async move {
        let db = app.db.read();
        let found = proposals::queries::handed_in(db, who, Some(id), states, &paging).await?;
        let mut names = proposals::assisted::proposers(db, l, &found.items).await?;
        let late = proposals::late::among(db, who.tenant, found.items.iter().map(|row| row.id)).await?;
        Ok(found.map(|row| {
            let title = proposals::late::marked(l, &row.title, late.contains(&row.id));
            let sight = if is_own(who, &row) { Sight::Own } else { Sight::Office };
            let state = l.t(&format!("state-proposal-{}", told(&row, sight).to_value()));
            let by = names.remove(&row.id).unwrap_or_default();
            vec![
                title.into(),
                by.into(),
                state.into(),
                row.receipt.into(),
                row.submitted_at.map_or(Value::Nothing, Value::Moment),
            ]
        }))
    };
    sheet(&file, format, head, page).await
}

/// Who reviews what of a call, with the scores so far, as a sheet.
#[utoipa::path(get, path = "/api/v1/calls/{id}/reviews/export", tag = "papers", params(("id" = Uuid, Path), As),
    responses((status = 200, description = "a spreadsheet"), (status = 404, body = Problem)))]
pub(super) async fn assignments(
    State(app): State<App>,
    Caller(who): Caller,
    Reader(l): Reader,
    Path(id): Path<Uuid>,
    Query(As { format }): Query<As>,
) -> Result<Response, Refusal> {
    let (app, who) = (&app, &who);
    let call = office_call(app, who, id).await?;
    let page = |paging| async move {
        let ranked = views::ranking(app, who, id, &paging).await?;
        let ids: Vec<Uuid> = ranked.items.iter().map(|line| line.proposal_id).collect();
        let mut reviews: HashMap<Uuid, Vec<review::Model>> = HashMap::new();
        for row in reviews::queries::of_proposals(app.db.read(), who.tenant, &ids).await? {
            reviews.entry(row.proposal_id).or_default().push(row);
        }
        let people = reviews.values().flatten().map(|r| r.reviewer_id).collect::<std::collections::BTreeSet<_>>();
        let names = views::names(app.db.read(), who.tenant, people).await?;
        let mut rows = Vec::new();
        for line in &ranked.items {
            for row in reviews.remove(&line.proposal_id).unwrap_or_default() {
                rows.push(vec![
                    marked(l, &line.title, line.on_paper).into(),
                    names.get(&row.reviewer_id).into(),
                    l.t(&format!("state-review-{}", row.state.to_value())).into(),
                    row.total.map_or(Value::Nothing, Value::Points),
                    row.reason.into(),
                ]);
            }
        }
        Ok(List { items: rows, next: ranked.next })
    };
    let title = l.t("export-reviews");
    let columns = [
        (l.t("proposal-title"), Kind::Text),
        (l.t("review-reviewer"), Kind::Text),
        (l.t("review-state"), Kind::State),
        (l.t("review-total"), Kind::Points),
        (l.t("export-reason"), Kind::Long),
    ];
    let head = head(app, &l.t2("export-of", "what", &title, "whose", &call.title), columns);
    sheet(&name(app, &[&title, &call.title], format), format, head, page).await
}

/// The proposals of a call by their scores, as a sheet.
#[utoipa::path(get, path = "/api/v1/calls/{id}/ranking/export", tag = "papers", params(("id" = Uuid, Path), As),
    responses((status = 200, description = "a spreadsheet"), (status = 404, body = Problem)))]
pub(super) async fn ranking(
    State(app): State<App>,
    Caller(who): Caller,
    Reader(l): Reader,
    Path(id): Path<Uuid>,
    Query(As { format }): Query<As>,
) -> Result<Response, Refusal> {
    let (app, who) = (&app, &who);
    let call = office_call(app, who, id).await?;
    let decision = |decision: Option<Decision>| {
        l.t(match decision {
            Some(Decision::Selected) => "decision-selected",
            Some(Decision::NotSelected) => "decision-not-selected",
            None => "decision-pending",
        })
    };
    let page = |paging| async move {
        let ranked = views::ranking(app, who, id, &paging).await?;
        Ok(ranked.map(|line| {
            vec![
                marked(l, &line.title, line.on_paper).into(),
                Value::Number(i64::try_from(line.place).unwrap_or(i64::MAX)),
                line.score.map_or(Value::Nothing, Value::Points),
                decision(line.decision).into(),
                line.cost.into(),
                line.decision_reason.into(),
            ]
        }))
    };
    let title = l.t("export-ranking");
    let columns = [
        (l.t("proposal-title"), Kind::Text),
        (l.t("ranking-place"), Kind::Number),
        (l.t("proposal-score"), Kind::Points),
        (l.t("decision"), Kind::State),
        (in_yuan(l, "proposal-cost"), Kind::Yuan),
        (l.t("decision-reason"), Kind::Long),
    ];
    let head = head(app, &l.t2("export-of", "what", &title, "whose", &call.title), columns);
    sheet(&name(app, &[&title, &call.title], format), format, head, page).await
}

/// What was selected, as the public notice shows it, as a sheet.
#[utoipa::path(get, path = "/api/v1/calls/{id}/results/export", tag = "papers", params(("id" = Uuid, Path), As), security(()),
    responses((status = 200, description = "a spreadsheet"), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn results(
    State(app): State<App>,
    Caller(who): Caller,
    Reader(l): Reader,
    Path(id): Path<Uuid>,
    Query(As { format }): Query<As>,
) -> Result<Response, Refusal> {
    let (app, who) = (&app, &who);
    let call = calls::queries::find_visible(app.db.read(), who, id).await?;
    if !matches!(call.state, CallState::PublicNotice | CallState::Concluded) {
        return Err(Refusal::NotFound);
    }
    let title = l.t("results-title");
    let columns = [
        (l.t("proposal-title"), Kind::Text),
        (l.t("proposal-by"), Kind::Text),
        (l.t("proposal-summary"), Kind::Long),
        (in_yuan(l, "proposal-cost"), Kind::Yuan),
    ];
    let head = head(app, &l.t2("export-of", "what", &title, "whose", &call.title), columns);
    let file = name(app, &[&title, &call.title], format);
    let page = |paging| async move {
        let db = app.db.read();
        let found = proposals::queries::published(db, who.tenant, Some(id), &[], &paging).await?;
        let mut names = proposals::assisted::proposers(db, l, &found.items).await?;
        Ok(found.map(|row| {
            let by = names.remove(&row.id).unwrap_or_default();
            vec![row.title.into(), by.into(), row.summary.into(), row.cost.into()]
        }))
    };
    sheet(&file, format, head, page).await
}
