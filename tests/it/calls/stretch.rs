//! The whole stretch by people at the API: journey 1 to 3.

use super::world::*;
use serde_json::json;
use twoway_ids::{DAY, HOUR};
use twoway_tests::on_both_databases;

on_both_databases! {
    async fn a_call_becomes_a_pool(app: &TestApp) {
        let (office, second) = (app.office().await, app.second_office().await);
        let anon = app.anon();

        // Drafted, returned, mended, approved by the other clerk.
        let call = office.post("/api/v1/calls", call_input(app)).await.expect(201).id();
        let path = format!("/api/v1/calls/{call}");
        anon.get(&path).await.expect(404);
        office.post(&format!("{path}/submit"), json!({})).await.expect(200);
        let own = office.post(&format!("{path}/approve"), json!({})).await.expect(409);
        assert_eq!((own.code(), own.body["rule"].as_str()), ("four-eyes", Some("M1")));
        second.post(&format!("{path}/return"), json!({"reason": "请写明联系人"})).await.expect(200);
        let mut mended = call_input(app);
        mended["contact"] = json!("0851-12345678 周老师");
        office.put(&path, mended).await.expect(200);
        office.post(&format!("{path}/submit"), json!({})).await.expect(200);
        second.post(&format!("{path}/approve"), json!({})).await.expect(200);
        assert_eq!(anon.get(&path).await.expect(200).body["state"], "previewed");

        // Nothing is taken before it opens.
        let (one, two, three) = (app.team(1).await, app.team(2).await, app.team(3).await);
        let early = one.post("/api/v1/proposals", json!({"call_id": call})).await.expect(409);
        assert_eq!(early.code(), "call-not-open");
        app.advance(7 * DAY).await;
        assert_eq!(anon.get(&path).await.expect(200).body["state"], "open");

        // Three teams hand in; a stranger sees nothing of it.
        let first = draft(&one, call, "四点半学校").await;
        attach(&one, first, "场地照片.png", PNG, None).await.expect(201);
        let receipt = submit(&one, first).await.expect(200).body;
        assert_eq!(receipt["receipt"], "SB2026-00001");
        assert_eq!(receipt["receipt_hash"].as_str().map(str::len), Some(64));
        let other = submitted(&two, call, "找到啦").await;
        let third = submitted(&three, call, "夕阳红合唱团").await;
        for stranger in [&two, &app.citizen().await, &app.reviewer(1).await, &anon] {
            stranger.get(&format!("/api/v1/proposals/{first}")).await.expect(404);
        }

        // Late.
        let late = draft(&app.team(4).await, call, "迟到的项目").await;
        app.advance(20 * DAY).await;
        assert_eq!(office.get(&path).await.body["state"], "screening");
        let refused = submit(&app.team(4).await, late).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("call-closed", Some("M1")));

        // One is returned and mended, one is ineligible, one is eligible at once.
        let defects = json!({"defects": "缺少安全预案"});
        office.post(&format!("/api/v1/proposals/{other}/return"), defects.clone()).await.expect(200);
        let mut better = content("找到啦");
        better["answers"]["plan"] = json!("每个站点设失物柜，双人开柜登记；附安全预案。");
        two.put(&format!("/api/v1/proposals/{other}"), better).await.expect(200);
        let again = submit(&two, other).await.expect(200).body;
        assert_eq!(again["receipt"], "SB2026-00002");
        let revisions = office.get(&format!("/api/v1/proposals/{other}/revisions")).await.expect(200).body;
        assert_eq!(revisions.as_array().map(Vec::len), Some(2));
        let twice = office.post(&format!("/api/v1/proposals/{other}/return"), defects).await.expect(409);
        assert_eq!(twice.code(), "returned-already");
        let early = office.post(&format!("{path}/start-review"), json!({})).await.expect(409);
        assert_eq!(early.code(), "not-screened");
        let out = json!({"rule": "指南第3条", "reason": "合唱排练属于自娱活动，没有服务对象。"});
        office.post(&format!("/api/v1/proposals/{third}/rule-out"), out).await.expect(200);
        let waits = three.get(&format!("/api/v1/proposals/{third}")).await.expect(200).body;
        assert_eq!((waits["state"].as_str(), waits.get("ineligible_rule")), (Some("submitted"), None), "told before two agree");
        let confirm = format!("/api/v1/proposals/{third}/rule-out/confirm");
        assert_eq!(office.post(&confirm, json!({})).await.expect(409).code(), "finding-needs-second");
        let still = office.post(&format!("{path}/start-review"), json!({})).await.expect(409);
        assert_eq!(still.code(), "not-screened");
        second.post(&format!("/api/v1/proposals/{third}/rule-out/drop"), json!({})).await.expect(200);
        let again = json!({"rule": "指南第3条", "reason": "合唱排练属于自娱活动，没有服务对象。"});
        office.post(&format!("/api/v1/proposals/{third}/rule-out"), again).await.expect(200);
        second.post(&confirm, json!({})).await.expect(200);
        let told = three.get(&format!("/api/v1/proposals/{third}")).await.expect(200).body;
        assert_eq!((told["state"].as_str(), told["ineligible_rule"].as_str()), (Some("ineligible"), Some("指南第3条")));
        for id in [first, other] {
            office.post(&format!("/api/v1/proposals/{id}/admit"), json!({})).await.expect(200);
        }
        office.post(&format!("{path}/start-review"), json!({})).await.expect(200);

        // A reviewer who also serves in the team is refused; three others score.
        let insider = app.reviewer(9).await;
        app.grant(insider.account, twoway_entity::accounts::Role::Volunteer, one.organization.expect("a team")).await;
        let conflict = assign(app, first, &insider).await.expect(409);
        assert_eq!((conflict.code(), conflict.body["rule"].as_str()), ("conflict-same-organization", Some("M1")));
        for r in 1..=3 {
            app.reviewer(r).await;
        }
        let assigned = office.post(&format!("{path}/assign-reviews"), json!({})).await.expect(200).body;
        assert_eq!(assigned, json!({"made": 6, "lacking": 0}));
        let reader = app.reviewer(1).await;
        for r in [1, 2, 3, 9] {
            let reviewer = app.reviewer(r).await;
            for review in reviewer.get("/api/v1/reviews").await.expect(200).body.as_array().expect("a desk").clone() {
                let id = review["id"].as_str().expect("an id").parse().expect("an id");
                let proposal = review["proposal_id"].as_str().expect("an id");
                reviewer.get(&format!("/api/v1/proposals/{proposal}")).await.expect(404);
                declare(&reviewer, id).await.expect(200);
                let read = reviewer.get(&format!("/api/v1/proposals/{proposal}")).await.expect(200).body;
                assert_eq!((read["answers"].get("phone"), read["answers"]["people"].as_i64()), (None, Some(30)));
                let points = if proposal == first.to_string() { [90, 80, 70] } else { [60, 60, 61] };
                score(&reviewer, id, points).await.expect(200);
            }
        }
        // Nobody but the office sees the scores of another.
        one.get(&format!("/api/v1/proposals/{first}/reviews")).await.expect(404);
        reader.get(&format!("/api/v1/proposals/{first}/reviews")).await.expect(404);
        office.post(&format!("{path}/end-review"), json!({})).await.expect(200);
        let ranking = office.get(&format!("{path}/ranking")).await.expect(200).body;
        let ranking = ranking["items"].clone();
        assert_eq!(ranking[0]["title"], "四点半学校");
        // 90 × 40 % + 80 × 35 % + 70 × 25 %
        assert_eq!((ranking[0]["score"].as_i64(), ranking[1]["score"].as_i64()), (Some(8150), Some(6025)));

        // Decided in silence, released together.
        let early = office.post(&format!("{path}/release"), json!({})).await.expect(409);
        assert_eq!(early.code(), "not-all-decided");
        decide(app, first, true).await.expect(200);
        decide(app, other, false).await.expect(200);
        let silent = one.get(&format!("/api/v1/proposals/{first}")).await.expect(200).body;
        assert_eq!(silent["state"], "under-review");
        assert!(silent.get("decision").is_none() && silent.get("score").is_none(), "{silent:#}");
        let alone = office.post(&format!("{path}/release"), json!({})).await.expect(409);
        assert_eq!((alone.code(), alone.body["rule"].as_str()), ("supervisor-missing", Some("M3")));
        supervise(app, call).await.expect(200);
        office.post(&format!("{path}/release"), json!({})).await.expect(200);
        let told = two.get(&format!("/api/v1/proposals/{other}")).await.expect(200).body;
        assert_eq!((told["state"].as_str(), told["decision"].as_str()), (Some("in-notice"), Some("not-selected")));
        assert_eq!(told["decision_reason"], REASON);
        let reviews = two.get(&format!("/api/v1/proposals/{other}/reviews")).await.expect(200).body;
        assert_eq!(reviews.as_array().map(Vec::len), Some(3));
        assert!(reviews[0].get("reviewer_id").is_none(), "{reviews:#}");
        anon.get(&format!("/api/v1/proposals/{other}")).await.expect(404);
        let public = anon.get(&format!("/api/v1/proposals/{first}")).await.expect(200).body;
        assert_eq!((public["answers"].clone(), public["attachments"].clone()), (json!({"people": 30}), json!([])));
        let results = anon.get(&format!("{path}/results")).await.expect(200).body;
        assert_eq!(results["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(results["items"][0]["cost"], 42_000);

        // Sunday 2026-12-20 is no working day: five of them end with Friday the 25th.
        let ends = anon.get(&path).await.body["notice_ends_at"].as_i64().expect("an end");
        assert_eq!(ends - app.now(), 5 * DAY + 14 * HOUR);
        app.advance(ends - app.now() - 1).await;
        assert_eq!(anon.get(&path).await.body["state"], "public-notice");
        app.advance(1).await;
        assert_eq!(anon.get(&path).await.body["state"], "concluded");
        assert_eq!(one.get(&format!("/api/v1/proposals/{first}")).await.body["state"], "pooled");
        assert_eq!(two.get(&format!("/api/v1/proposals/{other}")).await.body["state"], "not-selected");
        assert_eq!(anon.get("/api/v1/pool").await.expect(200).body["items"].as_array().map(Vec::len), Some(1));

        // After twelve months the place in the pool is gone.
        app.advance(364 * DAY).await;
        assert_eq!(one.get(&format!("/api/v1/proposals/{first}")).await.body["state"], "pooled");
        app.advance(DAY).await;
        assert_eq!(one.get(&format!("/api/v1/proposals/{first}")).await.body["state"], "expired");

        // The chain vouches for every row on the way.
        let findings = twoway::audit::verify(&app.app).await.expect("verified");
        assert!(findings.is_empty(), "{findings:#?}");
    }

    async fn a_returned_proposal_lapses_after_five_working_days(app: &TestApp) {
        let call = open_call(app).await;
        let team = app.team(1).await;
        let id = submitted(&team, call, "四点半学校").await;
        app.advance(20 * DAY).await;
        let path = format!("/api/v1/proposals/{id}");
        app.office().await.post(&format!("{path}/return"), json!({"defects": "缺预案"})).await.expect(200);
        let due = team.get(&path).await.body["fix_due_at"].as_i64().expect("a clock");
        app.advance(due - app.now() - 1).await;
        assert_eq!(team.get(&path).await.body["state"], "returned");
        app.advance(1).await;
        let lapsed = team.get(&path).await.body;
        assert_eq!((lapsed["state"].as_str(), lapsed["ineligible_rule"].as_str()), (Some("ineligible"), Some("M1")));
        assert_eq!(submit(&team, id).await.expect(409).code(), "wrong-state");
    }

    async fn a_cancelled_call_ends_its_proposals_and_says_why(app: &TestApp) {
        let call = open_call(app).await;
        let team = app.team(1).await;
        let id = submitted(&team, call, "四点半学校").await;
        let office = app.office().await;
        let why = json!({"reason": "年度经费未获批准"});
        office.post(&format!("/api/v1/calls/{call}/cancel"), why.clone()).await.expect(200);
        assert_eq!(team.get(&format!("/api/v1/proposals/{id}")).await.body["state"], "cancelled");
        let public = app.anon().get(&format!("/api/v1/calls/{call}")).await.expect(200).body;
        assert_eq!((public["state"].as_str(), public["reason"].as_str()), (Some("cancelled"), Some("年度经费未获批准")));
        // Its timers are gone with it.
        app.advance(40 * DAY).await;
        assert_eq!(app.anon().get(&format!("/api/v1/calls/{call}")).await.body["state"], "cancelled");
        assert_eq!(office.post(&format!("/api/v1/calls/{call}/cancel"), why).await.expect(409).code(), "wrong-state");
    }

    async fn an_extension_moves_the_end_once(app: &TestApp) {
        let call = open_call(app).await;
        let (office, team) = (app.office().await, app.team(1).await);
        let id = draft(&team, call, "四点半学校").await;
        let path = format!("/api/v1/calls/{call}");
        let closes = office.get(&path).await.body["closes_at"].as_i64().expect("an end");
        let until = closes + 3 * DAY;
        let extend = json!({"closes_at": until, "reason": "大雪停电两日，统一顺延"});
        office.post(&format!("{path}/extend"), extend.clone()).await.expect(200);
        let again = json!({"closes_at": until + DAY, "reason": "再顺延"});
        assert_eq!(office.post(&format!("{path}/extend"), again).await.expect(409).code(), "extended-already");
        app.advance(closes - app.now()).await;
        assert_eq!(office.get(&path).await.body["state"], "open");
        submit(&team, id).await.expect(200);
        app.advance(3 * DAY).await;
        assert_eq!(office.get(&path).await.body["state"], "screening");
    }
}
