use serde_json::{Map, Value};
use twoway_manifest::{Field, FieldType};

const CHINA_OFFSET_MS: i64 = 8 * 3_600_000;

/// Reads a posted form. Names that begin with `_` belong to the page (`_version`, `_intent`) and are left out; names that the form
/// does not know are kept, so that the check refuses them. What cannot be read as its type stays text, and is refused there too.
pub fn answers(fields: &[Field], pairs: &[(String, String)]) -> Value {
    let mut answers = Map::new();
    for field in fields {
        let mut given = pairs.iter().filter(|(name, _)| *name == field.key).map(|(_, value)| value.as_str());
        let answer = match field.kind {
            FieldType::Choices | FieldType::Persons => {
                let list: Vec<Value> =
                    given.flat_map(str::lines).map(str::trim).filter(|v| !v.is_empty()).map(Value::from).collect();
                (!list.is_empty()).then(|| list.into())
            }
            FieldType::Lines => given.next().map(|text| {
                text.lines().map(str::trim).filter(|line| !line.is_empty()).map(Value::from).collect::<Vec<_>>().into()
            }),
            // An empty box is a "no"; a required one is drawn as a question with two answers, so that silence is seen.
            FieldType::Boolean => match given.next() {
                Some("true") => Some(true.into()),
                Some("false") => Some(false.into()),
                Some(other) => Some(other.into()),
                None => (!field.required).then(|| false.into()),
            },
            FieldType::Integer => {
                given.next().map(|text| text.trim().parse::<i64>().map_or_else(|_| text.trim().into(), Value::from))
            }
            FieldType::Instant => {
                given.next().map(|text| parse_local(text).map_or_else(|| text.trim().into(), Value::from))
            }
            _ => given.next().map(|text| text.replace("\r\n", "\n").into()),
        };
        if let Some(answer) = answer {
            answers.insert(field.key.clone(), answer);
        }
    }
    for (name, value) in pairs {
        if !name.starts_with('_') && !fields.iter().any(|f| f.key == *name) {
            answers.insert(name.clone(), value.as_str().into());
        }
    }
    answers.into()
}

/// `2026-11-23T18:30` on the clocks of China, in milliseconds since the epoch.
fn parse_local(text: &str) -> Option<i64> {
    let at = chrono::NaiveDateTime::parse_from_str(text.trim(), "%Y-%m-%dT%H:%M").ok()?;
    Some(at.and_utc().timestamp_millis() - CHINA_OFFSET_MS)
}

/// The value of one of the page's own fields (`_version`).
pub fn page_value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}
