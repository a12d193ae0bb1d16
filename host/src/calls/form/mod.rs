//! The form of a call: its questions, the sections in which they stand, and the days on which they are asked and frozen.

pub mod api;
pub mod days;
pub mod draw;
pub mod file;
pub mod schema;
mod sections;

pub use sections::{MOST_SECTIONS, Section, grouped, in_order};

use crate::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use twoway_entity::calls::call;
use twoway_manifest::Field;

/// Characters of what every proposal has beside the questions.
pub const LONGEST_TITLE: u32 = 120;
pub const LONGEST_SUMMARY: u32 = 500;

/// How a form is kept. A call from before there were sections holds its questions alone.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Kept {
    Questions(Vec<Field>),
    Sectioned { sections: Vec<Section>, questions: Vec<Field> },
}

/// A form as the call's row keeps it: the questions in the order of their sections.
pub fn kept(sections: &[Section], questions: &[Field]) -> Result<Value, Refusal> {
    let mut questions = questions.to_vec();
    in_order(sections, &mut questions);
    Ok(serde_json::to_value(match sections {
        [] => Kept::Questions(questions),
        _ => Kept::Sectioned { sections: sections.to_vec(), questions },
    })?)
}

/// The questions of a stored call, in the order in which they are asked.
pub fn form_of(call: &call::Model) -> Result<Vec<Field>, Refusal> {
    Ok(match serde_json::from_value(call.form.clone())? {
        Kept::Questions(questions) | Kept::Sectioned { questions, .. } => questions,
    })
}

/// The sections of a stored call; none where all questions stand in one that has no name.
pub fn sections_of(call: &call::Model) -> Result<Vec<Section>, Refusal> {
    Ok(match serde_json::from_value(call.form.clone())? {
        Kept::Questions(_) => Vec::new(),
        Kept::Sectioned { sections, .. } => sections,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_form_from_before_there_were_sections_is_still_read() {
        let old = json!([{"key": "plan", "type": "text", "title": "方案", "required": true}]);
        let Ok(Kept::Questions(questions)) = serde_json::from_value(old) else { panic!("the old shape") };
        assert_eq!(questions[0].section, None);
        let section = Section { key: "s1".into(), title: "安全".into(), help: None };
        let now = kept(&[section], &questions).expect("JSON");
        assert_eq!((&now["sections"][0]["title"], &now["questions"][0]["key"]), (&json!("安全"), &json!("plan")));
        assert!(kept(&[], &questions).expect("JSON").is_array());
    }
}
