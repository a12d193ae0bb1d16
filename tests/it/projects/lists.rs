use super::world::*;
use twoway_entity::projects::ProjectState;
use twoway_tests::on_both_databases;

async fn queries(app: &TestApp, actor: &Actor, path: &str) -> u64 {
    // The first request signs in.
    actor.get("/api/v1/me").await.expect(200);
    let before = app.app.db.queries_run();
    actor.get(path).await.expect(200);
    app.app.db.queries_run() - before
}

async fn page_queries(app: &TestApp, browser: &twoway_tests::PageClient, path: &str) -> u64 {
    let before = app.app.db.queries_run();
    browser.get(path).await.expect(200);
    app.app.db.queries_run() - before
}

on_both_databases! {
    async fn lists_take_as_many_queries_for_three_rows_as_for_one(app: &TestApp) {
        let (office, team) = (app.office().await, app.team(1).await);
        let (desk, phone) = (office.pages().await, team.pages().await);
        listed(app, 1, ProjectState::Running).await;
        listed(app, 1, ProjectState::Incubating).await;
        let count = async || {
            [
                queries(app, &office, "/api/v1/projects").await,
                queries(app, &team, "/api/v1/projects?state=running").await,
                queries(app, &team, "/api/v1/work").await,
                queries(app, &app.citizen().await, "/api/v1/public/projects").await,
                page_queries(app, &desk, "/projects").await,
                page_queries(app, &phone, "/work").await,
                page_queries(app, &phone, "/").await,
            ]
        };
        let one = count().await;
        for n in 2..=3 {
            listed(app, n, ProjectState::Running).await;
            listed(app, n, ProjectState::Incubating).await;
        }
        assert_eq!(count().await, one);
    }

    async fn a_list_goes_on_where_it_ended(app: &TestApp) {
        for n in 1..=5 {
            listed(app, n, ProjectState::Running).await;
        }
        let office = app.office().await;
        let mut seen = Vec::new();
        let mut path = "/api/v1/projects?limit=2".to_string();
        loop {
            let page = office.get(&path).await.expect(200).body;
            seen.extend(page["items"].as_array().expect("a list").iter().map(|p| p["title"].to_string()));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/api/v1/projects?limit=2&cursor={next}");
        }
        seen.sort_unstable();
        assert_eq!(seen.len(), 5);
        seen.dedup();
        assert_eq!(seen.len(), 5);
        office.get("/api/v1/projects?limit=0").await.expect(400);
        app.team(2).await.get("/api/v1/projects").await.expect(200).body["items"].as_array().map(Vec::len).filter(|n| *n == 0).expect("nothing of others");
    }
}
