//! Writing together: the owner asks others to view, comment or edit; each accepts from the own account and may leave again.

pub mod actions;
pub mod api;
mod pages;
pub mod queries;
mod state;

pub use queries::{Right, beside_owner, joined, right};
pub use state::{CoApplicantEvent, CoApplicantMachine, CoApplicantState, Part};
