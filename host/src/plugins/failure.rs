//! When a plugin cannot answer: a reference for the person, a log for the author, and a way to protect people all the same.

use super::commit::{
    JOURNAL, Journal, end_confirmation, end_tasks, ensure_actor, journal_row, keep_journal, take_turn,
};
use super::decide::{Prepared, journal_content};
use super::model::{Acted, DecisionOutcome};
use super::{audience, confirm, store};
use crate::lifecycle::Command;
use crate::{App, Refusal, Who};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::json;
use twoway_entity::accounts::Role;
use twoway_entity::plugins::{confirmation, plugin_log};
use twoway_ids::Uuid;
use twoway_runtime::{Context, FailureKind, Log, Question};

/// Keeps the plugin's own log under a reference that the person can pass on. Returns the reference.
pub(super) async fn log(app: &App, p: &Prepared, kind: &FailureKind, log: &Log) -> Result<String, Refusal> {
    let id = twoway_ids::new_id(app.now());
    let text = id.simple().to_string();
    let reference = text[text.len() - 10..].to_uppercase();
    let (hook, name) = p.hook();
    tracing::warn!(project = %p.site.project(), digest = p.site.row.digest, hook, name, reference, failure = %kind, "a plugin failed");
    let row = plugin_log::ActiveModel {
        tenant_id: Set(app.tenant),
        id: Set(id),
        project_id: Set(p.site.project()),
        digest: Set(p.site.row.digest.clone()),
        reference: Set(reference.clone()),
        hook: Set(hook.to_string()),
        name: Set(name.to_string()),
        failure: Set(kind.to_string().chars().take(2_000).collect()),
        lines: Set(p.site.key.seal(&format!("log:{id}"), &serde_json::to_vec(log)?)?),
        at: Set(p.now),
    };
    let revision = p.site.row.revision;
    let failed =
        Journal { outcome: DecisionOutcome::Failed, reason: Some(word(kind).to_string()), revision, decision: None };
    let journal = journal_row(app, p, &failed, &json!({"question": p.question, "reference": reference}))?;
    let payload = json!({"project": p.site.project(), "hook": hook, "name": name, "reference": reference});
    app.act(&app.system(JOURNAL), &Command::default(), move |step| async move {
        row.insert(step.tx()).await?;
        let id = keep_journal(&step, journal).await?;
        step.record(JOURNAL, id, "failed", payload);
        Ok(())
    })
    .await?;
    Ok(reference)
}

fn word(kind: &FailureKind) -> &'static str {
    match kind {
        FailureKind::Trap(_) => "trap",
        FailureKind::Fuel => "fuel",
        FailureKind::Deadline => "deadline",
        FailureKind::Memory => "memory",
        FailureKind::HostCalls => "host-calls",
        FailureKind::Absent(_) => "absent",
        FailureKind::Input(_) => "input",
        FailureKind::Output(_) => "output",
        FailureKind::Busy => "busy",
        FailureKind::Snapshot(_) => "snapshot",
    }
}

/// The end of a decision that failed. What protects people may go on with two members of the staff; all else stops here.
pub(super) async fn failed(
    app: &App,
    who: &Who,
    command: &Command,
    p: Prepared,
    ctx: &Context,
    kind: FailureKind,
    lines: Log,
) -> Result<Acted, Refusal> {
    let reference = log(app, &p, &kind, &lines).await?;
    let Some(to) = protects(&p) else { return Err(Refusal::PluginUnavailable { reference }) };
    let confirmation = if p.confirmed_by.len() >= 2 {
        p.confirmation.clone()
    } else {
        match confirm::by_another(app, &p, true).await? {
            Some((waiting, _)) => Some(waiting),
            None => return confirm::wait(app, who, command, &p, Some(reference)).await,
        }
    };
    protect(app, who, command, p, ctx, Bypass { to, reference, confirmation }).await
}

/// Where a protective action leads, when this person is of the staff.
fn protects(p: &Prepared) -> Option<String> {
    let Question::Act { action, target: Some(_), .. } = &p.question else { return None };
    let described = p.site.loaded.description().action(action)?;
    let staff = p.actor.as_ref().is_some_and(super::people::Insider::is_staff);
    (described.protective && staff).then(|| described.to.first().cloned()).flatten()
}

struct Bypass {
    to: String,
    reference: String,
    confirmation: Option<confirmation::Model>,
}

/// Moves the target as two persons said, without the plugin, and lays it before the office.
async fn protect(
    app: &App,
    who: &Who,
    command: &Command,
    p: Prepared,
    ctx: &Context,
    bypass: Bypass,
) -> Result<Acted, Refusal> {
    let content = journal_content(ctx, &p.question, None);
    app.act(who, command, move |step| async move {
        take_turn(&step, p.site.project(), p.site.row.revision).await?;
        let actor = ensure_actor(&step, &p.site, p.actor.as_ref()).await?;
        let target = p.question.target().map(|item| item.id.clone()).unwrap_or_default();
        let record = store::update(&step, &p.site, &target, Some(&bypass.to), &json!({}), &p).await?;
        step.record("record", record, "without-plugin", json!({"decision": p.id, "reference": bypass.reference}));
        if let Some(waiting) = &bypass.confirmation {
            end_confirmation(&step, waiting, actor).await?;
        }
        end_tasks(&step, &p).await?;
        let journal = Journal {
            outcome: DecisionOutcome::WithoutPlugin,
            reason: Some(bypass.reference.clone()),
            revision: p.site.row.revision + 1,
            decision: None,
        };
        keep_journal(&step, journal_row(step.app(), &p, &journal, &content)?).await?;
        tell_office(&step, &p, record, &bypass.reference).await?;
        Ok(Acted { decision: Some(p.id), records: vec![record], waiting: None })
    })
    .await
}

async fn tell_office(
    step: &crate::lifecycle::Step,
    p: &Prepared,
    record: Uuid,
    reference: &str,
) -> Result<(), Refusal> {
    let values = json!({"project": p.site.row.title, "reference": reference});
    let link = audience::link(p.site.project(), Some(&record.to_string()));
    for account in audience::leads(step, &p.site, &[Role::LeadOffice]).await? {
        crate::notices::tell(step, account, "notice-plugin-bypassed", values.clone(), link.clone(), true).await?;
    }
    Ok(())
}
