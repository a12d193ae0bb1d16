use crate::lifecycle::{Machine, May};
use twoway_entity::accounts::Role;
pub use twoway_entity::projects::{ProjectEvent, ProjectState};

/// Whoever watches over people may stop the work at once.
pub const SUSPENDS: &[Role] = &[Role::LeadOffice, Role::Supervisor];

/// The lifecycle of a project, see `docs/lifecycle.md`.
pub struct ProjectMachine;

impl Machine for ProjectMachine {
    const KIND: &'static str = "project";
    const TABLE: &'static str = "projects";
    type State = ProjectState;
    type Event = ProjectEvent;

    fn next(state: ProjectState, event: ProjectEvent) -> Option<ProjectState> {
        use {ProjectEvent as E, ProjectState as S};
        Some(match (state, event) {
            (S::Incubating, E::Ready) => S::Ready,
            (S::Ready, E::Start) => S::Running,
            (S::Running, E::Suspend) => S::Paused,
            (S::Paused, E::Resume) => S::Running,
            (S::Running, E::Close) => S::Closing,
            (S::Closing, E::Accept) => S::Accepted,
            (S::Incubating | S::Ready | S::Running | S::Paused | S::Closing, E::Terminate) => S::Terminated,
            (S::Incubating | S::Ready | S::Running | S::Paused | S::Closing | S::Accepted | S::Terminated, _) => {
                return None;
            }
        })
    }

    fn may(event: ProjectEvent) -> May {
        match event {
            ProjectEvent::Ready | ProjectEvent::Resume | ProjectEvent::Terminate => {
                May { roles: &[Role::LeadOffice], owner: false, system: false }
            }
            // Going on again is for the office to decide.
            ProjectEvent::Suspend => May { roles: SUSPENDS, owner: false, system: false },
            ProjectEvent::Start | ProjectEvent::Close => May { roles: &[], owner: true, system: false },
            ProjectEvent::Accept => May { roles: &[], owner: false, system: true },
        }
    }
}

/// States in which the team may still change its plan.
pub const PLANNING: &[ProjectState] = &[ProjectState::Incubating];

/// Before its plan is checked a project has no public page.
pub fn is_public(state: ProjectState) -> bool {
    state != ProjectState::Incubating
}
