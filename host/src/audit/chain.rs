use crate::Refusal;
use crate::lifecycle::Covered;
use crate::refusal::stale_if_taken;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JsonValue,
    QueryFilter, QueryOrder,
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use twoway_entity::audit::event;
use twoway_ids::{Millis, Uuid};

/// An event that has happened but is not yet chained.
pub struct NewEvent {
    pub stream_kind: &'static str,
    pub stream_id: Uuid,
    pub at: Millis,
    pub actor: Option<Uuid>,
    pub cause: Option<String>,
    pub acting_for: Option<Uuid>,
    pub name: String,
    pub before: Option<String>,
    pub after: Option<String>,
    pub payload: Value,
}

/// The hash before the first event of a stream.
pub(super) const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Appends events in order. The last event of each stream carries the hash of the row as it now is.
///
/// Errors: [`Refusal::Stale`] when another transaction appended to one of the streams meanwhile.
pub async fn append(
    tx: &impl ConnectionTrait,
    tenant: Uuid,
    events: Vec<NewEvent>,
    covered: &[Covered],
) -> Result<(), Refusal> {
    let mut heads: HashMap<(&str, Uuid), (i32, String)> = HashMap::new();
    for (at, new) in events.iter().enumerate() {
        let stream = (new.stream_kind, new.stream_id);
        let (seq, prev_hash) = match heads.get(&stream) {
            Some(head) => head.clone(),
            None => head(tx, tenant, stream).await?,
        };
        let is_last = !events[at + 1..].iter().any(|e| (e.stream_kind, e.stream_id) == stream);
        let row_hash = match covered.iter().find(|c| c.kind == new.stream_kind) {
            Some(covered) if is_last => row_hash(tx, tenant, covered, new.stream_id).await?,
            _ => None,
        };
        let mut row = event::Model {
            tenant_id: tenant,
            stream_kind: new.stream_kind.to_string(),
            stream_id: new.stream_id,
            seq: seq + 1,
            at: new.at,
            actor_id: new.actor,
            cause: new.cause.clone(),
            acting_for: new.acting_for,
            name: new.name.clone(),
            state_before: new.before.clone(),
            state_after: new.after.clone(),
            payload: canonical(&new.payload),
            row_hash,
            prev_hash,
            hash: String::new(),
        };
        row.hash = event_hash(&row);
        heads.insert(stream, (row.seq, row.hash.clone()));
        insert(tx, row).await?;
    }
    Ok(())
}

async fn insert(tx: &impl ConnectionTrait, row: event::Model) -> Result<(), Refusal> {
    let row = event::ActiveModel {
        tenant_id: Set(row.tenant_id),
        stream_kind: Set(row.stream_kind),
        stream_id: Set(row.stream_id),
        seq: Set(row.seq),
        at: Set(row.at),
        actor_id: Set(row.actor_id),
        cause: Set(row.cause),
        acting_for: Set(row.acting_for),
        name: Set(row.name),
        state_before: Set(row.state_before),
        state_after: Set(row.state_after),
        payload: Set(row.payload),
        row_hash: Set(row.row_hash),
        prev_hash: Set(row.prev_hash),
        hash: Set(row.hash),
    };
    row.insert(tx).await.map_err(stale_if_taken)?;
    Ok(())
}

async fn head(tx: &impl ConnectionTrait, tenant: Uuid, (kind, id): (&str, Uuid)) -> Result<(i32, String), Refusal> {
    let last = event::Entity::find()
        .filter(event::Column::TenantId.eq(tenant))
        .filter(event::Column::StreamKind.eq(kind))
        .filter(event::Column::StreamId.eq(id))
        .order_by_desc(event::Column::Seq)
        .one(tx)
        .await?;
    Ok(last.map_or_else(|| (0, GENESIS.to_string()), |e| (e.seq, e.hash)))
}

/// Each part with its length in front, so that no two different events share their bytes.
pub(super) fn event_hash(event: &event::Model) -> String {
    let uuid = |id: Option<Uuid>| id.map(|u| u.to_string()).unwrap_or_default();
    let word = |w: &Option<String>| w.clone().unwrap_or_default();
    let parts = [
        event.tenant_id.to_string(),
        event.stream_kind.clone(),
        event.stream_id.to_string(),
        event.seq.to_string(),
        event.at.to_string(),
        uuid(event.actor_id),
        word(&event.cause),
        uuid(event.acting_for),
        event.name.clone(),
        word(&event.state_before),
        word(&event.state_after),
        event.payload.clone(),
        word(&event.row_hash),
        event.prev_hash.clone(),
    ];
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hex::encode(hasher.finalize())
}

/// The hash of an entity's covered columns; none when the row is gone.
pub(super) async fn row_hash(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    covered: &Covered,
    id: Uuid,
) -> Result<Option<String>, Refusal> {
    let mut select = Query::select();
    select.from(Alias::new(covered.table)).column(Alias::new("state")).column(Alias::new("version"));
    for column in covered.columns {
        select.column(Alias::new(*column));
    }
    select.and_where(Expr::col(Alias::new("tenant_id")).eq(tenant)).and_where(Expr::col(Alias::new("id")).eq(id));
    let row = JsonValue::find_by_statement(db.get_database_backend().build(&select)).one(db).await?;
    Ok(row.map(|row| hex::encode(Sha256::digest(canonical(&row).as_bytes()))))
}

/// JSON with its keys in order, so that equal content has equal bytes.
pub fn canonical(value: &Value) -> String {
    fn sorted(value: &Value) -> Value {
        match value {
            Value::Object(map) => {
                let mut entries: Vec<_> = map.iter().collect();
                entries.sort_by_key(|(key, _)| key.as_str());
                Value::Object(entries.into_iter().map(|(k, v)| (k.clone(), sorted(v))).collect())
            }
            Value::Array(list) => Value::Array(list.iter().map(sorted).collect()),
            other => other.clone(),
        }
    }
    sorted(value).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_content_has_equal_bytes() {
        let one = serde_json::json!({"b": [{"z": 1, "a": 2}], "a": null});
        let two = serde_json::json!({"a": null, "b": [{"a": 2, "z": 1}]});
        assert_eq!(canonical(&one), canonical(&two));
    }
}
