//! What projects owe the public: to the team what it has to write, to the office what is late.

use super::work::WorkItem;
use super::work_sources::{MOST, item, over};
use crate::{App, Refusal, Who};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeMap;
use twoway_entity::accounts::Role;
use twoway_entity::projects::project;
use twoway_entity::sponsoring::project_disclosure as disclosure;
use twoway_ids::{DAY, Uuid};

/// Disclosures that are due within a month, and late ones.
pub(super) async fn disclosures(app: &App, who: &Who) -> Result<Vec<WorkItem>, Refusal> {
    let db = app.db.read();
    let teams = who.organizations(&[Role::TeamLead]);
    let mut mine = Condition::any()
        .add(project::Column::LeadId.eq(who.account()))
        .add(project::Column::TeamId.is_in(teams.iter().copied()));
    if let Some(over) = over(who, project::Column::Path) {
        mine = mine.add(over);
    }
    let projects: BTreeMap<Uuid, project::Model> = project::Entity::find()
        .filter(project::Column::TenantId.eq(who.tenant))
        .filter(project::Column::StartedAt.is_not_null())
        .filter(mine)
        .order_by_desc(project::Column::StartedAt)
        .limit(MOST * 4)
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let owed = disclosure::Entity::find()
        .filter(disclosure::Column::TenantId.eq(who.tenant))
        .filter(disclosure::Column::ProjectId.is_in(projects.keys().copied()))
        .filter(disclosure::Column::PublishedAt.is_null())
        .filter(disclosure::Column::DueAt.lte(app.now() + 30 * DAY))
        .order_by_asc(disclosure::Column::DueAt)
        .limit(MOST * 2)
        .all(db)
        .await?;
    let one = |row: &disclosure::Model| {
        let project = projects.get(&row.project_id)?;
        if crate::projects::queries::leads(who, project) {
            let link = format!("/disclosures/{}/write", row.id);
            return Some(item("write-disclosure", &*project.title, link, Some(row.due_at)));
        }
        let link = format!("/projects/{}/disclosures", project.id);
        (row.due_at <= app.now()).then(|| item("late-disclosure", &*project.title, link, Some(row.due_at)))
    };
    Ok(owed.iter().filter_map(one).take(MOST as usize).collect())
}
