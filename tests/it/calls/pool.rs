//! The pool: found by Chinese words, narrowed, in two orders, and kept fresh by its proposers.

use super::world::*;
use crate::adoptions::{books, pooled as pooled_with_lines, room};
use serde_json::{Value, json};
use twoway_ids::{DAY, Uuid};
use twoway_tests::{Actor, TestApp, on_both_databases};

fn titles(body: &Value) -> Vec<String> {
    let items = body["items"].as_array().expect("items").iter();
    items.map(|item| item["title"].as_str().expect("a title").to_string()).collect()
}

async fn pool(app: &TestApp, query: &str) -> Vec<String> {
    let mut found = titles(&app.anon().get(&format!("/api/v1/pool{query}")).await.expect(200).body);
    found.sort();
    found
}

/// In the pool for ten days.
async fn one_pooled(app: &TestApp) -> (Actor, Uuid) {
    let (_, items) = call_in_notice(app, &[1]).await;
    app.advance(10 * DAY).await;
    (app.team(1).await, items[0])
}

async fn state(app: &TestApp, id: Uuid) -> String {
    app.office().await.get(&format!("/api/v1/proposals/{id}")).await.body["state"]
        .as_str()
        .expect("a state")
        .to_string()
}

on_both_databases! {
    async fn it_is_searched_and_narrowed(app: &TestApp) {
        let team = app.team(1).await;
        pooled_with_lines(app, &team, "四点半学校", &[books()]).await;
        pooled_with_lines(app, &app.team(2).await, "Sunset 夕阳红助餐", &[room()]).await;
        assert_eq!(pool(app, "").await, ["Sunset 夕阳红助餐", "四点半学校"]);
        for (query, found) in [
            ("?q=四点半", vec!["四点半学校"]),
            ("?q=学校%20四点半", vec!["四点半学校"]),
            ("?q=sunset", vec!["Sunset 夕阳红助餐"]),
            ("?q=助餐%20夕阳", vec!["Sunset 夕阳红助餐"]),
            ("?q=四点半%20夕阳", vec![]),
            ("?q=%25", vec!["Sunset 夕阳红助餐", "四点半学校"]),
            ("?q=没有的词", vec![]),
            ("?kind=goods", vec!["四点半学校"]),
            ("?kind=venue", vec!["Sunset 夕阳红助餐"]),
            ("?kind=media", vec![]),
            ("?open=true", vec!["Sunset 夕阳红助餐", "四点半学校"]),
        ] {
            assert_eq!(pool(app, query).await, found, "{query}");
        }
        app.anon().get("/api/v1/pool?kind=gold").await.expect(400);

        let anon = app.anon().pages().await;
        let page = anon.get("/pool?q=四点半&kind=goods").await.expect(200).body.to_string();
        assert!(page.contains("四点半学校") && !page.contains("夕阳红助餐"), "{page}");
        let none = anon.get("/pool?q=没有的词").await.expect(200).body.to_string();
        assert!(!none.contains("四点半学校") && none.contains("没有的词"), "{none}");
        anon.get("/pool?call=x").await.expect(404);
        let count = async |path: &str| {
            anon.get(path).await.expect(200);
            let before = app.app.db.queries_run();
            anon.get(path).await.expect(200);
            app.app.db.queries_run() - before
        };
        assert_eq!(count("/pool?q=四点半").await, count("/pool").await, "one row, two rows");
    }

    async fn its_proposer_says_that_it_is_still_valid(app: &TestApp) {
        let (team, id) = one_pooled(app).await;
        assert_eq!(pool(app, "?sort=ending").await, ["四点半学校1"]);
        let renew = format!("/api/v1/proposals/{id}/renew");
        let early = team.post(&renew, json!({})).await.expect(409);
        assert_eq!(early.code(), "pool-renewal-early");
        let until = team.get(&format!("/api/v1/proposals/{id}")).await.body["pool_until"].as_i64().expect("until");
        app.advance(until - app.now() - 20 * DAY).await;
        let work = team.get("/api/v1/work").await.expect(200).body.to_string();
        assert!(work.contains("renew-proposal"), "{work}");
        let told = team.get("/api/v1/notices").await.expect(200).body.to_string();
        assert!(told.contains("请确认是否仍然有效"), "{told}");
        let page = team.pages().await;
        assert!(page.get(&format!("/proposals/{id}")).await.expect(200).body.to_string().contains("确认仍然有效"));
        app.citizen().await.post(&renew, json!({})).await.expect(403);
        app.team(2).await.post(&renew, json!({})).await.expect(403);
        page.post(&format!("/proposals/{id}/renew"), &[]).await.expect(303);
        let later = team.get(&format!("/api/v1/proposals/{id}")).await.body["pool_until"].as_i64().expect("until");
        assert!((365 * DAY..=366 * DAY).contains(&(later - until)), "{}", later - until);
        assert!(!team.get("/api/v1/work").await.body.to_string().contains("renew-proposal"));
        app.advance(30 * DAY).await;
        assert_eq!(state(app, id).await, "pooled");
        assert_eq!(app.findings().await, []);
    }

    async fn what_nobody_confirms_leaves_the_pool(app: &TestApp) {
        let (team, id) = one_pooled(app).await;
        app.advance(370 * DAY).await;
        assert_eq!(state(app, id).await, "expired");
        assert_eq!(team.post(&format!("/api/v1/proposals/{id}/renew"), json!({})).await.expect(409).code(), "wrong-state");
        assert_eq!(pool(app, "").await, Vec::<String>::new());
    }
}
