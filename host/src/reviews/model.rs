use crate::Refusal;
use crate::calls::{LineKind, RubricLine};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use twoway_manifest::{FieldError, FieldProblem};
use utoipa::ToSchema;

/// A reviewer's word on one line of the rubric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineScore {
    /// 0 to 100; for a bonus 0 to its cap; for a veto 1 where the reviewer says no, else 0.
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
            // A veto says why: the proposer and the panel read it.
            if line.kind == LineKind::Veto && given.score == 1 && given.comment.is_empty() {
                say(format!("scores.{}.comment", line.key), FieldProblem::Missing);
            }
            let (most, worth) = most_and_worth(line);
            match given.score {
                ..0 => say(format!("scores.{}", line.key), FieldProblem::TooSmall { min: 0 }),
                score if score > most => {
                    say(format!("scores.{}", line.key), FieldProblem::TooLarge { max: most.into() })
                }
                score => total += score * worth,
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

/// The highest number of a line, and how many hundredths of a point one of it is worth.
pub fn most_and_worth(line: &RubricLine) -> (i32, i32) {
    let int = |n: u32| i32::try_from(n).unwrap_or(0);
    match line.kind {
        LineKind::Score => (100, int(line.weight)),
        LineKind::Bonus => (int(line.cap.unwrap_or(0)), 100),
        LineKind::Veto => (1, 0),
    }
}

/// Whether a sheet says no on a veto line.
pub fn vetoes(rubric: &[RubricLine], scores: &BTreeMap<String, LineScore>) -> bool {
    let no = |line: &&RubricLine| scores.get(&line.key).is_some_and(|given| given.score == 1);
    rubric.iter().filter(|line| line.kind == LineKind::Veto).any(|line| no(&line))
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

    fn line(key: &str, weight: u32, kind: LineKind, cap: Option<u32>) -> RubricLine {
        RubricLine { key: key.into(), title: key.into(), help: None, weight, kind, cap }
    }

    #[test]
    fn bonuses_add_up_to_their_caps_and_a_veto_says_why() {
        let mut rubric = rubric();
        rubric.extend([line("funds", 0, LineKind::Bonus, Some(50)), line("safe", 0, LineKind::Veto, None)]);
        let parse = |funds: i32, safe: serde_json::Value| {
            let scores = json!({"need": {"score": 80}, "plan": {"score": 90}, "funds": {"score": funds}, "safe": safe});
            let sheet: Sheet = serde_json::from_value(json!({ "scores": scores })).expect("a sheet");
            match sheet.parse(&rubric) {
                Ok((sheet, total)) => (total.to_string(), vetoes(&rubric, &sheet.scores)),
                Err(Refusal::Invalid(errors)) => (format!("{} {}", errors[0].field, errors[0].problem.code()), false),
                Err(other) => panic!("{other}"),
            }
        };
        assert_eq!(parse(50, json!({"score": 0})), ("13600".into(), false));
        assert_eq!(parse(51, json!({"score": 0})), ("scores.funds too-large".into(), false));
        assert_eq!(parse(0, json!({"score": 1, "comment": "没有安全预案"})), ("8600".into(), true));
        assert_eq!(parse(0, json!({"score": 1})), ("scores.safe.comment missing".into(), false));
        assert_eq!(parse(0, json!({"score": 2, "comment": "x"})), ("scores.safe too-large".into(), false));
    }

    fn rubric() -> Vec<RubricLine> {
        [("need", 40), ("plan", 60)].map(|(key, weight)| line(key, weight, LineKind::Score, None)).to_vec()
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
