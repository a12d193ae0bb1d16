//! The bytes of files: checked on their way in, kept once by their hash, compared with it on their way out.

use crate::{App, Refusal};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// What may be attached: the ending of the name and the media type that the content must show.
pub const ALLOWED: &[(&str, &str)] = &[
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
];

/// A file whose name, type and size have been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedFile {
    pub name: String,
    pub media_type: &'static str,
    pub sha256: String,
    pub bytes: Vec<u8>,
}

impl CheckedFile {
    /// The same file with the bytes that are kept of it: where only some may read it, they are sealed.
    pub fn keeping(&self, bytes: Vec<u8>) -> Self {
        Self { sha256: hex::encode(Sha256::digest(&bytes)), bytes, ..self.clone() }
    }
}

/// Checks an upload. `expected`: the hash that the client computed, hex.
///
/// Errors: `file-name`, `payment-code-file` (D1), `file-type`, `file-type-mismatch`, `file-empty`, `file-hash-mismatch`, [`Refusal::TooLarge`].
pub fn check(name: &str, bytes: Vec<u8>, limit: usize, expected: Option<&str>) -> Result<CheckedFile, Refusal> {
    let name = name.trim();
    let is_path = name.contains(['/', '\\', ':']) || name.starts_with('.') || name.contains("..");
    if name.is_empty() || name.chars().count() > 120 || is_path || name.chars().any(char::is_control) {
        return Err(Refusal::rule("file-name"));
    }
    crate::lint::no_payment_code(name)?;
    if bytes.len() > limit {
        return Err(Refusal::TooLarge { limit });
    }
    if bytes.is_empty() {
        return Err(Refusal::rule("file-empty"));
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let Some((_, media_type)) = ALLOWED.iter().find(|(allowed, _)| *allowed == ending) else {
        let endings: Vec<&str> = ALLOWED.iter().map(|(ending, _)| *ending).collect();
        return Err(Refusal::rule("file-type").with("allowed", endings.join("、")));
    };
    if infer::get(&bytes).map(|kind| kind.mime_type()) != Some(*media_type) {
        return Err(Refusal::rule("file-type-mismatch").with("ending", ending));
    }
    let sha256 = hex::encode(Sha256::digest(&bytes));
    if expected.is_some_and(|expected| !expected.trim().eq_ignore_ascii_case(&sha256)) {
        return Err(Refusal::rule("file-hash-mismatch"));
    }
    Ok(CheckedFile { name: name.to_string(), media_type, sha256, bytes })
}

/// Where the bytes lie.
pub fn folder(app: &App) -> PathBuf {
    app.config.data.join("blobs")
}

/// Writes the bytes under their hash. The same content is kept once. Call it before the row is written, so that no row is ever without
/// its bytes, and once more afterwards: the nightly sweep may have taken away what no row named in between.
pub async fn keep(app: &App, file: &CheckedFile) -> Result<(), Refusal> {
    let folder = folder(app);
    let place = folder.join(&file.sha256);
    if tokio::fs::try_exists(&place).await.unwrap_or(false) {
        return Ok(());
    }
    let half = folder.join(format!("{}.{}", file.sha256, twoway_ids::new_id(app.now())));
    write(&folder, &half, &place, &file.bytes)
        .await
        .map_err(|error| anyhow::Error::new(error).context("a file cannot be written").into())
}

/// Runs an action that writes rows which name these files, and keeps their bytes: before, so that no row is ever without them, and once
/// more afterwards.
pub async fn kept<T>(
    app: &App,
    files: &[CheckedFile],
    action: impl Future<Output = Result<T, Refusal>>,
) -> Result<T, Refusal> {
    for file in files {
        keep(app, file).await?;
    }
    let done = action.await?;
    for file in files {
        keep(app, file).await?;
    }
    Ok(done)
}

/// First beside its place, then moved there whole: nobody ever reads half a file.
async fn write(folder: &Path, half: &Path, place: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use tokio::io::AsyncWriteExt;
    tokio::fs::create_dir_all(folder).await?;
    let mut file = tokio::fs::File::create(half).await?;
    file.write_all(bytes).await?;
    file.sync_all().await?;
    tokio::fs::rename(half, place).await
}

/// Reads a kept file and makes sure that it is still what was handed in.
pub async fn read(app: &App, sha256: &str) -> Result<Vec<u8>, Refusal> {
    let bytes = tokio::fs::read(folder(app).join(sha256))
        .await
        .map_err(|error| anyhow::Error::new(error).context(format!("the file {sha256} cannot be read")))?;
    if hex::encode(Sha256::digest(&bytes)) != sha256 {
        return Err(anyhow::anyhow!("the file {sha256} was changed on disk").into());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";

    fn code(name: &str, bytes: &[u8], expected: Option<&str>) -> String {
        match check(name, bytes.to_vec(), 1_000, expected) {
            Ok(file) => file.media_type.to_string(),
            Err(refusal) => refusal.code().to_string(),
        }
    }

    #[test]
    fn names_types_and_sizes_are_checked() {
        assert_eq!(code("活动照片.png", PNG, None), "image/png");
        assert_eq!(code("活动照片.PNG", PNG, None), "image/png");
        for name in ["../a.png", "a/b.png", "C:\\a.png", "", ".png", "a\n.png", "a..png"] {
            assert_eq!(code(name, PNG, None), "file-name", "{name:?}");
        }
        assert_eq!(code("a.exe", PNG, None), "file-type");
        assert_eq!(code("a", PNG, None), "file-type");
        assert_eq!(code("a.svg", b"<svg/>", None), "file-type");
        assert_eq!(code("a.pdf", PNG, None), "file-type-mismatch");
        assert_eq!(code("a.png", b"MZ", None), "file-type-mismatch");
        assert_eq!(code("a.png", b"", None), "file-empty");
        assert_eq!(code("a.png", &[PNG, &[0; 1_000]].concat(), None), "too-large");
        assert_eq!(code("a.pdf", b"%PDF-1.7\n", None), "application/pdf");
    }

    #[test]
    fn a_wrong_hash_is_found() {
        let right = hex::encode(Sha256::digest(PNG));
        assert_eq!(code("a.png", PNG, Some(&right.to_uppercase())), "image/png");
        assert_eq!(code("a.png", PNG, Some("00")), "file-hash-mismatch");
    }
}
