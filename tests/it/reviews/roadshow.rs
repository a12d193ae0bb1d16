//! The second round: shortlist, turns, live scores, the supervisor's signature, and what counts.

use super::*;
use twoway_ids::DAY;
use twoway_tests::on_both_databases;

/// A call in deliberation with these teams' proposals; the first round gave 88, 78, 68 …
async fn deliberating(app: &TestApp, teams: &[usize]) -> (Uuid, Vec<Uuid>) {
    let settings = json!({"steps": {"roadshow": true}});
    let (call, proposals) = call_in_review_as(app, teams, settings).await;
    all_scored(app, &proposals).await;
    app.office().await.post(&format!("/api/v1/calls/{call}/end-review"), json!({})).await.expect(200);
    (call, proposals)
}

async fn shortlist(
    app: &TestApp,
    call: Uuid,
    proposals: &[Uuid],
    judges: &[Actor],
    terms: (i64, i64),
) -> twoway_tests::Answer {
    let judges: Vec<Uuid> = judges.iter().map(|judge| judge.account).collect();
    let body = json!({"proposals": proposals, "judges": judges, "weight": terms.0, "trim_from": terms.1});
    app.office().await.post(&format!("/api/v1/calls/{call}/shortlist"), body).await
}

async fn slots(app: &TestApp, call: Uuid) -> Vec<Value> {
    let view = app.office().await.get(&format!("/api/v1/calls/{call}/roadshow")).await.expect(200).body;
    view["slots"].as_array().expect("slots").clone()
}

fn address(slot: &Value) -> String {
    format!("/api/v1/roadshow-slots/{}", slot["id"].as_str().expect("an id"))
}

async fn live(judge: &Actor, slot: &str, points: i64) -> twoway_tests::Answer {
    judge.put(&format!("{slot}/score"), json!({ "points": points })).await
}

on_both_databases! {
    async fn a_shortlisted_proposal_is_scored_live_and_counts_when_it_is_signed(app: &TestApp) {
        let (call, proposals) = deliberating(app, &[1, 2]).await;
        let (office, watcher, judges) = (app.office().await, app.supervisor().await, reviewers(app, 5).await);
        for (list, people, terms, status) in [
            (&proposals[..1], &judges[..0], (50, 5), 422),
            (&proposals[..1], &judges[..], (101, 5), 422),
            (&proposals[..1], &judges[..], (50, 2), 422),
        ] {
            assert_eq!(shortlist(app, call, list, people, terms).await.status, status);
        }
        assert_eq!(shortlist(app, call, &proposals[..1], std::slice::from_ref(&office), (50, 5)).await.expect(409).code(), "not-a-reviewer");
        assert_eq!(shortlist(app, call, &[Uuid::from_u128(3)], &judges, (50, 5)).await.expect(409).code(), "not-under-review");
        office.get(&format!("/api/v1/calls/{call}/roadshow")).await.expect(404);
        shortlist(app, call, &proposals[1..], &judges, (40, 5)).await.expect(200);
        assert_eq!(shortlist(app, call, &proposals[1..], &judges, (40, 5)).await.expect(409).code(), "shortlisted-already");
        let told = app.team(2).await.get("/api/v1/notices").await.body.to_string();
        assert!(told.contains("入围路演"), "{told}");
        assert!(judges[0].get("/api/v1/notices").await.body.to_string().contains("的路演评委"));
        assert_eq!(decide(app, proposals[1], true).await.expect(409).code(), "roadshow-pending");
        let slot = address(&slots(app, call).await[0]);
        let plan = json!({"starts_at": app.now() + DAY, "place": "市图书馆报告厅", "position": 1});
        assert_eq!(office.put(&slot, json!({"starts_at": 1, "place": " ", "position": 1})).await.status, 422);
        office.put(&slot, plan).await.expect(200);
        assert!(app.team(2).await.get("/api/v1/notices").await.body.to_string().contains("在市图书馆报告厅进行"));

        assert_eq!(live(&judges[0], &slot, 80).await.expect(409).code(), "slot-not-open");
        assert_eq!(office.post(&format!("{slot}/close"), json!({})).await.expect(409).code(), "wrong-state");
        office.post(&format!("{slot}/open"), json!({})).await.expect(200);
        assert_eq!(office.post(&format!("{slot}/close"), json!({})).await.expect(409).code(), "no-live-scores");
        assert_eq!(live(&judges[0], &slot, 101).await.expect(422).body["errors"][0]["field"], "points");
        live(&app.reviewer(9).await, &slot, 80).await.expect(404);
        // 100 and 0 are left out: 80, 85, 90.
        let work = async |actor: &Actor| actor.get("/api/v1/work").await.expect(200).body.to_string();
        assert!(work(&judges[0]).await.contains("judge-roadshow"));
        for (judge, points) in judges.iter().zip([100, 0, 80, 85, 70]) {
            live(judge, &slot, points).await.expect(200);
        }
        live(&judges[4], &slot, 90).await.expect(200);
        office.post(&format!("{slot}/close"), json!({})).await.expect(200);
        assert_eq!(slots(app, call).await[0]["live"], 8_500);
        let waits = work(&watcher).await;
        assert!(waits.contains("countersign-roadshow") && waits.contains("supervise"), "{waits}");
        let score = async || office.get(&format!("/api/v1/calls/{call}/ranking")).await.body["items"][1]["score"].as_i64();
        assert_eq!(score().await, Some(7_800), "it does not count before it is signed");
        assert_eq!(office.post(&format!("{slot}/countersign"), json!({})).await.status, 403);
        watcher.post(&format!("{slot}/reopen"), json!({"reason": "第三位评委按错"})).await.expect(200);
        live(&judges[2], &slot, 83).await.expect(200);
        office.post(&format!("{slot}/close"), json!({})).await.expect(200);
        watcher.post(&format!("{slot}/countersign"), json!({})).await.expect(200);
        // 78 × 60 % + 86 × 40 %
        assert_eq!((score().await, slots(app, call).await[0]["combined"].as_i64()), (Some(8_120), Some(8_120)));
        assert_eq!(watcher.post(&format!("{slot}/reopen"), json!({"reason": "再来"})).await.expect(409).code(), "wrong-state");
        let late = json!({"starts_at": app.now() + DAY, "place": "报告厅", "position": 1});
        assert_eq!(office.put(&slot, late).await.expect(409).code(), "slot-over");
        assert_eq!(shortlist(app, call, &proposals[..1], &judges, (50, 5)).await.expect(409).code(), "roadshow-terms-fixed");
        decide(app, proposals[1], true).await.expect(200);

        // A conflict found afterwards changes the first round, and what both make together.
        app.grant(judges[0].account, twoway_entity::accounts::Role::Volunteer, app.team(2).await.organization.expect("a team")).await;
        office.post(&format!("/api/v1/calls/{call}/recheck-conflicts"), json!({})).await.expect(200);
        // The first reviewer gave 79, the others 78 and 77: 77.5 × 60 % + 86 × 40 %
        assert_eq!(score().await, Some(8_090));
    }

    async fn judges_with_a_conflict_do_not_score_and_a_turn_can_be_dropped(app: &TestApp) {
        let (call, proposals) = deliberating(app, &[1]).await;
        let (office, judges) = (app.office().await, reviewers(app, 2).await);
        app.grant(judges[0].account, twoway_entity::accounts::Role::Volunteer, app.team(1).await.organization.expect("a team")).await;
        shortlist(app, call, &proposals, &judges, (50, 5)).await.expect(200);
        let slot = address(&slots(app, call).await[0]);
        office.post(&format!("{slot}/open"), json!({})).await.expect(200);
        assert_eq!(live(&judges[0], &slot, 90).await.expect(409).code(), "conflict-same-organization");
        let settings = json!({"hide_proposer": true});
        office.put(&format!("/api/v1/calls/{call}/review-settings"), settings).await.expect(200);
        assert_eq!(live(&judges[0], &slot, 90).await.expect(409).code(), "conflict-hidden");
        live(&judges[1], &slot, 90).await.expect(200);
        assert_eq!(office.post(&format!("{slot}/drop"), json!({"reason": " "})).await.status, 422);
        office.post(&format!("{slot}/drop"), json!({"reason": "申报人不能到场"})).await.expect(200);
        assert_eq!(slots(app, call).await.len(), 0);
        decide(app, proposals[0], true).await.expect(200);
        assert_eq!(shortlist(app, call, &proposals, &judges, (50, 5)).await.expect(409).code(), "not-under-review");
    }

    async fn a_call_has_the_roadshow_that_it_announced_and_no_other(app: &TestApp) {
        let (call, proposals) = deliberating(app, &[1]).await;
        decide(app, proposals[0], true).await.expect(200);
        supervise(app, call).await.expect(200);
        let release = format!("/api/v1/calls/{call}/release");
        assert_eq!(app.office().await.post(&release, json!({})).await.expect(409).code(), "roadshow-missing");

        let (plain, others) = call_in_review(app, &[2]).await;
        all_scored(app, &others).await;
        app.office().await.post(&format!("/api/v1/calls/{plain}/end-review"), json!({})).await.expect(200);
        let judges = reviewers(app, 1).await;
        assert_eq!(shortlist(app, plain, &others, &judges, (50, 5)).await.expect(409).code(), "no-roadshow-in-call");
        let desk = app.office().await.pages().await;
        assert!(!page(&desk, &format!("/office/calls/{plain}/deliberation")).await.contains("/roadshow"));
    }

    async fn the_roadshow_works_on_pages(app: &TestApp) {
        let (call, proposals) = deliberating(app, &[1, 2, 3]).await;
        let judges = reviewers(app, 2).await;
        let (desk, watcher, phone) = (app.office().await.pages().await, app.supervisor().await.pages().await, judges[0].pages().await);
        let round = format!("/office/calls/{call}/roadshow");
        assert!(page(&desk, &format!("/office/calls/{call}/deliberation")).await.contains(&round));
        assert!(page(&desk, &round).await.contains("初评 88.00 分"));
        let (first, second) = (proposals[0].to_string(), proposals[1].to_string());
        let (a, b) = (judges[0].account.to_string(), judges[1].account.to_string());
        let mut form = vec![("proposals", first.as_str()), ("weight", "许多"), ("trim_from", "5"), ("judges", a.as_str()), ("judges", b.as_str())];
        let back = desk.post(&round, &form).await.expect(422);
        assert!(back.body.as_str().is_some_and(|text| text.contains("许多")));
        form[1].1 = "50";
        desk.post(&round, &form).await.expect(303);
        let cost = queries(app, async || drop(page(&watcher, &round).await)).await;
        form[0].1 = second.as_str();
        desk.post(&round, &form).await.expect(303);
        let third = proposals[2].to_string();
        form[0].1 = third.as_str();
        desk.post(&round, &form).await.expect(303);
        assert_eq!(queries(app, async || drop(page(&watcher, &round).await)).await, cost);
        let slot = slots(app, call).await[0]["id"].as_str().expect("an id").to_string();
        let sheet = format!("/office/roadshow-slots/{slot}");
        assert!(page(&desk, &round).await.contains(&sheet));
        assert!(page(&desk, &sheet).await.contains("监督人员签字"));
        page(&desk, &format!("{sheet}/schedule")).await;
        let back = desk.post(&format!("{sheet}/schedule"), &[("starts_at", ""), ("place", "报告厅"), ("position", "1")]).await.expect(422);
        assert!(back.body.as_str().is_some_and(|text| text.contains("报告厅") && text.contains("f-starts_at-error")));
        desk.post(&format!("{sheet}/schedule"), &[("starts_at", "2026-12-25T09:00"), ("place", "报告厅"), ("position", "1")]).await.expect(303);
        assert!(page(&phone, "/reviews").await.contains("/roadshow"));
        assert!(page(&phone, "/roadshow").await.contains("报告厅"));
        let turn = format!("/roadshow/{slot}");
        assert!(page(&phone, &turn).await.contains("现在不能打分"));
        desk.post(&format!("{sheet}/open"), &[]).await.expect(303);
        assert!(page(&phone, "/roadshow").await.contains(&turn));
        let back = phone.post(&turn, &[("points", "很高"), ("note", "表达清楚")]).await.expect(422);
        assert!(back.body.as_str().is_some_and(|text| text.contains("很高") && text.contains("表达清楚")));
        phone.post(&turn, &[("points", "92"), ("note", "表达清楚")]).await.expect(303);
        assert!(page(&phone, &turn).await.contains("value=\"92\""));
        desk.post(&format!("{sheet}/close"), &[]).await.expect(303);
        assert!(page(&watcher, &sheet).await.contains("/reopen") && page(&desk, &sheet).await.contains("/reopen"));
        assert_eq!(watcher.post(&format!("{sheet}/reopen"), &[("reason", "")]).await.status, 422);
        watcher.post(&format!("{sheet}/reopen"), &[("reason", "设备故障")]).await.expect(303);
        desk.post(&format!("{sheet}/close"), &[]).await.expect(303);
        watcher.post(&format!("{sheet}/countersign"), &[]).await.expect(303);
        let shown = page(&desk, &sheet).await;
        for word in ["已签认", "90.00", "92.00", "表达清楚", "冯监督"] {
            assert!(shown.contains(word), "{word} is missing in {shown}");
        }
        let other = slots(app, call).await[1]["id"].as_str().expect("an id").to_string();
        page(&desk, &format!("/office/roadshow-slots/{other}/drop")).await;
        desk.post(&format!("/office/roadshow-slots/{other}/drop"), &[("reason", "申报人放弃")]).await.expect(303);
    }
}
