//! What a reader chose for themselves: language and type size, kept in cookies, so that it works signed in or not.

use super::cookies;
use super::input::Form;
use super::texts::{self, Locale};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect};
use std::convert::Infallible;

const LOCALE: &str = "twoway_locale";
const ELDER: &str = "twoway_elder";
const FLASH: &str = "twoway_flash";
const ONE_YEAR: i64 = 31_536_000;

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
            locale: cookies::read(headers, LOCALE).and_then(Locale::parse).unwrap_or_default(),
            elder: cookies::read(headers, ELDER) == Some("on"),
            flash: cookies::read(headers, FLASH).filter(known).map(str::to_string).into_iter().collect(),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Preferences {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::from_headers(&parts.headers))
    }
}

/// `POST /preferences`: `locale=zh-CN|en`, `elder=on|off`, `back=<path>`; all optional. Keeps the choice for a year and returns to the
/// page it was made on.
pub async fn choose(choice: Form) -> impl IntoResponse {
    let locale = Locale::parse(choice.text("locale")).map(keep_locale);
    let elder = match choice.text("elder") {
        "on" => Some(cookies::set(ELDER, "on", ONE_YEAR)),
        "off" => Some(cookies::set(ELDER, "off", ONE_YEAR)),
        _ => None,
    };
    (cookies::answer(locale.into_iter().chain(elder)), Redirect::to(&own_path(Some(choice.text("back")))))
}

/// Keeps the language in which somebody reads.
pub fn keep_locale(locale: Locale) -> Option<HeaderValue> {
    cookies::set(LOCALE, locale.as_str(), ONE_YEAR)
}

/// Whatever message was pending has been shown.
pub(super) fn clear_flash() -> Option<HeaderValue> {
    cookies::clear(FLASH)
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
    (cookies::answer([cookies::set(FLASH, flash_key, 60)]), Redirect::to(to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header;

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
