//! Rules about the code itself, where no lint can say them. Each list of exceptions may only shrink.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// All Rust files below `folder`, with their paths from the root.
fn sources(folder: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path = entry.expect("an entry").path();
            if path.is_dir() && path.file_name().is_some_and(|n| n != "target") {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    let root = root();
    let mut paths = Vec::new();
    walk(&root.join(folder), &mut paths);
    paths.sort();
    assert!(!paths.is_empty(), "{folder} has no sources: the test looks in the wrong place");
    paths
        .into_iter()
        .map(|p| {
            (
                p.strip_prefix(&root).expect("below the root").display().to_string(),
                fs::read_to_string(&p).expect("readable"),
            )
        })
        .collect()
}

fn all() -> Vec<(String, String)> {
    let folders = ["host", "sdk", "migrations", "plugins", "tests"];
    folders.into_iter().filter(|f| root().join(f).is_dir()).flat_map(sources).collect()
}

fn complain(what: &str, offenders: Vec<String>) {
    assert!(offenders.is_empty(), "{what}:\n  {}", offenders.join("\n  "));
}

#[test]
fn no_file_passes_800_lines() {
    let long = all().into_iter().filter(|(_, text)| text.lines().count() > 800).map(|(path, _)| path).collect();
    complain("split these files into a folder of the same name", long);
}

/// A picture that is not there leaves a white gap above the words.
#[test]
fn every_empty_list_has_its_picture() {
    let pictures = fs::read_to_string(root().join("host/web/static/pictures.svg")).expect("the pictures");
    let mut offenders = Vec::new();
    for (path, source) in sources("host/src") {
        for name in source.split("EmptyState::new(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            if !pictures.contains(&format!("id=\"{name}\"")) {
                offenders.push(format!("{path}: {name}"));
            }
        }
    }
    complain("name pictures that are not in pictures.svg", offenders);
}

#[test]
fn no_junk_drawers() {
    const WORDS: &[&str] = &["utils", "util", "common", "helpers", "helper", "misc", "manager", "service", "shared"];
    let drawers = all()
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| path.trim_end_matches(".rs").split('/').any(|part| WORDS.contains(&part)))
        .collect();
    complain("name the thing that the file holds", drawers);
}

#[test]
fn only_the_clock_asks_the_system_for_the_time() {
    // The runtime's epoch thread counts ticks, it asks for no time of day.
    let offenders = sources("host/src")
        .into_iter()
        .filter(|(_, text)| {
            text.contains("SystemTime::now") || text.contains("Utc::now") || text.contains("Local::now")
        })
        .map(|(path, _)| path)
        .collect();
    complain("take the time from App::now", offenders);
}

#[test]
fn states_are_written_by_the_step_alone() {
    let offenders = sources("host/src")
        .into_iter()
        .filter(|(path, _)| !path.starts_with("host/src/lifecycle/"))
        .flat_map(|(path, text)| {
            text.lines()
                .enumerate()
                .filter(|(_, line)| line.contains("Column::State,") && line.contains("col_expr"))
                .map(|(n, _)| format!("{path}:{}", n + 1))
                .collect::<Vec<_>>()
        })
        .collect();
    complain("move an entity with Step::advance", offenders);
}

#[test]
fn the_layers_know_only_what_is_below_them() {
    const RULES: &[(&str, &[&str])] = &[
        ("host/crates/runtime/src", &["sea_orm", "axum", "twoway_entity"]),
        ("host/crates/jobs/src", &["axum"]),
        ("host/crates/entity/src", &["axum", "twoway::", "twoway_runtime"]),
        ("sdk/src", &["twoway_runtime", "sea_orm"]),
        ("migrations/src", &["twoway_entity"]),
    ];
    let mut offenders = Vec::new();
    for (folder, forbidden) in RULES {
        for (path, text) in sources(folder) {
            for word in *forbidden {
                let uses = text.lines().filter(|l| !l.trim_start().starts_with("//")).any(|l| l.contains(word));
                if uses {
                    offenders.push(format!("{path} knows {word}"));
                }
            }
        }
    }
    for lower in [
        "host/crates/runtime",
        "host/crates/jobs",
        "host/crates/entity",
        "sdk",
        "sdk/manifest",
        "sdk/cli",
        "migrations",
    ] {
        let manifest = fs::read_to_string(root().join(lower).join("Cargo.toml")).expect("a crate");
        if manifest.contains("\ntwoway.workspace") {
            offenders.push(format!("{lower} knows the host"));
        }
    }
    complain("these layers look upwards", offenders);
}

#[test]
fn actions_and_rules_know_no_http() {
    let offenders = sources("host/src")
        .into_iter()
        .filter(|(path, _)| ["actions.rs", "rules.rs", "queries.rs", "state.rs"].iter().any(|f| path.ends_with(f)))
        .filter(|(_, text)| text.contains("axum::") || text.contains("StatusCode"))
        .map(|(path, _)| path)
        .collect();
    complain("the edge chooses statuses; return a Refusal", offenders);
}

/// A rule that nothing is ever refused by is no rule: each code that the product refuses by stands in a test that provokes it.
#[test]
fn every_refusal_has_a_failing_case() {
    /// Second nets behind what pages and checks do not let through; each with what stands before it.
    const BEHIND_ANOTHER: &[(&str, &str)] = &[
        ("acting-for-staff-only", "an action's form offers members to staff alone"),
        ("code-needs-account", "the SDK's check: a code goes to an account"),
        ("choose-organization", "a platform has one lead office"),
        ("not-public-yet", "a plugin is asked in a running project only"),
        ("too-many-interests", "a bound on what one person declares, far above what anybody has"),
    ];
    /// Nothing stands before this one; its case is still to be written.
    const WITHOUT_A_CASE: &[&str] = &["project-team-missing"];
    let (mut tests, mut codes) = (String::new(), BTreeMap::new());
    for (path, source) in all() {
        let (product, inside) = match source.split_once("#[cfg(test)]") {
            Some((product, inside)) if path.starts_with("host/") => (product, inside),
            _ if path.starts_with("host/") && !path.ends_with("tests.rs") => (source.as_str(), ""),
            _ if path.ends_with("it/tidy.rs") => ("", ""),
            _ => ("", source.as_str()),
        };
        tests.push_str(inside);
        for call in ["Refusal::of(", "Refusal::rule("] {
            for part in product.split(call).skip(1) {
                let code = part.trim_start().strip_prefix('"').and_then(|rest| rest.split_once('"'));
                if let Some((code, _)) = code {
                    codes.insert(code.to_string(), path.clone());
                }
            }
        }
    }
    for folder in ["tests/fixtures", "host/demo"] {
        for entry in fs::read_dir(root().join(folder)).expect("a folder").flatten() {
            tests.push_str(&fs::read_to_string(entry.path()).unwrap_or_default());
        }
    }
    assert!(codes.len() > 100, "the test looks in the wrong place: {codes:?}");
    codes.retain(|code, _| !tests.contains(&format!("\"{code}\"")));
    for code in BEHIND_ANOTHER.iter().map(|(code, _)| code).chain(WITHOUT_A_CASE) {
        assert!(codes.remove(*code).is_some(), "{code} is no exception any more");
    }
    assert!(codes.is_empty(), "nothing provokes {codes:#?}");
}
