use crate::http::Routes;

pub(super) fn routes(routes: Routes, _largest: usize) -> Routes {
    routes
}
