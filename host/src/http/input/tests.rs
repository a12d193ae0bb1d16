use super::*;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read")]
struct Line {
    title: String,
    parts: Vec<Part>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read")]
struct Part {
    amount: i64,
}

#[test]
fn a_wrong_value_is_named_by_its_place() {
    for (body, field, code) in [
        (r#"{"title":"a","parts":[{"amount":"x"}]}"#, "parts[0].amount", "wrong-type"),
        (r#"{"title":"a","parts":[{"amount":1,"extra":2}]}"#, "parts[0].extra", "unknown"),
        (r#"{"title":"a","parts":[],"extra":2}"#, "extra", "unknown"),
        (r#"{"parts":[{}]}"#, "parts[0].amount", "missing"),
        (r#"{"parts":[]}"#, "title", "missing"),
    ] {
        let refusal = parse::<Line>(body.as_bytes()).expect_err("refused");
        let Refusal::Invalid(errors) = refusal else { panic!("{body}: {refusal}") };
        assert_eq!((errors[0].field.as_str(), errors[0].problem.code()), (field, code), "{body}");
    }
}

#[test]
fn what_is_not_json_is_a_bad_request() {
    for body in ["", "{", "{}x", "\u{0}", "[1,]"] {
        let refusal = parse::<serde_json::Value>(body.as_bytes()).expect_err("refused");
        assert_eq!(refusal.code(), "bad-request", "{body:?}");
    }
}

#[test]
fn a_version_stands_in_quotes() {
    assert_eq!(parse_version("\"3\"").expect("read"), 3);
    for wrong in ["3", "W/\"3\"", "\"x\"", "*", "\"\""] {
        assert!(parse_version(wrong).is_err(), "{wrong}");
    }
}
