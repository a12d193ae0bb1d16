//! The registry of routes: no route without its [`Access`], and the whole table can be printed.

use super::access::{Access, Door, Route};
use super::docs;
use super::gate::{Gate, gate};
use crate::{App, Who};
use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};
use utoipa::openapi::OpenApi;

/// Collects the routes of all features. Each is closed to who does not fit its [`Access`] before the handler runs.
pub struct Routes {
    app: App,
    router: Router<App>,
    table: Vec<Route>,
    nav: Vec<NavEntry>,
    doc: OpenApi,
}

/// A link in the header of every page, for those who may follow it.
#[derive(Clone, Debug)]
pub struct NavEntry {
    /// Place among the others, small first.
    pub place: u16,
    /// Text key, `nav-…`.
    pub label: &'static str,
    pub href: &'static str,
    pub icon: &'static str,
    pub access: Access,
    /// One of the places that are kept in order rather than visited: folded away behind one word where there are several.
    pub kept: bool,
}

impl NavEntry {
    pub fn is_for(&self, who: &Who) -> bool {
        self.access.check(who).is_ok()
    }
}

impl Routes {
    pub fn new(app: App, doc: OpenApi) -> Self {
        Self { app, router: Router::new(), table: Vec::new(), nav: Vec::new(), doc }
    }

    /// The host whose routes these are: its settings bound some of them.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Adds a page: cookie session, HTML answers, who is signed out is sent to the sign-in page.
    #[must_use]
    pub fn page<H, T>(self, method: Method, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Door::Page, method, path, access, handler)
    }

    /// Adds an API operation: bearer token, JSON answers, problems. It must also stand in the feature's `Doc`.
    #[must_use]
    pub fn api<H, T>(self, method: Method, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Door::Api, method, path, access, handler)
    }

    /// Adds a link to the header of all pages.
    #[must_use]
    pub fn nav(
        mut self,
        place: u16,
        label: &'static str,
        href: &'static str,
        icon: &'static str,
        access: Access,
    ) -> Self {
        self.nav.push(NavEntry { place, label, href, icon, access, kept: false });
        self
    }

    /// Adds a link to what an office keeps in order: organisations, calendar, plugins, jobs, log.
    #[must_use]
    pub fn nav_kept(
        mut self,
        place: u16,
        label: &'static str,
        href: &'static str,
        icon: &'static str,
        access: Access,
    ) -> Self {
        self.nav.push(NavEntry { place, label, href, icon, access, kept: true });
        self
    }

    /// Adds a feature: its routes and the description of its API.
    #[must_use]
    pub fn feature<D: utoipa::OpenApi>(mut self, routes: impl FnOnce(Self) -> Self) -> Self {
        self.doc.merge(D::openapi());
        routes(self)
    }

    fn add<H, T>(mut self, door: Door, method: Method, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let gate_of_route = Gate { app: self.app.clone(), access, door };
        let layer = axum::middleware::from_fn_with_state(gate_of_route, gate);
        let handler: MethodRouter<App> = on(filter(&method), handler).route_layer(layer);
        self.router = self.router.route(path, handler);
        self.table.push(Route { method, path, access, door });
        self
    }

    /// All routes, sorted by path and method.
    pub fn table(&self) -> Vec<Route> {
        let mut table = self.table.clone();
        table.sort_by(|a, b| (a.path, a.method.as_str()).cmp(&(b.path, b.method.as_str())));
        table
    }

    /// The description of the whole API.
    pub fn doc(&self) -> OpenApi {
        let mut doc = self.doc.clone();
        docs::complete(&mut doc, &self.table);
        doc
    }

    pub(super) fn into_parts(self) -> (Router<App>, Vec<NavEntry>, OpenApi) {
        let doc = self.doc();
        let mut nav = self.nav;
        nav.sort_by_key(|entry| entry.place);
        (self.router, nav, doc)
    }
}

/// The verbs that the product uses. `GET` answers `HEAD` too.
fn filter(method: &Method) -> MethodFilter {
    match *method {
        Method::POST => MethodFilter::POST,
        Method::PUT => MethodFilter::PUT,
        Method::PATCH => MethodFilter::PATCH,
        Method::DELETE => MethodFilter::DELETE,
        _ => MethodFilter::GET,
    }
}
