//! What people read. Every sentence lives in `web/locales/<locale>/*.ftl`; all files of a locale form one bundle. A text that
//! a locale lacks is taken from zh-CN, and a key that nobody knows is shown as it is, so that a page never fails for a word. Dates
//! and numbers among the values are written as the language writes them ([`writing`]).

use super::writing;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::{Expression, InlineExpression, Pattern, PatternElement};
use include_dir::{Dir, include_dir};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

static LOCALES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/web/locales");
static HOST: LazyLock<Texts> = LazyLock::new(|| {
    let read = |locale: Locale| -> Vec<&'static str> {
        LOCALES
            .get_dir(locale.as_str())
            .map(|d| d.files().filter_map(|f| f.contents_utf8()).collect())
            .unwrap_or_default()
    };
    Texts::new(&read(Locale::ZhCn), &read(Locale::En)).0
});

/// The languages of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Locale {
    #[default]
    ZhCn,
    En,
}

impl Locale {
    pub const ALL: [Locale; 2] = [Self::ZhCn, Self::En];

    /// The language tag, also the folder name: `zh-CN`, `en`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }

    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.as_str().eq_ignore_ascii_case(tag))
    }

    /// A host text without placeholders.
    pub fn t(self, key: &str) -> String {
        t(self, key, &[])
    }

    /// A host text with one placeholder.
    pub fn t1(self, key: &str, name: &str, value: impl TextValue) -> String {
        t(self, key, &[(name, value.text_value())])
    }

    /// A host text with two placeholders.
    pub fn t2(self, key: &str, a: &str, a_value: impl TextValue, b: &str, b_value: impl TextValue) -> String {
        t(self, key, &[(a, a_value.text_value()), (b, b_value.text_value())])
    }
}

/// A host text: in `locale`, else in zh-CN, else the key itself.
pub fn t(locale: Locale, key: &str, values: &[(&str, FluentValue<'static>)]) -> String {
    HOST.get(locale, key, values).unwrap_or_else(|| key.to_string())
}

/// A host text whose placeholders come as JSON, as a refusal's do.
pub fn t_json(locale: Locale, key: &str, values: &Map<String, Value>) -> String {
    HOST.get(locale, key, &json_values(values)).unwrap_or_else(|| key.to_string())
}

/// JSON values as placeholders: whole numbers stay numbers, lists are joined.
pub fn json_values(values: &Map<String, Value>) -> Vec<(&str, FluentValue<'static>)> {
    let one = |value: &Value| match value {
        Value::Number(n) if n.is_i64() => FluentValue::from(n.as_i64().unwrap_or_default()),
        Value::String(text) => text.text_value(),
        Value::Null => String::new().text_value(),
        Value::Array(list) => list
            .iter()
            .map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_string))
            .collect::<Vec<_>>()
            .join("、")
            .text_value(),
        other => other.to_string().text_value(),
    };
    values.iter().map(|(name, value)| (name.as_str(), one(value))).collect()
}

/// The host's own texts.
pub fn host() -> &'static Texts {
    &HOST
}

/// What may stand for a placeholder. Numbers stay numbers, so that plural forms can be chosen by them.
pub trait TextValue {
    fn text_value(&self) -> FluentValue<'static>;
}

impl TextValue for str {
    fn text_value(&self) -> FluentValue<'static> {
        FluentValue::String(self.to_string().into())
    }
}

impl TextValue for String {
    fn text_value(&self) -> FluentValue<'static> {
        self.as_str().text_value()
    }
}

macro_rules! number_values {
    ($($t:ty),*) => { $(impl TextValue for $t {
        fn text_value(&self) -> FluentValue<'static> { FluentValue::from(*self) }
    })* };
}
number_values!(u8, u16, u32, u64, usize, i32, i64);

impl<T: TextValue + ?Sized> TextValue for &T {
    fn text_value(&self) -> FluentValue<'static> {
        (**self).text_value()
    }
}

/// The texts of the host or of one plugin, in both languages.
pub struct Texts {
    zh_cn: Bundle,
    en: Bundle,
}

struct Bundle {
    fluent: FluentBundle<FluentResource>,
    keys: BTreeSet<String>,
    variables: BTreeMap<String, BTreeSet<String>>,
}

impl Texts {
    /// Reads Fluent sources. What cannot be read is left out and described in the second part, in words for the author.
    pub fn new(zh_cn: &[&str], en: &[&str]) -> (Self, Vec<String>) {
        let mut problems = Vec::new();
        let texts = Self {
            zh_cn: Bundle::new(Locale::ZhCn, zh_cn, &mut problems),
            en: Bundle::new(Locale::En, en, &mut problems),
        };
        (texts, problems)
    }

    /// The text in `locale`, else in zh-CN.
    pub fn get(&self, locale: Locale, key: &str, values: &[(&str, FluentValue<'static>)]) -> Option<String> {
        self.bundle(locale).get(key, values).or_else(|| self.zh_cn.get(key, values))
    }

    pub fn has(&self, key: &str) -> bool {
        self.zh_cn.keys.contains(key) || self.en.keys.contains(key)
    }

    /// All message keys of one language.
    pub fn keys(&self, locale: Locale) -> &BTreeSet<String> {
        &self.bundle(locale).keys
    }

    /// The placeholders of a text, in any language.
    pub fn variables(&self, key: &str) -> BTreeSet<String> {
        [&self.zh_cn, &self.en].into_iter().filter_map(|b| b.variables.get(key)).flatten().cloned().collect()
    }

    fn bundle(&self, locale: Locale) -> &Bundle {
        match locale {
            Locale::ZhCn => &self.zh_cn,
            Locale::En => &self.en,
        }
    }
}

impl Bundle {
    fn new(locale: Locale, sources: &[&str], problems: &mut Vec<String>) -> Self {
        let language = locale.as_str().parse().unwrap_or_default();
        let mut fluent = FluentBundle::new_concurrent(vec![language]);
        // The marks that keep mixed writing directions apart would show up in copied text and in tests.
        fluent.set_use_isolating(false);
        fluent.set_formatter(Some(match locale {
            Locale::ZhCn => |value, _| writing::value(Locale::ZhCn, value),
            Locale::En => |value, _| writing::value(Locale::En, value),
        }));
        let (mut keys, mut variables) = (BTreeSet::new(), BTreeMap::new());
        for source in sources {
            let resource = match FluentResource::try_new((*source).to_string()) {
                Ok(resource) => resource,
                Err((resource, errors)) => {
                    problems.extend(errors.iter().map(|e| format!("{}: {e}", locale.as_str())));
                    resource
                }
            };
            for entry in resource.entries() {
                if let fluent_syntax::ast::Entry::Message(message) = entry {
                    keys.insert(message.id.name.to_string());
                    let mut named = BTreeSet::new();
                    if let Some(pattern) = &message.value {
                        name_variables(pattern, &mut named);
                    }
                    variables.insert(message.id.name.to_string(), named);
                }
            }
            if let Err(errors) = fluent.add_resource(resource) {
                problems.extend(errors.iter().map(|e| format!("{}: {e}", locale.as_str())));
            }
        }
        Self { fluent, keys, variables }
    }

    fn get(&self, key: &str, values: &[(&str, FluentValue<'static>)]) -> Option<String> {
        let pattern = self.fluent.get_message(key)?.value()?;
        let args: FluentArgs<'_> = values.iter().map(|(name, value)| (*name, value.clone())).collect();
        let mut errors = Vec::new();
        Some(self.fluent.format_pattern(pattern, Some(&args), &mut errors).into_owned())
    }
}

/// Collects the variables that a pattern names, in its choices too.
fn name_variables(pattern: &Pattern<&str>, named: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        match expression {
            Expression::Inline(inline) => name_variable(inline, named),
            Expression::Select { selector, variants } => {
                name_variable(selector, named);
                for variant in variants {
                    name_variables(&variant.value, named);
                }
            }
        }
    }
}

fn name_variable(inline: &InlineExpression<&str>, named: &mut BTreeSet<String>) {
    if let InlineExpression::VariableReference { id } = inline {
        named.insert(id.name.to_string());
    }
}

#[cfg(test)]
pub(in crate::http) mod tests {
    use super::*;
    use std::path::Path;

    /// Every template and Rust source of the host, by path. Keys and icons are written there as literals.
    pub(in crate::http) fn sources() -> Vec<(String, String)> {
        let mut found = Vec::new();
        for root in ["web/templates", "src"] {
            read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(root), &mut found);
        }
        assert!(found.len() > 10, "the sources are where they were");
        found
    }

    fn read(dir: &Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(dir).expect("a source folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                read(&path, found);
            } else if path.extension().is_some_and(|e| e == "html" || e == "rs") {
                found.push((path.display().to_string(), std::fs::read_to_string(&path).expect("text")));
            }
        }
    }

    #[test]
    fn every_locale_file_is_well_formed() {
        for locale in Locale::ALL {
            let files: Vec<&str> = LOCALES
                .get_dir(locale.as_str())
                .expect("a folder per locale")
                .files()
                .filter_map(|f| f.contents_utf8())
                .collect();
            let (_, problems) = Texts::new(&files, &files);
            assert!(problems.is_empty(), "{problems:#?}");
        }
    }

    #[test]
    fn both_languages_have_the_same_texts() {
        let (zh, en) = (host().keys(Locale::ZhCn), host().keys(Locale::En));
        let differing: Vec<_> = zh.symmetric_difference(en).collect();
        assert!(differing.is_empty(), "in one language only: {differing:#?}");
        assert!(zh.len() > 100);
    }

    #[test]
    fn every_text_that_is_asked_for_exists() {
        let mut missing = Vec::new();
        for (file, source) in sources() {
            for call in [".t(\"", ".t1(\"", ".t2(\""] {
                for part in source.split(call).skip(1) {
                    let key = part.split('"').next().unwrap_or_default();
                    if !key.contains('{') && !host().has(key) {
                        missing.push(format!("{file}: {key}"));
                    }
                }
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn placeholders_choose_plural_forms_and_unknown_keys_stay_visible() {
        assert_eq!(Locale::En.t1("moment-days-left", "n", 1), "1 day left");
        assert_eq!(Locale::En.t1("moment-days-left", "n", 5), "5 days left");
        assert_eq!(t(Locale::ZhCn, "no-such-text", &[]), "no-such-text");
        assert_eq!(host().variables("moment-days-left").into_iter().collect::<Vec<_>>(), ["n"]);
    }
}
