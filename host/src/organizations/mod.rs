//! The tree of organisations: the lead office and its counties, streets and communities; the enterprises, teams and recipients below
//! them; and who holds which role where. A role reaches the whole subtree of its organisation, which is a prefix of paths.

mod actions;
mod api;
mod model;
mod pages;
mod queries;
mod rules;

pub use actions::{
    Grant, NewOrganization, Ready, check_verified, end_role, enter, found, grant, ready, register, verify,
};
pub use api::{Doc, routes};
pub use queries::{
    Filter, Member, Summary, at, by_id, children, districts, held_by, is_founded, is_new, list, members, names,
    possible_parents, visible_to, way_to, within,
};
pub use rules::{GRANTERS, REGISTRARS, role_fits};
