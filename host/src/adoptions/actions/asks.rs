//! What one asks for and another decides: a later day, the release for hardship, a termination.

use super::due::set_day;
use super::release::give_back;
use super::{acting, link, office_of, place, tell_office, tell_parties, tell_sponsor};
use crate::adoptions::fulfilment::{self, waiting};
use crate::adoptions::model::{Committed, said};
use crate::adoptions::queries::{Seen, deliveries, find_visible};
use crate::adoptions::{AdoptionEvent, AdoptionMachine, DeliveryState, RUNNING, Side, rules};
use crate::calendar::today;
use crate::files::{self, CheckedFile, Owner};
use crate::lifecycle::{Command, Done, Step, permit};
use crate::{App, Refusal, Who, notices};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use twoway_entity::accounts::Role;
use twoway_entity::adoptions::adoption;
use twoway_entity::fulfilment::{AskKind, Cause, ask};
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;

/// Files of a release for hardship, by what they prove.
pub const REPORT: &str = "civil-affairs-report";
pub const EXPLANATION: &str = "public-explanation";
/// The kind of owner of these files.
pub const ASK_FILES: &str = "adoption-ask";

/// A question before it is asked.
struct NewAsk {
    kind: AskKind,
    commitment: Option<Uuid>,
    due_on: Option<String>,
    reason: String,
}

fn running(seen: &Seen) -> Result<(), Refusal> {
    if RUNNING.contains(&seen.row.state) { Ok(()) } else { Err(Refusal::rule("not-active")) }
}

async fn put(step: &Step, seen: &Seen, new: NewAsk) -> Result<Uuid, Refusal> {
    let row = &seen.row;
    let id = step.new_id();
    let facts = json!({ "ask": id, "reason": new.reason, "due": new.due_on });
    let name = match new.kind {
        AskKind::Delay => "delay-asked",
        AskKind::Hardship => "hardship-filed",
        AskKind::Termination => "termination-asked",
    };
    step.touch::<AdoptionMachine>(row.id, (row.state, row.version), name, facts).await?;
    let asked = ask::ActiveModel {
        tenant_id: Set(row.tenant_id),
        id: Set(id),
        adoption_id: Set(row.id),
        commitment_id: Set(new.commitment),
        kind: Set(new.kind),
        reason: Set(new.reason),
        due_on: Set(new.due_on),
        asked_by: Set(step.who().account().ok_or(Refusal::SignedOut)?),
        asked_at: Set(step.now()),
        agreed: Set(None),
        answered_by: Set(None),
        answered_at: Set(None),
        answer: Set(None),
    };
    step.wrote_rows(&[asked.insert(step.tx()).await?]);
    Ok(id)
}

/// The sponsor asks for a later day for one line. While the receiver has not answered, nothing lapses.
pub async fn ask_delay(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    commitment: Uuid,
    due_on: &str,
    reason: &str,
) -> Result<Done, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    if !seen.standing.sponsor {
        return Err(Refusal::NotAllowed);
    }
    command.check_version(seen.row.version)?;
    running(&seen)?;
    let line = seen.lines.iter().find(|l| l.commitment.id == commitment).ok_or(Refusal::NotFound)?.clone();
    let day =
        due_on.parse::<chrono::NaiveDate>().map_err(|_| Refusal::field("due_on", FieldProblem::BadDate))?.to_string();
    if line.outstanding() == 0 {
        return Err(Refusal::rule("nothing-outstanding").with("line", line.line.title.clone()));
    }
    if day.as_str() <= line.due_on() || day <= today(app) {
        return Err(Refusal::rule("day-not-later").with("due", line.due_on().to_string()));
    }
    let reason = said("reason", reason, 1, 1_000)?;
    if waiting(&fulfilment::asks(db, who.tenant, id).await?, AskKind::Delay, Some(commitment)).is_some() {
        return Err(Refusal::rule("ask-waits"));
    }
    app.act(who, &acting(command, Some(seen.row.organization_id)), move |step| async move {
        let new = NewAsk { kind: AskKind::Delay, commitment: Some(commitment), due_on: Some(day.clone()), reason };
        let asked = put(&step, &seen, new).await?;
        let told = json!({ "project": seen.proposal.title, "line": line.line.title, "due": day });
        tell_receiver(&step, &seen, &line, "notice-delay-asked", told).await?;
        Ok(Done { id: asked, version: seen.row.version + 1 })
    })
    .await
}

async fn tell_receiver(
    step: &Step,
    seen: &Seen,
    line: &Committed,
    template: &str,
    told: serde_json::Value,
) -> Result<(), Refusal> {
    step.notify(seen.proposal.owner_id, template, told.clone(), link(seen.row.id)).await?;
    match line.line.recipient_id {
        Some(recipient) => {
            notices::tell_role(step, &[Role::Recipient], recipient, template, told, link(seen.row.id)).await
        }
        None => Ok(()),
    }
}

/// The sponsor cannot carry on: it has reported to civil affairs and explained itself in public (慈善法 §41), and files both.
pub async fn file_hardship(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    reason: &str,
    papers: (Option<CheckedFile>, Option<CheckedFile>),
) -> Result<Done, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    rules::signatory(who, seen.row.organization_id)?;
    command.check_version(seen.row.version)?;
    running(&seen)?;
    let reason = said("reason", reason, 10, 2_000)?;
    let (Some(report), Some(explanation)) = papers else {
        return Err(Refusal::of("hardship-documents", "D9"));
    };
    if report.sha256 == explanation.sha256 {
        return Err(Refusal::of("hardship-documents", "D9"));
    }
    no_other_end(&fulfilment::asks(db, who.tenant, id).await?)?;
    let kept = [report.clone(), explanation.clone()];
    let command = acting(command, Some(seen.row.organization_id));
    let filed = app.act(who, &command, move |step| async move {
        let new = NewAsk { kind: AskKind::Hardship, commitment: None, due_on: None, reason };
        let asked = put(&step, &seen, new).await?;
        let owner = Owner::new(ASK_FILES, asked);
        files::attach(&step, owner, REPORT, &report).await?;
        files::attach(&step, owner, EXPLANATION, &explanation).await?;
        let told = json!({ "project": seen.proposal.title });
        tell_office(&step, &seen.row.path, "notice-hardship-filed", told, link(id)).await?;
        Ok(Done { id: asked, version: seen.row.version + 1 })
    });
    files::kept(app, &kept, filed).await
}

fn no_other_end(asks: &[ask::Model]) -> Result<(), Refusal> {
    let ends = [AskKind::Hardship, AskKind::Termination];
    if ends.into_iter().any(|kind| waiting(asks, kind, None).is_some()) {
        return Err(Refusal::rule("ask-waits"));
    }
    Ok(())
}

/// The office proposes to end an adoption, with its reason; somebody else of the office decides. Where the agreement was broken, `bar`
/// says why the organisation is to take no part for three years (M6).
pub async fn ask_termination(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    reason: &str,
    bar: Option<&str>,
) -> Result<Done, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    permit::<AdoptionMachine>(who, AdoptionEvent::Terminate, &place(&seen.row))?;
    command.check_version(seen.row.version)?;
    running(&seen)?;
    let reason = said("reason", reason, 10, 2_000)?;
    let bar = bar.map(|why| said("bar_reason", why, 10, 2_000)).transpose()?;
    no_other_end(&fulfilment::asks(db, who.tenant, id).await?)?;
    app.act(who, &acting(command, office_of(&seen.row.path)), move |step| async move {
        let new = NewAsk { kind: AskKind::Termination, commitment: None, due_on: None, reason };
        let asked = put(&step, &seen, new).await?;
        if let Some(why) = bar {
            super::bars::propose(&step, &seen, asked, why).await?;
        }
        let told = json!({ "project": seen.proposal.title });
        tell_office(&step, &seen.row.path, "notice-termination-asked", told, link(id)).await?;
        Ok(Done { id: asked, version: seen.row.version + 1 })
    })
    .await
}

/// Who may answer a question of this kind: the receiver a delay, the office the ends.
pub fn may_answer(seen: &Seen, row: &ask::Model) -> bool {
    match row.kind {
        AskKind::Delay => {
            let line = seen.lines.iter().find(|l| Some(l.commitment.id) == row.commitment_id);
            seen.standing.team || line.is_some_and(|l| seen.standing.sides(&l.line).contains(&Side::Receiver))
        }
        AskKind::Hardship | AskKind::Termination => seen.standing.office,
    }
}

/// Another person answers. What is agreed takes effect at once.
pub async fn answer_ask(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    agreed: bool,
    answer: &str,
) -> Result<Done, Refusal> {
    let db = app.db.read();
    let row = ask::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let seen = find_visible(db, who, row.adoption_id).await?;
    if !may_answer(&seen, &row) {
        return Err(Refusal::NotAllowed);
    }
    if who.account() == Some(row.asked_by) {
        return Err(Refusal::rule("second-person-answers"));
    }
    command.check_version(seen.row.version)?;
    if row.agreed.is_some() {
        return Err(Refusal::rule("answered-already"));
    }
    running(&seen)?;
    // Who refuses says why; who agrees may.
    let answer = if agreed && answer.trim().is_empty() { None } else { Some(said("answer", answer, 1, 1_000)?) };
    let ends = row.kind != AskKind::Delay;
    if agreed && ends {
        let recorded = deliveries(db, who.tenant, seen.row.id).await?;
        if recorded.iter().any(|d| d.state == DeliveryState::Recorded) {
            return Err(Refusal::rule("delivery-waits"));
        }
    }
    app.act(who, command, move |step| async move {
        let answered = ask::Entity::update_many()
            .col_expr(ask::Column::Agreed, Expr::value(Some(agreed)))
            .col_expr(ask::Column::AnsweredBy, Expr::value(step.who().account()))
            .col_expr(ask::Column::AnsweredAt, Expr::value(Some(step.now())))
            .col_expr(ask::Column::Answer, Expr::value(answer.clone()))
            .filter(ask::Column::TenantId.eq(row.tenant_id))
            .filter(ask::Column::Id.eq(id))
            .filter(ask::Column::Agreed.is_null())
            .exec(step.tx())
            .await?;
        if answered.rows_affected != 1 {
            return Err(Refusal::Stale);
        }
        step.wrote(ask::Entity, id);
        decide(&step, &seen, &row, agreed, answer).await?;
        Ok(Done { id: seen.row.id, version: seen.row.version + 1 })
    })
    .await
}

async fn decide(
    step: &Step,
    seen: &Seen,
    row: &ask::Model,
    agreed: bool,
    answer: Option<String>,
) -> Result<(), Refusal> {
    let from = (seen.row.state, seen.row.version);
    let facts =
        json!({ "ask": row.id, "reason": answer.clone().unwrap_or_else(|| row.reason.clone()), "due": row.due_on });
    let told = json!({
        "project": seen.proposal.title, "reason": answer.unwrap_or_default(), "due": row.due_on.clone().unwrap_or_default(),
    });
    match (row.kind, agreed) {
        (AskKind::Delay, true) => {
            step.touch::<AdoptionMachine>(seen.row.id, from, "delay-agreed", facts).await?;
            if let (Some(commitment), Some(due)) = (row.commitment_id, row.due_on.as_deref()) {
                set_day(step, commitment, due).await?;
            }
            tell_sponsor(step, seen, "notice-delay-agreed", told).await
        }
        (AskKind::Delay, false) => {
            step.touch::<AdoptionMachine>(seen.row.id, from, "delay-refused", facts).await?;
            tell_sponsor(step, seen, "notice-delay-refused", told).await
        }
        (AskKind::Hardship, true) => {
            end(step, seen, row, AdoptionEvent::ReleaseHardship, Cause::Hardship).await?;
            tell_parties(step, seen, "notice-hardship-accepted", told).await
        }
        (AskKind::Hardship, false) => {
            step.touch::<AdoptionMachine>(seen.row.id, from, "hardship-refused", facts).await?;
            tell_sponsor(step, seen, "notice-hardship-refused", told).await
        }
        (AskKind::Termination, true) => {
            end(step, seen, row, AdoptionEvent::Terminate, Cause::Terminated).await?;
            super::bars::decide(step, seen, row.id, true).await?;
            let told = json!({ "project": seen.proposal.title, "reason": row.reason });
            tell_parties(step, seen, "notice-adoption-terminated", told).await
        }
        (AskKind::Termination, false) => {
            super::bars::decide(step, seen, row.id, false).await?;
            step.touch::<AdoptionMachine>(seen.row.id, from, "termination-refused", facts).await?;
            tell_office(step, &seen.row.path, "notice-termination-refused", told, link(seen.row.id)).await
        }
    }
}

/// Everything that is outstanding is open again.
async fn end(step: &Step, seen: &Seen, row: &ask::Model, event: AdoptionEvent, cause: Cause) -> Result<(), Refusal> {
    let from = (seen.row.state, seen.row.version);
    step.advance::<AdoptionMachine>(seen.row.id, from, event, json!({ "ask": row.id, "reason": row.reason })).await?;
    super::update(seen.row.tenant_id, seen.row.id)
        .col_expr(adoption::Column::Reason, Expr::value(Some(row.reason.clone())))
        .exec(step.tx())
        .await?;
    let parts = seen.lines.iter().map(|line| (line, line.outstanding())).collect();
    give_back(step, seen, parts, cause, &row.reason).await?;
    // What was delivered before is thanked for and settled all the same.
    if cause == Cause::Hardship && seen.lines.iter().any(|l| l.commitment.delivered > 0) {
        super::settle::begin(step, seen).await?;
    }
    Ok(())
}
