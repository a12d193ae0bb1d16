use crate::lifecycle::{Machine, May};
use twoway_entity::accounts::Role;
pub use twoway_entity::fulfilment::{UseChangeEvent, UseChangeState};

/// A change of use: every affected sponsor agrees, or nothing changes.
pub struct UseChangeMachine;

/// While a change is in one of these nothing is delivered on its line.
pub const FROZEN: &[UseChangeState] = &[UseChangeState::Open, UseChangeState::Refused, UseChangeState::Expired];

impl Machine for UseChangeMachine {
    const KIND: &'static str = "use-change";
    const TABLE: &'static str = "use_changes";
    type State = UseChangeState;
    type Event = UseChangeEvent;

    fn next(state: UseChangeState, event: UseChangeEvent) -> Option<UseChangeState> {
        use {UseChangeEvent as E, UseChangeState as S};
        Some(match (state, event) {
            (S::Open, E::Agree) => S::Open,
            (S::Open, E::Refuse) => S::Refused,
            (S::Open, E::Expire) => S::Expired,
            (S::Open, E::TakeEffect) => S::Effective,
            (S::Open | S::Refused | S::Expired, E::Withdraw) => S::Withdrawn,
            (S::Refused | S::Expired | S::Effective | S::Withdrawn, _) => return None,
        })
    }

    fn may(event: UseChangeEvent) -> May {
        match event {
            // The sponsor's signatory answers for what it adopted; the rule says so, the place here is the sponsor's.
            UseChangeEvent::Agree | UseChangeEvent::Refuse | UseChangeEvent::Withdraw => {
                May { roles: &[Role::SponsorSignatory], owner: true, system: false }
            }
            UseChangeEvent::Expire | UseChangeEvent::TakeEffect => May { roles: &[], owner: false, system: true },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::Iterable;

    #[test]
    fn what_freezes_a_line_can_be_taken_back() {
        for state in UseChangeState::iter() {
            let open = UseChangeMachine::next(state, UseChangeEvent::Withdraw).is_some();
            assert_eq!(open, FROZEN.contains(&state), "{state:?}");
        }
    }

    #[test]
    fn silence_is_no_consent() {
        assert_eq!(UseChangeMachine::next(UseChangeState::Expired, UseChangeEvent::Agree), None);
        assert_eq!(UseChangeMachine::next(UseChangeState::Expired, UseChangeEvent::TakeEffect), None);
    }
}
