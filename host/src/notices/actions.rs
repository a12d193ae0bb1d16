use super::NewWording;
use crate::lifecycle::{Command, Done, Step};
use crate::{App, Refusal, Who};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use twoway_entity::accounts::{Role, membership};
use twoway_entity::notices::{notice, wording};
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
        gathered_at: Set(None),
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

/// The stream in which all changes of the sentences stand; its id is the tenant's.
pub const WORDINGS: &str = "wordings";

/// The office puts its own sentence in the place of the platform's, or takes it back with an empty one.
///
/// Errors: those of [`NewWording::check`].
pub async fn word(
    app: &App,
    who: &Who,
    command: &Command,
    template: &str,
    wording: NewWording,
) -> Result<Done, Refusal> {
    let account = who.account().ok_or(Refusal::SignedOut)?;
    if !who.holds(&[Role::LeadOffice]) {
        return Err(Refusal::NotAllowed);
    }
    let wording = wording.check(template)?;
    let before = wording::Entity::find_by_id((who.tenant, template.to_string())).one(app.db.read()).await?;
    let version = before.map_or(0, |row| row.version);
    command.check_version(version)?;
    let template = template.to_string();
    app.act(who, command, move |step| async move {
        let tenant = step.who().tenant;
        let said = |text: String| Some(text).filter(|text| !text.is_empty());
        let row = wording::ActiveModel {
            tenant_id: Set(tenant),
            template: Set(template.clone()),
            zh_cn: Set(said(wording.zh_cn)),
            en: Set(said(wording.en)),
            looked_at: Set(wording.looked_at),
            edited_by: Set(account),
            edited_at: Set(step.now()),
            version: Set(version + 1),
        };
        if version == 0 {
            row.insert(step.tx()).await.map_err(crate::refusal::stale_if_taken)?;
        } else {
            let changed = wording::Entity::update_many()
                .set(row)
                .filter(wording::Column::TenantId.eq(tenant))
                .filter(wording::Column::Template.eq(template.as_str()))
                .filter(wording::Column::Version.eq(version))
                .exec(step.tx())
                .await?;
            if changed.rows_affected != 1 {
                return Err(Refusal::Stale);
            }
        }
        step.wrote(wording::Entity, template.as_str());
        step.record(WORDINGS, tenant, "worded", json!({ "template": template }));
        Ok(Done { id: tenant, version: version + 1 })
    })
    .await
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
