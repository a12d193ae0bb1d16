//! A plugin's folder, as its author keeps it.

use anyhow::{Context, bail};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use twoway_manifest::Manifest;

pub struct Source {
    pub folder: PathBuf,
    pub manifest: Manifest,
    /// The cargo package, its library's file name, and where its workspace builds to.
    pub package: String,
    pub library: String,
    pub workspace: PathBuf,
    pub target: PathBuf,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    crate_types: Vec<String>,
}

impl Source {
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        let folder = folder.canonicalize().with_context(|| format!("there is no folder {}", folder.display()))?;
        let manifest = read_manifest(&folder)?;
        let cargo_toml = folder.join("Cargo.toml");
        let output = Command::new(cargo())
            .args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"])
            .arg(&cargo_toml)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .context("cargo cannot be run")?;
        if !output.status.success() {
            bail!("cargo does not understand {}", cargo_toml.display());
        }
        let metadata: Metadata =
            serde_json::from_slice(&output.stdout).context("cargo metadata answers something else")?;
        let package = metadata
            .packages
            .into_iter()
            .find(|p| p.manifest_path.canonicalize().is_ok_and(|path| path == cargo_toml))
            .with_context(|| format!("{} is no package", cargo_toml.display()))?;
        let library = package.targets.iter().find(|t| t.crate_types.iter().any(|c| c == "cdylib"));
        let Some(library) = library else {
            bail!("{} makes no wasm: add `crate-type = [\"cdylib\", \"rlib\"]` under [lib]", cargo_toml.display());
        };
        Ok(Self {
            library: library.name.replace('-', "_"),
            package: package.name,
            workspace: metadata.workspace_root,
            target: metadata.target_directory,
            folder,
            manifest,
        })
    }
}

pub fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

pub fn read_manifest(folder: &Path) -> anyhow::Result<Manifest> {
    let path = folder.join("plugin.toml");
    let text = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    Manifest::parse(&text).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(|e| format!("  {e}")).collect();
        anyhow::anyhow!("{}:\n{}", path.display(), lines.join("\n"))
    })
}
