//! Reviews (评审): the office assigns reviewers without a conflict of interest, they score by the call's rubric, and the results
//! are released together.

pub mod actions;
pub mod api;
pub mod conflicts;
pub mod deliberation;
pub mod jobs;
mod model;
mod pages;
pub mod queries;
pub mod rules;
mod state;
pub mod views;

pub use model::{LineScore, Sheet, mean, points};
pub use state::{ReviewEvent, ReviewMachine, ReviewState, STANDING};
