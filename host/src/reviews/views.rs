//! What the office, a reviewer and a proposer are shown of reviews.

use super::model::LineScore;
use super::queries::{self, OFFICE_READS};
use super::state::ReviewState;
use crate::proposals::queries::is_own;
use crate::proposals::views::is_released;
use crate::{App, Refusal, Who};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use twoway_entity::accounts::account;
use twoway_entity::proposals::proposal;
use twoway_entity::reviews::review;
use twoway_ids::{Millis, Uuid};
use utoipa::ToSchema;

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

    fn without_name(self) -> Self {
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
        return Err(Refusal::NotFound);
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
    let finished = reviews.into_iter().filter(|r| r.state == ReviewState::Closed);
    finished.map(|r| Ok(ReviewView::of(r, None)?.without_name())).collect()
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
}

/// All proposals of a call that were reviewed, the best first.
pub async fn ranking(app: &App, who: &Who, call: Uuid) -> Result<Vec<RankedView>, Refusal> {
    use crate::proposals::ProposalState as S;
    use sea_orm::QueryOrder;
    let reviewed =
        [S::UnderReview, S::Decided, S::InNotice, S::Approved, S::Pooled, S::NotSelected, S::Converted, S::Expired];
    let mut rows: Vec<proposal::Model> = proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(who.tenant))
        .filter(proposal::Column::CallId.eq(call))
        .filter(proposal::Column::State.is_in(reviewed))
        .order_by_asc(proposal::Column::Id)
        .all(app.db.read())
        .await?;
    rows.retain(|row| !is_own(who, row));
    rows.sort_by_key(|row| std::cmp::Reverse(row.score));
    let mut ranked: Vec<RankedView> = Vec::with_capacity(rows.len());
    for (n, row) in rows.into_iter().enumerate() {
        let place = ranked.last().filter(|before| before.score == row.score).map_or(n + 1, |before| before.place);
        ranked.push(RankedView {
            place,
            proposal_id: row.id,
            version: row.version,
            title: row.title,
            state: row.state,
            score: row.score,
            decision: row.decision,
            decision_reason: row.decision_reason,
            cost: row.cost,
        });
    }
    Ok(ranked)
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
