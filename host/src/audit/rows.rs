//! The content of covered rows as the chain sees it.

use super::chain::canonical;
use super::covered::Table;
use super::key::RowKey;
use crate::Refusal;
use crate::keys::Keys;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, Order, QueryResult, Value};
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, HashMap};
use twoway_ids::Uuid;

/// Keys in one statement. Keys of several columns become a chain of conditions, which SQLite takes up to a thousand deep.
pub(super) const CHUNK: usize = 200;

/// The hash of each of these rows, by its key's text; a row that is not there has none.
pub(super) async fn hashes(
    db: &impl ConnectionTrait,
    keys: &Keys,
    tenant: Uuid,
    table: &Table,
    wanted: &[RowKey],
) -> Result<HashMap<String, String>, Refusal> {
    let mut hashes = HashMap::new();
    for chunk in wanted.chunks(CHUNK) {
        let mut select = (table.select)();
        select.and_where(Expr::col(Alias::new("tenant_id")).eq(tenant)).cond_where(RowKey::any(chunk, &table.key));
        for column in &table.order {
            select.order_by(Alias::new(*column), Order::Asc);
        }
        let mut groups: BTreeMap<String, Vec<Json>> = BTreeMap::new();
        for row in db.query_all(&select).await? {
            let (key, content) = content(table, &row)?;
            groups.entry(key.text()).or_default().push(content);
        }
        hashes.extend(groups.into_iter().map(|(key, rows)| {
            // Under a key: whoever only has the database cannot make a mark that fits, nor guess what an erased row held.
            let text = format!("{}\n{key}\n{}", table.name, canonical(&Json::Array(rows)));
            (key, keys.keyed_hash("row-mark", &text))
        }));
    }
    Ok(hashes)
}

fn content(table: &Table, row: &QueryResult) -> Result<(RowKey, Json), Refusal> {
    let (key, columns) = table.row(row)?;
    let plain = |(column, value): (&str, Value)| Ok((column.to_string(), plain(value)?));
    let columns = columns.into_iter().map(plain).collect::<Result<Map<String, Json>, Refusal>>()?;
    Ok((key, Json::Object(columns)))
}

fn plain(value: Value) -> Result<Json, Refusal> {
    Ok(match value {
        Value::Bool(it) => json!(it),
        Value::Int(it) => json!(it),
        Value::BigInt(it) => json!(it),
        Value::String(it) => json!(it),
        Value::Uuid(it) => json!(it.map(|id| id.to_string())),
        Value::Bytes(it) => json!(it.map(hex::encode)),
        Value::Json(it) => it.map_or(Json::Null, |it| *it),
        other => return Err(anyhow::anyhow!("a covered column holds {other:?}, which has no canonical form").into()),
    })
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
