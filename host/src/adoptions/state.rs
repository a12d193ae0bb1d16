use crate::lifecycle::{Machine, May};
use twoway_entity::accounts::Role;
pub use twoway_entity::adoptions::{AdoptionEvent, AdoptionState, DeliveryEvent, DeliveryState};

/// The lifecycle of an adoption, see `docs/lifecycle.md`.
pub struct AdoptionMachine;

/// States in which quantities are reserved and a clock runs: when it runs out, the adoption lapses.
pub const HOLDING: &[AdoptionState] =
    &[AdoptionState::Offered, AdoptionState::Held, AdoptionState::Agreement, AdoptionState::Signing];

/// Whether quantities of its lines are reserved for it in this state.
pub fn reserves(state: AdoptionState) -> bool {
    HOLDING.contains(&state) || state == AdoptionState::InNotice
}

/// States in which the sponsor's own hold can be extended; signing has a clock of its own.
pub const RESERVED: &[AdoptionState] = &[AdoptionState::Held, AdoptionState::Agreement];

/// Ends from which nothing leads on.
pub const ENDED: &[AdoptionState] = &[
    AdoptionState::Closed,
    AdoptionState::Terminated,
    AdoptionState::Declined,
    AdoptionState::Lapsed,
    AdoptionState::Withdrawn,
    AdoptionState::Released,
];

/// The agreement is in force and something is outstanding.
pub const RUNNING: &[AdoptionState] = &[AdoptionState::Active, AdoptionState::PartiallyDelivered];

/// Agreed, and carried out or being carried out.
pub const STANDING: &[AdoptionState] = &[
    AdoptionState::Active,
    AdoptionState::PartiallyDelivered,
    AdoptionState::Delivered,
    AdoptionState::Acknowledged,
    AdoptionState::Closed,
];

/// Everything that was ever agreed, however it went on; a hold that lapsed before is told by its missing day of agreement.
pub const AGREED: &[AdoptionState] = &[
    AdoptionState::Active,
    AdoptionState::PartiallyDelivered,
    AdoptionState::Delivered,
    AdoptionState::Acknowledged,
    AdoptionState::Closed,
    AdoptionState::HardshipReleased,
    AdoptionState::Terminated,
    AdoptionState::Lapsed,
    AdoptionState::Released,
];

impl Machine for AdoptionMachine {
    const KIND: &'static str = "adoption";
    const TABLE: &'static str = "adoptions";
    type State = AdoptionState;
    type Event = AdoptionEvent;

    fn next(state: AdoptionState, event: AdoptionEvent) -> Option<AdoptionState> {
        use {AdoptionEvent as E, AdoptionState as S};
        Some(match (state, event) {
            (S::Interested | S::Queued | S::Offered | S::Held | S::Agreement, E::Check) => state,
            // An offer grows when more becomes open before it is taken.
            (S::Queued | S::Offered, E::Offer) => S::Offered,
            (S::Interested | S::Offered, E::Hold) => S::Held,
            (S::Held | S::Agreement, E::Reduce) => state,
            (S::Held | S::Agreement, E::ExtendHold) => state,
            (S::Held, E::DraftAgreement) => S::Agreement,
            (S::Agreement, E::Freeze) => S::Signing,
            (S::Signing, E::Reopen) => S::Agreement,
            (S::InNotice, E::Uphold) => S::Agreement,
            (S::Signing, E::Confirm) => S::Signing,
            (S::Signing, E::Announce) => S::InNotice,
            // People and media need no notice.
            (S::Signing | S::InNotice, E::Activate) => S::Active,
            (S::Active, E::DeliverPart) => S::PartiallyDelivered,
            (S::Active | S::PartiallyDelivered, E::Deliver) => S::Delivered,
            (S::Delivered | S::HardshipReleased, E::Acknowledge) => S::Acknowledged,
            (S::Acknowledged, E::Close) => S::Closed,
            (S::Active | S::PartiallyDelivered, E::ReleaseHardship) => S::HardshipReleased,
            (S::Active | S::PartiallyDelivered, E::Terminate) => S::Terminated,
            (S::Interested | S::Queued | S::Offered | S::Held | S::Agreement | S::InNotice, E::Decline) => S::Declined,
            (S::Offered | S::Held | S::Agreement | S::Signing | S::Active, E::Lapse) => S::Lapsed,
            (S::Interested | S::Queued | S::Offered | S::Held | S::Agreement | S::Signing, E::Withdraw) => S::Withdrawn,
            (S::Active, E::Release) => S::Released,
            (
                S::Interested
                | S::Queued
                | S::Offered
                | S::Held
                | S::Agreement
                | S::Signing
                | S::InNotice
                | S::Active
                | S::PartiallyDelivered
                | S::Delivered
                | S::Acknowledged
                | S::Closed
                | S::HardshipReleased
                | S::Terminated
                | S::Declined
                | S::Lapsed
                | S::Withdrawn
                | S::Released,
                _,
            ) => return None,
        })
    }

    fn may(event: AdoptionEvent) -> May {
        use AdoptionEvent as E;
        const OFFICE: &[Role] = &[Role::LeadOffice];
        match event {
            E::Check | E::Decline | E::Freeze | E::ReleaseHardship | E::Terminate => {
                May { roles: OFFICE, owner: false, system: false }
            }
            E::Hold | E::Reduce | E::ExtendHold | E::Withdraw => May { roles: &[], owner: true, system: false },
            E::Acknowledge => May { roles: &[], owner: true, system: false },
            E::DraftAgreement | E::Reopen => May { roles: OFFICE, owner: true, system: false },
            // The clerk of a recipient stands beside the office's tree, where no owner is.
            E::Confirm => May { roles: &[Role::LeadOffice, Role::Recipient], owner: true, system: false },
            // The last confirmation, an upheld objection, the last delivery and what others give back bring these about.
            E::Offer
            | E::Announce
            | E::Uphold
            | E::Activate
            | E::DeliverPart
            | E::Deliver
            | E::Close
            | E::Lapse
            | E::Release => May { roles: &[], owner: false, system: true },
        }
    }
}

/// A delivery waits until the other side has confirmed or disputed it.
pub struct DeliveryMachine;

impl Machine for DeliveryMachine {
    const KIND: &'static str = "delivery";
    const TABLE: &'static str = "deliveries";
    type State = DeliveryState;
    type Event = DeliveryEvent;

    fn next(state: DeliveryState, event: DeliveryEvent) -> Option<DeliveryState> {
        match (state, event) {
            (DeliveryState::Recorded, DeliveryEvent::Confirm) => Some(DeliveryState::Confirmed),
            (DeliveryState::Recorded, DeliveryEvent::Dispute) => Some(DeliveryState::Disputed),
            (DeliveryState::Confirmed | DeliveryState::Disputed, _) => None,
        }
    }

    fn may(event: DeliveryEvent) -> May {
        match event {
            // The receiver may be the recipient's clerk, whom no line of the table can name as an owner.
            DeliveryEvent::Confirm | DeliveryEvent::Dispute => {
                May { roles: &[Role::Recipient], owner: true, system: false }
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
        for state in AdoptionState::iter() {
            let ends = AdoptionEvent::iter().all(|event| AdoptionMachine::next(state, event).is_none());
            assert_eq!(ends, ENDED.contains(&state), "{state:?}");
        }
    }

    #[test]
    fn a_clock_runs_exactly_where_it_can_run_out() {
        for state in AdoptionState::iter() {
            let lapses = AdoptionMachine::next(state, AdoptionEvent::Lapse).is_some();
            // Of what is agreed, all that is outstanding may lapse too, each line by a clock of its own.
            assert_eq!(lapses, HOLDING.contains(&state) || state == AdoptionState::Active, "{state:?}");
            let extends = AdoptionMachine::next(state, AdoptionEvent::ExtendHold).is_some();
            assert_eq!(extends, RESERVED.contains(&state), "{state:?}");
        }
    }

    #[test]
    fn what_is_agreed_cannot_be_withdrawn() {
        assert_eq!(AdoptionMachine::next(AdoptionState::Active, AdoptionEvent::Withdraw), None);
    }
}
