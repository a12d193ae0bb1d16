use super::marks::{self, Voucher, Written};
use crate::Refusal;
use crate::keys::Keys;
use crate::refusal::stale_if_taken;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
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

/// Appends the events of one step in order. The last one vouches for the written rows as they now are.
///
/// Errors: [`Refusal::Stale`] when another transaction appended to one of the streams meanwhile; internal when rows were written
/// and no event says so.
pub async fn append(
    tx: &impl ConnectionTrait,
    keys: &Keys,
    tenant: Uuid,
    events: Vec<NewEvent>,
    written: &Written,
) -> Result<(), Refusal> {
    let left = marks::of_step(tx, keys, tenant, written).await?;
    if events.is_empty() && !left.is_empty() {
        let rows: Vec<String> = left.iter().map(|(table, key, ..)| format!("{table} {key}")).collect();
        return Err(anyhow::anyhow!("a step wrote {} and remembered no event", rows.join(", ")).into());
    }
    let count = events.len();
    let mut heads: HashMap<(&str, Uuid), (i32, String)> = HashMap::new();
    let mut voucher = None;
    for (at, new) in events.into_iter().enumerate() {
        let stream = (new.stream_kind, new.stream_id);
        let (seq, prev_hash) = match heads.get(&stream) {
            Some(head) => head.clone(),
            None => head(tx, tenant, stream).await?,
        };
        let marks = if at + 1 == count && !left.is_empty() { Some(serde_json::to_string(&left)?) } else { None };
        let mut row = event::Model {
            tenant_id: tenant,
            stream_kind: new.stream_kind.to_string(),
            stream_id: new.stream_id,
            seq: seq + 1,
            at: new.at,
            actor_id: new.actor,
            cause: new.cause,
            acting_for: new.acting_for,
            name: new.name,
            state_before: new.before,
            state_after: new.after,
            payload: canonical(&new.payload),
            row_hash: None,
            marks,
            prev_hash,
            hash: String::new(),
        };
        row.hash = event_hash(&row);
        heads.insert(stream, (row.seq, row.hash.clone()));
        voucher = Some(Voucher { stream, seq: row.seq });
        insert(tx, row).await?;
    }
    match voucher {
        Some(by) => marks::keep(tx, tenant, left, &by).await,
        None => Ok(()),
    }
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
        marks: Set(row.marks),
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
    let mut parts = vec![
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
    // Events from before there were marks keep their hash.
    parts.extend(event.marks.clone());
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hex::encode(hasher.finalize())
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
