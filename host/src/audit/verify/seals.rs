use super::Finding;
use crate::audit::chain::GENESIS;
use crate::audit::seal::seal_hash;
use crate::{App, Refusal};
use ed25519_dalek::{Signature, Verifier};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use twoway_entity::audit::{event, seal};
use twoway_ids::Uuid;

const PAGE: u64 = 50;
/// Heads that are looked up together: they become a chain of conditions, which SQLite takes up to a thousand deep.
const HEADS: usize = 200;

/// A stream, the number of its event that was sealed, and that event's hash.
type Head = (String, Uuid, i32, String);

/// Each seal continues the one before it, bears this host's signature, and names heads that are still there.
pub(super) async fn verify(app: &App, findings: &mut Vec<Finding>) -> Result<(), Refusal> {
    use seal::Column as C;
    let mut prev = GENESIS.to_string();
    let mut after: Option<(i64, Uuid)> = None;
    loop {
        let mut page = seal::Entity::find().filter(C::TenantId.eq(app.tenant));
        if let Some((at, id)) = after {
            let values = [Expr::value(at), Expr::value(id)];
            page = page.filter(Expr::tuple([C::At, C::Id].map(Expr::col)).gt(Expr::tuple(values)));
        }
        let seals = page.order_by_asc(C::At).order_by_asc(C::Id).limit(PAGE).all(app.db.read()).await?;
        let Some(last) = seals.last() else { return Ok(()) };
        after = Some((last.at, last.id));
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
            let heads: Vec<Head> = serde_json::from_str(&seal.heads).unwrap_or_default();
            for chunk in heads.chunks(HEADS) {
                let there = hashes(app, chunk).await?;
                for (kind, id, seq, hash) in chunk {
                    if there.get(&(kind.clone(), *id, *seq)) != Some(hash) {
                        say(format!("the history of {kind} {id} up to event {seq} is not the one that was sealed"));
                    }
                }
            }
            prev.clone_from(&seal.hash);
        }
    }
}

async fn hashes(app: &App, heads: &[Head]) -> Result<HashMap<(String, Uuid, i32), String>, Refusal> {
    use event::Column as C;
    let any = heads.iter().fold(Condition::any(), |any, (kind, id, seq, _)| {
        any.add(Condition::all().add(C::StreamKind.eq(kind)).add(C::StreamId.eq(*id)).add(C::Seq.eq(*seq)))
    });
    let found: Vec<(String, Uuid, i32, String)> = event::Entity::find()
        .select_only()
        .columns([C::StreamKind, C::StreamId, C::Seq, C::Hash])
        .filter(C::TenantId.eq(app.tenant))
        .filter(any)
        .into_tuple()
        .all(app.db.read())
        .await?;
    Ok(found.into_iter().map(|(kind, id, seq, hash)| ((kind, id, seq), hash)).collect())
}
