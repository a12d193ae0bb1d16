use super::marks::{self, Voucher, Written};
use crate::Refusal;
use crate::keys::Keys;
use crate::refusal::stale_if_taken;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, JoinType, Query, SelectStatement};
use sea_orm::{ActiveModelTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};
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

/// Streams or events in one statement.
const CHUNK: usize = 500;

/// Sequence number and hash of the last event of each stream.
type Heads = HashMap<(&'static str, Uuid), (i32, String)>;

/// Appends the events of one step in order, in a number of statements that grows by one for some hundred of them. The last one vouches for the written rows as they now are.
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
    let mut heads = heads(tx, tenant, &events).await?;
    let mut rows = Vec::with_capacity(count);
    let mut voucher = None;
    for (at, new) in events.into_iter().enumerate() {
        let stream = (new.stream_kind, new.stream_id);
        let (seq, prev_hash) = heads.remove(&stream).unwrap_or_else(|| (0, GENESIS.to_string()));
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
        rows.push(row.into_active_model().reset_all());
    }
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let chunk: Vec<event::ActiveModel> = rows.by_ref().take(CHUNK).collect();
        event::Entity::insert_many(chunk).exec_without_returning(tx).await.map_err(stale_if_taken)?;
    }
    match voucher {
        Some(by) => marks::keep(tx, tenant, left, &by).await,
        None => Ok(()),
    }
}

/// The heads of the streams of these events; a stream without events has none.
async fn heads(tx: &impl ConnectionTrait, tenant: Uuid, events: &[NewEvent]) -> Result<Heads, Refusal> {
    let streams: BTreeSet<(&'static str, Uuid)> = events.iter().map(|new| (new.stream_kind, new.stream_id)).collect();
    let streams: Vec<(&'static str, Uuid)> = streams.into_iter().collect();
    let mut heads = Heads::new();
    for chunk in streams.chunks(CHUNK) {
        for row in tx.query_all(&last_of(tenant, chunk)).await? {
            let kind: String = row.try_get("", "stream_kind")?;
            let id: Uuid = row.try_get("", "stream_id")?;
            let Ok(at) = chunk.binary_search(&(kind.as_str(), id)) else { continue };
            heads.insert(chunk[at], (row.try_get("", "seq")?, row.try_get("", "hash")?));
        }
    }
    Ok(heads)
}

/// The last event of each of these streams. The streams stand in the statement as rows, so that the key of the table leads both to the
/// highest number of each and to its event, however long the stream is.
fn last_of(tenant: Uuid, streams: &[(&'static str, Uuid)]) -> SelectStatement {
    use event::Column as C;
    let (wanted, event, any) = (Alias::new("wanted"), Alias::new("event"), Alias::new("any_event"));
    // Both databases call the columns of such rows so.
    let (kind, id) = (Alias::new("column1"), Alias::new("column2"));
    let within = |table: &Alias| {
        Condition::all()
            .add(Expr::col((table.clone(), C::TenantId)).eq(tenant))
            .add(Expr::col((table.clone(), C::StreamKind)).equals((wanted.clone(), kind.clone())))
            .add(Expr::col((table.clone(), C::StreamId)).equals((wanted.clone(), id.clone())))
    };
    let highest = Query::select()
        .expr(Expr::col((any.clone(), C::Seq)).max())
        .from_as(event::Entity, any.clone())
        .cond_where(within(&any))
        .to_owned();
    Query::select()
        .columns([C::StreamKind, C::StreamId, C::Seq, C::Hash].map(|column| (event.clone(), column)))
        .from_values(streams.iter().copied(), wanted.clone())
        .join_as(
            JoinType::InnerJoin,
            event::Entity,
            event.clone(),
            within(&event).add(Expr::col((event.clone(), C::Seq)).eq(Expr::SubQuery(None, Box::new(highest.into())))),
        )
        .to_owned()
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
