//! A bar is proposed with a termination for breach, takes effect with it, and can be lifted.

use super::{acting, link, office_of, tell_office};
use crate::adoptions::bars::{self, three_years_after};
use crate::adoptions::model::said;
use crate::adoptions::queries::Seen;
use crate::adoptions::rules::SPONSORS;
use crate::calendar::local_day;
use crate::lifecycle::{Command, Done, Step};
use crate::{App, Refusal, Who, notices};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use twoway_entity::sponsoring::bar;
use twoway_ids::Uuid;

/// The termination that is asked for is one for breach: with it the organisation would be barred. The bar has the question's id.
pub(super) async fn propose(step: &Step, seen: &Seen, ask: Uuid, reason: String) -> Result<(), Refusal> {
    let row = &seen.row;
    let proposed = bar::ActiveModel {
        tenant_id: Set(row.tenant_id),
        id: Set(ask),
        adoption_id: Set(row.id),
        organization_id: Set(row.organization_id),
        path: Set(row.path.clone()),
        reason: Set(reason),
        proposed_by: Set(step.who().account().ok_or(Refusal::SignedOut)?),
        proposed_at: Set(step.now()),
        began_at: Set(None),
        until_at: Set(None),
        lifted_by: Set(None),
        lifted_at: Set(None),
        lift_reason: Set(None),
    };
    step.wrote_rows(&[proposed.insert(step.tx()).await?]);
    Ok(())
}

/// The second person has answered: the bar takes effect, or is gone with the question.
pub(super) async fn decide(step: &Step, seen: &Seen, ask: Uuid, agreed: bool) -> Result<(), Refusal> {
    let tenant = seen.row.tenant_id;
    let Some(row) = bar::Entity::find_by_id((tenant, ask)).one(step.tx()).await? else { return Ok(()) };
    step.wrote(bar::Entity, ask);
    if !agreed {
        bar::Entity::delete_by_id((tenant, ask)).exec(step.tx()).await?;
        return Ok(());
    }
    let until = three_years_after(step.now());
    bar::Entity::update_many()
        .col_expr(bar::Column::BeganAt, Expr::value(Some(step.now())))
        .col_expr(bar::Column::UntilAt, Expr::value(Some(until)))
        .filter(bar::Column::TenantId.eq(tenant))
        .filter(bar::Column::Id.eq(ask))
        .exec(step.tx())
        .await?;
    let day = local_day(step.app(), until);
    step.record("adoption", seen.row.id, "sponsor-barred", json!({ "reason": row.reason, "until": day }));
    let told = json!({ "reason": row.reason, "until": day });
    tell(step, &row, "notice-sponsor-barred", told).await
}

async fn tell(step: &Step, row: &bar::Model, template: &str, told: serde_json::Value) -> Result<(), Refusal> {
    let page = "/sponsor-bars".to_string();
    notices::tell_role(step, SPONSORS, row.organization_id, template, told, page).await
}

/// The office lifts a bar, with its reason.
pub async fn lift_bar(app: &App, who: &Who, command: &Command, id: Uuid, reason: &str) -> Result<Done, Refusal> {
    let row = bars::liftable(app.db.read(), who, id, app.now()).await?;
    let reason = said("reason", reason, 10, 2_000)?;
    app.act(who, &acting(command, office_of(&row.path)), move |step| async move {
        let lifted = bar::Entity::update_many()
            .col_expr(bar::Column::LiftedAt, Expr::value(Some(step.now())))
            .col_expr(bar::Column::LiftedBy, Expr::value(step.who().account()))
            .col_expr(bar::Column::LiftReason, Expr::value(Some(reason.clone())))
            .filter(bar::Column::TenantId.eq(row.tenant_id))
            .filter(bar::Column::Id.eq(id))
            .filter(bar::Column::LiftedAt.is_null())
            .exec(step.tx())
            .await?;
        if lifted.rows_affected != 1 {
            return Err(Refusal::Stale);
        }
        step.wrote(bar::Entity, id);
        step.record("adoption", row.adoption_id, "bar-lifted", json!({ "reason": reason }));
        let told = json!({ "reason": reason });
        tell(&step, &row, "notice-bar-lifted", told.clone()).await?;
        tell_office(&step, &row.path, "notice-bar-lifted", told, link(row.adoption_id)).await?;
        Ok(Done { id, version: 1 })
    })
    .await
}
