use crate::{App, Refusal};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use std::collections::HashSet;
use twoway_entity::proposals::{attachment, revision};

/// Files per proposal.
pub const MOST_FILES: u64 = 20;

/// Which of these contents an attachment names, or a proposal as it was handed in.
pub async fn named(app: &App, hashes: &[String]) -> Result<HashSet<String>, Refusal> {
    let attached: Vec<String> = attachment::Entity::find()
        .select_only()
        .column(attachment::Column::Sha256)
        .filter(attachment::Column::TenantId.eq(app.tenant))
        .filter(attachment::Column::Sha256.is_in(hashes))
        .into_tuple()
        .all(app.db.read())
        .await?;
    let mut named: HashSet<String> = attached.into_iter().collect();
    for hash in hashes {
        // A file that was taken off after it had been handed in; there are few.
        if !named.contains(hash) {
            let handed_in = Expr::col(revision::Column::Attachments).cast_as("text").like(format!("%{hash}%"));
            let found = revision::Entity::find()
                .filter(revision::Column::TenantId.eq(app.tenant))
                .filter(handed_in)
                .count(app.db.read())
                .await?;
            if found > 0 {
                named.insert(hash.clone());
            }
        }
    }
    Ok(named)
}
