//! Proposals after the end of a call that allows some days for them.

use super::world::*;
use serde_json::{Value, json};
use twoway_ids::{DAY, HOUR, Uuid};
use twoway_tests::{Actor, Answer, TestApp, on_both_databases};

fn text(body: &Value) -> String {
    body.as_str().unwrap_or_default().to_string()
}

async fn hand_in(actor: &Actor, id: Uuid, why: Option<&str>) -> Answer {
    let similar = actor.get(&format!("/api/v1/proposals/{id}/similar")).await;
    let seen: Vec<Value> = similar.body.as_array().into_iter().flatten().map(|one| one["id"].clone()).collect();
    let body = json!({"consent": true, "late_reason": why, "similar_seen": seen});
    actor.post(&format!("/api/v1/proposals/{id}/submit"), body).await
}

/// A call that has just closed and takes what is late for three days, with a draft of each of these teams.
async fn closed(app: &TestApp, teams: &[usize], settings: Value) -> (Uuid, Vec<Uuid>) {
    let call = call_with_settings(app, settings).await;
    app.advance(7 * DAY + HOUR).await;
    let mut drafts = Vec::new();
    for n in teams {
        drafts.push(draft(&app.team(*n).await, call, ["四点半学校", "河道清洁", "夜读陪伴"][n - 1]).await);
    }
    app.advance(20 * DAY).await;
    (call, drafts)
}

on_both_databases! {
    async fn what_is_late_is_accepted_before_it_is_checked(app: &TestApp) {
        let (call, drafts) = closed(app, &[1, 2, 3], json!({"late_days": 3, "sealed": true})).await;
        let (office, second) = (app.office().await, app.second_office().await);
        let (one, two) = (app.team(1).await, app.team(2).await);
        assert_eq!(hand_in(&one, drafts[0], None).await.expect(409).code(), "late-reason-missing");
        assert_eq!(hand_in(&one, drafts[0], Some(&"长".repeat(2_001))).await.expect(409).code(), "late-reason-missing");
        // It can still be written, and nothing new is begun.
        one.put(&format!("/api/v1/proposals/{}", drafts[0]), content("四点半学校二")).await.expect(200);
        let new = json!({"call_id": call, "organization_id": one.organization, "content": content("新的")});
        assert_eq!(one.post("/api/v1/proposals", new).await.expect(409).code(), "call-closed");
        hand_in(&one, drafts[0], Some("突发停电")).await.expect(200);
        hand_in(&two, drafts[1], Some("误记日期")).await.expect(200);

        let path = |id: Uuid, verb: &str| format!("/api/v1/proposals/{id}/{verb}");
        let seen = office.get(&format!("/api/v1/proposals/{}", drafts[0])).await.expect(200).body;
        assert_eq!((&seen["late"]["reason"], &seen["late"]["accepted_at"]), (&json!("突发停电"), &Value::Null));
        let work = office.get("/api/v1/work").await.expect(200).body.to_string();
        assert!(work.contains("accept-late") && !work.contains("screen-proposal"), "{work}");
        for (verb, body) in [("admit", json!({})), ("return", json!({"defects": "缺预算"}))] {
            assert_eq!(office.post(&path(drafts[0], verb), body).await.expect(409).code(), "late-not-accepted");
        }
        one.post(&path(drafts[0], "accept-late"), json!({"reason": "情况属实"})).await.expect(403);
        office.post(&path(drafts[0], "accept-late"), json!({"reason": ""})).await.expect(422);
        office.post(&path(drafts[0], "accept-late"), json!({"reason": "情况属实"})).await.expect(200);
        assert_eq!(office.post(&path(drafts[0], "accept-late"), json!({"reason": "再次"})).await.expect(409).code(), "late-accepted");
        office.post(&path(drafts[0], "admit"), json!({})).await.expect(200);
        // Not accepted: found ineligible by two.
        office.post(&path(drafts[1], "rule-out"), json!({"rule": "逾期", "reason": "理由不成立"})).await.expect(200);
        second.post(&path(drafts[1], "rule-out/confirm"), json!({})).await.expect(200);

        let start = format!("/api/v1/calls/{call}/start-review");
        let runs = office.post(&start, json!({})).await.expect(409);
        assert_eq!(runs.code(), "late-time-runs");
        let said = runs.body["detail"].as_str().expect("words");
        assert!(said.contains("年") && said.contains("月") && !said.contains("-"), "{said}");
        app.advance(3 * DAY).await;
        assert_eq!(hand_in(&app.team(3).await, drafts[2], Some("生病")).await.expect(409).code(), "call-closed");
        app.office().await.post(&start, json!({})).await.expect(200);
    }

    async fn in_time_nothing_is_late(app: &TestApp) {
        let call = call_with_settings(app, json!({"late_days": 3})).await;
        app.advance(7 * DAY + HOUR).await;
        let id = submitted(&app.team(1).await, call, "四点半学校").await;
        app.advance(23 * DAY).await;
        let office = app.office().await;
        assert!(office.get(&format!("/api/v1/proposals/{id}")).await.expect(200).body.get("late").is_none());
        let refused = office.post(&format!("/api/v1/proposals/{id}/accept-late"), json!({"reason": "情况属实"})).await;
        assert_eq!(refused.expect(409).code(), "not-late");
        office.post(&format!("/api/v1/proposals/{id}/admit"), json!({})).await.expect(200);
    }

    async fn without_days_the_end_is_the_end(app: &TestApp) {
        let (_, drafts) = closed(app, &[1], json!({})).await;
        assert_eq!(hand_in(&app.team(1).await, drafts[0], Some("停电")).await.expect(409).code(), "call-closed");
        let office = app.office().await;
        let id = office.post("/api/v1/calls", call_input(app)).await.expect(201).id();
        for days in [-1, 11] {
            office.put(&format!("/api/v1/calls/{id}/settings"), json!({"late_days": days})).await.expect(422);
        }
    }

    async fn late_proposals_have_pages(app: &TestApp) {
        let (call, drafts) = closed(app, &[1], json!({"late_days": 3})).await;
        let (team, desk) = (app.team(1).await.pages().await, app.office().await.pages().await);
        let place = format!("/proposals/{}", drafts[0]);
        assert!(text(&team.get(&format!("/calls/{call}")).await.body).contains("截止后3天内"));
        assert!(text(&team.get(&place).await.body).contains("可以逾期递交"));
        assert!(text(&team.get(&format!("{place}/submit")).await.body).contains("逾期原因"));
        let bad = team.post(&format!("{place}/submit"), &[("consent", "true"), ("late_reason", "")]).await;
        assert_eq!(bad.status, 422);
        assert!(text(&bad.body).contains("late_reason"));
        assert_eq!(team.post(&format!("{place}/submit"), &[("consent", "true"), ("late_reason", "突发停电")]).await.status, 303);
        let shown = text(&desk.get(&place).await.body);
        assert!(shown.contains("突发停电") && shown.contains(&format!("{place}/accept-late")), "{shown}");
        assert!(text(&desk.get(&format!("/office/calls/{call}/screening")).await.body).contains("四点半学校（逾期）"));
        assert!(text(&desk.get(&format!("{place}/accept-late")).await.body).contains("突发停电"));
        assert_eq!(desk.post(&format!("{place}/accept-late"), &[("reason", "")]).await.status, 422);
        assert_eq!(desk.post(&format!("{place}/accept-late"), &[("reason", "情况属实")]).await.status, 303);
        assert!(text(&desk.get(&place).await.body).contains("已同意受理：情况属实"));
        let settings = format!("/office/calls/{}/settings", app.office().await.post("/api/v1/calls", call_input(app)).await.expect(201).id());
        assert!(text(&desk.get(&settings).await.body).contains("late_days"));
        assert_eq!(desk.post(&settings, &[("kind", "annual"), ("late_days", "many")]).await.status, 422);
        assert_eq!(desk.post(&settings, &[("kind", "annual"), ("late_days", "10"), ("screening", "true")]).await.status, 303);
    }
}
