use crate::http::components::exact;
use crate::http::texts::{self, Locale, TextValue, Texts};
use crate::http::writing::{grouped, written};
use serde_json::Value;
use twoway_manifest::{Field, FieldProblem, FieldType};

/// Where labels come from: `<prefix>-<key>`, help from `<prefix>-<key>-help`, choices from `choice-<key>-<value>`; a title or help
/// written into the field itself wins.
#[derive(Clone, Copy)]
pub struct FieldWords<'a> {
    texts: &'a Texts,
    pub(super) locale: Locale,
    prefix: &'a str,
}

impl<'a> FieldWords<'a> {
    /// Labels among the host's texts: prefix `field-proposal`, say.
    pub fn host(locale: Locale, prefix: &'a str) -> Self {
        Self { texts: texts::host(), locale, prefix }
    }

    /// Labels among a plugin's texts: prefix `input-<action>`, `setting` or `field-<kind>`.
    pub fn plugin(texts: &'a Texts, locale: Locale, prefix: &'a str) -> Self {
        Self { texts, locale, prefix }
    }

    pub fn locale(&self) -> Locale {
        self.locale
    }

    pub fn label(&self, field: &Field) -> String {
        field
            .title
            .clone()
            .or_else(|| self.find(&format!("{}-{}", self.prefix, field.key)))
            .unwrap_or_else(|| field.key.clone())
    }

    pub(super) fn help(&self, field: &Field) -> Option<String> {
        field.help.clone().or_else(|| self.find(&format!("{}-{}-help", self.prefix, field.key)))
    }

    pub fn choice(&self, field: &Field, value: &str) -> String {
        let title = field.options.iter().find(|o| o.value == value).and_then(|o| o.title.clone());
        title.or_else(|| self.find(&format!("choice-{}-{value}", field.key))).unwrap_or_else(|| value.to_string())
    }

    pub(super) fn unit(&self, field: &Field) -> Option<String> {
        let unit = field.unit.as_ref()?;
        // The name of a text has no spaces: "working days" is `unit-working-days`.
        let key = format!("unit-{}", unit.replace(' ', "-"));
        Some(self.find(&key).or_else(|| texts::host().get(self.locale, &key, &[])).unwrap_or_else(|| unit.clone()))
    }

    fn find(&self, key: &str) -> Option<String> {
        self.texts.get(self.locale, key, &[])
    }

    /// An answer as people read it; none where nothing was answered. Seals and secrets are the caller's to respect.
    pub fn said(&self, field: &Field, answer: &Value) -> Option<String> {
        let unit = self.unit(field);
        Some(match (field.kind, answer) {
            (_, Value::Null) => return None,
            (FieldType::Boolean, Value::Bool(yes)) => self.locale.t(if *yes { "answer-yes" } else { "answer-no" }),
            (FieldType::Instant, Value::Number(n)) => written(self.locale, &exact(n.as_i64()?)),
            (FieldType::Choice, Value::String(value)) => self.choice(field, value),
            (_, Value::Array(list)) => {
                let one = |v: &Value| {
                    v.as_str()
                        .map(|v| if field.kind == FieldType::Choices { self.choice(field, v) } else { v.to_string() })
                };
                list.iter().filter_map(one).collect::<Vec<_>>().join(&self.locale.t("list-comma"))
            }
            (_, Value::Number(n)) => match unit {
                Some(unit) => self.locale.t2("quantity", "n", grouped(&n.to_string()), "unit", unit),
                None => grouped(&n.to_string()),
            },
            (_, Value::String(text)) => written(self.locale, text),
            (_, other) => other.to_string(),
        })
    }
}

/// The words for what is wrong with an answer.
pub fn problem_text(locale: Locale, label: &str, problem: &FieldProblem) -> String {
    let key = format!("form-problem-{}", problem.code());
    texts::t(
        locale,
        &key,
        &[("label", label.text_value()), ("bound", problem.bound().unwrap_or_default().text_value())],
    )
}
