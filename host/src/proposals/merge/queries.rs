use super::state::MergerState;
use crate::proposals::queries::{OFFICE_READS, is_own};
use crate::{Refusal, Who, accounts, organizations};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use twoway_entity::proposals::proposal;
use twoway_entity::propose::{author, merger};
use twoway_ids::Uuid;

/// Authors whose names one proposal shows at most.
const MOST_AUTHORS: u64 = 20;

/// A merger with both proposals, and for which of them the reader speaks.
#[derive(Clone, Debug)]
pub struct Seen {
    pub row: merger::Model,
    pub source: proposal::Model,
    pub target: proposal::Model,
    pub owns_source: bool,
    pub owns_target: bool,
    pub office: bool,
}

/// A merger that this party may see: the office's, and those of both proposers.
pub async fn find_visible(db: &impl ConnectionTrait, who: &Who, id: Uuid) -> Result<Seen, Refusal> {
    let row = merger::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let (source, target) = (one(db, who, row.source_id).await?, one(db, who, row.target_id).await?);
    let (owns_source, owns_target) = (is_own(who, &source), is_own(who, &target));
    let office = who.is_system() || who.holds_over(OFFICE_READS, &row.path);
    if !(owns_source || owns_target || office) {
        return Err(Refusal::NotFound);
    }
    Ok(Seen { row, source, target, owns_source, owns_target, office })
}

async fn one(db: &impl ConnectionTrait, who: &Who, id: Uuid) -> Result<proposal::Model, Refusal> {
    proposal::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)
}

/// The mergers of these proposals that wait for an answer.
pub async fn open_of(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    proposals: &[Uuid],
) -> Result<Vec<merger::Model>, Refusal> {
    let either = Condition::any()
        .add(merger::Column::SourceId.is_in(proposals.iter().copied()))
        .add(merger::Column::TargetId.is_in(proposals.iter().copied()));
    Ok(merger::Entity::find()
        .filter(merger::Column::TenantId.eq(tenant))
        .filter(merger::Column::State.eq(MergerState::Proposed))
        .filter(either)
        .limit(50)
        .all(db)
        .await?)
}

/// The newest merger of a proposal, open or ended.
pub async fn last_of(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    proposal: Uuid,
) -> Result<Option<merger::Model>, Refusal> {
    let either = Condition::any().add(merger::Column::SourceId.eq(proposal)).add(merger::Column::TargetId.eq(proposal));
    Ok(merger::Entity::find()
        .filter(merger::Column::TenantId.eq(tenant))
        .filter(either)
        .order_by_desc(merger::Column::CreatedAt)
        .order_by_desc(merger::Column::Id)
        .one(db)
        .await?)
}

/// The names of those whose proposals were merged into these, in the order in which they came. `public`: only those who agreed to be
/// named.
pub async fn authors(
    db: &impl ConnectionTrait,
    who: &Who,
    proposals: impl IntoIterator<Item = Uuid>,
    public: bool,
) -> Result<HashMap<Uuid, Vec<String>>, Refusal> {
    let ids: Vec<Uuid> = proposals.into_iter().collect();
    let mut find = author::Entity::find()
        .filter(author::Column::TenantId.eq(who.tenant))
        .filter(author::Column::ProposalId.is_in(ids.iter().copied()));
    if public {
        find = find.filter(author::Column::Named.eq(true));
    }
    let most = MOST_AUTHORS * ids.len().max(1) as u64;
    let rows = find.order_by_asc(author::Column::Id).limit(most).all(db).await?;
    let teams = organizations::names(db, who, rows.iter().filter_map(|row| row.organization_id)).await?;
    let people = accounts::names(db, who, rows.iter().map(|row| row.account_id)).await?;
    let mut named: HashMap<Uuid, Vec<String>> = HashMap::new();
    for row in rows {
        let team = row.organization_id.and_then(|id| teams.get(&id));
        let Some(name) = team.or_else(|| people.get(&row.account_id)) else { continue };
        let names = named.entry(row.proposal_id).or_default();
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    Ok(named)
}
