use super::decide::{Prepared, journal_content};
use super::model::{Acted, DecisionOutcome};
use super::people::Insider;
use super::site::Site;
use super::{effects, store};
use crate::lifecycle::{Command, Step};
use crate::refusal::stale_if_taken;
use crate::{App, Refusal, Who};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use std::sync::Arc;
use twoway_entity::plugins::{confirmation, decision, plugin_task, project_member, project_plugin};
use twoway_ids::Uuid;
use twoway_runtime::{Context, Decision, Fault, Question, Write};

/// A decision whose writes were checked.
pub(super) struct Commit {
    pub prepared: Arc<Prepared>,
    pub ctx: Context,
    pub decision: Decision,
    pub writes: Vec<Write>,
}

impl Commit {
    /// Applies everything in one transaction, or nothing.
    ///
    /// Errors: [`Refusal::Stale`] when another decision of the project came first.
    pub(super) async fn run(self, app: &App, who: &Who, command: &Command) -> Result<Acted, Refusal> {
        app.act(who, command, move |step| async move { self.apply(&step).await }).await
    }

    async fn apply(self, step: &Step) -> Result<Acted, Refusal> {
        let p = &self.prepared;
        take_turn(step, p.site.project(), p.site.row.revision).await?;
        let actor = ensure_actor(step, &p.site, p.actor.as_ref()).await?;
        let created_by = p.acting_for.as_ref().map(|(member, _)| *member).or(actor);
        let mut records = Vec::new();
        for write in &self.writes {
            match write {
                Write::Create { id, kind, state, data } => {
                    records.push(store::create(step, &p.site, (id, kind, state), data, created_by, p.id).await?);
                }
                Write::Update { id, state, patch } => {
                    let id = store::update(step, &p.site, id, state.as_deref(), patch, p).await?;
                    if !records.contains(&id) {
                        records.push(id);
                    }
                }
                other => effects::apply(step, p, other, actor).await?,
            }
        }
        if let Some(waiting) = &p.confirmation {
            end_confirmation(step, waiting, actor).await?;
        }
        end_tasks(step, p).await?;
        let revision = p.site.row.revision + 1;
        let content = journal_content(&self.ctx, &p.question, Some(&self.decision));
        let row = Journal { outcome: DecisionOutcome::Done, reason: None, revision, decision: Some(&self.decision) };
        keep_journal(step, journal_row(step.app(), p, &row, &content)?).await?;
        let (hook, name) = p.hook();
        step.record(
            "project-plugin",
            p.site.project(),
            "decided",
            json!({"decision": p.id, "hook": hook, "name": name, "writes": self.writes.len(), "digest": p.site.row.digest}),
        );
        Ok(Acted { decision: Some(p.id), records, waiting: None })
    }
}

/// Takes the project's decision counter: who read an older one decided on an older project.
pub(super) async fn take_turn(step: &Step, project: Uuid, revision: i32) -> Result<(), Refusal> {
    use project_plugin::Column as C;
    let moved = project_plugin::Entity::update_many()
        .col_expr(C::Revision, Expr::value(revision + 1))
        .filter(C::TenantId.eq(step.who().tenant))
        .filter(C::ProjectId.eq(project))
        .filter(C::Revision.eq(revision))
        .exec(step.tx())
        .await?;
    step.wrote(project_plugin::Entity, project);
    if moved.rows_affected == 1 { Ok(()) } else { Err(Refusal::Stale) }
}

/// Whoever did something here is known here, so that the plugin's pseudonym can be read back.
pub(super) async fn ensure_actor(step: &Step, site: &Site, actor: Option<&Insider>) -> Result<Option<Uuid>, Refusal> {
    let Some(actor) = actor else { return Ok(None) };
    if actor.member.is_some() {
        return Ok(actor.member);
    }
    let id = step.new_id();
    let row = project_member::ActiveModel {
        tenant_id: Set(step.who().tenant),
        id: Set(id),
        project_id: Set(site.project()),
        account_id: Set(actor.account),
        name: Set(String::new()),
        phone: Set(None),
        roles: Set(json!([])),
        pseudonym: Set(actor.pseudonym.clone()),
        added_by: Set(None),
        added_at: Set(step.now()),
        ended_at: Set(None),
        version: Set(1),
    };
    row.insert(step.tx()).await.map_err(stale_if_taken)?;
    step.wrote(project_member::Entity, id);
    Ok(Some(id))
}

pub(super) async fn end_confirmation(
    step: &Step,
    waiting: &confirmation::Model,
    actor: Option<Uuid>,
) -> Result<(), Refusal> {
    use confirmation::Column as C;
    let ended = confirmation::Entity::update_many()
        .col_expr(C::DoneAt, Expr::value(step.now()))
        .col_expr(C::DoneBy, Expr::value(actor))
        .filter(C::TenantId.eq(step.who().tenant))
        .filter(C::Id.eq(waiting.id))
        .filter(C::DoneAt.is_null())
        .exec(step.tx())
        .await?;
    step.wrote(confirmation::Entity, waiting.id);
    if ended.rows_affected == 1 { Ok(()) } else { Err(Refusal::Stale) }
}

/// A task ends with the action that it asked for.
pub(super) async fn end_tasks(step: &Step, p: &Prepared) -> Result<(), Refusal> {
    use plugin_task::Column as C;
    let Question::Act { action, target, .. } = &p.question else { return Ok(()) };
    let target = target.as_ref().and_then(|item| Uuid::parse_str(&item.id).ok());
    let mut ended = plugin_task::Entity::update_many()
        .col_expr(C::ClosedAt, Expr::value(step.now()))
        .filter(C::TenantId.eq(step.who().tenant))
        .filter(C::ProjectId.eq(p.site.project()))
        .filter(C::Action.eq(action.as_str()))
        .filter(C::ClosedAt.is_null());
    ended = match target {
        Some(target) => ended.filter(C::TargetId.eq(target)),
        None => ended.filter(C::TargetId.is_null()),
    };
    let ended = ended.exec_with_returning(step.tx()).await?;
    step.wrote_rows(&ended);
    Ok(())
}

/// The figures of one journal row.
pub(super) struct Journal<'a> {
    pub outcome: DecisionOutcome,
    pub reason: Option<String>,
    pub revision: i32,
    pub decision: Option<&'a Decision>,
}

/// A row of the journal; its content is sealed, because it may hold what the plugin was allowed to read.
pub(super) fn journal_row(
    app: &App,
    p: &Prepared,
    journal: &Journal<'_>,
    content: &serde_json::Value,
) -> Result<decision::ActiveModel, Refusal> {
    let (hook, name) = p.hook();
    let done = matches!(journal.outcome, DecisionOutcome::Done | DecisionOutcome::WithoutPlugin);
    let id = if done { p.id } else { twoway_ids::new_id(app.now()) };
    Ok(decision::ActiveModel {
        tenant_id: Set(app.tenant),
        id: Set(id),
        project_id: Set(p.site.project()),
        digest: Set(p.site.row.digest.clone()),
        hook: Set(hook.to_string()),
        name: Set(name.to_string()),
        target_id: Set(p.question.target().and_then(|item| Uuid::parse_str(&item.id).ok())),
        actor: Set(p.actor.as_ref().map(|a| a.pseudonym.clone())),
        outcome: Set(journal.outcome),
        reason: Set(journal.reason.as_ref().map(|r| r.chars().take(200).collect())),
        revision: Set(journal.revision),
        fuel: Set(journal.decision.map_or(0, |d| i64::try_from(d.fuel).unwrap_or(i64::MAX))),
        writes: Set(journal.decision.map_or(0, |d| i32::try_from(d.writes.len()).unwrap_or(i32::MAX))),
        content: Set(p.site.key.seal(&format!("journal:{id}"), content.to_string().as_bytes())?),
        at: Set(p.now),
    })
}

/// Writes a row of the journal within a step.
pub(super) async fn keep_journal(step: &Step, row: decision::ActiveModel) -> Result<Uuid, Refusal> {
    let row = row.insert(step.tx()).await.map_err(stale_if_taken)?;
    step.wrote(decision::Entity, row.id);
    Ok(row.id)
}

/// Remembers a "no" of the plugin. It changes nothing, so it takes no turn; its event is a stream of its own, so that nobody waits.
pub(super) async fn journal_refusal(
    app: &App,
    p: &Prepared,
    ctx: &Context,
    decision: &Decision,
    fault: &Fault,
) -> Result<(), Refusal> {
    let code = match fault {
        Fault::Refused(problem) => problem.code.clone(),
        Fault::Invalid(problems) => problems.iter().map(|p| p.code.as_str()).collect::<Vec<_>>().join(","),
        Fault::Internal(_) => "internal".to_string(),
    };
    let revision = p.site.row.revision;
    let row = Journal { outcome: DecisionOutcome::Refused, reason: Some(code), revision, decision: Some(decision) };
    let row = journal_row(app, p, &row, &journal_content(ctx, &p.question, Some(decision)))?;
    let payload = json!({"project": p.site.project(), "hook": p.hook().0, "name": p.hook().1});
    app.act(&app.system(JOURNAL), &Command::default(), move |step| async move {
        let id = keep_journal(&step, row).await?;
        step.record(JOURNAL, id, "refused", payload);
        Ok(())
    })
    .await
}

/// The streams of decisions that changed nothing, each with the id of its row in the journal; and the cause of their events.
pub(super) const JOURNAL: &str = "plugin-journal";
