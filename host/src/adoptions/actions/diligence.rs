//! The office's due diligence: it records what it looked up, topic by topic, and concludes that the sponsor passes.

use super::interest::sponsor;
use super::{link, place, tell_office, tell_sponsor, update};
use crate::adoptions::diligence::{self, CHECK_DUE, NewFinding};
use crate::adoptions::model::said;
use crate::adoptions::queries::{self, Seen, find_visible};
use crate::adoptions::{AdoptionEvent, AdoptionMachine, AdoptionState, partners, rules};
use crate::lifecycle::{Command, Done, Machine, Step, permit, wrong_state};
use crate::{App, Refusal, Who, calendar, needs};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::{Value, json};
use twoway_entity::adoptions::adoption;
use twoway_entity::agreements::finding;
use twoway_ids::Uuid;

/// The office writes down what it has looked up, without a conclusion: a concern stays on record whatever follows.
pub async fn record_findings(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    new: Vec<NewFinding>,
) -> Result<Done, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    permit::<AdoptionMachine>(who, AdoptionEvent::Check, &place(&seen.row))?;
    command.check_version(seen.row.version)?;
    if AdoptionMachine::next(seen.row.state, AdoptionEvent::Check).is_none() {
        return Err(wrong_state::<AdoptionMachine>(seen.row.state, AdoptionEvent::Check));
    }
    if new.is_empty() {
        return Err(Refusal::rule("no-findings"));
    }
    let before = diligence::findings(db, who.tenant, id).await?.len();
    app.act(who, command, move |step| async move {
        let row = &seen.row;
        let payload = json!({ "findings": told(&new) });
        step.touch::<AdoptionMachine>(id, (row.state, row.version), "diligence-recorded", payload).await?;
        write(&step, id, before, new).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

fn told(new: &[NewFinding]) -> Vec<Value> {
    new.iter().map(|f| json!({ "topic": f.topic, "outcome": f.outcome, "source": f.source })).collect()
}

async fn write(step: &Step, adoption: Uuid, before: usize, new: Vec<NewFinding>) -> Result<(), Refusal> {
    let by = step.who().account().ok_or(Refusal::SignedOut)?;
    let mut rows = Vec::with_capacity(new.len());
    for (at, f) in new.into_iter().enumerate() {
        let number = i32::try_from(before + at + 1).map_err(|_| Refusal::rule("no-findings"))?;
        rows.push(finding::Model {
            tenant_id: step.who().tenant,
            id: step.new_id(),
            adoption_id: adoption,
            number,
            topic: f.topic,
            outcome: f.outcome,
            source: f.source,
            checked_on: f.checked_on,
            certificate: f.certificate,
            valid_until: f.valid_until,
            note: f.note,
            by,
            at: step.now(),
        });
    }
    if rows.is_empty() {
        return Ok(());
    }
    let models = rows.iter().cloned().map(|r| finding::ActiveModel {
        tenant_id: Set(r.tenant_id),
        id: Set(r.id),
        adoption_id: Set(r.adoption_id),
        number: Set(r.number),
        topic: Set(r.topic),
        outcome: Set(r.outcome),
        source: Set(r.source),
        checked_on: Set(r.checked_on),
        certificate: Set(r.certificate),
        valid_until: Set(r.valid_until),
        note: Set(r.note),
        by: Set(r.by),
        at: Set(r.at),
    });
    finding::Entity::insert_many(models)
        .exec_without_returning(step.tx())
        .await
        .map_err(crate::refusal::stale_if_taken)?;
    step.wrote_rows(&rows);
    Ok(())
}

/// The office concludes that the sponsor passes, with what it has looked up now and before. It may conclude again until the text of
/// the agreement is frozen.
pub async fn check(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    note: &str,
    new: Vec<NewFinding>,
) -> Result<Done, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    permit::<AdoptionMachine>(who, AdoptionEvent::Check, &place(&seen.row))?;
    command.check_version(seen.row.version)?;
    rules::diligence_passes(&sponsor(db, &seen).await?, seen.row.related_party)?;
    partners::all_answered(db, &seen).await?;
    for partner in partners::joined(db, who.tenant, id).await? {
        rules::diligence_passes(&partner.house, partner.row.related_party)?;
    }
    let note = said("note", note, 10, 2_000)?;
    let mut all = diligence::findings(db, who.tenant, id).await?;
    let before = all.len();
    all.extend(new.iter().map(|f| as_row(f, id)));
    let lines: Vec<_> = seen.lines.iter().map(|l| &l.line).collect();
    let statement = diligence::statement(db, who.tenant, id).await?;
    diligence::passes(&lines, statement.as_ref(), &all)?;
    app.act(who, command, move |step| async move {
        let row = &seen.row;
        let waits_for = seen.lines.first().filter(|_| row.state == AdoptionState::Queued).map(|l| l.line.id);
        if let Some(line) = waits_for {
            needs::lock(step.tx(), row.tenant_id, line).await?;
        }
        let payload = json!({ "note": note, "findings": told(&new) });
        step.advance::<AdoptionMachine>(id, (row.state, row.version), AdoptionEvent::Check, payload).await?;
        write(&step, id, before, new).await?;
        update(row.tenant_id, id)
            .col_expr(adoption::Column::CheckedAt, Expr::value(step.now()))
            .col_expr(adoption::Column::CheckedBy, Expr::value(step.who().account()))
            .col_expr(adoption::Column::CheckNote, Expr::value(note))
            .exec(step.tx())
            .await?;
        step.cancel_timer(CHECK_DUE, &id.to_string()).await?;
        let told = json!({ "project": seen.proposal.title });
        match waits_for {
            None if row.checked_at.is_some() => Ok(Done { id, version: row.version + 1 }),
            None => {
                tell_sponsor(&step, &seen, "notice-adoption-checked", told).await?;
                Ok(Done { id, version: row.version + 1 })
            }
            // Something may be open that nobody before it may take.
            Some(line) => {
                tell_sponsor(&step, &seen, "notice-adoption-checked-queued", told).await?;
                super::queue::call(&step, line).await?;
                let version = queries::load(step.tx(), step.who(), id).await?.row.version;
                Ok(Done { id, version })
            }
        }
    })
    .await
}

/// A finding as the guards read it, before it is written.
fn as_row(f: &NewFinding, adoption: Uuid) -> finding::Model {
    finding::Model {
        tenant_id: Uuid::nil(),
        id: Uuid::nil(),
        adoption_id: adoption,
        number: 0,
        topic: f.topic,
        outcome: f.outcome,
        source: f.source.clone(),
        checked_on: f.checked_on.clone(),
        certificate: f.certificate.clone(),
        valid_until: f.valid_until.clone(),
        note: f.note.clone(),
        by: Uuid::nil(),
        at: 0,
    }
}

/// The office has ten working days; the timer's key is the adoption.
pub(super) async fn set_check_timer(step: &Step, id: Uuid) -> Result<(), Refusal> {
    let offset = step.app().config.utc_offset_minutes;
    let due =
        calendar::load(step.tx(), step.who().tenant, offset).await?.add_workdays(step.now(), diligence::CHECK_DAYS);
    step.set_timer(CHECK_DUE, id.to_string(), due, ("adoption", id), json!({})).await
}

/// The ten working days are over: the office is reminded of a sponsor that nobody has checked.
pub async fn remind_of_check(app: &App, who: &Who, id: Uuid) -> Result<(), Refusal> {
    let seen: Seen = match find_visible(app.db.read(), who, id).await {
        Err(Refusal::NotFound) => return Ok(()),
        found => found?,
    };
    let waits = matches!(seen.row.state, AdoptionState::Interested | AdoptionState::Queued);
    if !waits || seen.row.checked_at.is_some() {
        return Ok(());
    }
    app.act(who, &Command::default(), move |step| async move {
        step.record("adoption", id, "check-reminded", json!({}));
        let sponsor = sponsor(step.tx(), &seen).await?;
        let told = json!({ "project": seen.proposal.title, "sponsor": sponsor.name, "days": diligence::CHECK_DAYS });
        tell_office(&step, &seen.row.path, "notice-adoption-check-due", told, link(id)).await?;
        Ok(Done { id, version: seen.row.version })
    })
    .await?;
    Ok(())
}
