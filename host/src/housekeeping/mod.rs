//! What has served its time is deleted every night: ended sessions, answers kept for repetitions, done jobs, spent codes. Events, and
//! whatever else shows what was done, stay.

mod actions;
mod blobs;
pub mod jobs;

pub use actions::{BATCH, Swept, sweep};
