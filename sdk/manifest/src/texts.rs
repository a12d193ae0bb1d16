use crate::Description;
use std::collections::BTreeSet;

/// The locale key of a described thing: `text_key(&["action", "release"])` is `action-release`. Fluent keys know no dots
/// or underscores at word ends, so parts are joined by `-`.
pub fn text_key(parts: &[&str]) -> String {
    parts.join("-")
}

/// A label that a locale file lacks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MissingText {
    pub locale: String,
    pub key: String,
}

impl Description {
    /// Every label that the description needs, in each locale:
    /// `setting-<field>`, `role-<key>`, `record-<kind>`, `field-<kind>-<field>`, `state-<kind>-<state>`, `action-<key>`,
    /// `input-<action>-<field>`, `choice-<field>-<value>`, `view-<name>`, `indicator-<name>`,
    /// `refusal-<code>`, `notice-<code>-title`, `notice-<code>`, `label-<label>`, `incident-<code>`, `book-<key>`,
    /// `entry-<book>-<field>`, `evidence-<field>`.
    pub fn text_keys(&self) -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        let mut add = |parts: &[&str]| {
            keys.insert(text_key(parts));
        };
        for field in &self.settings {
            add(&["setting", &field.key]);
        }
        for role in &self.roles {
            add(&["role", &role.key]);
        }
        for kind in &self.records {
            add(&["record", &kind.key]);
            for field in &kind.fields {
                add(&["field", &kind.key, &field.key]);
            }
            for state in &kind.states {
                add(&["state", &kind.key, &state.key]);
            }
        }
        for action in &self.actions {
            add(&["action", &action.key]);
            for field in &action.form {
                add(&["input", &action.key, &field.key]);
            }
        }
        for view in &self.views {
            add(&["view", &view.name]);
        }
        for indicator in &self.indicators {
            add(&["indicator", &indicator.name]);
        }
        for refusal in &self.refusals {
            add(&["refusal", &refusal.code]);
        }
        for notice in &self.notices {
            add(&["notice", &notice.code, "title"]);
            add(&["notice", &notice.code]);
        }
        for label in &self.labels {
            add(&["label", label]);
        }
        for incident in &self.incidents {
            add(&["incident", &incident.code]);
        }
        for book in &self.books {
            add(&["book", &book.key]);
            for field in &book.entry {
                add(&["entry", &book.key, &field.key]);
            }
        }
        for field in &self.evidence {
            add(&["evidence", &field.key]);
        }
        for (_, field) in self.all_fields() {
            for option in &field.options {
                add(&["choice", &field.key, &option.value]);
            }
        }
        keys
    }
}
