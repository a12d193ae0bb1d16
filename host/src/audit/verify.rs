use super::chain::{GENESIS, event_hash, row_hash};
use super::seal::seal_hash;
use crate::lifecycle::covered;
use crate::{App, Refusal};
use ed25519_dalek::{Signature, Verifier};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use twoway_entity::audit::{event, seal};
use twoway_ids::Uuid;

/// One thing that does not fit. The words are for the operator at a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// `call 0198…`, or `seal 0198…`.
    pub place: String,
    pub message: String,
}

#[derive(FromQueryResult)]
struct RowId {
    id: Uuid,
}

const PAGE: u64 = 1_000;

/// Recomputes every chain, every covered row and every seal. Reads only; needs no quiet database, since a chain only grows.
pub async fn verify(app: &App) -> Result<Vec<Finding>, Refusal> {
    let mut findings = Vec::new();
    let mut heads: HashMap<(String, Uuid), event::Model> = HashMap::new();
    let mut hashes: HashMap<(String, Uuid, i32), String> = HashMap::new();
    verify_chains(app, &mut findings, &mut heads, &mut hashes).await?;
    verify_rows(app, &mut findings, &heads).await?;
    verify_seals(app, &mut findings, &hashes).await?;
    Ok(findings)
}

async fn verify_chains(
    app: &App,
    findings: &mut Vec<Finding>,
    heads: &mut HashMap<(String, Uuid), event::Model>,
    hashes: &mut HashMap<(String, Uuid, i32), String>,
) -> Result<(), Refusal> {
    let mut offset = 0;
    loop {
        let page = event::Entity::find()
            .filter(event::Column::TenantId.eq(app.tenant))
            .order_by_asc(event::Column::StreamKind)
            .order_by_asc(event::Column::StreamId)
            .order_by_asc(event::Column::Seq)
            .offset(offset)
            .limit(PAGE)
            .all(app.db.read())
            .await?;
        let count = page.len() as u64;
        for e in page {
            let stream = (e.stream_kind.clone(), e.stream_id);
            let mut say = |message: String| {
                findings.push(Finding { place: format!("{} {} event {}", e.stream_kind, e.stream_id, e.seq), message });
            };
            let (prev_seq, prev_hash) =
                heads.get(&stream).map_or((0, GENESIS.to_string()), |h| (h.seq, h.hash.clone()));
            if e.seq != prev_seq + 1 {
                say(format!("an event is missing: {} is followed by {}", prev_seq, e.seq));
            } else if e.prev_hash != prev_hash {
                say("it does not continue the event before it".to_string());
            }
            if event_hash(&e) != e.hash {
                say("its content was changed after it was written".to_string());
            }
            hashes.insert((e.stream_kind.clone(), e.stream_id, e.seq), e.hash.clone());
            heads.insert(stream, e);
        }
        if count < PAGE {
            return Ok(());
        }
        offset += PAGE;
    }
}

async fn verify_rows(
    app: &App,
    findings: &mut Vec<Finding>,
    heads: &HashMap<(String, Uuid), event::Model>,
) -> Result<(), Refusal> {
    let db = app.db.read();
    for covered in covered() {
        for ((kind, id), head) in heads.iter().filter(|((kind, _), _)| kind == covered.kind) {
            let now = row_hash(db, app.tenant, &covered, *id).await?;
            if now != head.row_hash {
                let message = if now.is_none() {
                    format!("the row of table {} was removed by hand", covered.table)
                } else {
                    format!(
                        "the row of table {} was changed by hand since event {} ({})",
                        covered.table, head.seq, head.name
                    )
                };
                findings.push(Finding { place: format!("{kind} {id}"), message });
            }
        }
        let mut after: Option<Uuid> = None;
        loop {
            let mut select = Query::select();
            select.from(Alias::new(covered.table)).column(Alias::new("id"));
            select.and_where(Expr::col(Alias::new("tenant_id")).eq(app.tenant));
            if let Some(after) = after {
                select.and_where(Expr::col(Alias::new("id")).gt(after));
            }
            select.order_by(Alias::new("id"), sea_orm::Order::Asc).limit(PAGE);
            let rows = RowId::find_by_statement(db.get_database_backend().build(&select)).all(db).await?;
            for row in &rows {
                if !heads.contains_key(&(covered.kind.to_string(), row.id)) {
                    findings.push(Finding {
                        place: format!("{} {}", covered.kind, row.id),
                        message: format!("the row of table {} was inserted by hand: it has no event", covered.table),
                    });
                }
            }
            match rows.last() {
                Some(last) if rows.len() as u64 == PAGE => after = Some(last.id),
                _ => break,
            }
        }
    }
    Ok(())
}

async fn verify_seals(
    app: &App,
    findings: &mut Vec<Finding>,
    hashes: &HashMap<(String, Uuid, i32), String>,
) -> Result<(), Refusal> {
    let seals = seal::Entity::find()
        .filter(seal::Column::TenantId.eq(app.tenant))
        .order_by_asc(seal::Column::At)
        .order_by_asc(seal::Column::Id)
        .all(app.db.read())
        .await?;
    let mut prev = GENESIS.to_string();
    for seal in seals {
        let mut say = |message: String| findings.push(Finding { place: format!("seal {}", seal.id), message });
        if seal.prev_hash != prev {
            say("it does not continue the seal before it: a seal was removed or changed".to_string());
        }
        if seal_hash(seal.at, &seal.heads, &seal.prev_hash) != seal.hash {
            say("its content was changed after it was written".to_string());
        }
        if seal.key_id == app.keys.signing_id {
            let signature = hex::decode(&seal.signature).ok().and_then(|b| Signature::from_slice(&b).ok());
            let key = app.keys.signing.verifying_key();
            if signature.is_none_or(|s| key.verify(seal.hash.as_bytes(), &s).is_err()) {
                say("its signature does not fit".to_string());
            }
        } else {
            say(format!("it was signed with another key ({})", seal.key_id));
        }
        let heads: Vec<(String, Uuid, i32, String)> = serde_json::from_str(&seal.heads).unwrap_or_default();
        for (kind, id, seq, hash) in heads {
            if hashes.get(&(kind.clone(), id, seq)) != Some(&hash) {
                say(format!("the history of {kind} {id} up to event {seq} is not the one that was sealed"));
            }
        }
        prev.clone_from(&seal.hash);
    }
    Ok(())
}
