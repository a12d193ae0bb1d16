use crate::files;
use crate::lifecycle::{Machine, Step};
use crate::proposals::state::{ProposalMachine, ProposalState, counts_for_cap};
use crate::{Refusal, Who};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{
    ActiveEnum, ColumnTrait, Condition, ConnectionTrait, EntityTrait, Iterable, PaginatorTrait, QueryFilter,
};
use std::collections::HashMap;
use twoway_entity::accounts::Role;
use twoway_entity::assisted::entry;
use twoway_entity::files::document;
use twoway_entity::organizations::organization;
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;

/// Who types in what came on paper, and reads the proposer's contact.
pub const CLERKS: &[Role] = &[Role::LeadOffice, Role::NodeAdmin];

/// What the scan proves.
pub const PURPOSE: &str = "signed-paper";

pub fn is_clerk(who: &Who, path: &str) -> bool {
    who.holds_over(CLERKS, path)
}

/// Who handed a proposal in on paper, if it came that way.
pub async fn entry_of(db: &impl ConnectionTrait, row: &proposal::Model) -> Result<Option<entry::Model>, Refusal> {
    if row.entered_by.is_none() {
        return Ok(None);
    }
    Ok(entry::Entity::find_by_id((row.tenant_id, row.id)).one(db).await?)
}

/// The same of many proposals, by their ids.
pub async fn entries_of(
    db: &impl ConnectionTrait,
    rows: &[proposal::Model],
) -> Result<HashMap<Uuid, entry::Model>, Refusal> {
    let entered: Vec<&proposal::Model> = rows.iter().filter(|row| row.entered_by.is_some()).collect();
    let Some(tenant) = entered.first().map(|row| row.tenant_id) else { return Ok(HashMap::new()) };
    let entries = entry::Entity::find()
        .filter(entry::Column::TenantId.eq(tenant))
        .filter(entry::Column::ProposalId.is_in(entered.iter().map(|row| row.id)))
        .all(db)
        .await?;
    Ok(entries.into_iter().map(|entry| (entry.proposal_id, entry)).collect())
}

/// The scans of the signed paper, oldest first.
pub async fn scans_of(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    proposal: Uuid,
) -> Result<Vec<document::Model>, Refusal> {
    let mut files = files::of(db, tenant, ProposalMachine::KIND, &[proposal]).await?;
    files.retain(|file| file.purpose == PURPOSE);
    Ok(files)
}

/// What else the same applicant has handed in for this call: an organisation under its id, its name or its credit code, a person from
/// their account or on paper with their ID number.
pub async fn handed_in_by_applicant(step: &Step, row: &proposal::Model) -> Result<u64, Refusal> {
    let tenant = step.who().tenant;
    let same = match entry_of(step.tx(), row).await? {
        Some(entry) => match &entry.organization {
            Some(name) => by_organization(tenant, None, name, entry.credit_code.as_deref()),
            None => {
                let same = Condition::all()
                    .add(entry::Column::IdHash.eq(entry.id_hash))
                    .add(entry::Column::Organization.is_null());
                let papers = proposal::Column::Id.in_subquery(papers(tenant, same));
                entry.handed_to.into_iter().map(by_account).fold(Condition::any().add(papers), Condition::add)
            }
        },
        None => match row.organization_id {
            Some(id) => {
                let house = organization::Entity::find_by_id((tenant, id)).one(step.tx()).await?;
                let house = house.ok_or(Refusal::NotFound)?;
                by_organization(tenant, Some(id), &house.name, house.credit_code.as_deref())
            }
            None => {
                let handed = Condition::all()
                    .add(entry::Column::HandedTo.eq(row.owner_id))
                    .add(entry::Column::Organization.is_null());
                Condition::any()
                    .add(by_account(row.owner_id))
                    .add(proposal::Column::Id.in_subquery(papers(tenant, handed)))
            }
        },
    };
    let counted = ProposalState::iter().filter(|state| counts_for_cap(*state)).map(|state| state.to_value());
    Ok(proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(tenant))
        .filter(proposal::Column::CallId.eq(row.call_id))
        .filter(proposal::Column::Id.ne(row.id))
        .filter(proposal::Column::State.is_in(counted))
        .filter(same)
        .count(step.tx())
        .await?)
}

/// What somebody proposed in their own name on the platform.
fn by_account(account: Uuid) -> Condition {
    Condition::all()
        .add(proposal::Column::OrganizationId.is_null())
        .add(proposal::Column::EnteredBy.is_null())
        .add(proposal::Column::OwnerId.eq(account))
}

fn by_organization(tenant: Uuid, id: Option<Uuid>, name: &str, code: Option<&str>) -> Condition {
    let mut typed = Condition::any().add(entry::Column::Organization.eq(name));
    let mut known = Condition::any().add(organization::Column::Name.eq(name));
    if let Some(code) = code {
        typed = typed.add(entry::Column::CreditCode.eq(code));
        known = known.add(organization::Column::CreditCode.eq(code));
    }
    let known = Query::select()
        .column(organization::Column::Id)
        .from(organization::Entity)
        .and_where(organization::Column::TenantId.eq(tenant))
        .cond_where(known)
        .to_owned();
    let same = Condition::any()
        .add(proposal::Column::Id.in_subquery(papers(tenant, typed)))
        .add(proposal::Column::OrganizationId.in_subquery(known));
    match id {
        Some(id) => same.add(proposal::Column::OrganizationId.eq(id)),
        None => same,
    }
}

fn papers(tenant: Uuid, whose: Condition) -> SelectStatement {
    Query::select()
        .column(entry::Column::ProposalId)
        .from(entry::Entity)
        .and_where(entry::Column::TenantId.eq(tenant))
        .cond_where(whose)
        .to_owned()
}
