//! What an adopted project owes the public while it runs and after it (慈善法 §72, §79): every three months, in an emergency every five
//! days, and a last time within three months after its end, the team says what was received and what was done.

pub mod actions;
mod api;
mod pages;
pub mod queries;
pub mod rules;

pub use actions::{CLOCK, adopted, begin, end};
pub use api::{Doc, routes};

use crate::{App, Refusal};
use twoway_entity::jobs::job;

/// A disclosure is due soon, today, or late.
pub async fn clock(app: App, job: job::Model) -> Result<(), Refusal> {
    match job.subject_id {
        Some(id) => actions::remind(&app, &app.system(CLOCK), id).await,
        None => Err(anyhow::anyhow!("the clock of a disclosure names none").into()),
    }
}
