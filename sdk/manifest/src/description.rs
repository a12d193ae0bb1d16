use crate::{DataClass, Field, FieldType};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// All that is static about a project kind. It is data, so that the host can draw forms and lists, check roles, states and
/// answers before any wasm runs, and compare two versions. Labels are not in it: see [`crate::text_key`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Description {
    /// Set by the office when the plugin is activated on a project.
    pub settings: Vec<Field>,
    /// Roles that the project's lead gives to people inside the project.
    pub roles: Vec<Role>,
    pub records: Vec<RecordKind>,
    pub actions: Vec<Action>,
    pub timers: Vec<Timer>,
    /// Host events that the plugin wants to hear: `session-closed`, `line-delivered` …
    pub events: Vec<String>,
    /// Host transitions which the plugin may refuse: `project.start`, `project.close` …
    pub guards: Vec<String>,
    pub views: Vec<View>,
    pub indicators: Vec<Indicator>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Role {
    pub key: String,
    /// Predicates that a person must satisfy to be given the role: `adult`, `cleared`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RecordKind {
    pub key: String,
    pub fields: Vec<Field>,
    pub states: Vec<State>,
    /// Fields by which `records.find` may ask and lists may filter. Never a secret or sealed field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<String>,
    /// The field whose content names the record in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title_field: Option<String>,
    /// Roles whose holders see the records of this kind in the project's pages. The project's lead always does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readers: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct State {
    pub key: String,
    /// Nothing leaves this state; retention counts from here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub end: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Action {
    pub key: String,
    /// The record kind that it acts on; none for an action of the whole project ("found item reported").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
    /// States of the target in which it is offered. Empty only where `on` is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<String>,
    /// States to which the plugin may move the target. Empty: it stays.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
    pub roles: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub form: Vec<Field>,
    /// How many different persons must confirm before the plugin is asked: 1 or 2.
    #[serde(default = "one")]
    pub confirmations: u8,
    /// Protects people (release, withdraw, incident): may be done by two staff when the plugin cannot answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub protective: bool,
}

fn one() -> u8 {
    1
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Timer {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
}

/// Who may look at a view. The default is the narrowest that is still of use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Visibility {
    Public,
    Sponsors,
    #[default]
    Staff,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct View {
    pub name: String,
    #[serde(default)]
    pub visibility: Visibility,
    /// The record kind that it shows; none for a view of the project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Indicator {
    pub name: String,
    /// `percent`, `count`, `minutes`, `days`.
    pub unit: String,
    /// In thousandths of the unit, like the computed value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_milli: Option<i64>,
}

/// What is wrong with a description, in words for its author.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct DescriptionError {
    /// `actions.release.from`, say.
    pub place: String,
    pub message: String,
}

impl Description {
    pub fn record(&self, key: &str) -> Option<&RecordKind> {
        self.records.iter().find(|r| r.key == key)
    }

    pub fn action(&self, key: &str) -> Option<&Action> {
        self.actions.iter().find(|a| a.key == key)
    }

    /// The actions which one who holds `roles` may be offered on a target of this kind and state.
    pub fn offered<'a>(
        &'a self,
        roles: &'a [String],
        target: Option<(&'a str, &'a str)>,
    ) -> impl Iterator<Item = &'a Action> {
        self.actions.iter().filter(move |a| a.permits(roles, target))
    }

    /// The highest class that any field asks for.
    pub fn highest_class(&self) -> DataClass {
        self.all_fields().map(|(_, f)| f.class).max().unwrap_or(DataClass::P0)
    }

    /// Every field with its owner: `settings`, `record.<kind>` or `action.<key>`.
    pub fn all_fields(&self) -> impl Iterator<Item = (String, &Field)> {
        let settings = self.settings.iter().map(|f| ("settings".to_string(), f));
        let records =
            self.records.iter().flat_map(|r| r.fields.iter().map(move |f| (format!("record.{}", r.key), f)));
        let actions = self.actions.iter().flat_map(|a| a.form.iter().map(move |f| (format!("action.{}", a.key), f)));
        settings.chain(records).chain(actions)
    }

    /// All that can be found wrong without running the plugin.
    pub fn check(&self) -> Result<(), Vec<DescriptionError>> {
        let mut errors = Vec::new();
        let mut say = |place: String, message: &str| {
            errors.push(DescriptionError { place, message: message.to_string() });
        };
        self.check_keys(&mut say);
        self.check_records(&mut say);
        self.check_actions(&mut say);
        for (owner, field) in self.all_fields() {
            self.check_field(&owner, field, &mut say);
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    fn check_keys(&self, say: &mut impl FnMut(String, &str)) {
        let lists: [(&str, Vec<&str>); 6] = [
            ("roles", self.roles.iter().map(|x| x.key.as_str()).collect()),
            ("records", self.records.iter().map(|x| x.key.as_str()).collect()),
            ("actions", self.actions.iter().map(|x| x.key.as_str()).collect()),
            ("timers", self.timers.iter().map(|x| x.name.as_str()).collect()),
            ("views", self.views.iter().map(|x| x.name.as_str()).collect()),
            ("indicators", self.indicators.iter().map(|x| x.name.as_str()).collect()),
        ];
        for (list, keys) in lists {
            let mut seen = BTreeSet::new();
            for key in keys {
                if !is_key(key) {
                    say(format!("{list}.{key}"), "use a-z, 0-9, '-' and '_', starting with a letter, at most 40 characters");
                }
                if !seen.insert(key) {
                    say(format!("{list}.{key}"), "is described twice");
                }
            }
        }
    }

    fn check_records(&self, say: &mut impl FnMut(String, &str)) {
        for kind in &self.records {
            let place = |part: &str| format!("records.{}.{part}", kind.key);
            if kind.states.is_empty() {
                say(place("states"), "a record kind needs at least one state");
            }
            for key in kind.indexes.iter().chain(&kind.title_field) {
                match kind.fields.iter().find(|f| &f.key == key) {
                    None => say(place(key), "names a field that the kind does not have"),
                    Some(f) if f.secret || f.class.is_sealed() => {
                        say(place(key), "a secret or sealed field (P3, P4) can neither be an index nor a title");
                    }
                    Some(_) => {}
                }
            }
            for role in &kind.readers {
                if !self.knows_role(role) {
                    say(place("readers"), "names a role that is neither described nor the host's");
                }
            }
        }
    }

    fn check_actions(&self, say: &mut impl FnMut(String, &str)) {
        for action in &self.actions {
            let place = |part: &str| format!("actions.{}.{part}", action.key);
            if action.roles.is_empty() {
                say(place("roles"), "name at least one role: an action for nobody cannot be used");
            }
            for role in &action.roles {
                if !self.knows_role(role) {
                    say(place("roles"), &format!("'{role}' is neither described nor one of the host's roles"));
                }
            }
            if !(1..=2).contains(&action.confirmations) {
                say(place("confirmations"), "is 1 or 2");
            }
            match &action.on {
                None if !action.from.is_empty() || !action.to.is_empty() => {
                    say(place("on"), "states are named, but no record kind");
                }
                None => {}
                Some(on) => match self.record(on) {
                    None => say(place("on"), &format!("there is no record kind '{on}'")),
                    Some(kind) => {
                        if action.from.is_empty() {
                            say(place("from"), "name the states in which the action is offered");
                        }
                        for state in action.from.iter().chain(&action.to) {
                            if !kind.states.iter().any(|s| &s.key == state) {
                                say(place("from"), &format!("'{on}' has no state '{state}'"));
                            }
                        }
                    }
                },
            }
        }
    }

    fn check_field(&self, owner: &str, field: &Field, say: &mut impl FnMut(String, &str)) {
        let place = format!("{owner}.{}", field.key);
        if !is_key(&field.key) {
            say(place.clone(), "use a-z, 0-9, '-' and '_', starting with a letter, at most 40 characters");
        }
        if field.class >= DataClass::P2 && field.purpose.is_none() {
            say(place.clone(), "personal data (P2 and above) needs a purpose");
        }
        match field.kind {
            FieldType::Choice | FieldType::Choices if field.options.is_empty() => {
                say(place, "a choice needs options");
            }
            FieldType::Record => match &field.of {
                Some(of) if self.record(of).is_some() => {}
                _ => say(place, "say with `of` which record kind may be named"),
            },
            _ => {}
        }
    }

    fn knows_role(&self, role: &str) -> bool {
        HOST_ROLES.contains(&role) || self.roles.iter().any(|r| r.key == role)
    }
}

/// Roles that the host itself knows inside a project; a plugin may name them without describing them.
pub const HOST_ROLES: &[&str] = &["office", "project-lead", "sponsor", "participant"];

impl Action {
    /// Whether one of `roles` may take this action on a target of this kind and state.
    pub fn permits(&self, roles: &[String], target: Option<(&str, &str)>) -> bool {
        let in_place = match (&self.on, target) {
            (None, None) => true,
            (Some(on), Some((kind, state))) => on == kind && self.from.iter().any(|s| s == state),
            _ => false,
        };
        in_place && self.roles.iter().any(|r| roles.contains(r))
    }
}

pub(crate) fn is_key(key: &str) -> bool {
    key.len() <= 40
        && key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
}
