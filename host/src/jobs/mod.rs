//! Runs durable work: claims what is due, calls the feature that knows the kind, notes the outcome.

pub mod actions;
mod api;
mod handlers;
mod pages;
pub mod queries;
mod recurring;
mod run;

pub use api::{Doc, routes};
pub use recurring::plant;
pub(crate) use recurring::soon;
pub use run::{forever, run_due, run_until};
