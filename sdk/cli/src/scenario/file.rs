use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// One story. `docs/guides/write-a-plugin.md` explains it to authors.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Scenario {
    pub title: String,
    /// Local time at which the story begins: `2026-03-02 16:00`.
    pub start: String,
    #[serde(default)]
    pub settings: Map<String, Value>,
    #[serde(default)]
    pub people: BTreeMap<String, Human>,
    /// What the office does not grant of that which plugin.toml asks for.
    #[serde(default)]
    pub not_granted: NotGranted,
    pub step: Vec<Step>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Human {
    #[serde(default)]
    pub roles: Vec<String>,
    #[serde(default)]
    pub satisfies: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct NotGranted {
    #[serde(default)]
    pub abilities: Vec<String>,
    #[serde(default)]
    pub data: Vec<String>,
}

/// One step: what happens, and what must come of it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Step {
    // What happens: exactly one of these.
    /// An action.
    #[serde(rename = "do")]
    pub action: Option<String>,
    /// The clock moves on: `16:45`, or with a day. Timers that are due ring on the way.
    pub at: Option<String>,
    pub show: Option<String>,
    pub measure: Option<String>,
    pub guard: Option<String>,
    /// Something happened in the host; its values stand in `input`.
    pub hear: Option<String>,

    // About an action or a view.
    pub by: Option<String>,
    pub acting_for: Option<String>,
    /// Who else confirms, where the action asks for two persons.
    pub with: Option<String>,
    /// The record's name, as an earlier step gave it.
    pub on: Option<String>,
    /// Answers to the action's form, or the values of an event or guard.
    #[serde(default)]
    pub input: Map<String, Value>,
    /// Names for the records that the action makes, in their order.
    #[serde(default)]
    pub names: Vec<String>,

    // What must come of it. Without `refused`, `invalid` and `not-offered` it must succeed.
    /// A refusal's code.
    pub refused: Option<String>,
    /// Values of the refusal, or of the fields of the input that are wrong.
    #[serde(default)]
    pub values: Map<String, Value>,
    /// A field of the form that the plugin refuses; with `refused` the code of its problem.
    pub invalid: Option<String>,
    /// The host would not offer the action: wrong role or wrong state.
    #[serde(default)]
    pub not_offered: bool,
    /// The state of the target afterwards.
    pub state: Option<String>,
    /// States of other records afterwards, by name.
    #[serde(default)]
    pub states: BTreeMap<String, String>,
    /// Fields of the target afterwards.
    #[serde(default)]
    pub fields: Map<String, Value>,
    /// All notices of this step: `mother: pickup-overdue`, or `role:site-lead: …`.
    pub notified: Option<Vec<String>>,
    /// All incidents of this step: `serious: wrong-release`.
    pub reported: Option<Vec<String>>,
    /// All facts about presence of this step: `li: arrived`.
    pub attended: Option<Vec<String>>,
    /// All lines in books of this step: `custody/2026-03-02-0001: -1`.
    pub booked: Option<Vec<String>>,
    /// All tasks that are open afterwards: `role:custodian: announce`.
    pub tasks: Option<Vec<String>>,
    /// All records that have a public card afterwards, by name.
    pub public: Option<Vec<String>>,
    /// Who was sent a one-time code. Later inputs name it `$code`.
    pub code_to: Option<String>,

    // About a view.
    /// Values of facts by their label.
    #[serde(default)]
    pub facts: Map<String, Value>,
    #[serde(default)]
    pub alerts: Option<Vec<String>>,
    /// Numbers of rows by the tables' titles.
    #[serde(default)]
    pub rows: BTreeMap<String, usize>,
    /// Texts that must not occur anywhere in it.
    #[serde(default)]
    pub hides: Vec<String>,

    // About an indicator, in its own unit.
    pub value: Option<f64>,
    pub sample: Option<u64>,
}

impl Scenario {
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|e| e.to_string())
    }
}

impl Step {
    /// The step in words, for the report.
    pub fn words(&self) -> String {
        let who = self.by.as_deref().map(|by| format!("{by} ")).unwrap_or_default();
        let on = self.on.as_deref().map(|on| format!(" on {on}")).unwrap_or_default();
        let happens = [
            self.action.as_ref().map(|action| format!("{who}does {action}{on}")),
            self.at.as_ref().map(|at| format!("the clock moves to {at}")),
            self.show.as_ref().map(|view| format!("{who}looks at {view}")),
            self.measure.as_ref().map(|indicator| format!("{indicator} is measured")),
            self.guard.as_ref().map(|transition| format!("the host asks before {transition}")),
            self.hear.as_ref().map(|event| format!("the host tells of {event}")),
        ];
        happens.into_iter().flatten().next().unwrap_or_else(|| "nothing happens".to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_no_scenario_knows_is_said_with_its_line() {
        let text = "title = \"x\"\nstart = \"2026-03-02 09:00\"\n\n[[step]]\nby = \"li\"\ndoes = \"lend\"\n";
        let message = Scenario::parse(text).err().unwrap_or_default();
        assert!(message.contains("line 6") && message.contains("unknown field `does`"), "{message}");
    }
}
