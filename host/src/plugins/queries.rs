//! Tasks, the journal and the catalogue's figures.

use super::records::Reader;
use crate::{App, Refusal};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use twoway_entity::plugins::{
    DecisionOutcome, decision, plugin_log, plugin_package, plugin_task, project_plugin, record,
};
use twoway_ids::{DAY, Millis, Uuid};
use twoway_runtime::Log;

/// Over how long the catalogue counts.
const HEALTH: Millis = 30 * DAY;

/// Open tasks of this reader with their records, the most urgent first; at most 50.
pub(super) async fn tasks(
    app: &App,
    reader: &Reader,
) -> Result<Vec<(plugin_task::Model, Option<record::Model>)>, Refusal> {
    use plugin_task::Column as C;
    let mut assignees: Vec<String> = reader.insider.roles.iter().map(|r| format!("role:{r}")).collect();
    assignees.push(reader.insider.pseudonym.clone());
    let mut tasks = plugin_task::Entity::find()
        .filter(C::TenantId.eq(app.tenant))
        .filter(C::ProjectId.eq(reader.site.project()))
        .filter(C::ClosedAt.is_null())
        .filter(C::Assignee.is_in(assignees))
        .order_by_asc(C::Id)
        .limit(50)
        .all(app.db.read())
        .await?;
    tasks.sort_by_key(|t| t.due_at.unwrap_or(Millis::MAX));
    let ids: Vec<Uuid> = tasks.iter().filter_map(|t| t.target_id).collect();
    let mut records: HashMap<Uuid, record::Model> = record::Entity::find()
        .filter(record::Column::TenantId.eq(app.tenant))
        .filter(record::Column::ProjectId.eq(reader.site.project()))
        .filter(record::Column::Id.is_in(ids))
        .all(app.db.read())
        .await?
        .into_iter()
        .map(|r| (r.id, r))
        .collect();
    Ok(tasks.into_iter().map(|task| (task.clone(), task.target_id.and_then(|id| records.remove(&id)))).collect())
}

/// One line of the journal, without its sealed content.
#[derive(Debug, sea_orm::FromQueryResult)]
pub(super) struct Line {
    pub hook: String,
    pub name: String,
    pub target_id: Option<Uuid>,
    pub outcome: DecisionOutcome,
    pub reason: Option<String>,
    pub fuel: i64,
    pub at: Millis,
}

/// The newest 50 decisions of a project.
pub(super) async fn journal(app: &App, project: Uuid) -> Result<Vec<Line>, Refusal> {
    use decision::Column as C;
    Ok(decision::Entity::find()
        .select_only()
        .columns([C::Hook, C::Name, C::TargetId, C::Outcome, C::Reason, C::Fuel, C::At])
        .filter(C::TenantId.eq(app.tenant))
        .filter(C::ProjectId.eq(project))
        .order_by_desc(C::At)
        .order_by_desc(C::Id)
        .limit(50)
        .into_model::<Line>()
        .all(app.db.read())
        .await?)
}

/// A failure with the plugin's own log, opened.
pub(super) struct Trouble {
    pub reference: String,
    pub hook: String,
    pub name: String,
    pub failure: String,
    pub at: Millis,
    pub log: Log,
}

/// The newest 20 failures of a project.
pub(super) async fn troubles(app: &App, reader: &Reader) -> Result<Vec<Trouble>, Refusal> {
    use plugin_log::Column as C;
    let rows = plugin_log::Entity::find()
        .filter(C::TenantId.eq(app.tenant))
        .filter(C::ProjectId.eq(reader.site.project()))
        .order_by_desc(C::Id)
        .limit(20)
        .all(app.db.read())
        .await?;
    rows.into_iter()
        .map(|row| {
            let log = reader.site.key.open(&format!("log:{}", row.id), &row.lines)?;
            Ok(Trouble {
                log: serde_json::from_slice(&log)?,
                reference: row.reference,
                hook: row.hook,
                name: row.name,
                failure: row.failure,
                at: row.at,
            })
        })
        .collect()
}

/// The newest 20 failures of a package in all projects, without the plugin's log: that is the projects' own.
pub(super) async fn failures(app: &App, digest: &str) -> Result<Vec<plugin_log::Model>, Refusal> {
    use plugin_log::Column as C;
    Ok(plugin_log::Entity::find()
        .filter(C::TenantId.eq(app.tenant))
        .filter(C::Digest.eq(digest))
        .order_by_desc(C::Id)
        .limit(20)
        .all(app.db.read())
        .await?)
}

/// How a package did in the last thirty days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Health {
    pub projects: i64,
    pub calls: i64,
    pub refused: i64,
    pub failed: i64,
    pub fuel: i64,
    pub most: i64,
}

impl Health {
    /// Fuel of an average decision that came to an end.
    pub(super) fn average(&self) -> i64 {
        self.fuel / Ord::max(self.calls - self.failed, 1)
    }
}

/// The health of all packages by digest, in two queries.
pub(super) async fn health(app: &App) -> Result<HashMap<String, Health>, Refusal> {
    use decision::Column as C;
    // Digest, outcome, calls, all fuel, most fuel.
    type Row = (String, DecisionOutcome, i64, Option<i64>, Option<i64>);
    let rows: Vec<Row> = decision::Entity::find()
        .select_only()
        .column(C::Digest)
        .column(C::Outcome)
        .column_as(C::Id.count(), "calls")
        .column_as(Expr::col(C::Fuel).sum().cast_as("bigint"), "fuel")
        .column_as(C::Fuel.max(), "most")
        .filter(C::TenantId.eq(app.tenant))
        .filter(C::At.gt(app.now() - HEALTH))
        .group_by(C::Digest)
        .group_by(C::Outcome)
        .into_tuple()
        .all(app.db.read())
        .await?;
    let mut found: HashMap<String, Health> = HashMap::new();
    for (digest, outcome, calls, fuel, most) in rows {
        let health = found.entry(digest).or_default();
        health.calls += calls;
        health.fuel += fuel.unwrap_or(0);
        health.most = Ord::max(health.most, most.unwrap_or(0));
        match outcome {
            DecisionOutcome::Refused => health.refused += calls,
            DecisionOutcome::Failed => health.failed += calls,
            DecisionOutcome::Done | DecisionOutcome::WithoutPlugin => {}
        }
    }
    let projects: Vec<(String, i64)> = project_plugin::Entity::find()
        .select_only()
        .column(project_plugin::Column::Digest)
        .column_as(project_plugin::Column::ProjectId.count(), "projects")
        .filter(project_plugin::Column::TenantId.eq(app.tenant))
        .group_by(project_plugin::Column::Digest)
        .into_tuple()
        .all(app.db.read())
        .await?;
    for (digest, count) in projects {
        found.entry(digest).or_default().projects = count;
    }
    Ok(found)
}

/// The readme of a package.
pub(super) async fn readme(app: &App, digest: &str) -> Result<String, Refusal> {
    let text: Option<String> = plugin_package::Entity::find()
        .select_only()
        .column(plugin_package::Column::Readme)
        .filter(Condition::all().add(plugin_package::Column::TenantId.eq(app.tenant)))
        .filter(plugin_package::Column::Digest.eq(digest))
        .into_tuple()
        .one(app.db.read())
        .await?;
    text.ok_or(Refusal::NotFound)
}
