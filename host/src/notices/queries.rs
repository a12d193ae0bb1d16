use crate::http::{List, Paging, Sort};
use crate::{Refusal, Who};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Select};
use twoway_entity::notices::notice;

/// Nobody sees another person's notices.
fn own(who: &Who) -> Result<Select<notice::Entity>, Refusal> {
    let account = who.account().ok_or(Refusal::SignedOut)?;
    let find = notice::Entity::find().filter(notice::Column::TenantId.eq(who.tenant));
    Ok(find.filter(notice::Column::AccountId.eq(account)))
}

/// The caller's notices, newest first; `unread`: those alone that were not read yet.
pub async fn list(
    db: &impl ConnectionTrait,
    who: &Who,
    unread: bool,
    paging: &Paging,
) -> Result<List<notice::Model>, Refusal> {
    let (at, id) = (notice::Column::CreatedAt, notice::Column::Id);
    let mut select = own(who)?;
    if unread {
        select = select.filter(notice::Column::ReadAt.is_null());
    }
    let rows = paging.select::<_, _, i64>(select, at, id, Sort::Descending)?.all(db).await?;
    paging.list(rows, |row| (row.created_at, row.id))
}

/// How many of the caller's notices are unread.
pub async fn unread(db: &impl ConnectionTrait, who: &Who) -> Result<u64, Refusal> {
    Ok(own(who)?.filter(notice::Column::ReadAt.is_null()).count(db).await?)
}
