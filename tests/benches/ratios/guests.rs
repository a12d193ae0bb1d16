//! The guests that are measured: one of WebAssembly text, which needs no toolchain, and the shipped after-school plugin where it was built.

use crate::question::{application, filled};
use anyhow::Context;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use twoway_manifest::Manifest;
use twoway_runtime::{Package, read_folder, read_twk, write_twk};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

const KIND: &str = include_str!("../../../sdk/wit/v1/kind.wit");
const TEMPLATE: &str = include_str!("../../../host/crates/runtime/tests/fixtures/guest.wat");

pub struct Guest {
    pub component: Vec<u8>,
    pub manifest: Manifest,
    /// The whole package as one file; empty for the guest of text.
    pub package: Vec<u8>,
}

/// A guest that counts the records of a kind and creates one of a kilobyte: the same calls as the plugin's, without any rule and
/// without reading JSON. What it costs is the border's own cost.
pub fn text() -> anyhow::Result<Guest> {
    let mut module = wat::parse_str(filled(TEMPLATE, &marks())).context("the fixture is not WebAssembly text")?;
    let mut resolve = Resolve::default();
    resolve.push_str("kind.wit", KIND).context("the contract does not parse")?;
    let world =
        "package bench:guest; world guest { import twoway:kind/records@1.0.0; export twoway:kind/behaviour@1.0.0; }";
    let package = resolve.push_str("guest.wit", world)?;
    let world = resolve.select_world(&[package], Some("guest"))?;
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false)?;
    let component = ComponentEncoder::default().validate(true).module(&module)?.encode()?;
    let manifest = r#"
        id = "bench"
        version = "1.0.0"
        contract = "1.0"
        license = "Apache-2.0"
        title = { zh-CN = "样例", en = "Fixture" }
        summary = { zh-CN = "样例", en = "Fixture" }"#;
    let manifest = Manifest::parse(manifest).map_err(|e| anyhow::anyhow!("the fixture's manifest: {e:?}"))?;
    Ok(Guest { component, manifest, package: Vec::new() })
}

fn marks() -> BTreeMap<&'static str, String> {
    let description = json!({
        "records": [{
            "key": "note",
            "fields": [{"key": "text", "type": "line"}],
            "states": [{"key": "open"}],
        }],
        "roles": [{"key": "site-lead"}],
        "actions": [{"key": "apply", "roles": ["site-lead"]}],
    })
    .to_string();
    let record = application().to_string();
    // Behind what the template itself places, and below where its memory begins to be handed out.
    let data = format!("(data (i32.const 65536) \"{}\") (data (i32.const 70000) \"{{}}\")", escaped(record.as_bytes()));
    let imports = r#"
        (import "twoway:kind/records@1.0.0" "count" (func $count (param i32 i32 i32 i32 i32 i32 i32)))
        (import "twoway:kind/records@1.0.0" "create" (func $create (param i32 i32 i32 i32 i32 i32 i32)))"#;
    let act = format!(
        "(call $count (i32.const 640) (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 70000) (i32.const 2) (i32.const 128))
         (call $create (i32.const 640) (i32.const 4) (i32.const 656) (i32.const 4) (i32.const 65536) (i32.const {}) (i32.const 128))",
        record.len()
    );
    let pair: Vec<u8> = [4096, description.len() as u32].iter().flat_map(|n| n.to_le_bytes()).collect();
    [
        ("imports", imports.to_string()),
        ("memory", "4".to_string()),
        ("pair", escaped(&pair)),
        ("description", escaped(description.as_bytes())),
        ("act", act),
        ("answer", "(i32.const 64)".to_string()),
        ("more", data),
        ("tick", String::new()),
        ("start", String::new()),
        ("describe", String::new()),
    ]
    .into()
}

fn escaped(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("\\{byte:02x}")).collect()
}

/// The shipped plugin from the folder `TWOWAY_PLUGINS` (default `target/plugins`), or where it was looked for.
pub fn after_school() -> anyhow::Result<Result<Guest, String>> {
    let folder = std::env::var_os("TWOWAY_PLUGINS").map_or_else(|| PathBuf::from("target/plugins"), PathBuf::from);
    // Cargo starts benches in the folder of their package; make's relative path begins at the workspace.
    let workspace = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = workspace.join(folder);
    let found =
        ["after-school.twk", "after-school"].map(|name| folder.join(name)).into_iter().find(|path| path.exists());
    let Some(path) = found else { return Ok(Err(folder.display().to_string())) };
    let place = || path.display().to_string();
    let files =
        if path.is_dir() { read_folder(&path) } else { read_twk(&std::fs::read(&path)?) }.with_context(place)?;
    let package = write_twk(&files, None)?;
    let Package { component, manifest, .. } = Package::from_files(files, &[]).with_context(place)?;
    Ok(Ok(Guest { component, manifest, package }))
}
