use super::NewWording;
use crate::lifecycle::{Command, Done, Step};
use crate::{App, Refusal, Who};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::{Value, json};
use twoway_entity::accounts::{Role, membership};
use twoway_entity::notices::{notice, wording};
use twoway_ids::Uuid;

/// Notices in one statement.
const AT_ONCE: usize = 500;

/// What one account is told. `template` is a locale key of the host; a plugin's finished text goes as `notice-plugin` with
/// `values.text`; `link` is a path of this site.
#[derive(Clone, Debug)]
pub struct Told {
    pub account: Uuid,
    pub template: &'static str,
    pub values: Value,
    pub link: String,
}

/// Writes a notice in the step's transaction; the parts are those of [`Told`].
pub async fn tell(
    step: &Step,
    account: Uuid,
    template: &str,
    values: Value,
    link: String,
    urgent: bool,
) -> Result<(), Refusal> {
    write(step, vec![new(step, account, template, values, link, urgent)]).await
}

/// Tells many at once; none of it is urgent.
pub async fn tell_all(step: &Step, told: impl IntoIterator<Item = Told>) -> Result<(), Refusal> {
    let row = |told: Told| new(step, told.account, told.template, told.values, told.link, false);
    write(step, told.into_iter().map(row).collect()).await
}

fn new(step: &Step, account: Uuid, template: &str, values: Value, link: String, urgent: bool) -> notice::Model {
    notice::Model {
        tenant_id: step.who().tenant,
        id: step.new_id(),
        account_id: account,
        template: template.to_string(),
        values,
        link,
        urgent,
        created_at: step.now(),
        read_at: None,
        gathered_at: None,
    }
}

async fn write(step: &Step, rows: Vec<notice::Model>) -> Result<(), Refusal> {
    step.wrote_rows(&rows);
    let mut rows = rows.into_iter().map(|row| row.into_active_model().reset_all()).peekable();
    while rows.peek().is_some() {
        let chunk: Vec<notice::ActiveModel> = rows.by_ref().take(AT_ONCE).collect();
        notice::Entity::insert_many(chunk).exec_without_returning(step.tx()).await?;
    }
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
    let row = |account| new(step, account, template, values.clone(), link.clone(), false);
    write(step, accounts.into_iter().map(row).collect()).await
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
