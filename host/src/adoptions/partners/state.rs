use crate::lifecycle::{Machine, May};
pub use twoway_entity::adoptions::{PartnerEvent, PartnerState};

/// The lifecycle of a partner in an adoption, see `docs/lifecycle.md`.
pub struct PartnerMachine;

impl Machine for PartnerMachine {
    const KIND: &'static str = "adoption-partner";
    const TABLE: &'static str = "adoption_partners";
    type State = PartnerState;
    type Event = PartnerEvent;

    fn next(state: PartnerState, event: PartnerEvent) -> Option<PartnerState> {
        use {PartnerEvent as E, PartnerState as S};
        Some(match (state, event) {
            (S::Invited, E::Join) => S::Joined,
            (S::Invited, E::Decline) => S::Declined,
            (S::Joined, E::Leave) => S::Left,
            (S::Invited | S::Joined, E::Remove) => S::Removed,
            (S::Invited | S::Joined | S::Declined | S::Left | S::Removed, _) => return None,
        })
    }

    /// The partner's signatory answers and leaves, the lead's takes away: see the actions for which.
    fn may(_event: PartnerEvent) -> May {
        May { roles: &[], owner: true, system: false }
    }
}
