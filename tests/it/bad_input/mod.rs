//! What clients get wrong or try on purpose, at the edge of the host. Where each kind of bad input is tested:
//!
//! | Input | Tests |
//! |---|---|
//! | malformed, oversized, nested, encoded JSON; control characters anywhere | here, `characters`, `http::strict`, `http::input` |
//! | wrong types, lengths, unknown and missing fields, wrong parameters, for every operation | `generated` |
//! | another organisation's ids | `adoptions::guards`, `calls::guards`, `organizations`, `projects::guards`, `plugins::secrets` |
//! | stale versions, keys used again with another body | `calls::guards`, `organizations`, `plugins::decisions`, `projects::guards` |
//! | files of a wrong type, too large, with a path in their name | `calls::files`, `characters` |
//! | what is no component, imports, lies, loops, grows, traps, floods | `twoway-runtime`: `hostile`, `packages`, `load`; `plugins::trouble` |
//! | a manifest that asks for what there is not | `twoway-manifest`: `messages` with `invalid/`; `plugins::trouble` |
//! | a database that is gone, read-only, or back | `database` |

mod characters;
mod database;
mod generated;
mod schema;

use reqwest::Method;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use twoway_tests::{Actor, Answer, Backend, TestApp, on_both_databases};

async fn raw(actor: &Actor, content_type: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = actor.request(Method::POST, "/api/v1/session").await.header("content-type", content_type);
    Answer::of(request.body(body)).await
}

on_both_databases! {
    async fn bodies_that_cannot_be_read(app: &TestApp) {
        let anon = app.anon();
        let json = "application/json";
        for body in ["", "{", "{\"login\":", "[1,2", "{\"login\":\"a\",\"password\":\"b\"} {}", "\u{feff}{}", "nul"] {
            assert_eq!(raw(&anon, json, body).await.expect(400).code(), "bad-request", "{body:?}");
        }
        for nested in [format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)), "{\"login\":".repeat(10_000)] {
            assert_eq!(raw(&anon, json, nested).await.expect(400).code(), "bad-request");
        }
        assert_eq!(raw(&anon, json, r#"["citizen", "by position"]"#).await.expect(422).code(), "invalid-input");
        assert_eq!(raw(&anon, json, vec![0xff, 0xfe]).await.expect(400).code(), "bad-request");
        let long = format!("{{\"login\":\"{}\",\"password\":\"x\"}}", "a".repeat(1 << 20));
        let answer = raw(&anon, json, long).await.expect(413);
        assert_eq!((answer.code(), answer.body["detail"].as_str()), ("too-large", Some("提交的内容太大，最多 1,048,576 字节。")));
        for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""] {
            assert_eq!(raw(&anon, content_type, "{}").await.expect(415).code(), "unsupported-media-type", "{content_type}");
        }
    }

    async fn values_of_the_wrong_shape_are_named(app: &TestApp) {
        for (body, field, code) in [
            (json!({"login": "a", "password": 1}), "password", "wrong-type"),
            (json!({"login": "a"}), "password", "missing"),
            (json!({"login": "a", "password": "b", "admin": true}), "admin", "unknown"),
            (json!({"login": ["a"], "password": "b"}), "login", "wrong-type"),
            (json!({"login": null, "password": "b"}), "login", "wrong-type"),
            (json!([]), ".", "wrong-type"),
            (json!("text"), ".", "wrong-type"),
        ] {
            let answer = app.anon().post("/api/v1/session", body.clone()).await.expect(422);
            let error = &answer.body["errors"][0];
            assert_eq!((error["field"].as_str(), error["code"].as_str()), (Some(field), Some(code)), "{body}");
        }
    }

    async fn headers_that_make_no_sense(app: &TestApp) {
        let citizen = app.citizen().await;
        let root = app.root().await;
        let team = || json!({"parent": root, "kind": "team", "name": "一队"});
        for (name, value, status) in [
            ("if-match", "3", 400),
            ("if-match", "W/\"3\"", 400),
            ("if-match", "\"99999999999\"", 400),
            ("idempotency-key", "", 400),
            ("idempotency-key", &"k".repeat(129), 400),
            ("twoway-acting-for", "somebody", 400),
            ("twoway-acting-for", &root.to_string(), 403),
            ("authorization", "Basic YTpi", 401),
            ("authorization", "Bearer", 401),
            ("authorization", "Bearer abc.def.ghi", 401),
        ] {
            let actor = if name == "authorization" { app.anon() } else { citizen.clone() };
            let answer = actor.with(name, value).post("/api/v1/organizations", team()).await;
            assert_eq!(answer.status, status, "{name}: {value}: {}", answer.body);
        }
    }

    async fn what_is_not_there_answers_as_it_was_asked(app: &TestApp) {
        let anon = app.anon();
        let data = anon.get("/api/v1/no-such-thing").await.expect(404);
        assert_eq!(data.headers["content-type"], "application/problem+json");
        let page = anon.pages().await.get("/no-such-page").await.expect(404);
        assert!(page.headers["content-type"].to_str().expect("text").starts_with("text/html"));
        anon.get("/api/v1/organizations/not-an-id").await.expect(404);
        anon.get("/api/v1/organizations/0193f5a0-0000-7000-8000-000000000000").await.expect(404);
        let wrong = anon.delete("/api/v1/organizations").await.expect(405);
        assert_eq!(wrong.code(), "method-not-allowed");
        assert!(wrong.headers["allow"].to_str().expect("text").contains("GET"));
    }

    async fn problems_speak_the_language_that_was_asked_for(app: &TestApp) {
        let title = async |language: &str| {
            let answer = app.anon().with("accept-language", language).get("/api/v1/me").await.expect(401);
            (answer.headers["content-language"].to_str().expect("text").to_string(), answer.body["title"].clone())
        };
        assert_eq!(title("en-GB,en;q=0.9").await, ("en".into(), json!("Please sign in first")));
        assert_eq!(title("zh-Hans-CN").await, ("zh-CN".into(), json!("请先登录")));
        assert_eq!(title("fr").await, ("zh-CN".into(), json!("请先登录")));
    }

    async fn forms_from_other_sites_are_refused(app: &TestApp) {
        let signed_in = app.citizen().await.pages().await;
        let from = async |name: &'static str, value: &'static str| signed_in.with(name, value).post("/me", &[("name", "坏人"), ("locale", "en")]).await;
        from("sec-fetch-site", "cross-site").await.expect(403);
        from("sec-fetch-site", "same-site").await.expect(403);
        from("origin", "https://evil.example").await.expect(403);
        from("origin", "null").await.expect(403);
        assert_eq!(app.citizen().await.get("/api/v1/me").await.body["name"], "市民甲");
        from("sec-fetch-site", "same-origin").await.expect(303);
    }

    async fn answers_carry_their_protection(app: &TestApp) {
        let pages = app.citizen().await.pages().await;
        for answer in [pages.get("/me").await, pages.get("/nowhere").await, app.anon().get("/api/v1/me").await, app.anon().get("/healthz").await] {
            let header = |name: &str| answer.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
            let policy = header("content-security-policy");
            assert!(policy.contains("base-uri 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
            assert!(!policy.contains("unsafe"), "{policy}");
            assert_eq!(header("x-content-type-options"), "nosniff");
            assert_eq!(header("referrer-policy"), "same-origin");
            assert_eq!(header("cache-control"), "no-store");
            assert_eq!(header("x-request-id").len(), 32);
        }
        let cookies = app.citizen().await.pages().await.sign_in_cookies().to_vec();
        let session = cookies.iter().find(|c| c.starts_with("twoway_session=")).expect("a session cookie");
        assert!(session.contains("HttpOnly") && session.contains("SameSite=Lax") && session.contains("Path=/"), "{session}");
    }

    async fn a_failure_tells_its_number_and_nothing_else(app: &TestApp) {
        let citizen = app.citizen().await;
        let (token, pages) = (citizen.token().await.expect("signed in"), citizen.pages().await);
        app.tampers();
        app.app.db.transact(|tx| async move { Ok(tx.execute_unprepared("DROP TABLE notices").await?) }).await.expect("dropped");
        let api = app.anon().with("authorization", &format!("Bearer {token}"));
        let answer = api.get("/api/v1/notices").await.expect(500);
        assert_eq!(answer.body["reference"], answer.headers["x-request-id"].to_str().expect("text"));
        let page = pages.get("/notices").await.expect(500);
        for text in [answer.body.to_string(), page.body.to_string()] {
            for word in ["no such", "does not exist", "SELECT", "sqlx", "database", "relation"] {
                assert!(!text.contains(word), "{word} in {text}");
            }
        }
    }

    async fn metrics_are_for_who_keeps_the_house(app: &TestApp) {
        app.anon().get("/api/v1/organizations").await.expect(200);
        app.office().await.get("/metrics").await.expect(403);
        let text = app.admin().await.get("/metrics").await.expect(200).body;
        let text = text.as_str().expect("text");
        let line = r#"http_requests_total{method="GET",route="/api/v1/organizations",status="200"} 1"#;
        assert!(text.contains(line), "{text}");
        assert!(text.contains("db_statements_total "), "{text}");
    }
}

/// Words that only who wrote the program should read.
const INNER: &[&str] = &[
    "sqlx",
    "sea_orm",
    "serde",
    "panicked",
    "unwrap",
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    "expected value",
    "at line",
    "invalid type",
    "invalid value",
    "missing field",
    "unknown variant",
    "unknown field",
    "deserialize",
    "UNIQUE constraint",
    "violates",
    "::",
    "anyhow",
    "stack backtrace",
    "relation \"",
    "no such table",
    "Internal Server Error",
];

/// Whether a text is free of the program's inner words.
fn clean(text: &str) -> Result<(), String> {
    match INNER.iter().find(|word| text.contains(**word)) {
        Some(word) => Err(format!("says '{word}'")),
        None => Ok(()),
    }
}

/// Whether a refusal is one that programs and people can use: a problem with its code and its words, and nothing from inside.
fn is_problem(answer: &Answer) -> Result<(), String> {
    let content_type = answer.headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
    if content_type != "application/problem+json" {
        return Err(format!("is {content_type}"));
    }
    let text = |field: &str| answer.body[field].as_str().unwrap_or_default();
    if text("type") != format!("/problems/{}", text("code")) || answer.body["status"] != answer.status {
        return Err("names no rule".into());
    }
    if text("title").trim().is_empty() || text("detail").trim().is_empty() {
        return Err("has no words".into());
    }
    if answer.code() == "invalid-input" && answer.body["errors"][0]["text"].as_str().unwrap_or_default().is_empty() {
        return Err("does not say which field".into());
    }
    clean(&answer.body.to_string())
}
