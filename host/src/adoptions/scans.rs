//! The paper way to sign (加盖公章的扫描件): somebody uploads the sealed paper for a party, and a second person of the office, who has
//! held it against the frozen text, accepts it in the place of a code.

use crate::Refusal;
use crate::files::Owner;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use twoway_entity::agreements::seal_scan;
use twoway_entity::files::document;
use twoway_ids::Uuid;

/// The kind under which a scan's file is kept.
pub const KIND: &str = "seal-scan";

/// What the file proves.
pub const PURPOSE: &str = "sealed-paper";

pub fn owner(scan: Uuid) -> Owner {
    Owner::new(KIND, scan)
}

/// The scans of one version of an agreement, the newest first; at most 100.
pub async fn of(db: &impl ConnectionTrait, tenant: Uuid, agreement: Uuid) -> Result<Vec<seal_scan::Model>, Refusal> {
    Ok(seal_scan::Entity::find()
        .filter(seal_scan::Column::TenantId.eq(tenant))
        .filter(seal_scan::Column::AgreementId.eq(agreement))
        .order_by_desc(seal_scan::Column::UploadedAt)
        .order_by_desc(seal_scan::Column::Id)
        .limit(100)
        .all(db)
        .await?)
}

pub async fn find(db: &impl ConnectionTrait, tenant: Uuid, id: Uuid) -> Result<seal_scan::Model, Refusal> {
    seal_scan::Entity::find_by_id((tenant, id)).one(db).await?.ok_or(Refusal::NotFound)
}

/// The file of a scan. Errors: [`Refusal::NotFound`].
pub async fn file(db: &impl ConnectionTrait, tenant: Uuid, id: Uuid) -> Result<document::Model, Refusal> {
    crate::files::of(db, tenant, KIND, &[id]).await?.into_iter().next().ok_or(Refusal::NotFound)
}
