use crate::lifecycle::{Machine, May};
use twoway_entity::accounts::Role;
pub use twoway_entity::objections::{Ground, ObjectionEvent, ObjectionState, Result as Outcome, Target};

/// The lifecycle of an objection or a complaint, see `docs/lifecycle.md`.
pub struct ObjectionMachine;

/// Roles that may be asked to handle one.
pub const HANDLES: &[Role] = &[Role::LeadOffice, Role::NodeAdmin, Role::Supervisor];

/// States in which it holds its item.
pub const OPEN: &[ObjectionState] = &[
    ObjectionState::Filed,
    ObjectionState::Admitted,
    ObjectionState::Assigned,
    ObjectionState::FactFinding,
    ObjectionState::Answered,
    ObjectionState::ReviewRequested,
    ObjectionState::ReviewAssigned,
];

impl Machine for ObjectionMachine {
    const KIND: &'static str = "objection";
    const TABLE: &'static str = "objections";
    type State = ObjectionState;
    type Event = ObjectionEvent;

    fn next(state: ObjectionState, event: ObjectionEvent) -> Option<ObjectionState> {
        use {ObjectionEvent as E, ObjectionState as S};
        match (state, event) {
            (S::Filed, E::Admit) => Some(S::Admitted),
            (S::Filed, E::Dismiss) => Some(S::Inadmissible),
            // Assigned anew: another handler, or one who turned out to be concerned.
            (S::Admitted | S::Assigned | S::FactFinding, E::Assign) => Some(S::Assigned),
            (S::Assigned, E::Begin) => Some(S::FactFinding),
            (S::FactFinding, E::Answer) => Some(S::Answered),
            (S::Answered, E::Accept) => Some(S::Accepted),
            (S::Answered, E::RequestReview) => Some(S::ReviewRequested),
            (S::ReviewRequested | S::ReviewAssigned, E::AssignReview) => Some(S::ReviewAssigned),
            (S::ReviewAssigned, E::AnswerFinally) => Some(S::AnsweredFinally),
            (
                S::Filed | S::Admitted | S::Assigned | S::FactFinding | S::ReviewRequested | S::ReviewAssigned,
                E::Withdraw,
            ) => Some(S::Withdrawn),
            (
                S::Filed
                | S::Inadmissible
                | S::Admitted
                | S::Assigned
                | S::FactFinding
                | S::Answered
                | S::ReviewRequested
                | S::ReviewAssigned
                | S::Accepted
                | S::AnsweredFinally
                | S::Withdrawn,
                _,
            ) => None,
        }
    }

    fn may(event: ObjectionEvent) -> May {
        use ObjectionEvent as E;
        match event {
            E::Admit | E::Dismiss | E::Assign | E::AssignReview => {
                May { roles: &[Role::LeadOffice], owner: false, system: false }
            }
            E::Begin | E::Answer | E::AnswerFinally => May { roles: HANDLES, owner: false, system: false },
            E::RequestReview | E::Withdraw => May { roles: &[], owner: true, system: false },
            E::Accept => May { roles: &[], owner: true, system: true },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::Iterable;

    #[test]
    fn what_holds_its_item_can_still_come_to_an_end() {
        for state in ObjectionState::iter() {
            let ends = ObjectionEvent::iter().all(|event| ObjectionMachine::next(state, event).is_none());
            assert_eq!(ends, !OPEN.contains(&state), "{state:?}");
        }
    }
}
