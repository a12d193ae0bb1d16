//! The frame of every page: what its header knows ([`Shell`]), how it is answered ([`Page`]) and how refusals look ([`ErrorPage`]).

use super::assets;
use super::components::{ActionButton, Markup, Tone};
use super::menu::{ItemHtml, MenuHtml};
use super::preferences::Preferences;
use super::texts::{Locale, TextValue};
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

/// Nothing but the host's own files; no inline script or style, no frame around us.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What the frame of a page shows. Every page template has it as its field `shell`.
#[derive(Clone, Debug, Default)]
pub struct Shell {
    pub locale: Locale,
    /// Larger type and wider spacing, chosen by the reader.
    pub elder: bool,
    /// Path and query of this page: where a change of language returns to.
    pub here: String,
    /// The signed-in person's name as shown to themselves.
    pub user: Option<String>,
    pub acting: Option<Acting>,
    pub nav: Vec<NavItem>,
    /// Links that are folded away behind one word.
    pub nav_kept: Vec<NavItem>,
    /// Where am I; the last one is this page and has no address.
    pub crumbs: Vec<Crumb>,
    pub flash: Vec<Flash>,
}

/// For whom the person acts now, and for whom else they may. Choosing posts `organization=<id>` to `/acting-for`; an empty id
/// means for oneself.
#[derive(Clone, Debug)]
pub struct Acting {
    pub name: String,
    pub others: Vec<ActingChoice>,
}

#[derive(Clone, Debug)]
pub struct ActingChoice {
    pub id: String,
    pub name: String,
}

#[derive(Clone, Debug)]
pub struct NavItem {
    pub label: String,
    pub href: String,
    pub icon: &'static str,
    /// Things that wait for the reader; zero is not shown.
    pub count: u64,
}

impl NavItem {
    pub fn new(label: impl Into<String>, href: impl Into<String>, icon: &'static str) -> Self {
        Self { label: label.into(), href: href.into(), icon, count: 0 }
    }

    pub fn count(mut self, count: u64) -> Self {
        self.count = count;
        self
    }

    pub(super) fn html(&self, shell: &Shell) -> Markup {
        Markup::of(&ItemHtml { shell, item: self })
    }
}

#[derive(Clone, Debug)]
pub struct Crumb {
    pub label: String,
    pub href: Option<String>,
}

/// A message about what was just done, shown once at the top.
#[derive(Clone, Debug)]
pub struct Flash {
    pub tone: Tone,
    pub text: String,
}

impl Shell {
    /// `here` is the request's path and query.
    pub fn new(preferences: &Preferences, here: impl Into<String>) -> Self {
        let flash =
            preferences.flash.iter().map(|key| Flash { tone: Tone::Good, text: preferences.locale.t(key) }).collect();
        Self { locale: preferences.locale, elder: preferences.elder, here: here.into(), flash, ..Self::default() }
    }

    /// Adds a step of the way to this page; give the pages above first.
    pub fn crumb(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.crumbs.push(Crumb { label: label.into(), href: Some(href.into()) });
        self
    }

    /// Ends the way with the name of this page.
    pub fn titled(mut self, label: impl Into<String>) -> Self {
        self.crumbs.push(Crumb { label: label.into(), href: None });
        self
    }

    /// The name of this page for the browser's tab: the last crumb.
    pub fn title(&self) -> String {
        match self.crumbs.last() {
            Some(crumb) => format!("{} · {}", crumb.label, self.t("brand")),
            None => self.t("brand"),
        }
    }

    pub fn t(&self, key: &str) -> String {
        self.locale.t(key)
    }

    pub fn t1(&self, key: &str, name: &str, value: impl TextValue) -> String {
        self.locale.t1(key, name, value)
    }

    pub fn t2(&self, key: &str, a: &str, a_value: impl TextValue, b: &str, b_value: impl TextValue) -> String {
        self.locale.t2(key, a, a_value, b, b_value)
    }

    /// The address of an embedded file, with its content hash, so that browsers may keep it for ever.
    pub fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    /// An icon of the sprite, hidden from screen readers: a word always stands beside it.
    pub fn icon(&self, name: &str) -> Markup {
        assets::icon(name)
    }

    /// Whether the page is this link's or lies below it: the way to it says so, not its address. The office comes to a proposal from
    /// its call, its author from their own list.
    pub(super) fn is_current(&self, item: &NavItem) -> bool {
        let path = self.here.split('?').next().unwrap_or_default();
        path == item.href || self.crumbs.iter().any(|crumb| crumb.href.as_deref() == Some(item.href.as_str()))
    }

    pub(super) fn is_among_kept(&self) -> bool {
        self.nav_kept.iter().any(|item| self.is_current(item))
    }

    /// The links of the header; `folded`: in a row, where some are behind one word.
    fn menu(&self, folded: bool) -> Markup {
        Markup::of(&MenuHtml { shell: self, folded })
    }

    pub fn header(&self) -> Markup {
        Markup::of(&HeaderHtml { shell: self })
    }

    pub fn footer(&self) -> Markup {
        Markup::of(&FooterHtml { shell: self })
    }
}

#[derive(Template)]
#[template(path = "components/header.html")]
struct HeaderHtml<'a> {
    shell: &'a Shell,
}

#[derive(Template)]
#[template(path = "components/footer.html")]
struct FooterHtml<'a> {
    shell: &'a Shell,
}

/// A page as an answer: HTML that is never cached, under the strict content policy.
pub struct Page<T> {
    template: T,
    status: StatusCode,
}

impl<T: Template> Page<T> {
    pub fn new(template: T) -> Self {
        Self { template, status: StatusCode::OK }
    }

    /// 422 for a form that comes back with errors, say.
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }
}

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let html = match self.template.render() {
            Ok(html) => html,
            Err(error) => {
                tracing::error!(%error, "a page could not be drawn");
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
        };
        let mut response = (self.status, Html(html)).into_response();
        let headers = response.headers_mut();
        for (name, value) in [
            (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
            (header::CACHE_CONTROL, "no-store"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "same-origin"),
            (header::VARY, "cookie"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        // Whatever message was pending has been shown now.
        headers.extend(super::preferences::clear_flash().map(|cookie| (header::SET_COOKIE, cookie)));
        response
    }
}

/// A refusal or failure as a page: what happened, by which rule, and the way out.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    shell: Shell,
    status: StatusCode,
    heading: String,
    detail: String,
    /// The rule in words, with its article where it has one.
    rule: Option<String>,
    ways_out: Vec<ActionButton>,
    /// The number under which the log knows this failure.
    reference: Option<String>,
}

impl ErrorPage {
    /// The page for a status, with its standard words; statuses without own words are shown as 500.
    pub fn new(mut shell: Shell, status: StatusCode) -> Self {
        let code = match status.as_u16() {
            known @ (400 | 401 | 403 | 404 | 409 | 413 | 422 | 429 | 503) => known,
            _ => 500,
        };
        let heading = shell.t(&format!("error-{code}-title"));
        let detail = shell.t(&format!("error-{code}-detail"));
        shell.crumbs = vec![
            Crumb { label: shell.t("nav-home"), href: Some("/".into()) },
            Crumb { label: heading.clone(), href: None },
        ];
        Self { shell, status, heading, detail, rule: None, ways_out: Vec::new(), reference: None }
    }

    /// The status of the answer, where its words are those of another one.
    pub fn answered(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    pub fn heading(mut self, heading: impl Into<String>) -> Self {
        self.heading = heading.into();
        self
    }

    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    pub fn rule(mut self, rule: impl Into<String>) -> Self {
        self.rule = Some(rule.into());
        self
    }

    /// The first is drawn as the main one.
    pub fn way_out(mut self, button: ActionButton) -> Self {
        self.ways_out.push(button);
        self
    }

    pub fn reference(mut self, reference: impl Into<String>) -> Self {
        self.reference = Some(reference.into());
        self
    }

    fn picture(&self) -> &'static str {
        match self.status.as_u16() {
            404 => "search",
            500..=599 => "repair",
            _ => "signpost",
        }
    }
}

impl IntoResponse for ErrorPage {
    fn into_response(self) -> Response {
        let status = self.status;
        Page::new(self).status(status).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_menu_shows_where_the_way_to_a_page_begins() {
        let at = |here: &str| Shell { here: here.into(), ..Shell::default() };
        let current = |shell: &Shell, href: &str| shell.is_current(&NavItem::new("", href, "eye"));
        let own = at("/proposals/7").crumb("我的申报", "/proposals").titled("四点半学校");
        let office = at("/proposals/7").crumb("征集管理", "/office/calls").crumb("年度征集", "/office/calls/3");
        assert!(current(&own, "/proposals") && !current(&own, "/office/calls"));
        assert!(current(&office, "/office/calls") && !current(&office, "/proposals"));
        assert!(current(&at("/calendar?year=2027").titled("工作日历"), "/calendar"));
        assert!(!current(&at("/callsign"), "/calls") && !current(&at("/calls"), "/"));
    }
}
