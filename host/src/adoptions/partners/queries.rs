use super::state::PartnerState;
use crate::adoptions::queries::organizations;
use crate::adoptions::rules::SPONSORS;
use crate::{Refusal, Who};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{HashMap, HashSet};
use twoway_entity::accounts::Role;
use twoway_entity::adoptions::{Party, adoption, confirmation, partner};
use twoway_entity::organizations::organization;
use twoway_ids::Uuid;

/// Rows that one adoption keeps at most: who declined or left stays on record.
const MOST: u64 = 100;

/// States in which an organisation sees the adoption.
pub const INSIDE: [PartnerState; 2] = [PartnerState::Invited, PartnerState::Joined];

/// A partner with its organisation.
#[derive(Clone, Debug)]
pub struct Together {
    pub row: partner::Model,
    pub house: organization::Model,
}

/// Everybody who was ever asked to adopt along, in the order of the invitations.
pub async fn of(db: &impl ConnectionTrait, tenant: Uuid, adoption: Uuid) -> Result<Vec<Together>, Refusal> {
    let rows = partner::Entity::find()
        .filter(partner::Column::TenantId.eq(tenant))
        .filter(partner::Column::AdoptionId.eq(adoption))
        .order_by_asc(partner::Column::InvitedAt)
        .order_by_asc(partner::Column::Id)
        .limit(MOST)
        .all(db)
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let houses = organizations(db, tenant, rows.iter().map(|row| row.organization_id)).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| Some(Together { house: houses.get(&row.organization_id)?.clone(), row }))
        .collect())
}

/// Who is inside of an adoption, invited or joined, without the organisations' names.
pub async fn inside(db: &impl ConnectionTrait, tenant: Uuid, adoption: Uuid) -> Result<Vec<partner::Model>, Refusal> {
    Ok(partner::Entity::find()
        .filter(partner::Column::TenantId.eq(tenant))
        .filter(partner::Column::AdoptionId.eq(adoption))
        .filter(partner::Column::State.is_in(INSIDE))
        .order_by_asc(partner::Column::InvitedAt)
        .order_by_asc(partner::Column::Id)
        .limit(MOST)
        .all(db)
        .await?)
}

/// The organisations that have joined, with their names.
pub async fn joined(db: &impl ConnectionTrait, tenant: Uuid, adoption: Uuid) -> Result<Vec<Together>, Refusal> {
    let mut all = of(db, tenant, adoption).await?;
    all.retain(|one| one.row.state == PartnerState::Joined);
    Ok(all)
}

/// The adoptions in which one of these organisations is inside, as a condition.
pub fn in_adoptions(tenant: Uuid, organizations: Vec<Uuid>, states: &[PartnerState]) -> SelectStatement {
    Query::select()
        .column(partner::Column::AdoptionId)
        .from(partner::Entity)
        .and_where(Expr::col(partner::Column::TenantId).eq(tenant))
        .and_where(Expr::col(partner::Column::OrganizationId).is_in(organizations))
        .and_where(Expr::col(partner::Column::State).is_in(states.iter().map(|state| state.as_str())))
        .to_owned()
}

/// The adoptions in which the reader speaks for a partner that is asked or has joined.
pub fn speaks_in(who: &Who) -> SelectStatement {
    in_adoptions(who.tenant, who.organizations(SPONSORS), &INSIDE)
}

/// The partners that have joined these adoptions.
pub async fn joined_in(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    adoptions: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<Uuid>, Refusal> {
    Ok(partner::Entity::find()
        .select_only()
        .column(partner::Column::OrganizationId)
        .distinct()
        .filter(partner::Column::TenantId.eq(tenant))
        .filter(partner::Column::AdoptionId.is_in(adoptions))
        .filter(partner::Column::State.eq(PartnerState::Joined))
        .into_tuple()
        .all(db)
        .await?)
}

/// The adoption to which a partner's row belongs. Errors: [`Refusal::NotFound`].
pub async fn adoption_of(db: &impl ConnectionTrait, tenant: Uuid, id: Uuid) -> Result<Uuid, Refusal> {
    let row = partner::Entity::find_by_id((tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    Ok(row.adoption_id)
}

/// What awaits the reader as a partner.
#[derive(Clone, Debug, Default)]
pub struct Turns {
    /// Adoptions that ask to be answered.
    pub asked: HashSet<Uuid>,
    /// Adoptions whose frozen text the reader may confirm for a partner that has not.
    pub sign: HashSet<Uuid>,
}

/// What awaits the reader as a partner among these adoptions.
pub async fn turns(
    db: &impl ConnectionTrait,
    who: &Who,
    adoptions: impl IntoIterator<Item = Uuid>,
) -> Result<Turns, Refusal> {
    let houses = who.organizations(&[Role::SponsorSignatory]);
    let mut turns = Turns::default();
    if houses.is_empty() {
        return Ok(turns);
    }
    let rows = partner::Entity::find()
        .filter(partner::Column::TenantId.eq(who.tenant))
        .filter(partner::Column::AdoptionId.is_in(adoptions))
        .filter(partner::Column::OrganizationId.is_in(houses))
        .filter(partner::Column::State.is_in(INSIDE))
        .all(db)
        .await?;
    let ids = rows.iter().map(|row| row.adoption_id);
    let given: HashSet<(Uuid, Option<Uuid>, String)> = confirmation::Entity::find()
        .filter(confirmation::Column::TenantId.eq(who.tenant))
        .filter(confirmation::Column::AdoptionId.is_in(ids.clone()))
        .filter(confirmation::Column::Party.eq(Party::Partner))
        .all(db)
        .await?
        .into_iter()
        .map(|given| (given.adoption_id, given.organization_id, given.hash))
        .collect();
    let hashes: HashMap<Uuid, Option<String>> = adoption::Entity::find()
        .filter(adoption::Column::TenantId.eq(who.tenant))
        .filter(adoption::Column::Id.is_in(ids))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row.agreement_hash))
        .collect();
    for row in rows {
        let id = row.adoption_id;
        let hash = hashes.get(&id).cloned().flatten().unwrap_or_default();
        if row.state == PartnerState::Invited {
            turns.asked.insert(id);
        } else if !given.contains(&(id, Some(row.organization_id), hash)) {
            turns.sign.insert(id);
        }
    }
    Ok(turns)
}
