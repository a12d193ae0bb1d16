//! A plugin as it travels: `plugin.toml`, `component.wasm`, `description.json`, `locales/*.ftl`, `README.md`, further papers and
//! scenarios, with a `MANIFEST` of SHA-256 digests and perhaps a `SIGNATURE` over it. In a folder, or in one `.twk` file: a zip of
//! stored entries.

mod files;
mod signature;

pub use files::{Files, read_folder, read_twk, write_twk};
pub use signature::{Trust, TrustedKey, sign};

use crate::texts::{TextError, Texts};
use crate::{LoadError, Plugin, Runtime};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use twoway_manifest::{
    Description, DescriptionError, Manifest, ManifestError, MissingText, control_character, control_character_in,
};

/// Everything of a package, read and checked except for running it.
pub struct Package {
    pub manifest: Manifest,
    pub component: Vec<u8>,
    /// As packed; [`Runtime::load_package`] refuses a component that describes itself otherwise.
    pub description: Description,
    pub texts: Texts,
    pub readme: String,
    pub changelog: Option<String>,
    /// Scenario files by name, for `cargo twoway test`.
    pub scenarios: BTreeMap<String, String>,
    /// Hexadecimal SHA-256 of the listing: what an installed plugin is known by.
    pub digest: String,
    pub trust: Trust,
}

/// Why a package is not one. The texts are for its author.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    #[error("cannot be read: {0}")]
    Io(#[from] std::io::Error),
    #[error("is not a .twk file: {0}")]
    NotATwk(String),
    #[error("'{0}' has no place in a package")]
    UnexpectedEntry(String),
    #[error("has more than {max} entries")]
    TooManyEntries { max: usize },
    #[error("'{name}' has more than {max} bytes")]
    TooLarge { name: String, max: usize },
    #[error("'{0}' is missing")]
    Missing(&'static str),
    #[error("'{0}' is not UTF-8 text")]
    NotText(String),
    #[error("'{name}' holds the control character U+{character:04X}")]
    ControlCharacter { name: String, character: u32 },
    #[error("plugin.toml: {}", join(.0))]
    Manifest(Vec<ManifestError>),
    #[error("description.json: {0}")]
    NotADescription(String),
    #[error("description.json: {}", join(.0))]
    Description(Vec<DescriptionError>),
    #[error("{}", join(.0))]
    Texts(Vec<TextError>),
    #[error("texts are missing: {}", missing(.0))]
    MissingTexts(Vec<MissingText>),
}

fn join(errors: &[impl ToString]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn missing(texts: &[MissingText]) -> String {
    let named: Vec<_> = texts.iter().take(20).map(|t| format!("{} ({})", t.key, t.locale)).collect();
    let more = texts.len().saturating_sub(named.len());
    if more == 0 { named.join(", ") } else { format!("{} and {more} more", named.join(", ")) }
}

impl Package {
    /// Reads a folder or a `.twk` file. `trusted` are the keys whose signatures this host believes.
    pub fn open(path: &Path, trusted: &[TrustedKey]) -> Result<Self, PackageError> {
        let files = if path.is_dir() { read_folder(path)? } else { read_twk(&std::fs::read(path)?)? };
        Self::from_files(files, trusted)
    }

    /// Checks what was read: everything that must be there, each part by itself, and the parts against each other.
    pub fn from_files(mut files: Files, trusted: &[TrustedKey]) -> Result<Self, PackageError> {
        let said = files.remove("MANIFEST");
        let signature = files.remove("SIGNATURE");
        let listing = listing(&files);
        let trust = signature::judge(&listing, said.as_deref(), signature.as_deref(), trusted);
        let digest = hex::encode(Sha256::digest(&listing));

        let component = files.remove("component.wasm").ok_or(PackageError::Missing("component.wasm"))?;
        let mut texts = BTreeMap::new();
        for (name, bytes) in files {
            let text = String::from_utf8(bytes).map_err(|_| PackageError::NotText(name.clone()))?;
            if let Some(c) = control_character(&text) {
                return Err(PackageError::ControlCharacter { name, character: c.into() });
            }
            texts.insert(name, text);
        }
        let mut required = |name: &'static str| texts.remove(name).ok_or(PackageError::Missing(name));
        let manifest = Manifest::parse(&required("plugin.toml")?).map_err(PackageError::Manifest)?;
        let not_a_description = |e: serde_json::Error| PackageError::NotADescription(e.to_string());
        let described: Value = serde_json::from_str(&required("description.json")?).map_err(not_a_description)?;
        if let Some(c) = control_character_in(&described) {
            return Err(PackageError::ControlCharacter { name: "description.json".into(), character: c.into() });
        }
        let description: Description = serde_json::from_value(described).map_err(not_a_description)?;
        let readme = required("README.md")?;
        description.check().map_err(PackageError::Description)?;
        manifest.check_description(&description).map_err(PackageError::Description)?;
        let sources = texts.iter().filter_map(|(name, text)| Some((files::locale(name)?, text.as_str())));
        let own_texts = Texts::parse(sources).map_err(PackageError::Texts)?;
        let lacking = own_texts.missing(&description);
        if !lacking.is_empty() {
            return Err(PackageError::MissingTexts(lacking));
        }
        let changelog = texts.remove("CHANGELOG.md");
        let scenarios =
            texts.into_iter().filter_map(|(name, text)| Some((name.strip_prefix("scenarios/")?.to_string(), text)));
        let scenarios = scenarios.collect();
        Ok(Self { manifest, component, description, texts: own_texts, readme, changelog, scenarios, digest, trust })
    }
}

/// One line for each entry, in the order of their names: its SHA-256 in hexadecimal, two spaces, its name. The content of
/// `MANIFEST`, which lists neither itself nor the signature.
pub fn listing(files: &Files) -> String {
    files
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "MANIFEST" | "SIGNATURE"))
        .map(|(name, bytes)| format!("{}  {name}\n", hex::encode(Sha256::digest(bytes))))
        .collect()
}

impl Runtime {
    /// Loads a package's component, and refuses one that describes itself otherwise than the package says.
    pub fn load_package(&self, package: &Package) -> Result<Arc<Plugin>, LoadError> {
        let plugin = self.load(&package.component, &package.manifest)?;
        if plugin.description() != &package.description {
            return Err(LoadError::DescribesOtherwise);
        }
        Ok(plugin)
    }
}
