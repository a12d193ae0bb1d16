use super::receipts::number_is_free;
use super::{acting, link, tell_sponsor};
use crate::adoptions::fulfilment;
use crate::adoptions::model::{Committed, NewDelivery, said};
use crate::adoptions::proofs;
use crate::adoptions::queries::{Seen, deliveries, find_delivery, find_visible};
use crate::adoptions::{AdoptionMachine, DeliveryEvent, DeliveryMachine, DeliveryState, RUNNING, Side, rules};
use crate::lifecycle::{Command, Done, Place, Step, permit};
use crate::needs::{Shift, shift};
use crate::{App, Refusal, Who, notices};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use twoway_entity::accounts::Role;
use twoway_entity::adoptions::{commitment, delivery};
use twoway_entity::fulfilment::proof;
use twoway_entity::needs::need_line;
use twoway_ids::Uuid;
use twoway_manifest::LineDelivered;

/// One side records what was handed over. It counts when the other side has confirmed it.
pub async fn record_delivery(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    new: NewDelivery,
) -> Result<Done, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    let account = who.account().ok_or(Refusal::SignedOut)?;
    command.check_version(seen.row.version)?;
    let line = committed(&seen, new.commitment)?.clone();
    let side = *seen.standing.sides(&line.line).first().ok_or(Refusal::NotAllowed)?;
    if !RUNNING.contains(&seen.row.state) {
        return Err(Refusal::rule("not-active"));
    }
    not_frozen(db, &line).await?;
    super::conditions::decided(app, &line).await?;
    rules::delivery_fits(&line, &deliveries(db, who.tenant, id).await?, new.quantity)?;
    let facts = proofs::check(&line.line, &new.proof, &new.delivered_on)?;
    number_is_free(db, &line, &facts).await?;
    let organization = on_side(&seen, side, &line);
    app.act(who, &acting(command, organization), move |step| async move {
        let row = &seen.row;
        let delivery = step.new_id();
        let payload = json!({
            "delivery": delivery, "line": line.line.title, "quantity": new.quantity, "unit": line.line.unit,
            "on": new.delivered_on, "evidence": new.evidence, "proof": facts,
        });
        step.touch::<AdoptionMachine>(id, (row.state, row.version), "delivery-recorded", payload).await?;
        let record = delivery::ActiveModel {
            tenant_id: Set(row.tenant_id),
            id: Set(delivery),
            adoption_id: Set(id),
            commitment_id: Set(line.commitment.id),
            line_id: Set(line.line.id),
            quantity: Set(new.quantity),
            delivered_on: Set(new.delivered_on),
            evidence: Set(new.evidence),
            recorded_side: Set(side),
            recorded_by: Set(account),
            answered_by: Set(None),
            answered_at: Set(None),
            reason: Set(None),
            state: Set(DeliveryState::Recorded),
            version: Set(1),
            created_at: Set(step.now()),
        };
        record.insert(step.tx()).await?;
        let proof = proof::ActiveModel {
            tenant_id: Set(row.tenant_id),
            id: Set(delivery),
            adoption_id: Set(id),
            kind: Set(line.line.kind),
            facts: Set(facts.into()),
        };
        step.wrote_rows(&[proof.insert(step.tx()).await?]);
        step.created::<DeliveryMachine>(delivery, DeliveryState::Recorded, json!({ "adoption": id, "quantity": new.quantity }));
        let told = json!({ "project": seen.proposal.title, "line": line.line.title, "n": new.quantity, "unit": line.line.unit });
        tell_side(&step, &seen, &line, other(side), "notice-delivery-recorded", told).await?;
        Ok(Done { id: delivery, version: 1 })
    })
    .await
}

/// Errors: `line-frozen` (D12) while a change of the line's use is open or refused.
async fn not_frozen(db: &impl ConnectionTrait, line: &Committed) -> Result<(), Refusal> {
    let frozen = fulfilment::frozen(db, line.line.tenant_id, &[line.line.id]).await?;
    if frozen.is_empty() {
        return Ok(());
    }
    Err(Refusal::of("line-frozen", "D12").with("line", line.line.title.clone()))
}

fn committed(seen: &Seen, id: Uuid) -> Result<&Committed, Refusal> {
    seen.lines.iter().find(|l| l.commitment.id == id).ok_or(Refusal::NotFound)
}

fn other(side: Side) -> Side {
    match side {
        Side::Sponsor => Side::Receiver,
        Side::Receiver => Side::Sponsor,
    }
}

/// The organisation that acts on a side.
fn on_side(seen: &Seen, side: Side, line: &Committed) -> Option<Uuid> {
    match side {
        Side::Sponsor => Some(seen.row.organization_id),
        Side::Receiver => line.line.recipient_id.or(seen.proposal.organization_id),
    }
}

async fn tell_side(
    step: &Step,
    seen: &Seen,
    line: &Committed,
    side: Side,
    template: &str,
    values: Value,
) -> Result<(), Refusal> {
    match (side, line.line.recipient_id) {
        (Side::Sponsor, _) => tell_sponsor(step, seen, template, values).await,
        (Side::Receiver, Some(recipient)) => {
            notices::tell_role(step, &[Role::Recipient], recipient, template, values, link(seen.row.id)).await
        }
        (Side::Receiver, None) => step.notify(seen.proposal.owner_id, template, values, link(seen.row.id)).await,
    }
}

/// What the other side says about a recorded delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Confirm,
    /// It was not so, and why. The quantity stays outstanding.
    Dispute(String),
}

/// The other side confirms or disputes a delivery. With the last confirmation the adoption is delivered.
pub async fn answer_delivery(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    answer: Answer,
) -> Result<Done, Refusal> {
    let (row, seen) = find_delivery(app.db.read(), who, id).await?;
    let line = committed(&seen, row.commitment_id)?.clone();
    let sides = seen.standing.sides(&line.line);
    if sides.is_empty() {
        return Err(Refusal::NotAllowed);
    }
    let side = rules::may_answer(&row, &sides, who.account())?;
    let organization = on_side(&seen, side, &line);
    let (event, reason) = match answer {
        Answer::Confirm => (DeliveryEvent::Confirm, None),
        Answer::Dispute(reason) => (DeliveryEvent::Dispute, Some(said("reason", &reason, 1, 1_000)?)),
    };
    permit::<DeliveryMachine>(who, event, &stands(who, &seen, side, &line))?;
    command.check_version(row.version)?;
    if event == DeliveryEvent::Confirm {
        not_frozen(app.db.read(), &line).await?;
    }
    app.act(who, &acting(command, organization), move |step| async move {
        let payload = json!({ "reason": reason });
        step.advance::<DeliveryMachine>(id, (row.state, row.version), event, payload).await?;
        delivery::Entity::update_many()
            .col_expr(delivery::Column::AnsweredBy, Expr::value(step.who().account()))
            .col_expr(delivery::Column::AnsweredAt, Expr::value(Some(step.now())))
            .col_expr(delivery::Column::Reason, Expr::value(reason.clone()))
            .filter(delivery::Column::TenantId.eq(row.tenant_id))
            .filter(delivery::Column::Id.eq(id))
            .exec(step.tx())
            .await?;
        let facts = json!({
            "delivery": id, "line": line.line.title, "quantity": row.quantity, "unit": line.line.unit, "reason": reason,
        });
        let adoption = (seen.row.state, seen.row.version);
        if event == DeliveryEvent::Confirm {
            step.touch::<AdoptionMachine>(seen.row.id, adoption, "delivery-confirmed", facts).await?;
            super::receipts::enter(&step, &seen, &line, &row).await?;
            super::first_delivery::done(&step, &line).await?;
            count(&step, &seen, &row).await?;
            tell_project(&step, &seen, &line, row.quantity).await?;
        } else {
            step.touch::<AdoptionMachine>(seen.row.id, adoption, "delivery-disputed", facts).await?;
        }
        let template = match event {
            DeliveryEvent::Confirm => "notice-delivery-confirmed",
            DeliveryEvent::Dispute => "notice-delivery-disputed",
        };
        let told = json!({
            "project": seen.proposal.title, "line": line.line.title, "n": row.quantity, "unit": line.line.unit,
            "reason": reason.unwrap_or_default(),
        });
        tell_side(&step, &seen, &line, row.recorded_side, template, told).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Where the one who answers stands. The recipient's clerk answers for an organisation beside the office's tree.
fn stands<'a>(who: &'a Who, seen: &'a Seen, side: Side, line: &Committed) -> Place<'a> {
    match side {
        Side::Sponsor => Place { path: "", owner: None, organization: Some(seen.row.organization_id) },
        Side::Receiver => {
            let clerk = who.actor().and_then(|a| {
                a.held.iter().find(|h| h.role == Role::Recipient && Some(h.organization) == line.line.recipient_id)
            });
            match clerk {
                Some(held) => Place { path: &held.path, owner: None, organization: None },
                None => Place { path: "", ..crate::proposals::place(&seen.proposal) },
            }
        }
    }
}

/// The plugin of the project hears what has come.
async fn tell_project(step: &Step, seen: &Seen, line: &Committed, quantity: i64) -> Result<(), Refusal> {
    let Some(project) = super::project_of(step, seen.row.proposal_id).await? else { return Ok(()) };
    let delivered = LineDelivered {
        line: line.line.title.clone(),
        quantity,
        unit: line.line.unit.clone(),
        left: line.outstanding() - quantity,
    };
    crate::plugins::hear(step, project, &delivered).await
}

/// A confirmed delivery moves the line's quantities, and the adoption too when nothing is outstanding.
async fn count(step: &Step, seen: &Seen, row: &delivery::Model) -> Result<(), Refusal> {
    let tenant = row.tenant_id;
    let counted = commitment::Entity::update_many()
        .col_expr(commitment::Column::Delivered, Expr::col(commitment::Column::Delivered).add(row.quantity))
        .filter(commitment::Column::TenantId.eq(tenant))
        .filter(commitment::Column::Id.eq(row.commitment_id))
        .filter(
            Expr::col(commitment::Column::Delivered)
                .add(Expr::col(commitment::Column::Released))
                .add(row.quantity)
                .lte(Expr::col(commitment::Column::Quantity)),
        )
        .exec(step.tx())
        .await?;
    if counted.rows_affected != 1 {
        return Err(anyhow::anyhow!("delivery {} is more than was agreed", row.id).into());
    }
    step.wrote(commitment::Entity, row.commitment_id);
    shift(step.tx(), tenant, row.line_id, Shift::Deliver, row.quantity).await?;
    step.wrote(need_line::Entity, row.line_id);
    let left: i64 = seen.lines.iter().map(Committed::outstanding).sum();
    let from = (seen.row.state, seen.row.version + 1);
    super::release::conclude(step, seen, from, left - row.quantity, row.quantity).await?;
    Ok(())
}
