use crate::lifecycle::{Machine, May};
use twoway_entity::accounts::Role;
pub use twoway_entity::plugins::{IncidentEvent, IncidentState};

/// The lifecycle of an incident, see `docs/lifecycle.md`.
pub struct IncidentMachine;

impl Machine for IncidentMachine {
    const KIND: &'static str = "incident";
    const TABLE: &'static str = "incidents";
    type State = IncidentState;
    type Event = IncidentEvent;

    fn next(state: IncidentState, event: IncidentEvent) -> Option<IncidentState> {
        match (state, event) {
            (IncidentState::Reported, IncidentEvent::Take) => Some(IncidentState::InHand),
            (IncidentState::Reported | IncidentState::InHand, IncidentEvent::Close) => Some(IncidentState::Closed),
            (IncidentState::InHand | IncidentState::Closed, _) => None,
        }
    }

    fn may(event: IncidentEvent) -> May {
        match event {
            IncidentEvent::Take | IncidentEvent::Close => {
                May { roles: &[Role::LeadOffice], owner: true, system: false }
            }
        }
    }
}
