//! Compiles plugins to components. All plugins of one workspace are compiled in one run, into one shared folder for wasm, so
//! that the library and the SDK are built once.

use crate::source::{Source, cargo};
use crate::toolchain::{TARGET, Toolchain};
use anyhow::{Context, bail};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use wit_component::ComponentEncoder;

/// A plugin that was compiled and wrapped, but not looked at yet.
pub struct Built {
    pub source: Source,
    pub component: Vec<u8>,
    /// Folder of this plugin's products: `component.wasm`, `description.json`.
    pub products: PathBuf,
    /// Folder of the packages.
    pub packages: PathBuf,
}

pub fn build(paths: &[PathBuf], out: Option<&Path>) -> anyhow::Result<Vec<Built>> {
    let sources: Vec<Source> = paths.iter().map(|path| Source::open(path)).collect::<Result<_, _>>()?;
    let Some(toolchain) = Toolchain::find() else {
        bail!("no wasm toolchain was found; `cargo twoway setup` finds or installs one");
    };
    let mut workspaces: BTreeMap<&Path, Vec<&Source>> = BTreeMap::new();
    for source in &sources {
        workspaces.entry(&source.workspace).or_default().push(source);
    }
    for plugins in workspaces.values() {
        compile(&toolchain, plugins)?;
    }
    sources.into_iter().map(|source| wrap(source, out)).collect()
}

/// The wasm folder of a workspace. One folder for all plugins: the library is large and built once.
fn wasm_folder(source: &Source) -> PathBuf {
    source.target.join("wasm")
}

fn compile(toolchain: &Toolchain, plugins: &[&Source]) -> anyhow::Result<()> {
    let Some(first) = plugins.first() else { return Ok(()) };
    let names: Vec<&str> = plugins.iter().map(|p| p.package.as_str()).collect();
    eprintln!("Compiling {} with {}", names.join(", "), toolchain.words());
    let mut cargo = Command::new(cargo());
    cargo.args(["build", "--release", "--lib"]).current_dir(&first.workspace);
    cargo.arg("--manifest-path").arg(first.workspace.join("Cargo.toml"));
    for name in names {
        cargo.args(["-p", name]);
    }
    toolchain.apply(&mut cargo);
    cargo.env("CARGO_TARGET_DIR", wasm_folder(first));
    // One decision lives in a fresh instance: small code and a small stack start fastest.
    cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "s");
    cargo.env("CARGO_PROFILE_RELEASE_LTO", "fat");
    cargo.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1");
    cargo.env("CARGO_PROFILE_RELEASE_PANIC", "abort");
    cargo.env("CARGO_PROFILE_RELEASE_STRIP", "debuginfo");
    cargo.env_remove("RUSTFLAGS");
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags().join("\u{1f}"));
    let status = cargo.status().context("cargo cannot be run")?;
    if !status.success() {
        bail!("the compiler found errors (above)");
    }
    Ok(())
}

fn flags() -> Vec<String> {
    let mut flags = vec!["-Clink-arg=-zstack-size=65536".to_string()];
    // Where somebody's home folder is does not belong into a package.
    let cargo_home =
        std::env::var("CARGO_HOME").or_else(|_| std::env::var("HOME").map(|home| format!("{home}/.cargo")));
    if let Ok(home) = cargo_home {
        flags.push(format!("--remap-path-prefix={home}=/cargo"));
    }
    flags
}

fn wrap(source: Source, out: Option<&Path>) -> anyhow::Result<Built> {
    let module = wasm_folder(&source).join(TARGET).join("release").join(format!("{}.wasm", source.library));
    let module = std::fs::read(&module).with_context(|| format!("{} cannot be read", module.display()))?;
    let component = ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .and_then(|encoder| encoder.encode())
        .with_context(|| format!("{} does not fit the contract", source.package))?;
    let packages = out.map_or_else(|| source.target.join("plugins"), Path::to_path_buf);
    let products = packages.join(&source.manifest.id);
    std::fs::create_dir_all(&products).with_context(|| format!("{} cannot be made", products.display()))?;
    write(&products.join("component.wasm"), &component)?;
    Ok(Built { source, component, products, packages })
}

pub fn write(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    std::fs::write(path, content).with_context(|| format!("{} cannot be written", path.display()))
}
