//! Characters that no database should have to keep, encodings, numbers beyond all bounds: wherever a text comes in.

use super::*;
use crate::calls::world::{PNG, attach, draft, open_call};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// The answer's first error: field and rule.
fn error(answer: &Answer) -> (&str, &str) {
    let error = &answer.body["errors"][0];
    (error["field"].as_str().unwrap_or_default(), error["code"].as_str().unwrap_or_default())
}

const RULE: &str = "control-character";

on_both_databases! {
    async fn no_body_holds_a_control_character(app: &TestApp) {
        let (citizen, root) = (app.citizen().await, app.root().await);
        for (character, name) in [("\\u0000", "NUL"), ("\\u001b", "escape"), ("\\u007f", "delete"), ("\\u0085", "next line")] {
            let body = format!(r#"{{"parent":"{root}","kind":"team","name":"一{character}队"}}"#);
            let request = citizen.request(Method::POST, "/api/v1/organizations").await.header("content-type", "application/json");
            let answer = Answer::of(request.body(body)).await.expect(422);
            is_problem(&answer).expect(name);
            assert_eq!(error(&answer), ("name", RULE), "{name}");
            assert!(answer.body["errors"][0]["text"].as_str().expect("words").contains("控制字符"), "{}", answer.body);
        }
        let deep = json!({"title": "征集", "form": [{"key": "a", "type": "line", "title": "名\0称"}]});
        let answer = app.office().await.post("/api/v1/calls", deep).await.expect(422);
        assert_eq!(error(&answer), ("form[0].title", RULE));
        let key = app.office().await.post("/api/v1/calls", json!({"title": "征集", "ti\0tle": 1})).await.expect(422);
        assert_eq!(error(&key).1, RULE);
        // What people type stays as it is.
        let team = json!({"parent": root, "kind": "team", "name": "一队", "introduction": "第一行\r\n\t第二行 😀"});
        citizen.post("/api/v1/organizations", team).await.expect(201);
    }

    async fn no_form_query_or_path_holds_one(app: &TestApp) {
        let (citizen, root) = (app.citizen().await, app.root().await.to_string());
        let pages = citizen.pages().await;
        let form = [("kind", "team"), ("parent", root.as_str()), ("name", "一\0队")];
        let page = pages.post("/organizations", &form).await.expect(422);
        let text = page.body.as_str().expect("a page");
        assert!(text.contains("控制字符") && text.contains("name"), "{text}");
        for path in [
            "/organizations?kind=%00", "/calls?x=%1b", "/problems/%00", "/organizations/%00", "/%00", "/hall?kind=a%00",
            "/office/calls/%7F/screening",
        ] {
            let status = pages.get(path).await.status;
            assert!(matches!(status, 403 | 404 | 422), "{path}: {status}");
        }
        let admin = app.admin().await;
        for path in [
            "/api/v1/organizations?kind=%00", "/api/v1/organizations?cursor=%00", "/api/v1/jobs?state=%00", "/api/v1/plugins/%00",
            "/api/v1/plugins/a%00b", "/api/v1/organizations/%00", "/api/v1/organizations?%00=1",
        ] {
            let answer = admin.get(path).await.expect(422);
            is_problem(&answer).expect(path);
            assert_eq!(error(&answer).1, RULE, "{path}");
        }
    }

    async fn no_header_and_no_name_of_a_file_holds_one(app: &TestApp) {
        let team = app.team(1).await;
        let id = draft(&team, open_call(app).await, "四点半学校").await;
        for name in ["照片\0.png", "照\u{1b}片.png", "照片\u{7f}.png"] {
            let refused = attach(&team, id, name, PNG, None).await;
            is_problem(&refused).expect("a problem");
            assert!(matches!(refused.status, 400 | 409), "{name:?}: {}", refused.body);
        }
        let citizen = app.citizen().await;
        let key = citizen.with("idempotency-key", "k\u{e9}").post("/api/v1/organizations", json!({})).await.expect(400);
        is_problem(&key).expect("a problem");
        // The server itself refuses such a header before anybody reads it.
        let host = app.base.trim_start_matches("http://");
        let mut wire = tokio::net::TcpStream::connect(host).await.expect("a connection");
        let request = format!("GET /api/v1/me HTTP/1.1\r\nhost: {host}\r\nidempotency-key: a\0b\r\nconnection: close\r\n\r\n");
        wire.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        wire.read_to_string(&mut answer).await.expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    }

    async fn json_that_says_more_or_less_than_json_is_refused(app: &TestApp) {
        let (citizen, root) = (app.citizen().await, app.root().await);
        let send = async |content_type: &str, body: Vec<u8>| {
            let request = citizen.request(Method::POST, "/api/v1/organizations").await.header("content-type", content_type);
            Answer::of(request.body(body)).await
        };
        let named = |name: &str| format!(r#"{{"parent":"{root}","kind":"team","name":{name}}}"#).into_bytes();
        let json = "application/json";
        for name in [r#""\ud800""#, r#""\udc00\ud800""#, "1e400", "-1e400", "NaN", "Infinity", "0x1", "01", "'a'", "\"a\nb\"", "\"\u{0}\""] {
            let answer = send(json, named(name)).await;
            is_problem(&answer).expect(name);
            assert_eq!((answer.status, answer.code()), (400, "bad-request"), "{name:?}");
        }
        for name in ["-0", "9223372036854775808", "-9223372036854775809", "1.5", "[]"] {
            assert_eq!(error(&send(json, named(name)).await.expect(422)), ("name", "wrong-type"), "{name}");
        }
        let twice = format!(r#"{{"parent":"{root}","kind":"team","name":"一队","name":"二队"}}"#).into_bytes();
        assert_eq!(error(&send(json, twice).await.expect(422)), ("name", "repeated"));
        let gbk = b"{\"parent\":\"\xb4\xef\"}".to_vec();
        assert_eq!(send(json, gbk.clone()).await.expect(400).code(), "bad-request");
        for charset in ["application/json; charset=gbk", "application/json;charset=\"utf-16\"", "text/json"] {
            let answer = send(charset, gbk.clone()).await.expect(415);
            is_problem(&answer).expect(charset);
            assert_eq!(answer.code(), "unsupported-media-type");
        }
        send("Application/JSON; charset=\"UTF-8\"", named("\"一队\"")).await.expect(201);
    }

    async fn a_number_beyond_the_calendar_is_no_failure(app: &TestApp) {
        let office = app.office().await;
        for at in [i64::MAX, i64::MIN, -1, 0, 1 << 53, 253_402_300_800_000] {
            let new = json!({"title": "征集", "opens_at": at, "closes_at": at});
            let answer = office.post("/api/v1/calls", new).await;
            assert!(matches!(answer.status, 201 | 409 | 422), "{at}: {}", answer.body);
            if answer.status == 201 {
                office.pages().await.get(&format!("/office/calls/{}", answer.id())).await.expect(200);
            } else {
                is_problem(&answer).expect("a problem");
            }
        }
    }

    async fn what_is_packed_is_not_unpacked(app: &TestApp) {
        let citizen = app.citizen().await;
        for coding in ["gzip", "deflate", "br", "gzip, gzip"] {
            let request = citizen.request(Method::POST, "/api/v1/organizations").await;
            let request = request.header("content-type", "application/json").header("content-encoding", coding);
            // The first bytes of a gzip stream; how large it would become plays no part.
            let answer = Answer::of(request.body(vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0])).await.expect(415);
            is_problem(&answer).expect(coding);
            assert_eq!(answer.code(), "unsupported-encoding", "{coding}");
        }
    }

    async fn bodies_of_another_kind_get_words_as_well(app: &TestApp) {
        let (office, citizen) = (app.office().await, app.citizen().await);
        let send = async |actor: &Actor, path: &str, content_type: Option<&str>, body: Vec<u8>| {
            let mut request = actor.request(Method::POST, path).await;
            if let Some(content_type) = content_type {
                request = request.header("content-type", content_type);
            }
            Answer::of(request.body(body)).await
        };
        is_problem(&send(&citizen, "/api/v1/organizations", None, b"{}".to_vec()).await.expect(415)).expect("a problem");
        is_problem(&send(&citizen, "/api/v1/organizations", Some("application/json"), vec![]).await.expect(400)).expect("a problem");
        let large = send(&office, "/api/v1/plugins", Some("application/octet-stream"), vec![0; twoway::plugins::MAX_PACKAGE + 1]).await.expect(413);
        is_problem(&large).expect("a problem");
        let files = "/api/v1/proposals/0193f5a0-0000-7000-8000-000000000000/attachments";
        for content_type in [None, Some("application/json"), Some("multipart/form-data")] {
            is_problem(&send(&citizen, files, content_type, b"{}".to_vec()).await.expect(400)).expect("a problem");
        }
        let pages = citizen.pages().await;
        let page = pages.with("content-type", "text/plain").post("/preferences", &[("locale", "en")]).await;
        clean(page.body.as_str().unwrap_or_default()).expect("no inner words");
    }
}
