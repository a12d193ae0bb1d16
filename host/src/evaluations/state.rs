use crate::lifecycle::{Machine, May};
use twoway_entity::accounts::Role;
pub use twoway_entity::evaluations::{EvaluationEvent, EvaluationState, Grade};

/// The lifecycle of an evaluation, see `docs/lifecycle.md`. `owner` is the project's lead for the self-evaluation and the invited
/// evaluator for the grades.
pub struct EvaluationMachine;

/// States in which the grades are told to the team and to everybody.
pub const TOLD: &[EvaluationState] = &[EvaluationState::InNotice, EvaluationState::Final];

impl Machine for EvaluationMachine {
    const KIND: &'static str = "evaluation";
    const TABLE: &'static str = "evaluations";
    type State = EvaluationState;
    type Event = EvaluationEvent;

    fn next(state: EvaluationState, event: EvaluationEvent) -> Option<EvaluationState> {
        use {EvaluationEvent as E, EvaluationState as S};
        Some(match (state, event) {
            (S::Planned, E::SelfEvaluate) => S::SelfEvaluated,
            (S::SelfEvaluated, E::Score) => S::Scored,
            (S::Scored, E::Return) => S::SelfEvaluated,
            (S::Scored, E::Announce) => S::InNotice,
            (S::InNotice, E::Uphold) => S::SelfEvaluated,
            (S::InNotice, E::Finalize) => S::Final,
            (S::Planned | S::SelfEvaluated | S::Scored | S::InNotice | S::Final, _) => return None,
        })
    }

    fn may(event: EvaluationEvent) -> May {
        match event {
            EvaluationEvent::SelfEvaluate | EvaluationEvent::Score => May { roles: &[], owner: true, system: false },
            EvaluationEvent::Return | EvaluationEvent::Announce | EvaluationEvent::Finalize => {
                May { roles: &[Role::LeadOffice], owner: false, system: false }
            }
            // An objection's end brings it about.
            EvaluationEvent::Uphold => May { roles: &[], owner: false, system: true },
        }
    }
}
