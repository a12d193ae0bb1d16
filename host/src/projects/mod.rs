//! Projects: a pooled proposal that is carried out by its team, on a plugin that the office chose for it.

mod state;

pub use state::{ProjectEvent, ProjectMachine, ProjectState};
