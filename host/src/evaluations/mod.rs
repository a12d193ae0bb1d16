//! Evaluations: the lead answers first, an evaluator from elsewhere grades, a second person of the office makes it final.

mod state;

pub use state::{EvaluationEvent, EvaluationMachine, EvaluationState, Grade};
