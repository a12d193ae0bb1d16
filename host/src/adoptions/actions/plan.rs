//! The delivery plan while an agreement is drafted.

use super::place;
use crate::adoptions::plan::{self, NewPart};
use crate::adoptions::queries::find_visible;
use crate::adoptions::{AdoptionEvent, AdoptionMachine, AdoptionState};
use crate::calendar::today;
use crate::lifecycle::{Command, Done, Step, permit};
use crate::{App, Refusal, Who};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use twoway_entity::agreements::plan_part;
use twoway_ids::Uuid;

/// Office or sponsor says which part of each line comes when. It replaces what stood there.
pub async fn plan_deliveries(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    parts: Vec<NewPart>,
) -> Result<Done, Refusal> {
    let seen = find_visible(app.db.read(), who, id).await?;
    permit::<AdoptionMachine>(who, AdoptionEvent::DraftAgreement, &place(&seen.row))?;
    command.check_version(seen.row.version)?;
    if seen.row.state != AdoptionState::Agreement {
        return Err(Refusal::of("agreement-frozen", "P14"));
    }
    plan::may_plan(&seen.lines, &parts, &today(app))?;
    app.act(who, command, move |step| async move {
        let row = &seen.row;
        let payload = json!({ "parts": parts });
        step.touch::<AdoptionMachine>(id, (row.state, row.version), "plan-changed", payload).await?;
        write(&step, id, parts).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Replaces an adoption's plan.
pub(super) async fn write(step: &Step, adoption: Uuid, parts: Vec<NewPart>) -> Result<(), Refusal> {
    let tenant = step.who().tenant;
    let before = plan_part::Entity::delete_many()
        .filter(plan_part::Column::TenantId.eq(tenant))
        .filter(plan_part::Column::AdoptionId.eq(adoption))
        .exec_with_returning(step.tx())
        .await?;
    step.wrote_rows(&before);
    if parts.is_empty() {
        return Ok(());
    }
    let rows: Vec<plan_part::Model> = parts
        .into_iter()
        .map(|part| plan_part::Model {
            tenant_id: tenant,
            id: step.new_id(),
            adoption_id: adoption,
            commitment_id: part.commitment,
            due_on: part.on,
            quantity: part.quantity,
        })
        .collect();
    let models = rows.iter().cloned().map(|r| plan_part::ActiveModel {
        tenant_id: Set(r.tenant_id),
        id: Set(r.id),
        adoption_id: Set(r.adoption_id),
        commitment_id: Set(r.commitment_id),
        due_on: Set(r.due_on),
        quantity: Set(r.quantity),
    });
    plan_part::Entity::insert_many(models).exec_without_returning(step.tx()).await?;
    step.wrote_rows(&rows);
    Ok(())
}
