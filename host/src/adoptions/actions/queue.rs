//! The queue behind what is taken: who waits for a quantity of a line is offered exactly what becomes open, first come first served.

use super::hold::{qualified_recipients, set_clock};
use super::interest::{begin, sponsor};
use super::{acting, link, place, tell_office, tell_parties, tell_sponsor, update};
use crate::adoptions::model::{HOLD, NewInterest, OFFER, QUEUE, Wish};
use crate::adoptions::queries::{self, Seen, find_visible};
use crate::adoptions::rules::{self, SPONSORS};
use crate::adoptions::{AdoptionEvent, AdoptionMachine, AdoptionState, bars, trades};
use crate::calendar::{local_day, today};
use crate::lifecycle::{Command, Done, Step, permit, wrong_state};
use crate::needs::{LineCoverage, Shift, shift};
use crate::{App, Refusal, Who, needs};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use twoway_entity::adoptions::{adoption, commitment};
use twoway_entity::needs::need_line;
use twoway_ids::Uuid;

/// A sponsor queues for more of a line than is open. `interest.wishes` has that one line.
///
/// Errors: `queue-not-needed` when so much is open, `queued-already`, those of an interest.
pub async fn join_queue(
    app: &App,
    who: &Who,
    command: &Command,
    line: Uuid,
    interest: NewInterest,
) -> Result<Done, Refusal> {
    if who.account().is_none() {
        return Err(Refusal::SignedOut);
    }
    if !who.holds_at(SPONSORS, interest.organization) {
        return Err(Refusal::NotAllowed);
    }
    let db = app.db.read();
    let (_, seen) = needs::queries::find_visible(db, who, line).await?;
    let proposal = seen.row;
    if !needs::queries::is_adoptable(db, &proposal).await? {
        return Err(Refusal::rule("not-in-pool"));
    }
    let sponsor = queries::organization(db, who.tenant, interest.organization).await?.ok_or(Refusal::NotFound)?;
    rules::verified_sponsor(&sponsor)?;
    bars::not_barred(app, who.tenant, sponsor.id).await?;
    rules::proper_interest(interest.clean_promotion, proposal.organization_id == Some(sponsor.id))?;
    trades::allowed(db, who.tenant, &interest.trade).await?;
    let today = today(app);
    app.act(who, &acting(command, Some(sponsor.id)), move |step| async move {
        // Decided under the line's lock: nothing becomes open and nobody joins twice in between.
        let row = needs::lock(step.tx(), proposal.tenant_id, line).await?;
        let wanted = interest.wishes.iter().map(|w| w.quantity).sum();
        rules::may_queue(&row, wanted, &today)?;
        let waiting = queries::queue(step.tx(), proposal.tenant_id, line).await?;
        if waiting.iter().any(|w| w.organization_id == sponsor.id) {
            return Err(Refusal::rule("queued-already").with("line", row.title));
        }
        let id = begin(&step, &proposal, interest, AdoptionState::Queued).await?;
        let told = json!({
            "sponsor": sponsor.name, "project": proposal.title, "line": row.title, "n": wanted, "unit": row.unit,
            "place": waiting.len() + 1,
        });
        step.notify(proposal.owner_id, "notice-adoption-queued", told.clone(), link(id)).await?;
        tell_office(&step, &proposal.path, "notice-adoption-queued", told, link(id)).await?;
        Ok(Done { id, version: 1 })
    })
    .await
}

/// Offers what is open of these lines to who waits for it. In the order of the lines' ids, as [`super::shift_all`].
pub(super) async fn call_all(step: &Step, commitments: &[commitment::Model]) -> Result<(), Refusal> {
    let mut lines: Vec<Uuid> = commitments.iter().map(|c| c.line_id).collect();
    lines.sort_unstable();
    for line in lines {
        call(step, line).await?;
    }
    Ok(())
}

/// Offers what is open of a line to the first in its queue whom the office has checked, then to the next, until nothing is open.
/// What cannot be divided waits until it is open as a whole; what can be is offered in part, and an offer that waits for its answer
/// grows when more becomes open.
pub(super) async fn call(step: &Step, line: Uuid) -> Result<(), Refusal> {
    let tenant = step.who().tenant;
    for _ in 0..QUEUE {
        let row = needs::lock(step.tx(), tenant, line).await?;
        let open = LineCoverage::from(&row).open();
        if open < 1 || row.due_on < today(step.app()) {
            return Ok(());
        }
        let Some(first) = queries::first_in_queue(step.tx(), tenant, line).await? else { return Ok(()) };
        let seen = queries::load(step.tx(), step.who(), first).await?;
        let Some(asked) = seen.lines.first().map(|l| &l.commitment) else { return Ok(()) };
        let has = if seen.row.state == AdoptionState::Offered { asked.quantity } else { 0 };
        let wanted = asked.wanted.unwrap_or(asked.quantity);
        let adoptable = needs::queries::is_adoptable(step.tx(), &seen.proposal).await?;
        if !adoptable || (!row.divisible && open < wanted) {
            return Ok(());
        }
        match offer(step, &seen, &row, open.min(wanted - has), (has, wanted)).await {
            // It left the queue in this moment; somebody else is the first now.
            Err(Refusal::Stale) => {}
            offered => offered?,
        }
    }
    Ok(())
}

/// Reserves `more` for an adoption that has `has` of the `wanted` already. The clock begins anew: there is more to decide on.
async fn offer(
    step: &Step,
    seen: &Seen,
    line: &need_line::Model,
    more: i64,
    (has, wanted): (i64, i64),
) -> Result<(), Refusal> {
    let row = &seen.row;
    let (until, quantity) = (step.now() + OFFER, has + more);
    let payload = json!({ "line": line.id, "wanted": wanted, "quantity": quantity, "more": more, "until": until });
    step.advance::<AdoptionMachine>(row.id, (row.state, row.version), AdoptionEvent::Offer, payload).await?;
    shift(step.tx(), row.tenant_id, line.id, Shift::Hold, more).await?;
    step.wrote(need_line::Entity, line.id);
    let offered = commitment::Entity::update_many()
        .col_expr(commitment::Column::Quantity, Expr::value(quantity))
        .col_expr(commitment::Column::Wanted, Expr::value(Some(wanted)))
        .filter(commitment::Column::TenantId.eq(row.tenant_id))
        .filter(commitment::Column::AdoptionId.eq(row.id))
        .exec_with_returning(step.tx())
        .await?;
    step.wrote_rows(&offered);
    update(row.tenant_id, row.id)
        .col_expr(adoption::Column::HeldUntil, Expr::value(Some(until)))
        .exec(step.tx())
        .await?;
    set_clock(step, row.id, until).await?;
    let told = json!({
        "project": seen.proposal.title, "line": line.title, "n": quantity, "unit": line.unit,
        "until": local_day(step.app(), until),
    });
    tell_sponsor(step, seen, "notice-adoption-offered", told.clone()).await?;
    step.notify(seen.proposal.owner_id, "notice-adoption-offered-team", told.clone(), link(row.id)).await?;
    tell_office(step, &row.path, "notice-adoption-offered-team", told, link(row.id)).await
}

/// The signatory takes what the queue offers: it is held for 15 days like any other hold.
pub async fn take_offer(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    permit::<AdoptionMachine>(who, AdoptionEvent::Hold, &place(&seen.row))?;
    command.check_version(seen.row.version)?;
    if seen.row.state != AdoptionState::Offered {
        return Err(wrong_state::<AdoptionMachine>(seen.row.state, AdoptionEvent::Hold));
    }
    rules::signatory(who, seen.row.organization_id)?;
    rules::diligence_done(&seen.row)?;
    rules::verified_sponsor(&sponsor(db, &seen).await?)?;
    bars::not_barred(app, who.tenant, seen.row.organization_id).await?;
    qualified_recipients(db, who, seen.lines.iter().map(|l| &l.line)).await?;
    app.act(who, &acting(command, Some(seen.row.organization_id)), move |step| async move {
        let row = &seen.row;
        let until = step.now() + HOLD;
        let lines: Vec<_> =
            seen.lines.iter().map(|l| Wish { line: l.line.id, quantity: l.commitment.quantity }).collect();
        let payload = json!({ "lines": lines, "until": until });
        step.advance::<AdoptionMachine>(id, (row.state, row.version), AdoptionEvent::Hold, payload).await?;
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

/// The signatory gives back a part of what is held; `wishes` is what stays. The clock runs on.
pub async fn reduce(app: &App, who: &Who, command: &Command, id: Uuid, wishes: Vec<Wish>) -> Result<Done, Refusal> {
    let seen = find_visible(app.db.read(), who, id).await?;
    permit::<AdoptionMachine>(who, AdoptionEvent::Reduce, &place(&seen.row))?;
    command.check_version(seen.row.version)?;
    rules::signatory(who, seen.row.organization_id)?;
    rules::reduces(&seen.lines, &wishes)?;
    app.act(who, &acting(command, Some(seen.row.organization_id)), move |step| async move {
        let row = &seen.row;
        let payload = json!({ "lines": wishes });
        step.advance::<AdoptionMachine>(id, (row.state, row.version), AdoptionEvent::Reduce, payload).await?;
        let mut freed: Vec<(Uuid, i64)> = Vec::new();
        for line in &seen.lines {
            let stays = wishes.iter().find(|w| w.line == line.line.id).map_or(0, |w| w.quantity);
            let back = line.commitment.quantity - stays;
            if back == 0 {
                continue;
            }
            freed.push((line.line.id, back));
            let key = (row.tenant_id, line.commitment.id);
            step.wrote(commitment::Entity, key.1);
            if stays == 0 {
                commitment::Entity::delete_by_id(key).exec(step.tx()).await?;
                super::conditions::forget(&step, key.1).await?;
            } else {
                commitment::Entity::update_many()
                    .col_expr(commitment::Column::Quantity, Expr::value(stays))
                    .filter(commitment::Column::TenantId.eq(key.0))
                    .filter(commitment::Column::Id.eq(key.1))
                    .exec(step.tx())
                    .await?;
            }
        }
        freed.sort_unstable();
        for (line, back) in &freed {
            shift(step.tx(), row.tenant_id, *line, Shift::Release, *back).await?;
            step.wrote(need_line::Entity, *line);
        }
        for (line, _) in &freed {
            call(&step, *line).await?;
        }
        let told = json!({ "project": seen.proposal.title });
        tell_parties(&step, &seen, "notice-adoption-reduced", told).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}
