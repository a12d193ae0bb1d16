use crate::{DataClass, Field};
use serde::{Deserialize, Serialize};

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
    /// Host events that the plugin wants to hear: some of [`crate::EVENTS`].
    pub events: Vec<String>,
    /// Host transitions which the plugin may refuse: some of [`crate::GUARDS`].
    pub guards: Vec<String>,
    pub views: Vec<View>,
    pub indicators: Vec<Indicator>,
    /// Every "no" that the plugin can say. Its text is `refusal-<code>`.
    pub refusals: Vec<Message>,
    /// Every notice that the plugin can send. Its texts are `notice-<code>-title` and `notice-<code>`.
    pub notices: Vec<Message>,
    /// Words of the plugin's views. Their texts are `label-<label>`.
    pub labels: Vec<String>,
    /// Every incident that the plugin can report. Its text is `incident-<code>`.
    pub incidents: Vec<Message>,
    /// The append-only books that the plugin keeps.
    pub books: Vec<Book>,
    /// What a fact about presence may carry as its evidence. Labels are `evidence-<field>`.
    pub evidence: Vec<Field>,
}

/// One sentence that a plugin says to people, with the placeholders that its text may use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Message {
    pub code: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// The law, standard or agreement that a refusal rests on, as its article is cited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Role {
    pub key: String,
    /// Predicates that a person must satisfy to be given the role: `adult`, `cleared`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<String>,
    /// Those whom the project serves (guardians, claimants), as against those who work in it: they see no view for the staff, enter
    /// nothing for others, and stand in for no absent plugin.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub served: bool,
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
    /// What is set with it and given back when it rings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Field>,
}

/// An append-only book: custody, stock. Its name is the text `book-<key>`, those of an entry's fields `entry-<key>-<field>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Book {
    pub key: String,
    /// What an entry says beside its quantity.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entry: Vec<Field>,
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

    /// Every field with its owner: `settings`, `record.<kind>`, `action.<key>`, and those of [`Self::plain_fields`].
    pub fn all_fields(&self) -> impl Iterator<Item = (String, &Field)> {
        let settings = self.settings.iter().map(|f| ("settings".to_string(), f));
        let records = self.records.iter().flat_map(|r| r.fields.iter().map(move |f| (format!("record.{}", r.key), f)));
        let actions = self.actions.iter().flat_map(|a| a.form.iter().map(move |f| (format!("action.{}", a.key), f)));
        settings.chain(records).chain(actions).chain(self.plain_fields())
    }

    /// Fields that no form asks for and that nothing ever erases: `timer.<name>`, `book.<key>`, `evidence`.
    pub fn plain_fields(&self) -> impl Iterator<Item = (String, &Field)> {
        let timers = self.timers.iter().flat_map(|t| t.values.iter().map(move |f| (format!("timer.{}", t.name), f)));
        let books = self.books.iter().flat_map(|b| b.entry.iter().map(move |f| (format!("book.{}", b.key), f)));
        timers.chain(books).chain(self.evidence.iter().map(|f| ("evidence".to_string(), f)))
    }

    pub fn book(&self, key: &str) -> Option<&Book> {
        self.books.iter().find(|b| b.key == key)
    }

    pub(crate) fn knows_role(&self, role: &str) -> bool {
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
