//! Projects: a pooled proposal that is carried out by its team, on a plugin that the office chose for it.

pub mod actions;
pub mod api;
pub mod model;
mod pages;
mod plugin_page;
pub mod queries;
pub mod rules;
mod state;

pub use actions::accept;
pub use api::{Doc, routes};
pub use pages::{coverage_line, tone};
pub use queries::{Seen, Sight, find_visible};
pub use state::{ProjectEvent, ProjectMachine, ProjectState, SUSPENDS, is_public};

/// The outbox word for a project whose final report is in; the payload is `{"project": id}`.
pub const CLOSED: &str = "evaluations.plan";

/// The refusal of a page whose form no longer fits the project.
fn wrong_state(row: &twoway_entity::projects::project::Model) -> crate::Refusal {
    use sea_orm::ActiveEnum;
    crate::Refusal::rule("wrong-state").with("kind", "project").with("state", row.state.to_value())
}
