//! Lists are bounded, scoped, and ask the database the same number of questions for one row as for three.

use super::world::*;
use serde_json::json;
use twoway_ids::DAY;
use twoway_tests::{Actor, TestApp, on_both_databases};

async fn queries(app: &TestApp, actor: &Actor, path: &str) -> u64 {
    // The first request may sign in or refresh a token.
    actor.get(path).await.expect(200);
    let before = app.app.db.queries_run();
    actor.get(path).await.expect(200);
    app.app.db.queries_run() - before
}

on_both_databases! {
    async fn lists_ask_as_much_for_one_row_as_for_three(app: &TestApp) {
        let (office, team) = (app.office().await, app.team(1).await);
        let call = call_with(app, |input| input["cap"] = json!(5)).await;
        app.advance(7 * DAY).await;
        let first = submitted(&team, call, "一").await;
        let of_call = format!("/api/v1/calls/{call}/proposals");
        let paths = [
            (&office, "/api/v1/calls?office=true"),
            (&team, "/api/v1/calls"),
            (&team, "/api/v1/proposals"),
            (&office, of_call.as_str()),
        ];
        let mut with_one = Vec::new();
        for (actor, path) in paths {
            with_one.push(queries(app, actor, path).await);
        }
        submitted(&team, call, "二").await;
        submitted(&team, call, "三").await;
        for n in 0..2 {
            call_with(app, |input| input["title"] = json!(format!("征集{n}"))).await;
        }
        for ((actor, path), one) in paths.into_iter().zip(with_one) {
            assert_eq!(queries(app, actor, path).await, one, "{path}");
        }
        assert_eq!(office.get(&format!("{of_call}?limit=2")).await.body["items"].as_array().map(Vec::len), Some(2));
        office.get(&format!("{of_call}?limit=101")).await.expect(400);
        team.get(&format!("/api/v1/proposals/{first}")).await.expect(200);
    }

    async fn a_list_goes_on_where_the_page_before_ended(app: &TestApp) {
        let call = call_with(app, |input| input["cap"] = json!(5)).await;
        app.advance(7 * DAY).await;
        let team = app.team(1).await;
        for title in ["一", "二", "三"] {
            submitted(&team, call, title).await;
        }
        let mut titles = Vec::new();
        let mut next = String::new();
        loop {
            let page = team.get(&format!("/api/v1/proposals?limit=2&cursor={next}")).await.expect(200).body;
            titles.extend(page["items"].as_array().expect("items").iter().map(|i| i["title"].as_str().expect("text").to_string()));
            match page["next"].as_str() {
                Some(cursor) => next = cursor.to_string(),
                None => break,
            }
        }
        titles.sort();
        assert_eq!(titles, ["一", "三", "二"]);
    }
}
