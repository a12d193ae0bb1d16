use serde::{Deserialize, Serialize};
use serde_json::Value;
pub use twoway_entity::plugins::{DecisionOutcome, Phase, Trust};
use twoway_ids::{Millis, Uuid};
use twoway_manifest::{Grant, Limits, Localized};

/// What a project tells about itself: who stands where towards it, and what may happen in it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub project: Uuid,
    pub title: String,
    /// The path of the organisation that runs it: who holds the lead office's role over it is `office`.
    pub path: String,
    /// The organisation that carries it out: its team leads are `project-lead`.
    pub team: Option<Uuid>,
    /// The account that leads it: `project-lead` too.
    pub lead: Option<Uuid>,
    /// The organisations that adopted one of its lines: their members are `sponsor`.
    pub sponsors: Vec<Uuid>,
    pub phase: Phase,
}

/// What the office decides when a project gets its plugin.
#[derive(Clone, Debug)]
pub struct Activation {
    pub digest: String,
    /// Answers to the form of the described settings.
    pub settings: Value,
    /// At most what the manifest asks for; less is allowed.
    pub grant: Grant,
    /// The office said once more that it grants minors' data.
    pub minors_data_confirmed: bool,
}

/// What the office sees before it grants anything: the request in words, without running the plugin.
#[derive(Clone, Debug, Serialize)]
pub struct GrantSheet {
    pub digest: String,
    pub plugin: String,
    pub version: String,
    pub title: Localized,
    pub summary: Localized,
    pub license: String,
    pub trust: Trust,
    pub data: Vec<AskedData>,
    pub abilities: Vec<AskedAbility>,
    pub limits: Limits,
    /// Asks for minors' data: the office is asked once more.
    pub asks_minors_data: bool,
    /// Everything that is asked for.
    pub full: Grant,
    /// The form of the settings; labels are `setting-<key>` of the plugin's texts.
    pub settings: Vec<twoway_manifest::Field>,
}

/// One data class with one purpose.
#[derive(Clone, Debug, Serialize)]
pub struct AskedData {
    pub class: twoway_manifest::DataClass,
    pub purpose: String,
    pub reason: Localized,
    pub retention_days: u32,
}

#[derive(Clone, Debug, Serialize)]
pub struct AskedAbility {
    pub ability: twoway_manifest::Ability,
    pub purpose: Localized,
}

/// Which plugin a project runs.
#[derive(Clone, Debug, Serialize)]
pub struct Pinned {
    pub plugin: String,
    pub version: String,
    pub digest: String,
    pub title: Localized,
    pub grant: Grant,
    pub settings: Value,
    pub activated_at: Millis,
}

/// What a person asks of the plugin.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub action: String,
    /// The record that it is about, where the action has one.
    pub target: Option<Uuid>,
    /// Answers to the action's form.
    pub input: Value,
    /// The member for whom staff enters it.
    pub acting_for: Option<Uuid>,
}

/// What came of an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Acted {
    /// The journal's row; none while a second person is waited for.
    pub decision: Option<Uuid>,
    /// Records that were made or changed, in the order of the writes.
    pub records: Vec<Uuid>,
    pub waiting: Option<Waiting>,
}

/// An action that waits for a second person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Waiting {
    pub confirmation: Uuid,
    pub until: Millis,
    /// The plugin could not answer: a second member of the staff may protect without it. The reference stands in its log.
    pub without_plugin: Option<String>,
}

/// An indicator's value over a period, in thousandths of its unit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measure {
    pub value_milli: i64,
    pub sample: u64,
    pub evidence: Value,
}
