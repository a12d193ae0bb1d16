use super::{Machine, diagram, names, table};
use sea_orm::Iterable;

/// What a machine calls its events and states, as the chain of events does.
pub struct Words {
    pub kind: &'static str,
    pub events: Vec<String>,
    pub states: Vec<String>,
}

/// All machines, one line each, in the order of the lifecycle.
macro_rules! register {
    ($($machine:path),* $(,)?) => {
        /// The kinds of streams that have a machine.
        pub fn kinds() -> Vec<&'static str> {
            vec![$(<$machine as Machine>::KIND),*]
        }

        /// The names that need a word for people.
        pub fn words() -> Vec<Words> {
            vec![$(Words {
                kind: <$machine as Machine>::KIND,
                events: <$machine as Machine>::Event::iter().map(|event| names(&event)).collect(),
                states: <$machine as Machine>::State::iter().map(|state| names(&state)).collect(),
            }),*]
        }

        /// The tables of all machines, for the checked-in snapshot.
        pub fn tables() -> String {
            let tables: Vec<String> = vec![$(table::<$machine>()),*];
            tables.join("\n")
        }

        /// Kind and picture of each machine, for `docs/lifecycle.md`.
        pub fn diagrams() -> Vec<(&'static str, String)> {
            vec![$((<$machine as Machine>::KIND, diagram::<$machine>())),*]
        }
    };
}

register! {
    crate::calls::CallMachine,
    crate::proposals::ProposalMachine,
    crate::proposals::merge::MergerMachine,
    crate::proposals::together::CoApplicantMachine,
    crate::reviews::ReviewMachine,
    crate::objections::ObjectionMachine,
    crate::reviews::PlanMachine,
    crate::reviews::roadshow::SlotMachine,
    crate::adoptions::AdoptionMachine,
    crate::adoptions::PartnerMachine,
    crate::adoptions::DeliveryMachine,
    crate::adoptions::UseChangeMachine,
    crate::projects::ProjectMachine,
    crate::plugins::incidents::IncidentMachine,
    crate::evaluations::EvaluationMachine,
    crate::mail::MailMachine,
}
