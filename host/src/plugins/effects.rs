//! What a decision does besides records.

use super::audience;
use super::decide::Prepared;
use super::incidents::{self, Report};
use super::model::Phase;
use super::snapshot::{balance, code_hash};
use crate::Refusal;
use crate::lifecycle::Step;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use twoway_entity::plugins::{attendance_fact, ledger_entry, one_time_code, plugin_task, publication};
use twoway_ids::{MINUTE, Millis, Uuid};
use twoway_runtime::Write;

pub(super) async fn apply(step: &Step, p: &Prepared, write: &Write, actor: Option<Uuid>) -> Result<(), Refusal> {
    match write {
        Write::Create { .. } | Write::Update { .. } => Ok(()),
        Write::Notify { key, audience, template, values, urgent } => {
            audience::send(step, &p.site, key, audience, (template, values), *urgent).await
        }
        Write::SetTimer { name, target, at, values } => set_timer(step, p, name, target.as_deref(), *at, values).await,
        Write::CancelTimer { name, target } => {
            step.cancel_timer(TICK, &timer_key(p.site.project(), name, target.as_deref())).await
        }
        Write::OpenTask { key, assignee, action, target, due } => {
            open_task(step, p, (key, assignee, action), target.as_deref(), *due).await
        }
        Write::CloseTask { key } => close_task(step, p, key).await,
        Write::Attendance { who, session, at, what, evidence } => {
            attendance(step, p, (who, session, what), *at, evidence).await
        }
        Write::Ledger { book, key, quantity, entry } => append(step, p, (book, key), *quantity, entry).await,
        Write::IssueCode { purpose, target, to, valid_minutes } => {
            issue_code(step, p, (purpose, target, to), *valid_minutes).await
        }
        Write::SpendCode { purpose, target, code } => spend_code(step, p, purpose, target, code).await,
        Write::Publish { target, card, until } => publish(step, p, target, card, *until).await,
        Write::Withdraw { target } => withdraw(step, p, target).await,
        Write::Incident { key, what, target, severity, values } => {
            let report = Report { key, what, target: target.as_deref(), severity, values };
            incidents::report(step, p, report, actor).await
        }
    }
}

/// The kind of the jobs that are a plugin's timers.
pub(super) const TICK: &str = "plugins.tick";

fn timer_key(project: Uuid, name: &str, target: Option<&str>) -> String {
    format!("{project}/{name}/{}", target.unwrap_or("-"))
}

async fn set_timer(
    step: &Step,
    p: &Prepared,
    name: &str,
    target: Option<&str>,
    at: Millis,
    values: &Value,
) -> Result<(), Refusal> {
    let project = p.site.project();
    let payload = json!({"project": project, "timer": name, "target": target, "values": values});
    step.set_timer(TICK, timer_key(project, name, target), at, ("project", project), payload).await
}

async fn open_task(
    step: &Step,
    p: &Prepared,
    (key, assignee, action): (&str, &str, &str),
    target: Option<&str>,
    due: Option<Millis>,
) -> Result<(), Refusal> {
    use plugin_task::Column as C;
    let row = plugin_task::ActiveModel {
        tenant_id: Set(step.who().tenant),
        id: Set(step.new_id()),
        project_id: Set(p.site.project()),
        key: Set(key.chars().take(200).collect()),
        assignee: Set(assignee.chars().take(64).collect()),
        action: Set(action.to_string()),
        target_id: Set(target.and_then(|t| Uuid::parse_str(t).ok())),
        due_at: Set(due),
        opened_at: Set(step.now()),
        closed_at: Set(None),
    };
    let task = plugin_task::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([C::TenantId, C::ProjectId, C::Key])
                .update_columns([C::Assignee, C::Action, C::TargetId, C::DueAt, C::ClosedAt])
                .to_owned(),
        )
        .exec_with_returning(step.tx())
        .await?;
    step.wrote(plugin_task::Entity, task.id);
    Ok(())
}

async fn close_task(step: &Step, p: &Prepared, key: &str) -> Result<(), Refusal> {
    use plugin_task::Column as C;
    let closed = plugin_task::Entity::update_many()
        .col_expr(C::ClosedAt, Expr::value(step.now()))
        .filter(C::TenantId.eq(step.who().tenant))
        .filter(C::ProjectId.eq(p.site.project()))
        .filter(C::Key.eq(key))
        .filter(C::ClosedAt.is_null())
        .exec_with_returning(step.tx())
        .await?;
    step.wrote_rows(&closed);
    Ok(())
}

async fn attendance(
    step: &Step,
    p: &Prepared,
    (who, session, what): (&str, &str, &str),
    at: Millis,
    evidence: &Value,
) -> Result<(), Refusal> {
    use attendance_fact::Column as C;
    let id = step.new_id();
    let row = attendance_fact::ActiveModel {
        tenant_id: Set(step.who().tenant),
        id: Set(id),
        project_id: Set(p.site.project()),
        person: Set(who.chars().take(32).collect()),
        session: Set(session.chars().take(200).collect()),
        what: Set(what.chars().take(40).collect()),
        at: Set(at),
        evidence: Set(evidence.clone()),
        decision_id: Set(p.id),
    };
    attendance_fact::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([C::TenantId, C::ProjectId, C::Session, C::Person, C::What, C::At])
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(step.tx())
        .await?;
    step.wrote(attendance_fact::Entity, id);
    Ok(())
}

/// Errors: `ledger-negative`, when the book would hold less than nothing.
async fn append(
    step: &Step,
    p: &Prepared,
    (book, key): (&str, &str),
    quantity: i64,
    entry: &Value,
) -> Result<(), Refusal> {
    let (tenant, project) = (step.who().tenant, p.site.project());
    let id = step.new_id();
    let row = ledger_entry::ActiveModel {
        tenant_id: Set(tenant),
        id: Set(id),
        project_id: Set(project),
        book: Set(book.chars().take(64).collect()),
        key: Set(key.chars().take(200).collect()),
        quantity: Set(quantity),
        entry: Set(entry.clone()),
        at: Set(step.now()),
        decision_id: Set(p.id),
    };
    ledger_entry::Entity::insert(row).exec_without_returning(step.tx()).await?;
    step.wrote(ledger_entry::Entity, id);
    if quantity < 0 && balance(step.tx(), tenant, project, book, key).await? < 0 {
        return Err(Refusal::rule("ledger-negative").with("book", book).with("key", key));
    }
    Ok(())
}

/// Makes a code, keeps its keyed hash and tells the person. An older code for the same thing is worth nothing from then on.
///
/// Errors: `code-needs-account`: who has no account cannot be sent a code.
async fn issue_code(
    step: &Step,
    p: &Prepared,
    (purpose, target, to): (&str, &str, &str),
    valid_minutes: u32,
) -> Result<(), Refusal> {
    use one_time_code::Column as C;
    let (tenant, project) = (step.who().tenant, p.site.project());
    let Some(account) = audience::account_of(step, &p.site, to).await? else {
        return Err(Refusal::rule("code-needs-account"));
    };
    let older = one_time_code::Entity::update_many()
        .col_expr(C::ExpiresAt, Expr::value(step.now()))
        .filter(C::TenantId.eq(tenant))
        .filter(C::ProjectId.eq(project))
        .filter(C::Purpose.eq(purpose))
        .filter(C::Target.eq(target))
        .filter(C::Person.eq(to))
        .filter(C::SpentAt.is_null())
        .filter(C::ExpiresAt.gt(step.now()))
        .exec_with_returning(step.tx())
        .await?;
    step.wrote_rows(&older);
    let code = twoway_ids::new_code();
    let id = step.new_id();
    let row = one_time_code::ActiveModel {
        tenant_id: Set(tenant),
        id: Set(id),
        project_id: Set(project),
        purpose: Set(purpose.chars().take(64).collect()),
        target: Set(target.chars().take(200).collect()),
        person: Set(to.chars().take(32).collect()),
        code_hash: Set(code_hash(step.app(), project, purpose, target, &code)),
        issued_at: Set(step.now()),
        expires_at: Set(step.now() + Millis::from(valid_minutes) * MINUTE),
        spent_at: Set(None),
        wrong: Set(0),
    };
    one_time_code::Entity::insert(row).exec_without_returning(step.tx()).await?;
    step.wrote(one_time_code::Entity, id);
    let values = json!({"project": p.site.row.title, "code": code, "minutes": valid_minutes});
    crate::notices::tell(step, account, "notice-plugin-code", values, audience::link(project, Some(target)), true).await
}

async fn spend_code(step: &Step, p: &Prepared, purpose: &str, target: &str, code: &str) -> Result<(), Refusal> {
    use one_time_code::Column as C;
    let spent = one_time_code::Entity::update_many()
        .col_expr(C::SpentAt, Expr::value(step.now()))
        .filter(C::TenantId.eq(step.who().tenant))
        .filter(C::ProjectId.eq(p.site.project()))
        .filter(C::CodeHash.eq(code_hash(step.app(), p.site.project(), purpose, target, code)))
        .filter(C::SpentAt.is_null())
        .filter(C::ExpiresAt.gt(step.now()))
        .exec_with_returning(step.tx())
        .await?;
    step.wrote_rows(&spent);
    if spent.is_empty() { Err(Refusal::Stale) } else { Ok(()) }
}

/// All texts of a card.
fn texts(card: &Value) -> Vec<&str> {
    match card {
        Value::String(text) => vec![text],
        Value::Array(list) => list.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

/// Errors: `not-public-yet`: a project that does not run shows nothing; `account-number-in-text` (D1).
async fn publish(step: &Step, p: &Prepared, target: &str, card: &Value, until: Option<Millis>) -> Result<(), Refusal> {
    use publication::Column as C;
    if p.site.phase() != Phase::Running {
        return Err(Refusal::rule("not-public-yet"));
    }
    crate::lint::all(texts(card))?;
    let row = publication::ActiveModel {
        tenant_id: Set(step.who().tenant),
        project_id: Set(p.site.project()),
        target: Set(target_key(target)),
        card: Set(card.clone()),
        published_at: Set(step.now()),
        until: Set(until),
        withdrawn_at: Set(None),
    };
    publication::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([C::TenantId, C::ProjectId, C::Target])
                .update_columns([C::Card, C::PublishedAt, C::Until, C::WithdrawnAt])
                .to_owned(),
        )
        .exec_without_returning(step.tx())
        .await?;
    step.wrote(publication::Entity, (p.site.project(), target_key(target).as_str()));
    step.record(
        "project-plugin",
        p.site.project(),
        "published",
        json!({"target": target, "until": until, "decision": p.id}),
    );
    Ok(())
}

/// The id as everybody else writes it, so that erasing the record finds its card.
fn target_key(target: &str) -> String {
    Uuid::parse_str(target).map_or_else(|_| target.chars().take(64).collect(), |id| id.to_string())
}

async fn withdraw(step: &Step, p: &Prepared, target: &str) -> Result<(), Refusal> {
    use publication::Column as C;
    let gone = publication::Entity::update_many()
        .col_expr(C::WithdrawnAt, Expr::value(step.now()))
        .filter(C::TenantId.eq(step.who().tenant))
        .filter(C::ProjectId.eq(p.site.project()))
        .filter(C::Target.eq(target_key(target)))
        .filter(C::WithdrawnAt.is_null())
        .exec(step.tx())
        .await?;
    if gone.rows_affected > 0 {
        step.wrote(publication::Entity, (p.site.project(), target_key(target).as_str()));
        step.record("project-plugin", p.site.project(), "withdrawn", json!({"target": target, "decision": p.id}));
    }
    Ok(())
}
