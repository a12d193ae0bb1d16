use crate::lifecycle::Machine;
use crate::proposals::state::{ProposalEvent, ProposalMachine};
use crate::{Refusal, Who};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use twoway_entity::proposals::{disqualification, proposal};
use twoway_ids::Uuid;

/// What waits for a second person about this proposal.
pub async fn open_of(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    proposal: Uuid,
) -> Result<Option<disqualification::Model>, Refusal> {
    Ok(disqualification::Entity::find()
        .filter(disqualification::Column::TenantId.eq(tenant))
        .filter(disqualification::Column::ProposalId.eq(proposal))
        .filter(disqualification::Column::DecidedAt.is_null())
        .one(db)
        .await?)
}

/// The proposals below these paths about which a second person has to decide, the oldest first, at most `most`.
pub async fn waiting(
    db: &impl ConnectionTrait,
    who: &Who,
    over: Condition,
    most: u64,
) -> Result<Vec<proposal::Model>, Refusal> {
    let open = disqualification::Entity::find()
        .filter(disqualification::Column::TenantId.eq(who.tenant))
        .filter(disqualification::Column::DecidedAt.is_null())
        .filter(disqualification::Column::ProposedBy.ne(who.account()))
        .filter(over)
        .order_by_asc(disqualification::Column::ProposedAt)
        .limit(most)
        .all(db)
        .await?;
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let rows = proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(who.tenant))
        .filter(proposal::Column::Id.is_in(open.iter().map(|one| one.proposal_id)))
        .all(db)
        .await?;
    let mut rows: HashMap<Uuid, proposal::Model> = rows.into_iter().map(|row| (row.id, row)).collect();
    // Whoever left meanwhile is not to be taken out any more.
    rows.retain(|_, row| ProposalMachine::next(row.state, ProposalEvent::Disqualify).is_some());
    Ok(open.iter().filter_map(|one| rows.remove(&one.proposal_id)).collect())
}
