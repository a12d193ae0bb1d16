//! The content of covered rows as the chain sees it.

use super::chain::canonical;
use super::covered::Table;
use super::key::RowKey;
use crate::Refusal;
use crate::keys::Keys;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement, UnionType};
use sea_orm::{ConnectionTrait, DbBackend, Order, QueryResult};
use serde_json::Value;
use std::collections::HashMap;
use twoway_ids::Uuid;

/// Keys in one statement. Keys of several columns become a chain of conditions, which SQLite takes up to a thousand deep.
pub(super) const CHUNK: usize = 200;

/// Hashes by table and key's text.
pub(super) type Hashes = HashMap<(&'static str, String), String>;

/// The hash of each of these rows; a row that is not there has none. One statement for all tables, unless
/// there are more rows of one than go into it.
pub(super) async fn hashes(
    db: &impl ConnectionTrait,
    keys: &Keys,
    tenant: Uuid,
    wanted: &[(&'static Table, Vec<RowKey>)],
) -> Result<Hashes, Refusal> {
    let backend = db.get_database_backend();
    let mut hashes = Hashes::new();
    for round in 0.. {
        let parts: Vec<_> = wanted
            .iter()
            .filter_map(|(table, rows)| rows.chunks(table.at_once).nth(round).map(|chunk| (*table, chunk)))
            .collect();
        let mut selects = parts.iter().map(|(table, chunk)| select(backend, tenant, table, chunk));
        let Some(mut all) = selects.next() else { break };
        for select in selects {
            all.union(UnionType::All, select);
        }
        let mut groups: HashMap<(&'static str, String), Vec<String>> = HashMap::new();
        for row in db.query_all(&all).await? {
            let name: String = row.try_get("", "name")?;
            let Some((table, _)) = parts.iter().find(|(table, _)| table.name == name) else { continue };
            let (key, content) = read(table, &row)?;
            groups.entry((table.name, key)).or_default().push(content);
        }
        hashes.extend(groups.into_iter().map(|((table, key), mut rows)| {
            rows.sort_unstable();
            // Under a key: whoever only has the database cannot make a mark that fits, nor guess what an erased row held.
            let hash = keys.keyed_hash("row-mark", &format!("{table}\n{key}\n{}", rows.join("\n")));
            ((table, key), hash)
        }));
    }
    Ok(hashes)
}

fn select(backend: DbBackend, tenant: Uuid, table: &Table, keys: &[RowKey]) -> SelectStatement {
    Query::select()
        .expr_as(Expr::cust(format!("'{}'", table.name)), Alias::new("name"))
        .expr_as(Expr::cust(table.content(backend)), Alias::new("content"))
        .from(Alias::new(table.name))
        .and_where(Expr::col(Alias::new("tenant_id")).eq(tenant))
        .cond_where(RowKey::any(keys, &table.key))
        .to_owned()
}

/// A row's key as text, and its canonical content.
fn read(table: &Table, row: &QueryResult) -> Result<(String, String), Refusal> {
    let content: Value = serde_json::from_str(&row.try_get::<String>("", "content")?)?;
    let key = RowKey::of_content(&content, &table.key);
    let key = key.ok_or_else(|| anyhow::anyhow!("a row of {} was read without its key", table.name))?;
    Ok((key.text(), canonical(&content)))
}

/// The keys of a table in their order, after `after`.
pub(super) async fn keys(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    table: &Table,
    after: Option<&RowKey>,
) -> Result<Vec<RowKey>, Refusal> {
    let mut select = Query::select();
    select.distinct().from(Alias::new(table.name)).and_where(Expr::col(Alias::new("tenant_id")).eq(tenant));
    for (column, _) in &table.key {
        select.column(Alias::new(*column)).order_by(Alias::new(*column), Order::Asc);
    }
    if let Some(after) = after {
        select.and_where(after.below(&table.key));
    }
    select.limit(CHUNK as u64);
    let rows = db.query_all(&select).await?;
    Ok(rows.iter().map(|row| RowKey::read(row, &table.key)).collect::<Result<_, _>>()?)
}
