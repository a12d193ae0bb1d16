use super::state::{Decision, PUBLIC, ProposalState, UNSEEN};
use crate::lifecycle::Place;
use crate::{Refusal, Who};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use twoway_entity::accounts::Role;
use twoway_entity::proposals::proposal;
use twoway_entity::reviews::{ReviewState, review};
use twoway_ids::Uuid;

/// Roles that speak for an organisation which proposes.
pub const PROPOSES: &[Role] = &[Role::TeamLead];

/// Roles that read all proposals handed in within their subtree.
pub const OFFICE_READS: &[Role] = &[Role::LeadOffice, Role::NodeAdmin, Role::Supervisor, Role::Auditor];

/// How much of a proposal somebody may see. The order is from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// Title, summary, team and the public answers of a selected proposal.
    Public,
    /// What reviewers read: no personal data, nothing about other reviewers.
    Review,
    /// Everything that is the proposer's, but no decision before it is released.
    Own,
    /// Everything.
    Office,
}

/// A proposal together with how much of it the reader may see.
#[derive(Clone, Debug)]
pub struct Seen {
    pub row: proposal::Model,
    pub sight: Sight,
}

/// Where a proposal stands, as far as rights go.
pub fn place(row: &proposal::Model) -> Place<'_> {
    Place { path: &row.path, owner: Some(row.owner_id), organization: row.organization_id }
}

/// Whether the reader wrote it or leads the organisation in whose name it was written.
pub fn is_own(who: &Who, row: &proposal::Model) -> bool {
    who.account() == Some(row.owner_id) || row.organization_id.is_some_and(|o| who.holds_at(PROPOSES, o))
}

/// One proposal, if this party may see any of it. Errors: [`Refusal::NotFound`] otherwise.
pub async fn find_visible(db: &impl ConnectionTrait, who: &Who, id: Uuid) -> Result<Seen, Refusal> {
    let row = proposal::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let sight = sight(db, who, &row).await?.ok_or(Refusal::NotFound)?;
    Ok(Seen { row, sight })
}

async fn sight(db: &impl ConnectionTrait, who: &Who, row: &proposal::Model) -> Result<Option<Sight>, Refusal> {
    // The office's own people see no more of what they proposed themselves than any other proposer does.
    if is_own(who, row) {
        return Ok(Some(Sight::Own));
    }
    let handed_in = !UNSEEN.contains(&row.state) && row.submitted_at.is_some();
    if who.is_system() || (handed_in && who.holds_over(OFFICE_READS, &row.path)) {
        return Ok(Some(Sight::Office));
    }
    if who.holds(&[Role::Reviewer]) && reads_as_reviewer(db, who, row).await? {
        return Ok(Some(Sight::Review));
    }
    Ok(is_public(row).then_some(Sight::Public))
}

/// Selected and published.
pub fn is_public(row: &proposal::Model) -> bool {
    PUBLIC.contains(&row.state) && row.decision == Some(Decision::Selected)
}

/// A reviewer reads a proposal after having declared to have no interest in it, until it is decided publicly.
async fn reads_as_reviewer(db: &impl ConnectionTrait, who: &Who, row: &proposal::Model) -> Result<bool, Refusal> {
    let (Some(account), ProposalState::UnderReview | ProposalState::Decided) = (who.account(), row.state) else {
        return Ok(false);
    };
    let declared = review::Entity::find()
        .filter(review::Column::TenantId.eq(who.tenant))
        .filter(review::Column::ProposalId.eq(row.id))
        .filter(review::Column::ReviewerId.eq(account))
        .filter(review::Column::State.is_in([ReviewState::Declared, ReviewState::Scored, ReviewState::Closed]))
        .count(db)
        .await?;
    Ok(declared > 0)
}
