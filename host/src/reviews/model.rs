use crate::Refusal;
use crate::calls::RubricLine;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use twoway_manifest::{FieldError, FieldProblem};
use utoipa::ToSchema;

/// A reviewer's word on one line of the rubric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineScore {
    /// 0 to 100.
    pub score: i32,
    #[serde(default)]
    pub comment: String,
}

/// A score sheet: every line of the rubric by its key, and a word on the whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    pub scores: BTreeMap<String, LineScore>,
    #[serde(default)]
    pub comment: String,
}

impl Sheet {
    /// Checks a sheet against the rubric and returns it trimmed, with its weighted total in hundredths of a point.
    pub fn parse(mut self, rubric: &[RubricLine]) -> Result<(Self, i32), Refusal> {
        let mut errors = Vec::new();
        let mut say = |field: String, problem| errors.push(FieldError { field, problem });
        let mut total = 0;
        for line in rubric {
            let Some(given) = self.scores.get_mut(&line.key) else {
                say(format!("scores.{}", line.key), FieldProblem::Missing);
                continue;
            };
            given.comment = given.comment.trim().to_string();
            if given.comment.chars().count() > 1_000 {
                say(format!("scores.{}.comment", line.key), FieldProblem::TooLong { max: 1_000 });
            }
            match given.score {
                ..0 => say(format!("scores.{}", line.key), FieldProblem::TooSmall { min: 0 }),
                101.. => say(format!("scores.{}", line.key), FieldProblem::TooLarge { max: 100 }),
                score => total += score * i32::try_from(line.weight).unwrap_or(0),
            }
        }
        for key in self.scores.keys().filter(|key| !rubric.iter().any(|line| line.key == **key)) {
            say(format!("scores.{key}"), FieldProblem::Unknown);
        }
        self.comment = self.comment.trim().to_string();
        if self.comment.chars().count() > 4_000 {
            say("comment".into(), FieldProblem::TooLong { max: 4_000 });
        }
        if errors.is_empty() { Ok((self, total)) } else { Err(Refusal::Invalid(errors)) }
    }
}

/// The mean of totals, rounded half up; none without any.
pub fn mean(totals: &[i32]) -> Option<i32> {
    let count = i64::try_from(totals.len()).ok().filter(|n| *n > 0)?;
    let sum: i64 = totals.iter().map(|t| i64::from(*t)).sum();
    i32::try_from((2 * sum + count) / (2 * count)).ok()
}

/// `8650` as `86.50`.
pub fn points(hundredths: i32) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rubric() -> Vec<RubricLine> {
        [("need", 40), ("plan", 60)]
            .map(|(key, weight)| RubricLine { key: key.into(), title: key.into(), help: None, weight })
            .to_vec()
    }

    fn parse(scores: serde_json::Value) -> Result<i32, Vec<String>> {
        let sheet: Sheet = serde_json::from_value(json!({ "scores": scores })).expect("a sheet");
        match sheet.parse(&rubric()) {
            Ok((_, total)) => Ok(total),
            Err(Refusal::Invalid(errors)) => {
                Err(errors.iter().map(|e| format!("{} {}", e.field, e.problem.code())).collect())
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn the_total_is_weighted() {
        assert_eq!(parse(json!({"need": {"score": 80}, "plan": {"score": 90}})), Ok(8600));
        assert_eq!(parse(json!({"need": {"score": 100}, "plan": {"score": 100}})), Ok(10_000));
    }

    #[test]
    fn every_line_is_scored_within_bounds() {
        let errors = parse(json!({"need": {"score": 101}, "extra": {"score": 1}})).expect_err("three errors");
        assert_eq!(errors, ["scores.need too-large", "scores.plan missing", "scores.extra unknown"]);
        assert!(parse(json!({"need": {"score": -1}, "plan": {"score": 0}})).is_err());
    }

    #[test]
    fn means_round_half_up() {
        assert_eq!(mean(&[]), None);
        assert_eq!(mean(&[8600, 8601]), Some(8601));
        assert_eq!(mean(&[100, 101, 101]), Some(101));
        assert_eq!(points(8605), "86.05");
    }
}
