use crate::{DataClass, Field, Grant, RecordKind};
use serde_json::{Map, Value, json};

/// Values of a form which the plugin may not see: secret fields, and classes outside its grant. The plugin gets a mark in their
/// place, may put the mark into a record, and the host puts the value back when it writes. So a plugin can store what it can
/// never read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeldBack(Vec<(Field, Value)>);

/// A plugin put a mark where it does not belong: into a field that is kept less closely, or under a name that was not held back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{field}' of '{kind}' may not take what was held back of '{mark}'")]
pub struct HeldError {
    pub kind: String,
    pub field: String,
    pub mark: String,
}

const MARK: &str = "$held";

/// Whether the plugin may read the content of this field.
pub fn is_readable(field: &Field, grant: &Grant) -> bool {
    !field.secret && grant.may_read(field.class)
}

impl HeldBack {
    /// Replaces in `input` what the plugin may not see. Call it after the form was checked and before the plugin is asked.
    pub fn take(form: &[Field], grant: &Grant, input: &mut Map<String, Value>) -> Self {
        let mut held = Vec::new();
        for field in form.iter().filter(|f| !is_readable(f, grant)) {
            if let Some(value) = input.get_mut(&field.key) {
                held.push((field.clone(), std::mem::replace(value, json!({ MARK: field.key }))));
            }
        }
        Self(held)
    }

    /// What was held back of a field.
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(field, _)| field.key == key).map(|(_, value)| value)
    }

    /// Puts the values back into the data (or merge patch) of one write. The mark may only stand in a field of the record that
    /// is kept at least as closely as the form's field was.
    pub fn restore(&self, kind: &RecordKind, data: &mut Map<String, Value>) -> Result<(), HeldError> {
        for (key, value) in data.iter_mut() {
            let Some(mark) = value.get(MARK).map(|m| m.as_str().unwrap_or_default().to_string()) else { continue };
            let source = self.0.iter().find(|(field, _)| field.key == mark);
            let target = kind.fields.iter().find(|f| &f.key == key);
            match (source, target) {
                (Some((from, content)), Some(to)) if to.keeps(from) => *value = content.clone(),
                _ => return Err(HeldError { kind: kind.key.clone(), field: key.clone(), mark }),
            }
        }
        Ok(())
    }
}

impl Field {
    /// Whether this field keeps content at least as closely as `from` does.
    pub fn keeps(&self, from: &Field) -> bool {
        let close = |class: DataClass| class.max(DataClass::P1);
        close(self.class) >= close(from.class) && (self.secret || !from.secret)
    }
}

impl RecordKind {
    /// The part of a record's content which the plugin may see.
    pub fn readable(&self, grant: &Grant, data: &Map<String, Value>) -> Map<String, Value> {
        let seen = |key: &str| self.fields.iter().any(|f| f.key == key && is_readable(f, grant));
        data.iter().filter(|(key, _)| seen(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FieldType;

    fn field(key: &str, class: DataClass, secret: bool) -> Field {
        Field { class, secret, ..Field::new(key, FieldType::Line) }
    }

    fn found_item() -> RecordKind {
        RecordKind {
            key: "found-item".into(),
            fields: vec![field("marks", DataClass::P2, true), field("place", DataClass::P1, false)],
            states: vec![],
            indexes: vec![],
            title_field: None,
            readers: vec![],
        }
    }

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().cloned().expect("an object")
    }

    #[test]
    fn a_secret_passes_through_a_plugin_that_cannot_read_it() {
        let form = [field("marks", DataClass::P2, true), field("place", DataClass::P1, false)];
        let mut input = map(json!({"marks": "a blue stitch", "place": "bus 7"}));
        let held = HeldBack::take(&form, &Grant::default(), &mut input);
        assert_eq!(Value::from(input.clone()), json!({"marks": {"$held": "marks"}, "place": "bus 7"}));
        held.restore(&found_item(), &mut input).expect("the record keeps it as closely");
        assert_eq!(input["marks"], "a blue stitch");
        assert_eq!(Value::from(found_item().readable(&Grant::default(), &input)), json!({"place": "bus 7"}));
    }

    #[test]
    fn a_secret_cannot_be_moved_into_an_open_field_or_invented() {
        let form = [field("marks", DataClass::P2, true)];
        let held = HeldBack::take(&form, &Grant::default(), &mut map(json!({"marks": "a blue stitch"})));
        let mut moved = map(json!({"place": {"$held": "marks"}}));
        assert!(held.restore(&found_item(), &mut moved).is_err());
        let mut invented = map(json!({"marks": {"$held": "other"}}));
        assert!(held.restore(&found_item(), &mut invented).is_err());
    }
}
