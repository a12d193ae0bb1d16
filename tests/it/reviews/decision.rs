//! Bonuses, vetoes, verdicts, the budget, and what stands on the deliberation's page.

use super::*;
use twoway_ids::{DAY, HOUR};
use twoway_tests::on_both_databases;

/// A call with a bonus and a veto line, reviewed by three; the first two say no if `vetoes`.
async fn reviewed(app: &TestApp, vetoes: usize) -> (Uuid, Uuid) {
    let call = call_with(app, |input| {
        let lines = input["rubric"].as_array_mut().expect("a rubric");
        lines.push(json!({"key": "funds", "title": "自筹", "kind": "bonus", "cap": 20}));
        lines.push(json!({"key": "safe", "title": "安全红线", "kind": "veto"}));
    })
    .await;
    app.advance(7 * DAY + HOUR).await;
    let id = submitted(&app.team(1).await, call, "四点半学校").await;
    app.advance(20 * DAY).await;
    let office = app.office().await;
    office.post(&format!("/api/v1/proposals/{id}/admit"), json!({})).await.expect(200);
    office.post(&format!("/api/v1/calls/{call}/start-review"), json!({})).await.expect(200);
    for (n, reviewer) in reviewers(app, 3).await.iter().enumerate() {
        let review = assign(app, id, reviewer).await.expect(201).id();
        declare(reviewer, review).await.expect(200);
        let path = format!("/api/v1/reviews/{review}/scores");
        let sheet = |funds: i64, comment: &str| {
            json!({"scores": {"need": {"score": 80}, "plan": {"score": 80}, "cost": {"score": 80}, "funds": {"score": funds},
                "safe": {"score": i64::from(n < vetoes), "comment": comment}}})
        };
        if n == 0 {
            assert_eq!(
                reviewer.put(&path, sheet(21, "没有预案")).await.expect(422).body["errors"][0]["field"],
                "scores.funds"
            );
            let silent = reviewer.put(&path, sheet(0, "")).await;
            assert_eq!(silent.status, if vetoes > 0 { 422 } else { 200 });
        }
        reviewer.put(&path, sheet(10 * n as i64, "没有安全预案")).await.expect(200);
    }
    office.post(&format!("/api/v1/calls/{call}/end-review"), json!({})).await.expect(200);
    (call, id)
}

on_both_databases! {
    async fn bonuses_count_and_vetoes_ask_for_a_reason(app: &TestApp) {
        let (call, id) = reviewed(app, 2).await;
        let office = app.office().await;
        let ranking = office.get(&format!("/api/v1/calls/{call}/ranking")).await.expect(200).body;
        assert_eq!(ranking["items"][0]["score"], 9_000, "80 and a mean bonus of 10");
        let settings = format!("/api/v1/calls/{call}/review-settings");
        office.put(&settings, json!({"vetoes": 2, "budget": 40_000})).await.expect(200);
        let path = format!("/api/v1/proposals/{id}/decision");
        let with = |verdict: &str, veto: &str, cost: i64| {
            json!({"decision": "selected", "reason": REASON, "cost": cost, "verdict": verdict, "veto_reason": veto})
        };
        for (body, code) in [
            (with("not-feasible", "", 30_000), "selected-not-feasible"),
            (with("feasible", "", 30_000), "vetoed"),
            (with("feasible-with-changes", "短", 30_000), "vetoed"),
            (with("feasible-with-changes", REASON, 40_001), "over-budget"),
        ] {
            assert_eq!(office.put(&path, body).await.expect(409).code(), code);
        }
        office.put(&path, with("feasible-with-changes", REASON, 40_000)).await.expect(200);
        // Decided anew, it is not counted twice.
        office.put(&path, with("feasible", REASON, 39_000)).await.expect(200);
        let not = json!({"decision": "not-selected", "reason": REASON, "verdict": "feasible"});
        assert_eq!(office.put(&path, not).await.expect(409).code(), "vetoed");
        office.put(&path, json!({"decision": "not-selected", "reason": REASON})).await.expect(200);
    }

    async fn the_budget_holds_at_the_release_and_reasons_are_as_long_as_the_call_asks(app: &TestApp) {
        let (call, proposals) = call_in_review(app, &[1, 2]).await;
        all_scored(app, &proposals).await;
        let office = app.office().await;
        let path = format!("/api/v1/calls/{call}");
        office.post(&format!("{path}/end-review"), json!({})).await.expect(200);
        for id in &proposals {
            decide(app, *id, true).await.expect(200);
        }
        supervise(app, call).await.expect(200);
        office.put(&format!("{path}/review-settings"), json!({"budget": 84_000 - 1})).await.expect(200);
        assert_eq!(office.post(&format!("{path}/release"), json!({})).await.expect(409).code(), "over-budget");
        office.put(&format!("{path}/review-settings"), json!({"shortest_reason": 500})).await.expect(200);
        assert_eq!(office.post(&format!("{path}/release"), json!({})).await.expect(409).code(), "decision-too-short");
        assert_eq!(decide(app, proposals[0], true).await.expect(409).code(), "decision-too-short");
        office.put(&format!("{path}/review-settings"), json!({"shortest_reason": 10, "budget": 84_000})).await.expect(200);
        office.post(&format!("{path}/release"), json!({})).await.expect(200);
    }

    async fn a_call_may_do_without_a_supervisor(app: &TestApp) {
        let (call, proposals) = call_in_review(app, &[1]).await;
        all_scored(app, &proposals).await;
        let office = app.office().await;
        let path = format!("/api/v1/calls/{call}");
        assert_eq!(supervise(app, call).await.expect(409).code(), "not-deliberating");
        office.post(&format!("{path}/end-review"), json!({})).await.expect(200);
        decide(app, proposals[0], true).await.expect(200);
        assert_eq!(office.post(&format!("{path}/supervise"), json!({"note": "我在"})).await.status, 403);
        assert_eq!(app.supervisor().await.post(&format!("{path}/supervise"), json!({"note": " "})).await.status, 422);
        office.put(&format!("{path}/review-settings"), json!({"supervised": false})).await.expect(200);
        office.post(&format!("{path}/release"), json!({})).await.expect(200);
    }

    async fn the_pages_ask_for_verdict_and_veto(app: &TestApp) {
        let (call, id) = reviewed(app, 1).await;
        let desk = app.office().await.pages().await;
        let (decision, deliberation) = (format!("/proposals/{id}/decision"), format!("/office/calls/{call}/deliberation"));
        let shown = page(&desk, &decision).await;
        assert!(shown.contains("修改后可行") && shown.contains("有 1 位评审人在否决项上反对"), "{shown}");
        let mut form = vec![("decision", "selected"), ("verdict", "feasible-with-changes"), ("reason", REASON), ("cost", "42000"), ("veto_reason", "已补预案")];
        let back = desk.post(&decision, &form).await.expect(422);
        assert!(back.body.as_str().is_some_and(|text| text.contains("已补预案") && text.contains("认定可行须另写理由")));
        form[1].1 = "perhaps";
        assert_eq!(desk.post(&decision, &form).await.status, 422);
        (form[1].1, form[4].1) = ("feasible-with-changes", REASON);
        desk.post(&decision, &form).await.expect(303);
        let shown = page(&desk, &deliberation).await;
        // 80, 90 and 100 points are twenty apart.
        assert!(shown.contains("修改后可行") && shown.contains("20.00") && shown.contains("42,000"), "{shown}");
        assert!(page(&desk, &decision).await.contains(REASON));
    }

    async fn a_rubric_with_bonus_and_veto_is_written_on_its_page_and_scored_on_the_sheet(app: &TestApp) {
        let office = app.office().await;
        let call = office.post("/api/v1/calls", call_input(app)).await.expect(201).id();
        let (desk, rubric) = (office.pages().await, format!("/office/calls/{call}/rubric"));
        assert!(page(&desk, &rubric).await.contains("否决项"));
        let v = version(&office, &format!("/api/v1/calls/{call}")).await.to_string();
        let mut form = vec![("_version", v.as_str()), ("_rows", "3"), ("_do", "save"), ("_key_0", "need"), ("title_0", "需求"), ("weight_0", "100"),
            ("_key_1", "funds"), ("title_1", "自筹"), ("kind_1", "bonus"), ("cap_1", "80"), ("_key_2", "safe"), ("title_2", "安全"), ("kind_2", "veto")];
        let back = desk.post(&rubric, &form).await.expect(422);
        assert!(back.body.as_str().is_some_and(|text| text.contains("f-cap_1-error")));
        form[9].1 = "20";
        desk.post(&rubric, &form).await.expect(303);
        let stored = office.get(&format!("/api/v1/calls/{call}")).await.body["rubric"].clone();
        assert_eq!((stored[1]["kind"].as_str(), stored[1]["cap"].as_i64(), stored[2]["kind"].as_str()), (Some("bonus"), Some(20), Some("veto")));
        assert!(stored[0].get("kind").is_none(), "a weighted line is stored as ever");
        assert!(page(&desk, &format!("/office/calls/{call}")).await.contains("加分，最多 20 分"));
        // On the sheet.
        let (_, id) = reviewed(app, 1).await;
        let reviewer = app.reviewer(1).await;
        let reviews = reviewer.get("/api/v1/reviews").await.expect(200).body;
        let review = reviews.as_array().expect("a desk").iter().find(|r| r["proposal_id"] == json!(id)).expect("mine")["id"].clone();
        let shown = page(&reviewer.pages().await, &format!("/reviews/{}", review.as_str().expect("an id"))).await;
        assert!(shown.contains("否决") && shown.contains("没有安全预案"), "{shown}");
    }
}
