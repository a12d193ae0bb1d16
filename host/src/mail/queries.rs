use crate::http::{List, Paging, Sort};
use crate::{Refusal, Who};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use twoway_entity::accounts::Role;
use twoway_entity::mail::{MailState, message as mail, setting};
use twoway_ids::Uuid;

/// How the caller wants to be told; none: by no mail.
pub async fn own(db: &impl ConnectionTrait, who: &Who) -> Result<Option<setting::Model>, Refusal> {
    let account = who.account().ok_or(Refusal::SignedOut)?;
    of(db, who.tenant, account).await
}

pub async fn of(db: &impl ConnectionTrait, tenant: Uuid, account: Uuid) -> Result<Option<setting::Model>, Refusal> {
    Ok(setting::Entity::find_by_id((tenant, account)).one(db).await?)
}

/// Mails in one state, newest first. The office sees what it wants to look at, and what could not be delivered.
pub async fn list(
    db: &impl ConnectionTrait,
    who: &Who,
    state: MailState,
    paging: &Paging,
) -> Result<List<mail::Model>, Refusal> {
    if !who.holds(&[Role::LeadOffice]) {
        return Err(Refusal::NotAllowed);
    }
    let select =
        mail::Entity::find().filter(mail::Column::TenantId.eq(who.tenant)).filter(mail::Column::State.eq(state));
    let (at, id) = (mail::Column::CreatedAt, mail::Column::Id);
    let rows = paging.select::<_, _, i64>(select, at, id, Sort::Descending)?.all(db).await?;
    paging.list(rows, |row| (row.created_at, row.id))
}

/// One mail. The office reads the text of those alone that were laid before it: what people are told otherwise is theirs.
pub async fn find(db: &impl ConnectionTrait, who: &Who, id: Uuid) -> Result<mail::Model, Refusal> {
    if !who.holds(&[Role::LeadOffice]) {
        return Err(Refusal::NotFound);
    }
    mail::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)
}

/// Whether the office may read what it says.
pub fn readable(row: &mail::Model) -> bool {
    row.state == MailState::Held || row.released_by.is_some()
}
