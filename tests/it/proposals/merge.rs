//! One proposal goes on in another when both proposers agree, each from the own account and in time.

use crate::calls::world::*;
use serde_json::{Value, json};
use twoway_ids::{DAY, Uuid};
use twoway_tests::{Actor, Answer, TestApp, on_both_databases};

/// A call in screening with one proposal of each of these teams.
async fn screening(app: &TestApp, teams: &[usize]) -> (Uuid, Vec<Uuid>) {
    let call = open_call(app).await;
    let mut proposals = Vec::new();
    for n in teams {
        proposals.push(submitted(&app.team(*n).await, call, &format!("四点半学校{n}")).await);
    }
    app.advance(20 * DAY).await;
    (call, proposals)
}

async fn propose(actor: &Actor, source: Uuid, target: Uuid) -> Answer {
    let body = json!({"into": target, "reason": "两项内容相近，合并后力量更集中。"});
    actor.post(&format!("/api/v1/proposals/{source}/merge"), body).await
}

async fn act(actor: &Actor, merger: Uuid, verb: &str, body: Value) -> Answer {
    actor.post(&format!("/api/v1/mergers/{merger}/{verb}"), body).await
}

async fn state(actor: &Actor, proposal: Uuid) -> String {
    let seen = actor.get(&format!("/api/v1/proposals/{proposal}")).await.expect(200);
    seen.body["state"].as_str().expect("a state").to_string()
}

on_both_databases! {
    async fn both_agree_and_both_stay_authors(app: &TestApp) {
        let (call, proposals) = screening(app, &[1, 2]).await;
        let [source, target] = proposals[..] else { panic!("two") };
        let (office, one, two) = (app.office().await, app.team(1).await, app.team(2).await);
        let merger = propose(&office, source, target).await.expect(201).id();
        let work = one.get("/api/v1/work").await.expect(200).body.to_string();
        assert!(work.contains("answer-merger") && work.contains(&merger.to_string()), "{work}");
        assert_eq!(propose(&office, target, source).await.code(), "merge-pending");

        act(&one, merger, "agree", json!({"named": true})).await.expect(200);
        assert_eq!(state(&one, source).await, "submitted", "one side alone merges nothing");
        act(&one, merger, "take-back", json!({})).await.expect(200);
        assert_eq!(act(&one, merger, "take-back", json!({})).await.code(), "merge-not-agreed");
        act(&two, merger, "agree", json!({"named": false})).await.expect(200);
        assert_eq!(state(&two, target).await, "submitted", "what was taken back does not count");
        act(&one, merger, "agree", json!({"named": true})).await.expect(200);

        let seen = office.get(&format!("/api/v1/mergers/{merger}")).await.expect(200).body;
        assert_eq!((seen["state"].as_str(), seen["target_agreed"].as_bool()), (Some("merged"), Some(true)));
        assert_eq!(state(&one, source).await, "merged-into");
        assert_eq!(state(&two, target).await, "submitted");
        assert_eq!(act(&two, merger, "take-back", json!({})).await.code(), "wrong-state");
        let page = office.pages().await.get(&format!("/proposals/{target}")).await.expect(200).body;
        assert!(page.as_str().expect("a page").contains("志愿队1"), "who was merged stays an author");

        // What ended goes no further; what goes on comes to the pool with both names.
        office.post(&format!("/api/v1/proposals/{target}/admit"), json!({})).await.expect(200);
        office.post(&format!("/api/v1/calls/{call}/start-review"), json!({})).await.expect(200);
        all_scored(app, &[target]).await;
        office.post(&format!("/api/v1/calls/{call}/end-review"), json!({})).await.expect(200);
        decide(app, target, true).await.expect(200);
        supervise(app, call).await.expect(200);
        office.post(&format!("/api/v1/calls/{call}/release"), json!({})).await.expect(200);
        app.advance(20 * DAY).await;
        let pool = app.anon().pages().await.get("/pool").await.expect(200).body;
        assert!(pool.as_str().expect("a page").contains("志愿队1"), "{pool}");
        assert_eq!(state(&one, source).await, "merged-into");
    }

    async fn silence_is_no_consent(app: &TestApp) {
        let (_, proposals) = screening(app, &[1, 2]).await;
        let merger = propose(&app.office().await, proposals[0], proposals[1]).await.expect(201).id();
        act(&app.team(1).await, merger, "agree", json!({})).await.expect(200);
        app.advance(10 * DAY).await;
        let seen = app.team(1).await.get(&format!("/api/v1/mergers/{merger}")).await.expect(200).body;
        assert_eq!(seen["state"], "lapsed");
        assert_eq!(act(&app.team(2).await, merger, "agree", json!({})).await.code(), "wrong-state");
        assert_eq!(state(&app.team(1).await, proposals[0]).await, "submitted");
    }

    async fn nobody_agrees_when_the_time_is_over_and_the_timer_is_late(app: &TestApp) {
        let (_, proposals) = screening(app, &[1, 2]).await;
        let merger = propose(&app.office().await, proposals[0], proposals[1]).await.expect(201).id();
        app.app.clock.advance(10 * DAY);
        assert_eq!(act(&app.team(2).await, merger, "agree", json!({})).await.code(), "merge-time-over");
    }

    async fn only_who_may_and_only_what_can(app: &TestApp) {
        let (_, proposals) = screening(app, &[1, 2, 3]).await;
        let [a, b, c] = proposals[..] else { panic!("three") };
        let (office, one, two) = (app.office().await, app.team(1).await, app.team(2).await);
        propose(&one, a, b).await.expect(403);
        assert_eq!(propose(&office, a, a).await.code(), "merge-same");
        office.post(&format!("/api/v1/proposals/{c}/return"), json!({"defects": "补充方案"})).await.expect(200);
        assert_eq!(propose(&office, a, c).await.code(), "merge-too-late");
        let merger = propose(&office, a, b).await.expect(201).id();
        act(&app.team(3).await, merger, "agree", json!({})).await.expect(404);
        act(&office, merger, "agree", json!({})).await.expect(403);
        act(&one, merger, "call-off", json!({"reason": "不想"})).await.expect(403);
        act(&two, merger, "refuse", json!({"reason": " "})).await.expect(422);
        act(&two, merger, "refuse", json!({"reason": "方向不同"})).await.expect(200);
        assert_eq!(act(&one, merger, "agree", json!({})).await.code(), "wrong-state");
        // A refused one may be proposed again, and called off by the office.
        let again = propose(&office, a, b).await.expect(201).id();
        act(&office, again, "call-off", json!({"reason": "重新考虑"})).await.expect(200);
        assert_eq!((state(&one, a).await, state(&two, b).await), ("submitted".into(), "submitted".into()));
    }

    async fn what_moved_on_meanwhile_is_not_merged(app: &TestApp) {
        let (_, proposals) = screening(app, &[1, 2]).await;
        let (office, two) = (app.office().await, app.team(2).await);
        let merger = propose(&office, proposals[0], proposals[1]).await.expect(201).id();
        two.post(&format!("/api/v1/proposals/{}/withdraw", proposals[1]), json!({"reason": "不做了"})).await.expect(200);
        assert_eq!(act(&app.team(1).await, merger, "agree", json!({})).await.code(), "merge-too-late");
    }

    async fn the_pages_lead_through_it(app: &TestApp) {
        let (_, proposals) = screening(app, &[1, 2]).await;
        let [source, target] = proposals[..] else { panic!("two") };
        let office = app.office().await.pages().await;
        let page = office.get(&format!("/proposals/{source}")).await.expect(200).body;
        let form = format!("/proposals/{source}/merge");
        assert!(page.as_str().expect("a page").contains(&form));
        let offered = office.get(&form).await.expect(200).body;
        assert!(offered.as_str().expect("a page").contains(&target.to_string()));
        let kept = office.post(&form, &[("into", ""), ("reason", "内容相近")]).await.expect(422).body;
        assert!(kept.as_str().expect("a page").contains("内容相近"));
        let (source, target) = (source.to_string(), target.to_string());
        let made = office.post(&form, &[("into", &target), ("reason", "内容相近")]).await.expect(303);
        let merger = made.headers["location"].to_str().expect("a place").to_string();
        assert!(merger.starts_with("/mergers/"), "{merger}");
        let one = app.team(1).await.pages().await;
        let own = one.get(&format!("/proposals/{source}")).await.expect(200).body;
        assert!(own.as_str().expect("a page").contains(&merger));
        one.get(&merger).await.expect(200);
        one.post(&format!("{merger}/refuse"), &[("reason", "")]).await.expect(422);
        one.post(&format!("{merger}/agree"), &[("named", "true")]).await.expect(303);
        one.post(&format!("{merger}/take-back"), &[]).await.expect(303);
        one.post(&format!("{merger}/agree"), &[]).await.expect(303);
        let two = app.team(2).await.pages().await;
        two.post(&format!("{merger}/agree"), &[]).await.expect(303);
        let ended = one.get(&format!("/proposals/{source}")).await.expect(200).body;
        assert!(ended.as_str().expect("a page").contains("已并入另一项申报"));
        two.post(&format!("{merger}/agree"), &[]).await.expect(409);
        office.post(&format!("{merger}/call-off"), &[("reason", "晚了")]).await.expect(409);
    }
}
