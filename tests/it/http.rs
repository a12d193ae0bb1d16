//! The edge: who may enter where, what problems look like.

use insta::assert_snapshot;
use reqwest::Method;
use std::collections::BTreeSet;
use std::fmt::Write;
use twoway::http::{Access, Door, site};
use twoway_entity::accounts::Role;
use twoway_tests::{Actor, Backend, PageClient, TestApp, on_both_databases};

/// A new route appears here as a new line. Is its access what it should be?
#[tokio::test]
async fn the_table_of_routes_is_the_checked_in_one() {
    let app = TestApp::new(Backend::Sqlite).await;
    let mut text = String::new();
    for route in site::routes(app.app.clone()).table() {
        let door = if route.door == Door::Api { "api " } else { "page" };
        writeln!(text, "{door} {route}").expect("text grows");
    }
    assert_snapshot!("routes", text);
    app.finish().await;
}

/// No operation without a description and no description without an operation.
#[tokio::test]
async fn the_api_is_described_as_it_is() {
    let app = TestApp::new(Backend::Sqlite).await;
    let routes = site::routes(app.app.clone());
    let served: BTreeSet<String> =
        routes.table().iter().filter(|r| r.door == Door::Api).map(|r| format!("{} {}", r.method, r.path)).collect();
    let doc = serde_json::to_value(routes.doc()).expect("JSON");
    let mut described = BTreeSet::new();
    for (path, item) in doc["paths"].as_object().expect("paths") {
        for verb in ["get", "post", "put", "patch", "delete"] {
            if item.get(verb).is_some() {
                described.insert(format!("{} {path}", verb.to_uppercase()));
            }
        }
    }
    assert_eq!(served, described, "left: routes, right: #[openapi(paths(..))] of the features");
    app.finish().await;
}

struct Identity {
    label: &'static str,
    roles: Option<Vec<Role>>,
    api: Actor,
    page: PageClient,
}

/// Every route as nobody, as somebody without a role and as everybody with one: the door lets in exactly whom the table names.
#[tokio::test(flavor = "multi_thread")]
async fn every_door_opens_to_whom_the_table_names() {
    use sea_orm::Iterable;
    let app = TestApp::new(Backend::Sqlite).await;
    let mut identities = vec![
        Identity { label: "anon", roles: None, api: app.anon(), page: app.anon().pages().await },
        Identity {
            label: "citizen",
            roles: Some(vec![]),
            api: app.citizen().await,
            page: app.citizen().await.pages().await,
        },
    ];
    for role in Role::iter() {
        let api = app.one_with(role).await;
        let page = api.pages().await;
        identities.push(Identity { label: role.as_str(), roles: Some(vec![role]), api, page });
    }
    let mut wrong = Vec::new();
    for route in site::routes(app.app.clone()).table() {
        // Signing out here would make the rest of the table meaningless.
        if matches!(route.path, "/sign-out" | "/api/v1/session") && route.method != Method::POST
            || route.path == "/sign-out"
        {
            continue;
        }
        let path = fill(route.path);
        for identity in &identities {
            let (status, location, code) = match route.door {
                Door::Api => {
                    let request = identity.api.request(route.method.clone(), &path).await;
                    let response = request.send().await.expect("an answer");
                    let status = response.status().as_u16();
                    let body: serde_json::Value = response.json().await.unwrap_or_default();
                    (status, String::new(), body["code"].as_str().unwrap_or_default().to_string())
                }
                Door::Page => {
                    let answer = identity.page.request(route.method.clone(), &path).await;
                    let location = answer.headers.get("location").and_then(|l| l.to_str().ok()).unwrap_or_default();
                    (answer.status, location.to_string(), String::new())
                }
            };
            let signed_out = status == 401 && code != "sign-in-refused" || location.starts_with("/sign-in?");
            let outcome = if signed_out {
                "signed-out"
            } else if status == 403 {
                "forbidden"
            } else {
                "in"
            };
            let expected = match (route.access, &identity.roles) {
                (Access::Public, _) | (Access::SignedIn, Some(_)) => "in",
                (_, None) => "signed-out",
                (Access::AnyOf(allowed), Some(held)) if held.iter().any(|r| allowed.contains(r)) => "in",
                (Access::AnyOf(_), Some(_)) => "forbidden",
            };
            // Behind an open door the handler itself may still refuse the empty request or the unknown object; it must not fail.
            // A 403 behind an open door is the action's own rule about the object.
            let agrees = outcome == expected || (expected == "in" && outcome == "forbidden" && code == "not-allowed");
            if !agrees || status == 500 {
                wrong.push(format!("{route} as {}: {status} {outcome} {code}, expected {expected}", identity.label));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    app.finish().await;
}

/// A path with something in the place of its variables.
fn fill(path: &str) -> String {
    let parts =
        path.split('/').map(|part| if part.starts_with('{') { "0193f5a0-0000-7000-8000-000000000000" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// Whatever a route answers, to whom it may be and to whom it may not: the headers that protect browsers are there.
#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_its_protection() {
    let app = TestApp::new(Backend::Sqlite).await;
    let (office, admin, nobody) = (app.office().await, app.admin().await, app.anon());
    let readers = [(office.pages().await, &office), (admin.pages().await, &admin), (nobody.pages().await, &nobody)];
    let mut wrong = Vec::new();
    for route in site::routes(app.app.clone()).table() {
        if matches!(route.path, "/sign-out" | "/api/v1/session") {
            continue;
        }
        let path = fill(route.path);
        for (page, api) in &readers {
            let answer = match route.door {
                Door::Page => page.request(route.method.clone(), &path).await,
                Door::Api => twoway_tests::Answer::of(api.request(route.method.clone(), &path).await).await,
            };
            let header =
                |name: &str| answer.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_string();
            let mut expect = |what: &str, holds: bool| {
                if !holds {
                    wrong.push(format!("{route} answers {} without {what}", answer.status));
                }
            };
            let policy = header("content-security-policy");
            expect("a content policy", policy.contains("default-src 'none'") && policy.contains("base-uri 'none'"));
            expect("frame-ancestors", policy.contains("frame-ancestors 'none'"));
            expect("a policy that forbids inline code", !policy.contains("unsafe"));
            expect("no-store", header("cache-control") == "no-store");
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("x-frame-options", "DENY"),
                ("referrer-policy", "same-origin"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
            ] {
                expect(name, header(name) == value);
            }
            for cookie in answer.headers.get_all("set-cookie").iter().filter_map(|c| c.to_str().ok()) {
                for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax"] {
                    expect(&format!("{part} in {cookie}"), cookie.contains(part));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    app.finish().await;
}

/// No page and no operation that changes something is reached from another site's page, whatever cookies the browser sends along.
#[tokio::test(flavor = "multi_thread")]
async fn no_change_comes_from_another_site() {
    let app = TestApp::new(Backend::Sqlite).await;
    let (office, citizen) = (app.office().await, app.citizen().await);
    let browsers = [office.pages().await, citizen.pages().await, app.anon().pages().await];
    let mut wrong = Vec::new();
    for route in site::routes(app.app.clone()).table().into_iter().filter(|r| r.method != Method::GET) {
        let path = fill(route.path);
        for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
            for browser in &browsers {
                let answer = browser.with(name, value).request(route.method.clone(), &path).await;
                if answer.status != 403 {
                    wrong.push(format!("{route} with {name}: {value} answers {}", answer.status));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    for browser in &browsers[..2] {
        browser.get("/me").await.expect(200);
    }
    app.finish().await;
}

/// Over HTTPS no cookie goes out without its prefix and none comes in without it.
#[tokio::test(flavor = "multi_thread")]
async fn cookies_are_guarded_over_https() {
    let app = TestApp::with(Backend::Sqlite, |config| config.public_url = "https://twoway.example".into()).await;
    let citizen = app.citizen().await;
    let pages = citizen.pages().await;
    let cookies = pages.sign_in_cookies();
    assert!(cookies.len() >= 4, "session, device, language, acting-for: {cookies:#?}");
    for cookie in cookies {
        assert!(cookie.starts_with("__Host-twoway_"), "{cookie}");
        for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.to_lowercase().contains("domain"), "{cookie}");
    }
    let session = cookies.iter().find(|c| c.starts_with("__Host-twoway_session=")).expect("a session");
    let session = session.split(';').next().expect("a pair");
    let me = async |cookie: &str| app.anon().pages().await.get_with("/me", "cookie", cookie).await;
    let page = me(session).await.expect(200);
    assert_eq!(page.headers["strict-transport-security"], "max-age=31536000; includeSubDomains");
    me(session.strip_prefix("__Host-").expect("a prefix")).await.expect(303);
    let mixed = format!("twoway_session=planted; {session}");
    me(&mixed).await.expect(200);
    app.finish().await;
}

on_both_databases! {
    async fn the_host_says_that_it_is_ready(app: &TestApp) {
        let anon = app.anon();
        assert_eq!(anon.get("/healthz").await.status, 200);
        let ready = anon.get("/readyz").await.expect(200);
        assert_eq!(ready.body, serde_json::json!({"ready": true, "database": true, "migrated": true, "writable": true}));
    }
}
