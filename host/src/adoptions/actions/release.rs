//! What was agreed and will not be delivered: the line is open again by exactly this much, and the queue is called.

use super::queue::call;
use crate::Refusal;
use crate::adoptions::fulfilment::REOPENED;
use crate::adoptions::model::Committed;
use crate::adoptions::queries::Seen;
use crate::adoptions::{AdoptionEvent, AdoptionMachine, AdoptionState};
use crate::calendar::local_day;
use crate::lifecycle::Step;
use crate::needs::{self, Shift, shift};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use twoway_entity::adoptions::commitment;
use twoway_entity::fulfilment::{Cause, release};
use twoway_entity::needs::need_line;
use twoway_ids::DAY;

/// Gives back parts of what an adoption took on. The caller has moved the adoption in this step, so that nobody else counts on them.
pub(super) async fn give_back(
    step: &Step,
    seen: &Seen,
    mut parts: Vec<(&Committed, i64)>,
    cause: Cause,
    reason: &str,
) -> Result<(), Refusal> {
    let tenant = seen.row.tenant_id;
    let until = local_day(step.app(), step.now() + REOPENED * DAY);
    parts.retain(|(_, quantity)| *quantity > 0);
    // As everybody who moves several lines: in the order of their ids.
    parts.sort_by_key(|(line, _)| line.line.id);
    for (line, quantity) in &parts {
        let (id, quantity) = (line.commitment.id, *quantity);
        let left = Expr::col(commitment::Column::Quantity)
            .sub(Expr::col(commitment::Column::Delivered))
            .sub(Expr::col(commitment::Column::Released));
        let given = commitment::Entity::update_many()
            .col_expr(commitment::Column::Released, Expr::col(commitment::Column::Released).add(quantity))
            .filter(commitment::Column::TenantId.eq(tenant))
            .filter(commitment::Column::Id.eq(id))
            .filter(left.gte(quantity))
            .exec(step.tx())
            .await?;
        if given.rows_affected != 1 {
            // A delivery was confirmed in this moment.
            return Err(Refusal::Stale);
        }
        step.wrote(commitment::Entity, id);
        shift(step.tx(), tenant, line.line.id, Shift::Reopen, quantity).await?;
        needs::prolong(step.tx(), tenant, line.line.id, &until).await?;
        step.wrote(need_line::Entity, line.line.id);
        super::conditions::end(step, id).await?;
        let note = release::ActiveModel {
            tenant_id: Set(tenant),
            id: Set(step.new_id()),
            adoption_id: Set(seen.row.id),
            organization_id: Set(seen.row.organization_id),
            commitment_id: Set(id),
            line_id: Set(line.line.id),
            quantity: Set(quantity),
            cause: Set(cause),
            reason: Set(reason.to_string()),
            at: Set(step.now()),
        };
        step.wrote_rows(&[note.insert(step.tx()).await?]);
    }
    for (line, _) in &parts {
        call(step, line.line.id).await?;
    }
    Ok(())
}

/// After a part was delivered or has lapsed: an adoption with nothing outstanding is delivered, or has lapsed as a whole. `from` is the
/// state and version that it has now in this step; gives the version after it.
pub(super) async fn conclude(
    step: &Step,
    seen: &Seen,
    from: (AdoptionState, i32),
    outstanding: i64,
    delivered: i64,
) -> Result<i32, Refusal> {
    let id = seen.row.id;
    let event = match (outstanding, delivered, from.0) {
        (0, 0, _) => AdoptionEvent::Lapse,
        (0, _, _) => AdoptionEvent::Deliver,
        (_, 1.., AdoptionState::Active) => AdoptionEvent::DeliverPart,
        _ => return Ok(from.1),
    };
    step.advance::<AdoptionMachine>(id, from, event, json!({})).await?;
    let told = json!({ "project": seen.proposal.title });
    if event == AdoptionEvent::Deliver {
        super::settle::begin(step, seen).await?;
        super::tell_parties(step, seen, "notice-adoption-delivered", told).await?;
    }
    Ok(from.1 + 1)
}
