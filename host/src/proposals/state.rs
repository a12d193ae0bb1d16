use crate::lifecycle::{Machine, May};
use twoway_entity::accounts::Role;
pub use twoway_entity::proposals::{Decision, ProposalEvent, ProposalState};

/// The lifecycle of a proposal, see `docs/lifecycle.md`.
pub struct ProposalMachine;

/// Ends from which nothing leads on. Found ineligible is none: an objection may lead back.
pub const ENDED: &[ProposalState] = &[
    ProposalState::NotSelected,
    ProposalState::Converted,
    ProposalState::Withdrawn,
    ProposalState::MergedInto,
    ProposalState::Expired,
    ProposalState::Cancelled,
    ProposalState::Disqualified,
];

/// States in which the office has nothing to see yet: the proposer is still writing, or never handed it in.
pub const UNSEEN: &[ProposalState] = &[ProposalState::Draft];

/// States in which everybody may read the public part of a selected proposal.
pub const PUBLIC: &[ProposalState] = &[
    ProposalState::InNotice,
    ProposalState::Approved,
    ProposalState::Pooled,
    ProposalState::Converted,
    ProposalState::Expired,
];

/// Handed in and not left since: these count against the applicant's cap.
pub fn counts_for_cap(state: ProposalState) -> bool {
    use ProposalState as S;
    match state {
        S::Submitted
        | S::Returned
        | S::RulingOut
        | S::Ineligible
        | S::Eligible
        | S::UnderReview
        | S::Decided
        | S::InNotice
        | S::Approved
        | S::Pooled
        | S::NotSelected
        | S::Converted
        | S::MergedInto
        | S::Expired
        | S::Disqualified => true,
        S::Draft | S::Withdrawn | S::Cancelled => false,
    }
}

/// What a proposer is told while something is pending in the office: that the check or the review goes on.
pub fn told_to_proposer(state: ProposalState) -> ProposalState {
    match state {
        ProposalState::RulingOut => ProposalState::Submitted,
        ProposalState::Decided => ProposalState::UnderReview,
        told => told,
    }
}

impl Machine for ProposalMachine {
    const KIND: &'static str = "proposal";
    const TABLE: &'static str = "proposals";
    type State = ProposalState;
    type Event = ProposalEvent;

    fn next(state: ProposalState, event: ProposalEvent) -> Option<ProposalState> {
        use {ProposalEvent as E, ProposalState as S};
        Some(match (state, event) {
            (S::Draft | S::Returned, E::Submit) => S::Submitted,
            (S::Submitted, E::Return) => S::Returned,
            (S::Returned, E::FixLapsed) => S::Ineligible,
            (S::Submitted, E::Admit) => S::Eligible,
            (S::Submitted, E::ProposeOut) => S::RulingOut,
            (S::RulingOut, E::KeepIn) => S::Submitted,
            (S::RulingOut, E::RuleOut) => S::Ineligible,
            (S::Eligible, E::StartReview) => S::UnderReview,
            (S::UnderReview | S::Decided, E::Decide) => S::Decided,
            (S::Decided, E::Release) => S::InNotice,
            (S::InNotice, E::Approve) => S::Approved,
            (S::InNotice, E::PassOver) => S::NotSelected,
            (S::InNotice, E::Reopen) => S::UnderReview,
            (S::Ineligible, E::Readmit) => S::Eligible,
            (S::Approved, E::Pool) => S::Pooled,
            (S::Pooled, E::Convert) => S::Converted,
            (S::Pooled, E::Expire) => S::Expired,
            (S::Submitted | S::Eligible, E::Merge) => S::MergedInto,
            (S::UnderReview | S::Decided | S::InNotice | S::Approved | S::Pooled, E::Disqualify) => S::Disqualified,
            (
                S::Draft
                | S::Submitted
                | S::Returned
                | S::RulingOut
                | S::Eligible
                | S::UnderReview
                | S::Decided
                | S::InNotice
                | S::Approved
                | S::Pooled,
                E::Withdraw,
            ) => S::Withdrawn,
            (
                S::Draft | S::Submitted | S::Returned | S::RulingOut | S::Eligible | S::UnderReview | S::Decided,
                E::Cancel,
            ) => S::Cancelled,
            (
                S::Draft
                | S::Submitted
                | S::Returned
                | S::RulingOut
                | S::Ineligible
                | S::Eligible
                | S::UnderReview
                | S::Decided
                | S::InNotice
                | S::Approved
                | S::Pooled
                | S::NotSelected
                | S::Converted
                | S::Withdrawn
                | S::MergedInto
                | S::Expired
                | S::Cancelled
                | S::Disqualified,
                _,
            ) => return None,
        })
    }

    fn may(event: ProposalEvent) -> May {
        use ProposalEvent as E;
        const OFFICE: &[Role] = &[Role::LeadOffice];
        match event {
            E::Submit | E::Withdraw => May { roles: &[], owner: true, system: false },
            // By itself where the call has no formal check.
            E::Admit => May { roles: OFFICE, owner: false, system: true },
            E::Return | E::ProposeOut | E::KeepIn | E::RuleOut | E::Decide | E::Convert | E::Disqualify => {
                May { roles: OFFICE, owner: false, system: false }
            }
            // What an objection that was upheld does; who answers it may do no more to the proposal than that.
            E::Reopen | E::Readmit => May { roles: &[], owner: false, system: true },
            // Steps of the call move all its proposals together.
            E::StartReview | E::Release | E::Cancel => May { roles: OFFICE, owner: false, system: true },
            E::FixLapsed | E::Merge | E::Approve | E::PassOver | E::Pool | E::Expire => {
                May { roles: &[], owner: false, system: true }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::Iterable;

    #[test]
    fn nothing_leads_on_from_an_end() {
        for state in ProposalState::iter() {
            let ends = ProposalEvent::iter().all(|event| ProposalMachine::next(state, event).is_none());
            assert_eq!(ends, ENDED.contains(&state), "{state:?}");
        }
    }
}
