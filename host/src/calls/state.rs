use crate::lifecycle::{Machine, May};
use twoway_entity::accounts::Role;
pub use twoway_entity::calls::{CallEvent, CallState};

/// The lifecycle of a call, see `docs/lifecycle.md`.
pub struct CallMachine;

impl Machine for CallMachine {
    const KIND: &'static str = "call";
    const TABLE: &'static str = "calls";
    type State = CallState;
    type Event = CallEvent;

    fn next(state: CallState, event: CallEvent) -> Option<CallState> {
        use {CallEvent as E, CallState as S};
        Some(match (state, event) {
            (S::Draft, E::Submit) => S::InternalReview,
            (S::InternalReview, E::Return) => S::Draft,
            (S::InternalReview, E::Approve) => S::Previewed,
            (S::Previewed, E::Open) => S::Open,
            (S::Open, E::Extend) => S::Open,
            (S::Open, E::Suspend) => S::Suspended,
            (S::Suspended, E::Resume) => S::Open,
            (S::Open, E::Close) => S::Screening,
            (S::Screening, E::StartReview) => S::Reviewing,
            (S::Reviewing, E::EndReview) => S::Deliberating,
            (S::Deliberating, E::StartSecondRound) => S::Reviewing,
            (S::Deliberating, E::Release) => S::PublicNotice,
            (S::PublicNotice, E::Conclude) => S::Concluded,
            (
                S::Draft
                | S::InternalReview
                | S::Previewed
                | S::Open
                | S::Suspended
                | S::Screening
                | S::Reviewing
                | S::Deliberating,
                E::Cancel,
            ) => S::Cancelled,
            (
                S::Draft
                | S::InternalReview
                | S::Previewed
                | S::Open
                | S::Suspended
                | S::Screening
                | S::Reviewing
                | S::Deliberating
                | S::PublicNotice
                | S::Concluded
                | S::Cancelled,
                _,
            ) => return None,
        })
    }

    fn may(event: CallEvent) -> May {
        const OFFICE: &[Role] = &[Role::LeadOffice];
        match event {
            CallEvent::Open | CallEvent::Close | CallEvent::Conclude => May { roles: &[], owner: false, system: true },
            // By itself where the call has no formal check.
            CallEvent::StartReview => May { roles: OFFICE, owner: false, system: true },
            CallEvent::Submit
            | CallEvent::Return
            | CallEvent::Approve
            | CallEvent::Extend
            | CallEvent::Suspend
            | CallEvent::Resume
            | CallEvent::EndReview
            | CallEvent::StartSecondRound
            | CallEvent::Release
            | CallEvent::Cancel => May { roles: OFFICE, owner: false, system: false },
        }
    }
}
