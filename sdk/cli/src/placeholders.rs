//! Texts with a placeholder for which the code has no value: people would read its name.

use serde_json::{Map, Value};
use std::collections::BTreeSet;
use twoway_manifest::{Description, Message, text_key};
use twoway_runtime::{LOCALES, Texts};

/// Each such text in words for the author: `refusal-slot-full (en): there is no { $place }; the code gives places`.
pub fn strange(texts: &Texts, description: &Description) -> Vec<String> {
    let of = |parts: &'static [&'static str], list: &'static str, messages: &[Message]| -> Vec<(String, Vec<String>)> {
        let key = |message: &Message| text_key(&[&[list, &message.code], parts].concat());
        messages.iter().map(|message| (key(message), message.values.clone())).collect()
    };
    let said = [
        of(&[], "refusal", &description.refusals),
        of(&[], "notice", &description.notices),
        of(&["title"], "notice", &description.notices),
        of(&[], "incident", &description.incidents),
    ];
    let mut found = BTreeSet::new();
    for (key, given) in said.into_iter().flatten() {
        // A text may choose its plural by a number, and only the chosen form is filled in.
        for (locale, number) in LOCALES.into_iter().flat_map(|locale| [(locale, 1), (locale, 2)]) {
            let values: Map<String, Value> = given.iter().map(|name| (name.clone(), number.into())).collect();
            let text = texts.format(locale, &key, &Value::Object(values)).unwrap_or_default();
            for name in text.split("{$").skip(1).filter_map(|rest| rest.split('}').next()) {
                let known = if given.is_empty() { "nothing".to_string() } else { given.join(", ") };
                found.insert(format!("{key} ({locale}): there is no {{ ${name} }}; the code gives {known}"));
            }
        }
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let refusal = Message { code: "slot-full".to_string(), values: vec!["places".to_string()], rule: None };
        let description = Description { refusals: vec![refusal], ..Description::default() };
        let chinese = "refusal-slot-full = 名额已满（{ $places } 名）。";
        strange(&Texts::parse([("zh-CN", chinese), ("en", text)]).expect("is Fluent"), &description)
    }

    #[test]
    fn a_placeholder_without_a_value_is_named() {
        let all = "refusal-slot-full = { $places ->\n    [one] One place\n   *[other] { $places } places\n} taken.";
        assert_eq!(found(all), [""; 0]);
        assert_eq!(
            found("refusal-slot-full = { $place } places are taken."),
            ["refusal-slot-full (en): there is no { $place }; the code gives places"]
        );
        assert_eq!(found(&all.replace("[other] { $places }", "[other] { $place }")).len(), 1);
    }
}
