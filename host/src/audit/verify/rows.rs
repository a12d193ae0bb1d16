use super::Finding;
use crate::audit::covered::{Table, tables};
use crate::audit::key::RowKey;
use crate::audit::marks::{self, Mark};
use crate::audit::rows;
use crate::{App, Refusal};
use sea_orm::{
    AccessMode, ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, IsolationLevel, QueryFilter,
    QueryOrder, QuerySelect, TransactionTrait,
};
use std::collections::HashSet;
use twoway_entity::audit::{event, row_mark};
use twoway_ids::Uuid;

/// Every covered row is as its newest mark says, every mark is as its event says, and no row is without one.
pub(super) async fn verify(app: &App, findings: &mut Vec<Finding>) -> Result<(), Refusal> {
    for table in tables() {
        let mut after = String::new();
        loop {
            let page = page(app.db.read(), app.tenant, table, (&after, None)).await?;
            let Some(last) = page.last() else { break };
            let (first, next) = (std::mem::take(&mut after), last.row_key.clone());
            let mut found = check(app.db.read(), app, table, &page).await?;
            if !found.is_empty() {
                found = again(app, table, &first, &next).await?;
            }
            findings.extend(found);
            after = next;
        }
        let mut after = None;
        loop {
            let keys = rows::keys(app.db.read(), app.tenant, table, after.as_ref()).await?;
            let Some(last) = keys.last() else { break };
            after = Some(last.clone());
            findings.extend(unmarked(app, table, &keys).await?);
        }
    }
    Ok(())
}

/// Marks in the order of their keys: those after the first key, up to the second one or as many as go into one statement.
async fn page(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    table: &'static Table,
    (after, until): (&str, Option<&str>),
) -> Result<Vec<row_mark::Model>, Refusal> {
    use row_mark::Column as C;
    let marks = row_mark::Entity::find()
        .filter(C::TenantId.eq(tenant))
        .filter(C::TableName.eq(table.name))
        .filter(C::RowKey.gt(after))
        .order_by_asc(C::RowKey);
    let marks = match until {
        Some(until) => marks.filter(C::RowKey.lte(until)),
        None => marks.limit(rows::CHUNK as u64),
    };
    Ok(marks.all(db).await?)
}

/// A host may have written between the mark and its row. What does not fit is read again, all at one moment.
async fn again(app: &App, table: &'static Table, first: &str, last: &str) -> Result<Vec<Finding>, Refusal> {
    let db = app.db.read();
    let moment = match db.get_database_backend() {
        // Its transactions read one state by themselves.
        DbBackend::Sqlite => db.begin().await?,
        _ => db.begin_with_config(Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly)).await?,
    };
    let mut found = Vec::new();
    for part in page(&moment, app.tenant, table, (first, Some(last))).await?.chunks(rows::CHUNK) {
        found.extend(check(&moment, app, table, part).await?);
    }
    moment.rollback().await?;
    Ok(found)
}

async fn check(
    db: &impl ConnectionTrait,
    app: &App,
    table: &'static Table,
    page: &[row_mark::Model],
) -> Result<Vec<Finding>, Refusal> {
    let keys: Vec<RowKey> = page.iter().filter_map(|mark| RowKey::parse(&mark.row_key, &table.key)).collect();
    let there = rows::hashes(db, &app.keys, app.tenant, &[(table, keys)]).await?;
    let vouched = vouched(db, app.tenant, page).await?;
    let mut findings = Vec::new();
    for mark in page {
        let mut say = |message: String| findings.push(Finding::row(table.name, &mark.row_key, message));
        let by = format!("event {} of {} {}", mark.seq, mark.stream_kind, mark.stream_id);
        let own = (mark.table_name.clone(), mark.row_key.clone(), mark.number, mark.hash.clone());
        match (&mark.hash, there.get(&(table.name, mark.row_key.clone()))) {
            _ if !vouched.contains(&own) => say(format!("its mark was changed by hand: {by} does not vouch for it")),
            (None, None) => {}
            (Some(kept), Some(now)) if kept == now => {}
            (Some(_), Some(_)) => say(format!("the row was changed by hand since {by}")),
            (Some(_), None) => say(format!("the row was removed by hand since {by}")),
            (None, Some(_)) => say(format!("the row was inserted by hand: it was deleted by {by}")),
        }
    }
    Ok(findings)
}

/// What the events that these marks name really say.
async fn vouched(db: &impl ConnectionTrait, tenant: Uuid, page: &[row_mark::Model]) -> Result<HashSet<Mark>, Refusal> {
    use event::Column as C;
    let named: HashSet<(&str, Uuid, i32)> =
        page.iter().map(|mark| (mark.stream_kind.as_str(), mark.stream_id, mark.seq)).collect();
    let any = named.into_iter().fold(Condition::any(), |any, (kind, id, seq)| {
        any.add(Condition::all().add(C::StreamKind.eq(kind)).add(C::StreamId.eq(id)).add(C::Seq.eq(seq)))
    });
    let events: Vec<Option<String>> = event::Entity::find()
        .select_only()
        .column(C::Marks)
        .filter(C::TenantId.eq(tenant))
        .filter(any)
        .into_tuple()
        .all(db)
        .await?;
    let wanted: HashSet<(&str, &str)> =
        page.iter().map(|mark| (mark.table_name.as_str(), mark.row_key.as_str())).collect();
    let marks = events.into_iter().flatten().filter_map(|text| serde_json::from_str::<Vec<Mark>>(&text).ok()).flatten();
    Ok(marks.filter(|mark| wanted.contains(&(mark.0.as_str(), mark.1.as_str()))).collect())
}

/// Rows for which no event vouches. A mark that is read after its row is there, unless somebody took it away.
async fn unmarked(app: &App, table: &'static Table, keys: &[RowKey]) -> Result<Vec<Finding>, Refusal> {
    let texts: Vec<String> = keys.iter().map(RowKey::text).collect();
    let names: Vec<(&str, &str)> = texts.iter().map(|key| (table.name, key.as_str())).collect();
    let known = marks::known(app.db.read(), app.tenant, &names).await?;
    let is_marked = |text: &str| known.contains_key(&(table.name.to_string(), text.to_string()));
    let lacking = keys.iter().zip(&texts).filter(|(key, text)| !key.fits(&table.key) || !is_marked(text));
    Ok(lacking
        .map(|(_, text)| Finding::row(table.name, text, "the row was inserted by hand: no event vouches for it"))
        .collect())
}
