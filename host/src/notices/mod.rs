//! What the platform tells people, inside the site.

mod actions;
mod api;
mod pages;
mod queries;

pub use actions::{mark_read, tell, tell_role};
pub use api::{Doc, routes};
pub use queries::unread;

/// Where people read their notices.
pub const PATH: &str = "/notices";
