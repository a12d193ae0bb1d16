//! The plugin's place inside a project, and the catalogue of the office. Everything is drawn by the host from what the plugin
//! describes, in the plugin's words.

mod action;
mod books;
mod catalogue;
mod incidents;
mod log;
mod members;
mod naming;
mod panels;
mod place;
mod record;

pub use panels::{Audience, panels};

use super::api::KEEPERS;
use super::intake::MAX_PACKAGE;
use super::people::Insider;
use super::site::Site;
use crate::http::components::{StateBadge, Tone};
use crate::http::page::Shell;
use crate::http::texts::Locale;
use crate::http::{Access, Routes};
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use twoway_entity::plugins::Phase;
use twoway_ids::Uuid;

pub(super) fn routes(routes: Routes) -> Routes {
    let here = Access::SignedIn;
    routes
        .page(Method::GET, "/projects/{id}/place", here, place::show)
        .page(Method::GET, "/projects/{id}/place/kinds/{kind}", here, place::list)
        .page(Method::GET, "/projects/{id}/place/records/{record}", here, record::show)
        .page(Method::POST, "/projects/{id}/place/records/{record}/reveal", here, record::reveal)
        .page(Method::GET, "/projects/{id}/place/actions/{action}", here, action::form)
        .page(Method::POST, "/projects/{id}/place/actions/{action}", here, action::submit)
        .page(Method::GET, "/projects/{id}/place/confirmations/{confirmation}", here, action::review)
        .page(Method::POST, "/projects/{id}/place/confirmations/{confirmation}", here, action::agree)
        .page(Method::GET, "/projects/{id}/place/members", here, members::list)
        .page(Method::POST, "/projects/{id}/place/members", here, members::add)
        .page(Method::GET, "/projects/{id}/place/members/{member}", here, members::show)
        .page(Method::POST, "/projects/{id}/place/members/{member}/roles", here, members::set_roles)
        .page(Method::POST, "/projects/{id}/place/members/{member}/end", here, members::end)
        .page(Method::POST, "/projects/{id}/place/members/{member}/facts", here, members::record_fact)
        .page(Method::POST, "/projects/{id}/place/members/{member}/facts/{fact}/revoke", here, members::revoke_fact)
        .page(Method::GET, "/projects/{id}/place/log", here, log::show)
        .page(Method::GET, "/projects/{id}/place/incidents", here, incidents::list)
        .page(Method::GET, "/projects/{id}/place/incidents/{incident}", here, incidents::show)
        .page(Method::POST, "/projects/{id}/place/incidents/{incident}/take", here, incidents::take)
        .page(Method::POST, "/projects/{id}/place/incidents/{incident}/close", here, incidents::close)
        .page(Method::GET, "/projects/{id}/place/books/{book}", here, books::book)
        .page(Method::GET, "/projects/{id}/place/books/{book}/lines", here, books::lines)
        .page(Method::GET, "/projects/{id}/place/attendance", here, books::attendance)
        .page(Method::GET, "/office/plugins", KEEPERS, catalogue::list)
        .page(
            Method::POST,
            "/office/plugins",
            KEEPERS,
            catalogue::upload.layer(DefaultBodyLimit::max(MAX_PACKAGE + 65_536)),
        )
        .page(Method::GET, "/office/plugins/{digest}", KEEPERS, catalogue::show)
        .page(Method::POST, "/office/plugins/{digest}/offer", KEEPERS, catalogue::offer)
        .nav_kept(85, "nav-plugins", "/office/plugins", "puzzle", KEEPERS)
}

/// The way to the project whose place this is.
fn to_project(shell: Shell, site: &Site) -> Shell {
    let projects = shell.t("nav-projects");
    shell.crumb(projects, "/projects").crumb(site.row.title.clone(), format!("/projects/{}", site.project()))
}

/// The way to a page of the place.
fn way(shell: Shell, site: &Site) -> Shell {
    let title = shell.t("place-title");
    let project = site.project();
    to_project(shell, site).crumb(title, address(project, ""))
}

fn address(project: Uuid, rest: &str) -> String {
    format!("/projects/{project}/place{rest}")
}

fn phase_badge(locale: Locale, phase: Phase) -> StateBadge {
    let (key, tone) = match phase {
        Phase::Preparing => ("place-phase-preparing", Tone::Neutral),
        Phase::Running => ("place-phase-running", Tone::Active),
        Phase::Held => ("place-phase-held", Tone::Attention),
        Phase::Ended => ("place-phase-ended", Tone::Good),
    };
    StateBadge::new(locale.t(key), tone)
}

/// A record's state in the plugin's words; an end is quiet.
fn state_badge(site: &Site, locale: Locale, kind: &str, state: &str) -> StateBadge {
    let word = site.loaded.word(locale, &twoway_manifest::text_key(&["state", kind, state]));
    StateBadge::new(word, tone_of(site, kind, state))
}

fn tone_of(site: &Site, kind: &str, state: &str) -> Tone {
    let described = site.loaded.description().record(kind);
    let is_end = described.is_some_and(|k| k.states.iter().any(|s| s.end && s.key == state));
    if is_end { Tone::Neutral } else { Tone::Active }
}

/// A role in words: the plugin's own, or one of the host's.
fn role_word(site: &Site, locale: Locale, role: &str) -> String {
    if twoway_manifest::HOST_ROLES.contains(&role) {
        locale.t(&format!("host-role-{role}"))
    } else {
        site.loaded.word(locale, &format!("role-{role}"))
    }
}

fn role_words(site: &Site, locale: Locale, insider: &Insider) -> String {
    insider.roles.iter().map(|r| role_word(site, locale, r)).collect::<Vec<_>>().join(&locale.t("list-comma"))
}
