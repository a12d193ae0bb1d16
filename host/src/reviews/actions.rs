use super::conflicts::{self, Conflict, Level};
use super::facts;
use super::model::Sheet;
use super::plan;
use super::queries::{self, candidates, find_visible, place};
use super::rules;
use super::second;
use super::settings;
use super::state::{ReviewEvent, ReviewMachine, ReviewState};
use crate::calls::{self, CallState};
use crate::lifecycle::{Command, Done, Machine, Step, permit, wrong_state};
use crate::notices::{Told, tell, tell_all};
use crate::proposals::{self, ProposalState};
use crate::{App, Refusal, Who};
use sea_orm::sea_query::{Expr, OnConflict, SimpleExpr};
use sea_orm::{
    ActiveEnum, ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use twoway_entity::accounts::Role;
use twoway_entity::calls::call;
use twoway_entity::proposals::proposal;
use twoway_entity::reviews::{found, review, setting};
use twoway_ids::Uuid;

/// Rows in one statement.
const AT_ONCE: usize = 500;

/// Asks somebody to review a proposal. Refused where they have a conflict of interest.
pub async fn assign(app: &App, who: &Who, command: &Command, proposal: Uuid, reviewer: Uuid) -> Result<Done, Refusal> {
    let row = proposals::queries::find_visible(app.db.read(), who, proposal).await?.row;
    let call = reviewed_call(app, who, row.call_id).await?;
    if row.state != ProposalState::UnderReview {
        return Err(Refusal::of("not-under-review", "M1"));
    }
    let round = second::items(app.db.read(), who.tenant, call.id).await?;
    if round.is_some_and(|items| !items.contains_key(&row.id)) {
        return Err(Refusal::of("not-in-second-round", "M3"));
    }
    if !candidates(app.db.read(), who.tenant).await?.iter().any(|c| c.account == reviewer) {
        return Err(Refusal::rule("not-a-reviewer"));
    }
    let found = conflicts_of(app, &call, &row, reviewer).await?;
    if let Some(conflict) = found.iter().find(|c| c.level == Level::Block) {
        return Err(conflict.refusal());
    }
    let before = queries::of_proposals(app.db.read(), who.tenant, &[proposal]).await?;
    let before = before.into_iter().find(|r| r.reviewer_id == reviewer);
    match before.as_ref().map(|r| r.state) {
        None | Some(ReviewState::Unassigned) => {}
        Some(ReviewState::Recused) => return Err(Refusal::of("recused-before", "M1")),
        Some(ReviewState::Voided) => return Err(Refusal::of("voided-before", "M1")),
        Some(_) => return Err(Refusal::rule("assigned-already")),
    }
    let by = who.account().ok_or(Refusal::SignedOut)?;
    app.act(who, command, move |step| async move {
        let placing = Placing { proposal: &row, reviewer, before, found: &found };
        let done = place_on_desks(&step, &call, by, vec![placing]).await?;
        done.into_iter().next().ok_or(Refusal::NotFound)
    })
    .await
}

/// How an automatic assignment went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Assigned {
    /// Assignments made.
    pub made: usize,
    /// Assignments that no reviewer without a conflict was left for.
    pub lacking: usize,
}

/// Gives every proposal of the call as many reviewers as its review needs, at once: what a plan would propose, without a look at it.
pub async fn assign_balanced(app: &App, who: &Who, command: &Command, call_id: Uuid) -> Result<Assigned, Refusal> {
    let call = reviewed_call(app, who, call_id).await?;
    command.check_version(call.version)?;
    let by = who.account().ok_or(Refusal::SignedOut)?;
    let drawn = plan::draw(app, &call).await?;
    let lacking = drawn.lacking();
    app.act(who, command, move |step| async move {
        let mut placings = Vec::new();
        for line in &drawn.lines {
            for chosen in &line.reviewers {
                let (proposal, found) = (&line.proposal, chosen.found.as_slice());
                placings.push(Placing { proposal, reviewer: chosen.id, before: None, found });
            }
        }
        let made = place_on_desks(&step, &call, by, placings).await?.len();
        Ok(Assigned { made, lacking })
    })
    .await
}

/// One reviewer for one proposal, with the assignment that the office had taken back and what was computed about conflicts.
pub(super) struct Placing<'a> {
    pub proposal: &'a proposal::Model,
    pub reviewer: Uuid,
    pub before: Option<review::Model>,
    pub found: &'a [Conflict],
}

/// Writes assignments to proposals of one call: new ones, and those that the office had taken back; the statements grow by a few for some
/// hundred of them. `by`: who asks.
pub(super) async fn place_on_desks(
    step: &Step,
    call: &call::Model,
    by: Uuid,
    placings: Vec<Placing<'_>>,
) -> Result<Vec<Done>, Refusal> {
    let titles = told_titles(step, call, placings.iter().map(|placing| placing.proposal)).await?;
    let (mut done, mut new, mut again) = (Vec::new(), Vec::new(), Vec::new());
    let (mut found, mut told) = (Vec::new(), Vec::new());
    for Placing { proposal, reviewer, before, found: conflicts } in placings {
        let (id, version) = match &before {
            Some(before) => (before.id, before.version + 1),
            None => (step.new_id(), 1),
        };
        match before {
            Some(before) => again.push(before),
            None => new.push(assigned(step, id, proposal, (reviewer, by))),
        }
        found.push((id, serde_json::to_value(conflicts)?));
        let values = json!({ "title": titles.get(&proposal.id).unwrap_or(&proposal.title) });
        let link = format!("/reviews/{id}");
        told.push(Told { account: reviewer, template: "notice-review-assigned", values, link });
        done.push(Done { id, version });
    }
    for chunk in new.chunks(AT_ONCE) {
        let rows = chunk.iter().map(|row| row.clone().into_active_model().reset_all());
        review::Entity::insert_many(rows)
            .exec_without_returning(step.tx())
            .await
            .map_err(crate::refusal::stale_if_taken)?;
        for row in chunk {
            let payload = json!({ "proposal": row.proposal_id, "reviewer": row.reviewer_id });
            step.created::<ReviewMachine>(row.id, ReviewState::Assigned, payload);
        }
    }
    assign_again(step, again, by).await?;
    keep_found(step, found).await?;
    tell_all(step, told).await?;
    Ok(done)
}

/// A new assignment.
fn assigned(step: &Step, id: Uuid, row: &proposal::Model, (reviewer, by): (Uuid, Uuid)) -> review::Model {
    review::Model {
        tenant_id: step.who().tenant,
        id,
        call_id: row.call_id,
        proposal_id: row.id,
        path: row.path.clone(),
        reviewer_id: reviewer,
        assigned_by: by,
        assigned_at: step.now(),
        declared_at: None,
        reason: None,
        scores: json!({}),
        comment: String::new(),
        total: None,
        scored_at: None,
        state: ReviewState::Assigned,
        version: 1,
    }
}

/// Assignments that the office had taken back stand again.
async fn assign_again(step: &Step, rows: Vec<review::Model>, by: Uuid) -> Result<(), Refusal> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut by_state: BTreeMap<String, (ReviewState, Vec<_>)> = BTreeMap::new();
    for row in rows {
        let moved = (row.id, row.version, json!({ "reviewer": row.reviewer_id }));
        by_state.entry(row.state.to_value()).or_insert((row.state, Vec::new())).1.push(moved);
    }
    for (state, moved) in by_state.into_values() {
        step.advance_all::<ReviewMachine>(state, ReviewEvent::Assign, moved).await?;
    }
    for chunk in ids.chunks(AT_ONCE) {
        review::Entity::update_many()
            .col_expr(review::Column::AssignedBy, Expr::value(by))
            .col_expr(review::Column::AssignedAt, Expr::value(step.now()))
            .col_expr(review::Column::DeclaredAt, Expr::value(Option::<i64>::None))
            .col_expr(review::Column::Reason, Expr::value(Option::<String>::None))
            .filter(review::Column::TenantId.eq(step.who().tenant))
            .filter(review::Column::Id.is_in(chunk.iter().copied()))
            .exec(step.tx())
            .await?;
    }
    Ok(())
}

/// The titles of proposals of one call as a reviewer may read them.
pub(super) async fn told_titles(
    step: &Step,
    call: &call::Model,
    proposals: impl Iterator<Item = &proposal::Model>,
) -> Result<HashMap<Uuid, String>, Refusal> {
    let hidden = setting::Entity::find_by_id((call.tenant_id, call.id)).one(step.tx()).await?;
    let hidden = hidden.is_some_and(|s| s.hide_proposer);
    let (mut titles, mut masked) = (HashMap::new(), BTreeMap::new());
    for row in proposals {
        if proposals::queries::is_masked(row, hidden) {
            masked.entry(row.id).or_insert_with(|| row.clone());
        } else {
            titles.entry(row.id).or_insert_with(|| row.title.clone());
        }
    }
    let form = calls::form_of(call)?;
    let mut masked: Vec<proposal::Model> = masked.into_values().collect();
    for chunk in masked.chunks_mut(AT_ONCE) {
        let names = proposals::queries::names_behind(step.tx(), chunk).await?;
        for row in chunk {
            proposals::queries::mask(row, names.get(&row.id).map_or(&[], Vec::as_slice), &form);
            titles.insert(row.id, std::mem::take(&mut row.title));
        }
    }
    Ok(titles)
}

/// Keeps what was computed with assignments, in the place of what was computed before.
async fn keep_found(step: &Step, found: Vec<(Uuid, Value)>) -> Result<(), Refusal> {
    use found::Column as C;
    for chunk in found.chunks(AT_ONCE) {
        let row = |(review, conflicts): &(Uuid, Value)| found::ActiveModel {
            tenant_id: Set(step.who().tenant),
            review_id: Set(*review),
            found: Set(conflicts.clone()),
            computed_at: Set(step.now()),
            words: Set(String::new()),
        };
        let again = OnConflict::columns([C::TenantId, C::ReviewId])
            .update_columns([C::Found, C::ComputedAt, C::Words])
            .to_owned();
        found::Entity::insert_many(chunk.iter().map(row)).on_conflict(again).exec_without_returning(step.tx()).await?;
        chunk.iter().for_each(|(review, _)| step.wrote(found::Entity, *review));
    }
    Ok(())
}

/// The reviewer signs to have no interest in the proposal, and may read it from then on. Where a tie asks for it, they say in words how
/// they stand to it.
pub async fn declare(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    declaration: bool,
    words: &str,
) -> Result<Done, Refusal> {
    let (row, proposal, call) = own(app, who, command, id, ReviewEvent::Declare).await?;
    rules::declared(declaration)?;
    // What became known since the assignment counts, too.
    let conflicts = conflicts_of(app, &call, &proposal, row.reviewer_id).await?;
    if let Some(conflict) = conflicts.iter().find(|c| c.level == Level::Block) {
        // The conflict's own words would tell whose proposal it is.
        let hidden = settings::load(app.db.read(), who.tenant, call.id).await?.hide_proposer;
        return Err(if hidden { Refusal::of("conflict-hidden", "M1") } else { conflict.refusal() });
    }
    let words = rules::in_words(&conflicts, words)?;
    app.act(who, command, move |step| async move {
        let payload = if conflicts.is_empty() { json!({}) } else { json!({ "ties": conflicts }) };
        advance(&step, &row, ReviewEvent::Declare, payload).await?;
        write(&step, id, [(review::Column::DeclaredAt, Expr::value(step.now()))]).await?;
        keep_found(&step, vec![(id, serde_json::to_value(&conflicts)?)]).await?;
        found::Entity::update_many()
            .filter(found::Column::TenantId.eq(step.who().tenant))
            .filter(found::Column::ReviewId.eq(id))
            .col_expr(found::Column::Words, Expr::value(words))
            .exec(step.tx())
            .await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// The reviewer steps aside, for a reason that only the office reads.
pub async fn recuse(app: &App, who: &Who, command: &Command, id: Uuid, why: &str) -> Result<Done, Refusal> {
    let (row, proposal, _) = own(app, who, command, id, ReviewEvent::Recuse).await?;
    let why = calls::reason(why)?;
    app.act(who, command, move |step| async move {
        advance(&step, &row, ReviewEvent::Recuse, json!({ "reason": why })).await?;
        write(&step, id, [(review::Column::Reason, Expr::value(why))]).await?;
        let values = json!({ "title": proposal.title });
        let link = format!("/office/calls/{}/reviews", row.call_id);
        tell(&step, row.assigned_by, "notice-review-recused", values, link, false).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// The reviewer's scores; they may be changed until the review ends.
pub async fn score(app: &App, who: &Who, command: &Command, id: Uuid, sheet: Sheet) -> Result<Done, Refusal> {
    let (row, _, call) = own(app, who, command, id, ReviewEvent::Score).await?;
    if !settings::load(app.db.read(), who.tenant, call.id).await?.rights(app.now()).scores {
        return Err(Refusal::of("scoring-closed", "M3"));
    }
    let (sheet, total) = sheet.parse(&calls::rubric_of(&call)?)?;
    app.act(who, command, move |step| async move { put_scores(&step, &row, sheet, total).await }).await
}

/// One's own review that may be scored now, and its call.
pub async fn scorable(app: &App, who: &Who, id: Uuid) -> Result<(review::Model, call::Model), Refusal> {
    let (row, _, call) = own(app, who, &Command::default(), id, ReviewEvent::Score).await?;
    Ok((row, call))
}

/// Writes a checked sheet with its total.
pub async fn put_scores(step: &Step, row: &review::Model, sheet: Sheet, total: i32) -> Result<Done, Refusal> {
    let scores = serde_json::to_value(&sheet.scores)?;
    // The chain vouches for the scores by the row's hash; the history, which others may read, does not repeat them.
    advance(step, row, ReviewEvent::Score, json!({})).await?;
    let set = [
        (review::Column::Scores, Expr::value(scores)),
        (review::Column::Comment, Expr::value(sheet.comment)),
        (review::Column::Total, Expr::value(total)),
        (review::Column::ScoredAt, Expr::value(step.now())),
    ];
    write(step, row.id, set).await?;
    Ok(Done { id: row.id, version: row.version + 1 })
}

/// The office takes an assignment back.
pub async fn unassign(app: &App, who: &Who, command: &Command, id: Uuid, why: &str) -> Result<Done, Refusal> {
    let row = find_visible(app.db.read(), who, id).await?;
    permit::<ReviewMachine>(who, ReviewEvent::Unassign, &place(&row))?;
    command.check_version(row.version)?;
    reviewed_call(app, who, row.call_id).await?;
    let why = calls::reason(why)?;
    app.act(who, command, move |step| async move {
        advance(&step, &row, ReviewEvent::Unassign, json!({ "reason": why })).await?;
        write(&step, id, [(review::Column::Reason, Expr::value(why))]).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// One's own review with its proposal and call, while the review runs.
async fn own(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    event: ReviewEvent,
) -> Result<(review::Model, proposal::Model, call::Model), Refusal> {
    let db = app.db.read();
    let row = find_visible(db, who, id).await?;
    permit::<ReviewMachine>(who, event, &place(&row))?;
    command.check_version(row.version)?;
    let call = calls::queries::find(db, who.tenant, row.call_id).await?;
    if call.state != CallState::Reviewing {
        return Err(Refusal::of("review-phase-over", "M1"));
    }
    let proposal =
        proposal::Entity::find_by_id((who.tenant, row.proposal_id)).one(db).await?.ok_or(Refusal::NotFound)?;
    if proposal.state != ProposalState::UnderReview {
        return Err(Refusal::of("not-under-review", "M1"));
    }
    if ReviewMachine::next(row.state, event).is_none() {
        if event == ReviewEvent::Score && row.state == ReviewState::Assigned {
            return rules::declared(false).and(Err(Refusal::NotFound));
        }
        return Err(wrong_state::<ReviewMachine>(row.state, event));
    }
    Ok((row, proposal, call))
}

/// A call of one's own office that is being reviewed.
pub(super) async fn reviewed_call(app: &App, who: &Who, id: Uuid) -> Result<call::Model, Refusal> {
    let call = calls::queries::find_visible(app.db.read(), who, id).await?;
    if !who.holds_over(&[Role::LeadOffice], &call.path) {
        return Err(if who.actor().is_some() { Refusal::NotAllowed } else { Refusal::SignedOut });
    }
    if call.state == CallState::Reviewing { Ok(call) } else { Err(Refusal::of("review-phase-over", "M1")) }
}

/// All proposals of a call that are being reviewed: in a second round those that were chosen for it.
pub(super) async fn under_review(app: &App, call: &call::Model) -> Result<Vec<proposal::Model>, Refusal> {
    let mut open = proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(call.tenant_id))
        .filter(proposal::Column::CallId.eq(call.id))
        .filter(proposal::Column::State.eq(ProposalState::UnderReview))
        .order_by_asc(proposal::Column::Id)
        .all(app.db.read())
        .await?;
    if let Some(items) = second::items(app.db.read(), call.tenant_id, call.id).await? {
        open.retain(|row| items.contains_key(&row.id));
    }
    Ok(open)
}

async fn conflicts_of(
    app: &App,
    call: &call::Model,
    row: &proposal::Model,
    reviewer: Uuid,
) -> Result<Vec<Conflict>, Refusal> {
    let near = facts::near(app, &[reviewer], &call.path).await?;
    let behind = facts::behind(app, call, std::slice::from_ref(row)).await?;
    let pair = near.get(&reviewer).zip(behind.get(&row.id));
    Ok(pair.map(|(near, behind)| conflicts::all(near, behind)).unwrap_or_default())
}

pub(super) async fn advance(
    step: &Step,
    row: &review::Model,
    event: ReviewEvent,
    payload: serde_json::Value,
) -> Result<ReviewState, Refusal> {
    step.advance::<ReviewMachine>(row.id, (row.state, row.version), event, payload).await
}

pub(super) async fn write(
    step: &Step,
    id: Uuid,
    set: impl IntoIterator<Item = (review::Column, SimpleExpr)>,
) -> Result<(), Refusal> {
    let mut update = review::Entity::update_many()
        .filter(review::Column::TenantId.eq(step.who().tenant))
        .filter(review::Column::Id.eq(id));
    for (column, value) in set {
        update = update.col_expr(column, value);
    }
    update.exec(step.tx()).await?;
    Ok(())
}
