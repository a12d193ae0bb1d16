//! The append-only books of a project, for people's eyes. Only a decision writes a line, and nothing takes one away.

use super::records::Reader;
use crate::http::list::{List, Paging, Sort};
use crate::{App, Refusal};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use twoway_entity::plugins::ledger_entry;
use twoway_ids::Millis;
use twoway_manifest::Book;

/// Keys of a book that a page shows at once.
pub const MOST_KEYS: u64 = 200;

/// What stands in a book under one key.
#[derive(Clone, Debug, PartialEq, Eq, sea_orm::FromQueryResult)]
pub struct Balance {
    pub key: String,
    pub balance: i64,
    pub entries: i64,
    pub last_at: Millis,
}

/// The described book, for the project's staff. Errors: [`Refusal::NotAllowed`] for others, [`Refusal::NotFound`].
pub fn book<'a>(reader: &'a Reader, key: &str) -> Result<&'a Book, Refusal> {
    if !reader.insider.is_staff() {
        return Err(Refusal::NotAllowed);
    }
    reader.site.loaded.description().book(key).ok_or(Refusal::NotFound)
}

fn rows(app: &App, reader: &Reader, book: &Book) -> Select<ledger_entry::Entity> {
    use ledger_entry::Column as C;
    ledger_entry::Entity::find()
        .filter(C::TenantId.eq(app.tenant))
        .filter(C::ProjectId.eq(reader.site.project()))
        .filter(C::Book.eq(book.key.as_str()))
}

/// What stands under each key, the key that moved last first; at most [`MOST_KEYS`].
pub async fn balances(app: &App, reader: &Reader, book: &Book) -> Result<Vec<Balance>, Refusal> {
    use ledger_entry::Column as C;
    Ok(rows(app, reader, book)
        .select_only()
        .column(C::Key)
        .column_as(Expr::col(C::Quantity).sum().cast_as("bigint"), "balance")
        .column_as(C::Id.count(), "entries")
        .column_as(C::At.max(), "last_at")
        .group_by(C::Key)
        .order_by_desc(C::At.max())
        .order_by_asc(C::Key)
        .limit(MOST_KEYS)
        .into_model::<Balance>()
        .all(app.db.read())
        .await?)
}

/// What stands under one key.
pub async fn balance(app: &App, reader: &Reader, book: &Book, key: &str) -> Result<i64, Refusal> {
    super::snapshot::balance(app.db.read(), app.tenant, reader.site.project(), &book.key, key).await
}

/// A page of a book's lines, of one key or of all, newest first.
pub async fn entries(
    app: &App,
    reader: &Reader,
    book: &Book,
    key: Option<&str>,
    paging: &Paging,
) -> Result<List<ledger_entry::Model>, Refusal> {
    use ledger_entry::Column as C;
    let mut found = rows(app, reader, book);
    if let Some(key) = key {
        found = found.filter(C::Key.eq(key));
    }
    let page = paging.select::<_, _, i64>(found, C::At, C::Id, Sort::Descending)?;
    paging.list(page.all(app.db.read()).await?, |row| (row.at, row.id))
}
