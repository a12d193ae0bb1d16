use super::{Judge, PRESENCE, SEVERITIES};
use crate::Write;
use serde_json::Value;
use twoway_manifest::{DataClass, Field, FieldType, Message, ViewModel, check_form};

/// The record and the field of an audience `related:<record id>/<field>`.
pub(super) fn related(audience: &str) -> Option<(&str, &str)> {
    audience.strip_prefix("related:")?.split_once('/')
}

/// Every text in a value, however deep.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text.trim()],
        Value::Array(list) => list.iter().flat_map(texts).collect(),
        Value::Object(map) => map.values().flat_map(texts).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

/// Whether people write its content, rather than choose it.
fn is_written(field: &Field) -> bool {
    use FieldType as T;
    matches!(
        field.kind,
        T::Line | T::Text | T::Lines | T::Email | T::Phone | T::IdNumber | T::CreditCode | T::Date | T::File
    )
}

impl Judge<'_> {
    /// Everything that is not a record.
    pub(super) fn effect(&mut self, write: &Write) {
        match write {
            Write::Create { .. } | Write::Update { .. } => {}
            Write::Notify { key, audience, template, values, .. } => {
                self.key("notify", key);
                self.audience("notify", audience);
                self.notice(template, values);
            }
            Write::SetTimer { name, target, at, values } => {
                self.timer(name, target.as_deref());
                let described = self.p.description.timers.iter().find(|t| &t.name == name);
                self.form(&format!("timer '{name}'"), described.map_or(&[], |t| &t.values), values);
                if *at <= 0 {
                    self.say(format!("timer '{name}': the moment is not after 1970"));
                }
            }
            Write::CancelTimer { name, target } => self.timer(name, target.as_deref()),
            Write::OpenTask { key, assignee, action, target, .. } => {
                self.key("tasks", key);
                self.audience("task", assignee);
                self.task(action, target.as_deref());
            }
            Write::CloseTask { key } => self.word("task", key),
            Write::Attendance { who, session, what, evidence, .. } => {
                self.word("attendance", who);
                self.word("attendance", session);
                if !PRESENCE.contains(&what.as_str()) {
                    self.say(format!("attendance: '{what}' is none of {}", PRESENCE.join(", ")));
                }
                self.form("attendance: the evidence", &self.p.description.evidence, evidence);
            }
            Write::Ledger { book, key, quantity, entry } => {
                self.word("ledger", book);
                self.key("ledger", &format!("{book}/{key}"));
                match self.p.description.book(book) {
                    None => self.say(format!("ledger: there is no book '{book}'")),
                    Some(described) => self.form(&format!("ledger '{book}'"), &described.entry, entry),
                }
                if *quantity == 0 {
                    self.say(format!("ledger '{book}': a quantity of 0 says nothing"));
                }
            }
            Write::IssueCode { purpose, target, to, valid_minutes } => {
                self.word("code", purpose);
                self.word("code", to);
                self.known("code", target);
                if !(1..=10_080).contains(valid_minutes) {
                    self.say("code: it is valid for 1 minute to 7 days");
                }
            }
            Write::SpendCode { purpose, target, .. } => {
                self.word("code", purpose);
                self.known("code", target);
            }
            Write::Publish { target, card, .. } => {
                self.known("publish", target);
                if let Err(problem) = ViewModel::parse(card.clone()) {
                    self.say(format!("publish: the card {problem}"));
                }
                self.keeps_private(target, card);
            }
            Write::Withdraw { target } => self.known("withdraw", target),
            Write::Incident { key, what, target, severity, values } => {
                self.key("incidents", key);
                if let Some(target) = target {
                    self.known("incident", target);
                }
                if !SEVERITIES.contains(&severity.as_str()) {
                    self.say(format!("incident: severity '{severity}' is none of {}", SEVERITIES.join(", ")));
                }
                let incidents = &self.p.description.incidents;
                self.message("incident", incidents.iter().find(|i| &i.code == what), what, values);
            }
        }
    }

    /// The effect happens once for each key of its ability, however often the step is repeated.
    fn key(&mut self, ability: &'static str, key: &str) {
        self.word(ability, key);
        if !self.keys.insert((ability, key.to_string())) {
            self.say(format!("{ability}: the key '{key}' is used twice"));
        }
    }

    fn word(&mut self, place: &str, word: &str) {
        if word.trim().is_empty() {
            self.say(format!("{place}: an id, key or name is empty"));
        }
    }

    /// Values of described fields: all that are required, and no other.
    fn form(&mut self, place: &str, fields: &[Field], values: &Value) {
        for error in check_form(fields, values).err().unwrap_or_default() {
            let field = if error.field.is_empty() { "its content" } else { &error.field };
            self.say(format!("{place}: {field} is {}", error.problem.code()));
        }
        self.bounded(place, values);
    }

    /// What people entrusted to the project is not for everybody, whatever was granted: a card repeats no text of a personal field of
    /// its record.
    fn keeps_private(&mut self, target: &str, card: &Value) {
        let Some(found) = self.standing(target) else { return };
        let Some(kind) = self.p.description.record(&found.kind) else { return };
        let shown = texts(card);
        let told = |field: &&Field| {
            let personal = field.class >= DataClass::P2 || field.secret;
            let content = found.data.get(&field.key).map(texts).unwrap_or_default();
            // A word of one character stands in every sentence.
            let mut long = content.into_iter().filter(|text| text.chars().count() > 1);
            personal && is_written(field) && long.any(|text| shown.iter().any(|s| s.contains(text)))
        };
        let fields: Vec<String> = kind.fields.iter().filter(told).map(|f| f.key.clone()).collect();
        for key in fields {
            self.say(format!("publish: the card shows field '{key}', which is personal"));
        }
    }

    fn known(&mut self, place: &str, id: &str) {
        if self.standing(id).is_none() {
            self.say(format!("{place}: there is no record '{id}'"));
        }
    }

    /// A person, `role:<key>`, or `related:<record id>/<field>` with a field that holds persons.
    fn audience(&mut self, place: &str, audience: &str) {
        if let Some(role) = audience.strip_prefix("role:") {
            if !self.knows_role(role) {
                self.say(format!("{place}: '{role}' is neither a described role nor the host's"));
            }
        } else if audience.starts_with("related:") {
            let holds_persons = related(audience).is_some_and(|(id, field)| {
                let kind = self.standing(id).and_then(|found| self.p.description.record(&found.kind));
                kind.is_some_and(|kind| {
                    let persons = [FieldType::Person, FieldType::Persons];
                    kind.fields.iter().any(|f| f.key == field && persons.contains(&f.kind))
                })
            });
            if !holds_persons {
                self.say(format!("{place}: '{audience}' names no field of a record that holds persons"));
            }
        } else if audience.contains(':') {
            self.say(format!("{place}: an audience is a person, role:<key> or related:<record id>/<field>"));
        } else {
            self.word(place, audience);
        }
    }

    fn notice(&mut self, template: &str, values: &Value) {
        let notices = &self.p.description.notices;
        self.message("notify", notices.iter().find(|n| n.code == template), template, values);
    }

    /// A described sentence, and a value for each of its placeholders.
    fn message(&mut self, place: &str, described: Option<&Message>, code: &str, values: &Value) {
        let Some(message) = described else {
            self.say(format!("{place}: '{code}' is not described"));
            return;
        };
        let Some(given) = values.as_object() else {
            self.say(format!("{place} '{code}': its values are not an object"));
            return;
        };
        for name in message.values.iter().filter(|name| !given.contains_key(*name)) {
            self.say(format!("{place} '{code}': the value '{name}' is missing"));
        }
        for (name, value) in given {
            if !message.values.contains(name) {
                self.say(format!("{place} '{code}': its text has no value '{name}'"));
            } else if !(value.is_string() || value.is_number()) {
                self.say(format!("{place} '{code}': the value '{name}' is neither text nor number"));
            }
        }
        self.bounded(place, values);
    }

    fn timer(&mut self, name: &str, target: Option<&str>) {
        let Some(timer) = self.p.description.timers.iter().find(|t| t.name == name) else {
            self.say(format!("timer: there is no timer '{name}'"));
            return;
        };
        self.fits(&format!("timer '{name}'"), timer.on.as_deref(), target);
    }

    fn task(&mut self, action: &str, target: Option<&str>) {
        match self.p.description.action(action) {
            None => self.say(format!("task: there is no action '{action}'")),
            Some(described) => self.fits(&format!("task '{action}'"), described.on.as_deref(), target),
        }
    }

    /// The target is a record of the kind that is described, or absent where none is.
    fn fits(&mut self, place: &str, on: Option<&str>, target: Option<&str>) {
        match (on, target) {
            (None, None) => {}
            (None, Some(_)) => self.say(format!("{place}: it is of the whole project and takes no target")),
            (Some(on), None) => self.say(format!("{place}: it needs a target of kind '{on}'")),
            (Some(on), Some(id)) => {
                if self.standing(id).is_none_or(|found| found.kind != on) {
                    self.say(format!("{place}: '{id}' is no record of kind '{on}'"));
                }
            }
        }
    }
}
