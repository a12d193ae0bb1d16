use crate::{Ability, CONTRACT_VERSIONS, DataClass, Field, Grant, control_character_in};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A text in the languages that every plugin must have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Localized {
    #[serde(rename = "zh-CN")]
    pub zh_cn: String,
    pub en: String,
}

impl Localized {
    pub fn get(&self, locale: &str) -> &str {
        if locale.starts_with("en") { &self.en } else { &self.zh_cn }
    }
}

/// Why a class of personal data is asked for, and for how long it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DataRequest {
    /// The word that fields name as their purpose.
    pub purpose: String,
    pub reason: Localized,
    pub retention_days: u32,
}

/// Bounds of one decision. The host never gives more than its own maximum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Limits {
    pub memory_mib: u32,
    /// Millions of fuel units for a hook that a person waits for.
    pub fuel_millions: u32,
    pub deadline_ms: u32,
    pub writes: u32,
    /// Calls from the plugin to the host.
    pub host_calls: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory_mib: 16, fuel_millions: 20, deadline_ms: 300, writes: 64, host_calls: 1_000 }
    }
}

impl Limits {
    pub const MAX: Limits =
        Limits { memory_mib: 64, fuel_millions: 2_000, deadline_ms: 10_000, writes: 64, host_calls: 10_000 };
}

/// `plugin.toml`: who the plugin is, what it asks for and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Manifest {
    /// `a-z`, `0-9` and `-`; stable for ever.
    pub id: String,
    pub version: semver::Version,
    /// The contract it was built for: one of [`CONTRACT_VERSIONS`].
    pub contract: String,
    pub title: Localized,
    pub summary: Localized,
    pub license: String,
    /// Each ability with its purpose in words. Ability names are the contract's interface names.
    #[serde(default)]
    pub abilities: BTreeMap<String, Localized>,
    /// Personal data, by class. A class may be asked for with several purposes.
    #[serde(default)]
    pub data: BTreeMap<String, Vec<DataRequest>>,
    #[serde(default)]
    pub limits: Limits,
}

/// What is wrong with a manifest, in words for its author.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    #[error("plugin.toml cannot be read: {0}")]
    Syntax(String),
    #[error("{place}: {message}")]
    Content { place: String, message: String },
}

impl Manifest {
    /// Reads and checks a `plugin.toml`. All content errors are found in one go.
    pub fn parse(text: &str) -> Result<Self, Vec<ManifestError>> {
        let manifest: Manifest =
            toml::from_str(text).map_err(|e| vec![ManifestError::Syntax(e.to_string().trim_end().to_string())])?;
        let errors = manifest.content_errors();
        if errors.is_empty() { Ok(manifest) } else { Err(errors) }
    }

    fn content_errors(&self) -> Vec<ManifestError> {
        let mut errors = Vec::new();
        let mut say =
            |place: &str, message: String| errors.push(ManifestError::Content { place: place.to_string(), message });
        if !crate::check::is_key(&self.id) || self.id.contains('_') {
            say(
                "id",
                format!(
                    "'{}' is not an id: use a-z, 0-9 and '-', starting with a letter, at most 40 characters",
                    self.id
                ),
            );
        }
        if !CONTRACT_VERSIONS.contains(&self.contract.as_str()) {
            say(
                "contract",
                format!("'{}' is not spoken here; this build speaks {}", self.contract, CONTRACT_VERSIONS.join(", ")),
            );
        }
        for (place, text) in [("title", &self.title), ("summary", &self.summary)] {
            if text.zh_cn.trim().is_empty() || text.en.trim().is_empty() {
                say(place, "is empty in one language: both zh-CN and en are needed".to_string());
            }
        }
        for (name, purpose) in &self.abilities {
            let place = format!("abilities.{name}");
            if Ability::parse(name).is_none() {
                let known: Vec<_> = Ability::ALL.iter().map(|a| a.as_str()).collect();
                say(&place, format!("there is no such ability; the contract has {}", known.join(", ")));
            } else if purpose.zh_cn.trim().is_empty() || purpose.en.trim().is_empty() {
                say(&place, "say in zh-CN and in en what it is needed for".to_string());
            }
        }
        for (class, requests) in &self.data {
            let place = format!("data.{class}");
            if !DataClass::ALL.iter().any(|c| c.as_str() == class) {
                say(&place, "there is no such data class; they are P0, P1, P2, P3, P4".to_string());
            }
            if requests.is_empty() {
                say(&place, "name at least one purpose".to_string());
            }
            for request in requests {
                if !crate::check::is_key(&request.purpose) {
                    say(&place, format!("'{}' is not a purpose word: use a-z, 0-9 and '-'", request.purpose));
                }
            }
        }
        let (asked, max) = (&self.limits, Limits::MAX);
        for (place, asked, max) in [
            ("limits.memory-mib", asked.memory_mib, max.memory_mib),
            ("limits.fuel-millions", asked.fuel_millions, max.fuel_millions),
            ("limits.deadline-ms", asked.deadline_ms, max.deadline_ms),
            ("limits.writes", asked.writes, max.writes),
            ("limits.host-calls", asked.host_calls, max.host_calls),
        ] {
            if asked == 0 || asked > max {
                say(place, format!("{asked} is outside 1 to {max}"));
            }
        }
        // An escape of TOML brings in what the file itself could not hold.
        let found = serde_json::to_value(self).ok().and_then(|all| control_character_in(&all));
        if let Some(c) = found {
            say("plugin.toml", format!("a text holds the control character U+{:04X}", u32::from(c)));
        }
        errors
    }

    /// Days after the record's end for which a field's content is kept: what the field says itself, but no longer than the office
    /// was told for its class and purpose. None: for ever.
    pub fn retention_days(&self, field: &Field) -> Option<u32> {
        let asked = self.data.get(field.class.as_str()).into_iter().flatten();
        let granted = asked.filter(|r| Some(&r.purpose) == field.purpose.as_ref()).map(|r| r.retention_days).min();
        match (field.retention_days, granted) {
            (Some(own), Some(granted)) => Some(own.min(granted)),
            (own, granted) => own.or(granted),
        }
    }

    /// Everything that the manifest asks for, as a grant.
    pub fn full_grant(&self) -> Grant {
        Grant {
            abilities: self.abilities.keys().filter_map(|name| Ability::parse(name)).collect(),
            classes: DataClass::ALL.into_iter().filter(|c| self.data.contains_key(c.as_str())).collect(),
        }
    }
}
