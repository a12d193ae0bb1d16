//! What a reader chose for themselves: language and type size, kept in cookies, so that it works signed in or not.

use super::texts::{self, Locale};
use axum::Form;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect};
use serde::Deserialize;
use std::convert::Infallible;

const LOCALE: &str = "twoway_locale";
const ELDER: &str = "twoway_elder";
const FLASH: &str = "twoway_flash";
const ONE_YEAR: u32 = 31_536_000;
pub(super) const CLEAR_FLASH: &str = "twoway_flash=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax";

/// Extracted from the request's cookies; never refuses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    pub locale: Locale,
    pub elder: bool,
    /// Text keys of messages about what was just done.
    pub flash: Vec<String>,
}

impl Preferences {
    pub fn from_headers(headers: &HeaderMap) -> Self {
        // A cookie can be forged by whoever holds the browser: only sentences that the product knows as messages are shown.
        let known = |key: &&str| key.starts_with("flash-") && texts::host().has(key);
        Self {
            locale: cookie(headers, LOCALE).and_then(Locale::parse).unwrap_or_default(),
            elder: cookie(headers, ELDER) == Some("on"),
            flash: cookie(headers, FLASH).filter(known).map(str::to_string).into_iter().collect(),
        }
    }
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

impl<S: Sync> FromRequestParts<S> for Preferences {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::from_headers(&parts.headers))
    }
}

/// `POST /preferences`: `locale=zh-CN|en`, `elder=on|off`, `back=<path>`; all optional.
#[derive(Debug, Deserialize)]
pub struct Choice {
    locale: Option<String>,
    elder: Option<String>,
    back: Option<String>,
}

/// Keeps the choice for a year and returns to the page it was made on.
pub async fn choose(Form(choice): Form<Choice>) -> impl IntoResponse {
    let mut cookies: Vec<(HeaderName, HeaderValue)> = Vec::new();
    if let Some(locale) = choice.locale.as_deref().and_then(Locale::parse) {
        cookies.extend(kept(LOCALE, locale.as_str()));
    }
    match choice.elder.as_deref() {
        Some("on") => cookies.extend(kept(ELDER, "on")),
        Some("off") => cookies.extend(kept(ELDER, "off")),
        _ => {}
    }
    (AppendHeaders(cookies), Redirect::to(&own_path(choice.back.as_deref())))
}

fn kept(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    let cookie = format!("{name}={value}; Path=/; Max-Age={ONE_YEAR}; HttpOnly; SameSite=Lax");
    HeaderValue::from_str(&cookie).ok().map(|v| (header::SET_COOKIE, v))
}

/// The given address if it is a path on this server, else the front page: nobody is sent elsewhere by a crafted link.
pub fn own_path(path: Option<&str>) -> String {
    match path {
        Some(p) if p.starts_with('/') && !p.starts_with("//") && !p.contains(['\\', '\r', '\n']) => p.to_string(),
        _ => "/".to_string(),
    }
}

/// 303 to `to`, where the text `flash_key` (it must begin with `flash-`) is shown once.
pub fn done(to: &str, flash_key: &'static str) -> impl IntoResponse + use<> {
    let cookie = HeaderValue::from_str(&format!("{FLASH}={flash_key}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"));
    (AppendHeaders(cookie.ok().map(|v| (header::SET_COOKIE, v))), Redirect::to(to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for elsewhere in
            ["https://example.org/", "//example.org", "/\\example.org", "javascript:1", "/a\r\nSet-Cookie: x"]
        {
            assert_eq!(own_path(Some(elsewhere)), "/", "{elsewhere}");
        }
        assert_eq!(own_path(Some("/calls?state=open")), "/calls?state=open");
    }

    #[test]
    fn cookies_choose_language_size_and_only_known_messages() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            HeaderValue::from_static("a=b; twoway_locale=en; twoway_elder=on; twoway_flash=flash-saved"),
        );
        let preferences = Preferences::from_headers(&headers);
        assert_eq!(preferences, Preferences { locale: Locale::En, elder: true, flash: vec!["flash-saved".into()] });
        headers.insert(header::COOKIE, HeaderValue::from_static("twoway_locale=tlh; twoway_flash=error-404-title"));
        assert_eq!(Preferences::from_headers(&headers), Preferences::default());
    }
}
