//! From the last signature over the public notice to the agreement's force.

use super::hold::{LAPSE, set_clock};
use super::sign::{activate, new_version};
use super::{place, tell_parties, update};
use crate::adoptions::model::{AgreementTerms, HOLD, NAMED, said};
use crate::adoptions::queries::{self, Seen, find_visible};
use crate::adoptions::{AdoptionEvent, AdoptionMachine, AdoptionState, notice};
use crate::calendar::{self, local_day};
use crate::lifecycle::{Command, Done, Step, permit, wrong_state};
use crate::{App, Refusal, Who};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;
use twoway_entity::adoptions::adoption;
use twoway_entity::agreements::public_notice;
use twoway_ids::{Millis, Uuid};

/// The job that ends a public notice.
pub const NOTICE_ENDS: &str = "adoptions.notice-ends";

/// All have signed: the public notice begins. `version` is the one after the last signature. The quantities stay reserved, and the
/// clock of the signing stops.
pub(super) async fn begin_notice(step: &Step, seen: &Seen, version: i32, named: bool) -> Result<(), Refusal> {
    let row = &seen.row;
    let days = notice::days(step.tx(), row.tenant_id, seen.proposal.call_id).await?;
    let offset = step.app().config.utc_offset_minutes;
    let ends_at = calendar::load(step.tx(), row.tenant_id, offset).await?.add_workdays(step.now(), days);
    let payload = json!({ "days": days, "until": ends_at, "named": named });
    step.advance::<AdoptionMachine>(row.id, (AdoptionState::Signing, version), AdoptionEvent::Announce, payload)
        .await?;
    let announced = public_notice::ActiveModel {
        tenant_id: Set(row.tenant_id),
        adoption_id: Set(row.id),
        began_at: Set(step.now()),
        ends_at: Set(ends_at),
        held_at: Set(None),
        held_by: Set(None),
        held_reason: Set(None),
    };
    public_notice::Entity::insert(announced).exec_without_returning(step.tx()).await?;
    step.wrote(public_notice::Entity, row.id);
    update(row.tenant_id, row.id)
        .col_expr(adoption::Column::HeldUntil, Expr::value(Some(ends_at)))
        .col_expr(adoption::Column::Named, Expr::value(named))
        .exec(step.tx())
        .await?;
    step.cancel_timer(LAPSE, &row.id.to_string()).await?;
    set_end(step, row.id, ends_at).await?;
    let told = json!({ "project": seen.proposal.title, "until": local_day(step.app(), ends_at - 1) });
    tell_parties(step, seen, "notice-adoption-announced", told).await
}

async fn set_end(step: &Step, id: Uuid, at: Millis) -> Result<(), Refusal> {
    step.set_timer(NOTICE_ENDS, id.to_string(), at, ("adoption", id), json!({})).await
}

/// The timer's end of a notice: the agreement comes into force, unless something holds it back.
pub async fn end_notice(app: &App, who: &Who, id: Uuid) -> Result<(), Refusal> {
    let db = app.db.read();
    let seen = match find_visible(db, who, id).await {
        Err(Refusal::NotFound) => return Ok(()),
        found => found?,
    };
    let over = notice::of(db, who.tenant, id).await?.is_some_and(|n| n.ends_at <= app.now());
    if seen.row.state != AdoptionState::InNotice || !over {
        return Ok(());
    }
    permit::<AdoptionMachine>(who, AdoptionEvent::Activate, &place(&seen.row))?;
    let (agreed, _) = queries::agreement(db, who.tenant, id).await?.ok_or(Refusal::NotFound)?;
    let terms: AgreementTerms = serde_json::from_value(agreed.terms)?;
    app.act(who, &Command::default(), move |step| async move {
        let version = seen.row.version;
        // Asked inside the transaction: a hold raises the version, so that the two cannot pass each other.
        if notice::is_held(step.tx(), step.who().tenant, id).await? {
            return Ok(Done { id, version });
        }
        activate(&step, &seen, (AdoptionState::InNotice, version), terms.publicity == NAMED).await?;
        Ok(Done { id, version: version + 1 })
    })
    .await?;
    Ok(())
}

/// The adoption if its notice still runs: an objection may outlive it.
async fn still_in_notice(step: &Step, id: Uuid) -> Result<Option<Seen>, Refusal> {
    let seen = queries::load(step.tx(), step.who(), id).await?;
    Ok(Some(seen).filter(|seen| seen.row.state == AdoptionState::InNotice))
}

/// An objection was upheld: the agreement is drafted anew from what was signed, its quantities stay reserved for 15 days, and every
/// party reads why. One that has left its notice by itself is left as it is.
pub async fn uphold(step: &Step, id: Uuid, why: &str) -> Result<(), Refusal> {
    let Some(seen) = still_in_notice(step, id).await? else { return Ok(()) };
    let row = &seen.row;
    let (signed, _) = queries::agreement(step.tx(), row.tenant_id, id).await?.ok_or(Refusal::NotFound)?;
    let terms: AgreementTerms = serde_json::from_value(signed.terms)?;
    let until = step.now() + HOLD;
    let payload = json!({ "version": signed.number + 1, "reason": why, "until": until });
    step.advance::<AdoptionMachine>(id, (row.state, row.version), AdoptionEvent::Uphold, payload).await?;
    new_version(step, id, signed.number + 1, &terms).await?;
    notice::end(step, id).await?;
    update(row.tenant_id, id)
        .col_expr(adoption::Column::AgreementHash, Expr::value(Option::<String>::None))
        .col_expr(adoption::Column::HeldUntil, Expr::value(Some(until)))
        .col_expr(adoption::Column::Named, Expr::value(false))
        .exec(step.tx())
        .await?;
    step.cancel_timer(NOTICE_ENDS, &id.to_string()).await?;
    set_clock(step, id, until).await?;
    let told = json!({ "project": seen.proposal.title, "reason": why });
    tell_parties(step, &seen, "notice-adoption-objection-upheld", told).await
}

/// An objection came to its end without effect: the notice runs on, and ends at once if its time is over and nothing else holds it.
pub async fn go_on(step: &Step, id: Uuid) -> Result<(), Refusal> {
    let Some(seen) = still_in_notice(step, id).await? else { return Ok(()) };
    let Some(notice) = notice::of(step.tx(), seen.row.tenant_id, id).await? else { return Ok(()) };
    set_end(step, id, notice.ends_at.max(step.now())).await
}

/// The office holds a notice back, because somebody objects: the agreement does not come into force meanwhile.
pub async fn hold_notice(app: &App, who: &Who, command: &Command, id: Uuid, reason: &str) -> Result<Done, Refusal> {
    let seen = in_notice(app, who, command, id).await?;
    let reason = said("reason", reason, 1, 1_000)?;
    app.act(who, command, move |step| async move {
        let row = &seen.row;
        let payload = json!({ "reason": reason });
        step.touch::<AdoptionMachine>(id, (row.state, row.version), "notice-held", payload).await?;
        notice::put_on_hold(&step, id, &reason).await?;
        let told = json!({ "project": seen.proposal.title, "reason": reason });
        tell_parties(&step, &seen, "notice-adoption-notice-held", told).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// The objection is answered: the notice runs on, and ends at once if its time is over.
pub async fn resume_notice(app: &App, who: &Who, command: &Command, id: Uuid, reason: &str) -> Result<Done, Refusal> {
    let seen = in_notice(app, who, command, id).await?;
    let reason = said("reason", reason, 1, 1_000)?;
    app.act(who, command, move |step| async move {
        let row = &seen.row;
        let payload = json!({ "reason": reason });
        step.touch::<AdoptionMachine>(id, (row.state, row.version), "notice-resumed", payload).await?;
        let ends_at = notice::lift_hold(&step, id).await?;
        set_end(&step, id, ends_at).await?;
        let told = json!({ "project": seen.proposal.title, "reason": reason });
        tell_parties(&step, &seen, "notice-adoption-notice-resumed", told).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// The office's own acts during a notice. Whoever may decline may hold.
async fn in_notice(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Seen, Refusal> {
    let seen = find_visible(app.db.read(), who, id).await?;
    permit::<AdoptionMachine>(who, AdoptionEvent::Decline, &place(&seen.row))?;
    command.check_version(seen.row.version)?;
    match seen.row.state {
        AdoptionState::InNotice => Ok(seen),
        state => Err(wrong_state::<AdoptionMachine>(state, AdoptionEvent::Announce)),
    }
}
