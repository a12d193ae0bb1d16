//! Retention: what a plugin asked for with a time is erased when that time has passed since the record ended, or since its project
//! did. The record stays with its state and history; the traces that hold the same content are emptied first, so that an
//! interrupted night is taken up where it was.

use super::packages::{PackageFacts, package};
use super::site::is_erased;
use super::{audience, commit, store};
use crate::audit::retention;
use crate::lifecycle::{Command, Step};
use crate::vault::DataKey;
use crate::{App, Refusal};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use std::collections::BTreeMap;
use twoway_entity::jobs::{JobState, job};
use twoway_entity::notices::notice;
use twoway_entity::plugins::{
    DecisionOutcome, confirmation, decision, disclosure, plugin_log, project_plugin, publication, record,
};
use twoway_ids::{DAY, HOUR, Millis, Uuid};
use twoway_manifest::{Manifest, RecordKind};
use twoway_runtime::Log;

/// The kind of the nightly job, and the cause of its events.
const CAUSE: &str = "plugins.erase";
/// Records that are looked at together.
const BATCH: u64 = 100;
/// Rows of a trace that are opened together.
const TRACE: u64 = 200;
/// A decision takes so long at most: what made a record may be noted as a little older than the record.
const DECISION_TAKES: Millis = HOUR;

/// Handler of `plugins.erase`, every night: erases what is due. A project whose content cannot be opened is passed over and fails the
/// job in the end, so that a person hears of it.
pub(crate) async fn erase_due(app: App) -> Result<(), Refusal> {
    let now = app.now();
    let mut failed = None;
    let mut after: Option<(Millis, Uuid)> = None;
    loop {
        let due = due(&app, now, after).await?;
        let Some(last) = due.last() else { break };
        after = last.erase_at.map(|at| (at, last.id));
        let mut projects: BTreeMap<Uuid, Vec<record::Model>> = BTreeMap::new();
        for row in due {
            projects.entry(row.project_id).or_default().push(row);
        }
        for (project, rows) in projects {
            if let Err(refusal) = in_project(&app, project, rows).await {
                tracing::error!(%project, %refusal, "what is due could not be erased");
                failed = Some(refusal);
            }
        }
    }
    failed.map_or(Ok(()), Err)
}

async fn due(app: &App, now: Millis, after: Option<(Millis, Uuid)>) -> Result<Vec<record::Model>, Refusal> {
    use record::Column as C;
    let mut rows = record::Entity::find().filter(C::TenantId.eq(app.tenant)).filter(C::EraseAt.lte(now));
    if let Some((at, id)) = after {
        let same = Condition::all().add(C::EraseAt.eq(at)).add(C::Id.gt(id));
        rows = rows.filter(Condition::any().add(C::EraseAt.gt(at)).add(same));
    }
    Ok(rows.order_by_asc(C::EraseAt).order_by_asc(C::Id).limit(BATCH).all(app.db.read()).await?)
}

/// The plugin of a project, without its code: erasing runs none of it.
struct Place {
    project: Uuid,
    ended_at: Option<Millis>,
    package: PackageFacts,
    key: DataKey,
}

impl Place {
    async fn load(app: &App, project: Uuid) -> Result<Self, Refusal> {
        let row = project_plugin::Entity::find_by_id((app.tenant, project)).one(app.db.read()).await?;
        let row = row.ok_or_else(|| anyhow::anyhow!("records of a project without a plugin"))?;
        Ok(Self {
            project,
            ended_at: row.ended_at,
            package: package(app.db.read(), app.tenant, &row.digest).await?,
            key: DataKey::unwrap(&app.keys, project, &row.wrapped_key)?,
        })
    }

    fn kind(&self, row: &record::Model) -> Result<&RecordKind, Refusal> {
        let kind = self.package.description.record(&row.kind);
        Ok(kind.ok_or_else(|| anyhow::anyhow!("a record of the unknown kind {}", row.kind))?)
    }

    fn plan(&self, row: &record::Model, now: Millis) -> Result<Plan, Refusal> {
        let since = row.ended_at.or(self.ended_at);
        Ok(Plan::of(&self.package.manifest, self.kind(row)?, &row.data, since, now))
    }
}

/// What is erased of a record now, and when to look again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    pub fields: Vec<String>,
    pub next: Option<Millis>,
}

impl Plan {
    /// `since` is when the record, or its project, ended.
    fn of(manifest: &Manifest, kind: &RecordKind, data: &Value, since: Option<Millis>, now: Millis) -> Self {
        let mut plan = Self::default();
        let Some(since) = since else { return plan };
        for field in &kind.fields {
            let there = data.get(&field.key).is_some_and(|value| !value.is_null() && !is_erased(value));
            let Some(days) = manifest.retention_days(field).filter(|_| there) else { continue };
            let at = since + Millis::from(days) * DAY;
            if at <= now {
                plan.fields.push(field.key.clone());
            } else {
                plan.next = Some(plan.next.map_or(at, |next| next.min(at)));
            }
        }
        plan
    }
}

async fn in_project(app: &App, project: Uuid, rows: Vec<record::Model>) -> Result<(), Refusal> {
    let place = Place::load(app, project).await?;
    let now = app.now();
    let mut over = Vec::new();
    for row in rows {
        let plan = place.plan(&row, now)?;
        if plan.fields.is_empty() {
            look_again(app, &row, plan.next).await?;
        } else {
            over.push((row, plan));
        }
    }
    if over.is_empty() {
        return Ok(());
    }
    let mut lost = Lost { ids: Vec::new(), words: Vec::new(), since: now };
    for (row, plan) in &over {
        lost.ids.push(row.id);
        lost.since = lost.since.min(row.created_at - DECISION_TAKES);
        for field in &plan.fields {
            lost.words.extend(plain(&place, row, field)?.iter().flat_map(words));
        }
    }
    empty_journal(app, &place, &lost).await?;
    empty_logs(app, &place, &lost).await?;
    delete_notices(app, &place, &lost).await?;
    for (row, _) in over {
        erase(app, &place, row.id).await?;
    }
    Ok(())
}

/// Nothing is due yet: notes when to look again. That is bookkeeping, not content.
async fn look_again(app: &App, row: &record::Model, next: Option<Millis>) -> Result<(), Refusal> {
    use record::Column as C;
    let (tenant, id, version) = (app.tenant, row.id, row.version);
    app.db
        .transact(move |tx| async move {
            record::Entity::update_many()
                .col_expr(C::EraseAt, Expr::value(next))
                .filter(C::TenantId.eq(tenant))
                .filter(C::Id.eq(id))
                .filter(C::Version.eq(version))
                .exec(&*tx)
                .await?;
            Ok(())
        })
        .await
}

/// What must not be found anywhere afterwards.
struct Lost {
    ids: Vec<Uuid>,
    /// The erased texts themselves: a plugin may have written them into its log.
    words: Vec<String>,
    since: Millis,
}

impl Lost {
    fn says(&self, value: &Value) -> bool {
        words(value).iter().any(|text| self.words.iter().any(|word| text.contains(word.as_str())))
    }
}

fn plain(place: &Place, row: &record::Model, field: &str) -> Result<Option<Value>, Refusal> {
    match row.data.get(field) {
        Some(value) if crate::vault::is_sealed(value) => {
            Ok(Some(place.key.open_value(&super::site::field_place(row.id, field), value)?))
        }
        other => Ok(other.cloned()),
    }
}

/// The texts in a value that would be recognised elsewhere.
fn words(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if text.chars().count() > 1 => vec![text.clone()],
        Value::Array(list) => list.iter().flat_map(words).collect(),
        Value::Object(map) => map.values().flat_map(words).collect(),
        _ => Vec::new(),
    }
}

/// A decision that read, made or changed one of the records keeps who decided what and when, and loses its content.
async fn empty_journal(app: &App, place: &Place, lost: &Lost) -> Result<(), Refusal> {
    use decision::Column as C;
    let ids: Vec<String> = lost.ids.iter().map(Uuid::to_string).collect();
    let mut after = Uuid::nil();
    loop {
        let rows = decision::Entity::find()
            .filter(C::TenantId.eq(app.tenant))
            .filter(C::ProjectId.eq(place.project))
            .filter(C::At.gte(lost.since))
            .filter(C::Content.ne(Vec::<u8>::new()))
            .filter(C::Id.gt(after))
            .order_by_asc(C::Id)
            .limit(TRACE)
            .all(app.db.read())
            .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.id;
        let mut gone = Vec::new();
        for row in &rows {
            let content: Value =
                serde_json::from_slice(&place.key.open(&format!("journal:{}", row.id), &row.content)?)?;
            let text = content.to_string();
            // What was refused belongs to no record; there the erased texts themselves are looked for.
            let refused = matches!(row.outcome, DecisionOutcome::Refused | DecisionOutcome::Failed);
            if ids.iter().any(|id| text.contains(id.as_str())) || refused && lost.says(&content) {
                gone.push(row.id);
            }
        }
        if gone.is_empty() {
            continue;
        }
        let work = move |step: Step| async move {
            let emptied = decision::Entity::update_many()
                .col_expr(C::Content, Expr::value(Vec::<u8>::new()))
                .filter(C::TenantId.eq(step.who().tenant))
                .filter(C::Id.is_in(gone))
                .exec_with_returning(step.tx())
                .await?;
            retention::done(&step, retention::EMPTIED, &emptied);
            Ok(())
        };
        app.act(&app.system(CAUSE), &Command::default(), work).await?;
    }
}

/// What a plugin wrote about the records when it failed.
async fn empty_logs(app: &App, place: &Place, lost: &Lost) -> Result<(), Refusal> {
    use plugin_log::Column as C;
    let mut sought: Vec<String> = lost.ids.iter().map(Uuid::to_string).collect();
    sought.extend(lost.words.iter().cloned());
    let mut after = Uuid::nil();
    loop {
        let rows = plugin_log::Entity::find()
            .filter(C::TenantId.eq(app.tenant))
            .filter(C::ProjectId.eq(place.project))
            .filter(C::At.gte(lost.since))
            .filter(C::Id.gt(after))
            .order_by_asc(C::Id)
            .limit(TRACE)
            .all(app.db.read())
            .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.id;
        for row in rows {
            let sealed_in = format!("log:{}", row.id);
            let log: Log = serde_json::from_slice(&place.key.open(&sealed_in, &row.lines)?)?;
            let says = |text: &str| sought.iter().any(|word| text.contains(word.as_str()));
            if !says(&row.failure) && !log.lines.iter().any(|line| says(&line.message)) {
                continue;
            }
            let nothing = place.key.seal(&sealed_in, &serde_json::to_vec(&Log::default())?)?;
            let failure = if says(&row.failure) { "…".to_string() } else { row.failure };
            let tenant = app.tenant;
            app.db
                .transact(move |tx| async move {
                    plugin_log::Entity::update_many()
                        .col_expr(C::Lines, Expr::value(nothing))
                        .col_expr(C::Failure, Expr::value(failure))
                        .filter(C::TenantId.eq(tenant))
                        .filter(C::Id.eq(row.id))
                        .exec(&*tx)
                        .await?;
                    Ok(())
                })
                .await?;
        }
    }
}

/// What people of the project were told with the erased texts in it.
async fn delete_notices(app: &App, place: &Place, lost: &Lost) -> Result<(), Refusal> {
    use notice::Column as C;
    let mut after = Uuid::nil();
    loop {
        let rows = notice::Entity::find()
            .filter(C::TenantId.eq(app.tenant))
            .filter(C::Link.starts_with(audience::link(place.project, None)))
            .filter(C::CreatedAt.gte(lost.since))
            .filter(C::Id.gt(after))
            .order_by_asc(C::Id)
            .limit(TRACE)
            .all(app.db.read())
            .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.id;
        let gone: Vec<Uuid> = rows.iter().filter(|row| lost.says(&row.values)).map(|row| row.id).collect();
        if gone.is_empty() {
            continue;
        }
        let work = move |step: Step| async move {
            let which = notice::Entity::delete_many().filter(C::TenantId.eq(step.who().tenant));
            let deleted = which.filter(C::Id.is_in(gone)).exec_with_returning(step.tx()).await?;
            retention::done(&step, retention::DELETED, &deleted);
            Ok(())
        };
        app.act(&app.system(CAUSE), &Command::default(), work).await?;
    }
}

/// Erases one record's fields in a turn of its project, so that no decision that has read them is committed any more.
async fn erase(app: &App, place: &Place, id: Uuid) -> Result<(), Refusal> {
    for _ in 0..super::decide::MAX_TRIES {
        let db = app.db.read();
        let site = project_plugin::Entity::find_by_id((app.tenant, place.project)).one(db).await?;
        let row = record::Entity::find_by_id((app.tenant, id)).one(db).await?;
        let (Some(site), Some(row)) = (site, row) else { return Ok(()) };
        let plan = place.plan(&row, app.now())?;
        if plan.fields.is_empty() {
            return Ok(());
        }
        let kind = place.kind(&row)?.clone();
        let work = move |step: Step| async move {
            commit::take_turn(&step, site.project_id, site.revision).await?;
            empty_neighbours(&step, &row, &kind, &plan).await?;
            store::erase(&step, &kind, row, plan).await
        };
        match app.act(&app.system(CAUSE), &Command::default(), work).await {
            Err(Refusal::Stale) => {}
            other => return other,
        }
    }
    Err(Refusal::Busy)
}

/// Rows about the one record that may hold its content: what waited for a second person, its public card, notices, past timers, and
/// who had looked under seals under which there is nothing left.
async fn empty_neighbours(step: &Step, row: &record::Model, kind: &RecordKind, plan: &Plan) -> Result<(), Refusal> {
    let (tx, tenant, project) = (step.tx(), step.who().tenant, row.project_id);
    let waiting = confirmation::Entity::delete_many()
        .filter(confirmation::Column::TenantId.eq(tenant))
        .filter(confirmation::Column::ProjectId.eq(project))
        .filter(confirmation::Column::TargetId.eq(row.id))
        .exec_with_returning(tx)
        .await?;
    step.wrote_rows(&waiting);
    let cards = publication::Entity::delete_many()
        .filter(publication::Column::TenantId.eq(tenant))
        .filter(publication::Column::ProjectId.eq(project))
        .filter(publication::Column::Target.eq(row.id.to_string()))
        .exec_with_returning(tx)
        .await?;
    step.wrote_rows(&cards);
    let notices = notice::Entity::delete_many()
        .filter(notice::Column::TenantId.eq(tenant))
        .filter(notice::Column::Link.eq(audience::link(project, Some(&row.id.to_string()))))
        .exec_with_returning(tx)
        .await?;
    step.wrote_rows(&notices);
    job::Entity::delete_many()
        .filter(job::Column::TenantId.eq(tenant))
        .filter(job::Column::SubjectKind.eq("project"))
        .filter(job::Column::SubjectId.eq(project))
        .filter(job::Column::Key.ends_with(format!("/{}", row.id)))
        .filter(job::Column::State.is_in([JobState::Done, JobState::Cancelled, JobState::Dead]))
        .exec(tx)
        .await?;
    let left = kind.fields.iter().any(|field| {
        let value = row.data.get(&field.key);
        value.is_some_and(crate::vault::is_sealed) && !field.secret && !plan.fields.contains(&field.key)
    });
    if !left {
        let looks = disclosure::Entity::delete_many()
            .filter(disclosure::Column::TenantId.eq(tenant))
            .filter(disclosure::Column::RecordId.eq(row.id))
            .exec_with_returning(tx)
            .await?;
        step.wrote_rows(&looks);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use twoway_manifest::{DataClass, Field, FieldType};

    fn manifest() -> Manifest {
        let toml = r#"
            id = "notes"
            version = "1.0.0"
            contract = "1.0"
            title = { zh-CN = "记", en = "Notes" }
            summary = { zh-CN = "记", en = "Notes" }
            license = "Apache-2.0"
            [[data.P2]]
            purpose = "contact"
            reason = { zh-CN = "联系", en = "To call" }
            retention-days = 30
        "#;
        Manifest::parse(toml).expect("a manifest")
    }

    fn kind() -> RecordKind {
        let field = |key: &str, class, purpose: Option<&str>, days| Field {
            class,
            purpose: purpose.map(str::to_string),
            retention_days: days,
            ..Field::new(key, FieldType::Line)
        };
        RecordKind {
            key: "note".into(),
            fields: vec![
                field("number", DataClass::P0, None, None),
                field("phone", DataClass::P2, Some("contact"), None),
                field("name", DataClass::P2, Some("contact"), Some(10)),
                field("address", DataClass::P2, Some("contact"), Some(300)),
                field("route", DataClass::P1, None, Some(60)),
            ],
            states: vec![],
            indexes: vec![],
            title_field: None,
            readers: vec![],
        }
    }

    #[test]
    fn a_field_goes_when_the_shorter_of_its_times_has_passed() {
        let data = json!({"number": "1", "phone": "2", "name": "3", "address": "4", "route": "5"});
        let plan = |since, now| Plan::of(&manifest(), &kind(), &data, since, now * DAY);
        let fields = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(plan(None, 900), Plan::default(), "nothing ended");
        assert_eq!(plan(Some(0), 9), Plan { fields: vec![], next: Some(10 * DAY) });
        assert_eq!(plan(Some(0), 10), Plan { fields: fields(&["name"]), next: Some(30 * DAY) });
        let most = fields(&["phone", "name", "address"]);
        assert_eq!(plan(Some(0), 30), Plan { fields: most, next: Some(60 * DAY) }, "no longer than the office granted");
        assert_eq!(plan(Some(0), 60).next, None, "what has no time stays");
    }

    #[test]
    fn what_is_gone_is_not_erased_again() {
        let data = json!({"phone": super::super::site::erased(), "name": null});
        assert_eq!(Plan::of(&manifest(), &kind(), &data, Some(0), 900 * DAY), Plan::default());
    }
}
