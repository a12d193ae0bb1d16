use crate::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use twoway_manifest::{Field, FieldType, ShowIf, check_form_as_draft};

/// Longest final report, in characters.
pub const REPORT_LENGTH: u32 = 8_000;

/// What the team writes down before the project can start. Saved in parts; the guards in `rules` ask for the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    /// What is done for whom, as the public reads it.
    pub summary: String,
    pub place: String,
    /// `YYYY-MM-DD`, local.
    pub starts_on: String,
    pub ends_on: String,
    /// One member each: name and duty.
    pub core_team: Vec<String>,
    pub risks_foreseen: Option<bool>,
    /// The foreseen risks and what is done about them, or why there are none.
    pub risk_statement: String,
    /// How the written agreement with the volunteers was made, and where it is kept.
    pub agreement: String,
    /// Insurer, policy and period.
    pub insurance: String,
}

impl Plan {
    /// The form, in the order in which it is asked. A draft may leave everything out.
    pub fn form() -> Vec<Field> {
        let field = |key: &str, kind: FieldType| Field { required: true, ..Field::new(key, kind) };
        let long = |key: &str| Field { max_length: Some(2_000), ..field(key, FieldType::Text) };
        let insured = ShowIf { field: "risks_foreseen".to_string(), equals: true.into() };
        vec![
            long("summary"),
            field("place", FieldType::Line),
            field("starts_on", FieldType::Date),
            field("ends_on", FieldType::Date),
            field("core_team", FieldType::Lines),
            field("risks_foreseen", FieldType::Boolean),
            long("risk_statement"),
            Field { required: false, ..long("agreement") },
            Field { required: false, show_if: Some(insured), ..long("insurance") },
        ]
    }

    /// Reads answers to [`Plan::form`]; what is missing stays empty. Errors: [`Refusal::Invalid`] for what is there but wrong.
    pub fn parse(answers: &Value) -> Result<Self, Refusal> {
        let kept = check_form_as_draft(&Self::form(), answers).map_err(Refusal::Invalid)?;
        Ok(serde_json::from_value(Value::Object(kept))?)
    }

    /// The plan of a stored row.
    pub fn stored(json: &Value) -> Result<Self, Refusal> {
        Ok(serde_json::from_value(json.clone())?)
    }

    /// Days from the first to the last, both counted; none while a date is missing.
    pub fn days(&self) -> Option<i64> {
        let day = |text: &str| text.parse::<chrono::NaiveDate>().ok();
        Some((day(&self.ends_on)? - day(&self.starts_on)?).num_days() + 1)
    }

    /// Everything that people wrote, for checks of the text.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let own = [&self.summary, &self.place, &self.risk_statement, &self.agreement, &self.insurance];
        own.into_iter().chain(&self.core_team).map(String::as_str)
    }
}

/// A short text that a person must give, trimmed: a reason, a report. Errors: [`Refusal::Invalid`] at `field`.
pub fn written(field: &str, text: &str, max: u32) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::field(field, twoway_manifest::FieldProblem::Missing));
    }
    if text.chars().count() > max as usize {
        return Err(Refusal::field(field, twoway_manifest::FieldProblem::TooLong { max }));
    }
    Ok(text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_plan_is_saved_in_parts_but_never_wrong() {
        let plan =
            Plan::parse(&json!({"starts_on": "2026-12-01", "ends_on": "2027-01-31", "core_team": ["张三 组织"]}))
                .expect("a part");
        assert_eq!((plan.days(), plan.core_team.len(), plan.summary.as_str()), (Some(62), 1, ""));
        assert!(Plan::parse(&json!({"starts_on": "tomorrow"})).is_err());
        assert!(Plan::parse(&json!({"budget": 1})).is_err());
        assert_eq!(Plan::parse(&json!({})).expect("nothing yet"), Plan::stored(&json!({})).expect("as new"));
    }

    #[test]
    fn a_policy_is_asked_for_only_where_risks_are_foreseen() {
        let answers = |risks: bool| json!({"risks_foreseen": risks, "insurance": "P-1"});
        assert_eq!(Plan::parse(&answers(true)).expect("asked").insurance, "P-1");
        assert_eq!(Plan::parse(&answers(false)).expect("not asked").insurance, "");
    }

    #[test]
    fn blank_and_endless_texts_are_refused() {
        assert_eq!(written("reason", " 好 ", 5).expect("kept"), "好");
        assert!(written("reason", "  ", 5).is_err());
        assert!(written("reason", "一二三四五六", 5).is_err());
    }
}
