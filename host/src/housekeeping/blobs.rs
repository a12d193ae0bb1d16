//! Files that no row names: an upload that was refused after its bytes had been kept, a file that was taken off again.

use crate::{App, Refusal, files, objections, proposals};
use anyhow::Context;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};
use twoway_ids::{DAY, Millis};

/// A fresh file may be that of an upload which is just being written.
const FRESH: Millis = DAY;
/// What is about to be deleted.
const SWEPT: &str = ".swept";
/// Names that are looked up together.
const TOGETHER: usize = 500;

/// Deletes files of the folder that are older than a day and that no document, no attachment, no proposal as handed in and no
/// objection names.
pub async fn sweep(app: &App) -> Result<u64, Refusal> {
    let (folder, before) = (files::folder(app), app.now() - FRESH);
    let listing = tokio::task::spawn_blocking(move || older_than(&folder, before));
    let old = listing.await.context("the listing was lost")?.context("the folder of files cannot be read")?;
    let mut deleted = 0;
    for some in old.chunks(TOGETHER) {
        let hashes: Vec<String> = some.iter().filter_map(|path| hash_of(path)).collect();
        let named = named(app, &hashes).await?;
        for path in some {
            deleted += u64::from(match hash_of(path) {
                // Half a file.
                None => remove(path).await.map(|()| true)?,
                Some(hash) if named.contains(&hash) => put_back(path, &hash).await?,
                Some(hash) => delete_unless_named(app, path, &hash).await?,
            });
        }
    }
    Ok(deleted)
}

async fn named(app: &App, hashes: &[String]) -> Result<HashSet<String>, Refusal> {
    let mut named = files::named(app, hashes).await?;
    named.extend(proposals::files::named(app, hashes).await?);
    named.extend(objections::evidence::named(app, hashes).await?);
    Ok(named)
}

/// The content that a file holds whole, or that an interrupted sweep has set aside.
fn hash_of(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let hash = name.strip_suffix(SWEPT).unwrap_or(name);
    (hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit())).then(|| hash.to_string())
}

/// A file that is named stays, under its own name. Never counts as deleted.
async fn put_back(path: &Path, hash: &str) -> Result<bool, Refusal> {
    let own = path.with_file_name(hash);
    if own != path {
        tokio::fs::rename(path, &own).await.with_context(|| format!("{} cannot be moved back", path.display()))?;
    }
    Ok(false)
}

/// Whoever keeps the same content in this moment finds no file and writes it anew, or has a row by now, which is looked for once more.
async fn delete_unless_named(app: &App, path: &Path, hash: &str) -> Result<bool, Refusal> {
    let aside = path.with_file_name(format!("{hash}{SWEPT}"));
    tokio::fs::rename(path, &aside).await.with_context(|| format!("{} cannot be moved", path.display()))?;
    if !named(app, &[hash.to_string()]).await?.is_empty() {
        return put_back(&aside, hash).await;
    }
    remove(&aside).await?;
    Ok(true)
}

async fn remove(path: &Path) -> Result<(), Refusal> {
    Ok(tokio::fs::remove_file(path).await.with_context(|| format!("{} cannot be deleted", path.display()))?)
}

fn older_than(folder: &Path, before: Millis) -> std::io::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let before = UNIX_EPOCH + Duration::from_millis(before.max(0).unsigned_abs());
    let mut old = Vec::new();
    for entry in entries {
        let entry = entry?;
        let facts = entry.metadata()?;
        if facts.is_file() && facts.modified()? < before {
            old.push(entry.path());
        }
    }
    Ok(old)
}
