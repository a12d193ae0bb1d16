//! `new`: a plugin that builds, passes its scenario and can be grown.

use crate::build::write;
use anyhow::{Context, bail};
use std::path::{Path, PathBuf};

/// The template's files, with the names under which they are written.
const FILES: [(&str, &str); 9] = [
    ("Cargo.toml", include_str!("../../template/Cargo.toml.txt")),
    ("plugin.toml", include_str!("../../template/plugin.toml")),
    ("README.md", include_str!("../../template/README.md")),
    ("src/lib.rs", include_str!("../../template/src/lib.rs")),
    ("src/decide.rs", include_str!("../../template/src/decide.rs")),
    ("locales/zh-CN.ftl", include_str!("../../template/locales/zh-CN.ftl")),
    ("locales/en.ftl", include_str!("../../template/locales/en.ftl")),
    ("scenarios/a-slot-is-filled.toml", include_str!("../../template/scenarios/a-slot-is-filled.toml")),
    (".gitignore", "/target\n"),
];

pub fn new(name: &str, into: &Path) -> anyhow::Result<()> {
    let good = name.len() <= 40
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !good {
        bail!("'{name}' is not an id: use a-z, 0-9 and '-', starting with a letter, at most 40 characters");
    }
    let folder = into.join(name);
    if folder.exists() {
        bail!("{} is there already", folder.display());
    }
    let inside = into.canonicalize().ok().is_some_and(|into| repository().is_some_and(|r| into == r.join("plugins")));
    for (file, content) in FILES {
        let path = folder.join(file);
        let parent = path.parent().unwrap_or(&folder);
        std::fs::create_dir_all(parent).with_context(|| format!("{} cannot be made", parent.display()))?;
        write(&path, fill(content, name, inside).as_bytes())?;
    }
    // The versions that the SDK is tested with; cargo drops what the plugin does not need.
    if let (false, Some(lock)) = (inside, repository().map(|r| r.join("Cargo.lock")).filter(|l| l.exists())) {
        std::fs::copy(&lock, folder.join("Cargo.lock"))
            .with_context(|| format!("{} cannot be copied", lock.display()))?;
    }
    println!("Made {}. Next:", folder.display());
    println!("  cargo twoway test {}", folder.display());
    Ok(())
}

/// Where this program was built from: the SDK lies beside it.
fn repository() -> Option<PathBuf> {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().ok()
}

fn fill(content: &str, name: &str, inside: bool) -> String {
    let sdk = repository().map(|r| r.join("sdk")).unwrap_or_else(|| PathBuf::from("sdk"));
    // Inside the repository its workspace decides; elsewhere the plugin is a workspace of its own.
    let (dependency, workspace) = if inside {
        ("twoway-sdk.workspace = true".to_string(), String::new())
    } else {
        (format!("twoway-sdk = {{ path = {:?} }}", sdk), "\n[workspace]\n".to_string())
    };
    content.replace("{{id}}", name).replace("{{sdk}}", &dependency).replace("{{workspace}}", &workspace)
}
