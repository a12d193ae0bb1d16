use super::state::{Decision, ProposalState};
use crate::Refusal;
use twoway_entity::adoptions::AdoptionState;
use twoway_entity::proposals::proposal;
use twoway_ids::{Millis, Uuid};
use twoway_manifest::FieldProblem;

/// Working days that a proposer has to mend what was returned.
pub const FIX_DAYS: u32 = 5;

/// The content changes only in the proposer's hands: as a draft, or while it is returned and its clock runs.
pub fn editable(row: &proposal::Model, now: Millis) -> Result<(), Refusal> {
    match row.state {
        ProposalState::Draft => Ok(()),
        ProposalState::Returned => in_fix_time(row, now),
        _ => Err(Refusal::of("proposal-locked", "M1")),
    }
}

/// A returned proposal comes back before its clock ends, whether or not the timer has fired yet.
pub fn in_fix_time(row: &proposal::Model, now: Millis) -> Result<(), Refusal> {
    match row.fix_due_at {
        Some(due) if now >= due => Err(Refusal::of("fix-time-over", "M1")),
        _ => Ok(()),
    }
}

/// Nothing is handed in without having read what may happen and what becomes of the data.
pub fn consented(consent: bool) -> Result<(), Refusal> {
    if consent { Ok(()) } else { Err(Refusal::of("consent-missing", "P2")) }
}

/// `others`: what the same applicant has handed in for this call already.
pub fn within_cap(others: u64, cap: i32) -> Result<(), Refusal> {
    if others < u64::try_from(cap).unwrap_or(0) {
        Ok(())
    } else {
        Err(Refusal::of("applicant-cap", "M1").with("cap", cap))
    }
}

/// A pooled proposal is renewed in the last thirty days of its time.
pub fn renewable(until: Millis, now: Millis) -> Result<(), Refusal> {
    if now >= until - super::pool::WARNING { Ok(()) } else { Err(Refusal::rule("pool-renewal-early")) }
}

/// All have signed, and it is not over.
fn binds(state: AdoptionState) -> bool {
    use AdoptionState as S;
    matches!(
        state,
        S::InNotice | S::Active | S::PartiallyDelivered | S::Delivered | S::Acknowledged | S::HardshipReleased
    )
}

/// What everybody has agreed to is not left by one side: the sponsor relies on it.
pub fn nothing_agreed(adoptions: &[AdoptionState]) -> Result<(), Refusal> {
    let agreed = adoptions.iter().filter(|state| binds(**state)).count();
    if agreed == 0 { Ok(()) } else { Err(Refusal::of("adoption-agreed", "D12").with("n", agreed)) }
}

/// Returned once, not again and again.
pub fn returnable(row: &proposal::Model) -> Result<(), Refusal> {
    if row.returned { Err(Refusal::of("returned-already", "M1")) } else { Ok(()) }
}

/// Two people find a proposal ineligible: whoever said so first does not confirm it.
pub fn second_finding(first: Option<Uuid>, account: Option<Uuid>) -> Result<(), Refusal> {
    if first == account { Err(Refusal::of("finding-needs-second", "M1")) } else { Ok(()) }
}

/// Nobody checks or decides what they proposed themselves, or typed in from paper.
pub fn not_own(row: &proposal::Model, account: Option<Uuid>, organizations: &[Uuid]) -> Result<(), Refusal> {
    if row.entered_by.is_some() && row.entered_by == account {
        return Err(Refusal::of("checks-own-entry", "M1"));
    }
    let own = account == Some(row.owner_id) || row.organization_id.is_some_and(|o| organizations.contains(&o));
    if own { Err(Refusal::of("checks-own-proposal", "M1")) } else { Ok(()) }
}

/// All proposals are checked before the review begins, and something is left to review.
pub fn screened(unchecked: u64, eligible: u64) -> Result<(), Refusal> {
    if unchecked > 0 {
        return Err(Refusal::of("not-screened", "M1").with("n", unchecked));
    }
    if eligible == 0 { Err(Refusal::of("none-eligible", "M1")) } else { Ok(()) }
}

/// What is selected has a cost, and the cost respects the call's ceiling.
pub fn affordable(decision: Decision, cost: Option<i64>, ceiling: Option<i64>) -> Result<(), Refusal> {
    match (decision, cost, ceiling) {
        (Decision::Selected, None, _) => Err(Refusal::of("cost-missing", "M1")),
        (_, Some(..0), _) => Err(Refusal::field("cost", FieldProblem::TooSmall { min: 0 })),
        (Decision::Selected, Some(cost), Some(ceiling)) if cost > ceiling => {
            Err(Refusal::of("over-ceiling", "M1").with("ceiling", ceiling))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn proposal(state: ProposalState) -> proposal::Model {
        proposal::Model {
            tenant_id: Uuid::nil(),
            id: Uuid::from_u128(7),
            call_id: Uuid::nil(),
            path: "/a/".into(),
            owner_id: Uuid::from_u128(1),
            organization_id: Some(Uuid::from_u128(2)),
            title: "四点半".into(),
            summary: "课后".into(),
            answers: serde_json::json!({}),
            receipt: None,
            receipt_hash: None,
            submitted_at: None,
            consented_at: None,
            defects: None,
            fix_due_at: None,
            returned: false,
            ineligible_rule: None,
            ineligible_reason: None,
            screened_by: None,
            decision: None,
            decision_reason: None,
            cost: None,
            decided_by: None,
            score: None,
            pool_until: None,
            state,
            version: 1,
            created_at: 0,
            updated_at: 0,
            entered_by: None,
        }
    }

    fn code(result: Result<(), Refusal>) -> String {
        result.map_or_else(|refusal| refusal.code().to_string(), |()| "ok".to_string())
    }

    #[test]
    fn content_is_locked_outside_the_proposers_hands() {
        assert_eq!(code(editable(&proposal(ProposalState::Draft), 0)), "ok");
        assert_eq!(code(editable(&proposal(ProposalState::Submitted), 0)), "proposal-locked");
        let mut returned = proposal(ProposalState::Returned);
        returned.fix_due_at = Some(100);
        assert_eq!(code(editable(&returned, 99)), "ok");
        assert_eq!(code(editable(&returned, 100)), "fix-time-over");
    }

    #[test]
    fn consent_cap_and_return_have_their_rules() {
        assert_eq!(code(consented(false)), "consent-missing");
        assert_eq!(code(within_cap(0, 1)), "ok");
        assert_eq!(code(within_cap(1, 1)), "applicant-cap");
        let mut row = proposal(ProposalState::Submitted);
        assert_eq!(code(returnable(&row)), "ok");
        row.returned = true;
        assert_eq!(code(returnable(&row)), "returned-already");
    }

    #[test]
    fn a_pooled_proposal_is_renewed_near_its_end() {
        let until = super::super::pool::WARNING + 5;
        assert_eq!(code(renewable(until, 4)), "pool-renewal-early");
        assert_eq!(code(renewable(until, 5)), "ok");
    }

    #[test]
    fn nobody_judges_their_own() {
        let row = proposal(ProposalState::Submitted);
        assert_eq!(code(not_own(&row, Some(Uuid::from_u128(9)), &[Uuid::from_u128(8)])), "ok");
        assert_eq!(code(not_own(&row, Some(Uuid::from_u128(1)), &[])), "checks-own-proposal");
        assert_eq!(code(not_own(&row, Some(Uuid::from_u128(9)), &[Uuid::from_u128(2)])), "checks-own-proposal");
        let entered = proposal::Model { entered_by: Some(Uuid::from_u128(9)), ..row };
        assert_eq!(code(not_own(&entered, Some(Uuid::from_u128(9)), &[])), "checks-own-entry");
    }

    #[test]
    fn two_people_rule_out() {
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(code(second_finding(Some(a), Some(b))), "ok");
        assert_eq!(code(second_finding(Some(a), Some(a))), "finding-needs-second");
    }

    #[test]
    fn the_review_begins_when_all_are_checked() {
        assert_eq!(code(screened(1, 3)), "not-screened");
        assert_eq!(code(screened(0, 0)), "none-eligible");
        assert_eq!(code(screened(0, 3)), "ok");
    }

    #[test]
    fn a_decision_is_affordable() {
        assert_eq!(code(affordable(Decision::Selected, None, None)), "cost-missing");
        assert_eq!(code(affordable(Decision::Selected, Some(6), Some(5))), "over-ceiling");
        assert_eq!(code(affordable(Decision::Selected, Some(5), Some(5))), "ok");
        assert_eq!(code(affordable(Decision::NotSelected, None, Some(5))), "ok");
        assert_eq!(code(affordable(Decision::Selected, Some(-1), None)), "invalid-input");
    }
}
