//! The days of delivery: reminders before and after, a later day by agreement, and the lapse of what is 30 days late without one.

use super::release::{conclude, give_back};
use super::{link, place, tell_office, tell_sponsor};
use crate::adoptions::conditions;
use crate::adoptions::fulfilment::{self, next_stage, waiting};
use crate::adoptions::model::Committed;
use crate::adoptions::queries::{self, Seen};
use crate::adoptions::{AdoptionEvent, AdoptionMachine, RUNNING};
use crate::calendar::{Calendar, today};
use crate::lifecycle::{Command, Done, Step, permit};
use crate::{App, Refusal, Who};
use chrono::NaiveDate;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use serde_json::json;
use twoway_entity::adoptions::commitment;
use twoway_entity::fulfilment::{AskKind, Cause};
use twoway_ids::{DAY, HOUR, Millis, Uuid};

/// The job that reminds of one line's day of delivery and lets it lapse.
pub const DUE: &str = "adoptions.due";

/// Nine in the morning of a local day, when people are told.
pub(super) fn morning(app: &App, day: &str) -> Result<Millis, Refusal> {
    let day: NaiveDate = day.parse().map_err(|_| anyhow::anyhow!("{day} is no day"))?;
    let calendar = Calendar { utc_offset: app.config.utc_offset_minutes, ..Calendar::default() };
    Ok(calendar.start_of(day) + 9 * HOUR)
}

/// The agreement is in force: each line has its day, and its clock runs.
pub(super) async fn begin(step: &Step, seen: &Seen) -> Result<(), Refusal> {
    for line in &seen.lines {
        // Signing may have taken longer than the line's own day.
        let due = line.due_on().max(today(step.app()).as_str()).to_string();
        set_day(step, line.commitment.id, &due).await?;
    }
    Ok(())
}

/// Sets the day of one commitment anew: reminders begin from the start.
pub(super) async fn set_day(step: &Step, id: Uuid, due: &str) -> Result<(), Refusal> {
    commitment::Entity::update_many()
        .col_expr(commitment::Column::DueOn, Expr::value(Some(due)))
        .col_expr(commitment::Column::Reminded, Expr::value(Option::<i32>::None))
        .filter(commitment::Column::TenantId.eq(step.who().tenant))
        .filter(commitment::Column::Id.eq(id))
        .exec(step.tx())
        .await?;
    step.wrote(commitment::Entity, id);
    match next_stage(morning(step.app(), due)?, None, step.now()) {
        Some((_, at)) => set_clock(step, id, at).await,
        None => Ok(()),
    }
}

async fn set_clock(step: &Step, commitment: Uuid, at: Millis) -> Result<(), Refusal> {
    step.set_timer(DUE, commitment.to_string(), at, ("commitment", commitment), json!({})).await
}

/// The timer of one commitment: reminds, or lets what is 30 days late lapse. Called twice it does it once.
pub async fn due(app: &App, who: &Who, id: Uuid) -> Result<(), Refusal> {
    let db = app.db.read();
    let Some(row) = commitment::Entity::find_by_id((who.tenant, id)).one(db).await? else { return Ok(()) };
    let seen = queries::load(db, who, row.adoption_id).await?;
    let Some(line) = seen.lines.iter().find(|l| l.commitment.id == id).cloned() else { return Ok(()) };
    if !RUNNING.contains(&seen.row.state) || line.outstanding() == 0 {
        return Ok(());
    }
    let due = morning(app, line.due_on())?;
    let Some((stage, at)) = next_stage(due, line.commitment.reminded, app.now()) else { return Ok(()) };
    if at > app.now() {
        return Ok(());
    }
    // What may never bind is neither asked for nor lapses; the clock looks again tomorrow.
    if conditions::waiting(db, who.tenant, [seen.row.id]).await?.contains_key(&id) {
        app.act(who, &Command::default(), move |step| async move {
            set_clock(&step, id, step.now() + DAY).await?;
            Ok(Done { id, version: seen.row.version })
        })
        .await?;
        return Ok(());
    }
    if stage == 30 {
        return lapse(app, who, seen, line).await;
    }
    app.act(who, &Command::default(), move |step| async move {
        let fresh =
            Condition::any().add(commitment::Column::Reminded.is_null()).add(commitment::Column::Reminded.lt(stage));
        let marked = commitment::Entity::update_many()
            .col_expr(commitment::Column::Reminded, Expr::value(Some(stage)))
            .filter(commitment::Column::TenantId.eq(seen.row.tenant_id))
            .filter(commitment::Column::Id.eq(id))
            .filter(fresh)
            .exec(step.tx())
            .await?;
        if marked.rows_affected == 1 {
            step.wrote(commitment::Entity, id);
            let facts = json!({ "line": line.line.title, "due": line.due_on(), "days": stage });
            step.record("adoption", seen.row.id, "due-reminded", facts);
            remind(&step, &seen, &line, stage).await?;
            if let Some((_, at)) = next_stage(due, Some(stage), step.now()) {
                set_clock(&step, id, at).await?;
            }
        }
        Ok(Done { id, version: seen.row.version })
    })
    .await?;
    Ok(())
}

async fn remind(step: &Step, seen: &Seen, line: &Committed, stage: i32) -> Result<(), Refusal> {
    let told = json!({
        "project": seen.proposal.title, "line": line.line.title, "n": line.outstanding(), "unit": line.line.unit,
        "due": line.due_on(), "days": stage.abs(),
    });
    let template = match stage {
        ..0 => "notice-delivery-soon",
        0 => "notice-delivery-today",
        1.. => "notice-delivery-late",
    };
    tell_sponsor(step, seen, template, told.clone()).await?;
    if stage >= 0 {
        tell_office(step, &seen.row.path, template, told, link(seen.row.id)).await?;
    }
    Ok(())
}

/// 30 days late: what is neither delivered nor waits for the receiver's word is open again. While a later day is being talked about,
/// or a change of use keeps the line frozen, nothing lapses and the clock looks again tomorrow.
async fn lapse(app: &App, who: &Who, seen: Seen, line: Committed) -> Result<(), Refusal> {
    let db = app.db.read();
    let id = line.commitment.id;
    let asks = fulfilment::asks(db, who.tenant, seen.row.id).await?;
    let frozen = fulfilment::frozen(db, who.tenant, &[line.line.id]).await?;
    let rest = line.outstanding() - line.pending(&queries::deliveries(db, who.tenant, seen.row.id).await?);
    let waits = waiting(&asks, AskKind::Delay, Some(id)).is_some()
        || waiting(&asks, AskKind::Hardship, None).is_some()
        || !frozen.is_empty();
    if !waits && rest > 0 {
        permit::<AdoptionMachine>(who, AdoptionEvent::Lapse, &place(&seen.row))?;
    }
    app.act(who, &Command::default(), move |step| async move {
        let row = &seen.row;
        if waits || rest < 1 {
            set_clock(&step, id, step.now() + DAY).await?;
            return Ok(Done { id, version: row.version });
        }
        let facts = json!({ "line": line.line.title, "quantity": rest, "unit": line.line.unit, "due": line.due_on() });
        step.touch::<AdoptionMachine>(row.id, (row.state, row.version), "rest-lapsed", facts).await?;
        let delivered: i64 = seen.lines.iter().map(|l| l.commitment.delivered).sum();
        let outstanding = seen.lines.iter().map(Committed::outstanding).sum::<i64>() - rest;
        let version = conclude(&step, &seen, (row.state, row.version + 1), outstanding, delivered).await?;
        give_back(&step, &seen, vec![(&line, rest)], Cause::Lapsed, "").await?;
        if line.outstanding() > rest {
            set_clock(&step, id, step.now() + DAY).await?;
        }
        let told = json!({
            "project": seen.proposal.title, "line": line.line.title, "n": rest, "unit": line.line.unit, "due": line.due_on(),
        });
        super::tell_parties(&step, &seen, "notice-delivery-lapsed", told).await?;
        Ok(Done { id, version })
    })
    .await?;
    Ok(())
}
