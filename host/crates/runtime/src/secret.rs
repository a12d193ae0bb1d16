//! How answers are compared with a secret, by the host and in scenarios alike.

use serde_json::Value;
use std::collections::BTreeSet;

/// How many of the entries of a secret field one of the answers names. Writing does not matter: case, width, spaces, punctuation.
pub fn secret_matches(kept: &Value, answers: &[String]) -> u32 {
    let entries: BTreeSet<String> = match kept {
        Value::Array(list) => list.iter().filter_map(Value::as_str).map(normal).collect(),
        Value::String(text) => text.lines().map(normal).collect(),
        other => [normal(&other.to_string())].into(),
    };
    let answers: BTreeSet<String> = answers.iter().map(|a| normal(a)).filter(|a| !a.is_empty()).collect();
    u32::try_from(entries.intersection(&answers).count()).unwrap_or(u32::MAX)
}

fn normal(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            // Full-width forms of ASCII stand at a fixed distance from it.
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            other => other,
        })
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_matches_whatever_its_writing() {
        let kept = json!(["蓝色 缝线", "No. 47-A"]);
        let said =
            |answers: &[&str]| secret_matches(&kept, &answers.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(said(&["蓝色缝线。"]), 1);
        assert_eq!(said(&["ＮＯ４７ａ", "蓝色缝线"]), 2);
        assert_eq!(said(&["蓝色缝线", "蓝色 缝线"]), 1, "the same mark twice is one");
        assert_eq!(said(&["缝线", "", "47"]), 0, "a part is no match");
    }
}
