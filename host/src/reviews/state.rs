use crate::lifecycle::{Machine, May};
use twoway_entity::accounts::Role;
pub use twoway_entity::reviews::{PlanEvent, PlanState, ReviewEvent, ReviewState};

/// The lifecycle of one reviewer's work on one proposal, see `docs/lifecycle.md`.
pub struct ReviewMachine;

/// The assignment stands: it counts as load and opens the proposal to the reviewer.
pub const STANDING: &[ReviewState] =
    &[ReviewState::Assigned, ReviewState::Declared, ReviewState::Scored, ReviewState::Closed];

impl Machine for ReviewMachine {
    const KIND: &'static str = "review";
    const TABLE: &'static str = "reviews";
    type State = ReviewState;
    type Event = ReviewEvent;

    fn next(state: ReviewState, event: ReviewEvent) -> Option<ReviewState> {
        use {ReviewEvent as E, ReviewState as S};
        Some(match (state, event) {
            (S::Unassigned, E::Assign) => S::Assigned,
            (S::Assigned, E::Declare) => S::Declared,
            (S::Declared | S::Scored, E::Score) => S::Scored,
            (S::Assigned | S::Declared | S::Scored, E::Recuse) => S::Recused,
            (S::Assigned | S::Declared | S::Scored, E::Unassign) => S::Unassigned,
            (S::Assigned | S::Declared | S::Scored, E::Close) => S::Closed,
            (S::Assigned | S::Declared | S::Scored | S::Closed, E::Void) => S::Voided,
            (S::Assigned | S::Declared | S::Scored | S::Recused | S::Unassigned | S::Closed | S::Voided, _) => {
                return None;
            }
        })
    }

    fn may(event: ReviewEvent) -> May {
        match event {
            ReviewEvent::Declare | ReviewEvent::Score | ReviewEvent::Recuse => {
                May { roles: &[], owner: true, system: false }
            }
            ReviewEvent::Assign | ReviewEvent::Unassign | ReviewEvent::Close => {
                May { roles: &[Role::LeadOffice], owner: false, system: false }
            }
            ReviewEvent::Void => May { roles: &[Role::LeadOffice], owner: false, system: true },
        }
    }
}

/// The lifecycle of a proposed assignment.
pub struct PlanMachine;

impl Machine for PlanMachine {
    const KIND: &'static str = "review-plan";
    const TABLE: &'static str = "review_plans";
    type State = PlanState;
    type Event = PlanEvent;

    fn next(state: PlanState, event: PlanEvent) -> Option<PlanState> {
        use {PlanEvent as E, PlanState as S};
        Some(match (state, event) {
            (S::Proposed, E::Apply) => S::Applying,
            (S::Applying, E::Finish) => S::Applied,
            (S::Proposed, E::Drop) => S::Dropped,
            (S::Proposed | S::Applying | S::Applied | S::Dropped, _) => return None,
        })
    }

    fn may(event: PlanEvent) -> May {
        match event {
            PlanEvent::Apply | PlanEvent::Drop => May { roles: &[Role::LeadOffice], owner: false, system: false },
            PlanEvent::Finish => May { roles: &[Role::LeadOffice], owner: false, system: true },
        }
    }
}
