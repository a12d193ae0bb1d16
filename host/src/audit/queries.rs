use crate::Refusal;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use std::collections::HashMap;
use twoway_entity::accounts::account;
use twoway_entity::audit::event;
use twoway_entity::organizations::organization;
use twoway_ids::{Millis, Uuid};

/// One line of an entity's history: who did what for whom, and when.
#[derive(Clone, Debug)]
pub struct HistoryEntry {
    pub at: Millis,
    pub actor: Option<String>,
    /// The job's kind, when the system acted.
    pub cause: Option<String>,
    pub acting_for: Option<String>,
    pub name: String,
    pub state_before: Option<String>,
    pub state_after: Option<String>,
    pub payload: Value,
}

/// The newest `limit` events of one entity, newest first. The caller has checked that the reader may see the entity.
pub async fn history(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    kind: &str,
    id: Uuid,
    limit: u64,
) -> Result<Vec<HistoryEntry>, Refusal> {
    let events = event::Entity::find()
        .filter(event::Column::TenantId.eq(tenant))
        .filter(event::Column::StreamKind.eq(kind))
        .filter(event::Column::StreamId.eq(id))
        .order_by_desc(event::Column::Seq)
        .limit(limit.min(200))
        .all(db)
        .await?;
    let accounts: Vec<Uuid> = events.iter().filter_map(|e| e.actor_id).collect();
    let organizations: Vec<Uuid> = events.iter().filter_map(|e| e.acting_for).collect();
    let names: HashMap<Uuid, String> = account::Entity::find()
        .filter(account::Column::TenantId.eq(tenant))
        .filter(account::Column::Id.is_in(accounts))
        .all(db)
        .await?
        .into_iter()
        .map(|a| (a.id, a.name))
        .collect();
    let houses: HashMap<Uuid, String> = organization::Entity::find()
        .filter(organization::Column::TenantId.eq(tenant))
        .filter(organization::Column::Id.is_in(organizations))
        .all(db)
        .await?
        .into_iter()
        .map(|o| (o.id, o.name))
        .collect();
    Ok(events
        .into_iter()
        .map(|e| HistoryEntry {
            at: e.at,
            actor: e.actor_id.and_then(|id| names.get(&id).cloned()),
            cause: e.cause,
            acting_for: e.acting_for.and_then(|id| houses.get(&id).cloned()),
            name: e.name,
            state_before: e.state_before,
            state_after: e.state_after,
            payload: serde_json::from_str(&e.payload).unwrap_or(Value::Null),
        })
        .collect())
}
