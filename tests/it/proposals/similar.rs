//! Who hands in has seen what resembles it; who checks sees all that was handed in.

use crate::calls::world::*;
use serde_json::{Value, json};
use twoway_ids::{DAY, Uuid};
use twoway_tests::{Actor, TestApp, on_both_databases};

async fn similar(actor: &Actor, id: Uuid) -> Vec<Value> {
    let found = actor.get(&format!("/api/v1/proposals/{id}/similar")).await.expect(200);
    found.body.as_array().expect("a list").clone()
}

fn ids(found: &[Value]) -> Vec<&str> {
    found.iter().map(|one| one["id"].as_str().expect("an id")).collect()
}

async fn queries(app: &TestApp, actor: &Actor, path: &str) -> u64 {
    actor.get(path).await.expect(200);
    let before = app.app.db.queries_run();
    actor.get(path).await.expect(200);
    app.app.db.queries_run() - before
}

on_both_databases! {
    async fn nobody_hands_in_without_having_looked(app: &TestApp) {
        let (_, earlier) = call_in_notice(app, &[1]).await;
        let call = open_call(app).await;
        let team = app.team(2).await;
        let id = draft(&team, call, "四点半课堂").await;
        let found = similar(&team, id).await;
        assert_eq!(ids(&found), [earlier[0].to_string()]);
        let shared = found[0]["shared"].as_array().expect("phrases");
        assert!(shared.iter().any(|phrase| phrase == "放学后到家长下班前"), "{shared:?}");
        let submit = async |seen: Value| {
            let body = json!({"consent": true, "similar_seen": seen});
            team.post(&format!("/api/v1/proposals/{id}/submit"), body).await
        };
        assert_eq!(submit(json!([])).await.code(), "similar-not-seen");
        let other = submit(json!([id])).await;
        assert_eq!((other.code(), other.body["rule"].as_str()), ("similar-changed", Some("M1")));
        submit(json!([earlier[0]])).await.expect(200);

        // A proposal of something else resembles nothing.
        let other = json!({"title": "河滨植树", "summary": "组织市民认养树木并定期浇水。"});
        let new = json!({"call_id": call, "content": other});
        let trees = app.citizen().await.post("/api/v1/proposals", new).await.expect(201).id();
        assert!(similar(&app.citizen().await, trees).await.is_empty());
    }

    async fn the_page_shows_why_and_asks_for_a_tick(app: &TestApp) {
        let (_, earlier) = call_in_notice(app, &[1]).await;
        let call = open_call(app).await;
        let team = app.team(2).await;
        let id = draft(&team, call, "四点半课堂").await;
        let pages = team.pages().await;
        let path = format!("/proposals/{id}/submit");
        let page = pages.get(&path).await.expect(200);
        let html = page.body.as_str().expect("a page");
        assert!(html.contains("<mark>四点半</mark>"), "{html}");
        let earlier = earlier[0].to_string();
        let refused = pages.post(&path, &[("consent", "true"), ("_similar", &earlier)]).await.expect(422);
        assert!(refused.body.as_str().expect("a page").contains("提交前须先查看"));
        pages.post(&path, &[("consent", "true"), ("_similar", &earlier), ("similar", "true")]).await.expect(303);
    }

    async fn the_office_compares_all_that_was_handed_in(app: &TestApp) {
        let call = open_call(app).await;
        let (one, two) = (app.team(1).await, app.team(2).await);
        let first = submitted(&one, call, "四点半学校1").await;
        let second = submitted(&two, call, "四点半学校2").await;
        let unsent = draft(&app.team(3).await, call, "四点半学校3").await;
        app.settle().await;
        // What others handed in is not for proposers before it is public.
        assert!(similar(&two, second).await.is_empty());
        app.advance(20 * DAY).await;
        let office = app.office().await;
        assert_eq!(ids(&similar(&office, first).await), [second.to_string()]);
        office.get(&format!("/api/v1/proposals/{unsent}/similar")).await.expect(404);
        app.citizen().await.get(&format!("/api/v1/proposals/{first}/similar")).await.expect(404);

        let pages = office.pages().await;
        let proposal = pages.get(&format!("/proposals/{first}")).await.expect(200);
        assert!(proposal.body.as_str().expect("a page").contains(&format!("/proposals/{first}/similar")));
        let list = pages.get(&format!("/proposals/{first}/similar")).await.expect(200);
        let html = list.body.as_str().expect("a page");
        assert!(html.contains(&format!("/proposals/{first}/similar/{second}")) && html.contains("<mark>"), "{html}");
        let beside = pages.get(&format!("/proposals/{first}/similar/{second}")).await.expect(200);
        let html = beside.body.as_str().expect("a page");
        assert!(html.contains("四点半学校1") && html.contains("四点半学校2") && html.contains("<mark>"), "{html}");
        pages.get(&format!("/proposals/{first}/similar/{unsent}")).await.expect(404);
        one.pages().await.get(&format!("/proposals/{first}/similar")).await.expect(403);
    }

    async fn a_mended_proposal_is_compared_as_it_is_now(app: &TestApp) {
        let call = open_call(app).await;
        let (one, two) = (app.team(1).await, app.team(2).await);
        let first = submitted(&one, call, "四点半学校").await;
        let second = submitted(&two, call, "四点半课堂").await;
        app.advance(20 * DAY).await;
        let office = app.office().await;
        office.post(&format!("/api/v1/proposals/{second}/return"), json!({"defects": "换一个项目"})).await.expect(200);
        let mut other = content("河滨植树");
        other["summary"] = json!("组织市民认养树木并定期浇水。");
        two.put(&format!("/api/v1/proposals/{second}"), other).await.expect(200);
        submit(&two, second).await.expect(200);
        app.settle().await;
        assert!(similar(&office, first).await.is_empty());
    }

    async fn it_asks_as_much_for_one_as_for_three(app: &TestApp) {
        let call = open_call(app).await;
        let mut all = Vec::new();
        for n in 1..=2 {
            all.push(submitted(&app.team(n).await, call, &format!("四点半学校{n}")).await);
        }
        let later: Vec<Uuid> = {
            let mut later = Vec::new();
            for n in 3..=4 {
                later.push(draft(&app.team(n).await, call, &format!("四点半学校{n}")).await);
            }
            later
        };
        app.settle().await;
        let office = app.office().await;
        let path = format!("/api/v1/proposals/{}/similar", all[0]);
        assert_eq!(similar(&office, all[0]).await.len(), 1);
        let one = queries(app, &office, &path).await;
        for (n, id) in later.into_iter().enumerate() {
            submit(&app.team(n + 3).await, id).await.expect(200);
        }
        app.settle().await;
        assert_eq!(similar(&office, all[0]).await.len(), 3);
        assert_eq!(queries(app, &office, &path).await, one);
    }

    async fn what_was_handed_in_before_there_was_an_index_is_taken_in_at_night(app: &TestApp) {
        use sea_orm::EntityTrait;
        use twoway_entity::propose::{gram, gram_count, sketch};
        let call = open_call(app).await;
        let first = submitted(&app.team(1).await, call, "四点半学校1").await;
        let second = submitted(&app.team(2).await, call, "四点半学校2").await;
        app.settle().await;
        let emptied = |tx: twoway::Tx| async move {
            gram::Entity::delete_many().exec(&*tx).await?;
            gram_count::Entity::delete_many().exec(&*tx).await?;
            sketch::Entity::delete_many().exec(&*tx).await?;
            Ok(())
        };
        app.app.db.transact(emptied).await.expect("emptied");
        let office = app.office().await;
        assert!(similar(&office, first).await.is_empty());
        twoway::jobs::plant(&app.app).await.expect("planted");
        app.advance(DAY).await;
        assert_eq!(ids(&similar(&office, first).await), [second.to_string()]);
    }
}
