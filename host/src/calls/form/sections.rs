use super::super::model::{Found, is_key};
use serde::{Deserialize, Serialize};
use twoway_manifest::{Field, FieldProblem};
use utoipa::ToSchema;

pub const MOST_SECTIONS: usize = 20;

/// A titled part of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FormSection)]
pub struct Section {
    /// `a-z`, `0-9` and `_`, beginning with a letter.
    pub key: String,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// Puts the questions in the order of their sections; what stands in none comes first.
pub fn in_order(sections: &[Section], form: &mut [Field]) {
    form.sort_by_key(|field| sections.iter().position(|s| Some(&s.key) == field.section.as_ref()));
}

/// The questions by section. A section without questions is left out; so is the nameless one before all others.
pub fn grouped<'a>(sections: &'a [Section], form: &'a [Field]) -> Vec<(Option<&'a Section>, Vec<&'a Field>)> {
    let known = |field: &Field| sections.iter().any(|s| Some(&s.key) == field.section.as_ref());
    let mut groups = vec![(None, form.iter().filter(|f| !known(f)).collect())];
    for section in sections {
        groups.push((Some(section), form.iter().filter(|f| f.section.as_ref() == Some(&section.key)).collect()));
    }
    groups.retain(|(_, fields): &(_, Vec<&Field>)| !fields.is_empty());
    groups
}

impl Found {
    /// Places look like `sections[1].title`, and `form[2].section` for a question that names none of them.
    pub(in crate::calls) fn sections(&mut self, sections: &mut [Section], form: &[Field]) {
        if sections.len() > MOST_SECTIONS {
            self.say("sections", FieldProblem::TooLong { max: MOST_SECTIONS as u32 });
        }
        for n in 0..sections.len() {
            let at = |part: &str| format!("sections[{n}].{part}");
            let twice = sections[..n].iter().any(|other| other.key == sections[n].key);
            let section = &mut sections[n];
            if twice || !is_key(&section.key) {
                self.say(at("key"), FieldProblem::NotAnOption);
            }
            self.text(&at("title"), &mut section.title, 120, true);
            if let Some(help) = &mut section.help {
                self.text(&at("help"), help, 500, false);
            }
            section.help = section.help.take().filter(|help| !help.is_empty());
        }
        for (n, field) in form.iter().enumerate() {
            if field.section.as_ref().is_some_and(|key| !sections.iter().any(|s| s.key == *key)) {
                self.say(format!("form[{n}].section"), FieldProblem::NotAnOption);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use twoway_manifest::FieldType;

    #[test]
    fn questions_stand_in_the_order_of_their_sections() {
        let section = |key: &str| Section { key: key.into(), title: key.into(), help: None };
        let asked = |key: &str, section: Option<&str>| Field {
            section: section.map(str::to_string),
            ..Field::new(key, FieldType::Line)
        };
        let sections = [section("a"), section("b"), section("empty")];
        let mut form =
            [asked("one", Some("b")), asked("two", None), asked("three", Some("a")), asked("four", Some("b"))];
        in_order(&sections, &mut form);
        assert_eq!(form.each_ref().map(|f| f.key.as_str()), ["two", "three", "one", "four"]);
        let groups = grouped(&sections, &form);
        let titles: Vec<_> = groups.iter().map(|(s, f)| (s.map(|s| s.key.as_str()), f.len())).collect();
        assert_eq!(titles, [(None, 1), (Some("a"), 1), (Some("b"), 2)]);
    }
}
