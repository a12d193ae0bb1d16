//! Runs durable work: claims what is due, calls the feature that knows the kind, notes the outcome.

mod handlers;
mod run;

pub use run::{forever, run_due, run_until};
