use super::{PackageError, listing, signature};
use crate::MAX_COMPONENT;
use ed25519_dalek::SigningKey;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Entries of a package by their name, with `/` between folders.
pub type Files = BTreeMap<String, Vec<u8>>;

const MAX_ENTRIES: usize = 200;
/// Bytes of an entry that is not the component.
const MAX_TEXT: usize = 512 << 10;

const ROOT: &[&str] = &[
    "plugin.toml",
    "component.wasm",
    "description.json",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "MANIFEST",
    "SIGNATURE",
];

/// The locale of `locales/<locale>.ftl`.
pub(super) fn locale(name: &str) -> Option<&str> {
    name.strip_prefix("locales/")?.strip_suffix(".ftl")
}

/// Only what a package is made of; so no name can lead anywhere else.
fn belongs(name: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && part.len() <= 80
            && !part.starts_with('.')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
    };
    ROOT.contains(&name) || locale(name).is_some_and(plain) || name.strip_prefix("scenarios/").is_some_and(plain)
}

fn bound(name: &str) -> usize {
    if name == "component.wasm" { MAX_COMPONENT } else { MAX_TEXT }
}

fn take(files: &mut Files, name: String, source: impl Read) -> Result<(), PackageError> {
    if !belongs(&name) {
        return Err(PackageError::UnexpectedEntry(name.chars().take(100).collect()));
    }
    if files.len() >= MAX_ENTRIES {
        return Err(PackageError::TooManyEntries { max: MAX_ENTRIES });
    }
    let max = bound(&name);
    let mut content = Vec::new();
    source.take(max as u64 + 1).read_to_end(&mut content)?;
    if content.len() > max {
        return Err(PackageError::TooLarge { name, max });
    }
    match files.insert(name.clone(), content) {
        None => Ok(()),
        Some(_) => Err(PackageError::NotATwk(format!("'{name}' stands in it twice"))),
    }
}

/// Reads an unpacked package. Links are not followed.
pub fn read_folder(folder: &Path) -> Result<Files, PackageError> {
    let mut files = Files::new();
    for prefix in ["", "locales/", "scenarios/"] {
        let place = folder.join(prefix);
        if !prefix.is_empty() && !place.is_dir() {
            continue;
        }
        for entry in fs::read_dir(place)? {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type()?;
            if kind.is_dir() && matches!(name.as_str(), "locales" | "scenarios") {
                continue;
            }
            if !kind.is_file() {
                return Err(PackageError::UnexpectedEntry(name));
            }
            take(&mut files, name, fs::File::open(entry.path())?)?;
        }
    }
    Ok(files)
}

/// Reads a `.twk` file from memory.
pub fn read_twk(bytes: &[u8]) -> Result<Files, PackageError> {
    let not_a_twk = |e: zip::result::ZipError| PackageError::NotATwk(e.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(not_a_twk)?;
    if archive.len() > MAX_ENTRIES {
        return Err(PackageError::TooManyEntries { max: MAX_ENTRIES });
    }
    let mut files = Files::new();
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(not_a_twk)?;
        let name = entry.name().to_string();
        if entry.is_dir() && matches!(name.as_str(), "locales/" | "scenarios/") {
            continue;
        }
        if entry.compression() != CompressionMethod::Stored || entry.encrypted() || !entry.is_file() {
            return Err(PackageError::NotATwk(format!("'{name}' is not a stored file")));
        }
        take(&mut files, name, entry)?;
    }
    Ok(files)
}

/// Writes a `.twk` file with its `MANIFEST`, signed if a key is given. The same files give the same bytes.
pub fn write_twk(files: &Files, key: Option<&SigningKey>) -> Result<Vec<u8>, PackageError> {
    let mut all = files.clone();
    let manifest = listing(files);
    all.remove("SIGNATURE");
    if let Some(key) = key {
        all.insert("SIGNATURE".to_string(), signature::sign(&manifest, key).into_bytes());
    }
    all.insert("MANIFEST".to_string(), manifest.into_bytes());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644);
    let not_a_twk = |e: zip::result::ZipError| PackageError::NotATwk(e.to_string());
    for (name, content) in &all {
        if !belongs(name) {
            return Err(PackageError::UnexpectedEntry(name.clone()));
        }
        if content.len() > bound(name) {
            return Err(PackageError::TooLarge { name: name.clone(), max: bound(name) });
        }
        zip.start_file(name.as_str(), options).map_err(not_a_twk)?;
        zip.write_all(content)?;
    }
    Ok(zip.finish().map_err(not_a_twk)?.into_inner())
}
