//! What no request may hold, whatever it asks for: control characters in any text (PostgreSQL refuses NUL, SQLite keeps it), the same
//! key twice in one object, a body in an encoding that is not looked into. It is refused here, before a handler reads anything, so
//! that no handler can forget it and all databases answer alike.

use super::gate::BODY_LIMIT;
use super::input::{is_json, not_json};
use super::problem::Fault;
use crate::Refusal;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_path_to_error::Track;
use std::collections::HashSet;
use std::fmt;
use twoway_manifest::{FieldProblem, control_character};

/// Reads what may hold text and hands the request on as it came. Uploads are left to their handlers: their bytes are no text, and the
/// names of their files have a rule of their own.
pub(super) async fn strictly(request: Request) -> Result<Request, Fault> {
    if is_encoded(request.headers()) {
        return Err(Fault::edge(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-encoding"));
    }
    if control_in_path(request.uri().path()) {
        return Err(Refusal::field("path", FieldProblem::ControlCharacter).into());
    }
    pairs(request.uri().query().unwrap_or_default().as_bytes())?;
    let (json, form) = (is_json(request.headers()), is_form(request.headers()));
    if !json && !form {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, BODY_LIMIT).await.map_err(|_| Refusal::TooLarge { limit: BODY_LIMIT })?;
    if json && !bytes.is_empty() {
        values(&bytes)?;
    }
    if form {
        pairs(&bytes)?;
    }
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

fn is_encoded(headers: &HeaderMap) -> bool {
    headers.get_all(header::CONTENT_ENCODING).iter().any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

fn is_form(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// A path is decoded only where it is taken apart; its control characters are known by their escapes.
fn control_in_path(path: &str) -> bool {
    let bytes = path.as_bytes();
    let escaped = |at: usize| {
        let digits = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%')?;
        u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    (0..bytes.len()).any(|at| match escaped(at) {
        Some(0xc2) => bytes.get(at + 3).is_some_and(|b| *b == b'%') && matches!(escaped(at + 3), Some(0x80..=0x9f)),
        Some(byte) => byte < 0x20 || byte == 0x7f,
        None => false,
    })
}

/// The pairs of a query or of a posted form. What cannot be read is left to who reads it.
fn pairs(encoded: &[u8]) -> Result<(), Refusal> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(encoded).unwrap_or_default();
    for (name, value) in pairs {
        if control_character(&name).is_some() {
            return Err(Refusal::field("?", FieldProblem::ControlCharacter));
        }
        if control_character(&value).is_some() {
            return Err(Refusal::field(&name, FieldProblem::ControlCharacter));
        }
    }
    Ok(())
}

/// JSON, walked through once without being kept.
pub(super) fn values(bytes: &[u8]) -> Result<(), Refusal> {
    let (mut json, mut track, mut wrong) = (serde_json::Deserializer::from_slice(bytes), Track::new(), None);
    let walked = Walk { wrong: &mut wrong }.deserialize(serde_path_to_error::Deserializer::new(&mut json, &mut track));
    match (walked, wrong) {
        (Ok(()), _) => Ok(()),
        (Err(_), Some((key, problem))) => {
            let path = track.path().to_string();
            let field = match key {
                Some(key) if path == "." => key,
                Some(key) => format!("{path}.{key}"),
                None => path,
            };
            Err(Refusal::field(&field, problem))
        }
        (Err(error), None) => Err(not_json(&error)),
    }
}

/// What is wrong, and at which key where it is the key itself.
type Wrong = Option<(Option<String>, FieldProblem)>;

struct Walk<'a> {
    wrong: &'a mut Wrong,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        match control_character(text) {
            None => Ok(()),
            Some(_) => {
                *self.wrong = Some((None, FieldProblem::ControlCharacter));
                Err(E::custom("a control character"))
            }
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Walk { wrong: &mut *self.wrong })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if control_character(&key).is_some() {
                *self.wrong = Some((Some("?".to_string()), FieldProblem::ControlCharacter));
                return Err(A::Error::custom("a control character"));
            }
            if seen.contains(&key) {
                *self.wrong = Some((Some(key), FieldProblem::Repeated));
                return Err(A::Error::custom("a key twice"));
            }
            seen.insert(key);
            map.next_value_seed(Walk { wrong: &mut *self.wrong })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(result: Result<(), Refusal>) -> (String, &'static str) {
        match result.expect_err("refused") {
            Refusal::Invalid(errors) => (errors[0].field.clone(), errors[0].problem.code()),
            other => (other.code().to_string(), ""),
        }
    }

    #[test]
    fn a_control_character_is_named_by_its_place() {
        for (body, field) in [
            (r#"{"title":"a\u0000b"}"#, "title"),
            (r#"{"lines":[{"title":"fine"},{"title":"\u001b[2J"}]}"#, "lines[1].title"),
            ("\"\u{7f}\"", "."),
        ] {
            assert_eq!(refused(values(body.as_bytes())), (field.to_string(), "control-character"), "{body}");
        }
        let (_, code) = refused(values(br#"{"a":{"k\u0000":1}}"#));
        assert_eq!(code, "control-character");
        for body in
            [r#"{"title":"a\\u0000b\n\t\r"}"#, "null", "[1, -2, 1.5e3, true, {\"a\": null}]", r#""\ud83d\ude00""#]
        {
            assert!(values(body.as_bytes()).is_ok(), "{body}");
        }
    }

    #[test]
    fn a_key_stands_once_in_its_object() {
        assert_eq!(refused(values(br#"{"a":1,"b":{"a":2},"a":3}"#)), ("a".into(), "repeated"));
        assert_eq!(refused(values(br#"{"lines":[{"n":1,"\u006e":2}]}"#)), ("lines[0].n".into(), "repeated"));
        assert!(values(br#"[{"a":1},{"a":2}]"#).is_ok());
    }

    #[test]
    fn what_is_not_json_is_a_bad_request() {
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        for body in [deep.as_str(), r#""\ud800""#, "1e400", "NaN", "{", "\u{feff}{}", "-", "01", "{'a':1}"] {
            assert_eq!(refused(values(body.as_bytes())).0, "bad-request", "{}", &body[..body.len().min(20)]);
        }
        assert_eq!(refused(values(&[b'"', 0xff, b'"'])).0, "bad-request");
    }

    #[test]
    fn queries_forms_and_paths_hold_none_either() {
        assert_eq!(refused(pairs(b"a=1&name=x%00y")), ("name".into(), "control-character"));
        assert_eq!(refused(pairs(b"%00=1")), ("?".into(), "control-character"));
        assert!(pairs("text=一%0D%0A二%09&empty=&+".as_bytes()).is_ok());
        for path in ["/a/%00", "/%1b/b", "/x%7F", "/x%0a", "/x%C2%80"] {
            assert!(control_in_path(path), "{path}");
        }
        for path in ["/", "/a%20b", "/%E5%9B%9B", "/100%", "/%zz", "/%C2%A0", "/%c3%80"] {
            assert!(!control_in_path(path), "{path}");
        }
    }
}
