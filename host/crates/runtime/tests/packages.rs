//! What a package must be, and what is said of where it comes from.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests stop at the first surprise")]

mod support;

use ed25519_dalek::SigningKey;
use std::io::{Cursor, Write};
use support::*;
use twoway_runtime::{Files, LoadError, Package, PackageError, Trust, TrustedKey, read_twk, write_twk};
use zip::write::SimpleFileOptions;

const MANIFEST: &str = r#"
id = "fixture"
version = "1.0.0"
contract = "1.0"
title = { zh-CN = "样例", en = "Fixture" }
summary = { zh-CN = "样例", en = "Fixture" }
license = "Apache-2.0"
"#;
const TEXTS: &str = "record-note = N\nfield-note-text = T\nstate-note-open = O\nstate-note-done = D\naction-write = W\n\
    refusal-too-late = L\n";

fn files() -> Files {
    [
        ("plugin.toml", MANIFEST.as_bytes().to_vec()),
        ("component.wasm", good()),
        ("description.json", description().to_string().into_bytes()),
        ("README.md", b"# Fixture\n".to_vec()),
        ("locales/zh-CN.ftl", TEXTS.as_bytes().to_vec()),
        ("locales/en.ftl", TEXTS.as_bytes().to_vec()),
        ("scenarios/first.toml", b"name = 'first'\n".to_vec()),
    ]
    .map(|(name, content)| (name.to_string(), content))
    .into()
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn trusted() -> Vec<TrustedKey> {
    vec![TrustedKey { name: "Zunyi office".into(), key: key().verifying_key().to_bytes() }]
}

fn trust(files: Files) -> Trust {
    Package::from_files(files, &trusted()).expect("is a package").trust
}

#[test]
fn a_package_travels_as_one_file_and_runs() {
    let twk = write_twk(&files(), None).expect("packs");
    assert_eq!(twk, write_twk(&files(), None).expect("packs again"), "the same files give the same bytes");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("fixture-1.0.0.twk");
    std::fs::write(&path, &twk).expect("writes");
    let package = Package::open(&path, &[]).expect("opens");
    assert_eq!(package.scenarios.keys().collect::<Vec<_>>(), ["first.toml"]);
    assert_eq!(package.texts.format("en", "action-write", &serde_json::json!({})).as_deref(), Some("W"));
    assert_eq!(package.trust, Trust::Unsigned);
    assert_eq!(package.digest, Package::from_files(files(), &[]).expect("reads").digest);
    Bench::new().runtime.load_package(&package).expect("loads");
}

#[test]
fn an_unpacked_package_is_the_same_package() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in files() {
        let path = folder.path().join(&name);
        std::fs::create_dir_all(path.parent().expect("has one")).expect("makes it");
        std::fs::write(path, content).expect("writes");
    }
    let digest = |package: Package| package.digest;
    let unpacked = Package::open(folder.path(), &[]).map(digest).expect("opens");
    assert_eq!(unpacked, Package::from_files(files(), &[]).map(digest).expect("reads"));
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("scenarios/link.toml")).expect("links");
    assert!(
        matches!(Package::open(folder.path(), &[]), Err(PackageError::UnexpectedEntry(name)) if name == "scenarios/link.toml")
    );
}

#[test]
fn a_signature_is_believed_only_from_a_known_key_over_these_files() {
    let signed = read_twk(&write_twk(&files(), Some(&key())).expect("packs")).expect("reads");
    assert_eq!(trust(signed.clone()), Trust::Signed { by: "Zunyi office".into() });
    let stranger = SigningKey::from_bytes(&[8; 32]);
    let other = read_twk(&write_twk(&files(), Some(&stranger)).expect("packs")).expect("reads");
    assert!(matches!(trust(other), Trust::UnknownKey { .. }));

    let mut changed = signed.clone();
    changed.insert("README.md".into(), b"# Something else\n".to_vec());
    assert_eq!(trust(changed.clone()), Trust::Modified);
    changed.remove("MANIFEST");
    assert_eq!(trust(changed), Trust::Modified, "the signature is over the listing, not over MANIFEST");
    let mut cut = signed;
    cut.insert("SIGNATURE".into(), b"00".to_vec());
    assert_eq!(trust(cut), Trust::Modified);
}

fn without(name: &str) -> PackageError {
    let mut files = files();
    files.remove(name);
    Package::from_files(files, &[]).err().expect("is no package")
}

fn with(name: &str, content: impl Into<Vec<u8>>) -> Result<Package, PackageError> {
    let mut files = files();
    files.insert(name.to_string(), content.into());
    Package::from_files(files, &[])
}

#[test]
fn every_part_must_be_there_and_right() {
    assert_eq!(without("component.wasm").to_string(), "'component.wasm' is missing");
    assert_eq!(without("README.md").to_string(), "'README.md' is missing");
    let missing = without("locales/en.ftl").to_string();
    assert!(missing.starts_with("texts are missing: action-write (en)"), "{missing}");
    let refused = |made: Result<Package, PackageError>| made.err().expect("is no package").to_string();
    assert!(refused(with("plugin.toml", "id = 1")).starts_with("plugin.toml: "));
    assert!(refused(with("description.json", "{")).starts_with("description.json: "));
    assert_eq!(refused(with("README.md", [0xff])), "'README.md' is not UTF-8 text");
    assert!(refused(with("locales/en.ftl", "broken = { $x\n")).starts_with("locale en: "));
}

#[test]
fn a_package_that_describes_itself_otherwise_does_not_load() {
    let mut lie = description();
    lie["actions"][0]["roles"] = serde_json::json!(["office"]);
    let package = with("description.json", lie.to_string()).expect("is well formed");
    let refused = Bench::new().runtime.load_package(&package).err().expect("does not load");
    assert!(matches!(refused, LoadError::DescribesOtherwise), "{refused}");
}

fn zip_of(entries: &[(&str, &[u8])], method: zip::CompressionMethod) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).expect("starts");
        zip.write_all(content).expect("writes");
    }
    zip.finish().expect("ends").into_inner()
}

#[test]
fn a_file_with_paths_out_of_it_or_too_much_in_it_is_refused() {
    let stored = zip::CompressionMethod::Stored;
    for name in
        ["../plugin.toml", "/etc/passwd", "locales/../../x.ftl", "src/lib.rs", "scenarios/.hidden", "locales/a\\b.ftl"]
    {
        let refused = read_twk(&zip_of(&[(name, b"x")], stored)).expect_err("has no place");
        assert!(matches!(refused, PackageError::UnexpectedEntry(_)), "{name}: {refused}");
    }
    let large = vec![b'#'; (512 << 10) + 1];
    assert!(matches!(read_twk(&zip_of(&[("README.md", &large)], stored)), Err(PackageError::TooLarge { .. })));
    let names: Vec<String> = (0..201).map(|n| format!("scenarios/{n}.toml")).collect();
    let entries: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), &b""[..])).collect();
    assert!(matches!(read_twk(&zip_of(&entries, stored)), Err(PackageError::TooManyEntries { .. })));
    assert!(matches!(read_twk(b"not a zip"), Err(PackageError::NotATwk(_))));
}

#[test]
fn no_text_of_a_package_holds_a_control_character() {
    for (name, content) in [
        ("README.md", "# Fixture\0\n".to_string()),
        ("plugin.toml", MANIFEST.replacen("Fixture", "Fix\\u0000ture", 1)),
        ("description.json", description().to_string().replace("too-late", "too\\u0000late")),
        ("locales/en.ftl", format!("{TEXTS}# \u{7f}\n")),
        ("scenarios/first.toml", "name = 'first\u{1b}'\n".to_string()),
    ] {
        let mut files = files();
        files.insert(name.to_string(), content.into_bytes());
        let problem = Package::from_files(files, &[]).map(|package| package.digest).expect_err("refused").to_string();
        assert!(problem.contains(name) && problem.contains("control character U+00"), "{name}: {problem}");
    }
}
