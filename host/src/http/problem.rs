//! Refusals on their way out. Inside the product they know no HTTP; here they get a status, words in the reader's language and
//! their form: a problem document for the API, a page for browsers.

use super::access::Door;
use super::components::ActionButton;
use super::form_view::{FormView, problem_text};
use super::frame::{Site, shell};
use super::page::{ErrorPage, Page};
use super::preferences::Preferences;
use super::texts::{self, Locale};
use crate::{Refusal, Who};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;
use serde_json::{Map, Value};
use std::sync::Arc;
use utoipa::ToSchema;

/// Why a request got no answer: a refusal of the product, or something that only HTTP knows.
#[derive(Clone, Debug)]
pub enum Fault {
    Refused(Arc<Refusal>),
    Edge { status: StatusCode, code: &'static str },
}

impl Fault {
    pub fn edge(status: StatusCode, code: &'static str) -> Self {
        Self::Edge { status, code }
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Self::Edge { status, .. } => *status,
            Self::Refused(refusal) => status_of(refusal),
        }
    }

    pub fn code(&self) -> &str {
        match self {
            Self::Edge { code, .. } => code,
            Self::Refused(refusal) => refusal.code(),
        }
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Arc::new(refusal))
    }
}

fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Rule(rule) => match rule.code {
            "sign-in-refused" => StatusCode::UNAUTHORIZED,
            "idempotency-key-reused" => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::CONFLICT,
        },
        Refusal::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::SignedOut => StatusCode::UNAUTHORIZED,
        Refusal::NotAllowed => StatusCode::FORBIDDEN,
        Refusal::NotFound => StatusCode::NOT_FOUND,
        Refusal::Stale => StatusCode::PRECONDITION_FAILED,
        Refusal::PluginSaysNo { fields, .. } if fields.is_empty() => StatusCode::CONFLICT,
        Refusal::PluginSaysNo { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::PluginUnavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::BadRequest(_) => StatusCode::BAD_REQUEST,
        Refusal::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Refusal::TooMany { .. } | Refusal::Busy => StatusCode::TOO_MANY_REQUESTS,
        Refusal::Internal(_) if refusal.is_database_away() => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A fault leaves the handler as a bare status with itself attached; [`explain`] gives it its words and form.
impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        Fault::from(self).into_response()
    }
}

/// Who asked by which door, attached to the answer by the door itself.
#[derive(Clone)]
pub(super) struct Reader {
    pub who: Option<Who>,
    pub door: Door,
}

/// The number of a request, under which the log knows it.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// `application/problem+json` (RFC 9457). Programs decide by `code`; the rest is for people.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// The page that explains the code.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    pub code: String,
    pub detail: String,
    /// The published rule behind a refusal: `M4`, `D3` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What can be done instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub way_out: Option<String>,
    /// What is wrong, field by field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
    /// Name it when asking for help.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemField {
    /// `lines[0].optimum`
    pub field: String,
    pub code: String,
    pub text: String,
}

impl Problem {
    /// `request` is the number under which the log knows a failure.
    pub fn new(fault: &Fault, locale: Locale, request: Option<&RequestId>) -> Self {
        let status = fault.status();
        let values = match fault {
            Fault::Refused(refusal) => refusal.values(),
            Fault::Edge { .. } => Value::Null,
        };
        let away = status == StatusCode::SERVICE_UNAVAILABLE && fault.code() == "internal";
        let code = if away { "unavailable" } else { fault.code() };
        let mut problem = Self {
            kind: format!("/problems/{code}"),
            title: locale.t(&format!("error-{}-title", words_of(fault, status))),
            status: status.as_u16(),
            code: code.to_string(),
            detail: said(locale, &format!("refusal-{code}"), &values)
                .unwrap_or_else(|| locale.t(&format!("error-{}-detail", known_status(status)))),
            rule: None,
            way_out: said(locale, &format!("wayout-{code}"), &values),
            errors: Vec::new(),
            reference: None,
        };
        if let Fault::Refused(refusal) = fault {
            problem.take_from(refusal, locale, request);
        }
        problem
    }

    fn take_from(&mut self, refusal: &Refusal, locale: Locale, request: Option<&RequestId>) {
        match refusal {
            Refusal::Rule(rule) => self.rule = rule.rule.map(str::to_string),
            Refusal::Invalid(errors) => {
                self.errors = errors
                    .iter()
                    .map(|e| ProblemField {
                        field: e.field.clone(),
                        code: e.problem.code().to_string(),
                        text: problem_text(locale, &e.field, &e.problem),
                    })
                    .collect();
            }
            Refusal::PluginSaysNo { code, text, fields, rule } => {
                self.detail.clone_from(text);
                self.rule.clone_from(rule);
                self.errors = fields
                    .iter()
                    .map(|(field, text)| ProblemField { field: field.clone(), code: code.clone(), text: text.clone() })
                    .collect();
            }
            Refusal::PluginUnavailable { reference } => self.reference = Some(reference.clone()),
            Refusal::BadRequest(sentence) => self.detail = locale.t1("problem-bad-request", "why", sentence.as_str()),
            Refusal::Internal(_) => self.reference = request.map(|r| r.0.clone()),
            Refusal::SignedOut
            | Refusal::NotAllowed
            | Refusal::NotFound
            | Refusal::Stale
            | Refusal::TooLarge { .. }
            | Refusal::TooMany { .. }
            | Refusal::Busy => {}
        }
    }
}

/// Whose words an answer has: a rule that says no is not a conflict of versions, though HTTP has one number for both.
fn words_of(fault: &Fault, status: StatusCode) -> u16 {
    match fault {
        Fault::Refused(refusal)
            if status == StatusCode::CONFLICT
                && matches!(**refusal, Refusal::Rule(_) | Refusal::PluginSaysNo { .. }) =>
        {
            422
        }
        _ => known_status(status),
    }
}

/// The statuses that have their own words.
fn known_status(status: StatusCode) -> u16 {
    match status.as_u16() {
        // A stale version is a conflict to people, whatever HTTP calls it.
        412 => 409,
        405 | 406 | 415 | 428 => 400,
        known @ (400 | 401 | 403 | 404 | 409 | 413 | 422 | 429 | 503) => known,
        _ => 500,
    }
}

/// A text with the values that it names, if there is such a text.
pub fn said(locale: Locale, key: &str, values: &Value) -> Option<String> {
    let empty = Map::new();
    let values = values.as_object().unwrap_or(&empty);
    texts::host().get(locale, key, &texts::json_values(values))
}

/// How a form is answered that comes back: by its status, and with the time after which it may be sent again.
pub struct Again(Fault);

impl Again {
    pub fn of(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::TooMany { wait } => Self(Refusal::TooMany { wait: *wait }.into()),
            Refusal::Busy => Self(Refusal::Busy.into()),
            _ => Self(Fault::edge(StatusCode::UNPROCESSABLE_ENTITY, "invalid-input")),
        }
    }

    pub fn with<T: askama::Template>(&self, page: T) -> Response {
        let mut response = Page::new(page).status(self.0.status()).into_response();
        try_again_after(&mut response, &self.0);
        response
    }
}

/// Puts a refusal's words into the form that it concerns, so that the form comes back with what was typed. What no form can mend
/// (no right, nothing there, a failure) is handed back.
pub fn form_errors(form: &mut FormView, locale: Locale, refusal: Refusal) -> Result<(), Refusal> {
    match &refusal {
        Refusal::Invalid(errors) => {
            for error in errors {
                let label = form
                    .fields
                    .iter()
                    .find(|f| f.name == error.field)
                    .map_or(error.field.as_str(), |f| f.label.as_str());
                let text = problem_text(locale, label, &error.problem);
                form.error(&error.field, text);
            }
        }
        Refusal::PluginSaysNo { text, fields, rule, .. } => {
            for (field, text) in fields {
                form.error(field, text.as_str());
            }
            if fields.is_empty() {
                form.problems.push(cited(locale, text.clone(), rule.as_deref()));
            }
        }
        Refusal::Rule(_)
        | Refusal::Stale
        | Refusal::PluginUnavailable { .. }
        | Refusal::TooMany { .. }
        | Refusal::Busy => {
            let code = refusal.code();
            let detail =
                said(locale, &format!("refusal-{code}"), &refusal.values()).unwrap_or_else(|| code.to_string());
            let way_out = said(locale, &format!("wayout-{code}"), &refusal.values());
            let text = way_out.map_or_else(|| detail.clone(), |way| format!("{detail} {way}"));
            let rule = if let Refusal::Rule(rule) = &refusal { rule.rule } else { None };
            form.problems.push(cited(locale, text, rule));
        }
        _ => return Err(refusal),
    }
    Ok(())
}

/// The words of a refusal with the rule that it stands for.
fn cited(locale: Locale, text: String, rule: Option<&str>) -> String {
    match rule {
        Some(rule) => locale.t2("form-problem-by-rule", "text", text, "rule", rule),
        None => text,
    }
}

/// The outermost layer but one: gives every fault its words and form. Who comes for a page gets a page, who comes for data a problem.
pub(super) async fn explain(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let asked = Asked {
        wants_data: request.uri().path().starts_with("/api/") || !accepts_html(request.headers()),
        is_get: matches!(*request.method(), Method::GET | Method::HEAD),
        here: request.uri().path_and_query().map_or_else(|| "/".to_string(), ToString::to_string),
        headers: request.headers().clone(),
        number: request.extensions().get::<RequestId>().cloned(),
    };
    let response = next.run(request).await;
    let Some(fault) = response.extensions().get::<Fault>().cloned().or_else(|| unexplained(&response)) else {
        return response;
    };
    if let Fault::Refused(refusal) = &fault
        && let Refusal::Internal(error) = &**refusal
    {
        tracing::error!(error = format!("{error:#}"), "a request failed");
    }
    let reader = response.extensions().get::<Reader>().cloned();
    // A page's own script asks for data where it has no use for a page.
    let is_api = asked.wants_data || reader.as_ref().is_some_and(|r| r.door == Door::Api);
    let reader = reader.and_then(|r| r.who);
    let mut explained =
        if is_api { as_document(&asked, &fault, reader) } else { as_page(&site, &asked, &fault, reader) };
    // What the layers inside have set (cookies that end a session, allowed methods) stays.
    for (name, value) in response.headers() {
        if matches!(*name, header::SET_COOKIE | header::ALLOW) {
            explained.headers_mut().append(name.clone(), value.clone());
        }
    }
    explained
}

/// A refusal of the web framework itself. Its words are for who wrote this program, not for who uses it.
fn unexplained(response: &Response) -> Option<Fault> {
    let status = response.status();
    let is_failure = status.is_client_error() || status.is_server_error();
    let content_type = response.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
    let code = if status.is_client_error() { "bad-request" } else { "internal" };
    (is_failure && content_type.starts_with("text/plain")).then(|| Fault::edge(status, code))
}

struct Asked {
    /// Where no route answers: whether the address or the client asks for data rather than a page.
    wants_data: bool,
    is_get: bool,
    here: String,
    headers: HeaderMap,
    number: Option<RequestId>,
}

fn accepts_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or("*/*");
    accept.contains("text/html") || accept.contains("*/*")
}

fn as_document(asked: &Asked, fault: &Fault, reader: Option<Who>) -> Response {
    let locale = wanted_locale(&asked.headers, reader.as_ref());
    let problem = Problem::new(fault, locale, asked.number.as_ref());
    let mut response = (fault.status(), axum::Json(problem)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(locale.as_str()));
    if fault.status() == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    try_again_after(&mut response, fault);
    response
}

/// Says when the same request may go through.
fn try_again_after(response: &mut Response, fault: &Fault) {
    let seconds = match (fault, fault.status()) {
        (Fault::Refused(refusal), _) if matches!(**refusal, Refusal::TooMany { .. }) => {
            refusal.values()["seconds"].as_i64()
        }
        (_, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) => Some(5),
        _ => None,
    };
    if let Some(seconds) = seconds {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

fn as_page(site: &Site, asked: &Asked, fault: &Fault, reader: Option<Who>) -> Response {
    if fault.status() == StatusCode::UNAUTHORIZED && fault.code() == "signed-out" {
        let back = if asked.is_get { asked.here.as_str() } else { "/" };
        let query = serde_urlencoded::to_string([("back", back)]).unwrap_or_default();
        return Redirect::to(&format!("/sign-in?{query}")).into_response();
    }
    let preferences = Preferences::from_headers(&asked.headers);
    let locale = preferences.locale;
    let problem = Problem::new(fault, locale, asked.number.as_ref());
    let status = match fault.status() {
        StatusCode::PRECONDITION_FAILED => StatusCode::CONFLICT,
        other => other,
    };
    let shell = shell(site, reader.as_ref(), &preferences, &asked.headers, &asked.here);
    let words = StatusCode::from_u16(words_of(fault, fault.status())).unwrap_or(status);
    let mut page = ErrorPage::new(shell, words).answered(status);
    if texts::host().has(&format!("refusal-{}", problem.code)) || matches!(fault, Fault::Refused(r) if has_own_words(r))
    {
        let fields = problem.errors.iter().map(|e| e.text.as_str()).collect::<Vec<_>>().join(" · ");
        let more = problem.way_out.as_deref().or((!fields.is_empty()).then_some(fields.as_str()));
        page = page.detail(match more {
            Some(more) => format!("{} {more}", problem.detail),
            None => problem.detail,
        });
    }
    if let Some(rule) = problem.rule {
        page = page.rule(rule);
    }
    if let Some(reference) = problem.reference {
        page = page.reference(reference);
    }
    if let Some(back) = own_referrer(&asked.headers) {
        page = page.way_out(ActionButton::link(locale.t("error-way-back"), back));
    }
    let mut response = page.way_out(ActionButton::link(locale.t("error-way-home"), "/")).into_response();
    try_again_after(&mut response, fault);
    response
}

/// The text of a plugin's refusal comes with it.
fn has_own_words(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::PluginSaysNo { .. })
}

/// The page from which a failed form was sent, if it is one of ours.
fn own_referrer(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let referrer = headers.get(header::REFERER)?.to_str().ok()?;
    let (_, rest) = referrer.split_once("://")?;
    let path = rest.strip_prefix(host)?;
    path.starts_with('/').then(|| path.to_string())
}

/// `Accept-Language` if it names one of ours, else the account's language, else Chinese.
pub fn wanted_locale(headers: &HeaderMap, reader: Option<&Who>) -> Locale {
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let first = asked.split(',').next().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let language = first.split('-').next().unwrap_or_default().to_ascii_lowercase();
    match language.as_str() {
        "zh" => Locale::ZhCn,
        "en" => Locale::En,
        _ => reader.and_then(Who::actor).and_then(|a| Locale::parse(&a.locale)).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// A refusal without words would show its code to people. Write `refusal-<code>` into the locales of its feature.
    #[test]
    fn every_refusal_has_its_words() {
        let mut missing = BTreeSet::new();
        for (file, source) in texts::tests::sources() {
            for call in [
                "Refusal::rule(\"",
                "Refusal::of(\"",
                "StatusCode::FORBIDDEN, \"",
                "StatusCode::METHOD_NOT_ALLOWED, \"",
            ] {
                for part in source.split(call).skip(1) {
                    let code = part.split('"').next().unwrap_or_default();
                    if !texts::host().has(&format!("refusal-{code}")) {
                        missing.insert(format!("{file}: {code}"));
                    }
                }
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn what_people_can_fix_is_told_and_the_rest_is_not() {
        let internal = Fault::from(Refusal::Internal(anyhow::anyhow!("the password of the database is abc")));
        let number = RequestId("42".into());
        let problem = Problem::new(&internal, Locale::En, Some(&number));
        let text = serde_json::to_string(&problem).expect("JSON");
        assert!(!text.contains("abc"), "{text}");
        assert_eq!((problem.status, problem.reference.as_deref()), (500, Some("42")));
        let rule = Refusal::of("own-organization", "M4").with("organization", "x");
        let problem = Problem::new(&rule.into(), Locale::En, None);
        assert_eq!((problem.status, problem.rule.as_deref()), (409, Some("M4")));
        assert!(problem.way_out.is_some_and(|w| w.starts_with("Ask the administrator")));
    }
}
