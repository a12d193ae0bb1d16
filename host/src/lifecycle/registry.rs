use super::{Machine, diagram, table};

/// All machines, one line each, in the order of the lifecycle.
macro_rules! register {
    ($($machine:path),* $(,)?) => {
        /// The kinds of streams that have a machine.
        pub fn kinds() -> Vec<&'static str> {
            vec![$(<$machine as Machine>::KIND),*]
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
    crate::reviews::ReviewMachine,
    crate::adoptions::AdoptionMachine,
    crate::adoptions::DeliveryMachine,
    crate::projects::ProjectMachine,
    crate::plugins::incidents::IncidentMachine,
    crate::evaluations::EvaluationMachine,
}
