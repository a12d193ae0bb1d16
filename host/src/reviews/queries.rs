use super::state::{ReviewState, STANDING};
use crate::http::list::{List, Paging};
use crate::lifecycle::Place;
use crate::proposals::queries::{is_masked, mask, names_behind};
use crate::{Refusal, Who};
use sea_orm::{ActiveEnum, ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{BTreeSet, HashMap};
use twoway_entity::accounts::{Role, account, membership};
use twoway_entity::calls::call;
use twoway_entity::objections::{ObjectionState, Target, item_notice, objection};
use twoway_entity::organizations::organization;
use twoway_entity::proposals::proposal;
use twoway_entity::reviews::{review, setting};
use twoway_ids::{Millis, Uuid};

/// Roles that read scores before they are released, within their subtree.
pub const OFFICE_READS: &[Role] = &[Role::LeadOffice, Role::NodeAdmin, Role::Supervisor, Role::Auditor];

/// Where a review stands: its reviewer owns it.
pub fn place(row: &review::Model) -> Place<'_> {
    Place { path: &row.path, owner: Some(row.reviewer_id), organization: None }
}

/// A review that this party may see: the reviewer's own, or one within the office's subtree.
pub async fn find_visible(db: &impl ConnectionTrait, who: &Who, id: Uuid) -> Result<review::Model, Refusal> {
    let row = review::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let sees = who.account() == Some(row.reviewer_id) || who.holds_over(OFFICE_READS, &row.path);
    if sees { Ok(row) } else { Err(Refusal::NotFound) }
}

/// All reviews of these proposals, oldest first: at most a few per proposal.
pub async fn of_proposals(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    proposals: &[Uuid],
) -> Result<Vec<review::Model>, Refusal> {
    if proposals.is_empty() {
        return Ok(Vec::new());
    }
    Ok(review::Entity::find()
        .filter(review::Column::TenantId.eq(tenant))
        .filter(review::Column::ProposalId.is_in(proposals.iter().copied()))
        .order_by_asc(review::Column::Id)
        .all(db)
        .await?)
}

/// What the end of a review reads of each assignment.
pub(super) struct Tally {
    pub id: Uuid,
    pub proposal: Uuid,
    pub state: ReviewState,
    pub version: i32,
    pub total: Option<i32>,
}

/// The tallies of all assignments of a call, oldest first.
pub(super) async fn tallies(db: &impl ConnectionTrait, tenant: Uuid, call: Uuid) -> Result<Vec<Tally>, Refusal> {
    let rows: Vec<(Uuid, Uuid, ReviewState, i32, Option<i32>)> = review::Entity::find()
        .select_only()
        .column(review::Column::Id)
        .column(review::Column::ProposalId)
        .column(review::Column::State)
        .column(review::Column::Version)
        .column(review::Column::Total)
        .filter(review::Column::TenantId.eq(tenant))
        .filter(review::Column::CallId.eq(call))
        .order_by_asc(review::Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    let tally = |(id, proposal, state, version, total)| Tally { id, proposal, state, version, total };
    Ok(rows.into_iter().map(tally).collect())
}

/// Proposal, reviewer and state of all assignments of a call.
pub(super) async fn states_of_call(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    call: Uuid,
) -> Result<Vec<(Uuid, Uuid, ReviewState)>, Refusal> {
    Ok(review::Entity::find()
        .select_only()
        .column(review::Column::ProposalId)
        .column(review::Column::ReviewerId)
        .column(review::Column::State)
        .filter(review::Column::TenantId.eq(tenant))
        .filter(review::Column::CallId.eq(call))
        .into_tuple()
        .all(db)
        .await?)
}

/// How many standing assignments of a call each reviewer has.
pub async fn loads(db: &impl ConnectionTrait, tenant: Uuid, call: Uuid) -> Result<HashMap<Uuid, i64>, Refusal> {
    let rows: Vec<(Uuid, i64)> = review::Entity::find()
        .select_only()
        .column(review::Column::ReviewerId)
        .column_as(review::Column::ReviewerId.count(), "n")
        .filter(review::Column::TenantId.eq(tenant))
        .filter(review::Column::CallId.eq(call))
        .filter(review::Column::State.is_in(STANDING.iter().map(|s| s.to_value())))
        .group_by(review::Column::ReviewerId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Where a list that is sorted by what changes goes on: its cursor is a number of rows.
pub fn offset(paging: &Paging) -> Result<u64, Refusal> {
    match paging.cursor.as_deref().filter(|cursor| !cursor.is_empty()) {
        None => Ok(0),
        Some(cursor) => cursor
            .parse()
            .ok()
            .filter(|rows| *rows <= 1_000_000)
            .ok_or_else(|| Refusal::BadRequest("the cursor is not one of this list".into())),
    }
}

/// The page that begins there, of rows of which one more was asked for than the page holds.
pub fn page_of<T>(paging: &Paging, mut rows: Vec<T>) -> Result<List<T>, Refusal> {
    let limit = paging.limit()?;
    let more = rows.len() as u64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = if more { Some((offset(paging)? + limit).to_string()) } else { None };
    Ok(List { items: rows, next })
}

/// Somebody who may be asked to review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub account: Uuid,
    pub name: String,
    pub organization: String,
}

/// Everybody who holds the role of a reviewer, by name; at most 1,000.
pub async fn candidates(db: &impl ConnectionTrait, tenant: Uuid) -> Result<Vec<Candidate>, Refusal> {
    let rows: Vec<(Uuid, String, String)> = membership::Entity::find()
        .select_only()
        .column(membership::Column::AccountId)
        .column(account::Column::Name)
        .column_as(organization::Column::Name, "organization")
        .join(
            JoinType::InnerJoin,
            membership::Entity::belongs_to(account::Entity)
                .from((membership::Column::TenantId, membership::Column::AccountId))
                .to((account::Column::TenantId, account::Column::Id))
                .into(),
        )
        .join(
            JoinType::InnerJoin,
            membership::Entity::belongs_to(organization::Entity)
                .from((membership::Column::TenantId, membership::Column::OrganizationId))
                .to((organization::Column::TenantId, organization::Column::Id))
                .into(),
        )
        .filter(membership::Column::TenantId.eq(tenant))
        .filter(membership::Column::Role.eq(Role::Reviewer))
        .filter(membership::Column::EndedAt.is_null())
        .filter(account::Column::DisabledAt.is_null())
        .order_by_asc(account::Column::Name)
        .order_by_asc(membership::Column::AccountId)
        .limit(1_000)
        .into_tuple()
        .all(db)
        .await?;
    let mut seen = BTreeSet::new();
    Ok(rows
        .into_iter()
        .filter(|(account, _, _)| seen.insert(*account))
        .map(|(account, name, organization)| Candidate { account, name, organization })
        .collect())
}

/// Items of a call that an open objection holds: proposals in notice, and proposals whose being found ineligible is disputed.
pub async fn held_by_objections(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    call: Uuid,
) -> Result<BTreeSet<Uuid>, Refusal> {
    let items: Vec<Uuid> = objection::Entity::find()
        .select_only()
        .column(objection::Column::TargetId)
        .distinct()
        .filter(objection::Column::TenantId.eq(tenant))
        .filter(objection::Column::CallId.eq(call))
        .filter(objection::Column::State.is_not_in(ENDED))
        .into_tuple()
        .all(db)
        .await?;
    Ok(items.into_iter().collect())
}

/// States of an objection in which it holds nothing any more.
const ENDED: [ObjectionState; 4] = [
    ObjectionState::Inadmissible,
    ObjectionState::Accepted,
    ObjectionState::AnsweredFinally,
    ObjectionState::Withdrawn,
];

/// Which of these adoptions or evaluations an open objection holds.
pub async fn objected(db: &impl ConnectionTrait, tenant: Uuid, items: &[Uuid]) -> Result<BTreeSet<Uuid>, Refusal> {
    let held: Vec<Uuid> = objection::Entity::find()
        .select_only()
        .column(objection::Column::TargetId)
        .distinct()
        .filter(objection::Column::TenantId.eq(tenant))
        .filter(objection::Column::TargetId.is_in(items.iter().copied()))
        .filter(objection::Column::Target.is_in(IN_NOTICE))
        .filter(objection::Column::State.is_not_in(ENDED))
        .into_tuple()
        .all(db)
        .await?;
    Ok(held.into_iter().collect())
}

/// What is in a notice of its own, outside of that of a call.
const IN_NOTICE: [Target; 2] = [Target::Adoption, Target::Evaluation];

/// What was published of objections to these adoptions or evaluations, oldest first; at most 100.
pub async fn answered_objections(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    items: &[Uuid],
) -> Result<Vec<objection::Model>, Refusal> {
    Ok(objection::Entity::find()
        .filter(objection::Column::TenantId.eq(tenant))
        .filter(objection::Column::TargetId.is_in(items.iter().copied()))
        .filter(objection::Column::Target.is_in(IN_NOTICE))
        .filter(objection::Column::PublicAnswer.is_not_null())
        .order_by_asc(objection::Column::PublishedAt)
        .order_by_asc(objection::Column::Id)
        .limit(100)
        .all(db)
        .await?)
}

/// Until when the items of a call are in notice that were decided anew.
pub async fn item_notices(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    call: Uuid,
) -> Result<HashMap<Uuid, Millis>, Refusal> {
    let rows = item_notice::Entity::find()
        .filter(item_notice::Column::TenantId.eq(tenant))
        .filter(item_notice::Column::CallId.eq(call))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.proposal_id, row.ends_at)).collect())
}

/// One line of a reviewer's desk.
#[derive(Clone, Debug)]
pub struct DeskLine {
    pub review: review::Model,
    pub proposal: proposal::Model,
    pub call: call::Model,
}

/// What waits on a reviewer's desk, oldest first, at most 200: standing assignments of calls that are still being reviewed, and
/// those that are closed for a look back.
pub async fn desk(db: &impl ConnectionTrait, who: &Who) -> Result<Vec<DeskLine>, Refusal> {
    let Some(account) = who.account() else { return Err(Refusal::SignedOut) };
    let reviews = review::Entity::find()
        .filter(review::Column::TenantId.eq(who.tenant))
        .filter(review::Column::ReviewerId.eq(account))
        .filter(review::Column::State.is_in(STANDING.iter().map(|s| s.to_value())))
        .order_by_desc(review::Column::AssignedAt)
        .order_by_desc(review::Column::Id)
        .limit(200)
        .all(db)
        .await?;
    let proposals: HashMap<Uuid, proposal::Model> = proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(who.tenant))
        .filter(proposal::Column::Id.is_in(reviews.iter().map(|r| r.proposal_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|p| (p.id, p))
        .collect();
    let calls: HashMap<Uuid, call::Model> = call::Entity::find()
        .filter(call::Column::TenantId.eq(who.tenant))
        .filter(call::Column::Id.is_in(reviews.iter().map(|r| r.call_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|c| (c.id, c))
        .collect();
    let hidden = hidden_calls(db, who.tenant, calls.keys().copied()).await?;
    let mut proposals = proposals;
    let to_mask: Vec<proposal::Model> =
        proposals.values().filter(|row| is_masked(row, hidden.contains(&row.call_id))).cloned().collect();
    let names = names_behind(db, &to_mask).await?;
    for row in to_mask {
        let (Some(call), Some(names)) = (calls.get(&row.call_id), names.get(&row.id)) else { continue };
        let form = crate::calls::form_of(call)?;
        proposals.entry(row.id).and_modify(|row| mask(row, names, &form));
    }
    Ok(reviews
        .into_iter()
        .filter_map(|review| {
            let proposal = proposals.get(&review.proposal_id)?.clone();
            let call = calls.get(&review.call_id)?.clone();
            Some(DeskLine { review, proposal, call })
        })
        .collect())
}

/// Those of these calls whose reviewers must not learn who proposes.
async fn hidden_calls(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    calls: impl Iterator<Item = Uuid>,
) -> Result<BTreeSet<Uuid>, Refusal> {
    let rows: Vec<Uuid> = setting::Entity::find()
        .select_only()
        .column(setting::Column::CallId)
        .filter(setting::Column::TenantId.eq(tenant))
        .filter(setting::Column::CallId.is_in(calls))
        .filter(setting::Column::HideProposer.eq(true))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Whether an assignment still asks something of its reviewer.
pub fn is_waiting(state: ReviewState) -> bool {
    matches!(state, ReviewState::Assigned | ReviewState::Declared)
}
