use serde_json::Value;

/// The first character of a text that nobody writes and that not every database keeps: a control character other than tab, line feed
/// and carriage return. PostgreSQL refuses NUL, and the others lead terminals, spreadsheets and readers of logs astray.
pub fn control_character(text: &str) -> Option<char> {
    text.chars().find(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
}

/// The same for every text and key inside a value.
pub fn control_character_in(value: &Value) -> Option<char> {
    match value {
        Value::String(text) => control_character(text),
        Value::Array(list) => list.iter().find_map(control_character_in),
        Value::Object(map) => {
            map.iter().find_map(|(key, value)| control_character(key).or_else(|| control_character_in(value)))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_people_type_passes() {
        for text in ["", "四点半 school", "a\tb\r\nc", "👩‍👧 \u{200d} e\u{301}", "\u{fffd}"] {
            assert_eq!(control_character(text), None, "{text:?}");
        }
        for text in ["\0", "a\u{1}", "\u{b}", "\u{1b}[31m", "x\u{7f}", "\u{85}", "\u{9f}"] {
            assert!(control_character(text).is_some(), "{text:?}");
        }
    }

    #[test]
    fn it_is_found_however_deep_it_lies() {
        assert_eq!(control_character_in(&json!({"a": [1, null, {"b": "x\0"}]})), Some('\0'));
        assert_eq!(control_character_in(&json!({"a": {"k\u{7}": true}})), Some('\u{7}'));
        assert_eq!(control_character_in(&json!({"a": ["x\ny", 1.5, false]})), None);
    }
}
