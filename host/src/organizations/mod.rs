//! The tree of organisations: the lead office and its counties, streets and communities; the enterprises, teams and recipients below
//! them; and who holds which role where. A role reaches the whole subtree of its organisation, which is a prefix of paths.

mod actions;
mod api;
mod model;
mod pages;
mod queries;
mod rules;

pub use actions::{Grant, NewOrganization, check_verified, end_role, found, grant, register, verify};
pub use api::{Doc, routes};
pub use queries::{
    Filter, Member, Summary, at, by_id, children, districts, held_by, is_founded, list, members, names, visible_to,
    way_to, within,
};
pub use rules::{GRANTERS, REGISTRARS, role_fits};
