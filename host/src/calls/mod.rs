//! Calls (征集): the office asks for projects, with dates, a form, a weighted rubric and the risks told.

pub mod actions;
pub mod api;
pub mod jobs;
mod model;
pub mod pages;
pub mod queries;
pub mod rules;
mod state;

pub use model::{CallInput, QUESTION_TYPES, RubricLine, form_of, reason, rubric_of};
pub use state::{CallEvent, CallMachine, CallState};
