use crate::{DataClass, Description, EVENTS, FILE_KINDS, Field, FieldType, GUARDS, Manifest, RecordKind};
use std::collections::BTreeSet;

/// What is wrong with a description, in words for its author.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct DescriptionError {
    /// `actions.release.from`, say.
    pub place: String,
    pub message: String,
}

const UNITS: &[&str] = &["percent", "count", "minutes", "days"];

/// What a role may require of a person, besides `trained:<what>`. The host answers the same words to `people.satisfies`.
pub const PREDICATES: &[&str] = &["adult", "cleared", "insured"];

/// Whether the host knows this word about persons: one of [`PREDICATES`], or `trained:<what>`.
pub fn is_predicate(word: &str) -> bool {
    PREDICATES.contains(&word) || word.strip_prefix("trained:").is_some_and(|what| !what.is_empty() && what.len() <= 40)
}

impl Description {
    /// All that can be found wrong without running the plugin.
    pub fn check(&self) -> Result<(), Vec<DescriptionError>> {
        let mut found = Findings::default();
        self.check_keys(&mut found);
        for kind in &self.records {
            self.check_record(kind, &mut found);
        }
        self.check_actions(&mut found);
        self.check_timers_views_indicators(&mut found);
        for (owner, field) in self.all_fields() {
            self.check_field(&owner, field, &mut found);
        }
        for (owner, field) in self.plain_fields().filter(|(_, f)| f.secret || f.class >= DataClass::P2) {
            found.say(
                format!("{owner}.{}", field.key),
                "is kept in the open and never erased: neither personal data nor secrets",
            );
        }
        if found.0.is_empty() { Ok(()) } else { Err(found.0) }
    }

    fn check_keys(&self, found: &mut Findings) {
        let lists: [(&str, Vec<&str>); 11] = [
            ("roles", self.roles.iter().map(|x| x.key.as_str()).collect()),
            ("records", self.records.iter().map(|x| x.key.as_str()).collect()),
            ("actions", self.actions.iter().map(|x| x.key.as_str()).collect()),
            ("timers", self.timers.iter().map(|x| x.name.as_str()).collect()),
            ("views", self.views.iter().map(|x| x.name.as_str()).collect()),
            ("indicators", self.indicators.iter().map(|x| x.name.as_str()).collect()),
            ("refusals", self.refusals.iter().map(|x| x.code.as_str()).collect()),
            ("notices", self.notices.iter().map(|x| x.code.as_str()).collect()),
            ("labels", self.labels.iter().map(String::as_str).collect()),
            ("incidents", self.incidents.iter().map(|x| x.code.as_str()).collect()),
            ("books", self.books.iter().map(|x| x.key.as_str()).collect()),
        ];
        for (list, keys) in lists {
            found.keys(list, keys);
        }
        found.keys("settings", self.settings.iter().map(|f| f.key.as_str()));
        for action in &self.actions {
            found.keys(&format!("actions.{}.form", action.key), action.form.iter().map(|f| f.key.as_str()));
        }
        for timer in &self.timers {
            found.keys(&format!("timers.{}.values", timer.name), timer.values.iter().map(|f| f.key.as_str()));
        }
        for book in &self.books {
            found.keys(&format!("books.{}.entry", book.key), book.entry.iter().map(|f| f.key.as_str()));
        }
        found.keys("evidence", self.evidence.iter().map(|f| f.key.as_str()));
        found.names("events", "event", &self.events, EVENTS);
        found.names("guards", "guard", &self.guards, GUARDS);
        for role in &self.roles {
            for predicate in role.requires.iter().filter(|p| !is_predicate(p)) {
                found.say(
                    format!("roles.{}.requires", role.key),
                    format!(
                        "there is no predicate '{predicate}'; the host knows {} and trained:<what>",
                        PREDICATES.join(", ")
                    ),
                );
            }
        }
    }

    fn check_record(&self, kind: &RecordKind, found: &mut Findings) {
        let place = |part: &str| format!("records.{}.{part}", kind.key);
        found.keys(&place("fields"), kind.fields.iter().map(|f| f.key.as_str()));
        found.keys(&place("states"), kind.states.iter().map(|s| s.key.as_str()));
        if kind.states.is_empty() {
            found.say(place("states"), "a record kind needs at least one state");
        }
        for key in kind.indexes.iter().chain(&kind.title_field) {
            match kind.fields.iter().find(|f| &f.key == key) {
                None => found.say(place(key), "names a field that the kind does not have"),
                Some(f) if f.secret || f.class.is_sealed() => {
                    found.say(place(key), "a secret or sealed field (P3, P4) can neither be an index nor a title");
                }
                Some(_) => {}
            }
        }
        for role in kind.readers.iter().filter(|r| !self.knows_role(r)) {
            found.say(place("readers"), format!("'{role}' is neither described nor one of the host's roles"));
        }
    }

    fn check_actions(&self, found: &mut Findings) {
        for action in &self.actions {
            let place = |part: &str| format!("actions.{}.{part}", action.key);
            if action.roles.is_empty() {
                found.say(place("roles"), "name at least one role: an action for nobody cannot be used");
            }
            for role in action.roles.iter().filter(|r| !self.knows_role(r)) {
                found.say(place("roles"), format!("'{role}' is neither described nor one of the host's roles"));
            }
            if !(1..=2).contains(&action.confirmations) {
                found.say(place("confirmations"), "is 1 or 2");
            }
            match &action.on {
                None if !action.from.is_empty() || !action.to.is_empty() => {
                    found.say(place("on"), "states are named, but no record kind");
                }
                None => {}
                Some(on) => match self.record(on) {
                    None => found.say(place("on"), format!("there is no record kind '{on}'")),
                    Some(kind) => {
                        if action.from.is_empty() {
                            found.say(place("from"), "name the states in which the action is offered");
                        }
                        for (part, states) in [("from", &action.from), ("to", &action.to)] {
                            for state in states.iter().filter(|s| !kind.states.iter().any(|known| known.key == **s)) {
                                found.say(place(part), format!("'{on}' has no state '{state}'"));
                            }
                        }
                        for state in kind.states.iter().filter(|s| s.end && action.from.contains(&s.key)) {
                            found.say(place("from"), format!("'{}' is an end: nothing leaves it", state.key));
                        }
                    }
                },
            }
        }
    }

    fn check_timers_views_indicators(&self, found: &mut Findings) {
        let timers = self.timers.iter().map(|t| (format!("timers.{}.on", t.name), &t.on));
        let views = self.views.iter().map(|v| (format!("views.{}.on", v.name), &v.on));
        for (place, on) in timers.chain(views) {
            if let Some(on) = on.as_ref().filter(|on| self.record(on).is_none()) {
                found.say(place, format!("there is no record kind '{on}'"));
            }
        }
        for indicator in self.indicators.iter().filter(|i| !UNITS.contains(&i.unit.as_str())) {
            found.say(
                format!("indicators.{}.unit", indicator.name),
                format!("'{}' is none of {}", indicator.unit, UNITS.join(", ")),
            );
        }
    }

    fn check_field(&self, owner: &str, field: &Field, found: &mut Findings) {
        let place = format!("{owner}.{}", field.key);
        if field.class >= DataClass::P2 && field.purpose.is_none() {
            found.say(&place, "personal data (P2 and above) needs a purpose");
        }
        if owner == "settings" && (field.secret || field.class >= DataClass::P2) {
            found.say(&place, "settings hold rules and figures, neither personal data nor secrets");
        }
        if field.section.is_some() || field.required_after.is_some() || field.frozen_after.is_some() {
            found.say(&place, "sections and days belong to the form of a call, which an office writes");
        }
        match field.kind {
            FieldType::Choice | FieldType::Choices if field.options.is_empty() => {
                found.say(&place, "a choice needs options");
            }
            FieldType::Record => match &field.of {
                Some(of) if self.record(of).is_some() => {}
                _ => found.say(&place, "say with `of` which record kind may be named"),
            },
            FieldType::File => self.check_file(owner, field, found),
            _ => {}
        }
        if field.kind != FieldType::File && !field.accept.is_empty() {
            found.say(&place, "says which files it accepts, but is not of type file");
        }
        if let Some(condition) = &field.show_if {
            let siblings = self.all_fields().filter(|(o, _)| o == owner);
            if !siblings.into_iter().any(|(_, f)| f.key == condition.field) {
                found.say(&place, format!("is shown by '{}', which is not in the same form", condition.field));
            }
        }
        if let Some(default) = field.default.as_ref().filter(|_| field.kind != FieldType::File) {
            let alone = Field { show_if: None, ..field.clone() };
            if crate::check_form(&[alone], &serde_json::json!({ &field.key: default })).is_err() {
                found.say(&place, "has a default which the field itself would not accept");
            }
        }
    }
}

impl Description {
    /// A file belongs to one field of one record.
    fn check_file(&self, owner: &str, field: &Field, found: &mut Findings) {
        let place = format!("{owner}.{}", field.key);
        let known: Vec<&str> = FILE_KINDS.iter().map(|(ending, _)| *ending).collect();
        for ending in field.accept.iter().filter(|e| !known.contains(&e.as_str())) {
            found.say(&place, format!("'{ending}' is no file that the host takes; it takes {}", known.join(", ")));
        }
        if field.secret {
            found.say(&place, "a file cannot be secret: nobody could compare an answer with it");
        }
        if field.default.is_some() {
            found.say(&place, "a file has no default");
        }
        // Nothing would carry it from the form to the host, and a form that cannot be sent is worse than a field that is not there.
        let action = owner.strip_prefix("action.").and_then(|key| self.action(key));
        if action.is_some() {
            found.say(&place, "no host takes a file by an action's form so far; ask for words in its place");
        }
        let kind = owner.strip_prefix("record.").and_then(|key| self.record(key));
        if action.is_none() && kind.is_none() {
            found.say(&place, "a file stands in a record, nowhere else");
        }
        if kind.is_some_and(|k| k.indexes.contains(&field.key) || k.title_field.as_ref() == Some(&field.key)) {
            found.say(&place, "a file can neither be an index nor a title");
        }
    }
}

impl Manifest {
    /// What the description uses must be what the manifest asks for: every class from P2 on, with that purpose.
    pub fn check_description(&self, description: &Description) -> Result<(), Vec<DescriptionError>> {
        let mut found = Findings::default();
        let mut used = BTreeSet::new();
        for (owner, field) in description.all_fields().filter(|(_, f)| f.class >= DataClass::P2) {
            let class = field.class.as_str();
            let purpose = field.purpose.as_deref().unwrap_or_default();
            used.insert((class, purpose.to_string()));
            if !self.data.get(class).is_some_and(|asked| asked.iter().any(|r| r.purpose == purpose)) {
                found.say(
                    format!("{owner}.{}", field.key),
                    format!("is {class} for '{purpose}', which plugin.toml does not ask for under [[data.{class}]]"),
                );
            }
        }
        for (class, requests) in &self.data {
            for request in requests.iter().filter(|r| !used.contains(&(class.as_str(), r.purpose.clone()))) {
                found.say(
                    format!("data.{class}"),
                    format!("'{}' is asked for, but no field is kept for it: ask for nothing unused", request.purpose),
                );
            }
        }
        if found.0.is_empty() { Ok(()) } else { Err(found.0) }
    }
}

#[derive(Default)]
struct Findings(Vec<DescriptionError>);

impl Findings {
    fn say(&mut self, place: impl Into<String>, message: impl Into<String>) {
        self.0.push(DescriptionError { place: place.into(), message: message.into() });
    }

    /// Names that only the host gives.
    fn names(&mut self, list: &str, what: &str, used: &[String], known: &[&str]) {
        let mut seen = BTreeSet::new();
        for name in used {
            let place = format!("{list}.{name}");
            if !known.contains(&name.as_str()) {
                self.say(&place, format!("there is no {what} '{name}' in the host; it has {}", known.join(", ")));
            } else if !seen.insert(name) {
                self.say(&place, "is named twice");
            }
        }
    }

    fn keys<'a>(&mut self, list: &str, keys: impl IntoIterator<Item = &'a str>) {
        let mut seen = BTreeSet::new();
        for key in keys {
            if !is_key(key) {
                self.say(
                    format!("{list}.{key}"),
                    "use a-z, 0-9, '-' and '_', starting with a letter, at most 40 characters",
                );
            }
            if !seen.insert(key) {
                self.say(format!("{list}.{key}"), "is described twice");
            }
        }
    }
}

pub(crate) fn is_key(key: &str) -> bool {
    key.len() <= 40
        && key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
}
