use crate::lifecycle::{Machine, May};
pub use twoway_entity::propose::{CoApplicantEvent, CoApplicantState, Part};

/// The lifecycle of a co-applicant, see `docs/lifecycle.md`.
pub struct CoApplicantMachine;

impl Machine for CoApplicantMachine {
    const KIND: &'static str = "co-applicant";
    const TABLE: &'static str = "co_applicants";
    type State = CoApplicantState;
    type Event = CoApplicantEvent;

    fn next(state: CoApplicantState, event: CoApplicantEvent) -> Option<CoApplicantState> {
        use {CoApplicantEvent as E, CoApplicantState as S};
        Some(match (state, event) {
            (S::Invited, E::Accept) => S::Accepted,
            (S::Invited, E::Decline) => S::Declined,
            (S::Accepted, E::Leave) => S::Left,
            (S::Invited | S::Accepted, E::Remove) => S::Removed,
            (S::Invited | S::Accepted | S::Declined | S::Left | S::Removed, _) => return None,
        })
    }

    /// The invited person owns the own part, and the proposal's owner the invitation: see the actions for which.
    fn may(_event: CoApplicantEvent) -> May {
        May { roles: &[], owner: true, system: false }
    }
}
