use super::chain::GENESIS;
use crate::{App, Refusal};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use twoway_entity::audit::{event, seal};
use twoway_ids::{HOUR, MINUTE, Millis, Uuid};

/// How often the heads are sealed.
pub const SEAL_EVERY: Millis = HOUR;

/// An event may become visible a little after its time: each seal looks back this far before the one before it.
const OVERLAP: Millis = 5 * MINUTE;

/// Signs the heads of all streams that moved since the last seal. Each seal covers the hash of the one before, so together they
/// cover every head. Does nothing when nothing moved.
pub async fn seal(app: &App) -> Result<bool, Refusal> {
    let (tenant, now) = (app.tenant, app.now());
    let work = app.clone();
    app.db
        .transact(move |tx| async move {
            let last = last_seal(&*tx, tenant).await?;
            let since = last.as_ref().map_or(0, |s| s.at - OVERLAP);
            let heads = moved_heads(&*tx, tenant, since).await?;
            let known = last.as_ref().map(|s| s.heads.as_str());
            let list: Vec<_> = heads.iter().map(|((kind, id), (seq, hash))| (kind, id, seq, hash)).collect();
            let text = serde_json::to_string(&list)?;
            if list.is_empty() || known == Some(text.as_str()) {
                return Ok(false);
            }
            let prev_hash = last.map_or_else(|| GENESIS.to_string(), |s| s.hash);
            let hash = seal_hash(now, &text, &prev_hash);
            let row = seal::ActiveModel {
                tenant_id: Set(tenant),
                id: Set(twoway_ids::new_id(now)),
                at: Set(now),
                streams: Set(list.len() as i32),
                signature: Set(work.keys.sign(hash.as_bytes())),
                heads: Set(text),
                prev_hash: Set(prev_hash),
                hash: Set(hash),
                key_id: Set(work.keys.signing_id.clone()),
            };
            row.insert(&*tx).await?;
            Ok(true)
        })
        .await
}

pub(super) async fn last_seal(db: &impl ConnectionTrait, tenant: Uuid) -> Result<Option<seal::Model>, Refusal> {
    Ok(seal::Entity::find()
        .filter(seal::Column::TenantId.eq(tenant))
        .order_by_desc(seal::Column::At)
        .order_by_desc(seal::Column::Id)
        .one(db)
        .await?)
}

type Heads = BTreeMap<(String, Uuid), (i32, String)>;

async fn moved_heads(db: &impl ConnectionTrait, tenant: Uuid, since: Millis) -> Result<Heads, Refusal> {
    const PAGE: u64 = 5_000;
    let mut heads = Heads::new();
    let mut offset = 0;
    loop {
        let page = event::Entity::find()
            .filter(event::Column::TenantId.eq(tenant))
            .filter(event::Column::At.gte(since))
            .order_by_asc(event::Column::At)
            .order_by_asc(event::Column::StreamKind)
            .order_by_asc(event::Column::StreamId)
            .order_by_asc(event::Column::Seq)
            .offset(offset)
            .limit(PAGE)
            .all(db)
            .await?;
        let count = page.len() as u64;
        for e in page {
            let head = heads.entry((e.stream_kind, e.stream_id)).or_insert((0, String::new()));
            if e.seq > head.0 {
                *head = (e.seq, e.hash);
            }
        }
        if count < PAGE {
            return Ok(heads);
        }
        offset += PAGE;
    }
}

pub(super) fn seal_hash(at: Millis, heads: &str, prev_hash: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(at.to_be_bytes());
    hasher.update((heads.len() as u64).to_be_bytes());
    hasher.update(heads.as_bytes());
    hasher.update(prev_hash.as_bytes());
    hex::encode(hasher.finalize())
}
