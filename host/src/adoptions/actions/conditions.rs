//! What a promise depends on: written while the agreement is drafted, decided when something is agreed or when its day is over.

use super::release::{conclude, give_back};
use super::{place, tell_parties};
use crate::adoptions::conditions::{self, MOST, Needed, NewCondition, Pledge};
use crate::adoptions::model::Committed;
use crate::adoptions::queries::{self, Seen, find_visible};
use crate::adoptions::{AdoptionEvent, AdoptionMachine, AdoptionState, RUNNING, fulfilment};
use crate::calendar::{Calendar, today};
use crate::lifecycle::{Command, Done, Step, permit};
use crate::{App, Refusal, Who, needs};
use chrono::NaiveDate;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use std::collections::HashSet;
use twoway_entity::fulfilment::Cause;
use twoway_entity::sponsoring::{ConditionState, condition};
use twoway_ids::{DAY, Millis, Uuid};

/// The job at the end of a condition's day.
pub const CONDITION: &str = "adoptions.condition";

/// Office or sponsor says which lines are promised on a condition only. It replaces what stood there.
pub async fn set_conditions(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    new: Vec<NewCondition>,
) -> Result<Done, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    permit::<AdoptionMachine>(who, AdoptionEvent::DraftAgreement, &place(&seen.row))?;
    command.check_version(seen.row.version)?;
    if seen.row.state != AdoptionState::Agreement {
        return Err(Refusal::of("agreement-frozen", "P14"));
    }
    let all = needs::queries::lines(db, who, seen.row.proposal_id).await?;
    conditions::may_set(&seen.lines, &all, &new, &today(app))?;
    app.act(who, command, move |step| async move {
        let row = &seen.row;
        let payload = json!({ "conditions": new });
        step.touch::<AdoptionMachine>(id, (row.state, row.version), "conditions-changed", payload).await?;
        let before = condition::Entity::delete_many()
            .filter(condition::Column::TenantId.eq(row.tenant_id))
            .filter(condition::Column::AdoptionId.eq(id))
            .exec_with_returning(step.tx())
            .await?;
        step.wrote_rows(&before);
        for one in new {
            let Some(line) = seen.lines.iter().find(|l| l.commitment.id == one.commitment) else { continue };
            let written = condition::ActiveModel {
                tenant_id: Set(row.tenant_id),
                id: Set(one.commitment),
                adoption_id: Set(id),
                proposal_id: Set(row.proposal_id),
                line_id: Set(line.line.id),
                quantity: Set(line.commitment.quantity),
                kind: Set(one.kind),
                needed_id: Set(one.line),
                by_on: Set(one.by),
                decision: Set(ConditionState::Drafted),
                decided_at: Set(None),
            };
            condition::Entity::insert(written).exec_without_returning(step.tx()).await?;
            step.wrote(condition::Entity, one.commitment);
        }
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Moves one condition on, if it stands where it is expected; tells whether it did.
async fn moved(
    step: &Step,
    id: Uuid,
    from: ConditionState,
    to: ConditionState,
    quantity: Option<i64>,
) -> Result<bool, Refusal> {
    let decided = (to != ConditionState::Waiting).then(|| step.now());
    let mut update = condition::Entity::update_many()
        .col_expr(condition::Column::Decision, Expr::value(to))
        .col_expr(condition::Column::DecidedAt, Expr::value(decided))
        .filter(condition::Column::TenantId.eq(step.who().tenant))
        .filter(condition::Column::Id.eq(id))
        .filter(condition::Column::Decision.eq(from));
    if let Some(quantity) = quantity {
        update = update.col_expr(condition::Column::Quantity, Expr::value(quantity));
    }
    let done = update.exec(step.tx()).await?.rows_affected == 1;
    if done {
        step.wrote(condition::Entity, id);
    }
    Ok(done)
}

/// The first moment after a condition's day.
fn end_of(app: &App, day: &str) -> Result<Millis, Refusal> {
    let day: NaiveDate = day.parse().map_err(|_| anyhow::anyhow!("{day} is no day"))?;
    let calendar = Calendar { utc_offset: app.config.utc_offset_minutes, ..Calendar::default() };
    Ok(calendar.start_of(day) + DAY)
}

/// The agreement is in force: its conditions wait, and their clocks run. What is in force may be what others waited for.
pub(super) async fn begin(step: &Step, seen: &Seen) -> Result<(), Refusal> {
    for row in conditions::of(step.tx(), seen.row.tenant_id, seen.row.id).await? {
        let Some(line) = seen.lines.iter().find(|l| l.commitment.id == row.id) else { continue };
        let quantity = Some(line.commitment.quantity);
        if moved(step, row.id, ConditionState::Drafted, ConditionState::Waiting, quantity).await? {
            let at = end_of(step.app(), &row.by_on)?;
            step.set_timer(CONDITION, row.id.to_string(), at, ("commitment", row.id), json!({})).await?;
        }
    }
    settle(step, seen.row.proposal_id, &today(step.app())).await?;
    Ok(())
}

/// Decides which open conditions of a proposal are met now, and tells those whom it concerns. Whose day was before `day` is left to its
/// own clock.
async fn settle(step: &Step, proposal: Uuid, day: &str) -> Result<HashSet<Uuid>, Refusal> {
    let tenant = step.who().tenant;
    let open = condition::Entity::find()
        .filter(condition::Column::TenantId.eq(tenant))
        .filter(condition::Column::ProposalId.eq(proposal))
        .filter(condition::Column::Decision.eq(ConditionState::Waiting))
        .order_by_asc(condition::Column::Id)
        .limit(MOST)
        .all(step.tx())
        .await?;
    if open.is_empty() {
        return Ok(HashSet::new());
    }
    let lines: Vec<Needed> = needs::queries::lines(step.tx(), step.who(), proposal)
        .await?
        .iter()
        .map(|line| {
            let loose: i64 = open.iter().filter(|o| o.line_id == line.id).map(|o| o.quantity).sum();
            let firm = line.active + line.delivered - loose;
            Needed { id: line.id, minimum: line.minimum, required: line.required, firm }
        })
        .collect();
    let pledges: Vec<Pledge> = open
        .iter()
        .filter(|o| o.by_on.as_str() >= day)
        .map(|o| Pledge { id: o.id, line: o.line_id, quantity: o.quantity, needs: o.needed_id })
        .collect();
    let met = conditions::met(&lines, &pledges);
    for row in open.iter().filter(|o| met.contains(&o.id)) {
        if !moved(step, row.id, ConditionState::Waiting, ConditionState::Met, None).await? {
            continue;
        }
        step.cancel_timer(CONDITION, &row.id.to_string()).await?;
        let seen = queries::load(step.tx(), step.who(), row.adoption_id).await?;
        let Some(line) = seen.lines.iter().find(|l| l.commitment.id == row.id) else { continue };
        step.record("adoption", seen.row.id, "condition-met", facts(line, row));
        super::first_delivery::begin(step, &seen).await?;
        tell_parties(step, &seen, "notice-condition-met", told(&seen, line, row)).await?;
    }
    Ok(met)
}

fn facts(line: &Committed, row: &condition::Model) -> serde_json::Value {
    json!({ "line": line.line.title, "quantity": row.quantity, "unit": line.line.unit, "by": row.by_on })
}

fn told(seen: &Seen, line: &Committed, row: &condition::Model) -> serde_json::Value {
    json!({
        "project": seen.proposal.title, "line": line.line.title, "n": row.quantity, "unit": line.line.unit, "by": row.by_on,
    })
}

/// What was promised on this condition ends otherwise.
pub(super) async fn end(step: &Step, commitment: Uuid) -> Result<(), Refusal> {
    if moved(step, commitment, ConditionState::Waiting, ConditionState::Ended, None).await? {
        step.cancel_timer(CONDITION, &commitment.to_string()).await?;
    }
    Ok(())
}

/// What was held of this line is given back: what it depended on is nobody's question any more.
pub(super) async fn forget(step: &Step, commitment: Uuid) -> Result<(), Refusal> {
    let gone = condition::Entity::delete_many()
        .filter(condition::Column::TenantId.eq(step.who().tenant))
        .filter(condition::Column::Id.eq(commitment))
        .exec_with_returning(step.tx())
        .await?;
    step.wrote_rows(&gone);
    Ok(())
}

/// Nothing is delivered on a promise whose condition is open. Errors: `condition-open` (D7).
pub(super) async fn decided(app: &App, line: &Committed) -> Result<(), Refusal> {
    match condition::Entity::find_by_id((line.commitment.tenant_id, line.commitment.id)).one(app.db.read()).await? {
        Some(row) if row.decision == ConditionState::Waiting => {
            Err(Refusal::of("condition-open", "D7").with("line", line.line.title.clone()).with("by", row.by_on))
        }
        _ => Ok(()),
    }
}

/// The end of a condition's day: if it has not come about, exactly this quantity is open again, and nobody is to blame.
pub async fn end_condition(app: &App, who: &Who, id: Uuid) -> Result<(), Refusal> {
    let db = app.db.read();
    let Some(row) = condition::Entity::find_by_id((who.tenant, id)).one(db).await? else { return Ok(()) };
    if row.decision != ConditionState::Waiting || end_of(app, &row.by_on)? > app.now() {
        return Ok(());
    }
    let seen = queries::load(db, who, row.adoption_id).await?;
    let Some(line) = seen.lines.iter().find(|l| l.commitment.id == id).cloned() else { return Ok(()) };
    if !RUNNING.contains(&seen.row.state) {
        return Ok(());
    }
    permit::<AdoptionMachine>(who, AdoptionEvent::Release, &place(&seen.row))?;
    app.act(who, &Command::default(), move |step| async move {
        let (adoption, version) = (&seen.row, seen.row.version);
        // Two agreements that came into force at one moment did not see each other then.
        if settle(&step, row.proposal_id, &row.by_on).await?.contains(&id) {
            return Ok(Done { id, version });
        }
        step.touch::<AdoptionMachine>(adoption.id, (adoption.state, version), "condition-missed", facts(&line, &row))
            .await?;
        if !moved(&step, id, ConditionState::Waiting, ConditionState::Missed, None).await? {
            return Err(Refusal::Stale);
        }
        let rest = line.outstanding();
        let delivered: i64 = seen.lines.iter().map(|l| l.commitment.delivered).sum();
        let outstanding = seen.lines.iter().map(Committed::outstanding).sum::<i64>() - rest;
        let from = (adoption.state, version + 1);
        let before = fulfilment::releases(step.tx(), adoption.tenant_id, adoption.id).await?;
        let version = if outstanding + delivered == 0 && before.iter().all(|r| r.cause == Cause::Condition) {
            step.advance::<AdoptionMachine>(adoption.id, from, AdoptionEvent::Release, json!({})).await?;
            version + 2
        } else {
            conclude(&step, &seen, from, outstanding, delivered).await?
        };
        give_back(&step, &seen, vec![(&line, rest)], Cause::Condition, "").await?;
        tell_parties(&step, &seen, "notice-condition-missed", told(&seen, &line, &row)).await?;
        Ok(Done { id, version })
    })
    .await?;
    Ok(())
}
