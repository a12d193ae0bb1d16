//! A database that is gone, read-only, or back again while the host runs.

use super::*;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use twoway_entity::audit::event;
use twoway_entity::organizations::{OrganizationKind, organization};

/// PostgreSQL goes away under a running host for good: everything that needs it says so, and nothing pretends.
#[tokio::test(flavor = "multi_thread")]
async fn a_postgres_that_is_gone_is_a_503() {
    if !Backend::Postgres.is_there() {
        return;
    }
    let app = TestApp::new(Backend::Postgres).await;
    let token = app.citizen().await.token().await.expect("signed in");
    app.drop_database().await;
    gone(&app, &token).await;
}

/// The file of SQLite is taken away for good: writing must not go into nothing.
#[tokio::test(flavor = "multi_thread")]
async fn an_sqlite_that_is_gone_is_a_503() {
    let app = TestApp::new(Backend::Sqlite).await;
    let citizen = app.citizen().await;
    let token = citizen.token().await.expect("signed in");
    std::fs::remove_file(app.app.config.data.join("twoway.db")).expect("removed");
    writes_are_refused(&app, &token).await;
    not_ready(&app).await;
}

on_both_databases! {
    async fn a_database_that_became_read_only_is_a_503(app: &TestApp) {
        let citizen = app.citizen().await;
        let token = citizen.token().await.expect("signed in");
        let pages = citizen.pages().await;
        app.make_read_only().await;
        writes_are_refused(app, &token).await;
        let api = app.anon().with("authorization", &format!("Bearer {token}"));
        assert_eq!(api.get("/api/v1/me").await.expect(200).body["name"], "市民甲", "reading goes on");
        pages.get("/me").await.expect(200);
        refused_page(&pages.post("/me", &[("name", "新名字"), ("locale", "en")]).await);
        let ready = not_ready(app).await;
        assert_eq!((&ready["database"], &ready["writable"]), (&json!(true), &json!(false)));
    }

    async fn what_was_refused_is_not_there_and_goes_through_when_the_database_is_back(app: &TestApp) {
        let root = app.root().await;
        let citizen = app.citizen().await;
        let pages = citizen.pages().await;
        let token = citizen.token().await.expect("signed in");
        let api = app.anon().with("authorization", &format!("Bearer {token}")).with("idempotency-key", "team-1");
        let team = json!({"parent": root, "kind": "team", "name": "一队"});
        let parent = root.to_string();
        let form = [("kind", "team"), ("parent", parent.as_str()), ("name", "二队"), ("introduction", "")];
        let events = number_of_events(app).await;

        app.take_database_away().await;
        for _ in 0..2 {
            unavailable(&api.post("/api/v1/organizations", team.clone()).await);
            refused_page(&pages.post("/organizations", &form).await);
        }
        not_ready(app).await;
        app.anon().get("/healthz").await.expect(200);

        app.bring_database_back().await;
        app.anon().get("/readyz").await.expect(200);
        assert_eq!(teams(app).await, Vec::<String>::new(), "nothing was half written");
        assert_eq!(number_of_events(app).await, events);
        let first = api.post("/api/v1/organizations", team.clone()).await.expect(201).id();
        assert_eq!(api.post("/api/v1/organizations", team).await.expect(201).id(), first, "the key was not spent on the refusals");
        pages.post("/organizations", &form).await.expect(303);
        assert_eq!(teams(app).await, ["一队", "二队"]);
        assert_eq!(twoway::audit::verify(&app.app).await.expect("runs"), []);
    }
}

/// After the failover back, writing goes on without a restart.
#[tokio::test(flavor = "multi_thread")]
async fn a_postgres_that_is_writable_again_is_written() {
    if !Backend::Postgres.is_there() {
        return;
    }
    let app = TestApp::new(Backend::Postgres).await;
    let citizen = app.citizen().await;
    let token = citizen.token().await.expect("signed in");
    app.make_read_only().await;
    writes_are_refused(&app, &token).await;
    app.make_writable().await;
    citizen.put("/api/v1/me", json!({"name": "市民乙", "locale": "zh-CN"})).await.expect(204);
    app.anon().get("/readyz").await.expect(200);
    app.finish().await;
}

async fn teams(app: &TestApp) -> Vec<String> {
    let teams = organization::Entity::find().filter(organization::Column::Kind.eq(OrganizationKind::Team));
    let rows = teams.order_by_asc(organization::Column::Name).all(app.app.db.read()).await.expect("read");
    rows.into_iter().map(|row| row.name).collect()
}

async fn number_of_events(app: &TestApp) -> u64 {
    event::Entity::find().count(app.app.db.read()).await.expect("read")
}

fn unavailable(answer: &Answer) {
    assert_eq!((answer.status, answer.code()), (503, "unavailable"), "{}", answer.body);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    assert_eq!(answer.body["detail"], "暂时无法办理，没有写入任何内容。");
    assert!(answer.headers.contains_key("retry-after"));
}

fn refused_page(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(answer.headers.contains_key("retry-after"));
    let text = answer.body.as_str().expect("a page");
    assert!(text.contains("暂时无法办理") && text.contains("没有写入任何内容"), "{text}");
    clean(text).expect("no inner words");
}

async fn not_ready(app: &TestApp) -> Value {
    let ready = app.anon().get("/readyz").await.expect(503).body;
    assert_eq!(ready["ready"], Value::Bool(false));
    ready
}

async fn writes_are_refused(app: &TestApp, token: &str) {
    let api = app.anon().with("authorization", &format!("Bearer {token}"));
    unavailable(&api.put("/api/v1/me", json!({"name": "新名字", "locale": "en"})).await);
}

async fn gone(app: &TestApp, token: &str) {
    let api = app.anon().with("authorization", &format!("Bearer {token}"));
    unavailable(&api.get("/api/v1/me").await);
    unavailable(&app.anon().post("/api/v1/session", json!({"login": "citizen", "password": "x"})).await);
    refused_page(&app.anon().pages().await.get("/calls").await);
    assert_eq!(not_ready(app).await, json!({"ready": false, "database": false, "migrated": false, "writable": false}));
    app.anon().get("/healthz").await.expect(200);
}
