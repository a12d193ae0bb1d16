//! Reviews (评审): the office assigns reviewers without a conflict of interest, they score by the call's rubric, and the results
//! are released together.

pub mod actions;
pub mod api;
pub mod conflicts;
pub mod deliberation;
pub mod discussion;
pub mod experts;
pub mod facts;
pub mod jobs;
pub mod letters;
mod model;
mod pages;
pub mod plan;
pub mod queries;
pub mod roadshow;
pub mod rules;
pub mod second;
pub mod settings;
mod state;
pub mod views;
pub mod voiding;

pub use model::{LineScore, Sheet, mean, points};
pub use state::{PlanEvent, PlanMachine, PlanState, ReviewEvent, ReviewMachine, ReviewState, STANDING};
