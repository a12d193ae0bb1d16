use crate::lifecycle::{Machine, May};
use twoway_entity::accounts::Role;
pub use twoway_entity::mail::{MailEvent, MailState};

/// The lifecycle of a mail, see `docs/lifecycle.md`.
pub struct MailMachine;

impl Machine for MailMachine {
    const KIND: &'static str = "mail";
    const TABLE: &'static str = "mails";
    type State = MailState;
    type Event = MailEvent;

    fn next(state: MailState, event: MailEvent) -> Option<MailState> {
        use {MailEvent as E, MailState as S};
        match (state, event) {
            (S::Waiting | S::Held, E::Add) => Some(state),
            (S::Held | S::Failed, E::Release) => Some(S::Waiting),
            (S::Waiting, E::Send) => Some(S::Sent),
            (S::Waiting, E::Fail) => Some(S::Failed),
            (S::Waiting | S::Held | S::Failed, E::Drop) => Some(S::Dropped),
            (S::Waiting | S::Held | S::Sent | S::Dropped | S::Failed, _) => None,
        }
    }

    fn may(event: MailEvent) -> May {
        match event {
            MailEvent::Add | MailEvent::Send | MailEvent::Fail => May { roles: &[], owner: false, system: true },
            MailEvent::Release => May { roles: &[Role::LeadOffice], owner: false, system: false },
            // The system drops what was read inside the site meanwhile.
            MailEvent::Drop => May { roles: &[Role::LeadOffice], owner: false, system: true },
        }
    }
}
