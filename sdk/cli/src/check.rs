//! What the host's gate will say, said at home: the same code looks at the component, runs `describe`, and holds description,
//! plugin.toml and texts against each other.

use crate::build::{Built, write};
use crate::placeholders;
use anyhow::{Context, bail};
use std::path::Path;
use std::sync::Arc;
use twoway_runtime::{Compiler, Files, Package, Plugin, Runtime, RuntimeConfig, inspect, read_folder};

/// A plugin that the gate lets in, unpacked in its products folder.
pub struct Accepted {
    pub built: Built,
    pub files: Files,
    pub package: Package,
    pub plugin: Arc<Plugin>,
}

/// Papers of the author that travel with the plugin.
const PAPERS: [&str; 3] = ["README.md", "CHANGELOG.md", "LICENSE"];

pub fn accept(plugins: Vec<Built>) -> anyhow::Result<Vec<Accepted>> {
    let Some(first) = plugins.first() else { return Ok(Vec::new()) };
    let cache = first.source.target.join("wasm").join("compiled");
    let compiler = Compiler::this_program().context("this program cannot find itself")?;
    let runtime = Runtime::new(RuntimeConfig::new(cache, compiler))?;
    plugins
        .into_iter()
        .map(|built| {
            let id = built.source.manifest.id.clone();
            accept_one(&runtime, built).with_context(|| format!("plugin '{id}' would be refused"))
        })
        .collect()
}

fn accept_one(runtime: &Runtime, built: Built) -> anyhow::Result<Accepted> {
    let manifest = &built.source.manifest;
    let inspection = inspect(&built.component)?;
    inspection.fits(manifest)?;
    let plugin = runtime.load(&built.component, manifest)?;
    inspection.offers(plugin.description())?;
    let unused: Vec<&str> = inspection.unused(manifest).into_iter().map(|a| a.as_str()).collect();
    if !unused.is_empty() {
        bail!("plugin.toml asks for {}, which the code never calls: ask for nothing unused", unused.join(", "));
    }
    write(&built.products.join("description.json"), &serde_json::to_vec_pretty(plugin.description())?)?;
    unpack(&built)?;
    let files = read_folder(&built.products)?;
    let package = Package::from_files(files.clone(), &[])?;
    let strange = placeholders::strange(&package.texts, &package.description);
    if !strange.is_empty() {
        bail!("texts use values that the code does not give: {}", strange.join("; "));
    }
    Ok(Accepted { files, package, plugin, built })
}

/// Lays everything of a package out in the products folder, and nothing of an older one.
fn unpack(built: &Built) -> anyhow::Result<()> {
    let from = &built.source.folder;
    let copy = |name: &str| -> anyhow::Result<()> {
        let content = std::fs::read(from.join(name)).with_context(|| format!("{name} cannot be read"))?;
        write(&built.products.join(name), &content)
    };
    copy("plugin.toml")?;
    if !from.join("README.md").exists() {
        bail!("README.md is missing: say what the plugin does, what is known and what is assumed");
    }
    for paper in PAPERS {
        // A paper that the author took away is not to travel on.
        let old = built.products.join(paper);
        if old.exists() {
            std::fs::remove_file(&old).with_context(|| format!("{} cannot be removed", old.display()))?;
        }
        if from.join(paper).exists() {
            copy(paper)?;
        }
    }
    for (folder, ending) in [("locales", "ftl"), ("scenarios", "toml")] {
        let place = built.products.join(folder);
        if place.exists() {
            std::fs::remove_dir_all(&place).with_context(|| format!("{} cannot be removed", place.display()))?;
        }
        for name in names(&from.join(folder), ending)? {
            std::fs::create_dir_all(&place).with_context(|| format!("{} cannot be made", place.display()))?;
            copy(&format!("{folder}/{name}"))?;
        }
    }
    Ok(())
}

/// The files of a folder with this ending, sorted; none where there is no such folder.
fn names(folder: &Path, ending: &str) -> anyhow::Result<Vec<String>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(&format!(".{ending}")) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// What the office will see of it.
pub fn report(accepted: &Accepted) {
    let (manifest, description) = (&accepted.package.manifest, &accepted.package.description);
    println!("{} {}: accepted", manifest.id, manifest.version);
    println!("  {} KiB, contract {}", accepted.built.component.len() >> 10, manifest.contract);
    let names: Vec<&str> = manifest.abilities.keys().map(String::as_str).collect();
    println!("  asks for {}", if names.is_empty() { "nothing".to_string() } else { names.join(", ") });
    let classes: Vec<&str> = manifest.data.keys().map(String::as_str).collect();
    println!("  personal data: {}", if classes.is_empty() { "none".to_string() } else { classes.join(", ") });
    println!(
        "  {} record kinds, {} actions, {} timers, {} views, {} indicators, {} texts in each language",
        description.records.len(),
        description.actions.len(),
        description.timers.len(),
        description.views.len(),
        description.indicators.len(),
        description.text_keys().len(),
    );
}
