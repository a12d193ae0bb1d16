use super::model::{Graded, Indicator, Score, SelfEvaluation, TEXT_LENGTH};
use crate::Refusal;
use std::collections::BTreeMap;
use twoway_ids::{Millis, Uuid};
use twoway_manifest::{FieldError, FieldProblem};

/// How near two organisations of the tree may stand before one cannot judge the other: the number of steps from one up to the
/// other.
pub const TOO_NEAR: usize = 2;

/// Checks the lead's answers: one for each indicator, nothing for others. All errors at once.
pub fn self_evaluation(indicators: &[Indicator], given: &SelfEvaluation) -> Result<SelfEvaluation, Refusal> {
    let mut errors = Vec::new();
    let statement = text("statement", &given.statement, &mut errors);
    let mut answers = BTreeMap::new();
    for indicator in indicators {
        let answer = given.answers.get(&indicator.key).map_or("", String::as_str);
        answers.insert(indicator.key.clone(), text(&format!("answers.{}", indicator.key), answer, &mut errors));
    }
    unknown("answers", given.answers.keys(), indicators, &mut errors);
    if errors.is_empty() { Ok(SelfEvaluation { statement, answers }) } else { Err(Refusal::Invalid(errors)) }
}

/// Checks the evaluator's grades: one with its reason for each indicator, and a conclusion. All errors at once.
pub fn score(indicators: &[Indicator], given: &Score) -> Result<Score, Refusal> {
    let mut errors = Vec::new();
    let conclusion = text("conclusion", &given.conclusion, &mut errors);
    let mut grades = BTreeMap::new();
    for indicator in indicators {
        let field = format!("grades.{}", indicator.key);
        match given.grades.get(&indicator.key) {
            None => errors.push(FieldError { field, problem: FieldProblem::Missing }),
            Some(graded) => {
                let reason = text(&format!("{field}.reason"), &graded.reason, &mut errors);
                grades.insert(indicator.key.clone(), Graded { grade: graded.grade, reason });
            }
        }
    }
    unknown("grades", given.grades.keys(), indicators, &mut errors);
    if errors.is_empty() { Ok(Score { grades, grade: given.grade, conclusion }) } else { Err(Refusal::Invalid(errors)) }
}

fn text(field: &str, text: &str, errors: &mut Vec<FieldError>) -> String {
    let text = text.trim();
    let problem = match text.chars().count() {
        0 => Some(FieldProblem::Missing),
        n if n > TEXT_LENGTH as usize => Some(FieldProblem::TooLong { max: TEXT_LENGTH }),
        _ => None,
    };
    errors.extend(problem.map(|problem| FieldError { field: field.to_string(), problem }));
    text.to_string()
}

fn unknown<'a>(
    part: &str,
    keys: impl Iterator<Item = &'a String>,
    indicators: &[Indicator],
    errors: &mut Vec<FieldError>,
) {
    for key in keys.filter(|key| !indicators.iter().any(|i| i.key == **key)) {
        errors.push(FieldError { field: format!("{part}.{key}"), problem: FieldProblem::Unknown });
    }
}

/// One who has something to do with a project: an account, or an organisation by its path.
#[derive(Clone, Copy, Debug)]
pub struct Interest<'a> {
    pub organization: Uuid,
    pub path: &'a str,
}

/// Refuses an evaluator who leads the project, or who belongs to an organisation that carries it out, sponsors it or receives for
/// it, or to one near above or below such an organisation in the tree.
pub fn no_conflict(
    evaluator: Uuid,
    lead: Uuid,
    belongs: &[Interest<'_>],
    interested: &[Interest<'_>],
) -> Result<(), Refusal> {
    let near = belongs.iter().any(|own| {
        interested.iter().any(|other| own.organization == other.organization || is_near(own.path, other.path))
    });
    if evaluator == lead || near { Err(Refusal::rule("evaluator-conflict")) } else { Ok(()) }
}

/// One stands above the other by at most [`TOO_NEAR`] steps. The root of the tree stands above everybody and is near to nobody.
fn is_near(one: &str, other: &str) -> bool {
    let (upper, lower) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let depth = |path: &str| path.split('/').filter(|part| !part.is_empty()).count();
    lower.starts_with(upper) && depth(upper) > 1 && depth(lower) - depth(upper) <= TOO_NEAR
}

/// The last word is a second person's: neither the evaluator's nor the lead's.
pub fn second_person(account: Option<Uuid>, evaluator: Option<Uuid>, lead: Uuid) -> Result<(), Refusal> {
    if account.is_none() || account == evaluator || account == Some(lead) {
        return Err(Refusal::rule("evaluation-second-person"));
    }
    Ok(())
}

/// A result becomes final when its public notice is over and no objection to it is open.
pub fn finalizable(ends_at: Option<Millis>, objected: bool, now: Millis) -> Result<(), Refusal> {
    if objected {
        return Err(Refusal::of("evaluation-objection-open", "M5"));
    }
    if ends_at.is_none_or(|ends| now < ends) {
        return Err(Refusal::of("evaluation-notice-running", "M4"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::state::Grade;
    use super::*;

    fn indicator(key: &str) -> Indicator {
        Indicator {
            key: key.into(),
            source: super::super::model::Source::Host,
            unit: "percent".into(),
            target_milli: Some(95_000),
            value_milli: 98_000,
            sample: 50,
            evidence: serde_json::json!([]),
            from: 0,
            until: 1,
        }
    }

    fn fields(refusal: Refusal) -> Vec<(String, &'static str)> {
        let Refusal::Invalid(errors) = refusal else { panic!("{refusal}") };
        errors.into_iter().map(|e| (e.field, e.problem.code())).collect()
    }

    #[test]
    fn every_indicator_is_answered_and_none_invented() {
        let indicators = [indicator("on-time"), indicator("days")];
        let given = SelfEvaluation {
            statement: " 照看了12名儿童 ".into(),
            answers: [("on-time".to_string(), "达到".to_string()), ("hours".to_string(), "多".to_string())].into(),
        };
        assert_eq!(
            fields(self_evaluation(&indicators, &given).expect_err("incomplete")),
            [("answers.days".to_string(), "missing"), ("answers.hours".to_string(), "unknown")]
        );
        let kept = self_evaluation(
            &indicators[..1],
            &SelfEvaluation { answers: [("on-time".to_string(), "达到".to_string())].into(), ..given },
        );
        assert_eq!(kept.expect("complete").statement, "照看了12名儿童");
    }

    #[test]
    fn every_grade_has_its_reason() {
        let graded = |reason: &str| Graded { grade: Grade::A, reason: reason.into() };
        let given = |reason: &str| Score {
            grades: [("on-time".to_string(), graded(reason))].into(),
            grade: Grade::B,
            conclusion: "良好".into(),
        };
        let indicators = [indicator("on-time")];
        assert!(score(&indicators, &given("样本50，全部核对")).is_ok());
        assert_eq!(
            fields(score(&indicators, &given(" ")).expect_err("no reason")),
            [("grades.on-time.reason".to_string(), "missing")]
        );
        let more = [indicator("on-time"), indicator("days")];
        assert_eq!(fields(score(&more, &given("好")).expect_err("a gap")), [("grades.days".to_string(), "missing")]);
    }

    #[test]
    fn nobody_judges_the_own_house_or_its_neighbours_above_and_below() {
        let id = twoway_ids::new_id;
        let (evaluator, lead) = (id(1), id(2));
        let at = |organization: Uuid, path: &'static str| Interest { organization, path };
        let team = at(id(3), "/city/county/street/team/");
        let check = |own: Interest<'_>| no_conflict(evaluator, lead, &[own], &[team]).is_err();
        assert!(check(team));
        assert!(check(at(id(4), "/city/county/street/")));
        assert!(check(at(id(5), "/city/county/")));
        assert!(!check(at(id(6), "/city/")), "the city stands above everybody");
        assert!(!check(at(id(7), "/city/university/")));
        assert!(no_conflict(lead, lead, &[], &[]).is_err());
    }

    #[test]
    fn a_result_is_final_after_its_notice_and_without_an_open_objection() {
        let code = |ends_at, objected, now| {
            finalizable(ends_at, objected, now).err().map(|refusal| refusal.code().to_string())
        };
        for (ends_at, objected, now, expected) in [
            (Some(100), false, 100, None),
            (Some(100), false, 99, Some("evaluation-notice-running")),
            (None, false, 100, Some("evaluation-notice-running")),
            (Some(100), true, 100, Some("evaluation-objection-open")),
            (Some(100), true, 99, Some("evaluation-objection-open")),
        ] {
            assert_eq!(code(ends_at, objected, now).as_deref(), expected);
        }
    }

    #[test]
    fn the_last_word_is_a_second_persons() {
        let (office, evaluator, lead) = (twoway_ids::new_id(1), twoway_ids::new_id(2), twoway_ids::new_id(3));
        assert!(second_person(Some(office), Some(evaluator), lead).is_ok());
        assert!(second_person(Some(evaluator), Some(evaluator), lead).is_err());
        assert!(second_person(Some(lead), Some(evaluator), lead).is_err());
        assert!(second_person(None, Some(evaluator), lead).is_err());
    }
}
