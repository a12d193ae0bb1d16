use crate::projects::{self, Sight};
use crate::{Refusal, Who, files};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use twoway_entity::files::document;
use twoway_entity::projects::project;
use twoway_entity::sponsoring::project_disclosure as disclosure;
use twoway_ids::Uuid;

/// The kind of owner of the photos.
pub const FILES: &str = "project-disclosure";

/// How many of a project are shown, the newest.
pub const SHOWN: u64 = 100;

/// How many the public page shows.
pub const NEWEST: u64 = 20;

pub use disclosure::Model as Row;

/// Disclosures of a project with their photos, the newest first.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub rows: Vec<disclosure::Model>,
    pub photos: Vec<document::Model>,
}

impl Told {
    pub fn photos_of(&self, id: Uuid) -> impl Iterator<Item = &document::Model> {
        self.photos.iter().filter(move |photo| photo.owner_id == id)
    }
}

/// The newest disclosures of a project. `published`: only what everybody may read.
pub async fn of(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    project: Uuid,
    published: bool,
    limit: u64,
) -> Result<Told, Refusal> {
    let mut select = disclosure::Entity::find()
        .filter(disclosure::Column::TenantId.eq(tenant))
        .filter(disclosure::Column::ProjectId.eq(project));
    if published {
        select = select.filter(disclosure::Column::PublishedAt.is_not_null());
    }
    let rows = select.order_by_desc(disclosure::Column::Number).limit(limit).all(db).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    Ok(Told { photos: files::of(db, tenant, FILES, &ids).await?, rows })
}

/// One disclosure with its project, for the team and the office. Errors: [`Refusal::NotFound`] for everybody else.
pub async fn find(
    db: &impl ConnectionTrait,
    who: &Who,
    id: Uuid,
) -> Result<(disclosure::Model, project::Model), Refusal> {
    let row = disclosure::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let seen = projects::find_visible(db, who, row.project_id).await?;
    if seen.sight == Sight::Public { Err(Refusal::NotFound) } else { Ok((row, seen.row)) }
}
