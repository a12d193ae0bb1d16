//! What every page's frame needs to know about the request: who reads, where they are, whom they act for.

use super::cookies;
use super::input::Caller;
use super::page::{Acting, ActingChoice, NavItem, Shell};
use super::preferences::Preferences;
use super::problem::Fault;
use super::routes::NavEntry;
use crate::{App, Refusal, Who, notices};
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use std::sync::Arc;
use twoway_ids::Uuid;

/// What is the same for all requests: the links in the header and the description of the API.
pub struct Site {
    pub nav: Vec<NavEntry>,
    pub doc: super::docs::Rendered,
}

pub const ACTING_COOKIE: &str = "twoway_acting";

/// The frame for a reader. `here` is path and query of the request.
pub(super) fn shell(
    site: &Site,
    who: Option<&Who>,
    preferences: &Preferences,
    headers: &HeaderMap,
    here: &str,
) -> Shell {
    let mut shell = Shell::new(preferences, here);
    let Some(who) = who else { return shell };
    let locale = shell.locale;
    let mine: Vec<&NavEntry> = site.nav.iter().filter(|entry| entry.is_for(who)).collect();
    // One folded link would hide itself for nothing.
    let fold = mine.iter().filter(|entry| entry.kept).count() > 1;
    let (kept, nav): (Vec<&NavEntry>, Vec<_>) = mine.into_iter().partition(|entry| fold && entry.kept);
    let item = |entry: &NavEntry| NavItem::new(locale.t(entry.label), entry.href, entry.icon);
    (shell.nav, shell.nav_kept) = (nav.into_iter().map(item).collect(), kept.into_iter().map(item).collect());
    if let Some(actor) = who.actor() {
        shell.user = Some(actor.name.clone());
        let mut choices: Vec<(Uuid, &str)> =
            actor.held.iter().map(|h| (h.organization, h.organization_name.as_str())).collect();
        choices.sort_unstable_by_key(|(_, name)| *name);
        choices.dedup();
        let chosen = acting_for(who, headers);
        if !choices.is_empty() {
            let name = choices.iter().find(|(id, _)| Some(*id) == chosen).map_or(actor.name.as_str(), |(_, name)| name);
            let others = choices
                .iter()
                .filter(|(id, _)| Some(*id) != chosen)
                .map(|(id, name)| ActingChoice { id: id.to_string(), name: (*name).to_string() })
                .chain(chosen.map(|_| ActingChoice { id: String::new(), name: actor.name.clone() }))
                .collect();
            shell.acting = Some(Acting { name: name.to_string(), others });
        }
    }
    shell
}

/// The organisation chosen in the header: the cookie's, if a role is held there; without a cookie the only one there is.
fn acting_for(who: &Who, headers: &HeaderMap) -> Option<Uuid> {
    let actor = who.actor()?;
    let held = |id: Uuid| actor.held.iter().any(|h| h.organization == id);
    match cookies::read(headers, ACTING_COOKIE) {
        Some(text) => Uuid::parse_str(text).ok().filter(|id| held(*id)),
        None => {
            let first = actor.held.first()?.organization;
            actor.held.iter().all(|h| h.organization == first).then_some(first)
        }
    }
}

/// A page handler takes its frame as an argument.
impl FromRequestParts<App> for Shell {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let Caller(who) = Caller::from_request_parts(parts, app).await?;
        let site = parts.extensions.get::<Arc<Site>>().cloned();
        let site = site.ok_or_else(|| Refusal::Internal(anyhow::anyhow!("a page outside of the site")))?;
        let preferences = Preferences::from_headers(&parts.headers);
        let here = parts.uri.path_and_query().map_or("/", |p| p.as_str());
        let mut shell = shell(&site, Some(&who), &preferences, &parts.headers, here);
        if let Some(item) = shell.nav.iter_mut().find(|item| item.href == notices::PATH) {
            item.count = notices::unread(app.db.read(), &who).await?;
        }
        Ok(shell)
    }
}

/// The organisation in whose name a page's action is done, as chosen in the header.
#[derive(Clone, Copy, Debug)]
pub struct ActingFor(pub Option<Uuid>);

impl FromRequestParts<App> for ActingFor {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let Caller(who) = Caller::from_request_parts(parts, app).await?;
        Ok(Self(acting_for(&who, &parts.headers)))
    }
}
