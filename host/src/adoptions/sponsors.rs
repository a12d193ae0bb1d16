//! What everybody may know of a sponsor: only what it agreed to be named with in a signed agreement, kind by kind. Money is never added
//! up and never shown as a sum, and nobody is ranked.

use super::STANDING;
use super::model::Committed;
use super::partners::{PartnerState, in_adoptions};
use super::queries::{committed, organization};
use crate::Refusal;
use crate::needs::NeedKind;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{BTreeMap, HashMap};
use twoway_entity::adoptions::adoption;
use twoway_entity::organizations::organization as house;
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;

/// The kinds in the order in which they are shown.
pub const KINDS: [NeedKind; 6] =
    [NeedKind::Goods, NeedKind::People, NeedKind::Venue, NeedKind::Service, NeedKind::Media, NeedKind::Money];

/// One line that a sponsor takes part in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub proposal: Uuid,
    pub project: String,
    pub line: String,
    pub unit: String,
    /// None for money: an amount is nobody's business.
    pub quantity: Option<i64>,
    pub delivered: bool,
}

/// A sponsor's public face.
#[derive(Clone, Debug)]
pub struct Sponsor {
    pub house: house::Model,
    /// By kind; kinds without anything are left out. Inside a kind by project, then by line.
    pub kinds: Vec<(NeedKind, Vec<Part>)>,
}

/// The public face of an organisation. Errors: [`Refusal::NotFound`] where it agreed to be named with nothing.
pub async fn public(db: &impl ConnectionTrait, tenant: Uuid, id: Uuid) -> Result<Sponsor, Refusal> {
    let rows = adoption::Entity::find()
        .filter(adoption::Column::TenantId.eq(tenant))
        .filter(
            Condition::any()
                .add(adoption::Column::OrganizationId.eq(id))
                .add(adoption::Column::Id.in_subquery(in_adoptions(tenant, vec![id], &[PartnerState::Joined]))),
        )
        .filter(adoption::Column::Named.eq(true))
        .filter(adoption::Column::State.is_in(STANDING.iter().copied()))
        .order_by_desc(adoption::Column::CreatedAt)
        .limit(200)
        .all(db)
        .await?;
    if rows.is_empty() {
        return Err(Refusal::NotFound);
    }
    let house = organization(db, tenant, id).await?.ok_or(Refusal::NotFound)?;
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    let lines = committed(db, tenant, &ids).await?;
    let titles: HashMap<Uuid, String> = proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(tenant))
        .filter(proposal::Column::Id.is_in(rows.iter().map(|r| r.proposal_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|p| (p.id, p.title))
        .collect();
    let mut kinds: BTreeMap<usize, Vec<Part>> = BTreeMap::new();
    for line in lines.values().flatten() {
        let at = KINDS.iter().position(|k| *k == line.line.kind).unwrap_or(KINDS.len());
        kinds.entry(at).or_default().push(part(line, &titles));
    }
    let sorted = |(at, mut parts): (usize, Vec<Part>)| {
        parts.sort_by(|a, b| (&a.project, &a.line).cmp(&(&b.project, &b.line)));
        Some((*KINDS.get(at)?, parts))
    };
    Ok(Sponsor { house, kinds: kinds.into_iter().filter_map(sorted).collect() })
}

fn part(line: &Committed, titles: &HashMap<Uuid, String>) -> Part {
    Part {
        proposal: line.line.proposal_id,
        project: titles.get(&line.line.proposal_id).cloned().unwrap_or_default(),
        line: line.line.title.clone(),
        unit: line.line.unit.clone(),
        quantity: (line.line.kind != NeedKind::Money).then_some(line.commitment.quantity),
        delivered: line.outstanding() == 0,
    }
}
