use crate::lifecycle::{Machine, May};
use twoway_entity::accounts::Role;
pub use twoway_entity::propose::{MergerEvent, MergerState};

/// The lifecycle of a merger, see `docs/lifecycle.md`.
pub struct MergerMachine;

impl Machine for MergerMachine {
    const KIND: &'static str = "merger";
    const TABLE: &'static str = "proposal_mergers";
    type State = MergerState;
    type Event = MergerEvent;

    fn next(state: MergerState, event: MergerEvent) -> Option<MergerState> {
        use {MergerEvent as E, MergerState as S};
        Some(match (state, event) {
            (S::Proposed, E::Agree | E::TakeBack) => S::Proposed,
            (S::Proposed, E::Complete) => S::Merged,
            (S::Proposed, E::Refuse) => S::Refused,
            (S::Proposed, E::CallOff) => S::CalledOff,
            (S::Proposed, E::Lapse) => S::Lapsed,
            (S::Merged | S::Refused | S::CalledOff | S::Lapsed, _) => return None,
        })
    }

    fn may(event: MergerEvent) -> May {
        use MergerEvent as E;
        match event {
            // Each proposer for their own proposal alone.
            E::Agree | E::TakeBack | E::Refuse => May { roles: &[], owner: true, system: false },
            E::CallOff => May { roles: &[Role::LeadOffice], owner: false, system: false },
            // The second agreement, and the clock, bring these about.
            E::Complete | E::Lapse => May { roles: &[], owner: false, system: true },
        }
    }
}
