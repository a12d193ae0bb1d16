//! Files that came with an objection. Name and bytes are sealed as its author is: a scan or a file's name tells who filed it as well
//! as a signature does.

use super::queries::Seen;
use crate::files::{self, CheckedFile};
use crate::lifecycle::{Command, Step};
use crate::vault::DataKey;
use crate::{App, Refusal, Who};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde_json::json;
use std::collections::HashSet;
use twoway_entity::objections::{evidence, objection};
use twoway_ids::Uuid;

/// Files of one objection.
pub const MOST: usize = 5;

/// Refuses too many files, and the same content twice.
///
/// Errors: `too-many-files`, `file-already-there`.
pub fn bounded(files: &[CheckedFile]) -> Result<(), Refusal> {
    if files.len() > MOST {
        return Err(Refusal::rule("too-many-files").with("most", MOST));
    }
    let contents: HashSet<&str> = files.iter().map(|file| file.sha256.as_str()).collect();
    if contents.len() == files.len() { Ok(()) } else { Err(Refusal::rule("file-already-there")) }
}

/// A file under seal: what is kept of it in the folder, and the row that names it.
pub struct Sealed {
    pub kept: CheckedFile,
    row: evidence::ActiveModel,
}

/// Seals the files of an objection that is about to be filed, under its key.
pub fn seal(
    app: &App,
    objection: Uuid,
    wrapped: &[u8],
    files: &[CheckedFile],
    tenant: Uuid,
) -> Result<Vec<Sealed>, Refusal> {
    let key = DataKey::unwrap(&app.keys, objection, wrapped)?;
    let one = |(number, file): (i32, &CheckedFile)| {
        let id = twoway_ids::new_id(app.now());
        let kept = file.keeping(key.seal(&content_place(id), &file.bytes)?);
        let row = evidence::ActiveModel {
            tenant_id: Set(tenant),
            id: Set(id),
            objection_id: Set(objection),
            number: Set(number),
            name: Set(key.seal(&name_place(id), file.name.as_bytes())?),
            media_type: Set(file.media_type.to_string()),
            size: Set(i64::try_from(file.bytes.len()).unwrap_or(i64::MAX)),
            sha256: Set(kept.sha256.clone()),
            uploaded_at: Set(app.now()),
        };
        Ok(Sealed { kept, row })
    };
    (1..).zip(files).map(one).collect()
}

fn name_place(id: Uuid) -> String {
    format!("file-name:{id}")
}

fn content_place(id: Uuid) -> String {
    format!("file:{id}")
}

/// Writes the rows in the step that files the objection. The event says how many there are and names none.
pub(super) async fn attach(step: &Step, objection: Uuid, sealed: Vec<Sealed>) -> Result<(), Refusal> {
    if sealed.is_empty() {
        return Ok(());
    }
    step.record("objection", objection, "evidence-attached", json!({ "files": sealed.len() }));
    for file in sealed {
        let row = file.row.insert(step.tx()).await?;
        step.wrote(evidence::Entity, row.id);
    }
    Ok(())
}

/// A file as those see it who may.
pub struct Shown {
    pub row: evidence::Model,
    pub name: String,
}

/// How many files came with an objection; the office may know that.
pub async fn count(db: &impl ConnectionTrait, row: &objection::Model) -> Result<u64, Refusal> {
    Ok(of_objection(row).count(db).await?)
}

/// The files of an objection with their names, oldest first; none for whom they are not.
pub async fn shown(app: &App, seen: &Seen) -> Result<Vec<Shown>, Refusal> {
    if !seen.sight.reads_evidence() {
        return Ok(Vec::new());
    }
    all(app, &seen.row).await
}

/// The names of the files, for texts that must not tell them.
pub async fn names(app: &App, row: &objection::Model) -> Result<Vec<String>, Refusal> {
    Ok(all(app, row).await?.into_iter().map(|file| file.name).collect())
}

async fn all(app: &App, row: &objection::Model) -> Result<Vec<Shown>, Refusal> {
    let found = of_objection(row)
        .order_by_asc(evidence::Column::Number)
        .order_by_asc(evidence::Column::Id)
        .limit(MOST as u64)
        .all(app.db.read())
        .await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let key = DataKey::unwrap(&app.keys, row.id, &row.key)?;
    let one = |file: evidence::Model| {
        let name = key.open(&name_place(file.id), &file.name)?;
        Ok(Shown { name: String::from_utf8_lossy(&name).into_owned(), row: file })
    };
    found.into_iter().map(one).collect()
}

fn of_objection(row: &objection::Model) -> sea_orm::Select<evidence::Entity> {
    evidence::Entity::find()
        .filter(evidence::Column::TenantId.eq(row.tenant_id))
        .filter(evidence::Column::ObjectionId.eq(row.id))
}

/// Opens one file. That the handler or the supervisor did is an event, as their look at the author is.
///
/// Errors: [`Refusal::NotAllowed`] for whom it is not, [`Refusal::NotFound`].
pub async fn open(app: &App, who: &Who, seen: Seen, file: Uuid) -> Result<(Shown, Vec<u8>), Refusal> {
    if !seen.sight.reads_evidence() {
        return Err(Refusal::NotAllowed);
    }
    let shown = all(app, &seen.row).await?.into_iter().find(|shown| shown.row.id == file).ok_or(Refusal::NotFound)?;
    let key = DataKey::unwrap(&app.keys, seen.row.id, &seen.row.key)?;
    let bytes = key.open(&content_place(file), &files::read(app, &shown.row.sha256).await?)?;
    if seen.sight.knows_who() {
        let id = seen.row.id;
        app.act(who, &Command::default(), move |step| async move {
            step.record("objection", id, "evidence-seen", json!({ "file": file }));
            Ok(())
        })
        .await?;
    }
    Ok((shown, bytes))
}

/// Which of these contents an objection's file names.
pub async fn named(app: &App, hashes: &[String]) -> Result<HashSet<String>, Refusal> {
    let named: Vec<String> = evidence::Entity::find()
        .select_only()
        .column(evidence::Column::Sha256)
        .distinct()
        .filter(evidence::Column::TenantId.eq(app.tenant))
        .filter(evidence::Column::Sha256.is_in(hashes))
        .into_tuple()
        .all(app.db.read())
        .await?;
    Ok(named.into_iter().collect())
}
