//! The plugin's place inside a project, and the catalogue of the office.

use crate::http::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
}
