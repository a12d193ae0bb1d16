use super::state::Grade;
use crate::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use twoway_ids::{DAY, Millis};
use utoipa::ToSchema;

/// Calendar days for the self-evaluation, and again for the grades.
pub const ANSWER_WITHIN: Millis = 15 * DAY;
/// Working days for the office's last word.
pub const FINAL_WITHIN: u32 = 5;
/// Longest text of an answer, a statement, a reason, in characters.
pub const TEXT_LENGTH: u32 = 4_000;

/// A figure of the project, computed by the host or by its plugin and frozen with the self-evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator {
    /// `host-…` for the host's own, else the plugin's name for it. Its title is the text `indicator-<key>`.
    pub key: String,
    pub source: Source,
    /// `percent`, `count`, `minutes`, `days`.
    pub unit: String,
    /// In thousandths of the unit.
    pub target_milli: Option<i64>,
    pub value_milli: i64,
    /// The number of cases behind the value.
    pub sample: u64,
    /// What the computation rests on, as it was answered.
    pub evidence: Value,
    /// The period that it covers.
    pub from: Millis,
    pub until: Millis,
}

/// By which formula a figure was computed: it can be computed again, by exactly this program on the same period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Source {
    /// The text `indicator-<key>-formula` says how.
    Host,
    Plugin {
        plugin: String,
        version: String,
        digest: String,
    },
}

/// The indicators of a stored row.
pub fn stored_indicators(json: &Value) -> Result<Vec<Indicator>, Refusal> {
    Ok(serde_json::from_value(json.clone())?)
}

/// What the project's lead answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SelfEvaluation {
    /// What was reached, what was not, what was learnt.
    pub statement: String,
    /// Indicator key → the lead's words on it.
    #[serde(default)]
    pub answers: BTreeMap<String, String>,
}

/// What the evaluator decides.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Score {
    /// Indicator key → grade and its reason.
    #[serde(default)]
    pub grades: BTreeMap<String, Graded>,
    #[schema(value_type = String)]
    pub grade: Grade,
    pub conclusion: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Graded {
    #[schema(value_type = String)]
    pub grade: Grade,
    pub reason: String,
}
