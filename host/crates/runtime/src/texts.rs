use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use serde_json::Value;
use std::collections::BTreeMap;
use twoway_manifest::{Description, MissingText};
use unic_langid::LanguageIdentifier;

/// The languages that every plugin speaks. The first one is what a reader of any other language gets.
pub const LOCALES: [&str; 2] = ["zh-CN", "en"];

/// A plugin's own texts, apart from the host's: a plugin can neither read nor replace those.
pub struct Texts {
    bundles: BTreeMap<String, FluentBundle<FluentResource>>,
}

/// What is wrong with a locale file, in words for its author.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("locale {locale}: {message}")]
pub struct TextError {
    pub locale: String,
    pub message: String,
}

impl Texts {
    /// Reads Fluent sources, as pairs of locale and content. A locale may have several; a key may stand in one of them only.
    pub fn parse<'a>(sources: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Vec<TextError>> {
        let mut bundles = BTreeMap::new();
        let mut errors = Vec::new();
        for (locale, source) in sources {
            let mut say = |message: String| errors.push(TextError { locale: locale.to_string(), message });
            let Ok(language) = locale.parse::<LanguageIdentifier>() else {
                say("is not a language tag".to_string());
                continue;
            };
            let bundle = bundles.entry(locale.to_string()).or_insert_with(|| {
                let mut bundle = FluentBundle::new_concurrent(vec![language]);
                // The host shows texts in pages of one direction and escapes them; marks would only disturb search and copies.
                bundle.set_use_isolating(false);
                bundle
            });
            let (resource, problems) = match FluentResource::try_new(source.to_string()) {
                Ok(resource) => (resource, Vec::new()),
                Err((resource, problems)) => (resource, problems),
            };
            problems.iter().for_each(|problem| say(problem.to_string()));
            if let Err(problems) = bundle.add_resource(resource) {
                problems.iter().for_each(|problem| say(problem.to_string()));
            }
        }
        if errors.is_empty() { Ok(Self { bundles }) } else { Err(errors) }
    }

    pub fn locales(&self) -> impl Iterator<Item = &str> {
        self.bundles.keys().map(String::as_str)
    }

    pub fn has(&self, locale: &str, key: &str) -> bool {
        self.bundles.get(locale).is_some_and(|b| b.get_message(key).is_some_and(|m| m.value().is_some()))
    }

    /// The text in this locale, or in the same language, or in the first of [`LOCALES`]. `values` is an object of texts and numbers
    /// for the placeholders. None: there is no such text in any of them.
    pub fn format(&self, locale: &str, key: &str, values: &Value) -> Option<String> {
        let language = locale.split('-').next().unwrap_or(locale);
        let related = self.bundles.keys().find(|l| l.split('-').next() == Some(language));
        [Some(locale), related.map(String::as_str), Some(LOCALES[0])]
            .into_iter()
            .flatten()
            .find_map(|locale| self.format_exactly(locale, key, values))
    }

    fn format_exactly(&self, locale: &str, key: &str, values: &Value) -> Option<String> {
        let bundle = self.bundles.get(locale)?;
        let pattern = bundle.get_message(key)?.value()?;
        let mut args = FluentArgs::new();
        for (name, value) in values.as_object().into_iter().flatten() {
            args.set(name.as_str(), argument(value));
        }
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::warn!(locale, key, ?errors, "a plugin's text could not be filled in");
        }
        Some(text)
    }

    /// Every text that the description needs and a locale lacks.
    pub fn missing(&self, description: &Description) -> Vec<MissingText> {
        let keys = description.text_keys();
        let of_locale = |locale: &'static str| {
            keys.iter()
                .filter(move |key| !self.has(locale, key))
                .map(move |key| MissingText { locale: locale.to_string(), key: key.clone() })
        };
        LOCALES.into_iter().flat_map(of_locale).collect()
    }
}

fn argument(value: &Value) -> FluentValue<'static> {
    match value {
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => whole.into(),
            (None, Some(real)) => real.into(),
            (None, None) => number.to_string().into(),
        },
        Value::String(text) => text.clone().into(),
        Value::Null => "".into(),
        other => other.to_string().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_text_is_filled_in_without_marks_and_falls_back_to_chinese() {
        let texts = Texts::parse([
            ("zh-CN", "refusal-full = 现在有 { $count } 名儿童,最多 { $limit } 名。\nlabel-only = 只有中文\n"),
            ("en", "refusal-full = { $count } children are here; { $limit } may be.\n"),
        ])
        .expect("parses");
        let values = json!({"count": 1200, "limit": "8"});
        assert_eq!(
            texts.format("en-GB", "refusal-full", &values).as_deref(),
            Some("1200 children are here; 8 may be.")
        );
        assert_eq!(texts.format("zh-CN", "refusal-full", &values).as_deref(), Some("现在有 1200 名儿童,最多 8 名。"));
        assert_eq!(texts.format("fr", "label-only", &json!({})).as_deref(), Some("只有中文"));
        assert_eq!(texts.format("en", "label-none", &json!({})), None);
    }

    #[test]
    fn a_broken_locale_file_is_an_error_and_a_missing_text_is_named() {
        let broken = Texts::parse([("en", "label-x = { $open\n")]).err().expect("does not parse");
        assert_eq!(broken[0].locale, "en");
        let twice = Texts::parse([("en", "a = 1\n"), ("en", "a = 2\n")]).err().expect("a key stands twice");
        assert_eq!(twice.len(), 1);
        let texts =
            Texts::parse([("zh-CN", "label-x = 一\n"), ("en", "label-x = One\nlabel-y = Two\n")]).expect("parses");
        let description = Description { labels: vec!["x".into(), "y".into()], ..Description::default() };
        assert_eq!(
            texts.missing(&description),
            [MissingText { locale: "zh-CN".to_string(), key: "label-y".to_string() }]
        );
    }
}
