//! Reviews (评审): the office assigns reviewers without a conflict of interest, they score by the call's rubric, and the results
//! are released together.

mod state;

pub use state::{ReviewEvent, ReviewMachine, ReviewState, STANDING};
