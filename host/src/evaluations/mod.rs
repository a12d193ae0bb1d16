//! Evaluations: the lead answers first, on figures that nobody can edit; an evaluator from elsewhere grades; a second person of the
//! office announces the grades, hears objections, and makes the result final; then the project is accepted.

pub mod actions;
pub mod api;
pub mod indicators;
pub mod jobs;
pub mod model;
pub mod notice;
mod pages;
pub mod queries;
pub mod rules;
mod state;
pub mod words;

pub use api::{Doc, routes};
pub use queries::{Seen, Sight, find_visible};
pub use state::{EvaluationEvent, EvaluationMachine, EvaluationState, Grade, TOLD};
