//! A person asks the plugin for an action.

use super::confirm;
use super::decide::{Prepared, decide};
use super::model::{Acted, Phase, Request};
use super::people::{self, Insider};
use super::site::Site;
use crate::lifecycle::Command;
use crate::{App, Refusal, Who};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Map, Value};
use std::sync::Arc;
use twoway_entity::plugins::{project_member, record};
use twoway_ids::Uuid;
use twoway_manifest::{Action, FieldError, FieldProblem, FieldType, HeldBack, check_form};
use twoway_runtime::Question;

/// Asks the plugin of a project for an action. The host checks role, state, form and the second person before any wasm runs.
///
/// Errors: the host's own refusals, [`Refusal::PluginSaysNo`] in the reader's language, [`Refusal::PluginUnavailable`], and
/// [`Refusal::Busy`] when others keep deciding in between.
pub async fn act(app: &App, who: &Who, command: &Command, project: Uuid, request: Request) -> Result<Acted, Refusal> {
    let asked = decide(app, who, command, |id| prepare(app, who, command, project, &request, id));
    app.once(who, command, asked).await
}

async fn prepare(
    app: &App,
    who: &Who,
    command: &Command,
    project: Uuid,
    request: &Request,
    id: Uuid,
) -> Result<Result<Prepared, Acted>, Refusal> {
    let site = Site::get(app, project).await?;
    let actor = people::insider(app, &site, who).await?.ok_or(Refusal::SignedOut)?;
    let described = site.loaded.description().action(&request.action).ok_or(Refusal::NotFound)?.clone();
    let target = match request.target {
        Some(target) => Some(record_of(app, &site, target).await?),
        None => None,
    };
    may(&site, &actor, &described, target.as_ref())?;
    if let Some(target) = &target {
        command.check_version(target.version)?;
    }
    let acting_for = on_behalf(app, &site, &actor, request.acting_for).await?;
    let mut input = check_form(&described.form, &request.input).map_err(Refusal::Invalid)?;
    check_named(app, &site, &described, &input).await?;
    let plain = Value::Object(input.clone());
    let held = HeldBack::take(&described.form, &site.grant, &mut input);
    let item = target.as_ref().map(|row| site.item(row)).transpose()?;
    let question = Question::Act { action: described.key.clone(), target: item, input: input.into() };
    let mut prepared = Prepared {
        question,
        confirmed_by: vec![actor.pseudonym.clone()],
        confirmation: None,
        actor: Some(actor),
        acting_for,
        held,
        plain,
        id,
        now: app.now(),
        site: Arc::new(site),
    };
    if described.confirmations < 2 {
        return Ok(Ok(prepared));
    }
    match confirm::by_another(app, &prepared, false).await? {
        Some((waiting, first)) => {
            prepared.confirmed_by.insert(0, first);
            prepared.confirmation = Some(waiting);
            Ok(Ok(prepared))
        }
        None => confirm::wait(app, who, command, &prepared, None).await.map(Err),
    }
}

/// Phase, role and state, in the order in which a person would want to hear of them.
fn may(site: &Site, actor: &Insider, action: &Action, target: Option<&record::Model>) -> Result<(), Refusal> {
    match site.phase() {
        Phase::Ended => return Err(Refusal::rule("project-ended")),
        Phase::Held if !action.protective => return Err(Refusal::rule("project-held")),
        Phase::Held | Phase::Preparing | Phase::Running => {}
    }
    if !action.roles.iter().any(|r| actor.has(r)) {
        return Err(Refusal::NotAllowed);
    }
    match (&action.on, target) {
        (None, None) => Ok(()),
        (Some(on), Some(target)) if *on == target.kind => {
            if action.from.contains(&target.state) {
                return Ok(());
            }
            let names =
                [("kind", format!("record-{on}")), ("state", target.state.clone()), ("event", action.key.clone())];
            Err(names.into_iter().fold(Refusal::rule("record-wrong-state"), |r, (key, value)| r.with(key, value)))
        }
        _ => Err(Refusal::BadRequest("the action does not fit its target".to_string())),
    }
}

pub(super) async fn record_of(app: &App, site: &Site, id: Uuid) -> Result<record::Model, Refusal> {
    let found = record::Entity::find_by_id((app.tenant, id)).one(app.db.read()).await?;
    found.filter(|r| r.project_id == site.project()).ok_or(Refusal::NotFound)
}

async fn on_behalf(
    app: &App,
    site: &Site,
    actor: &Insider,
    member: Option<Uuid>,
) -> Result<Option<(Uuid, String)>, Refusal> {
    let Some(id) = member else { return Ok(None) };
    if !actor.is_staff() {
        return Err(Refusal::rule("acting-for-staff-only"));
    }
    let member = people::member(app.db.read(), app.tenant, site.project(), id).await?;
    if member.ended_at.is_some() {
        return Err(Refusal::NotFound);
    }
    Ok(Some((member.id, member.pseudonym)))
}

/// Persons and records that the answers name must be those of this project.
async fn check_named(app: &App, site: &Site, action: &Action, input: &Map<String, Value>) -> Result<(), Refusal> {
    let mut errors = Vec::new();
    for field in &action.form {
        let Some(answer) = input.get(&field.key) else { continue };
        let named: Vec<&str> = match answer {
            Value::String(one) => vec![one],
            Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
            _ => continue,
        };
        let fits = match field.kind {
            FieldType::Person | FieldType::Persons => are_members(app, site, &named).await?,
            FieldType::Record => is_record(app, site, field.of.as_deref(), &named).await?,
            _ => true,
        };
        if !fits {
            errors.push(FieldError { field: field.key.clone(), problem: FieldProblem::NotAnOption });
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors)) }
}

async fn are_members(app: &App, site: &Site, pseudonyms: &[&str]) -> Result<bool, Refusal> {
    use project_member::Column as C;
    let mut distinct = pseudonyms.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let known = project_member::Entity::find()
        .filter(C::TenantId.eq(app.tenant))
        .filter(C::ProjectId.eq(site.project()))
        .filter(C::Pseudonym.is_in(distinct.iter().copied()))
        .filter(C::EndedAt.is_null())
        .count(app.db.read())
        .await?;
    Ok(known == distinct.len() as u64)
}

async fn is_record(app: &App, site: &Site, kind: Option<&str>, ids: &[&str]) -> Result<bool, Refusal> {
    for id in ids {
        let Ok(id) = Uuid::parse_str(id) else { return Ok(false) };
        match record_of(app, site, id).await {
            Ok(row) if kind.is_none_or(|k| k == row.kind) => {}
            Ok(_) | Err(Refusal::NotFound) => return Ok(false),
            Err(other) => return Err(other),
        }
    }
    Ok(true)
}
