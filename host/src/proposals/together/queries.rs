use super::state::{CoApplicantState, Part};
use crate::proposals::queries::{PROPOSES, is_own};
use crate::{Refusal, Who};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use twoway_entity::proposals::proposal;
use twoway_entity::propose::{author, co_applicant, comment};
use twoway_ids::Uuid;

/// Co-applicants of one proposal at most, invited ones among them.
pub const MOST: u64 = 10;
/// Comments that a page shows, the newest.
const COMMENTS: u64 = 100;

/// What somebody may do with a proposal as one of its authors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    None,
    View,
    Comment,
    Edit,
    Owner,
}

impl From<Part> for Right {
    fn from(part: Part) -> Self {
        match part {
            Part::View => Self::View,
            Part::Comment => Self::Comment,
            Part::Edit => Self::Edit,
        }
    }
}

/// What this party may do with a proposal as one of its authors.
pub async fn right(db: &impl ConnectionTrait, who: &Who, row: &proposal::Model) -> Result<Right, Refusal> {
    if is_own(who, row) {
        return Ok(Right::Owner);
    }
    let Some(account) = who.account() else { return Ok(Right::None) };
    let parts = co_applicant::Entity::find()
        .filter(co_applicant::Column::TenantId.eq(who.tenant))
        .filter(co_applicant::Column::ProposalId.eq(row.id))
        .filter(co_applicant::Column::AccountId.eq(account))
        .filter(co_applicant::Column::State.eq(CoApplicantState::Accepted))
        .limit(MOST)
        .all(db)
        .await?;
    Ok(parts.into_iter().map(|one| Right::from(one.part)).max().unwrap_or(Right::None))
}

/// The proposals to which the person was added, for lists of the own.
pub fn joined(who: &Who) -> SelectStatement {
    Query::select()
        .column(co_applicant::Column::ProposalId)
        .from(co_applicant::Entity)
        .and_where(co_applicant::Column::TenantId.eq(who.tenant))
        .and_where(co_applicant::Column::AccountId.eq(who.account()))
        .and_where(co_applicant::Column::State.eq(CoApplicantState::Accepted))
        .to_owned()
}

/// Who takes part or was asked to, in the order in which they were asked.
pub async fn of(db: &impl ConnectionTrait, tenant: Uuid, proposal: Uuid) -> Result<Vec<co_applicant::Model>, Refusal> {
    Ok(co_applicant::Entity::find()
        .filter(co_applicant::Column::TenantId.eq(tenant))
        .filter(co_applicant::Column::ProposalId.eq(proposal))
        .filter(co_applicant::Column::State.is_in([CoApplicantState::Invited, CoApplicantState::Accepted]))
        .order_by_asc(co_applicant::Column::Id)
        .limit(MOST)
        .all(db)
        .await?)
}

/// Whether an invitation is for this person, or for an organisation which the person leads.
pub fn is_for(who: &Who, row: &co_applicant::Model) -> bool {
    match row.account_id {
        Some(account) => who.account() == Some(account),
        None => row.organization_id.is_some_and(|organization| who.holds_at(PROPOSES, organization)),
    }
}

/// Invitations that wait for this person.
pub async fn waiting(db: &impl ConnectionTrait, who: &Who, most: u64) -> Result<Vec<co_applicant::Model>, Refusal> {
    let by_house = Condition::all()
        .add(co_applicant::Column::AccountId.is_null())
        .add(co_applicant::Column::OrganizationId.is_in(who.organizations(PROPOSES)));
    Ok(co_applicant::Entity::find()
        .filter(co_applicant::Column::TenantId.eq(who.tenant))
        .filter(co_applicant::Column::State.eq(CoApplicantState::Invited))
        .filter(Condition::any().add(co_applicant::Column::AccountId.eq(who.account())).add(by_house))
        .order_by_asc(co_applicant::Column::Id)
        .limit(most)
        .all(db)
        .await?)
}

/// The accounts that stand behind these proposals beside their owners: who takes part, and whose proposal was merged into it.
pub async fn beside_owner(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    proposals: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Uuid>>, Refusal> {
    let joined: Vec<(Uuid, Option<Uuid>)> = co_applicant::Entity::find()
        .select_only()
        .column(co_applicant::Column::ProposalId)
        .column(co_applicant::Column::AccountId)
        .filter(co_applicant::Column::TenantId.eq(tenant))
        .filter(co_applicant::Column::ProposalId.is_in(proposals.iter().copied()))
        .filter(co_applicant::Column::State.eq(CoApplicantState::Accepted))
        .into_tuple()
        .all(db)
        .await?;
    let merged: Vec<(Uuid, Uuid)> = author::Entity::find()
        .select_only()
        .column(author::Column::ProposalId)
        .column(author::Column::AccountId)
        .filter(author::Column::TenantId.eq(tenant))
        .filter(author::Column::ProposalId.is_in(proposals.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    let mut found: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (proposal, account) in joined.into_iter().chain(merged.into_iter().map(|(p, account)| (p, Some(account)))) {
        found.entry(proposal).or_default().extend(account);
    }
    Ok(found)
}

/// What the authors said to each other, the newest first.
pub async fn comments(db: &impl ConnectionTrait, tenant: Uuid, proposal: Uuid) -> Result<Vec<comment::Model>, Refusal> {
    Ok(comment::Entity::find()
        .filter(comment::Column::TenantId.eq(tenant))
        .filter(comment::Column::ProposalId.eq(proposal))
        .order_by_desc(comment::Column::At)
        .order_by_desc(comment::Column::Id)
        .limit(COMMENTS)
        .all(db)
        .await?)
}
