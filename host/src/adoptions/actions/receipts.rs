//! The register of receipts: an entry is made when a delivery is confirmed, and never taken out; what was wrong is voided.

use super::acting;
use crate::adoptions::model::{Committed, said};
use crate::adoptions::proofs::{ANONYMOUS, WAIVED};
use crate::adoptions::queries::{Seen, organization};
use crate::adoptions::{AdoptionMachine, queries};
use crate::lifecycle::{Command, Done, Step};
use crate::{App, Refusal, Who};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, SqlErr,
};
use serde_json::{Value, json};
use twoway_entity::accounts::Role;
use twoway_entity::adoptions::delivery;
use twoway_entity::fulfilment::{proof, receipt};
use twoway_ids::Uuid;

fn taken(number: &str) -> Refusal {
    Refusal::of("receipt-number-taken", "D6").with("number", number)
}

/// Errors: `receipt-number-taken` (D6) when the recipient's register has this number.
pub(super) async fn number_is_free(
    db: &impl ConnectionTrait,
    line: &Committed,
    facts: &serde_json::Map<String, Value>,
) -> Result<(), Refusal> {
    let number = facts.get("receipt_number").and_then(Value::as_str).filter(|n| !n.is_empty());
    let (Some(recipient), Some(number)) = (line.line.recipient_id, number) else { return Ok(()) };
    let there = receipt::Entity::find()
        .filter(receipt::Column::TenantId.eq(line.line.tenant_id))
        .filter(receipt::Column::RecipientId.eq(recipient))
        .filter(receipt::Column::Number.eq(number))
        .count(db)
        .await?;
    if there == 0 { Ok(()) } else { Err(taken(number)) }
}

/// The confirmed delivery's entry, where its proof says that there is one.
pub(super) async fn enter(step: &Step, seen: &Seen, line: &Committed, row: &delivery::Model) -> Result<(), Refusal> {
    let facts = proof::Entity::find_by_id((row.tenant_id, row.id)).one(step.tx()).await?.map(|p| p.facts);
    let (Some(recipient), Some(facts)) = (line.line.recipient_id, facts) else { return Ok(()) };
    let text = |key: &str| facts[key].as_str().unwrap_or_default().to_string();
    let how = text("receipt");
    if how.is_empty() {
        return Ok(());
    }
    let sponsor = organization(step.tx(), row.tenant_id, seen.row.organization_id).await?.map(|o| o.name);
    let number = Some(text("receipt_number")).filter(|_| how != WAIVED);
    let entry = receipt::ActiveModel {
        tenant_id: Set(row.tenant_id),
        id: Set(step.new_id()),
        recipient_id: Set(recipient),
        sponsor_id: Set(seen.row.organization_id),
        adoption_id: Set(seen.row.id),
        delivery_id: Set(row.id),
        number: Set(number.clone()),
        donor: Set(sponsor.filter(|_| how != ANONYMOUS)),
        what: Set(line.line.title.clone()),
        quantity: Set(row.quantity),
        unit: Set(line.line.unit.clone()),
        handler: Set(text("handler")),
        received_on: Set(row.delivered_on.clone()),
        created_by: Set(step.who().account().ok_or(Refusal::SignedOut)?),
        created_at: Set(step.now()),
        voided_at: Set(None),
        voided_by: Set(None),
        void_reason: Set(None),
    };
    put(step, entry, number.as_deref()).await
}

async fn put(step: &Step, entry: receipt::ActiveModel, number: Option<&str>) -> Result<(), Refusal> {
    match entry.insert(step.tx()).await {
        Ok(row) => {
            step.wrote_rows(&[row]);
            Ok(())
        }
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            Err(taken(number.unwrap_or_default()))
        }
        Err(error) => Err(error.into()),
    }
}

/// The recipient voids an entry, with its reason; with `number`, a new receipt takes its place. A voided number is never used again.
pub async fn void_receipt(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    reason: &str,
    number: &str,
) -> Result<Done, Refusal> {
    let db = app.db.read();
    let row = receipt::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let seen = queries::find_visible(db, who, row.adoption_id).await?;
    if !who.holds_at(&[Role::Recipient], row.recipient_id) {
        return Err(Refusal::NotAllowed);
    }
    if row.voided_at.is_some() {
        return Err(Refusal::rule("receipt-voided-already"));
    }
    let reason = said("reason", reason, 1, 1_000)?;
    let number = Some(number.trim().to_string()).filter(|n| !n.is_empty());
    if number.as_ref().is_some_and(|n| n.chars().count() > 64) {
        return Err(Refusal::field("number", twoway_manifest::FieldProblem::TooLong { max: 64 }));
    }
    app.act(who, &acting(command, Some(row.recipient_id)), move |step| async move {
        let from = (seen.row.state, seen.row.version);
        let facts = json!({ "number": row.number, "new": number, "reason": reason });
        step.touch::<AdoptionMachine>(seen.row.id, from, "receipt-voided", facts).await?;
        let voided = receipt::Entity::update_many()
            .col_expr(receipt::Column::VoidedAt, Expr::value(Some(step.now())))
            .col_expr(receipt::Column::VoidedBy, Expr::value(step.who().account()))
            .col_expr(receipt::Column::VoidReason, Expr::value(Some(reason)))
            .filter(receipt::Column::TenantId.eq(row.tenant_id))
            .filter(receipt::Column::Id.eq(id))
            .filter(receipt::Column::VoidedAt.is_null())
            .exec(step.tx())
            .await?;
        if voided.rows_affected != 1 {
            return Err(Refusal::Stale);
        }
        step.wrote(receipt::Entity, id);
        if let Some(number) = number {
            let entry = receipt::Model {
                id: step.new_id(),
                number: Some(number.clone()),
                created_by: step.who().account().ok_or(Refusal::SignedOut)?,
                created_at: step.now(),
                ..row
            };
            put(&step, sea_orm::IntoActiveModel::into_active_model(entry).reset_all(), Some(&number)).await?;
        }
        Ok(Done { id, version: seen.row.version + 1 })
    })
    .await
}
