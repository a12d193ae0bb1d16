use super::state::{Ground, Target};
use crate::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use twoway_ids::Uuid;
use twoway_manifest::{Choice, DataClass, Field, FieldProblem, FieldType, check_form};

/// Longest statement and answer, in characters.
pub const LONGEST: u32 = 4_000;
/// Longest public answer.
pub const LONGEST_PUBLIC: u32 = 1_000;

/// On what an objection to this kind of item may rest.
pub fn grounds(target: Target) -> &'static [Ground] {
    match target {
        Target::Proposal | Target::Ineligible => {
            &[Ground::Facts, Ground::Procedure, Ground::Interest, Ground::Rules, Ground::Other]
        }
        Target::Evaluation => &[Ground::Facts, Ground::Procedure, Ground::Interest, Ground::Other],
        Target::Adoption => &[Ground::Conflict, Ground::Promotion, Ground::Facts, Ground::Procedure, Ground::Other],
        Target::Project => &[Ground::Money, Ground::Service, Ground::Safety, Ground::Facts, Ground::Other],
    }
}

pub fn word<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_string)).unwrap_or_default()
}

/// What is objected, to what, and how its author can be reached.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewObjection {
    /// `proposal`, `ineligible`, `adoption`, `evaluation` or `project`.
    #[schema(value_type = String, example = "proposal")]
    pub target: Target,
    /// The id of the proposal, adoption, evaluation or project.
    pub item: Uuid,
    /// `facts`, `procedure`, `interest`, `rules`, `conflict`, `promotion`, `money`, `service`, `safety` or `other`.
    #[schema(value_type = String, example = "facts")]
    pub ground: Ground,
    /// What is wrong, without your name: the office reads it, your name it does not.
    pub statement: String,
    /// What should be done.
    #[serde(default)]
    pub wish: String,
    /// Your real name. A name or a contact is needed; only the handler and the supervisor see them.
    #[serde(default)]
    pub name: String,
    /// A phone number or an e-mail address.
    #[serde(default)]
    pub contact: String,
}

/// The form of [`NewObjection`] without its item.
pub fn fields(target: Target) -> Vec<Field> {
    let options = grounds(target).iter().map(|ground| Choice { value: word(ground), title: None }).collect();
    let text = |key: &str, kind, most| Field { max_length: Some(most), ..Field::new(key, kind) };
    let own = |key: &str, most| Field {
        class: DataClass::P3,
        purpose: Some("contact".into()),
        ..text(key, FieldType::Line, most)
    };
    vec![
        Field { required: true, options, ..Field::new("ground", FieldType::Choice) },
        Field { required: true, ..text("statement", FieldType::Text, LONGEST) },
        text("wish", FieldType::Text, 1_000),
        own("name", 40),
        own("contact", 120),
    ]
}

impl NewObjection {
    /// Checks the texts. Errors: [`Refusal::Invalid`] by field.
    pub fn checked(mut self) -> Result<Self, Refusal> {
        let answers = json!({"ground": word(&self.ground), "statement": self.statement, "wish": self.wish, "name": self.name,
            "contact": self.contact});
        let given = check_form(&fields(self.target), &answers).map_err(Refusal::Invalid)?;
        let text = |key: &str| given.get(key).and_then(Value::as_str).unwrap_or_default().trim().to_string();
        (self.statement, self.wish) = (text("statement"), text("wish"));
        (self.name, self.contact) = (text("name"), text("contact"));
        if self.name.is_empty() && self.contact.is_empty() {
            return Err(Refusal::field("contact", FieldProblem::Missing));
        }
        Ok(self)
    }
}

/// A text that must be there. Errors: [`Refusal::Invalid`] at `field`.
pub fn said(field: &str, text: &str, most: u32) -> Result<String, Refusal> {
    let asked = [Field { required: true, max_length: Some(most), ..Field::new(field, FieldType::Text) }];
    let given = check_form(&asked, &json!({ field: text })).map_err(Refusal::Invalid)?;
    Ok(given.get(field).and_then(Value::as_str).unwrap_or_default().trim().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(change: impl FnOnce(&mut NewObjection)) -> Result<NewObjection, Refusal> {
        let mut new = NewObjection {
            target: Target::Proposal,
            item: Uuid::nil(),
            ground: Ground::Facts,
            statement: " 材料所列场地并不存在。 ".into(),
            wish: String::new(),
            name: String::new(),
            contact: "13900001111".into(),
        };
        change(&mut new);
        new.checked()
    }

    fn wrong(result: Result<NewObjection, Refusal>) -> String {
        match result {
            Err(Refusal::Invalid(errors)) => errors.into_iter().map(|e| e.field).collect::<Vec<_>>().join(","),
            Err(other) => other.code().to_string(),
            Ok(_) => "ok".into(),
        }
    }

    #[test]
    fn an_objection_has_a_ground_a_statement_and_somebody_to_answer() {
        assert_eq!(new(|_| {}).expect("complete").statement, "材料所列场地并不存在。");
        assert_eq!(wrong(new(|n| n.contact.clear())), "contact");
        assert_eq!(wrong(new(|n| (n.name, n.contact) = ("王某某".into(), String::new()))), "ok");
        assert_eq!(wrong(new(|n| n.statement = "  ".into())), "statement");
        assert_eq!(wrong(new(|n| n.ground = Ground::Money)), "ground", "a ground of complaints");
        assert_eq!(wrong(new(|n| (n.target, n.ground) = (Target::Project, Ground::Money))), "ok");
        assert_eq!(wrong(new(|n| n.ground = Ground::Promotion)), "ground", "a ground of adoptions");
        assert_eq!(wrong(new(|n| (n.target, n.ground) = (Target::Adoption, Ground::Promotion))), "ok");
        assert_eq!(wrong(new(|n| (n.target, n.ground) = (Target::Evaluation, Ground::Promotion))), "ground");
        assert_eq!(wrong(new(|n| n.name = "长".repeat(41))), "name");
    }
}
