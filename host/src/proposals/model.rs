use crate::Refusal;
use crate::calls::form::{LONGEST_SUMMARY, LONGEST_TITLE};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use twoway_entity::proposals::{attachment, proposal};
use twoway_manifest::{DataClass, Field, FieldError, FieldProblem, check_form, check_form_as_draft};
use utoipa::ToSchema;

/// What a proposer writes. A draft may lack anything; what is there must be right.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Content {
    #[serde(default)]
    pub title: String,
    /// What the public may read once it is selected.
    #[serde(default)]
    pub summary: String,
    /// Answers to the call's questions, by key.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub answers: Map<String, Value>,
}

impl Content {
    pub fn of(row: &proposal::Model) -> Self {
        Self {
            title: row.title.clone(),
            summary: row.summary.clone(),
            answers: row.answers.as_object().cloned().unwrap_or_default(),
        }
    }

    /// Checks a draft against the call's questions.
    pub fn draft(self, form: &[Field]) -> Result<Self, Refusal> {
        let errors = self.too_long();
        let checked = check_form_as_draft(form, &Value::Object(self.answers.clone()));
        self.merge(checked, errors)?.without_accounts(form)
    }

    /// Checks what is to be handed in: everything that is asked for must be there.
    pub fn complete(self, form: &[Field]) -> Result<Self, Refusal> {
        let mut errors = self.too_long();
        for (field, text) in [("title", &self.title), ("summary", &self.summary)] {
            if text.trim().is_empty() {
                errors.push(FieldError { field: field.into(), problem: FieldProblem::Missing });
            }
        }
        let checked = check_form(form, &Value::Object(self.answers.clone()));
        self.merge(checked, errors)?.without_accounts(form)
    }

    /// What can be kept of something half typed: an answer that is not right yet leaves the one before it in place.
    pub fn half_typed(mut self, before: &Content, form: &[Field]) -> Self {
        if self.title.chars().count() > LONGEST_TITLE as usize {
            self.title.clone_from(&before.title);
        }
        if self.summary.chars().count() > LONGEST_SUMMARY as usize {
            self.summary.clone_from(&before.summary);
        }
        let answers = check_form_as_draft(form, &Value::Object(self.answers.clone())).unwrap_or_else(|errors| {
            for error in errors {
                match before.answers.get(&error.field) {
                    Some(answer) => self.answers.insert(error.field, answer.clone()),
                    None => self.answers.remove(&error.field),
                };
            }
            std::mem::take(&mut self.answers)
        });
        Self { title: self.title.trim().into(), summary: self.summary.trim().into(), answers }
    }

    /// Refuses accounts and payment codes in what gets public: title, summary and the public answers.
    fn without_accounts(self, form: &[Field]) -> Result<Self, Refusal> {
        let public = form.iter().filter(|f| f.class == DataClass::P0).filter_map(|f| self.answers.get(&f.key));
        let answers = public.flat_map(|answer| match answer {
            Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
            one => Vec::from_iter(one.as_str()),
        });
        crate::lint::all([self.title.as_str(), &self.summary].into_iter().chain(answers))?;
        Ok(self)
    }

    fn too_long(&self) -> Vec<FieldError> {
        [("title", &self.title, LONGEST_TITLE), ("summary", &self.summary, LONGEST_SUMMARY)]
            .into_iter()
            .filter(|(_, text, max)| text.trim().chars().count() > *max as usize)
            .map(|(field, _, max)| FieldError { field: field.into(), problem: FieldProblem::TooLong { max } })
            .collect()
    }

    fn merge(
        self,
        checked: Result<Map<String, Value>, Vec<FieldError>>,
        mut errors: Vec<FieldError>,
    ) -> Result<Self, Refusal> {
        match checked {
            Ok(answers) if errors.is_empty() => {
                Ok(Self { title: self.title.trim().into(), summary: self.summary.trim().into(), answers })
            }
            Ok(_) => Err(Refusal::Invalid(errors)),
            Err(more) => {
                // Questions are named as the API nests them, so that a question called `title` is no riddle.
                errors.extend(more.into_iter().map(|e| FieldError { field: format!("answers.{}", e.field), ..e }));
                Err(Refusal::Invalid(errors))
            }
        }
    }

    /// The names of the parts that differ, for the history: `title`, `summary` and the questions' keys.
    pub fn changed(&self, before: &Content) -> Vec<String> {
        let mut changed = Vec::new();
        if self.title != before.title {
            changed.push("title".to_string());
        }
        if self.summary != before.summary {
            changed.push("summary".to_string());
        }
        let keys = before.answers.keys().filter(|k| !self.answers.contains_key(*k)).chain(self.answers.keys());
        changed.extend(keys.filter(|k| self.answers.get(*k) != before.answers.get(*k)).cloned());
        changed
    }
}

/// The answers that may be shown at this class: the public reads P0, reviewers read up to P1.
pub fn answers_up_to(class: DataClass, form: &[Field], answers: &Value) -> Map<String, Value> {
    let fields = form.iter().filter(|f| f.class <= class && !f.secret);
    fields.filter_map(|f| Some((f.key.clone(), answers.get(&f.key)?.clone()))).collect()
}

/// What the receipt vouches for, as a hash: whoever has the content can compute it again.
pub fn receipt_hash(
    row: &proposal::Model,
    receipt: &str,
    content: &Content,
    files: &[attachment::Model],
    at: i64,
) -> String {
    let hashes: Vec<&str> = files.iter().map(|f| f.sha256.as_str()).collect();
    let vouched = json!({
        "receipt": receipt,
        "call": row.call_id,
        "proposal": row.id,
        "title": content.title,
        "summary": content.summary,
        "answers": content.answers,
        "attachments": hashes,
        "submitted_at": at,
    });
    hex::encode(Sha256::digest(crate::audit::canonical(&vouched)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use twoway_manifest::FieldType;

    fn form() -> Vec<Field> {
        let mut people = Field::new("people", FieldType::Integer);
        people.required = true;
        people.min = Some(1);
        let mut phone = Field::new("phone", FieldType::Phone);
        phone.class = DataClass::P2;
        vec![people, phone]
    }

    fn content(answers: Value) -> Content {
        Content {
            title: "四点半".into(),
            summary: "课后".into(),
            answers: answers.as_object().cloned().unwrap_or_default(),
        }
    }

    #[test]
    fn a_draft_may_lack_what_a_submission_may_not() {
        assert!(content(json!({})).draft(&form()).is_ok());
        let Err(Refusal::Invalid(errors)) = content(json!({})).complete(&form()) else { panic!("incomplete") };
        assert_eq!(errors[0].field, "answers.people");
        let empty =
            Content { answers: json!({"people": 3}).as_object().cloned().unwrap_or_default(), ..Content::default() };
        let Err(Refusal::Invalid(errors)) = empty.complete(&form()) else { panic!("no title") };
        assert_eq!(errors.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), ["title", "summary"]);
    }

    #[test]
    fn half_typed_answers_leave_the_ones_before() {
        let before = content(json!({"people": 3}));
        let kept = content(json!({"people": 0, "phone": "13900000000"})).half_typed(&before, &form());
        assert_eq!(Value::Object(kept.answers), json!({"people": 3, "phone": "13900000000"}));
        let kept = content(json!({"unknown": 1})).half_typed(&before, &form());
        assert_eq!(Value::Object(kept.answers), json!({}));
    }

    #[test]
    fn personal_answers_stay_with_the_office() {
        let answers = json!({"people": 3, "phone": "13900000000"});
        assert_eq!(Value::Object(answers_up_to(DataClass::P1, &form(), &answers)), json!({"people": 3}));
        assert_eq!(Value::Object(answers_up_to(DataClass::P2, &form(), &answers)), answers);
    }

    #[test]
    fn the_history_names_what_changed() {
        let after = Content { title: "新名称".into(), ..content(json!({"phone": "1"})) };
        assert_eq!(after.changed(&content(json!({"people": 3}))), ["title", "people", "phone"]);
    }
}
