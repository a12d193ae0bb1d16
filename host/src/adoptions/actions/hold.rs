use super::interest::{commit_to, sponsor};
use super::queue::call_all;
use super::{acting, place, shift_all, tell_parties, update};
use crate::adoptions::model::{HOLD, Wish, said};
use crate::adoptions::queries::{self, Seen, find_visible};
use crate::adoptions::{AdoptionEvent, AdoptionMachine, AdoptionState, HOLDING, diligence, reserves, rules};
use crate::calendar::{local_day, today};
use crate::lifecycle::{Command, Done, Step, permit, wrong_state};
use crate::needs::{NeedKind, Shift, shift};
use crate::{App, Refusal, Who, needs};
use sea_orm::sea_query::Expr;
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::json;
use twoway_entity::adoptions::{adoption, commitment};
use twoway_entity::needs::need_line;
use twoway_ids::{Millis, Uuid};

/// The job that lets a hold lapse.
pub const LAPSE: &str = "adoptions.lapse";

/// The signatory reserves quantities for 15 days. They replace what was wished for before.
pub async fn hold(app: &App, who: &Who, command: &Command, id: Uuid, wishes: Vec<Wish>) -> Result<Done, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    permit::<AdoptionMachine>(who, AdoptionEvent::Hold, &place(&seen.row))?;
    command.check_version(seen.row.version)?;
    // An offer holds its quantity already; it is taken as it is.
    if seen.row.state != AdoptionState::Interested {
        return Err(wrong_state::<AdoptionMachine>(seen.row.state, AdoptionEvent::Hold));
    }
    rules::signatory(who, seen.row.organization_id)?;
    if !needs::queries::is_adoptable(db, &seen.proposal).await? {
        return Err(Refusal::rule("not-in-pool"));
    }
    rules::diligence_done(&seen.row)?;
    rules::verified_sponsor(&sponsor(db, &seen).await?)?;
    let lines = needs::queries::lines(db, who, seen.row.proposal_id).await?;
    rules::wishes_fit(&wishes, &lines, &today(app))?;
    let taken: Vec<_> = lines.iter().filter(|l| wishes.iter().any(|w| w.line == l.id)).collect();
    qualified_recipients(db, who, taken.iter().copied()).await?;
    // Other lines than those of the interest may need more to be looked at.
    let stated = diligence::statement(db, who.tenant, id).await?;
    diligence::passes(&taken, stated.as_ref(), &diligence::findings(db, who.tenant, id).await?)?;
    app.act(who, &acting(command, Some(seen.row.organization_id)), move |step| async move {
        let row = &seen.row;
        let until = step.now() + HOLD;
        let payload = json!({ "lines": wishes, "until": until });
        step.advance::<AdoptionMachine>(id, (row.state, row.version), AdoptionEvent::Hold, payload).await?;
        let mut commitments = commit_to(&step, id, &wishes).await?;
        commitments.sort_by_key(|c| c.line_id);
        for commitment in &commitments {
            reserve(&step, commitment).await?;
        }
        update(row.tenant_id, id)
            .col_expr(adoption::Column::HeldUntil, Expr::value(Some(until)))
            .exec(step.tx())
            .await?;
        set_clock(&step, id, until).await?;
        let told = json!({ "project": seen.proposal.title, "until": local_day(step.app(), until) });
        tell_parties(&step, &seen, "notice-adoption-held", told).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Who receives the money of these lines is qualified still.
pub(super) async fn qualified_recipients(
    db: &impl ConnectionTrait,
    who: &Who,
    lines: impl Iterator<Item = &need_line::Model>,
) -> Result<(), Refusal> {
    let recipients = lines.filter(|l| l.kind == NeedKind::Money).map(|l| l.recipient_id.unwrap_or_default());
    let recipients: Vec<Uuid> = recipients.collect();
    let found = queries::organizations(db, who.tenant, recipients.iter().copied()).await?;
    for recipient in &recipients {
        needs::rules::qualified_recipient(found.get(recipient))?;
    }
    Ok(())
}

/// Holds one line, or says how much of it is open now.
async fn reserve(step: &Step, commitment: &commitment::Model) -> Result<(), Refusal> {
    let tenant = step.who().tenant;
    let refused = match shift(step.tx(), tenant, commitment.line_id, Shift::Hold, commitment.quantity).await {
        Ok(()) => {
            step.wrote(need_line::Entity, commitment.line_id);
            return Ok(());
        }
        Err(refused) => refused,
    };
    match need_line::Entity::find_by_id((tenant, commitment.line_id)).one(step.tx()).await? {
        Some(line) => {
            let open = needs::LineCoverage::from(&line).open();
            Err(refused.with("line", line.title).with("unit", line.unit).with("open", open))
        }
        None => Err(Refusal::NotFound),
    }
}

/// Sets the clock of an adoption that holds something; setting it again moves it.
pub(super) async fn set_clock(step: &Step, id: Uuid, until: Millis) -> Result<(), Refusal> {
    step.set_timer(LAPSE, id.to_string(), until, ("adoption", id), json!({})).await
}

/// The signatory extends the hold once by 15 days.
pub async fn extend_hold(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let seen = find_visible(app.db.read(), who, id).await?;
    permit::<AdoptionMachine>(who, AdoptionEvent::ExtendHold, &place(&seen.row))?;
    command.check_version(seen.row.version)?;
    rules::signatory(who, seen.row.organization_id)?;
    rules::extendable(&seen.row)?;
    app.act(who, &acting(command, Some(seen.row.organization_id)), move |step| async move {
        let row = &seen.row;
        let until = row.held_until.unwrap_or(step.now()) + HOLD;
        let payload = json!({ "until": until });
        step.advance::<AdoptionMachine>(id, (row.state, row.version), AdoptionEvent::ExtendHold, payload).await?;
        update(row.tenant_id, id)
            .col_expr(adoption::Column::HeldUntil, Expr::value(Some(until)))
            .col_expr(adoption::Column::Extended, Expr::value(true))
            .exec(step.tx())
            .await?;
        set_clock(&step, id, until).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// The sponsor leaves before everybody has signed; what it held is open again.
pub async fn withdraw(app: &App, who: &Who, command: &Command, id: Uuid, reason: &str) -> Result<Done, Refusal> {
    let seen = find_visible(app.db.read(), who, id).await?;
    permit::<AdoptionMachine>(who, AdoptionEvent::Withdraw, &place(&seen.row))?;
    command.check_version(seen.row.version)?;
    rules::may_withdraw(seen.row.state)?;
    if HOLDING.contains(&seen.row.state) {
        rules::signatory(who, seen.row.organization_id)?;
    }
    let reason = said("reason", reason, 1, 1_000)?;
    app.act(who, &acting(command, Some(seen.row.organization_id)), move |step| async move {
        end(&step, &seen, AdoptionEvent::Withdraw, Some(reason.clone())).await?;
        let told = json!({ "project": seen.proposal.title, "reason": reason });
        tell_parties(&step, &seen, "notice-adoption-withdrawn", told).await?;
        Ok(Done { id, version: seen.row.version + 1 })
    })
    .await
}

/// The timer's end of a hold. One that was moved, agreed or ended meanwhile stays as it is.
pub async fn lapse(app: &App, who: &Who, id: Uuid) -> Result<(), Refusal> {
    let seen = match find_visible(app.db.read(), who, id).await {
        Err(Refusal::NotFound) => return Ok(()),
        found => found?,
    };
    if !rules::has_run_out(&seen.row, app.now()) {
        return Ok(());
    }
    permit::<AdoptionMachine>(who, AdoptionEvent::Lapse, &place(&seen.row))?;
    app.act(who, &Command::default(), move |step| async move {
        end(&step, &seen, AdoptionEvent::Lapse, None).await?;
        let told = json!({ "project": seen.proposal.title });
        tell_parties(&step, &seen, "notice-adoption-lapsed", told).await?;
        Ok(Done { id, version: seen.row.version + 1 })
    })
    .await?;
    Ok(())
}

/// Ends an adoption before it was agreed: what it held is open again, or offered to the next in the queue, and its clock stops.
pub(super) async fn end(step: &Step, seen: &Seen, event: AdoptionEvent, reason: Option<String>) -> Result<(), Refusal> {
    let row = &seen.row;
    // Whoever gives something back may let this offer grow at the same moment, and has the line first.
    if let (AdoptionState::Offered, Some(line)) = (row.state, seen.lines.first()) {
        needs::lock(step.tx(), row.tenant_id, line.line.id).await?;
    }
    step.advance::<AdoptionMachine>(row.id, (row.state, row.version), event, json!({ "reason": reason })).await?;
    update(row.tenant_id, row.id).col_expr(adoption::Column::Reason, Expr::value(reason)).exec(step.tx()).await?;
    if reserves(row.state) {
        let commitments: Vec<commitment::Model> = seen.lines.iter().map(|l| l.commitment.clone()).collect();
        shift_all(step, &commitments, Shift::Release).await?;
        call_all(step, &commitments).await?;
        step.cancel_timer(LAPSE, &row.id.to_string()).await?;
        step.cancel_timer(super::NOTICE_ENDS, &row.id.to_string()).await?;
    }
    step.cancel_timer(diligence::CHECK_DUE, &row.id.to_string()).await?;
    Ok(())
}
