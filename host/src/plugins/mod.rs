//! Plugins: which packages there are, what a project grants its own, what the plugin decided, and the records that came of it.
//!
//! A plugin decides and the host acts: a decision is made outside every transaction on what was read, checked against grant and
//! description, and committed in one transaction under the project's decision counter. `projects` calls this face; nothing here
//! knows `projects`: what a project is like, it says itself in [`Place`].

mod act;
mod activate;
mod api;
pub mod attendance;
mod audience;
pub mod books;
mod commit;
mod confirm;
mod decide;
mod effects;
mod erase;
mod failure;
mod hooks;
pub mod incidents;
mod intake;
pub mod members;
mod model;
mod packages;
mod pages;
mod people;
mod publications;
mod queries;
pub mod records;
mod registry;
mod site;
mod snapshot;
mod store;
mod told;
mod words;

pub use act::act;
pub use activate::{activate, grant_sheet, is_active, pinned, place_changed, set_phase, sponsor_joined};
pub use api::{Doc, routes};
pub use confirm::{confirm, waiting};
pub(crate) use erase::erase_due;
pub use hooks::{Shown, guard, hear, indicator, view};
pub(crate) use hooks::{heard, tick};
pub use intake::{MAX_PACKAGE, set_offered, take_bundled, upload};
pub use model::*;
pub use packages::{PackageFacts, offered, package};
pub use pages::{Audience, panels};
pub use people::{Insider, insider};
pub use publications::{Card, cards};
pub use registry::{Loaded, Registry};
pub use site::Site;
pub use snapshot::{SECRET_TRIES, SECRET_WINDOW};
pub use words::{RecordWords, record_words};
