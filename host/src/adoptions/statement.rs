//! What a sponsor can see of all that it adopted (慈善法 §42): its obligations in the order of their days, and one adoption's statement
//! as plain data, from which the page, the API and any printed form are made.

use super::conditions;
use super::fulfilment::{frozen, releases, settlement};
use super::queries::{committed, deliveries, find_visible, organization, organizations};
use super::rules::SPONSORS;
use super::{AdoptionState, DeliveryState, RUNNING};
use crate::needs::NeedKind;
use crate::{Refusal, Who};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use std::collections::HashMap;
use twoway_entity::accounts::{Role, account, membership};
use twoway_entity::adoptions::adoption;
use twoway_entity::fulfilment::{Cause, Surplus};
use twoway_entity::needs::need_line;
use twoway_entity::projects::{ProjectState, project};
use twoway_entity::proposals::proposal;
use twoway_entity::sponsoring::{ConditionKind, condition, first_delivery};
use twoway_ids::{Millis, Uuid};
use utoipa::ToSchema;

/// Adoptions that are looked through, the newest.
const MOST: u64 = 200;

/// One line that the sponsor has promised, and what became of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Obligation {
    pub adoption: Uuid,
    #[schema(value_type = String)]
    pub state: AdoptionState,
    pub commitment: Uuid,
    pub proposal: Uuid,
    pub title: String,
    /// The project's public page, where there is one.
    pub project: Option<Uuid>,
    pub line: String,
    #[schema(value_type = String)]
    pub kind: NeedKind,
    pub unit: String,
    pub agreed: i64,
    pub delivered: i64,
    /// Given back: lapsed, released or terminated.
    pub released: i64,
    pub outstanding: i64,
    /// `YYYY-MM-DD`
    pub due_on: String,
    /// Nothing can be delivered while a change of use is open.
    pub frozen: bool,
    /// What the promise depends on while that is not decided; nothing can be delivered meanwhile.
    pub condition: Option<ObligationCondition>,
    /// Until when the first money of this adoption is to come, while none has.
    pub first_due: Option<Millis>,
    /// The organisation that receives it; none: the person who leads the team.
    pub receiver: Option<String>,
    /// Whom to ask there.
    pub contact: Option<String>,
}

/// What a promise depends on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ObligationCondition {
    /// `all-required-by` or `line-covered-by`
    #[schema(value_type = String)]
    pub kind: ConditionKind,
    /// The line that must be covered; empty where all required lines must.
    pub line: String,
    /// `YYYY-MM-DD`
    pub by: String,
}

impl Obligation {
    pub fn is_open(&self) -> bool {
        self.outstanding > 0
    }
}

/// Everything that the reader's sponsors have promised, what is due next first, then what is over, the latest first. `acting`: only
/// this one of them. At most 200 adoptions.
pub async fn obligations(
    db: &impl ConnectionTrait,
    who: &Who,
    acting: Option<Uuid>,
    of: Option<Uuid>,
) -> Result<Vec<Obligation>, Refusal> {
    let mut sponsors = who.organizations(SPONSORS);
    if let Some(one) = acting.filter(|one| sponsors.contains(one)) {
        sponsors = vec![one];
    }
    let mut select = adoption::Entity::find()
        .filter(adoption::Column::TenantId.eq(who.tenant))
        .filter(adoption::Column::OrganizationId.is_in(sponsors))
        .filter(adoption::Column::ActivatedAt.is_not_null());
    if let Some(of) = of {
        select = select.filter(adoption::Column::ProposalId.eq(of));
    }
    let rows = select.order_by_desc(adoption::Column::ActivatedAt).limit(MOST).all(db).await?;
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    let mut lines = committed(db, who.tenant, &ids).await?;
    let about = About::load(db, who, &rows, &lines).await?;
    let mut found = Vec::new();
    for row in &rows {
        let Some((title, team, owner)) = about.proposals.get(&row.proposal_id) else { continue };
        for line in lines.remove(&row.id).unwrap_or_default() {
            let receiver = line.line.recipient_id.or(*team);
            let contact = match line.line.recipient_id {
                Some(recipient) => about.clerks.get(&recipient),
                None => about.people.get(owner),
            };
            found.push(Obligation {
                adoption: row.id,
                state: row.state,
                commitment: line.commitment.id,
                proposal: row.proposal_id,
                title: title.clone(),
                project: about.projects.get(&row.proposal_id).copied(),
                line: line.line.title.clone(),
                kind: line.line.kind,
                unit: line.line.unit.clone(),
                agreed: line.commitment.quantity,
                delivered: line.commitment.delivered,
                released: line.commitment.released,
                outstanding: if RUNNING.contains(&row.state) { line.outstanding() } else { 0 },
                due_on: line.due_on().to_string(),
                frozen: about.frozen.contains(&line.line.id),
                condition: about.condition(line.commitment.id),
                first_due: about.first_due(row, line.line.kind),
                receiver: receiver.and_then(|id| about.houses.get(&id).cloned()),
                contact: contact.cloned(),
            });
        }
    }
    found.sort_by(|a, b| match (a.is_open(), b.is_open()) {
        (true, true) => a.due_on.cmp(&b.due_on),
        (false, false) => b.due_on.cmp(&a.due_on),
        (first, second) => second.cmp(&first),
    });
    Ok(found)
}

/// What stands around obligations, read once for all of them.
struct About {
    /// Title, team and author.
    proposals: HashMap<Uuid, (String, Option<Uuid>, Uuid)>,
    projects: HashMap<Uuid, Uuid>,
    houses: HashMap<Uuid, String>,
    /// One clerk of each recipient.
    clerks: HashMap<Uuid, String>,
    people: HashMap<Uuid, String>,
    frozen: std::collections::HashSet<Uuid>,
    conditions: HashMap<Uuid, condition::Model>,
    first: HashMap<Uuid, first_delivery::Model>,
    /// What the lines are called that conditions name.
    needed: HashMap<Uuid, String>,
}

impl About {
    fn first_due(&self, row: &adoption::Model, kind: NeedKind) -> Option<Millis> {
        let first = self.first.get(&row.id).filter(|_| kind == NeedKind::Money && RUNNING.contains(&row.state))?;
        Some(first.due_at)
    }

    fn condition(&self, commitment: Uuid) -> Option<ObligationCondition> {
        let row = self.conditions.get(&commitment)?;
        let line = row.needed_id.and_then(|id| self.needed.get(&id)).cloned().unwrap_or_default();
        Some(ObligationCondition { kind: row.kind, line, by: row.by_on.clone() })
    }

    async fn load(
        db: &impl ConnectionTrait,
        who: &Who,
        rows: &[adoption::Model],
        lines: &HashMap<Uuid, Vec<super::model::Committed>>,
    ) -> Result<Self, Refusal> {
        let of = || rows.iter().map(|r| r.proposal_id);
        let proposals: HashMap<Uuid, _> = proposal::Entity::find()
            .filter(proposal::Column::TenantId.eq(who.tenant))
            .filter(proposal::Column::Id.is_in(of()))
            .all(db)
            .await?
            .into_iter()
            .map(|p| (p.id, (p.title, p.organization_id, p.owner_id)))
            .collect();
        let projects: Vec<(Uuid, Uuid, ProjectState)> = project::Entity::find()
            .select_only()
            .columns([project::Column::ProposalId, project::Column::Id, project::Column::State])
            .filter(project::Column::TenantId.eq(who.tenant))
            .filter(project::Column::ProposalId.is_in(of()))
            .into_tuple()
            .all(db)
            .await?;
        let all = || lines.values().flatten();
        let recipients: Vec<Uuid> = all().filter_map(|l| l.line.recipient_id).collect();
        let teams = proposals.values().filter_map(|(_, team, _)| *team);
        let houses = organizations(db, who.tenant, recipients.iter().copied().chain(teams)).await?;
        let held = membership::Entity::find()
            .filter(membership::Column::TenantId.eq(who.tenant))
            .filter(membership::Column::OrganizationId.is_in(recipients))
            .filter(membership::Column::Role.eq(Role::Recipient))
            .filter(membership::Column::EndedAt.is_null())
            .limit(1_000)
            .all(db)
            .await?;
        let owners = proposals.values().map(|(_, _, owner)| *owner);
        let people: HashMap<Uuid, String> = account::Entity::find()
            .filter(account::Column::TenantId.eq(who.tenant))
            .filter(account::Column::Id.is_in(held.iter().map(|m| m.account_id).chain(owners)))
            .all(db)
            .await?
            .into_iter()
            .map(|a| (a.id, a.name))
            .collect();
        let clerks =
            held.iter().filter_map(|m| Some((m.organization_id, people.get(&m.account_id)?.clone()))).collect();
        let ids: Vec<Uuid> = all().map(|l| l.line.id).collect();
        let conditions = conditions::waiting(db, who.tenant, rows.iter().map(|r| r.id)).await?;
        let needed = need_line::Entity::find()
            .select_only()
            .columns([need_line::Column::Id, need_line::Column::Title])
            .filter(need_line::Column::TenantId.eq(who.tenant))
            .filter(need_line::Column::Id.is_in(conditions.values().filter_map(|c| c.needed_id)))
            .into_tuple::<(Uuid, String)>()
            .all(db)
            .await?;
        Ok(Self {
            first: super::first_delivery::waiting(db, who.tenant, rows.iter().map(|r| r.id)).await?,
            conditions,
            needed: needed.into_iter().collect(),
            projects: projects
                .into_iter()
                .filter(|(_, _, s)| *s != ProjectState::Incubating)
                .map(|(p, id, _)| (p, id))
                .collect(),
            proposals,
            houses: houses.into_iter().map(|(id, o)| (id, o.name)).collect(),
            clerks,
            people,
            frozen: frozen(db, who.tenant, &ids).await?,
        })
    }
}

/// All that one adoption came to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Statement {
    pub adoption: Uuid,
    pub project: String,
    pub sponsor: String,
    #[schema(value_type = String)]
    pub state: AdoptionState,
    /// SHA-256 of the agreement that was signed.
    pub agreement: Option<String>,
    pub agreed_at: Option<Millis>,
    pub lines: Vec<StatementLine>,
    pub deliveries: Vec<StatementDelivery>,
    pub released: Vec<StatementRelease>,
    pub delivered_at: Option<Millis>,
    pub thanks: Option<String>,
    #[schema(value_type = Option<String>)]
    pub surplus: Option<Surplus>,
    pub surplus_text: Option<String>,
    pub closed_at: Option<Millis>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StatementLine {
    pub title: String,
    #[schema(value_type = String)]
    pub kind: NeedKind,
    pub unit: String,
    pub agreed: i64,
    pub delivered: i64,
    pub released: i64,
    pub due_on: String,
    pub receiver: Option<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StatementDelivery {
    pub id: Uuid,
    pub line: String,
    pub quantity: i64,
    pub unit: String,
    pub delivered_on: String,
    pub evidence: String,
    #[schema(value_type = String)]
    pub state: DeliveryState,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StatementRelease {
    pub line: String,
    pub quantity: i64,
    pub unit: String,
    #[schema(value_type = String)]
    pub cause: Cause,
    pub at: Millis,
}

/// The statement of an agreed adoption, for those who may see it. Errors: [`Refusal::NotFound`] before it was agreed.
pub async fn statement(db: &impl ConnectionTrait, who: &Who, id: Uuid) -> Result<Statement, Refusal> {
    let seen = find_visible(db, who, id).await?;
    if seen.row.activated_at.is_none() {
        return Err(Refusal::NotFound);
    }
    let settled = settlement(db, who.tenant, id).await?;
    let given = deliveries(db, who.tenant, id).await?;
    let released = releases(db, who.tenant, id).await?;
    let receivers = seen.lines.iter().filter_map(|l| l.line.recipient_id).chain(seen.proposal.organization_id);
    let houses = organizations(db, who.tenant, receivers).await?;
    let sponsor = organization(db, who.tenant, seen.row.organization_id).await?.map(|o| o.name).unwrap_or_default();
    let line = |commitment: Uuid| seen.lines.iter().find(|l| l.commitment.id == commitment);
    let words =
        |commitment: Uuid| line(commitment).map(|l| (l.line.title.clone(), l.line.unit.clone())).unwrap_or_default();
    Ok(Statement {
        adoption: id,
        project: seen.proposal.title.clone(),
        sponsor,
        state: seen.row.state,
        agreement: seen.row.agreement_hash.clone(),
        agreed_at: seen.row.activated_at,
        lines: seen
            .lines
            .iter()
            .map(|l| StatementLine {
                title: l.line.title.clone(),
                kind: l.line.kind,
                unit: l.line.unit.clone(),
                agreed: l.commitment.quantity,
                delivered: l.commitment.delivered,
                released: l.commitment.released,
                due_on: l.due_on().to_string(),
                receiver: l
                    .line
                    .recipient_id
                    .or(seen.proposal.organization_id)
                    .and_then(|id| houses.get(&id))
                    .map(|o| o.name.clone()),
            })
            .collect(),
        deliveries: given
            .into_iter()
            .rev()
            .map(|d| {
                let (line, unit) = words(d.commitment_id);
                StatementDelivery {
                    id: d.id,
                    line,
                    quantity: d.quantity,
                    unit,
                    delivered_on: d.delivered_on,
                    evidence: d.evidence,
                    state: d.state,
                }
            })
            .collect(),
        released: released
            .into_iter()
            .map(|r| {
                let (line, unit) = words(r.commitment_id);
                StatementRelease { line, quantity: r.quantity, unit, cause: r.cause, at: r.at }
            })
            .collect(),
        delivered_at: settled.as_ref().map(|s| s.delivered_at),
        thanks: settled.as_ref().and_then(|s| s.thanks.clone()),
        surplus: settled.as_ref().and_then(|s| s.surplus),
        surplus_text: settled.as_ref().and_then(|s| s.surplus_text.clone()),
        closed_at: settled.and_then(|s| s.closed_at),
    })
}
