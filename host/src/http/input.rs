//! What handlers take from a request. All of them fail with a problem that says what is wrong and where.

use super::frame::ActingFor;
use super::gate::BODY_LIMIT;
use super::problem::Fault;
use crate::lifecycle::{Command, Idempotency};
use crate::{App, Refusal, Who};
use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts as Head;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;
use twoway_ids::Uuid;
use twoway_manifest::{FieldError, FieldProblem};
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

/// Who asks. There is no way to have it without having passed the door of the route.
#[derive(Clone, Debug)]
pub struct Caller(pub Who);

impl FromRequestParts<App> for Caller {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Head, _app: &App) -> Result<Self, Fault> {
        // A route that was not registered through `Routes` has no door; it answers nobody.
        let who = parts.extensions.get::<Who>().cloned();
        who.map(Self).ok_or_else(|| Fault::from(Refusal::Internal(anyhow::anyhow!("a route without an access check"))))
    }
}

/// A JSON body of at most 1 MiB, read into `T`. `T` should deny unknown fields.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, _app: &App) -> Result<Self, Fault> {
        if !is_json(request.headers()) {
            return Err(Fault::edge(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type"));
        }
        let bytes =
            to_bytes(request.into_body(), BODY_LIMIT).await.map_err(|_| Refusal::TooLarge { limit: BODY_LIMIT })?;
        Ok(Self(parse(&bytes)?))
    }
}

impl<T: serde::Serialize> axum::response::IntoResponse for Json<T> {
    fn into_response(self) -> axum::response::Response {
        axum::Json(self.0).into_response()
    }
}

/// JSON is UTF-8 (RFC 8259); a body that says otherwise of itself is not read.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let mut parts = content_type.split(';').map(str::trim);
    let is_utf8 = |parameter: &str| match parameter.split_once('=') {
        Some((name, value)) if name.eq_ignore_ascii_case("charset") => {
            let value = value.trim_matches('"');
            value.eq_ignore_ascii_case("utf-8") || value.eq_ignore_ascii_case("utf8")
        }
        _ => true,
    };
    parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json")) && parts.all(is_utf8)
}

pub(super) fn not_json(error: &serde_json::Error) -> Refusal {
    Refusal::BadRequest(format!("the body is not JSON: line {}, column {}", error.line(), error.column()))
}

/// Reads JSON out of an uploaded file, as strictly as a body that is JSON.
pub fn parse_file<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    super::strict::values(bytes)?;
    parse(bytes)
}

/// Reads JSON; a value of the wrong shape is an error at its field, text that is no JSON a bad request with its place.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    // serde would read a list into a structure by position.
    if bytes.trim_ascii_start().first().is_some_and(|b| matches!(b, b'[' | b'"')) {
        let problem = FieldProblem::WrongType;
        serde_json::from_slice::<serde::de::IgnoredAny>(bytes).map_err(|e| not_json(&e))?;
        return Err(Refusal::Invalid(vec![FieldError { field: ".".into(), problem }]));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if inner.is_data() { shape_error(path, &inner.to_string()) } else { not_json(&inner) }
    })?;
    json.end().map_err(|_| Refusal::BadRequest("text follows the JSON value".into()))?;
    Ok(value)
}

/// serde tells in words only which field is unknown or missing, and stops at the first.
fn shape_error(path: String, text: &str) -> Refusal {
    let quoted = text.split('`').nth(1).unwrap_or_default();
    let inside = |name: &str| if path == "." { name.to_string() } else { format!("{path}.{name}") };
    let (field, problem) = if text.starts_with("unknown field") {
        // The path already ends with the unknown name.
        (if path == "." { quoted.to_string() } else { path }, FieldProblem::Unknown)
    } else if text.starts_with("missing field") {
        (inside(quoted), FieldProblem::Missing)
    } else if text.starts_with("unknown variant") {
        (path, FieldProblem::NotAnOption)
    } else {
        (path, FieldProblem::WrongType)
    };
    Refusal::Invalid(vec![FieldError { field, problem }])
}

/// The variables of the path. One that cannot be an id is a thing that is not there.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Path<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Head, app: &App) -> Result<Self, Fault> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, app).await;
        path.map(|axum::extract::Path(value)| Self(value)).map_err(|_| Refusal::NotFound.into())
    }
}

/// The query string, read into `T`.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Head, app: &App) -> Result<Self, Fault> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, app).await;
        query
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|error| Refusal::BadRequest(query_problem(&error.body_text())).into())
    }
}

/// The rejection's words are for who wrote this program; what a client needs of them is the parameter's name.
fn query_problem(text: &str) -> String {
    let said = text.split_once(": ").map_or(text, |(_, said)| said);
    let quoted = said.split('`').nth(1).unwrap_or_default();
    if said.contains("missing field") {
        return format!("the parameter {quoted} is missing");
    }
    if said.contains("unknown field") {
        return format!("there is no parameter {quoted}");
    }
    match said.split_once(": ") {
        Some((name, _)) if !name.contains(' ') => format!("the parameter {name} cannot be read"),
        _ => "the query cannot be read".to_string(),
    }
}

/// A posted page form as it came: names in their order, some more than once. At most 1 MiB.
#[derive(Clone, Debug)]
pub struct Form(pub Vec<(String, String)>);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let form = axum::extract::Form::<Vec<(String, String)>>::from_request(request, state).await;
        form.map(|axum::extract::Form(pairs)| Self(pairs)).map_err(|error| match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Refusal::TooLarge { limit: BODY_LIMIT }.into(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                Fault::edge(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type")
            }
            _ => Refusal::BadRequest("the form cannot be read".into()).into(),
        })
    }
}

/// An upload form, to be read part by part within the limit of its route.
#[derive(Debug)]
pub struct Parts(pub axum::extract::Multipart);

impl FromRequest<App> for Parts {
    type Rejection = Fault;

    async fn from_request(request: Request, app: &App) -> Result<Self, Fault> {
        let parts = axum::extract::Multipart::from_request(request, app).await;
        parts.map(Self).map_err(|_| Refusal::BadRequest("the body is not multipart/form-data".into()).into())
    }
}

impl Form {
    /// The first value under this name, trimmed; empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The same as it was typed: spaces belong to a password.
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// The command of a page: the version it was based on, from its hidden field `_version`, and for whom the person acts.
    pub fn command(&self, ActingFor(acting_for): ActingFor) -> Command {
        Command { key: None, expected: self.text("_version").parse().ok(), acting_for }
    }
}

/// SHA-256 of method, path and body, hex; known when the request has an `Idempotency-Key`.
#[derive(Clone, Debug)]
pub(super) struct RequestHash(pub String);

/// The headers of a command: `If-Match: "3"`, `Idempotency-Key`, `Twoway-Acting-For`. All are optional.
#[derive(Clone, Debug)]
pub struct Headers(Command);

impl From<Headers> for Command {
    fn from(headers: Headers) -> Self {
        headers.0
    }
}

/// For the description of the API.
impl IntoParams for Headers {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let header = |name: &str, text: &str| {
            let schema = ObjectBuilder::new().schema_type(Type::String).build();
            let parameter =
                ParameterBuilder::new().name(name).parameter_in(ParameterIn::Header).required(Required::False);
            parameter.description(Some(text)).schema(Some(schema)).build()
        };
        vec![
            header(
                "If-Match",
                "The version that the request is based on, in double quotes; another one is refused with 412.",
            ),
            header("Idempotency-Key", "Two requests with one key are one: the second gets the first answer."),
            header("Twoway-Acting-For", "The organisation in whose name the caller acts."),
        ]
    }
}

impl FromRequestParts<App> for Headers {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Head, _app: &App) -> Result<Self, Fault> {
        let version = header(parts, "if-match")?.map(parse_version).transpose()?;
        let key = match header(parts, "idempotency-key")? {
            Some(key) if key.is_empty() || key.len() > 128 => {
                return Err(Refusal::BadRequest("Idempotency-Key has 1 to 128 characters".into()).into());
            }
            Some(key) => {
                let hash = parts.extensions.get::<RequestHash>().map(|h| h.0.clone());
                let request_hash =
                    hash.ok_or_else(|| Refusal::Internal(anyhow::anyhow!("a key on a route without a door")))?;
                Some(Idempotency { key: key.to_string(), request_hash })
            }
            None => None,
        };
        let acting_for = match header(parts, "twoway-acting-for")? {
            Some(text) => Some(held_organization(parts, text)?),
            None => None,
        };
        Ok(Self(Command { key, expected: version, acting_for }))
    }
}

fn header<'a>(parts: &'a Head, name: &str) -> Result<Option<&'a str>, Refusal> {
    let value = parts.headers.get(name).map(|v| v.to_str());
    value.transpose().map_err(|_| Refusal::BadRequest(format!("the header {name} is not plain text")))
}

/// Nobody acts in the name of an organisation where they hold nothing.
fn held_organization(parts: &Head, text: &str) -> Result<Uuid, Refusal> {
    let id =
        Uuid::parse_str(text).map_err(|_| Refusal::BadRequest("Twoway-Acting-For is an organisation's id".into()))?;
    let actor = parts.extensions.get::<Who>().and_then(Who::actor);
    if actor.is_some_and(|a| a.held.iter().any(|h| h.organization == id)) { Ok(id) } else { Err(Refusal::NotAllowed) }
}

fn parse_version(text: &str) -> Result<i32, Refusal> {
    let inner = text.trim().strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    inner
        .and_then(|t| t.parse().ok())
        .ok_or_else(|| Refusal::BadRequest("If-Match is the version in double quotes: If-Match: \"3\"".into()))
}

#[cfg(test)]
mod tests;
