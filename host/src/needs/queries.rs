use super::LineCoverage;
use super::model::LINES;
use crate::{Refusal, Who};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use twoway_entity::needs::need_line;
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
