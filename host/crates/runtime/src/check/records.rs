use super::{Judge, Standing};
use crate::{Question, Write};
use serde_json::{Map, Value};
use twoway_manifest::{Description, Field, FieldType, RecordKind, check_answer, is_readable};

/// Ids that stand in the record fields of this content; of any kind where the kind is not known yet.
pub(super) fn references<'a>(
    description: &'a Description,
    kind: Option<&'a str>,
    data: &'a Value,
) -> impl Iterator<Item = String> + 'a {
    description
        .records
        .iter()
        .filter(move |k| kind.is_none_or(|kind| kind == k.key))
        .flat_map(|k| &k.fields)
        .filter(|f| f.kind == FieldType::Record)
        .filter_map(|f| Some(data.get(&f.key)?.as_str()?.to_string()))
}

impl Judge<'_> {
    pub(super) fn create(&mut self, id: &str, kind: &str, state: &str, data: &Value) -> Write {
        let place = format!("create {kind}");
        let mut kept = data.clone();
        match self.p.description.record(kind) {
            None => self.say(format!("{place}: there is no record kind '{kind}'")),
            Some(described) => {
                self.known_state(&place, described, state);
                if let Some(content) = self.content(&place, described, data, &Value::Null) {
                    for field in described.fields.iter().filter(|f| f.required && f.show_if.is_none()) {
                        if content.get(&field.key).is_none_or(Value::is_null) {
                            self.say(format!("{place}: field '{}' is required", field.key));
                        }
                    }
                    kept = Value::Object(content.into_iter().filter(|(_, value)| !value.is_null()).collect());
                }
            }
        }
        self.bounded(&place, &kept);
        let standing = Standing { kind: kind.to_string(), state: state.to_string(), data: kept.clone() };
        if self.now.insert(id.to_string(), standing).is_some() {
            self.say(format!("{place}: '{id}' was made twice"));
        }
        Write::Create { id: id.to_string(), kind: kind.to_string(), state: state.to_string(), data: kept }
    }

    pub(super) fn update(&mut self, id: &str, state: Option<&str>, patch: &Value) -> Write {
        let write = |patch| Write::Update { id: id.to_string(), state: state.map(str::to_string), patch };
        let Some(before) = self.standing(id) else {
            self.say(format!("update: there is no record '{id}'"));
            return write(patch.clone());
        };
        let place = format!("update {}", before.kind);
        let Some(described) = self.p.description.record(&before.kind) else {
            self.say(format!("{place}: there is no such record kind"));
            return write(patch.clone());
        };
        if let Some(next) = state.filter(|next| *next != before.state) {
            self.known_state(&place, described, next);
            self.may_move(&place, id, described, &before.state, next);
        }
        let kept = match self.content(&place, described, patch, &before.data) {
            None => patch.clone(),
            Some(content) => {
                for field in described.fields.iter().filter(|f| f.required && f.show_if.is_none()) {
                    if content.get(&field.key).is_some_and(Value::is_null) {
                        self.say(format!("{place}: field '{}' is required and cannot be removed", field.key));
                    }
                }
                Value::Object(content)
            }
        };
        let mut data = before.data;
        merge(&mut data, &kept);
        self.bounded(&place, &data);
        let state = state.unwrap_or(&before.state).to_string();
        self.now.insert(id.to_string(), Standing { kind: before.kind, state, data });
        write(kept)
    }

    fn known_state(&mut self, place: &str, kind: &RecordKind, state: &str) {
        if !kind.states.iter().any(|s| s.key == state) {
            self.say(format!("{place}: '{}' has no state '{state}'", kind.key));
        }
    }

    /// An action moves its target only to where it says; nothing leaves an end.
    fn may_move(&mut self, place: &str, id: &str, kind: &RecordKind, from: &str, to: &str) {
        if kind.states.iter().any(|s| s.end && s.key == from) {
            self.say(format!("{place}: '{from}' is an end, nothing leaves it"));
        }
        if let Question::Act { action, target: Some(target), .. } = self.p.question
            && target.id == id
            && let Some(action) = self.p.description.action(action)
            && !action.to.iter().any(|s| s == to)
        {
            self.say(format!("{place}: action '{}' does not lead to '{to}'", action.key));
        }
    }

    /// Fields are known, of their type and size, and held-back content stays where it may be. Returns the content as it is kept,
    /// with null where a field is removed.
    fn content(&mut self, place: &str, kind: &RecordKind, data: &Value, before: &Value) -> Option<Map<String, Value>> {
        let Some(given) = data.as_object() else {
            self.say(format!("{place}: the content is not an object"));
            return None;
        };
        for (key, value) in given {
            let field = kind.fields.iter().find(|f| &f.key == key);
            if field.is_some_and(|f| !is_readable(f, self.p.grant)) && !value.is_object() {
                self.say(format!(
                    "{place}: field '{key}' may not be read, so it takes only what was held back of the input"
                ));
            }
        }
        let mut restored = given.clone();
        if let Err(error) = self.p.held.restore(kind, &mut restored) {
            self.say(format!("{place}: {error}"));
            return None;
        }
        let mut kept = Map::new();
        for (key, value) in restored {
            let Some(field) = kind.fields.iter().find(|f| f.key == key) else {
                self.say(format!("{place}: '{}' has no field '{key}'", kind.key));
                continue;
            };
            if value.is_null() {
                kept.insert(key, value);
                continue;
            }
            match check_answer(field, &value) {
                Err(problem) => self.say(format!("{place}: field '{key}' is {}", problem.code())),
                Ok(value) => {
                    if let (FieldType::Record, Some(of), Some(id)) = (field.kind, &field.of, value.as_str())
                        && self.standing(id).is_none_or(|found| &found.kind != of)
                    {
                        self.say(format!("{place}: field '{key}' names no record of kind '{of}'"));
                    }
                    if field.kind == FieldType::File && before.get(&key) != Some(&value) {
                        self.file(place, field, &value);
                    }
                    kept.insert(key, value);
                }
            }
        }
        Some(kept)
    }
}

impl Judge<'_> {
    /// A file comes out of this action's form, into one field that keeps it at least as closely. So no plugin hands one on from a
    /// record to another, where other people would see it.
    fn file(&mut self, place: &str, field: &Field, id: &Value) {
        let key = &field.key;
        let source = match self.p.question {
            Question::Act { action, input, .. } => self.p.description.action(action).and_then(|action| {
                let given = |f: &&Field| self.p.held.value(&f.key).or_else(|| input.get(&f.key)) == Some(id);
                action.form.iter().filter(|f| f.kind == FieldType::File).find(given)
            }),
            _ => None,
        };
        match source {
            None => self.say(format!("{place}: field '{key}' takes only a file of this action's form")),
            Some(from) if !field.keeps(from) => {
                self.say(format!("{place}: field '{key}' keeps a file less closely than the form does"));
            }
            Some(_) if !self.keys.insert(("file", id.to_string())) => {
                self.say(format!("{place}: the file of field '{key}' stands in two places"));
            }
            Some(_) => {}
        }
    }
}

/// JSON merge patch (RFC 7396): null removes, objects merge, everything else replaces.
pub fn merge(into: &mut Value, patch: &Value) {
    let Some(patch) = patch.as_object() else {
        *into = patch.clone();
        return;
    };
    if !into.is_object() {
        *into = Value::Object(Map::new());
    }
    if let Some(into) = into.as_object_mut() {
        for (key, value) in patch {
            if value.is_null() {
                into.remove(key);
            } else {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
    }
}
