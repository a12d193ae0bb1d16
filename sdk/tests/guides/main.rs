//! The guides' examples, compiled and tried. Each Rust block of a guide stands, line for line, in one of the files here.

mod abilities;
mod tool_library;

use twoway_manifest::{Ability, EVENTS, GUARDS, PREDICATES};

const WRITE_A_PLUGIN: &str = include_str!("../../../docs/guides/write-a-plugin.md");
const ABILITIES: &str = include_str!("../../../docs/guides/plugin-abilities.md");
const TOOL_LIBRARY: &str = include_str!("tool_library.rs");
const EXAMPLES: &str = include_str!("abilities.rs");

/// Lines without their indentation: what stands in a module is the same code.
fn lines(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The Rust blocks of a guide.
fn blocks(guide: &str) -> Vec<String> {
    guide.split("```rust\n").skip(1).filter_map(|rest| rest.split("```").next()).map(lines).collect()
}

fn holds(code: &str, guide: &str, least: usize) {
    let (code, blocks) = (lines(code), blocks(guide));
    assert!(blocks.len() >= least, "{} blocks", blocks.len());
    for block in blocks {
        assert!(code.contains(&block), "this block of the guide is not compiled:\n{block}");
    }
}

#[test]
fn the_guide_for_authors_shows_code_that_compiles() {
    holds(TOOL_LIBRARY, WRITE_A_PLUGIN, 12);
}

#[test]
fn the_list_of_abilities_shows_code_that_compiles() {
    holds(EXAMPLES, ABILITIES, 14);
}

#[test]
fn the_list_of_abilities_leaves_nothing_out() {
    let names = Ability::ALL.iter().map(|a| a.as_str()).chain(PREDICATES.iter().copied());
    for name in names.chain(EVENTS.iter().copied()).chain(GUARDS.iter().copied()) {
        assert!(ABILITIES.contains(&format!("`{name}`")), "docs/guides/plugin-abilities.md does not know `{name}`");
    }
}

#[test]
fn the_guide_names_every_kind_of_text() {
    for description in [tool_library::description(), abilities::description()] {
        for key in description.text_keys() {
            let kind = key.split('-').next().unwrap_or_default();
            assert!(WRITE_A_PLUGIN.contains(&format!("`{kind}-<")), "docs/guides/write-a-plugin.md: `{kind}-<…>`");
        }
    }
}
