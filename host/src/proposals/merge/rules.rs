use crate::Refusal;
use crate::proposals::state::ProposalState;
use twoway_entity::proposals::proposal;
use twoway_entity::propose::merger;
use twoway_ids::{Millis, Uuid};

/// Working days in which both proposers answer.
pub const ANSWER_DAYS: u32 = 5;

/// Two different proposals of one call that were handed in and are not yet with the reviewers.
pub fn mergeable(source: &proposal::Model, target: &proposal::Model) -> Result<(), Refusal> {
    if source.id == target.id {
        return Err(Refusal::of("merge-same", "M1"));
    }
    if source.call_id != target.call_id {
        return Err(Refusal::of("merge-other-call", "M1"));
    }
    let in_check = |state| matches!(state, ProposalState::Submitted | ProposalState::Eligible);
    if in_check(source.state) && in_check(target.state) { Ok(()) } else { Err(Refusal::of("merge-too-late", "M1")) }
}

/// Nobody agrees when the time is over, whether or not the timer has fired yet.
pub fn in_time(row: &merger::Model, now: Millis) -> Result<(), Refusal> {
    if now < row.due_at { Ok(()) } else { Err(Refusal::of("merge-time-over", "M1")) }
}

/// One proposal waits for one merger at a time.
pub fn free(open: &[merger::Model]) -> Result<(), Refusal> {
    if open.is_empty() { Ok(()) } else { Err(Refusal::of("merge-pending", "M1")) }
}

/// There is something to take back. `agreed`: who agreed for the reader's own sides.
pub fn agreed_before(agreed: impl IntoIterator<Item = Option<Uuid>>) -> Result<(), Refusal> {
    if agreed.into_iter().any(|one| one.is_some()) { Ok(()) } else { Err(Refusal::of("merge-not-agreed", "M1")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proposals::rules::tests::proposal;

    #[test]
    fn only_proposals_of_one_call_in_the_check_are_merged() {
        let code = |a: &proposal::Model, b: &proposal::Model| {
            mergeable(a, b).map_or_else(|refusal| refusal.code().to_string(), |()| "ok".into())
        };
        let one = proposal(ProposalState::Submitted);
        let mut two = proposal(ProposalState::Eligible);
        assert_eq!(code(&one, &two), "merge-same");
        two.id = Uuid::from_u128(8);
        assert_eq!(code(&one, &two), "ok");
        two.state = ProposalState::UnderReview;
        assert_eq!(code(&one, &two), "merge-too-late");
        two.call_id = Uuid::from_u128(9);
        assert_eq!(code(&one, &two), "merge-other-call");
    }
}
