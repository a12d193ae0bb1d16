use super::state::EvaluationState;
use crate::http::list::{List, Paging, Sort};
use crate::lifecycle::Place;
use crate::projects;
use crate::{Refusal, Who};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeMap;
use twoway_entity::accounts::{Role, account, membership};
use twoway_entity::evaluations::evaluation;
use twoway_entity::organizations::organization;
use twoway_entity::projects::project;
use twoway_ids::Uuid;

/// How much of an evaluation somebody may see, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// Their own answers, and the result once it is final.
    Team,
    /// Everything but who else could have graded.
    Evaluator,
    Office,
}

/// An evaluation with its project, and how much of it the reader may see.
#[derive(Clone, Debug)]
pub struct Seen {
    pub row: evaluation::Model,
    pub project: project::Model,
    pub sight: Sight,
}

/// Where it stands for the project's lead, who evaluates first.
pub fn place_of_lead(row: &evaluation::Model) -> Place<'_> {
    Place { path: &row.path, owner: Some(row.lead_id), organization: row.team_id }
}

/// Where it stands for the evaluator: no organisation grades in another's place.
pub fn place_of_evaluator(row: &evaluation::Model) -> Place<'_> {
    Place { path: &row.path, owner: row.evaluator_id, organization: None }
}

fn sight(who: &Who, row: &evaluation::Model, project: &project::Model) -> Option<Sight> {
    if who.is_system() || who.holds_over(projects::queries::OFFICE_READS, &row.path) {
        return Some(Sight::Office);
    }
    if who.account().is_some() && who.account() == row.evaluator_id {
        return Some(Sight::Evaluator);
    }
    projects::queries::leads(who, project).then_some(Sight::Team)
}

/// One evaluation. Errors: [`Refusal::NotFound`] for who has no part in it; its result is on the project's public page.
pub async fn find_visible(db: &impl ConnectionTrait, who: &Who, id: Uuid) -> Result<Seen, Refusal> {
    let row = evaluation::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let project = project::Entity::find_by_id((who.tenant, row.project_id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let sight = sight(who, &row, &project).ok_or(Refusal::NotFound)?;
    Ok(Seen { row, project, sight })
}

/// The evaluation of a project, if it has begun. The caller has checked that the reader may know of it.
pub async fn of_project(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    project: Uuid,
) -> Result<Option<evaluation::Model>, Refusal> {
    Ok(evaluation::Entity::find()
        .filter(evaluation::Column::TenantId.eq(tenant))
        .filter(evaluation::Column::ProjectId.eq(project))
        .one(db)
        .await?)
}

/// An evaluation in a list, with the title of its project.
#[derive(Clone, Debug)]
pub struct Listed {
    pub row: evaluation::Model,
    pub title: String,
}

/// The evaluations in which somebody has a part, newest first.
pub async fn list(
    db: &impl ConnectionTrait,
    who: &Who,
    state: Option<EvaluationState>,
    paging: &Paging,
) -> Result<List<Listed>, Refusal> {
    let mut any = Condition::any().add(evaluation::Column::TeamId.is_in(who.organizations(&[Role::TeamLead])));
    if let Some(account) = who.account() {
        any = any.add(evaluation::Column::LeadId.eq(account)).add(evaluation::Column::EvaluatorId.eq(account));
    }
    for path in who.subtrees(projects::queries::OFFICE_READS) {
        any = any.add(evaluation::Column::Path.starts_with(path));
    }
    let mut select = evaluation::Entity::find().filter(evaluation::Column::TenantId.eq(who.tenant)).filter(any);
    if let Some(state) = state {
        select = select.filter(evaluation::Column::State.eq(state));
    }
    let select =
        paging.select::<_, _, i64>(select, evaluation::Column::CreatedAt, evaluation::Column::Id, Sort::Descending)?;
    let rows = paging.list(select.all(db).await?, |row| (row.created_at, row.id))?;
    let titles: BTreeMap<Uuid, String> = project::Entity::find()
        .filter(project::Column::TenantId.eq(who.tenant))
        .filter(project::Column::Id.is_in(rows.items.iter().map(|row| row.project_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row.title))
        .collect();
    Ok(rows.map(|row| Listed { title: titles.get(&row.project_id).cloned().unwrap_or_default(), row }))
}

/// An organisation and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct House {
    pub id: Uuid,
    pub path: String,
    pub name: String,
}

/// The organisations to which an account belongs by any role.
pub async fn houses_of(db: &impl ConnectionTrait, tenant: Uuid, account: Uuid) -> Result<Vec<House>, Refusal> {
    let held = membership::Entity::find()
        .filter(membership::Column::TenantId.eq(tenant))
        .filter(membership::Column::AccountId.eq(account))
        .filter(membership::Column::EndedAt.is_null())
        .limit(500)
        .all(db)
        .await?;
    houses(db, tenant, held.into_iter().map(|m| m.organization_id).collect()).await
}

/// The organisations that have a part in a project: the team, its sponsors, who receives for it.
pub async fn interested(db: &impl ConnectionTrait, who: &Who, project: &project::Model) -> Result<Vec<House>, Refusal> {
    let mut ids = projects::queries::sponsors(db, who.tenant, project.proposal_id).await?;
    ids.extend(project.team_id);
    ids.extend(
        crate::needs::queries::lines(db, who, project.proposal_id)
            .await?
            .into_iter()
            .filter_map(|line| line.recipient_id),
    );
    houses(db, who.tenant, ids).await
}

async fn houses(db: &impl ConnectionTrait, tenant: Uuid, ids: Vec<Uuid>) -> Result<Vec<House>, Refusal> {
    let rows = organization::Entity::find()
        .filter(organization::Column::TenantId.eq(tenant))
        .filter(organization::Column::Id.is_in(ids))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|o| House { id: o.id, path: o.path, name: o.name }).collect())
}

/// Somebody who could grade, with the houses they belong to.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub account: Uuid,
    pub name: String,
    pub houses: Vec<House>,
}

/// Everybody who holds the evaluator's role, by name; at most 200. Four queries, however many there are.
pub async fn candidates(db: &impl ConnectionTrait, tenant: Uuid) -> Result<Vec<Candidate>, Refusal> {
    let evaluators: Vec<Uuid> = membership::Entity::find()
        .filter(membership::Column::TenantId.eq(tenant))
        .filter(membership::Column::Role.eq(Role::Evaluator))
        .filter(membership::Column::EndedAt.is_null())
        .limit(200)
        .all(db)
        .await?
        .into_iter()
        .map(|m| m.account_id)
        .collect();
    let held = membership::Entity::find()
        .filter(membership::Column::TenantId.eq(tenant))
        .filter(membership::Column::AccountId.is_in(evaluators.iter().copied()))
        .filter(membership::Column::EndedAt.is_null())
        .limit(2_000)
        .all(db)
        .await?;
    let known: BTreeMap<Uuid, House> = houses(db, tenant, held.iter().map(|m| m.organization_id).collect())
        .await?
        .into_iter()
        .map(|h| (h.id, h))
        .collect();
    let people = account::Entity::find()
        .filter(account::Column::TenantId.eq(tenant))
        .filter(account::Column::Id.is_in(evaluators))
        .filter(account::Column::DisabledAt.is_null())
        .order_by_asc(account::Column::Name)
        .all(db)
        .await?;
    Ok(people
        .into_iter()
        .map(|person| {
            let own = held.iter().filter(|m| m.account_id == person.id);
            let mut houses: Vec<House> = own.filter_map(|m| known.get(&m.organization_id).cloned()).collect();
            houses.dedup();
            Candidate { account: person.id, name: person.name, houses }
        })
        .collect())
}

/// Whether somebody holds the evaluator's role anywhere.
pub async fn is_evaluator(db: &impl ConnectionTrait, tenant: Uuid, account: Uuid) -> Result<bool, Refusal> {
    let held = membership::Entity::find()
        .filter(membership::Column::TenantId.eq(tenant))
        .filter(membership::Column::AccountId.eq(account))
        .filter(membership::Column::Role.eq(Role::Evaluator))
        .filter(membership::Column::EndedAt.is_null())
        .one(db)
        .await?;
    Ok(held.is_some())
}
