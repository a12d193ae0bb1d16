//! What is known of whom a sponsor would support: due diligence goes both ways.

use super::queries;
use crate::Refusal;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use twoway_entity::projects::{ProjectState, project};
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;

/// The team, or the citizen, behind a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub name: String,
    /// The office has verified the organisation. A citizen's own word is self-declared.
    pub verified: bool,
    pub introduction: String,
    /// Proposals handed in so far.
    pub proposals: u64,
    /// Projects carried out to the end.
    pub completed: u64,
}

/// Three queries whatever there is.
pub async fn team(db: &impl ConnectionTrait, tenant: Uuid, proposal: &proposal::Model) -> Result<Known, Refusal> {
    let handed_in = proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(tenant))
        .filter(proposal::Column::SubmittedAt.is_not_null());
    let done = project::Entity::find()
        .filter(project::Column::TenantId.eq(tenant))
        .filter(project::Column::State.eq(ProjectState::Accepted));
    let (handed_in, done) = match proposal.organization_id {
        Some(team) => {
            (handed_in.filter(proposal::Column::OrganizationId.eq(team)), done.filter(project::Column::TeamId.eq(team)))
        }
        None => (
            handed_in
                .filter(proposal::Column::OwnerId.eq(proposal.owner_id))
                .filter(proposal::Column::OrganizationId.is_null()),
            done.filter(project::Column::LeadId.eq(proposal.owner_id)).filter(project::Column::TeamId.is_null()),
        ),
    };
    let (proposals, completed) = (handed_in.count(db).await?, done.count(db).await?);
    let (name, verified, introduction) = match proposal.organization_id {
        Some(id) => {
            let team = queries::organization(db, tenant, id).await?.ok_or(Refusal::NotFound)?;
            (team.name, team.verified_at.is_some(), team.introduction)
        }
        None => {
            let name = queries::names(db, tenant, [proposal.owner_id]).await?.into_values().next();
            (name.unwrap_or_default(), false, String::new())
        }
    };
    Ok(Known { name, verified, introduction, proposals, completed })
}
