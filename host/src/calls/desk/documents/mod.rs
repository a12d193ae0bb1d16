//! The documents that a call in which the government purchases a service publishes: purchase list, standard, budget (rule V23).

mod actions;
mod api;
mod pages;

pub use actions::published;
pub(in crate::calls) use api::*;
pub(in crate::calls) use pages::shown;

use crate::http::Routes;

/// The kind of owner of these files.
pub const OWNER: &str = "call-document";

/// What each of them is.
pub const PURPOSES: [&str; 3] = ["purchase-list", "standard", "budget"];

pub(in crate::calls) fn routes(routes: Routes) -> Routes {
    // A whole file and the form around it.
    let largest = routes.app().config.attachment_limit + (1 << 20);
    pages::routes(api::routes(routes, largest), largest)
}
