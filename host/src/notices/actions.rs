use crate::lifecycle::Step;
use crate::{App, Refusal, Who};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value;
use twoway_entity::accounts::{Role, membership};
use twoway_entity::notices::notice;
use twoway_ids::Uuid;

/// Writes a notice in the step's transaction. `template` is a locale key of the host; a plugin's finished text goes as
/// `notice-plugin` with `values.text`.
pub async fn tell(
    step: &Step,
    account: Uuid,
    template: &str,
    values: Value,
    link: String,
    urgent: bool,
) -> Result<(), Refusal> {
    let id = step.new_id();
    let row = notice::ActiveModel {
        tenant_id: Set(step.who().tenant),
        id: Set(id),
        account_id: Set(account),
        template: Set(template.to_string()),
        values: Set(values),
        link: Set(link),
        urgent: Set(urgent),
        created_at: Set(step.now()),
        read_at: Set(None),
    };
    row.insert(step.tx()).await?;
    step.wrote(notice::Entity, id);
    Ok(())
}

/// Tells everybody who holds one of the roles at exactly this organisation.
pub async fn tell_role(
    step: &Step,
    roles: &[Role],
    organization: Uuid,
    template: &str,
    values: Value,
    link: String,
) -> Result<(), Refusal> {
    let holders = membership::Entity::find()
        .filter(membership::Column::TenantId.eq(step.who().tenant))
        .filter(membership::Column::OrganizationId.eq(organization))
        .filter(membership::Column::Role.is_in(roles.iter().copied()))
        .filter(membership::Column::EndedAt.is_null())
        .all(step.tx())
        .await?;
    let mut accounts: Vec<Uuid> = holders.into_iter().map(|m| m.account_id).collect();
    accounts.sort_unstable();
    accounts.dedup();
    for account in accounts {
        tell(step, account, template, values.clone(), link.clone(), false).await?;
    }
    Ok(())
}

/// Marks one of the caller's notices as read, or all. Returns how many it concerned; no event is kept: it changes nothing for anybody
/// else.
pub async fn mark_read(app: &App, who: &Who, only: Option<Uuid>) -> Result<u64, Refusal> {
    let account = who.account().ok_or(Refusal::SignedOut)?;
    let (tenant, now) = (who.tenant, app.now());
    app.db
        .transact(move |tx| async move {
            let mut update = notice::Entity::update_many()
                .col_expr(notice::Column::ReadAt, Expr::col(notice::Column::ReadAt).if_null(now))
                .filter(notice::Column::TenantId.eq(tenant))
                .filter(notice::Column::AccountId.eq(account));
            update = match only {
                Some(id) => update.filter(notice::Column::Id.eq(id)),
                None => update.filter(notice::Column::ReadAt.is_null()),
            };
            Ok(update.exec(&*tx).await?.rows_affected)
        })
        .await
}
