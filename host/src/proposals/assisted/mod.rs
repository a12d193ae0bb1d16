//! Assisted entry (代录入): a clerk types in what somebody without an account handed in on paper. The clerk holds the proposal in the
//! person's place and therefore neither checks nor decides it; everybody who reads it is told that it came from paper.

pub mod actions;
pub mod api;
pub mod hand_over;
mod hand_over_page;
pub mod identity;
mod model;
mod pages;
pub mod queries;
mod rules;
mod shown;

pub use identity::IdNumber;
pub use model::{Particulars, fields};
pub use queries::{CLERKS, entry_of, is_clerk, scans_of};
pub use shown::{OnPaper, among, badge, marked, on_paper, proposer, proposers, titles};
