//! One decision: read, ask, check, commit; and again when somebody else decided meanwhile.

use super::commit::{self, Commit};
use super::failure;
use super::model::{Acted, Measure};
use super::people::Insider;
use super::registry::Loaded;
use super::site::Site;
use super::snapshot::DbSnapshot;
use crate::http::texts::Locale;
use crate::lifecycle::Command;
use crate::{App, Refusal, Who};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use twoway_entity::plugins::{confirmation, project_plugin, record};
use twoway_ids::{Millis, Uuid};
use twoway_manifest::HeldBack;
use twoway_runtime::{
    Answer, Context, Decision, Failure, FailureKind, Fault, Item, Problem, Proposal, Question, Write, check_writes,
    referenced,
};

/// How often a decision is taken anew because another one of the same project came first.
pub(super) const MAX_TRIES: usize = 5;

/// A question that may be put to the plugin: roles, state and form were checked.
pub(super) struct Prepared {
    pub site: Arc<Site>,
    pub question: Question,
    pub actor: Option<Insider>,
    /// The member on whose behalf staff enters it, with the pseudonym.
    pub acting_for: Option<(Uuid, String)>,
    /// Pseudonyms of those who confirmed, the actor last.
    pub confirmed_by: Vec<String>,
    pub confirmation: Option<confirmation::Model>,
    pub held: HeldBack,
    /// What was asked, before anything was held back; null for timers and events.
    pub plain: Value,
    pub id: Uuid,
    pub now: Millis,
}

/// What a decision came to.
pub(super) enum Verdict {
    /// Checked writes, ready to be committed.
    Writes {
        decision: Decision,
        writes: Vec<Write>,
    },
    Said {
        decision: Decision,
        fault: Fault,
    },
    Failed {
        kind: FailureKind,
        log: twoway_runtime::Log,
    },
}

impl Prepared {
    pub(super) fn context(&self, app: &App, who: &Who) -> Context {
        Context {
            project: self.site.project().to_string(),
            settings: self.site.row.settings.clone(),
            now: self.now,
            utc_offset: i16::try_from(app.config.utc_offset_minutes).unwrap_or(0),
            locale: reader(who).as_str().to_string(),
            seed: self.id.as_u64_pair().1,
            actor: self.actor.as_ref().map(|a| a.pseudonym.clone()),
            roles: self.actor.as_ref().map(|a| a.roles.clone()).unwrap_or_default(),
            acting_for: self.acting_for.as_ref().map(|(_, pseudonym)| pseudonym.clone()),
            confirmed_by: self.confirmed_by.clone(),
        }
    }

    fn snapshot(&self, app: &App) -> DbSnapshot {
        let actor = self.actor.as_ref().map(|a| (a.pseudonym.clone(), a.account));
        let subject = self.acting_for.as_ref().map(|(_, pseudonym)| (pseudonym.clone(), None)).or(actor);
        DbSnapshot {
            app: app.clone(),
            handle: tokio::runtime::Handle::current(),
            site: self.site.clone(),
            subject,
            question: self.id,
            now: self.now,
            calendar: None,
        }
    }

    /// Asks the plugin and judges what it answered. Writes nothing but the counts of guesses.
    pub(super) async fn ask(&self, app: &App, ctx: &Context) -> Result<Verdict, Refusal> {
        let snapshot = Box::new(self.snapshot(app));
        let began = std::time::Instant::now();
        let asked = self.site.loaded.plugin.decide(ctx, &self.question, &self.site.grant, snapshot).await;
        app.metrics.plugin_decision(&self.site.row.plugin_id, outcome(&asked), began.elapsed());
        let decision = match asked {
            Ok(decision) => decision,
            Err(failure) if matches!(failure.kind, FailureKind::Busy) => return Err(Refusal::Busy),
            Err(failure) => return Ok(Verdict::Failed { kind: failure.kind, log: failure.log }),
        };
        match &decision.outcome {
            Err(Fault::Internal(message)) => {
                Ok(Verdict::Failed { kind: FailureKind::Output(message.clone()), log: decision.log })
            }
            Err(fault) => Ok(Verdict::Said { fault: fault.clone(), decision }),
            Ok(_) => match self.judge(app, &decision).await? {
                Ok(writes) => Ok(Verdict::Writes { decision, writes }),
                Err(problems) => {
                    Ok(Verdict::Failed { kind: FailureKind::Output(problems.join("; ")), log: decision.log })
                }
            },
        }
    }

    async fn judge(&self, app: &App, decision: &Decision) -> Result<Result<Vec<Write>, Vec<String>>, Refusal> {
        let description = self.site.loaded.description();
        let ids: Vec<Uuid> =
            referenced(description, &decision.writes).iter().filter_map(|id| Uuid::parse_str(id).ok()).collect();
        // What goes to everybody is held against all that its record keeps closed.
        let published = decision.writes.iter().filter_map(|write| match write {
            Write::Publish { target, .. } => Uuid::parse_str(target).ok(),
            _ => None,
        });
        let published: HashSet<Uuid> = published.collect();
        let content = |row: &record::Model| {
            if published.contains(&row.id) { self.site.whole(row) } else { Ok(row.data.clone()) }
        };
        let found: Result<HashMap<String, Item>, Refusal> = record::Entity::find()
            .filter(record::Column::TenantId.eq(app.tenant))
            .filter(record::Column::ProjectId.eq(self.site.project()))
            .filter(record::Column::Id.is_in(ids))
            .all(app.db.read())
            .await?
            .into_iter()
            .map(|row| Ok((row.id.to_string(), super::site::item(&row, content(&row)?))))
            .collect();
        let found = found?;
        let lookup = |id: &str| found.get(id).cloned();
        let roles = self.actor.as_ref().map(|a| a.roles.as_slice()).unwrap_or_default();
        let proposal = Proposal {
            description,
            grant: &self.site.grant,
            question: &self.question,
            roles,
            held: &self.held,
            writes: &decision.writes,
            lookup: &lookup,
        };
        Ok(check_writes(&proposal))
    }

    pub(super) fn hook(&self) -> (&'static str, &str) {
        match &self.question {
            Question::Act { action, .. } => ("act", action),
            Question::Tick { timer, .. } => ("tick", timer),
            Question::Hear { event, .. } => ("hear", event),
            Question::Guard { transition, .. } => ("guard", transition),
            Question::Show { view, .. } => ("show", view),
            Question::Indicator { name, .. } => ("indicator", name),
        }
    }
}

/// Decides and commits, up to [`MAX_TRIES`] times. `prepare` reads everything anew for each try and may end the matter itself.
pub(super) async fn decide<F, Fut>(app: &App, who: &Who, command: &Command, prepare: F) -> Result<Acted, Refusal>
where
    F: Fn(Uuid) -> Fut,
    Fut: Future<Output = Result<Result<Prepared, Acted>, Refusal>>,
{
    let id = twoway_ids::new_id(app.now());
    for _ in 0..MAX_TRIES {
        let prepared = match prepare(id).await? {
            Ok(prepared) => prepared,
            Err(ended) => return Ok(ended),
        };
        let ctx = prepared.context(app, who);
        match prepared.ask(app, &ctx).await? {
            Verdict::Failed { kind, log } => {
                return failure::failed(app, who, command, prepared, &ctx, kind, log).await;
            }
            Verdict::Said { decision, fault } => {
                // The "no" rests on what was read; if that has changed meanwhile, it is asked again.
                if revision(app, prepared.site.project()).await? != prepared.site.row.revision {
                    continue;
                }
                commit::journal_refusal(app, &prepared, &ctx, &decision, &fault).await?;
                return Err(spoken(&prepared.site.loaded, reader(who), &fault));
            }
            Verdict::Writes { decision, writes } => {
                let commit = Commit { prepared: Arc::new(prepared), ctx, decision, writes };
                match commit.run(app, who, command).await {
                    Err(Refusal::Stale) => {}
                    other => return other,
                }
            }
        }
    }
    Err(Refusal::Busy)
}

async fn revision(app: &App, project: Uuid) -> Result<i32, Refusal> {
    let revision: Option<i32> = project_plugin::Entity::find_by_id((app.tenant, project))
        .select_only()
        .column(project_plugin::Column::Revision)
        .into_tuple()
        .one(app.db.read())
        .await?;
    revision.ok_or(Refusal::NotFound)
}

/// Asks without writing: guards, views, indicators.
pub(super) async fn observe(app: &App, who: &Who, prepared: &Prepared) -> Result<Answer, Refusal> {
    let ctx = prepared.context(app, who);
    match prepared.ask(app, &ctx).await? {
        Verdict::Writes { decision, .. } => match decision.outcome {
            Ok(answer) => Ok(answer),
            Err(fault) => Err(spoken(&prepared.site.loaded, reader(who), &fault)),
        },
        Verdict::Said { decision, fault } => {
            if matches!(prepared.question, Question::Guard { .. }) {
                commit::journal_refusal(app, prepared, &ctx, &decision, &fault).await?;
            }
            Err(spoken(&prepared.site.loaded, reader(who), &fault))
        }
        Verdict::Failed { kind, log } => {
            let reference = failure::log(app, prepared, &kind, &log).await?;
            Err(Refusal::PluginUnavailable { reference })
        }
    }
}

pub(super) fn measured(answer: Answer) -> Option<Measure> {
    match answer {
        Answer::Measure { value_milli, sample, evidence } => Some(Measure { value_milli, sample, evidence }),
        Answer::Done | Answer::View(_) => None,
    }
}

/// The language in which somebody reads.
pub(super) fn reader(who: &Who) -> Locale {
    who.actor().and_then(|a| Locale::parse(&a.locale)).unwrap_or_default()
}

/// The plugin's "no" in the reader's language.
pub(super) fn spoken(loaded: &Loaded, locale: Locale, fault: &Fault) -> Refusal {
    let text = |problem: &Problem| {
        let empty = Map::new();
        let values = problem.values.as_object().unwrap_or(&empty);
        loaded.say(locale, &format!("refusal-{}", problem.code), values)
    };
    let rule = |problem: &Problem| {
        let described = || loaded.description().refusals.iter().find(|r| r.code == problem.code)?.rule.clone();
        problem.rule.clone().or_else(described)
    };
    let fields = |problems: &[Problem]| {
        problems.iter().filter_map(|p| Some((p.field.clone()?, text(p)))).collect::<Vec<(String, String)>>()
    };
    match fault {
        Fault::Refused(problem) => Refusal::PluginSaysNo {
            code: problem.code.clone(),
            text: text(problem),
            fields: fields(std::slice::from_ref(problem)),
            rule: rule(problem),
        },
        Fault::Invalid(problems) => Refusal::PluginSaysNo {
            code: problems.first().map_or_else(|| "invalid".to_string(), |p| p.code.clone()),
            text: problems.iter().map(text).collect::<Vec<_>>().join(" "),
            fields: fields(problems),
            rule: problems.first().and_then(rule),
        },
        Fault::Internal(_) => Refusal::PluginUnavailable { reference: String::new() },
    }
}

/// The question's parts as the journal keeps them: marks stand where something was held back.
pub(super) fn journal_content(ctx: &Context, question: &Question, decision: Option<&Decision>) -> Value {
    serde_json::json!({
        "question": question,
        "context": ctx,
        "asked": decision.map(|d| &d.asked),
        "writes": decision.map(|d| &d.writes),
    })
}

/// The word under which `/metrics` counts a decision.
fn outcome(asked: &Result<Decision, Failure>) -> &'static str {
    match asked {
        Ok(decision) if decision.outcome.is_ok() => "allowed",
        Ok(_) => "refused",
        Err(failure) => match failure.kind {
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
        },
    }
}
