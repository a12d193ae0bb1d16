//! What went wrong in a project: a plugin reports it, the office and the project's lead answer for it.

mod actions;
mod queries;
mod state;

pub(super) use actions::{Report, report};
pub use actions::{close, may_answer, take};
pub use queries::{Incident, find, list};
pub use state::{IncidentEvent, IncidentMachine, IncidentState};

use twoway_ids::Uuid;

/// Nobody closes an incident of these severities that they reported themselves.
const GRAVE: &[&str] = &["serious", "harm"];

/// Somebody was harmed or may be: the office has the last word.
const HARM: &str = "harm";

pub(super) fn link(project: Uuid, incident: Uuid) -> String {
    format!("/projects/{project}/place/incidents/{incident}")
}

fn values_place(incident: Uuid) -> String {
    format!("incident:{incident}")
}

fn answer_place(incident: Uuid) -> String {
    format!("incident:{incident}:answer")
}
