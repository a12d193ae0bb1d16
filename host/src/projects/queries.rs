use super::state::{ProjectState, is_public};
use crate::adoptions::STANDING;
use crate::http::list::{List, Paging, Sort};
use crate::lifecycle::Place;
use crate::{Refusal, Who, organizations};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use twoway_entity::accounts::Role;
use twoway_entity::adoptions::adoption;
use twoway_entity::projects::project;
use twoway_ids::Uuid;

/// Roles that read all projects of their subtree.
pub const OFFICE_READS: &[Role] = &[Role::LeadOffice, Role::NodeAdmin, Role::Supervisor, Role::Auditor];

/// Roles by which a team's people see their own projects.
pub const TEAM: &[Role] = &[Role::TeamLead, Role::Volunteer];

/// How much of a project somebody may see, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    Public,
    /// The plan and the history.
    Team,
    Office,
}

/// A project together with how much of it the reader may see.
#[derive(Clone, Debug)]
pub struct Seen {
    pub row: project::Model,
    pub sight: Sight,
}

/// Where a project stands, as far as rights go.
pub fn place(row: &project::Model) -> Place<'_> {
    Place { path: &row.path, owner: Some(row.lead_id), organization: row.team_id }
}

/// Whether the reader leads the project, or the team that carries it out.
pub fn leads(who: &Who, row: &project::Model) -> bool {
    who.account() == Some(row.lead_id) || row.team_id.is_some_and(|team| who.holds_at(&[Role::TeamLead], team))
}

/// How much of it this party may see; none: it does not exist for them.
pub fn sight(who: &Who, row: &project::Model) -> Option<Sight> {
    if who.is_system() || who.holds_over(OFFICE_READS, &row.path) {
        return Some(Sight::Office);
    }
    if leads(who, row) || row.team_id.is_some_and(|team| who.holds_at(TEAM, team)) {
        return Some(Sight::Team);
    }
    is_public(row.state).then_some(Sight::Public)
}

/// One project. Errors: [`Refusal::NotFound`] for who may not see any of it.
pub async fn find_visible(db: &impl ConnectionTrait, who: &Who, id: Uuid) -> Result<Seen, Refusal> {
    let row = project::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let sight = sight(who, &row).ok_or(Refusal::NotFound)?;
    Ok(Seen { row, sight })
}

/// The project that a proposal became, if it became one.
pub async fn of_proposal(
    db: &impl ConnectionTrait,
    who: &Who,
    proposal: Uuid,
) -> Result<Option<project::Model>, Refusal> {
    Ok(project::Entity::find()
        .filter(project::Column::TenantId.eq(who.tenant))
        .filter(project::Column::ProposalId.eq(proposal))
        .one(db)
        .await?)
}

/// The projects that somebody works with: those of the own subtree for an office, those of the own team for its people, and those
/// that the reader leads. Newest first.
pub async fn list(
    db: &impl ConnectionTrait,
    who: &Who,
    narrow: &Narrow,
    paging: &Paging,
) -> Result<List<project::Model>, Refusal> {
    let select = narrowed(who, narrow);
    let select =
        paging.select::<_, _, i64>(select, project::Column::CreatedAt, project::Column::Id, Sort::Descending)?;
    paging.list(select.all(db).await?, |row| (row.created_at, row.id))
}

/// How many there are in [`list`] over all pages.
pub async fn count(db: &impl ConnectionTrait, who: &Who, narrow: &Narrow) -> Result<u64, Refusal> {
    Ok(narrowed(who, narrow).count(db).await?)
}

/// What the list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Narrow {
    pub state: Option<ProjectState>,
    /// The path of a node: projects of teams anywhere below it.
    pub below: Option<String>,
}

fn narrowed(who: &Who, narrow: &Narrow) -> Select<project::Entity> {
    let mut select = mine(who);
    if let Some(state) = narrow.state {
        select = select.filter(project::Column::State.eq(state));
    }
    if let Some(path) = &narrow.below {
        select = select.filter(project::Column::TeamId.in_subquery(organizations::within(who, path)));
    }
    select
}

fn mine(who: &Who) -> Select<project::Entity> {
    let mut any = Condition::any().add(project::Column::TeamId.is_in(who.organizations(TEAM)));
    if let Some(account) = who.account() {
        any = any.add(project::Column::LeadId.eq(account));
    }
    for path in who.subtrees(OFFICE_READS) {
        any = any.add(project::Column::Path.starts_with(path));
    }
    project::Entity::find().filter(project::Column::TenantId.eq(who.tenant)).filter(any)
}

/// The organisations whose agreement for this proposal is in force or fulfilled.
pub async fn sponsors(db: &impl ConnectionTrait, tenant: Uuid, proposal: Uuid) -> Result<Vec<Uuid>, Refusal> {
    let rows: Vec<Uuid> = adoption::Entity::find()
        .select_only()
        .column(adoption::Column::OrganizationId)
        .filter(adoption::Column::TenantId.eq(tenant))
        .filter(adoption::Column::ProposalId.eq(proposal))
        .filter(adoption::Column::State.is_in(STANDING.iter().copied()))
        .order_by_asc(adoption::Column::OrganizationId)
        .distinct()
        .limit(200)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows)
}
