//! A proposal's files on their way in and out over HTTP.

use super::queries::{Sight, files_of, find_visible, masked_file};
use crate::files::{self, CheckedFile, UploadForm};
use crate::{App, Refusal, Who};
use axum::extract::Multipart;
use axum::response::Response;
use twoway_ids::Uuid;

/// What an upload form held.
pub struct Upload {
    pub file: CheckedFile,
    /// `_version` of a page's form.
    pub version: Option<i32>,
}

/// Reads an upload form: the part `file` and, if the client computed it, its `sha256`.
pub async fn read(form: Multipart, limit: usize) -> Result<Upload, Refusal> {
    let mut form = UploadForm::read(form, limit).await?;
    let file = form.required("file")?;
    form.nothing_else(&["sha256"])?;
    let sha256 = Some(form.form.text("sha256")).filter(|hash| !hash.is_empty());
    let file = files::check(&file.name, file.bytes, limit, sha256)?;
    Ok(Upload { file, version: form.form.text("_version").parse().ok() })
}

/// A file of a proposal as a download.
pub async fn send(app: &App, who: &Who, proposal: Uuid, file: Uuid) -> Result<Response, Refusal> {
    let seen = find_visible(app.db.read(), who, proposal).await?;
    if seen.sight < Sight::Masked {
        return Err(Refusal::NotFound);
    }
    let mut files = files_of(app.db.read(), who.tenant, proposal).await?;
    if seen.sight == Sight::Masked {
        files = files.into_iter().zip(1..).map(|(file, n)| masked_file(file, n)).collect();
    }
    let file = files.into_iter().find(|f| f.id == file).ok_or(Refusal::NotFound)?;
    files::send(app, &file.name, &file.media_type, &file.sha256).await
}
