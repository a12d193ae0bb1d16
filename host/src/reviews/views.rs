//! What the office, a reviewer and a proposer are shown of reviews.

use super::model::LineScore;
use super::queries::{self, OFFICE_READS};
use super::state::ReviewState;
use crate::http::list::{List, Paging};
use crate::http::texts::Locale;
use crate::proposals::queries::{PROPOSES, is_own};
use crate::proposals::views::is_released;
use crate::{App, Refusal, Who};
use sea_orm::sea_query::NullOrdering;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select,
};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use twoway_entity::accounts::account;
use twoway_entity::objections::{Result as Outcome, objection};
use twoway_entity::proposals::proposal;
use twoway_entity::reviews::review;
use twoway_ids::{Millis, Uuid};
use utoipa::ToSchema;

/// An objection's result and its public answer, once there is one.
pub fn objection_answer(l: Locale, row: &objection::Model) -> Option<(String, String)> {
    let result = match row.result {
        Some(Outcome::Upheld) => l.t("objection-result-upheld"),
        Some(Outcome::Rejected) => l.t("objection-result-rejected"),
        None => l.t("state-objection-inadmissible"),
    };
    Some((result, row.public_answer.clone()?))
}

/// A review as its reader may see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReviewView {
    pub id: Uuid,
    pub version: i32,
    #[schema(value_type = String)]
    pub state: ReviewState,
    pub proposal_id: Uuid,
    /// For the office and the reviewer; proposers never learn who reviewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewer_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewer_name: Option<String>,
    pub assigned_at: Millis,
    pub declared_at: Option<Millis>,
    pub scored_at: Option<Millis>,
    pub scores: BTreeMap<String, LineScore>,
    pub comment: String,
    /// Weighted, in hundredths of a point.
    pub total: Option<i32>,
    /// For the office: why the reviewer stepped aside or was taken off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl ReviewView {
    pub fn of(row: review::Model, name: Option<String>) -> Result<Self, Refusal> {
        Ok(Self {
            id: row.id,
            version: row.version,
            state: row.state,
            proposal_id: row.proposal_id,
            reviewer_id: Some(row.reviewer_id),
            reviewer_name: name,
            assigned_at: row.assigned_at,
            declared_at: row.declared_at,
            scored_at: row.scored_at,
            scores: serde_json::from_value(row.scores)?,
            comment: row.comment,
            total: row.total,
            reason: row.reason,
        })
    }

    pub(super) fn without_name(self) -> Self {
        Self { reviewer_id: None, reviewer_name: None, reason: None, ..self }
    }
}

/// The reviews of a proposal: all for the office, the finished ones without names for the proposer after the release, nothing
/// for anybody else.
pub async fn of_proposal(app: &App, who: &Who, row: &proposal::Model) -> Result<Vec<ReviewView>, Refusal> {
    let db = app.db.read();
    let office = who.holds_over(OFFICE_READS, &row.path) && !is_own(who, row);
    let told = is_own(who, row) && is_released(row);
    if !office && !told {
        // Another reviewer of the same proposal, where a phase lets them read.
        let room = super::discussion::enter(app, who, row.id).await?;
        if !room.hears() {
            return Err(Refusal::NotFound);
        }
        return room.scores_of_others(who);
    }
    let reviews = queries::of_proposals(db, who.tenant, &[row.id]).await?;
    if office {
        let names = names(db, who.tenant, reviews.iter().map(|r| r.reviewer_id)).await?;
        return reviews
            .into_iter()
            .map(|r| {
                let name = names.get(&r.reviewer_id).cloned();
                ReviewView::of(r, name)
            })
            .collect();
    }
    let finished: Vec<review::Model> = reviews.into_iter().filter(|r| r.state == ReviewState::Closed).collect();
    if super::settings::load(db, who.tenant, row.call_id).await?.hide_reviewers {
        return finished.into_iter().map(|r| Ok(ReviewView::of(r, None)?.without_name())).collect();
    }
    let names = names(db, who.tenant, finished.iter().map(|r| r.reviewer_id)).await?;
    finished
        .into_iter()
        .map(|r| {
            let name = names.get(&r.reviewer_id).cloned();
            Ok(ReviewView { reason: None, ..ReviewView::of(r, name)? })
        })
        .collect()
}

/// The names of accounts.
pub async fn names(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>, Refusal> {
    let ids: Vec<Uuid> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, String)> = account::Entity::find()
        .select_only()
        .column(account::Column::Id)
        .column(account::Column::Name)
        .filter(account::Column::TenantId.eq(tenant))
        .filter(account::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// One line of the ranking.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RankedView {
    /// From 1; proposals with the same score share a place.
    pub place: usize,
    pub proposal_id: Uuid,
    pub version: i32,
    pub title: String,
    #[schema(value_type = String)]
    pub state: crate::proposals::ProposalState,
    /// Mean in hundredths of a point.
    pub score: Option<i32>,
    #[schema(value_type = Option<String>)]
    pub decision: Option<crate::proposals::Decision>,
    pub decision_reason: Option<String>,
    pub cost: Option<i64>,
    /// Typed in from paper by the office.
    pub on_paper: bool,
}

/// How many proposals of a call have which score. Proposals with the same score share a place.
pub(super) struct Places(Vec<(Option<i32>, i64)>);

impl Places {
    pub async fn of(db: &impl ConnectionTrait, who: &Who, call: Uuid) -> Result<Self, Refusal> {
        let counts = reviewed(who, call)
            .select_only()
            .column(proposal::Column::Score)
            .column_as(proposal::Column::Id.count(), "n")
            .group_by(proposal::Column::Score);
        Ok(Self(counts.into_tuple().all(db).await?))
    }

    /// From 1. What has no score comes behind everything that has one.
    pub fn place(&self, score: Option<i32>) -> usize {
        let better = self.0.iter().filter(|(other, _)| *other > score).map(|(_, n)| n).sum::<i64>();
        usize::try_from(better).unwrap_or(usize::MAX).saturating_add(1)
    }

    pub fn ranked(&self, row: proposal::Model) -> RankedView {
        RankedView {
            place: self.place(row.score),
            proposal_id: row.id,
            version: row.version,
            title: row.title,
            state: row.state,
            score: row.score,
            decision: row.decision,
            decision_reason: row.decision_reason,
            cost: row.cost,
            on_paper: row.entered_by.is_some(),
        }
    }
}

/// The titles of proposals.
pub async fn titles(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>, Refusal> {
    let ids: Vec<Uuid> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, String)> = proposal::Entity::find()
        .select_only()
        .column(proposal::Column::Id)
        .column(proposal::Column::Title)
        .filter(proposal::Column::TenantId.eq(tenant))
        .filter(proposal::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Proposals of a call that reached the review, without those of the reader.
pub(super) fn reviewed(who: &Who, call: Uuid) -> Select<proposal::Entity> {
    use crate::proposals::ProposalState as S;
    let reviewed =
        [S::UnderReview, S::Decided, S::InNotice, S::Approved, S::Pooled, S::NotSelected, S::Converted, S::Expired];
    let houses = who.organizations(PROPOSES);
    let others = Condition::any()
        .add(proposal::Column::OrganizationId.is_null())
        .add(proposal::Column::OrganizationId.is_not_in(houses));
    let mut select = proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(who.tenant))
        .filter(proposal::Column::CallId.eq(call))
        .filter(proposal::Column::State.is_in(reviewed))
        .filter(others);
    if let Some(account) = who.account() {
        select = select.filter(proposal::Column::OwnerId.ne(account));
    }
    select
}

/// The order of the ranking.
pub(super) fn best_first(select: Select<proposal::Entity>) -> Select<proposal::Entity> {
    select
        .order_by_with_nulls(proposal::Column::Score, Order::Desc, NullOrdering::Last)
        .order_by_asc(proposal::Column::Id)
}

/// How far the reviewers of these proposals are apart: the highest total less the lowest, in hundredths of a point.
pub async fn spreads(app: &App, who: &Who, proposals: &[Uuid]) -> Result<HashMap<Uuid, i32>, Refusal> {
    if proposals.is_empty() {
        return Ok(HashMap::new());
    }
    let ends: Vec<(Uuid, Option<i32>, Option<i32>)> = review::Entity::find()
        .select_only()
        .column(review::Column::ProposalId)
        .column_as(review::Column::Total.min(), "lowest")
        .column_as(review::Column::Total.max(), "highest")
        .filter(review::Column::TenantId.eq(who.tenant))
        .filter(review::Column::ProposalId.is_in(proposals.iter().copied()))
        .filter(review::Column::State.is_in([ReviewState::Scored, ReviewState::Closed]))
        .group_by(review::Column::ProposalId)
        .into_tuple()
        .all(app.db.read())
        .await?;
    Ok(ends.into_iter().filter_map(|(id, lowest, highest)| Some((id, highest? - lowest?))).collect())
}

/// How many proposals of a call are not decided yet, and how many there are.
pub async fn undecided(app: &App, who: &Who, call: Uuid) -> Result<(u64, u64), Refusal> {
    let counts: Vec<(crate::proposals::ProposalState, i64)> = reviewed(who, call)
        .select_only()
        .column(proposal::Column::State)
        .column_as(proposal::Column::State.count(), "n")
        .group_by(proposal::Column::State)
        .into_tuple()
        .all(app.db.read())
        .await?;
    let count = |n: &i64| u64::try_from(*n).unwrap_or(0);
    let open = counts.iter().filter(|(state, _)| *state == crate::proposals::ProposalState::UnderReview);
    Ok((open.map(|(_, n)| count(n)).sum(), counts.iter().map(|(_, n)| count(n)).sum()))
}

/// A page of the proposals of a call that were reviewed, the best first.
pub async fn ranking(app: &App, who: &Who, call: Uuid, paging: &Paging) -> Result<List<RankedView>, Refusal> {
    let db = app.db.read();
    let rows =
        best_first(reviewed(who, call)).offset(queries::offset(paging)?).limit(paging.limit()? + 1).all(db).await?;
    let list = queries::page_of(paging, rows)?;
    let places = Places::of(db, who, call).await?;
    Ok(list.map(|row| places.ranked(row)))
}

/// What everybody may read of a result during the public notice and after it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ResultView {
    pub proposal_id: Uuid,
    pub title: String,
    pub summary: String,
    pub organization_name: Option<String>,
    /// Approved cost in yuan.
    pub cost: Option<i64>,
}
