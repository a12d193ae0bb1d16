//! All cookies of the site are made and guarded here: no script reads them, no other site's form sends them, and over HTTPS they
//! are `Secure` and bear the prefix by which browsers refuse them from other hosts and paths.

use crate::App;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{AppendHeaders, Response};

const PREFIX: &str = "__Host-";

/// Sets a cookie for so many seconds. What is no cookie's value is not set.
pub fn set(name: &str, value: &str, seconds: i64) -> Option<HeaderValue> {
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | ',' | ';' | '\\');
    if !value.chars().all(plain) {
        return None;
    }
    HeaderValue::from_str(&format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax")).ok()
}

/// Takes a cookie away.
pub fn clear(name: &str) -> Option<HeaderValue> {
    set(name, "", 0)
}

/// These cookies as a part of an answer.
pub fn answer(
    cookies: impl IntoIterator<Item = Option<HeaderValue>>,
) -> AppendHeaders<Vec<(header::HeaderName, HeaderValue)>> {
    AppendHeaders(cookies.into_iter().flatten().map(|cookie| (header::SET_COOKIE, cookie)).collect())
}

/// The value of a cookie.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    pairs(headers).find(|(key, _)| *key == name).map(|(_, value)| value)
}

fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='))
}

/// Inside, cookies have their short names; over HTTPS those without the prefix do not come in, and none goes out without it.
pub(super) async fn guard(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if !app.config.is_https() {
        return next.run(request).await;
    }
    let own: Vec<String> = pairs(request.headers())
        .filter_map(|(name, value)| Some(format!("{}={value}", name.strip_prefix(PREFIX)?)))
        .collect();
    request.headers_mut().remove(header::COOKIE);
    if let Ok(line) = HeaderValue::from_str(&own.join("; ")) {
        request.headers_mut().insert(header::COOKIE, line);
    }
    let mut response = next.run(request).await;
    if let header::Entry::Occupied(mut entry) = response.headers_mut().entry(header::SET_COOKIE) {
        for cookie in entry.iter_mut() {
            let hardened = cookie.to_str().ok().map(|text| format!("{PREFIX}{text}; Secure"));
            if let Some(hardened) = hardened.and_then(|text| HeaderValue::from_str(&text).ok()) {
                *cookie = hardened;
            }
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_add_attributes() {
        let text = |value: &str| set("a", value, 60).map(|v| v.to_str().expect("text").to_string());
        assert_eq!(text("b").as_deref(), Some("a=b; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"));
        for value in ["b; Domain=evil.example", "b\r\nSet-Cookie: c=d", "b,c", "好"] {
            assert_eq!(text(value), None, "{value}");
        }
    }

    #[test]
    fn a_cookie_is_found_on_any_line() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; b=2"));
        headers.append(header::COOKIE, HeaderValue::from_static("c=3=3"));
        assert_eq!((read(&headers, "b"), read(&headers, "c"), read(&headers, "d")), (Some("2"), Some("3=3"), None));
    }
}
