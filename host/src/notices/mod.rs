//! What the platform tells people, inside the site.

mod actions;

pub use actions::{tell, tell_role};
