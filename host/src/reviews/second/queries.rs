use crate::Refusal;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use std::collections::HashMap;
use twoway_entity::reviews::{second_item, second_round};
use twoway_ids::Uuid;

/// How the second round of a call counts; none where there was none.
pub async fn of(db: &impl ConnectionTrait, tenant: Uuid, call: Uuid) -> Result<Option<second_round::Model>, Refusal> {
    Ok(second_round::Entity::find_by_id((tenant, call)).one(db).await?)
}

/// Whether a second round was begun.
pub async fn started(db: &impl ConnectionTrait, tenant: Uuid, call: Uuid) -> Result<bool, Refusal> {
    Ok(of(db, tenant, call).await?.is_some())
}

/// What is read a second time, with the score of the first round; none where there is no second round.
pub async fn items(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    call: Uuid,
) -> Result<Option<HashMap<Uuid, Option<i32>>>, Refusal> {
    let rows = second_item::Entity::find()
        .filter(second_item::Column::TenantId.eq(tenant))
        .filter(second_item::Column::CallId.eq(call))
        .all(db)
        .await?;
    let items: HashMap<Uuid, Option<i32>> = rows.into_iter().map(|row| (row.proposal_id, row.first)).collect();
    Ok(if items.is_empty() { None } else { Some(items) })
}
