use super::LineCoverage;
use super::model::LINES;
use crate::{Refusal, Who};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use twoway_entity::needs::need_line;
use twoway_entity::organizations::{OrganizationKind, organization};
use twoway_ids::Uuid;

/// The lines of a proposal in their order. The caller has checked that `who` may see the proposal.
pub async fn lines(db: &impl ConnectionTrait, who: &Who, proposal: Uuid) -> Result<Vec<need_line::Model>, Refusal> {
    Ok(need_line::Entity::find()
        .filter(need_line::Column::TenantId.eq(who.tenant))
        .filter(need_line::Column::ProposalId.eq(proposal))
        .order_by_asc(need_line::Column::Position)
        .limit(LINES as u64)
        .all(db)
        .await?)
}

/// How far each line of a proposal is covered. The caller has checked that `who` may see the proposal.
pub async fn coverage(db: &impl ConnectionTrait, who: &Who, proposal: Uuid) -> Result<Vec<LineCoverage>, Refusal> {
    Ok(lines(db, who, proposal).await?.iter().map(LineCoverage::from).collect())
}

/// One line with its proposal, if `who` may see the proposal. Errors: [`Refusal::NotFound`] otherwise.
pub async fn find_visible(
    db: &impl ConnectionTrait,
    who: &Who,
    id: Uuid,
) -> Result<(need_line::Model, crate::proposals::Seen), Refusal> {
    let line = need_line::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let proposal = crate::proposals::queries::find_visible(db, who, line.proposal_id).await?;
    Ok((line, proposal))
}

/// The verified recipients that a money line may name, by name; at most 500.
pub async fn recipients(db: &impl ConnectionTrait, who: &Who) -> Result<Vec<organization::Model>, Refusal> {
    Ok(organization::Entity::find()
        .filter(organization::Column::TenantId.eq(who.tenant))
        .filter(organization::Column::Kind.eq(OrganizationKind::Recipient))
        .filter(organization::Column::VerifiedAt.is_not_null())
        .order_by_asc(organization::Column::Name)
        .limit(500)
        .all(db)
        .await?)
}
