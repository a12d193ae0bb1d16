//! Plugins: which packages there are, what a project grants its own, what the plugin decided, and the records that came of it.
//!
//! A plugin decides and the host acts: a decision is made outside every transaction on what was read, checked against grant and
//! description, and committed in one transaction under the project's decision counter. `projects` calls this face; nothing here
//! knows `projects`: what a project is like, it says itself in [`Place`].

mod activate;
mod model;
mod packages;

pub use activate::{activate, grant_sheet, pinned, place_changed};
pub use model::*;
pub use packages::{PackageFacts, offered, package};
