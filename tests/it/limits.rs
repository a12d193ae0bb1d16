//! What one network address may do while nobody is signed in.

use serde_json::json;
use twoway::limits::{REGISTRATIONS, SIGN_IN_FAILURES, WITHOUT_ACCOUNT};
use twoway_tests::{Actor, Answer, Backend, PASSWORD, TestApp, on_both_databases};

/// Somebody behind the proxy that the tests are.
fn from(app: &TestApp, address: &str) -> Actor {
    app.anon().with("x-forwarded-for", address)
}

async fn sign_in(actor: &Actor, login: &str, password: &str) -> Answer {
    actor.post("/api/v1/session", json!({"login": login, "password": password})).await
}

/// Spends what an address has for wrong passwords, each on another login, as somebody does who has a list of them.
async fn guess_until_refused(actor: &Actor) -> Answer {
    for n in 0..SIGN_IN_FAILURES.burst {
        sign_in(actor, &format!("listed{n}"), "Zunyi2026!").await.expect(401);
    }
    sign_in(actor, "one-more", "Zunyi2026!").await.expect(429)
}

fn retry_after(answer: &Answer) -> i64 {
    answer.headers["retry-after"].to_str().expect("text").parse().expect("seconds")
}

on_both_databases! {
    async fn one_address_does_not_try_passwords_on_everybody(app: &TestApp) {
        let citizen = app.citizen().await;
        let thief = from(app, "203.0.113.9");
        let refused = guess_until_refused(&thief).await;
        assert_eq!(refused.code(), "too-many-requests");
        assert_eq!(refused.headers["content-type"], "application/problem+json");
        assert_eq!(retry_after(&refused), SIGN_IN_FAILURES.every / 1000 + 1);
        sign_in(&thief, &citizen.login, PASSWORD).await.expect(429);
        sign_in(&from(app, "203.0.113.10"), &citizen.login, PASSWORD).await.expect(200);
        let elsewhere = thief.at_host(&app.second_host().await);
        sign_in(&elsewhere, "another", "Zunyi2026!").await.expect(429);
        app.advance(SIGN_IN_FAILURES.every).await;
        sign_in(&elsewhere, "another", "Zunyi2026!").await.expect(401);
        sign_in(&thief, "another", "Zunyi2026!").await.expect(429);
    }

    async fn an_office_behind_one_address_comes_to_work(app: &TestApp) {
        let office = from(app, "198.51.100.1");
        for n in 0..100 {
            let person = app.person(&format!("clerk{n:03}"), "经办", None).await;
            // Every fourth mistypes first.
            if n % 4 == 0 {
                sign_in(&office, &person.login, "四点半的楼梯口有光").await.expect(401);
            }
            sign_in(&office, &person.login, PASSWORD).await.expect(200);
        }
    }

    async fn a_known_browser_is_not_shut_out_with_its_neighbours(app: &TestApp) {
        let citizen = app.citizen().await;
        let known = citizen.pages().await;
        known.post("/sign-out", &[]).await.expect(303);
        let address = "198.51.100.2";
        guess_until_refused(&from(app, address)).await;
        let form = [("login", citizen.login.as_str()), ("password", PASSWORD)];
        let fresh = app.anon().pages().await.with("x-forwarded-for", address);
        let refused = fresh.post("/sign-in", &form).await.expect(429);
        assert!(retry_after(&refused) > 0);
        let page = refused.body.as_str().expect("a page");
        assert!(page.contains("value=\"citizen\"") && page.contains("分钟后再试"), "what was typed is kept, and the wait is told");
        known.with("x-forwarded-for", address).post("/sign-in", &form).await.expect(303);
        // The mark is for one account: with it nobody tries others.
        let other = app.team(1).await;
        let form = [("login", other.login.as_str()), ("password", PASSWORD)];
        known.with("x-forwarded-for", address).post("/sign-in", &form).await.expect(429);
    }

    async fn one_address_registers_only_so_many(app: &TestApp) {
        let desk = app.anon().pages().await.with("x-forwarded-for", "198.51.100.3");
        let register = async |n: i64| {
            let login = format!("volunteer{n}");
            desk.post("/register", &[("login", &login), ("name", "志愿者"), ("password", PASSWORD)]).await
        };
        for n in 0..REGISTRATIONS.burst {
            register(n).await.expect(303);
        }
        let refused = register(99).await.expect(429);
        assert!(refused.body.as_str().is_some_and(|page| page.contains("value=\"volunteer99\"")));
        assert_eq!(retry_after(&refused), REGISTRATIONS.every / 1000 + 1);
    }

    async fn whoever_is_signed_in_goes_on_undisturbed(app: &TestApp) {
        let address = "198.51.100.4";
        let (nobody, citizen) = (from(app, address), app.citizen().await.with("x-forwarded-for", address));
        let browser = citizen.pages().await;
        citizen.get("/api/v1/me").await.expect(200);
        for _ in 0..WITHOUT_ACCOUNT.burst {
            nobody.post("/api/v1/session/refresh", json!({"refresh_token": "x"})).await.expect(401);
        }
        let refused = nobody.post("/api/v1/session/refresh", json!({"refresh_token": "x"})).await.expect(429);
        assert_eq!(retry_after(&refused), WITHOUT_ACCOUNT.every / 1000 + 1);
        nobody.get("/api/v1/calls").await.expect(200);
        citizen.put("/api/v1/me", json!({"name": "市民乙", "locale": "zh-CN"})).await.expect(204);
        browser.with("x-forwarded-for", address).post("/sign-out", &[]).await.expect(303);
        let page = app.anon().pages().await.with("x-forwarded-for", address).post("/sign-out", &[]).await.expect(429);
        assert!(page.headers.contains_key("retry-after") && page.body.as_str().is_some_and(|t| t.contains("操作过于频繁")));
    }
}

/// Without a proxy, what a client says about its address is not believed.
async fn a_made_up_address_does_not_help(backend: Backend) {
    if !backend.is_there() {
        return;
    }
    let app = TestApp::with(backend, |config| config.trusted_proxies.clear()).await;
    for n in 0..SIGN_IN_FAILURES.burst {
        sign_in(&from(&app, &format!("203.0.113.{n}")), "listed", "Zunyi2026!").await.expect(401);
    }
    sign_in(&from(&app, "203.0.113.200"), "listed", "Zunyi2026!").await.expect(429);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_made_up_address_does_not_help_on_sqlite() {
    a_made_up_address_does_not_help(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_made_up_address_does_not_help_on_postgres() {
    a_made_up_address_does_not_help(Backend::Postgres).await;
}
