//! Signing in and out, passwords, tokens.

use serde_json::json;
use twoway_ids::{DAY, MINUTE};
use twoway_tests::{PASSWORD, on_both_databases};

on_both_databases! {
    async fn a_session_ends_with_its_sign_out(app: &TestApp) {
        let citizen = app.citizen().await;
        let token = citizen.token().await.expect("signed in");
        let by_token = app.anon().with("authorization", &format!("Bearer {token}"));
        assert_eq!(by_token.get("/api/v1/me").await.body["name"], "市民甲");
        by_token.delete("/api/v1/session").await.expect(204);
        let answer = by_token.get("/api/v1/me").await.expect(401);
        assert_eq!(answer.code(), "signed-out");
    }

    async fn wrong_passwords_send_an_account_to_rest(app: &TestApp) {
        let citizen = app.citizen().await;
        let anon = app.anon();
        let sign_in = async |password: &str| anon.post("/api/v1/session", json!({"login": citizen.login, "password": password})).await;
        for _ in 0..5 {
            assert_eq!(sign_in("not the password").await.expect(401).code(), "sign-in-refused");
        }
        let resting = sign_in(PASSWORD).await.expect(401);
        let unknown = anon.post("/api/v1/session", json!({"login": "nobody", "password": PASSWORD})).await.expect(401);
        assert_eq!(resting.body, unknown.body, "nobody learns which logins exist");
        app.advance(15 * MINUTE).await;
        sign_in(PASSWORD).await.expect(200);
    }

    async fn a_refresh_token_is_good_for_one_exchange(app: &TestApp) {
        let citizen = app.citizen().await;
        let anon = app.anon();
        let signed_in = anon.post("/api/v1/session", json!({"login": citizen.login, "password": PASSWORD})).await.expect(200);
        let first = signed_in.body["refresh_token"].clone();
        let exchange = async |token: &serde_json::Value| anon.post("/api/v1/session/refresh", json!({"refresh_token": token})).await;
        let second = exchange(&first).await.expect(200).body["refresh_token"].clone();
        let third = exchange(&second).await.expect(200);
        // The oldest comes back: somebody else has it. The whole family ends, also for who holds the newest.
        exchange(&first).await.expect(401);
        exchange(&third.body["refresh_token"]).await.expect(401);
        let token = third.body["access_token"].as_str().expect("a token");
        app.anon().with("authorization", &format!("Bearer {token}")).get("/api/v1/me").await.expect(401);
    }

    async fn a_browser_session_ends_with_time(app: &TestApp) {
        let browser = app.citizen().await.pages().await;
        assert_eq!(browser.get("/me").await.status, 200);
        app.advance(DAY).await;
        let answer = browser.get("/me").await.expect(303);
        assert_eq!(answer.headers["location"], "/sign-in?back=%2Fme");
    }

    async fn a_new_password_ends_all_other_sessions(app: &TestApp) {
        let citizen = app.citizen().await;
        let (here, elsewhere) = (citizen.pages().await, citizen.pages().await);
        let token = citizen.token().await.expect("signed in");
        let form = [("current_password", PASSWORD), ("new_password", "另一句只有我知道的话")];
        here.post("/me/password", &form).await.expect(303);
        here.get("/me").await.expect(200);
        elsewhere.get("/me").await.expect(303);
        app.anon().with("authorization", &format!("Bearer {token}")).get("/api/v1/me").await.expect(401);
    }
}
