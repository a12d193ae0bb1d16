//! The first delivery of money after an agreement is in force: within fifteen working days (M6).

use crate::Refusal;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashMap;
use twoway_entity::sponsoring::first_delivery;
use twoway_ids::Uuid;

/// How many working days the sponsor has.
pub const WITHIN: u32 = 15;

/// How many of them are left when it is reminded.
pub const BEFORE: u32 = 3;

/// Of these adoptions, those whose first delivery of money is still to come.
pub async fn waiting(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    adoptions: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, first_delivery::Model>, Refusal> {
    let rows = first_delivery::Entity::find()
        .filter(first_delivery::Column::TenantId.eq(tenant))
        .filter(first_delivery::Column::Id.is_in(adoptions))
        .filter(first_delivery::Column::DoneAt.is_null())
        .limit(10_000)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The clock of one adoption; none where no money was promised.
pub async fn of(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    adoption: Uuid,
) -> Result<Option<first_delivery::Model>, Refusal> {
    Ok(first_delivery::Entity::find_by_id((tenant, adoption)).one(db).await?)
}
