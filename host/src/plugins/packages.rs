use crate::Refusal;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use twoway_entity::plugins::{Trust, plugin_package as package_table};
use twoway_ids::{Millis, Uuid};
use twoway_manifest::{Description, Manifest};

/// A package without its component: what is known of it before it runs.
#[derive(Clone, Debug)]
pub struct PackageFacts {
    pub digest: String,
    pub manifest: Manifest,
    pub description: Description,
    pub trust: Trust,
    pub added_at: Millis,
    pub withdrawn_at: Option<Millis>,
}

#[derive(FromQueryResult)]
struct Row {
    digest: String,
    manifest: Value,
    description: Value,
    trust: Trust,
    added_at: Millis,
    withdrawn_at: Option<Millis>,
}

impl TryFrom<Row> for PackageFacts {
    type Error = Refusal;

    fn try_from(row: Row) -> Result<Self, Refusal> {
        Ok(Self {
            digest: row.digest,
            manifest: serde_json::from_value(row.manifest)?,
            description: serde_json::from_value(row.description)?,
            trust: row.trust,
            added_at: row.added_at,
            withdrawn_at: row.withdrawn_at,
        })
    }
}

fn facts(tenant: Uuid) -> sea_orm::Select<package_table::Entity> {
    use package_table::Column as C;
    package_table::Entity::find()
        .select_only()
        .columns([C::Digest, C::Manifest, C::Description, C::Trust, C::AddedAt, C::WithdrawnAt])
        .filter(C::TenantId.eq(tenant))
}

/// One package by its digest.
pub async fn package(db: &impl ConnectionTrait, tenant: Uuid, digest: &str) -> Result<PackageFacts, Refusal> {
    let row = facts(tenant).filter(package_table::Column::Digest.eq(digest)).into_model::<Row>().one(db).await?;
    row.ok_or(Refusal::NotFound)?.try_into()
}

/// All packages, also those that are no longer offered, newest first; at most 200.
pub async fn all(db: &impl ConnectionTrait, tenant: Uuid) -> Result<Vec<PackageFacts>, Refusal> {
    let rows = facts(tenant)
        .order_by_desc(package_table::Column::AddedAt)
        .order_by_asc(package_table::Column::Digest)
        .limit(200)
        .into_model::<Row>()
        .all(db)
        .await?;
    rows.into_iter().map(PackageFacts::try_from).collect()
}

/// The packages that a project can be given, newest first; at most 200.
pub async fn offered(db: &impl ConnectionTrait, tenant: Uuid) -> Result<Vec<PackageFacts>, Refusal> {
    let rows = facts(tenant)
        .filter(package_table::Column::WithdrawnAt.is_null())
        .order_by_desc(package_table::Column::AddedAt)
        .order_by_asc(package_table::Column::Digest)
        .limit(200)
        .into_model::<Row>()
        .all(db)
        .await?;
    rows.into_iter().map(PackageFacts::try_from).collect()
}
