//! The register of receipts: the office sees its subtree's, a recipient its own, a sponsor those for what it gave.

use super::rules::SPONSORS;
use crate::http::{List, Paging, Sort};
use crate::proposals::queries::OFFICE_READS;
use crate::{Refusal, Who};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashMap;
use twoway_entity::accounts::Role;
use twoway_entity::adoptions::adoption;
use twoway_entity::fulfilment::{proof, receipt};
use twoway_entity::organizations::organization;
use twoway_ids::Uuid;

/// One entry with the recipient's name.
#[derive(Clone, Debug)]
pub struct Entry {
    pub row: receipt::Model,
    pub recipient: String,
}

/// The entries that the reader may see, newest first.
pub async fn list(db: &impl ConnectionTrait, who: &Who, paging: &Paging) -> Result<List<Entry>, Refusal> {
    let mut any = Condition::any()
        .add(receipt::Column::RecipientId.is_in(who.organizations(&[Role::Recipient])))
        .add(receipt::Column::SponsorId.is_in(who.organizations(SPONSORS)));
    let paths = who.subtrees(OFFICE_READS);
    if !paths.is_empty() {
        any = any.add(receipt::Column::AdoptionId.in_subquery(below(who.tenant, &paths)));
    }
    let select = receipt::Entity::find().filter(receipt::Column::TenantId.eq(who.tenant)).filter(any);
    let select =
        paging.select::<_, _, i64>(select, receipt::Column::CreatedAt, receipt::Column::Id, Sort::Descending)?;
    let page = paging.list(select.all(db).await?, |row| (row.created_at, row.id))?;
    let names: HashMap<Uuid, String> = organization::Entity::find()
        .filter(organization::Column::TenantId.eq(who.tenant))
        .filter(organization::Column::Id.is_in(page.items.iter().map(|r| r.recipient_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|o| (o.id, o.name))
        .collect();
    Ok(page.map(|row| Entry { recipient: names.get(&row.recipient_id).cloned().unwrap_or_default(), row }))
}

fn below(tenant: Uuid, paths: &[String]) -> SelectStatement {
    let any = paths.iter().fold(Condition::any(), |any, path| any.add(adoption::Column::Path.starts_with(path)));
    Query::select()
        .column(adoption::Column::Id)
        .from(adoption::Entity)
        .and_where(adoption::Column::TenantId.eq(tenant))
        .cond_where(any)
        .to_owned()
}

/// What proves the deliveries of an adoption, by delivery.
pub async fn proofs(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    adoption: Uuid,
) -> Result<HashMap<Uuid, serde_json::Value>, Refusal> {
    let rows = proof::Entity::find()
        .filter(proof::Column::TenantId.eq(tenant))
        .filter(proof::Column::AdoptionId.eq(adoption))
        .limit(1_000)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|p| (p.id, p.facts)).collect())
}
