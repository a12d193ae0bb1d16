//! Marks: what a step left behind in each row that it wrote. They stand in `row_marks`, for looking up, and in the step's last
//! event, which the chain protects.

use super::covered;
use super::key::RowKey;
use super::rows;
use crate::Refusal;
use crate::keys::Keys;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};
use std::collections::{BTreeMap, HashMap};
use twoway_entity::audit::row_mark::{ActiveModel, Column, Entity, Model};
use twoway_ids::Uuid;

/// The rows that a step wrote: table, key's text, key.
pub type Written = BTreeMap<(&'static str, String), RowKey>;

/// Marks in one statement.
const CHUNK: usize = 500;

/// A mark as it stands in an event: table, key, number, hash (none: the row was deleted).
pub(super) type Mark = (String, String, i32, Option<String>);

/// The event that vouches for marks.
pub(super) struct Voucher<'a> {
    pub stream: (&'a str, Uuid),
    pub seq: i32,
}

/// What is new in the written rows: one mark for each whose content changed, in the order of table and key. One read of
/// the rows, and one of the marks that they had.
pub(super) async fn of_step(
    tx: &impl ConnectionTrait,
    keys: &Keys,
    tenant: Uuid,
    written: &Written,
) -> Result<Vec<Mark>, Refusal> {
    let mut by_table: BTreeMap<&str, Vec<RowKey>> = BTreeMap::new();
    for ((table, _), key) in written {
        by_table.entry(table).or_default().push(key.clone());
    }
    let mut wanted = Vec::new();
    for (name, rows) in by_table {
        let table = covered::table(name).ok_or_else(|| anyhow::anyhow!("{name} is not among the covered tables"))?;
        wanted.push((table, rows));
    }
    let mut now = rows::hashes(tx, keys, tenant, &wanted).await?;
    let names: Vec<(&str, &str)> = written.keys().map(|(table, key)| (*table, key.as_str())).collect();
    let before = known(tx, tenant, &names).await?;
    let mut marks = Vec::new();
    for (table, key) in written.keys() {
        let hash = now.remove(&(*table, key.clone()));
        let (number, last) =
            before.get(&(table.to_string(), key.clone())).map_or((0, None), |mark| (mark.number, mark.hash.as_ref()));
        if last != hash.as_ref() {
            marks.push((table.to_string(), key.clone(), number + 1, hash));
        }
    }
    Ok(marks)
}

/// The marks of these rows.
pub(super) async fn known(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    names: &[(&str, &str)],
) -> Result<HashMap<(String, String), Model>, Refusal> {
    let mut known = HashMap::new();
    for chunk in names.chunks(CHUNK) {
        let mut by_table: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (table, key) in chunk {
            by_table.entry(table).or_default().push(key);
        }
        let any = by_table.into_iter().fold(Condition::any(), |any, (table, keys)| {
            any.add(Condition::all().add(Column::TableName.eq(table)).add(Column::RowKey.is_in(keys)))
        });
        let found = Entity::find().filter(Column::TenantId.eq(tenant)).filter(any).all(db).await?;
        known.extend(found.into_iter().map(|mark| ((mark.table_name.clone(), mark.row_key.clone()), mark)));
    }
    Ok(known)
}

/// Replaces the rows' marks.
pub(super) async fn keep(
    tx: &impl ConnectionTrait,
    tenant: Uuid,
    marks: Vec<Mark>,
    by: &Voucher<'_>,
) -> Result<(), Refusal> {
    let mut marks = marks.into_iter().peekable();
    while marks.peek().is_some() {
        let rows = marks.by_ref().take(CHUNK).map(|(table, key, number, hash)| ActiveModel {
            tenant_id: Set(tenant),
            table_name: Set(table),
            row_key: Set(key),
            number: Set(number),
            hash: Set(hash),
            stream_kind: Set(by.stream.0.to_string()),
            stream_id: Set(by.stream.1),
            seq: Set(by.seq),
        });
        let again = OnConflict::columns([Column::TenantId, Column::TableName, Column::RowKey])
            .update_columns([Column::Number, Column::Hash, Column::StreamKind, Column::StreamId, Column::Seq])
            .to_owned();
        Entity::insert_many(rows.collect::<Vec<_>>()).on_conflict(again).exec_without_returning(tx).await?;
    }
    Ok(())
}
