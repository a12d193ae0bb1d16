//! The project as the office and the team work with it.

mod forms;
mod list;
mod show;

pub use list::tone;
pub use show::coverage_line;

use super::SUSPENDS;
use crate::http::{Access, Routes};
use axum::http::Method;
use twoway_entity::accounts::Role;

/// Who has a place where projects are listed.
const INSIDE: Access = Access::AnyOf(&[
    Role::LeadOffice,
    Role::NodeAdmin,
    Role::Supervisor,
    Role::Auditor,
    Role::TeamLead,
    Role::Volunteer,
]);

pub(super) fn routes(routes: Routes) -> Routes {
    const OFFICE: Access = Access::AnyOf(&[Role::LeadOffice]);
    let routes = routes
        .nav(50, "nav-projects", "/projects", "clipboard-list", INSIDE)
        .page(Method::GET, "/projects", Access::SignedIn, list::list)
        .page(Method::GET, "/projects/pool", OFFICE, list::pool)
        .page(Method::GET, "/projects/pool/{id}", OFFICE, list::choose_team)
        .page(Method::POST, "/projects/pool/{id}", OFFICE, list::convert)
        .page(Method::GET, "/projects/{id}", Access::SignedIn, show::show)
        .page(Method::GET, "/projects/{id}/plan", Access::SignedIn, forms::plan_form)
        .page(Method::POST, "/projects/{id}/plan", Access::SignedIn, forms::save_plan)
        .page(Method::POST, "/projects/{id}/ready", OFFICE, show::make_ready)
        .page(Method::POST, "/projects/{id}/start", Access::SignedIn, show::start)
        .page(Method::POST, "/projects/{id}/resume", OFFICE, show::resume)
        .page(Method::GET, "/projects/{id}/suspend", Access::AnyOf(SUSPENDS), forms::suspend_form)
        .page(Method::POST, "/projects/{id}/suspend", Access::AnyOf(SUSPENDS), forms::suspend)
        .page(Method::GET, "/projects/{id}/terminate", OFFICE, forms::terminate_form)
        .page(Method::POST, "/projects/{id}/terminate", OFFICE, forms::terminate)
        .page(Method::GET, "/projects/{id}/close", Access::SignedIn, forms::close_form)
        .page(Method::POST, "/projects/{id}/close", Access::SignedIn, forms::close);
    super::plugin_page::routes(routes)
}
