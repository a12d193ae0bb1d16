//! What the platform tells people inside the site, and in which words.

mod actions;
mod api;
mod model;
mod pages;
mod queries;
mod wordings;

pub use actions::{Told, mark_read, tell, tell_all, tell_role};
pub use api::{Doc, routes};
pub use model::NewWording;
pub use queries::unread;
pub use wordings::{Wordings, templates};

/// Where people read their notices.
pub const PATH: &str = "/notices";
