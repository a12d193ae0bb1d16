use crate::Refusal;

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
pub fn all_decided(undecided: usize, decided: usize) -> Result<(), Refusal> {
    if undecided > 0 {
        return Err(Refusal::of("not-all-decided", "M4").with("n", undecided));
    }
    if decided == 0 { Err(Refusal::of("nothing-decided", "M4")) } else { Ok(()) }
}

/// A reviewer reads and scores after having declared to have no interest.
pub fn declared(declaration: bool) -> Result<(), Refusal> {
    if declaration { Ok(()) } else { Err(Refusal::of("declaration-missing", "M1")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(result: Result<(), Refusal>) -> String {
        result.map_or_else(|refusal| refusal.code().to_string(), |()| "ok".to_string())
    }

    #[test]
    fn guards_of_the_review() {
        assert_eq!(code(enough([3, 3], 3)), "ok");
        assert_eq!(code(enough([3, 2], 3)), "not-enough-reviews");
        assert_eq!(code(all_decided(0, 2)), "ok");
        assert_eq!(code(all_decided(1, 2)), "not-all-decided");
        assert_eq!(code(all_decided(0, 0)), "nothing-decided");
        assert_eq!(code(declared(false)), "declaration-missing");
    }
}
