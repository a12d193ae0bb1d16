use super::conflicts::{Conflict, Level};
use super::settings::Settings;
use crate::Refusal;
use crate::proposals::Decision;
use twoway_entity::reviews::Verdict;
use twoway_manifest::FieldProblem;

/// The review ends when every proposal has enough scores. `scored`: the count for each proposal.
pub fn enough(scored: impl IntoIterator<Item = usize>, least: i32) -> Result<(), Refusal> {
    let least = usize::try_from(least).unwrap_or(0);
    let lacking = scored.into_iter().filter(|n| *n < least).count();
    if lacking == 0 {
        Ok(())
    } else {
        Err(Refusal::of("not-enough-reviews", "M1").with("n", lacking).with("least", least))
    }
}

/// Results are released together: nothing undecided, something decided.
pub fn all_decided(undecided: u64, decided: usize) -> Result<(), Refusal> {
    if undecided > 0 {
        return Err(Refusal::of("not-all-decided", "M4").with("n", undecided));
    }
    if decided == 0 { Err(Refusal::of("nothing-decided", "M4")) } else { Ok(()) }
}

/// A reviewer reads and scores after having declared to have no interest.
pub fn declared(declaration: bool) -> Result<(), Refusal> {
    if declaration { Ok(()) } else { Err(Refusal::of("declaration-missing", "M1")) }
}

/// Characters of a declaration in words.
pub const SHORTEST_WORDS: usize = 10;

/// A tie that is no ground for refusal is declared in words; without one there is nothing to say.
pub fn in_words(conflicts: &[Conflict], words: &str) -> Result<String, Refusal> {
    let words = words.trim();
    let (length, asked) = (words.chars().count(), conflicts.iter().any(|c| c.level == Level::Declare));
    if length > 1_000 {
        return Err(Refusal::field("words", FieldProblem::TooLong { max: 1_000 }));
    }
    if asked && length < SHORTEST_WORDS {
        return Err(Refusal::of("declaration-words", "M1").with("least", SHORTEST_WORDS));
    }
    Ok(words.to_string())
}

/// A decision says why, as long as the call asks for.
pub fn explained(reason: &str, least: i32) -> Result<(), Refusal> {
    let length = reason.trim().chars().count();
    if i32::try_from(length).unwrap_or(i32::MAX) >= least {
        return Ok(());
    }
    Err(Refusal::of("decision-too-short", "M1").with("least", least).with("length", length))
}

/// What cannot be carried out is not selected. Left out, the verdict follows the decision.
pub fn verdict(decision: Decision, verdict: Option<Verdict>) -> Result<Verdict, Refusal> {
    match (decision, verdict) {
        (Decision::Selected, Some(Verdict::NotFeasible)) => Err(Refusal::of("selected-not-feasible", "M1")),
        (_, Some(verdict)) => Ok(verdict),
        (Decision::Selected, None) => Ok(Verdict::Feasible),
        (Decision::NotSelected, None) => Ok(Verdict::NotFeasible),
    }
}

/// Where enough reviewers said no, a proposal is only found feasible with a reason of its own for that.
pub fn veto_answered(verdict: Verdict, vetoes: usize, settings: &Settings, reason: &str) -> Result<String, Refusal> {
    let reason = reason.trim();
    if reason.chars().count() > 2_000 {
        return Err(Refusal::field("veto_reason", FieldProblem::TooLong { max: 2_000 }));
    }
    let stopped = i32::try_from(vetoes).unwrap_or(i32::MAX) >= settings.vetoes;
    let least = settings.shortest_reason;
    if verdict != Verdict::NotFeasible && stopped && explained(reason, least).is_err() {
        return Err(Refusal::of("vetoed", "M1").with("n", vetoes).with("least", least));
    }
    Ok(reason.to_string())
}

/// All selected proposals together cost no more than the call has.
pub fn within_budget(sum: i64, budget: Option<i64>) -> Result<(), Refusal> {
    match budget {
        Some(budget) if sum > budget => Err(Refusal::of("over-budget", "M1").with("budget", budget).with("sum", sum)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(result: Result<(), Refusal>) -> String {
        result.map_or_else(|refusal| refusal.code().to_string(), |()| "ok".to_string())
    }

    #[test]
    fn guards_of_the_decision() {
        assert_eq!(code(explained(&"字".repeat(49), 50)), "decision-too-short");
        assert_eq!(code(explained(&"字".repeat(50), 50)), "ok");
        let (yes, no) = (Decision::Selected, Decision::NotSelected);
        assert_eq!(code(verdict(yes, Some(Verdict::NotFeasible)).map(|_| ())), "selected-not-feasible");
        assert_eq!(verdict(yes, None).ok(), Some(Verdict::Feasible));
        assert_eq!(verdict(no, None).ok(), Some(Verdict::NotFeasible));
        assert_eq!(verdict(no, Some(Verdict::Feasible)).ok(), Some(Verdict::Feasible));
        let two = Settings { vetoes: 2, ..Settings::default() };
        let answered = |verdict, vetoes, reason: &str| code(veto_answered(verdict, vetoes, &two, reason).map(|_| ()));
        assert_eq!(answered(Verdict::Feasible, 1, ""), "ok");
        assert_eq!(answered(Verdict::Feasible, 2, ""), "vetoed");
        assert_eq!(answered(Verdict::FeasibleWithChanges, 2, &"字".repeat(49)), "vetoed");
        assert_eq!(answered(Verdict::FeasibleWithChanges, 2, &"字".repeat(50)), "ok");
        assert_eq!(answered(Verdict::NotFeasible, 5, ""), "ok");
        assert_eq!(code(within_budget(11, Some(10))), "over-budget");
        assert_eq!(code(within_budget(10, Some(10))), "ok");
        assert_eq!(code(within_budget(11, None)), "ok");
    }

    #[test]
    fn guards_of_the_review() {
        assert_eq!(code(enough([3, 3], 3)), "ok");
        assert_eq!(code(enough([3, 2], 3)), "not-enough-reviews");
        assert_eq!(code(all_decided(0, 2)), "ok");
        assert_eq!(code(all_decided(1, 2)), "not-all-decided");
        assert_eq!(code(all_decided(0, 0)), "nothing-decided");
        assert_eq!(code(declared(false)), "declaration-missing");
        let tie = |level| Conflict { code: "conflict-guide-author".into(), level, organization: String::new() };
        let said = |ties: &[Conflict], words: &str| code(in_words(ties, words).map(|_| ()));
        assert_eq!(said(&[], ""), "ok");
        assert_eq!(said(&[tie(Level::Declare)], "我起草了指南"), "declaration-words");
        assert_eq!(said(&[tie(Level::Declare)], "本次征集的指南由我起草，与申报人不相识"), "ok");
        assert_eq!(said(&[], &"字".repeat(1_001)), "invalid-input");
    }
}
