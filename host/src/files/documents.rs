use super::content::CheckedFile;
use crate::lifecycle::Step;
use crate::{App, Refusal};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use std::collections::HashSet;
use twoway_entity::files::document;
use twoway_ids::Uuid;

/// Files of one thing.
const MOST: u64 = 20;

/// What a file belongs to: the kind of a thing, in the chain's words, and its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    pub kind: &'static str,
    pub id: Uuid,
}

impl Owner {
    pub fn new(kind: &'static str, id: Uuid) -> Self {
        Self { kind, id }
    }
}

/// Attaches a checked file in the step's transaction; the step's own event should name it. `purpose` is the owner's word for what the
/// file proves. Run the action inside of [`super::kept`], which keeps the bytes.
///
/// Errors: `too-many-files`, `file-already-there`, [`Refusal::SignedOut`] for a step without an account.
pub async fn attach(
    step: &Step,
    owner: Owner,
    purpose: &'static str,
    file: &CheckedFile,
) -> Result<document::Model, Refusal> {
    let account = step.who().account().ok_or(Refusal::SignedOut)?;
    let of_owner = document::Entity::find()
        .filter(document::Column::TenantId.eq(step.who().tenant))
        .filter(document::Column::OwnerKind.eq(owner.kind))
        .filter(document::Column::OwnerId.eq(owner.id));
    if of_owner.clone().filter(document::Column::Sha256.eq(file.sha256.as_str())).count(step.tx()).await? > 0 {
        return Err(Refusal::rule("file-already-there"));
    }
    if of_owner.count(step.tx()).await? >= MOST {
        return Err(Refusal::rule("too-many-files").with("most", MOST));
    }
    let row = document::ActiveModel {
        tenant_id: Set(step.who().tenant),
        id: Set(step.new_id()),
        owner_kind: Set(owner.kind.to_string()),
        owner_id: Set(owner.id),
        purpose: Set(purpose.to_string()),
        name: Set(file.name.clone()),
        media_type: Set(file.media_type.to_string()),
        size: Set(i64::try_from(file.bytes.len()).unwrap_or(i64::MAX)),
        sha256: Set(file.sha256.clone()),
        uploaded_by: Set(account),
        uploaded_at: Set(step.now()),
    };
    let row = row.insert(step.tx()).await?;
    step.wrote(document::Entity, row.id);
    Ok(row)
}

/// Takes a file off. Its bytes go with the nightly sweep when nothing else names them.
pub async fn detach(step: &Step, row: &document::Model) -> Result<(), Refusal> {
    document::Entity::delete_by_id((row.tenant_id, row.id)).exec(step.tx()).await?;
    step.wrote(document::Entity, row.id);
    Ok(())
}

/// The files of these things of one kind, oldest first; never more than [`MOST`] for each.
pub async fn of(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    kind: &'static str,
    owners: &[Uuid],
) -> Result<Vec<document::Model>, Refusal> {
    if owners.is_empty() {
        return Ok(Vec::new());
    }
    let rows = document::Entity::find()
        .filter(document::Column::TenantId.eq(tenant))
        .filter(document::Column::OwnerKind.eq(kind))
        .filter(document::Column::OwnerId.is_in(owners.iter().copied()))
        .order_by_asc(document::Column::UploadedAt)
        .order_by_asc(document::Column::Id)
        .limit(MOST * owners.len() as u64)
        .all(db)
        .await?;
    Ok(rows)
}

/// Which of these contents a document names.
pub async fn named(app: &App, hashes: &[String]) -> Result<HashSet<String>, Refusal> {
    let named: Vec<String> = document::Entity::find()
        .select_only()
        .column(document::Column::Sha256)
        .distinct()
        .filter(document::Column::TenantId.eq(app.tenant))
        .filter(document::Column::Sha256.is_in(hashes))
        .into_tuple()
        .all(app.db.read())
        .await?;
    Ok(named.into_iter().collect())
}
