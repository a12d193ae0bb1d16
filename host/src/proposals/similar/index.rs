//! The index from pieces of text to the proposals that have them. It is made of titles and summaries by a job, after a proposal was
//! handed in, and can be made again at any time.

use super::measure::{Gram, grams};
use crate::{App, Refusal, Tx};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use twoway_entity::jobs::job;
use twoway_entity::proposals::proposal;
use twoway_entity::propose::{gram, gram_count, sketch};
use twoway_ids::Uuid;

/// The job that takes a proposal into the index, and every night those that were missed.
pub const SKETCH: &str = "proposals.sketch";

/// The count of all proposals in the index stands under this piece, which no text has.
pub(super) const ALL: Gram = 0;

/// Rows in one statement.
const CHUNK: usize = 500;

/// Proposals that one night takes in: those handed in before there was an index.
const A_NIGHT: u64 = 1_000;

/// What the measure reads of a proposal.
pub fn text_of(row: &proposal::Model) -> String {
    format!("{}\n{}", row.title, row.summary)
}

/// Takes the proposal of the job into the index, or those which are not in it.
pub async fn take_in(app: App, job: job::Model) -> Result<(), Refusal> {
    if let Some(id) = job.subject_id {
        return one(&app, id).await;
    }
    let known = Query::select()
        .column(sketch::Column::ProposalId)
        .from(sketch::Entity)
        .and_where(sketch::Column::TenantId.eq(app.tenant))
        .to_owned();
    let missed: Vec<Uuid> = proposal::Entity::find()
        .select_only()
        .column(proposal::Column::Id)
        .filter(proposal::Column::TenantId.eq(app.tenant))
        .filter(proposal::Column::SubmittedAt.is_not_null())
        .filter(proposal::Column::Id.not_in_subquery(known))
        .order_by_asc(proposal::Column::Id)
        .limit(A_NIGHT)
        .into_tuple()
        .all(app.db.read())
        .await?;
    for id in missed {
        one(&app, id).await?;
    }
    Ok(())
}

async fn one(app: &App, id: Uuid) -> Result<(), Refusal> {
    let tenant = app.tenant;
    let row = proposal::Entity::find_by_id((tenant, id)).one(app.db.read()).await?;
    let Some(row) = row.filter(|row| row.submitted_at.is_some()) else { return Ok(()) };
    let text = text_of(&row);
    let hash = hex::encode(Sha256::digest(text.as_bytes()));
    let new = grams(&text);
    app.db
        .transact(move |tx| async move {
            let old = sketch::Entity::find_by_id((tenant, id)).one(&*tx).await?;
            if old.as_ref().is_some_and(|old| old.hash == hash) {
                return Ok(());
            }
            // The count of all is written first and by every writer, so that no two of them wait for each other.
            count(&tx, tenant, &[ALL], i32::from(old.is_none())).await?;
            let before = old.map(|old| unpacked(&old.grams)).unwrap_or_default();
            let (gone, added): (Vec<Gram>, Vec<Gram>) =
                (before.difference(&new).copied().collect(), new.difference(&before).copied().collect());
            count(&tx, tenant, &gone, -1).await?;
            for chunk in gone.chunks(CHUNK) {
                gram::Entity::delete_many()
                    .filter(gram::Column::TenantId.eq(tenant))
                    .filter(gram::Column::ProposalId.eq(id))
                    .filter(gram::Column::Gram.is_in(chunk.iter().copied()))
                    .exec(&*tx)
                    .await?;
            }
            count(&tx, tenant, &added, 1).await?;
            for chunk in added.chunks(CHUNK) {
                let rows = chunk.iter().map(|gram| gram::ActiveModel {
                    tenant_id: Set(tenant),
                    gram: Set(*gram),
                    proposal_id: Set(id),
                });
                gram::Entity::insert_many(rows).exec_without_returning(&*tx).await?;
            }
            let kept = sketch::ActiveModel {
                tenant_id: Set(tenant),
                proposal_id: Set(id),
                hash: Set(hash),
                grams: Set(packed(&new)),
            };
            sketch::Entity::insert(kept)
                .on_conflict(
                    OnConflict::columns([sketch::Column::TenantId, sketch::Column::ProposalId])
                        .update_columns([sketch::Column::Hash, sketch::Column::Grams])
                        .to_owned(),
                )
                .exec_without_returning(&*tx)
                .await?;
            Ok(())
        })
        .await
}

/// Adds to how many proposals have each of these pieces.
async fn count(tx: &Tx, tenant: Uuid, grams: &[Gram], by: i32) -> Result<(), Refusal> {
    for chunk in grams.chunks(CHUNK) {
        let rows = chunk.iter().map(|gram| gram_count::ActiveModel {
            tenant_id: Set(tenant),
            gram: Set(*gram),
            having: Set(by),
        });
        gram_count::Entity::insert_many(rows)
            .on_conflict(
                OnConflict::columns([gram_count::Column::TenantId, gram_count::Column::Gram])
                    .value(
                        gram_count::Column::Having,
                        Expr::col((gram_count::Entity, gram_count::Column::Having)).add(by),
                    )
                    .to_owned(),
            )
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// Eight bytes for each piece, in order.
fn packed(grams: &BTreeSet<Gram>) -> Vec<u8> {
    grams.iter().flat_map(|gram| gram.to_be_bytes()).collect()
}

pub(super) fn unpacked(bytes: &[u8]) -> BTreeSet<Gram> {
    bytes.as_chunks::<8>().0.iter().map(|eight| Gram::from_be_bytes(*eight)).collect()
}
