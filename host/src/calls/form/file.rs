//! The form as a file: what the office downloads from one call and uploads into the draft of another. `docs/guides/form-file.md` is its
//! description.

use super::super::actions;
use super::super::model::CallInput;
use super::super::queries::{find_visible, is_office};
use super::super::rules::editable;
use super::{Section, days, form_of, schema, sections_of};
use crate::http::input::parse_file;
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal, Who};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use twoway_entity::accounts::Role;
use twoway_entity::calls::call;
use twoway_ids::Uuid;
use twoway_manifest::{Field, FieldError, FieldProblem};
use utoipa::ToSchema;

const FORMAT: &str = "twoway-form";
/// The one version that there is. A change that an older platform could misread gets the next one.
const VERSION: u32 = 1;
/// Bytes of a file.
pub const LARGEST: usize = 256 << 10;

/// A form as a file. The rubric is no part of it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormFile {
    /// `twoway-form`
    pub format: String,
    /// `1`
    pub version: u32,
    /// The call that it was downloaded from; for who reads the file.
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub sections: Vec<Section>,
    /// The questions, as in a call.
    #[schema(value_type = Vec<Object>)]
    pub form: Vec<Field>,
    /// The JSON Schema of the answers. It follows from the questions and is not read back.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub answers: Value,
}

impl FormFile {
    pub fn of(call: &call::Model) -> Result<Self, Refusal> {
        let (sections, form) = (sections_of(call)?, form_of(call)?);
        Ok(Self {
            format: FORMAT.to_string(),
            version: VERSION,
            title: call.title.clone(),
            answers: schema::of(&call.title, &sections, &form),
            sections,
            form,
        })
    }

    /// The file as text for people and programs.
    pub fn text(&self) -> Result<String, Refusal> {
        Ok(serde_json::to_string_pretty(self)?)
    }

    /// Reads an uploaded file.
    ///
    /// Errors: `form-file-too-large`, `form-file-unreadable`, what is wrong by its place.
    pub fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.len() > LARGEST {
            return Err(too_large());
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if let Err(error) = serde_json::from_slice::<IgnoredAny>(bytes) {
            let unreadable = Refusal::rule("form-file-unreadable");
            return Err(unreadable.with("line", error.line()).with("column", error.column()));
        }
        parse_file(bytes)
    }

    /// The draft with this form in the place of its own, checked.
    fn into_call(self, app: &App, call: &call::Model) -> Result<CallInput, Refusal> {
        let mut errors = Vec::new();
        let mut say = |field: &str| errors.push(FieldError { field: field.into(), problem: FieldProblem::NotAnOption });
        if self.format != FORMAT {
            say("format");
        }
        if self.version != VERSION {
            say("version");
        }
        if self.form.is_empty() {
            errors.push(FieldError { field: "form".into(), problem: FieldProblem::Missing });
        }
        let input = CallInput { sections: self.sections, form: self.form, ..CallInput::of(call)? };
        match input.parse() {
            Ok(input) if errors.is_empty() => {
                days::within(app, &input)?;
                Ok(input)
            }
            Ok(_) => Err(Refusal::Invalid(errors)),
            Err(Refusal::Invalid(more)) => {
                errors.extend(more);
                Err(Refusal::Invalid(errors))
            }
            Err(other) => Err(other),
        }
    }
}

pub fn too_large() -> Refusal {
    Refusal::rule("form-file-too-large").with("limit", LARGEST >> 10)
}

/// What becomes of a question or a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Becomes {
    Added,
    Changed,
    Removed,
}

impl Becomes {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Removed => "removed",
        }
    }
}

/// One thing that a file would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FormFileChange)]
pub struct Change {
    /// A section, or else a question.
    pub is_section: bool,
    pub key: String,
    pub title: String,
    pub becomes: Becomes,
}

/// What taking a file would do to a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FormFileLook)]
pub struct Look {
    pub changes: Vec<Change>,
    /// Questions that stay as they are.
    pub same: usize,
    /// Whether anything stands in another order.
    pub reordered: bool,
}

fn compare<T: PartialEq>(
    (before, after): (&[T], &[T]),
    is_section: bool,
    named: impl Fn(&T) -> (String, String),
    changes: &mut Vec<Change>,
) {
    let mut say = |one: &T, becomes| {
        let (key, title) = named(one);
        changes.push(Change { is_section, key, title, becomes });
    };
    for one in after {
        match before.iter().find(|old| named(old).0 == named(one).0) {
            None => say(one, Becomes::Added),
            Some(old) if old != one => say(one, Becomes::Changed),
            Some(_) => {}
        }
    }
    for old in before.iter().filter(|old| !after.iter().any(|one| named(one).0 == named(old).0)) {
        say(old, Becomes::Removed);
    }
}

fn difference(before: &CallInput, after: &CallInput) -> Look {
    let mut changes = Vec::new();
    let section = |s: &Section| (s.key.clone(), s.title.clone());
    let question = |f: &Field| (f.key.clone(), f.title.clone().unwrap_or_default());
    compare((&before.sections, &after.sections), true, section, &mut changes);
    compare((&before.form, &after.form), false, question, &mut changes);
    let kept = |form: &[Field], other: &[Field]| -> Vec<String> {
        form.iter().filter(|f| other.iter().any(|o| o.key == f.key)).map(|f| f.key.clone()).collect()
    };
    Look {
        same: after.form.iter().filter(|field| before.form.contains(field)).count(),
        reordered: kept(&before.form, &after.form) != kept(&after.form, &before.form),
        changes,
    }
}

/// A draft whose form this person may replace.
async fn draft(app: &App, who: &Who, id: Uuid) -> Result<call::Model, Refusal> {
    let row = find_visible(app.db.read(), who, id).await?;
    if !is_office(who, &row) {
        return Err(Refusal::NotFound);
    }
    if !who.holds_over(&[Role::LeadOffice], &row.path) {
        return Err(Refusal::NotAllowed);
    }
    editable(row.state)?;
    Ok(row)
}

/// What the file would replace; nothing is changed. All errors at once, by their place in the file.
pub async fn look(app: &App, who: &Who, id: Uuid, file: FormFile) -> Result<Look, Refusal> {
    let row = draft(app, who, id).await?;
    let before = CallInput::of(&row)?;
    let mut after = file.into_call(app, &row)?;
    super::in_order(&after.sections, &mut after.form);
    Ok(difference(&before, &after))
}

/// Replaces the form of a draft, whole or not at all.
pub async fn take(app: &App, who: &Who, command: &Command, id: Uuid, file: FormFile) -> Result<Done, Refusal> {
    let row = draft(app, who, id).await?;
    let input = file.into_call(app, &row)?;
    actions::edit(app, who, command, id, input).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_file_that_cannot_be_read_says_where() {
        let code = |bytes: &[u8]| FormFile::read(bytes).err().map(|refusal| refusal.code().to_string());
        assert_eq!(code(b"{\n \"format\": }").as_deref(), Some("form-file-unreadable"));
        assert_eq!(code(&vec![b' '; LARGEST + 1]).as_deref(), Some("form-file-too-large"));
        let twice = br#"{"format": "twoway-form", "format": "twoway-form", "version": 1, "form": []}"#;
        assert_eq!(code(twice).as_deref(), Some("invalid-input"));
        let right = "\u{feff}{\"format\": \"twoway-form\", \"version\": 1, \"form\": []}";
        assert!(FormFile::read(right.as_bytes()).is_ok(), "a mark of the byte order is no error");
    }

    #[test]
    fn a_look_names_what_would_be_added_changed_and_removed() {
        let input =
            |form: Value| CallInput { form: serde_json::from_value(form).expect("questions"), ..CallInput::default() };
        let before = input(json!([
            {"key": "a", "type": "line", "title": "甲"}, {"key": "b", "type": "line", "title": "乙"},
            {"key": "c", "type": "line", "title": "丙"}
        ]));
        let after = input(json!([
            {"key": "c", "type": "line", "title": "丙"}, {"key": "a", "type": "text", "title": "甲"},
            {"key": "d", "type": "line", "title": "丁"}
        ]));
        let look = difference(&before, &after);
        let told: Vec<_> = look.changes.iter().map(|c| (c.key.as_str(), c.becomes)).collect();
        assert_eq!(told, [("a", Becomes::Changed), ("d", Becomes::Added), ("b", Becomes::Removed)]);
        assert_eq!((look.same, look.reordered), (1, true));
        assert!(!difference(&before, &before).reordered);
    }
}
