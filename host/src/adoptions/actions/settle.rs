//! After the last delivery: the team thanks, what is left over is decided, the sponsor has its final statement.

use super::{acting, link, tell_office, tell_parties, tell_sponsor};
use crate::adoptions::fulfilment::{self, THANKS_WITHIN};
use crate::adoptions::model::said;
use crate::adoptions::queries::{self, Seen, find_visible};
use crate::adoptions::{AdoptionEvent, AdoptionMachine, AdoptionState};
use crate::lifecycle::{Command, Done, Place, Step, permit};
use crate::{App, Refusal, Who, proposals};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, UpdateMany};
use serde_json::json;
use twoway_entity::fulfilment::{Surplus, settlement};
use twoway_ids::{DAY, Uuid};

/// The job that reminds the team to thank.
pub const THANKS: &str = "adoptions.thanks";

/// How long before the end of the time, and at it, the team is reminded.
const REMINDERS: [i64; 2] = [5 * DAY, 0];

fn update(tenant: Uuid, id: Uuid) -> UpdateMany<settlement::Entity> {
    settlement::Entity::update_many()
        .filter(settlement::Column::TenantId.eq(tenant))
        .filter(settlement::Column::Id.eq(id))
}

/// The last delivery has come: the time to thank begins.
pub(super) async fn begin(step: &Step, seen: &Seen) -> Result<(), Refusal> {
    let row = &seen.row;
    let due = step.now() + THANKS_WITHIN;
    let begun = settlement::ActiveModel {
        tenant_id: Set(row.tenant_id),
        id: Set(row.id),
        proposal_id: Set(row.proposal_id),
        delivered_at: Set(step.now()),
        thanks_due_at: Set(due),
        reminded: Set(0),
        thanks: Set(None),
        thanks_public: Set(false),
        thanked_by: Set(None),
        thanked_at: Set(None),
        surplus: Set(None),
        surplus_text: Set(None),
        surplus_by: Set(None),
        surplus_at: Set(None),
        closed_at: Set(None),
    };
    step.wrote_rows(&[begun.insert(step.tx()).await?]);
    step.set_timer(THANKS, row.id.to_string(), due - REMINDERS[0], ("adoption", row.id), json!({})).await
}

/// Reminds the team, the second time the office too. Called twice for one moment it does it once.
pub async fn remind_of_thanks(app: &App, who: &Who, id: Uuid) -> Result<(), Refusal> {
    let db = app.db.read();
    let Some(settling) = fulfilment::settlement(db, who.tenant, id).await? else { return Ok(()) };
    let nth = usize::try_from(settling.reminded).unwrap_or(REMINDERS.len());
    let Some(before) = REMINDERS.get(nth) else { return Ok(()) };
    if settling.thanked_at.is_some() || settling.thanks_due_at - before > app.now() {
        return Ok(());
    }
    let seen = queries::load(db, who, id).await?;
    app.act(who, &Command::default(), move |step| async move {
        let marked = update(settling.tenant_id, id)
            .col_expr(settlement::Column::Reminded, Expr::value(settling.reminded + 1))
            .filter(settlement::Column::Reminded.eq(settling.reminded))
            .exec(step.tx())
            .await?;
        if marked.rows_affected == 1 {
            step.wrote(settlement::Entity, id);
            step.record("adoption", id, "thanks-reminded", json!({}));
            let told = json!({ "project": seen.proposal.title });
            step.notify(seen.proposal.owner_id, "notice-thanks-due", told.clone(), link(id)).await?;
            match REMINDERS.get(nth + 1) {
                Some(next) => {
                    let at = settling.thanks_due_at - next;
                    step.set_timer(THANKS, id.to_string(), at, ("adoption", id), json!({})).await?;
                }
                None => tell_office(&step, &seen.row.path, "notice-thanks-due", told, link(id)).await?,
            }
        }
        Ok(Done { id, version: seen.row.version })
    })
    .await?;
    Ok(())
}

/// The team thanks. In public only where the sponsor agreed to be named (公益事业捐赠法 §8).
pub async fn thank(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    text: &str,
    in_public: bool,
) -> Result<Done, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    let place = Place { path: "", ..proposals::place(&seen.proposal) };
    permit::<AdoptionMachine>(who, AdoptionEvent::Acknowledge, &place)?;
    command.check_version(seen.row.version)?;
    let Some(settling) = fulfilment::settlement(db, who.tenant, id).await? else {
        return Err(Refusal::rule("nothing-to-settle"));
    };
    if settling.thanked_at.is_some() {
        return Err(Refusal::rule("thanked-already"));
    }
    if in_public && !seen.row.named {
        return Err(Refusal::of("publicity-without-consent", "S4"));
    }
    let text = said("thanks", text, 10, 2_000)?;
    app.act(who, &acting(command, seen.proposal.organization_id), move |step| async move {
        let row = &seen.row;
        let facts = json!({ "public": in_public });
        step.advance::<AdoptionMachine>(id, (row.state, row.version), AdoptionEvent::Acknowledge, facts).await?;
        update(row.tenant_id, id)
            .col_expr(settlement::Column::Thanks, Expr::value(Some(text)))
            .col_expr(settlement::Column::ThanksPublic, Expr::value(in_public))
            .col_expr(settlement::Column::ThankedBy, Expr::value(step.who().account()))
            .col_expr(settlement::Column::ThankedAt, Expr::value(Some(step.now())))
            .exec(step.tx())
            .await?;
        step.wrote(settlement::Entity, id);
        step.cancel_timer(THANKS, &id.to_string()).await?;
        tell_sponsor(&step, &seen, "notice-adoption-thanked", json!({ "project": seen.proposal.title })).await?;
        let mut version = row.version + 1;
        if settling.surplus.is_some() {
            version = close(&step, &seen, version).await?;
        }
        Ok(Done { id, version })
    })
    .await
}

/// What is left over goes as the agreement says. Where it does not say, the office decides for the same or a similar purpose, with its
/// reason, and everybody may read it (慈善法 §58).
pub async fn decide_surplus(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    how: Surplus,
    text: &str,
) -> Result<Done, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    let decides = match how {
        Surplus::Office => seen.standing.office,
        Surplus::Nothing | Surplus::Agreement => seen.standing.office || seen.standing.team,
    };
    if !decides {
        return Err(Refusal::NotAllowed);
    }
    command.check_version(seen.row.version)?;
    let Some(settling) = fulfilment::settlement(db, who.tenant, id).await? else {
        return Err(Refusal::rule("nothing-to-settle"));
    };
    if settling.surplus.is_some() {
        return Err(Refusal::rule("surplus-decided"));
    }
    let agreement = queries::agreement(db, who.tenant, id).await?;
    let rule = agreement.and_then(|(a, _)| a.terms["surplus"].as_str().map(str::trim).map(str::to_string));
    let has_rule = rule.is_some_and(|rule| !rule.is_empty());
    let text = match how {
        Surplus::Nothing if text.trim().is_empty() => None,
        Surplus::Nothing => Some(said("text", text, 1, 2_000)?),
        Surplus::Agreement if !has_rule => return Err(Refusal::of("surplus-rule-missing", "D13")),
        Surplus::Agreement | Surplus::Office => Some(said("text", text, 10, 2_000)?),
    };
    app.act(who, command, move |step| async move {
        let row = &seen.row;
        let facts = json!({ "how": how, "reason": text });
        step.touch::<AdoptionMachine>(id, (row.state, row.version), "surplus-decided", facts).await?;
        update(row.tenant_id, id)
            .col_expr(settlement::Column::Surplus, Expr::value(Some(how)))
            .col_expr(settlement::Column::SurplusText, Expr::value(text))
            .col_expr(settlement::Column::SurplusBy, Expr::value(step.who().account()))
            .col_expr(settlement::Column::SurplusAt, Expr::value(Some(step.now())))
            .exec(step.tx())
            .await?;
        step.wrote(settlement::Entity, id);
        let mut version = row.version + 1;
        if row.state == AdoptionState::Acknowledged {
            version = close(&step, &seen, version).await?;
        }
        Ok(Done { id, version })
    })
    .await
}

/// Thanked and decided: the adoption is closed, and the sponsor has its final statement.
async fn close(step: &Step, seen: &Seen, version: i32) -> Result<i32, Refusal> {
    let id = seen.row.id;
    step.advance::<AdoptionMachine>(id, (AdoptionState::Acknowledged, version), AdoptionEvent::Close, json!({}))
        .await?;
    update(seen.row.tenant_id, id)
        .col_expr(settlement::Column::ClosedAt, Expr::value(Some(step.now())))
        .exec(step.tx())
        .await?;
    let told = json!({ "project": seen.proposal.title });
    tell_parties(step, seen, "notice-adoption-closed", told).await?;
    Ok(version + 1)
}
