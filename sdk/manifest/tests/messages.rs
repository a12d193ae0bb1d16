//! Bad manifests and descriptions with the messages they earn, side by side as files. The messages are read by plugin authors:
//! review a changed one as you would review a page.

use std::path::{Path, PathBuf};
use twoway_manifest::{Description, Manifest};

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let entries = std::fs::read_dir(&folder).expect("the folder of fixtures is there");
    let mut files: Vec<PathBuf> = entries.map(|e| e.expect("can be read").path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "toml"));
    files.sort();
    assert!(!files.is_empty(), "no fixtures in {}", folder.display());
    files
}

fn lines(errors: &[impl ToString]) -> String {
    errors.iter().map(|e| format!("{}\n", e.to_string())).collect()
}

/// Compares with the `.txt` beside each file; `BLESS=1` writes it anew.
fn compare(folder: &str, messages: impl Fn(&str) -> String) {
    let mut wrong = Vec::new();
    for path in files(folder) {
        let said = messages(&std::fs::read_to_string(&path).expect("can be read"));
        let beside = path.with_extension("txt");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&beside, &said).expect("can be written");
        }
        let expected = std::fs::read_to_string(&beside).unwrap_or_default();
        if said != expected {
            wrong.push(format!("{}\n--- expected\n{expected}--- said\n{said}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_bad_manifest_earns_its_messages() {
    compare("invalid", |text| match Manifest::parse(text) {
        Ok(_) => "accepted\n".to_string(),
        Err(errors) => lines(&errors),
    });
}

#[test]
fn a_bad_description_earns_its_messages() {
    compare("invalid-description", |text| {
        let description: Description = match toml::from_str(text) {
            Ok(description) => description,
            Err(error) => return format!("{}\n", error.to_string().trim_end()),
        };
        match description.check() {
            Ok(()) => "accepted\n".to_string(),
            Err(errors) => lines(&errors),
        }
    });
}

#[test]
fn good_manifests_are_read() {
    for path in files("valid") {
        let text = std::fs::read_to_string(&path).expect("can be read");
        Manifest::parse(&text).unwrap_or_else(|errors| panic!("{}: {}", path.display(), lines(&errors)));
    }
}

/// What a description uses must be asked for, and what is asked for must be used.
#[test]
fn a_manifest_and_its_description_agree_about_personal_data() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/valid/full.toml"))
        .expect("can be read");
    let manifest = Manifest::parse(&text).expect("is valid");
    let description: Description = toml::from_str(
        r#"
        [[records]]
        key = "visit"
        states = [{ key = "open" }]
        fields = [{ key = "name", type = "line", class = "P4", purpose = "care" },
                  { key = "phone", type = "phone", class = "P2", purpose = "advertising" }]
        "#,
    )
    .expect("is a description");
    let errors = manifest.check_description(&description).expect_err("the phone's purpose is not asked for");
    assert_eq!(
        lines(&errors),
        "record.visit.phone: is P2 for 'advertising', which plugin.toml does not ask for under [[data.P2]]\n\
         data.P2: 'contact' is asked for, but no field is kept for it: ask for nothing unused\n"
    );
}
