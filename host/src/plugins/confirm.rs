//! Two different persons, the same words: an action that needs two waits for the second one.

use super::act::act;
use super::audience;
use super::commit::ensure_actor;
use super::decide::Prepared;
use super::model::{Acted, Request, Waiting};
use super::people::{self, Insider};
use super::records::Reader;
use super::site::Site;
use crate::audit::canonical;
use crate::lifecycle::Command;
use crate::{App, Refusal, Who};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};
use std::sync::Arc;
use twoway_entity::plugins::confirmation;
use twoway_ids::{HOUR, Millis, Uuid};
use twoway_runtime::Question;

/// How long the second person has.
const WAITS: Millis = 24 * HOUR;

/// Keyed, so that nobody can try out from the table what was entered.
fn hash(app: &App, p: &Prepared) -> String {
    let (action, target) = asked(p);
    let same = json!({
        "project": p.site.project(),
        "action": action,
        "target": target,
        "input": p.plain,
        "for": p.acting_for.as_ref().map(|(member, _)| member),
    });
    app.keys.keyed_hash("confirmation", &canonical(&same))
}

fn asked(p: &Prepared) -> (String, Option<Uuid>) {
    match &p.question {
        Question::Act { action, target, .. } => {
            (action.clone(), target.as_ref().and_then(|item| Uuid::parse_str(&item.id).ok()))
        }
        _ => (String::new(), None),
    }
}

/// The waiting actions with exactly these words, newest first.
async fn same(app: &App, p: &Prepared, without_plugin: bool) -> Result<Vec<confirmation::Model>, Refusal> {
    use confirmation::Column as C;
    let (action, target) = asked(p);
    let mut rows = confirmation::Entity::find()
        .filter(C::TenantId.eq(app.tenant))
        .filter(C::ProjectId.eq(p.site.project()))
        .filter(C::DoneAt.is_null())
        .filter(C::ExpiresAt.gt(p.now))
        .filter(C::Action.eq(action))
        .filter(C::InputHash.eq(hash(app, p)))
        .filter(C::WithoutPlugin.eq(without_plugin));
    rows = match target {
        Some(target) => rows.filter(C::TargetId.eq(target)),
        None => rows.filter(C::TargetId.is_null()),
    };
    Ok(rows.order_by_desc(C::Id).limit(10).all(app.db.read()).await?)
}

/// The same action, asked for by another person who is still here, with that person's pseudonym.
pub(super) async fn by_another(
    app: &App,
    p: &Prepared,
    without_plugin: bool,
) -> Result<Option<(confirmation::Model, String)>, Refusal> {
    let me = p.actor.as_ref().and_then(|a| a.member);
    for waiting in same(app, p, without_plugin).await? {
        if Some(waiting.first_id) == me {
            continue;
        }
        let first = people::member(app.db.read(), app.tenant, p.site.project(), waiting.first_id).await?;
        if first.ended_at.is_none() {
            return Ok(Some((waiting, first.pseudonym)));
        }
    }
    Ok(None)
}

/// Lets the action wait for a second person, and tells those who may be it. Asking again finds the first asking.
pub(super) async fn wait(
    app: &App,
    who: &Who,
    command: &Command,
    p: &Prepared,
    without_plugin: Option<String>,
) -> Result<Acted, Refusal> {
    let me = p.actor.as_ref().and_then(|a| a.member);
    if let Some(mine) = same(app, p, without_plugin.is_some()).await?.into_iter().find(|w| Some(w.first_id) == me) {
        return Ok(still_waiting(mine.id, mine.expires_at, without_plugin));
    }
    let (action, target) = asked(p);
    let draft = Draft {
        id: twoway_ids::new_id(p.now),
        hash: hash(app, p),
        content: p.plain.to_string(),
        acting_for: p.acting_for.as_ref().map(|(member, _)| *member),
        action,
        target,
        until: p.now + WAITS,
    };
    let (id, until, flagged) = (draft.id, draft.until, without_plugin.clone());
    let site = p.site.clone();
    let known = Known { member: me, insider: p.actor.clone() };
    let answer = still_waiting(id, until, without_plugin);
    app.act(who, command, move |step| async move {
        let first = match known.member {
            Some(member) => member,
            None => known.enter(&step, &site).await?,
        };
        let row = confirmation::ActiveModel {
            tenant_id: Set(step.who().tenant),
            id: Set(draft.id),
            project_id: Set(site.project()),
            action: Set(draft.action.clone()),
            target_id: Set(draft.target),
            input_hash: Set(draft.hash),
            input: Set(site.key.seal(&place(draft.id), draft.content.as_bytes())?),
            first_id: Set(first),
            acting_for: Set(draft.acting_for),
            without_plugin: Set(flagged.is_some()),
            asked_at: Set(step.now()),
            expires_at: Set(draft.until),
            done_at: Set(None),
            done_by: Set(None),
        };
        row.insert(step.tx()).await?;
        step.wrote(confirmation::Entity, draft.id);
        let payload = json!({"confirmation": draft.id, "action": draft.action, "without_plugin": flagged.is_some()});
        match draft.target {
            Some(target) => step.record("record", target, "first-confirmed", payload),
            None => step.record("project-plugin", site.project(), "first-confirmed", payload),
        }
        audience::ask_second(&step, &site, &draft.action, draft.id).await?;
        Ok(answer)
    })
    .await
}

struct Draft {
    id: Uuid,
    hash: String,
    content: String,
    acting_for: Option<Uuid>,
    action: String,
    target: Option<Uuid>,
    until: Millis,
}

struct Known {
    member: Option<Uuid>,
    insider: Option<Insider>,
}

impl Known {
    async fn enter(&self, step: &crate::lifecycle::Step, site: &Arc<Site>) -> Result<Uuid, Refusal> {
        let entered = ensure_actor(step, site, self.insider.as_ref()).await?;
        entered.ok_or_else(|| anyhow::anyhow!("a confirmation without a person").into())
    }
}

fn place(confirmation: Uuid) -> String {
    format!("confirmation:{confirmation}")
}

fn still_waiting(confirmation: Uuid, until: Millis, without_plugin: Option<String>) -> Acted {
    Acted { decision: None, records: Vec::new(), waiting: Some(Waiting { confirmation, until, without_plugin }) }
}

/// The second person says yes to what the first one entered.
///
/// Errors: `needs-another-person` for the first one, [`Refusal::NotFound`] when it is over, and those of [`act`].
pub async fn confirm(app: &App, who: &Who, command: &Command, project: Uuid, id: Uuid) -> Result<Acted, Refusal> {
    let asked = async {
        let site = Site::get(app, project).await?;
        let actor = people::insider(app, &site, who).await?.ok_or(Refusal::SignedOut)?;
        let row = open(app, project, id).await?;
        if actor.member == Some(row.first_id) {
            return Err(Refusal::of("needs-another-person", "P12"));
        }
        let input: Value = serde_json::from_slice(&site.key.open(&place(id), &row.input)?)?;
        let request = Request { action: row.action, target: row.target_id, input, acting_for: row.acting_for };
        act(app, who, command, project, request).await
    };
    app.once(who, command, asked).await
}

/// The actions of a project that wait for a second person: those that the reader asked for or may confirm, newest first; at most 50.
pub async fn waiting(app: &App, reader: &Reader) -> Result<Vec<confirmation::Model>, Refusal> {
    use confirmation::Column as C;
    let rows = confirmation::Entity::find()
        .filter(C::TenantId.eq(app.tenant))
        .filter(C::ProjectId.eq(reader.site.project()))
        .filter(C::DoneAt.is_null())
        .filter(C::ExpiresAt.gt(app.now()))
        .order_by_desc(C::Id)
        .limit(50)
        .all(app.db.read())
        .await?;
    Ok(rows.into_iter().filter(|row| concerns(reader, row)).collect())
}

/// Whether the reader asked for it or may be the second person.
pub(super) fn concerns(reader: &Reader, row: &confirmation::Model) -> bool {
    let described = reader.site.loaded.description().action(&row.action);
    Some(row.first_id) == reader.insider.member
        || described.is_some_and(|a| a.roles.iter().any(|r| reader.insider.has(r)))
}

/// One that is over: confirmed, or given up after its time.
pub(super) async fn over(app: &App, project: Uuid, id: Uuid) -> Result<Option<confirmation::Model>, Refusal> {
    let row = confirmation::Entity::find_by_id((app.tenant, id)).one(app.db.read()).await?;
    Ok(row.filter(|r| r.project_id == project && (r.done_at.is_some() || r.expires_at <= app.now())))
}

/// One waiting action, not yet over.
pub(super) async fn open(app: &App, project: Uuid, id: Uuid) -> Result<confirmation::Model, Refusal> {
    let row = confirmation::Entity::find_by_id((app.tenant, id)).one(app.db.read()).await?;
    row.filter(|r| r.project_id == project && r.done_at.is_none() && r.expires_at > app.now()).ok_or(Refusal::NotFound)
}

/// What the first person entered, for the second one to read: only for those who may confirm it.
pub(super) fn entered(site: &Site, row: &confirmation::Model) -> Result<Value, Refusal> {
    Ok(serde_json::from_slice(&site.key.open(&place(row.id), &row.input)?)?)
}
