//! What is asked of a plugin without a person's action: timers, events, guards, views and indicators.

use super::decide::{Prepared, decide, measured, observe};
use super::effects::TICK;
use super::model::{Acted, Measure, Phase};
use super::people::{self, Insider};
use super::site::Site;
use super::{audience, packages};
use crate::lifecycle::{Command, Step};
use crate::{App, Refusal, Who};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use std::sync::Arc;
use twoway_entity::accounts::Role;
use twoway_entity::jobs::job;
use twoway_entity::plugins::{project_plugin, record};
use twoway_ids::{HOUR, Millis, Uuid};
use twoway_manifest::{HeldBack, HostEvent, HostGuard, ProjectEnded, ViewModel, Visibility};
use twoway_runtime::{Answer, Item, Question};

const HEAR: &str = "plugins.hear";

fn prepared(app: &App, site: Site, question: Question, actor: Option<Insider>, id: Uuid) -> Prepared {
    Prepared {
        confirmed_by: actor.iter().map(|a| a.pseudonym.clone()).collect(),
        question,
        actor,
        acting_for: None,
        confirmation: None,
        held: HeldBack::default(),
        plain: Value::Null,
        id,
        now: app.now(),
        site: Arc::new(site),
    }
}

fn nothing() -> Acted {
    Acted { decision: None, records: Vec::new(), waiting: None }
}

/// A timer's or an event's question, as it stands in the job.
struct Due {
    project: Uuid,
    name: String,
    target: Option<Uuid>,
    values: Value,
    is_timer: bool,
}

impl Due {
    fn read(job: &job::Model, is_timer: bool) -> Result<Self, Refusal> {
        let uuid = |key: &str| job.payload.get(key).and_then(Value::as_str).and_then(|t| Uuid::parse_str(t).ok());
        let project = uuid("project").ok_or_else(|| anyhow::anyhow!("a plugin's job without a project"))?;
        let name = job.payload.get(if is_timer { "timer" } else { "event" }).and_then(Value::as_str);
        Ok(Self {
            project,
            name: name.unwrap_or_default().to_string(),
            target: uuid("target"),
            values: job.payload.get("values").cloned().unwrap_or_else(|| json!({})),
            is_timer,
        })
    }

    fn question(&self, target: Option<Item>) -> Question {
        let (name, values) = (self.name.clone(), self.values.clone());
        if self.is_timer {
            Question::Tick { timer: name, target, values }
        } else {
            Question::Hear { event: name, values }
        }
    }

    /// Whether it is done now, later or never. A held project's timers wait with it, but it is told what happens to it; the end is
    /// the last thing that it hears.
    fn time(&self, phase: Phase) -> Time {
        match phase {
            Phase::Ended if self.is_timer || self.name != ProjectEnded::NAME => Time::Never,
            Phase::Held if self.is_timer => Time::Later,
            Phase::Preparing | Phase::Running | Phase::Held | Phase::Ended => Time::Now,
        }
    }
}

enum Time {
    Now,
    Later,
    Never,
}

/// Handler of `plugins.tick`: a plugin's timer is due.
pub(crate) async fn tick(app: App, job: job::Model) -> Result<(), Refusal> {
    let due = Due::read(&job, true)?;
    put(&app, TICK, &job, due).await
}

/// Handler of `plugins.hear`: something happened in the host.
pub(crate) async fn heard(app: App, job: job::Model) -> Result<(), Refusal> {
    let due = Due::read(&job, false)?;
    put(&app, HEAR, &job, due).await
}

async fn put(app: &App, cause: &'static str, job: &job::Model, due: Due) -> Result<(), Refusal> {
    let who = app.system(cause);
    let Some(site) = Site::find(app, due.project).await? else { return Ok(()) };
    match due.time(site.phase()) {
        Time::Never => return Ok(()),
        Time::Later => return later(app, &who, job).await,
        Time::Now => {}
    }
    let decided = decide(app, &who, &Command::default(), |id| ready(app, &due, id)).await;
    match decided {
        // A plugin that has nothing to do with a late timer says no; the journal has it.
        Ok(_) | Err(Refusal::PluginSaysNo { .. }) => Ok(()),
        Err(refusal) => {
            if job.attempts >= twoway_jobs::MAX_ATTEMPTS {
                give_up(app, &who, site, &due.name).await?;
            }
            Err(refusal)
        }
    }
}

async fn ready(app: &App, due: &Due, id: Uuid) -> Result<Result<Prepared, Acted>, Refusal> {
    let Some(site) = Site::find(app, due.project).await? else { return Ok(Err(nothing())) };
    let item = match due.target {
        None => None,
        Some(target) => {
            let row = record::Entity::find_by_id((app.tenant, target)).one(app.db.read()).await?;
            let Some(row) = row.filter(|r| r.project_id == due.project) else { return Ok(Err(nothing())) };
            Some(site.item(&row)?)
        }
    };
    let question = due.question(item);
    Ok(Ok(prepared(app, site, question, None, id)))
}

async fn later(app: &App, who: &Who, job: &job::Model) -> Result<(), Refusal> {
    let (kind, key, payload) = (job.kind.clone(), job.key.clone(), job.payload.clone());
    let Some(subject) = job.subject_id else { return Ok(()) };
    app.act(who, &Command::default(), move |step| async move {
        step.set_timer(&kind, key, step.now() + HOUR, ("project", subject), payload).await
    })
    .await
}

async fn give_up(app: &App, who: &Who, site: Site, name: &str) -> Result<(), Refusal> {
    let values = json!({"project": site.row.title, "name": name});
    let name = name.to_string();
    app.act(who, &Command::default(), move |step| async move {
        let link = audience::link(site.project(), None);
        for account in audience::leads(&step, &site, &[Role::LeadOffice, Role::SystemAdmin]).await? {
            crate::notices::tell(&step, account, "notice-plugin-stuck", values.clone(), link.clone(), true).await?;
        }
        step.record("project-plugin", site.project(), "stuck", json!({ "name": name }));
        Ok(())
    })
    .await
}

/// Tells the plugin of a project that something happened, from the outbox after this transaction. A project without a plugin, and a
/// plugin that does not listen, are passed over.
pub async fn hear<E: HostEvent>(step: &Step, project: Uuid, event: &E) -> Result<(), Refusal> {
    let tenant = step.who().tenant;
    let Some(row) = project_plugin::Entity::find_by_id((tenant, project)).one(step.tx()).await? else { return Ok(()) };
    let package = packages::package(step.tx(), tenant, &row.digest).await?;
    if !package.description.events.iter().any(|e| e == E::NAME) {
        return Ok(());
    }
    let payload = json!({"project": project, "event": E::NAME, "values": event});
    let key = format!("{project}/{}/{}", E::NAME, step.new_id());
    step.set_timer(HEAR, key, step.now(), ("project", project), payload).await
}

/// Asks the plugin before a transition of its project. It may say no and do nothing else. A project without a plugin, and a plugin
/// that does not guard this transition, let it pass.
pub async fn guard<G: HostGuard>(app: &App, who: &Who, project: Uuid, asked: &G) -> Result<(), Refusal> {
    let Some(site) = Site::find(app, project).await? else { return Ok(()) };
    if !site.loaded.description().guards.iter().any(|g| g == G::NAME) {
        return Ok(());
    }
    let actor = people::insider(app, &site, who).await?;
    let question = Question::Guard { transition: G::NAME.to_string(), values: serde_json::to_value(asked)? };
    let prepared = prepared(app, site, question, actor, twoway_ids::new_id(app.now()));
    observe(app, who, &prepared).await.map(|_| ())
}

/// Computes one of the plugin's indicators over a period.
///
/// Errors: [`Refusal::NotFound`] for one that is not described.
pub async fn indicator(app: &App, project: Uuid, name: &str, start: Millis, end: Millis) -> Result<Measure, Refusal> {
    let site = Site::get(app, project).await?;
    if !site.loaded.description().indicators.iter().any(|i| i.name == name) {
        return Err(Refusal::NotFound);
    }
    let question = Question::Indicator { name: name.to_string(), start, end };
    let who = app.system("plugins.indicator");
    let prepared = prepared(app, site, question, None, twoway_ids::new_id(app.now()));
    let answer = observe(app, &who, &prepared).await?;
    measured(answer).ok_or_else(|| anyhow::anyhow!("an indicator answered no measure").into())
}

/// A view's model, with the site whose texts say it.
pub struct Shown {
    pub view: ViewModel,
    pub site: Arc<Site>,
}

/// Asks the plugin for a view that this reader may see.
///
/// Errors: [`Refusal::NotFound`] for a view that is not described or not for this reader.
pub async fn view(app: &App, who: &Who, project: Uuid, name: &str, target: Option<Uuid>) -> Result<Shown, Refusal> {
    let site = Site::get(app, project).await?;
    let actor = people::insider(app, &site, who).await?;
    let described = site.loaded.description().views.iter().find(|v| v.name == name).ok_or(Refusal::NotFound)?;
    let seen = match described.visibility {
        Visibility::Public => true,
        Visibility::Sponsors => actor.as_ref().is_some_and(|a| a.is_staff() || a.has("sponsor")),
        Visibility::Staff => actor.as_ref().is_some_and(Insider::is_staff),
    };
    if !seen || described.on.is_some() != target.is_some() {
        return Err(Refusal::NotFound);
    }
    let item = match target {
        None => None,
        Some(target) => {
            let row = super::act::record_of(app, &site, target).await?;
            if described.on.as_deref() != Some(row.kind.as_str()) {
                return Err(Refusal::NotFound);
            }
            Some(site.item(&row)?)
        }
    };
    let question = Question::Show { view: name.to_string(), target: item };
    let prepared = prepared(app, site, question, actor, twoway_ids::new_id(app.now()));
    let Answer::View(answer) = observe(app, who, &prepared).await? else {
        return Err(anyhow::anyhow!("a view answered no view").into());
    };
    match ViewModel::parse(answer) {
        Ok(view) => Ok(Shown { view, site: prepared.site.clone() }),
        Err(problem) => {
            let kind = twoway_runtime::FailureKind::Output(format!("the view {problem}"));
            let reference = super::failure::log(app, &prepared, &kind, &twoway_runtime::Log::default()).await?;
            Err(Refusal::PluginUnavailable { reference })
        }
    }
}
