use super::model::Committed;
use super::queries::{committed, organizations};
use super::rules::SPONSORS;
use super::{AdoptionState, ENDED, RUNNING, STANDING, partners, reserves};
use crate::http::{List, Paging, Sort};
use crate::proposals::queries::{OFFICE_READS, PROPOSES};
use crate::{Refusal, Who};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashMap;
use twoway_entity::accounts::Role;
use twoway_entity::adoptions::{adoption, commitment};
use twoway_entity::needs::need_line;
use twoway_entity::proposals::proposal;
use twoway_ids::{Millis, Uuid};

/// From which door somebody looks at the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// What my enterprise took on.
    Sponsor,
    /// What was taken on for my team's proposals, or is to be received by my organisation.
    Receiver,
    /// Everything within my subtree.
    Office,
}

impl Room {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sponsor => "sponsor",
            Self::Receiver => "receiver",
            Self::Office => "office",
        }
    }
}

/// The words by which a list is narrowed.
pub const STAGES: [&str; 3] = ["open", "running", "over"];

/// The states of a stage; none for every other word: the list is not narrowed.
pub fn states_of(stage: &str) -> Vec<AdoptionState> {
    use AdoptionState as S;
    match stage {
        "open" => vec![S::Interested, S::Queued, S::Offered, S::Held, S::Agreement, S::Signing, S::InNotice],
        "running" => vec![S::Active, S::PartiallyDelivered, S::Delivered, S::Acknowledged, S::HardshipReleased],
        "over" => ENDED.to_vec(),
        _ => Vec::new(),
    }
}

/// One line of the list.
#[derive(Clone, Debug)]
pub struct Item {
    pub row: adoption::Model,
    pub proposal_title: String,
    pub sponsor: String,
    pub lines: Vec<Committed>,
}

impl Item {
    /// What is due next and when: the hold's end, or the earliest line that is not yet delivered (`YYYY-MM-DD`).
    pub fn next_due(&self) -> Option<Due> {
        if reserves(self.row.state) {
            return self.row.held_until.map(Due::Hold);
        }
        if !RUNNING.contains(&self.row.state) {
            return None;
        }
        let open = self.lines.iter().filter(|l| l.outstanding() > 0);
        open.min_by_key(|l| l.due_on().to_string())
            .map(|l| Due::Line { title: l.line.title.clone(), on: l.due_on().to_string() })
    }
}

/// What an adoption waits for next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    Hold(Millis),
    Line { title: String, on: String },
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Narrow {
    pub states: Vec<AdoptionState>,
    pub proposal: Option<Uuid>,
}

/// The adoptions that the reader may see from this room, newest first.
pub async fn list(
    db: &impl ConnectionTrait,
    who: &Who,
    room: Room,
    narrow: &Narrow,
    paging: &Paging,
) -> Result<List<Item>, Refusal> {
    let mut select =
        adoption::Entity::find().filter(adoption::Column::TenantId.eq(who.tenant)).filter(scope(who, room));
    if !narrow.states.is_empty() {
        select = select.filter(adoption::Column::State.is_in(narrow.states.iter().copied()));
    }
    if let Some(proposal) = narrow.proposal {
        select = select.filter(adoption::Column::ProposalId.eq(proposal));
    }
    let select =
        paging.select::<_, _, i64>(select, adoption::Column::CreatedAt, adoption::Column::Id, Sort::Descending)?;
    let page = paging.list(select.all(db).await?, |row| (row.created_at, row.id))?;
    let ids: Vec<Uuid> = page.items.iter().map(|r| r.id).collect();
    let mut lines = committed(db, who.tenant, &ids).await?;
    let titles: HashMap<Uuid, String> = proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(who.tenant))
        .filter(proposal::Column::Id.is_in(page.items.iter().map(|r| r.proposal_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|p| (p.id, p.title))
        .collect();
    let sponsors = organizations(db, who.tenant, page.items.iter().map(|r| r.organization_id)).await?;
    Ok(page.map(|row| Item {
        proposal_title: titles.get(&row.proposal_id).cloned().unwrap_or_default(),
        sponsor: sponsors.get(&row.organization_id).map(|o| o.name.clone()).unwrap_or_default(),
        lines: lines.remove(&row.id).unwrap_or_default(),
        row,
    }))
}

/// Who waits for a line, with the places, as far as the reader may see the adoptions; at most 200.
pub async fn queue(db: &impl ConnectionTrait, who: &Who, line: Uuid) -> Result<Vec<(u64, Item)>, Refusal> {
    let (_, seen) = crate::needs::queries::find_visible(db, who, line).await?;
    let proposal = seen.row;
    let rows = super::queries::queue(db, who.tenant, line).await?;
    let all = crate::proposals::queries::is_own(who, &proposal);
    let rows: Vec<(u64, adoption::Model)> = (1..)
        .zip(rows)
        .filter(|(_, row)| {
            all || who.holds_at(SPONSORS, row.organization_id) || who.holds_over(OFFICE_READS, &row.path)
        })
        .collect();
    let ids: Vec<Uuid> = rows.iter().map(|(_, r)| r.id).collect();
    let mut lines = committed(db, who.tenant, &ids).await?;
    let sponsors = organizations(db, who.tenant, rows.iter().map(|(_, r)| r.organization_id)).await?;
    let mut item = |row: adoption::Model| Item {
        proposal_title: proposal.title.clone(),
        sponsor: sponsors.get(&row.organization_id).map(|o| o.name.clone()).unwrap_or_default(),
        lines: lines.remove(&row.id).unwrap_or_default(),
        row,
    };
    Ok(rows.into_iter().map(|(place, row)| (place, item(row))).collect())
}

fn scope(who: &Who, room: Room) -> Condition {
    let none = Condition::all().add(Expr::val(1).eq(0));
    match room {
        Room::Sponsor => Condition::any()
            .add(adoption::Column::OrganizationId.is_in(who.organizations(SPONSORS)))
            .add(adoption::Column::Id.in_subquery(partners::speaks_in(who))),
        Room::Office => {
            let paths = who.subtrees(OFFICE_READS);
            if paths.is_empty() {
                return none;
            }
            paths.iter().fold(Condition::any(), |any, path| any.add(adoption::Column::Path.starts_with(path)))
        }
        Room::Receiver => {
            let mut any = Condition::any();
            if who.account().is_none() {
                return none;
            }
            any = any.add(adoption::Column::ProposalId.in_subquery(own_proposals(who)));
            let clerk_of = who.organizations(&[Role::Recipient]);
            if !clerk_of.is_empty() {
                any = any.add(adoption::Column::Id.in_subquery(received_by(who.tenant, clerk_of)));
            }
            any
        }
    }
}

fn own_proposals(who: &Who) -> SelectStatement {
    let mut mine = Condition::any().add(proposal::Column::OrganizationId.is_in(who.organizations(PROPOSES)));
    if let Some(account) = who.account() {
        mine = mine.add(proposal::Column::OwnerId.eq(account));
    }
    Query::select()
        .column(proposal::Column::Id)
        .from(proposal::Entity)
        .and_where(Expr::col(proposal::Column::TenantId).eq(who.tenant))
        .cond_where(mine)
        .to_owned()
}

fn received_by(tenant: Uuid, recipients: Vec<Uuid>) -> SelectStatement {
    let lines = Query::select()
        .column(need_line::Column::Id)
        .from(need_line::Entity)
        .and_where(Expr::col(need_line::Column::TenantId).eq(tenant))
        .and_where(Expr::col(need_line::Column::RecipientId).is_in(recipients))
        .to_owned();
    Query::select()
        .column(commitment::Column::AdoptionId)
        .from(commitment::Entity)
        .and_where(Expr::col(commitment::Column::TenantId).eq(tenant))
        .and_where(Expr::col(commitment::Column::LineId).in_subquery(lines))
        .to_owned()
}

/// The sponsors of a proposal that agreed to be named, by id and name, in the order of names: never by how much they gave.
pub async fn named_sponsors(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    proposal: Uuid,
) -> Result<Vec<(Uuid, String)>, Refusal> {
    let rows = adoption::Entity::find()
        .filter(adoption::Column::TenantId.eq(tenant))
        .filter(adoption::Column::ProposalId.eq(proposal))
        .filter(adoption::Column::Named.eq(true))
        .filter(adoption::Column::State.is_in(STANDING.iter().copied()))
        .limit(200)
        .all(db)
        .await?;
    let along = partners::joined_in(db, tenant, rows.iter().map(|r| r.id)).await?;
    let found = organizations(db, tenant, rows.into_iter().map(|r| r.organization_id).chain(along)).await?;
    let mut names: Vec<(Uuid, String)> = found.into_values().map(|o| (o.id, o.name)).collect();
    names.sort_unstable_by(|a, b| a.1.cmp(&b.1));
    Ok(names)
}
