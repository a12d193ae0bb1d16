use super::AdoptionState;
use super::model::{Committed, QUEUE};
use super::partners::PartnerState;
use super::rules::{SPONSORS, Signer, receives};
use super::{Party, Side};
use crate::proposals::queries::{OFFICE_READS, is_own};
use crate::{Refusal, Who};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use std::collections::HashMap;
use twoway_entity::accounts::{Role, account};
use twoway_entity::adoptions::{adoption, agreement, commitment, confirmation, delivery, partner};
use twoway_entity::needs::need_line;
use twoway_entity::organizations::organization;
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;

/// On which sides of an adoption the reader stands; more than one is possible.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Speaks for the sponsor.
    pub sponsor: bool,
    /// May bind the sponsor.
    pub signatory: bool,
    /// Wrote the proposal or leads its team.
    pub team: bool,
    /// Runs the call.
    pub office: bool,
    /// Reads within the subtree: the office, nodes, supervisors, auditors.
    pub reads: bool,
    /// Recipients among the adoption's lines for which the reader is the clerk.
    pub recipient_of: Vec<Uuid>,
    /// Partners, asked or joined, for which the reader speaks.
    pub partner_of: Vec<Uuid>,
    /// Speaks for a partner that has joined.
    pub joined: bool,
    /// Partners that have joined and that the reader may bind.
    pub binds: Vec<Uuid>,
}

impl Standing {
    pub fn sees(&self) -> bool {
        let alone = self.sponsor || self.team || self.office || self.reads;
        alone || !self.recipient_of.is_empty() || !self.partner_of.is_empty()
    }

    /// Whether the reader may confirm an agreement for this party.
    pub fn signs_for(&self, signer: &Signer) -> bool {
        match signer.party {
            Party::Sponsor => self.signatory,
            Party::Partner => signer.organization.is_some_and(|id| self.binds.contains(&id)),
            Party::Recipient => signer.organization.is_some_and(|id| self.recipient_of.contains(&id)),
            Party::Team => self.team,
            Party::Office => self.office,
        }
    }

    /// The sides on which the reader stands when this line is delivered.
    pub fn sides(&self, line: &need_line::Model) -> Vec<Side> {
        let mut sides = Vec::new();
        if self.sponsor || self.joined {
            sides.push(Side::Sponsor);
        }
        if receives(line, &self.recipient_of, self.team) {
            sides.push(Side::Receiver);
        }
        sides
    }
}

/// An adoption with its proposal and its lines, and where the reader stands.
#[derive(Clone, Debug)]
pub struct Seen {
    pub row: adoption::Model,
    pub proposal: proposal::Model,
    pub lines: Vec<Committed>,
    pub standing: Standing,
    /// Who adopts along, asked or joined.
    pub partners: Vec<partner::Model>,
}

impl Seen {
    /// The organisations that have joined as partners.
    pub fn joined(&self) -> Vec<Uuid> {
        let joined = self.partners.iter().filter(|partner| partner.state == PartnerState::Joined);
        joined.map(|partner| partner.organization_id).collect()
    }
}

/// One adoption, if it is the reader's to see. Errors: [`Refusal::NotFound`] otherwise.
pub async fn find_visible(db: &impl ConnectionTrait, who: &Who, id: Uuid) -> Result<Seen, Refusal> {
    let seen = load(db, who, id).await?;
    if who.is_system() || seen.standing.sees() { Ok(seen) } else { Err(Refusal::NotFound) }
}

/// One adoption whoever looks: for steps that move another's adoption on.
pub async fn load(db: &impl ConnectionTrait, who: &Who, id: Uuid) -> Result<Seen, Refusal> {
    let row = adoption::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let proposal =
        proposal::Entity::find_by_id((who.tenant, row.proposal_id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let lines = committed(db, who.tenant, &[row.id]).await?.remove(&row.id).unwrap_or_default();
    let partners = super::partners::inside(db, who.tenant, id).await?;
    let standing = standing(who, (&row, &proposal), &lines, &partners);
    Ok(Seen { row, proposal, lines, standing, partners })
}

fn takes_on(tenant: Uuid, line: Uuid) -> SelectStatement {
    Query::select()
        .column(commitment::Column::AdoptionId)
        .from(commitment::Entity)
        .and_where(Expr::col(commitment::Column::TenantId).eq(tenant))
        .and_where(Expr::col(commitment::Column::LineId).eq(line))
        .to_owned()
}

fn queued(tenant: Uuid, line: Uuid) -> Select<adoption::Entity> {
    adoption::Entity::find()
        .filter(adoption::Column::TenantId.eq(tenant))
        .filter(adoption::Column::State.eq(AdoptionState::Queued))
        .filter(adoption::Column::Id.in_subquery(takes_on(tenant, line)))
}

/// Who waits for a line, the first first; at most 200.
pub async fn queue(db: &impl ConnectionTrait, tenant: Uuid, line: Uuid) -> Result<Vec<adoption::Model>, Refusal> {
    Ok(queued(tenant, line)
        .order_by_asc(adoption::Column::CreatedAt)
        .order_by_asc(adoption::Column::Id)
        .limit(QUEUE)
        .all(db)
        .await?)
}

/// The first of a line's queue whom the office has checked: who is not checked keeps the place, but cannot be called. Who was
/// offered less than it asked for and has not answered stands in its old place.
pub async fn first_in_queue(db: &impl ConnectionTrait, tenant: Uuid, line: Uuid) -> Result<Option<Uuid>, Refusal> {
    let mut short = takes_on(tenant, line);
    short.and_where(Expr::col(commitment::Column::Wanted).gt(Expr::col(commitment::Column::Quantity)));
    let waits = Condition::all()
        .add(adoption::Column::State.eq(AdoptionState::Queued))
        .add(adoption::Column::CheckedAt.is_not_null())
        .add(adoption::Column::Id.in_subquery(takes_on(tenant, line)));
    let grows = Condition::all()
        .add(adoption::Column::State.eq(AdoptionState::Offered))
        .add(adoption::Column::Id.in_subquery(short));
    let first = adoption::Entity::find()
        .filter(adoption::Column::TenantId.eq(tenant))
        .filter(Condition::any().add(waits).add(grows))
        .order_by_asc(adoption::Column::CreatedAt)
        .order_by_asc(adoption::Column::Id)
        .one(db)
        .await?;
    Ok(first.map(|row| row.id))
}

/// The place of an adoption in its line's queue, from 1; none if it does not wait.
pub async fn place_in_queue(db: &impl ConnectionTrait, seen: &Seen) -> Result<Option<u64>, Refusal> {
    let (row, line) = match seen.lines.first() {
        Some(line) if seen.row.state == AdoptionState::Queued => (&seen.row, line.line.id),
        _ => return Ok(None),
    };
    let earlier = Condition::any()
        .add(adoption::Column::CreatedAt.lt(row.created_at))
        .add(Condition::all().add(adoption::Column::CreatedAt.eq(row.created_at)).add(adoption::Column::Id.lt(row.id)));
    let before = queued(row.tenant_id, line).filter(earlier).count(db).await?;
    Ok(Some(before + 1))
}

/// How many wait for each of these lines; those for which nobody waits are left out.
pub async fn queue_lengths(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    lines: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, i64>, Refusal> {
    let waiting = Query::select()
        .column(adoption::Column::Id)
        .from(adoption::Entity)
        .and_where(Expr::col(adoption::Column::TenantId).eq(tenant))
        .and_where(Expr::col(adoption::Column::State).eq(AdoptionState::Queued.as_str()))
        .to_owned();
    let found: Vec<(Uuid, i64)> = commitment::Entity::find()
        .select_only()
        .column(commitment::Column::LineId)
        .column_as(commitment::Column::Id.count(), "waiting")
        .filter(commitment::Column::TenantId.eq(tenant))
        .filter(commitment::Column::LineId.is_in(lines))
        .filter(commitment::Column::AdoptionId.in_subquery(waiting))
        .group_by(commitment::Column::LineId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().collect())
}

fn standing(
    who: &Who,
    (row, proposal): (&adoption::Model, &proposal::Model),
    lines: &[Committed],
    partners: &[partner::Model],
) -> Standing {
    let clerk_of = who.organizations(&[Role::Recipient]);
    let partner_of: Vec<Uuid> =
        partners.iter().map(|p| p.organization_id).filter(|id| who.holds_at(SPONSORS, *id)).collect();
    let joined = partners.iter().filter(|p| p.state == PartnerState::Joined).map(|p| p.organization_id);
    Standing {
        sponsor: who.holds_at(SPONSORS, row.organization_id),
        signatory: who.holds_at(&[Role::SponsorSignatory], row.organization_id),
        team: is_own(who, proposal),
        office: who.holds_over(&[Role::LeadOffice], &row.path),
        reads: who.holds_over(OFFICE_READS, &row.path),
        recipient_of: lines.iter().filter_map(|l| l.line.recipient_id).filter(|r| clerk_of.contains(r)).collect(),
        joined: joined.clone().any(|id| who.holds_at(SPONSORS, id)),
        binds: joined.filter(|id| who.holds_at(&[Role::SponsorSignatory], *id)).collect(),
        partner_of,
    }
}

/// What each of these adoptions took on, in the order of the proposal's lines.
pub async fn committed(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    adoptions: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Committed>>, Refusal> {
    let commitments = commitment::Entity::find()
        .filter(commitment::Column::TenantId.eq(tenant))
        .filter(commitment::Column::AdoptionId.is_in(adoptions.iter().copied()))
        .limit(10_000)
        .all(db)
        .await?;
    let lines: HashMap<Uuid, need_line::Model> = need_line::Entity::find()
        .filter(need_line::Column::TenantId.eq(tenant))
        .filter(need_line::Column::Id.is_in(commitments.iter().map(|c| c.line_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|l| (l.id, l))
        .collect();
    let mut found: HashMap<Uuid, Vec<Committed>> = HashMap::new();
    for commitment in commitments {
        // Several adoptions of the page may share a line.
        if let Some(line) = lines.get(&commitment.line_id).cloned() {
            found.entry(commitment.adoption_id).or_default().push(Committed { commitment, line });
        }
    }
    for list in found.values_mut() {
        list.sort_by_key(|c| c.line.position);
    }
    Ok(found)
}

/// The newest version of the agreement, with who confirmed it.
pub async fn agreement(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    adoption: Uuid,
) -> Result<Option<(agreement::Model, Vec<confirmation::Model>)>, Refusal> {
    let newest = agreement::Entity::find()
        .filter(agreement::Column::TenantId.eq(tenant))
        .filter(agreement::Column::AdoptionId.eq(adoption))
        .order_by_desc(agreement::Column::Number)
        .one(db)
        .await?;
    let Some(newest) = newest else { return Ok(None) };
    let given = confirmations(db, tenant, newest.id).await?;
    Ok(Some((newest, given)))
}

pub async fn confirmations(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    agreement: Uuid,
) -> Result<Vec<confirmation::Model>, Refusal> {
    Ok(confirmation::Entity::find()
        .filter(confirmation::Column::TenantId.eq(tenant))
        .filter(confirmation::Column::AgreementId.eq(agreement))
        .order_by_asc(confirmation::Column::At)
        .all(db)
        .await?)
}

/// The newest 200 deliveries of an adoption, newest first.
pub async fn deliveries(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    adoption: Uuid,
) -> Result<Vec<delivery::Model>, Refusal> {
    Ok(delivery::Entity::find()
        .filter(delivery::Column::TenantId.eq(tenant))
        .filter(delivery::Column::AdoptionId.eq(adoption))
        .order_by_desc(delivery::Column::CreatedAt)
        .order_by_desc(delivery::Column::Id)
        .limit(200)
        .all(db)
        .await?)
}

/// One delivery with the adoption that it belongs to.
pub async fn find_delivery(db: &impl ConnectionTrait, who: &Who, id: Uuid) -> Result<(delivery::Model, Seen), Refusal> {
    let row = delivery::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let seen = find_visible(db, who, row.adoption_id).await?;
    Ok((row, seen))
}

pub async fn organization(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    id: Uuid,
) -> Result<Option<organization::Model>, Refusal> {
    Ok(organization::Entity::find_by_id((tenant, id)).one(db).await?)
}

/// Organisations by id.
pub async fn organizations(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, organization::Model>, Refusal> {
    let found = organization::Entity::find()
        .filter(organization::Column::TenantId.eq(tenant))
        .filter(organization::Column::Id.is_in(ids))
        .limit(1_000)
        .all(db)
        .await?;
    Ok(found.into_iter().map(|o| (o.id, o)).collect())
}

/// Names of accounts by id.
pub async fn names(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>, Refusal> {
    let found = account::Entity::find()
        .filter(account::Column::TenantId.eq(tenant))
        .filter(account::Column::Id.is_in(ids))
        .limit(1_000)
        .all(db)
        .await?;
    Ok(found.into_iter().map(|a| (a.id, a.name)).collect())
}
