//! Conflicts that become known afterwards: the score is voided, the mean is computed anew, and that it happened is told.

use super::actions::{advance, told_titles};
use super::conflicts::{self, Conflict};
use super::state::{ReviewEvent, ReviewMachine, ReviewState, STANDING};
use super::{facts, queries, roadshow, second};
use crate::calls::{self, CallState};
use crate::lifecycle::{Command, Machine, permit};
use crate::notices::tell;
use crate::proposals::{self, ProposalMachine, ProposalState};
use crate::{App, Refusal, Who};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use twoway_entity::calls::call;
use twoway_entity::proposals::proposal;
use twoway_entity::reviews::review;
use twoway_ids::Uuid;

/// Looks every night at all standing reviews: memberships and adoptions change without anybody thinking of a review.
pub const RECHECK: &str = "reviews.recheck";

/// Proposals that are looked at together.
const AT_ONCE: u64 = 200;

/// What a look at all standing reviews of a call found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Rechecked {
    /// Reviews that were looked at.
    pub looked_at: usize,
    /// Of these, voided for a conflict of interest.
    pub voided: usize,
}

/// Computes the conflicts of all standing reviews of a call anew and voids those that have one.
pub async fn recheck(app: &App, who: &Who, command: &Command, call_id: Uuid) -> Result<Rechecked, Refusal> {
    let call = calls::queries::find_visible(app.db.read(), who, call_id).await?;
    permit::<ReviewMachine>(who, ReviewEvent::Void, &calls::queries::place(&call))?;
    command.check_version(call.version)?;
    if !matches!(call.state, CallState::Reviewing | CallState::Deliberating) {
        return Err(Refusal::of("review-phase-over", "M1"));
    }
    look_at(app, who, &call).await
}

/// The same for every call whose results are not released, by the nightly job.
pub async fn recheck_all(app: &App) -> Result<(), Refusal> {
    let who = app.system(RECHECK);
    let running = call::Entity::find()
        .filter(call::Column::TenantId.eq(app.tenant))
        .filter(call::Column::State.is_in([CallState::Reviewing, CallState::Deliberating]))
        .order_by_asc(call::Column::Id)
        .all(app.db.read())
        .await?;
    for call in running {
        look_at(app, &who, &call).await?;
    }
    Ok(())
}

async fn look_at(app: &App, who: &Who, call: &call::Model) -> Result<Rechecked, Refusal> {
    let mut rechecked = Rechecked::default();
    let mut after = Uuid::nil();
    loop {
        let proposals = proposal::Entity::find()
            .filter(proposal::Column::TenantId.eq(call.tenant_id))
            .filter(proposal::Column::CallId.eq(call.id))
            .filter(proposal::Column::State.is_in([ProposalState::UnderReview, ProposalState::Decided]))
            .filter(proposal::Column::Id.gt(after))
            .order_by_asc(proposal::Column::Id)
            .limit(AT_ONCE)
            .all(app.db.read())
            .await?;
        let Some(last) = proposals.last() else { return Ok(rechecked) };
        after = last.id;
        let found = conflicted(app, call, &proposals, &mut rechecked).await?;
        for (row, conflict) in found {
            let Some(proposal) = proposals.iter().find(|p| p.id == row.proposal_id).cloned() else { continue };
            if void(app, who, call, proposal, row, conflict).await? {
                rechecked.voided += 1;
            }
        }
    }
}

async fn conflicted(
    app: &App,
    call: &call::Model,
    proposals: &[proposal::Model],
    rechecked: &mut Rechecked,
) -> Result<Vec<(review::Model, Conflict)>, Refusal> {
    let ids: Vec<Uuid> = proposals.iter().map(|p| p.id).collect();
    let mut standing = queries::of_proposals(app.db.read(), call.tenant_id, &ids).await?;
    standing.retain(|row| STANDING.contains(&row.state));
    rechecked.looked_at += standing.len();
    let reviewers: BTreeSet<Uuid> = standing.iter().map(|row| row.reviewer_id).collect();
    let reviewers: Vec<Uuid> = reviewers.into_iter().collect();
    let near = facts::near(app, &reviewers, &call.path).await?;
    let behind = facts::behind(app, call, proposals).await?;
    let find = |row: review::Model| {
        let conflict = conflicts::blocking(near.get(&row.reviewer_id)?, behind.get(&row.proposal_id)?)?;
        Some((row, conflict))
    };
    Ok(standing.into_iter().filter_map(find).collect())
}

/// Voids one review. The history of the proposal says that it happened, and not whose it was. False: it was voided meanwhile.
async fn void(
    app: &App,
    who: &Who,
    call: &call::Model,
    proposal: proposal::Model,
    row: review::Model,
    conflict: Conflict,
) -> Result<bool, Refusal> {
    let (review, of, call) = (row.id, proposal.id, call.clone());
    app.act(who, &Command::default(), move |step| async move {
        let tenant = step.who().tenant;
        let fresh = review::Entity::find_by_id((tenant, review)).one(step.tx()).await?.ok_or(Refusal::NotFound)?;
        let proposal = proposal::Entity::find_by_id((tenant, of)).one(step.tx()).await?.ok_or(Refusal::NotFound)?;
        if ReviewMachine::next(fresh.state, ReviewEvent::Void).is_none() {
            return Ok(false);
        }
        advance(&step, &fresh, ReviewEvent::Void, json!({ "conflict": conflict.code })).await?;
        // Once the review has ended, its mean stands with the proposal.
        let mean = if proposal.score.is_some() {
            let first = second::score_after(&step, &proposal, review).await?;
            roadshow::combine_anew(&step, &proposal, first).await?
        } else {
            None
        };
        let payload = json!({ "counted": fresh.total.is_some() });
        step.touch::<ProposalMachine>(of, (proposal.state, proposal.version), "review-voided", payload).await?;
        proposals::actions::write(&step, of, [(proposal::Column::Score, Expr::value(mean))]).await?;
        let values = json!({ "title": proposal.title });
        let link = format!("/office/calls/{}/reviews", proposal.call_id);
        tell(&step, fresh.assigned_by, "notice-review-voided-office", values, link, true).await?;
        let title = told_titles(&step, &call, std::iter::once(&proposal)).await?.remove(&of);
        let values = json!({ "title": title.unwrap_or_default() });
        tell(&step, fresh.reviewer_id, "notice-review-voided", values, "/reviews".to_string(), false).await?;
        Ok(true)
    })
    .await
}

/// How many reviews of a call were voided, for everybody to know.
pub async fn voided(app: &App, call: Uuid) -> Result<u64, Refusal> {
    use sea_orm::PaginatorTrait;
    Ok(review::Entity::find()
        .filter(review::Column::TenantId.eq(app.tenant))
        .filter(review::Column::CallId.eq(call))
        .filter(review::Column::State.eq(ReviewState::Voided))
        .count(app.db.read())
        .await?)
}

/// What was computed about conflicts with these assignments.
pub async fn found_of(
    app: &App,
    reviews: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, (Vec<Conflict>, String)>, Refusal> {
    use twoway_entity::reviews::found;
    let ids: Vec<Uuid> = reviews.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = found::Entity::find()
        .filter(found::Column::TenantId.eq(app.tenant))
        .filter(found::Column::ReviewId.is_in(ids))
        .all(app.db.read())
        .await?;
    rows.into_iter().map(|row| Ok((row.review_id, (serde_json::from_value(row.found)?, row.words)))).collect()
}
