//! A call that stands still for a while, and calls with other steps than usual.

use super::world::*;
use serde_json::{Value, json};
use twoway_ids::DAY;
use twoway_tests::{Actor, PageClient, on_both_databases};

async fn told(actor: &Actor, text: &str) -> bool {
    actor.get("/api/v1/notices").await.expect(200).body.to_string().contains(text)
}

on_both_databases! {
    async fn a_suspended_call_stands_still_and_goes_on_for_as_long_as_it_had_left(app: &TestApp) {
        let (office, team) = (app.office().await, app.team(1).await);
        let call = open_call(app).await;
        let path = format!("/api/v1/calls/{call}");
        let waits = draft(&team, call, "四点半学校").await;
        let closes = office.get(&path).await.body["closes_at"].as_i64().expect("an end");
        assert_eq!(office.post(&format!("{path}/resume"), json!({})).await.expect(409).code(), "wrong-state");
        assert_eq!(office.post(&format!("{path}/suspend"), json!({"reason": " "})).await.status, 422);
        team.post(&format!("{path}/suspend"), json!({"reason": "停"})).await.expect(403);
        app.advance(15 * DAY).await;
        office.post(&format!("{path}/suspend"), json!({"reason": "指南附件有误，更正后恢复"})).await.expect(200);
        assert!(told(&team, "暂停：指南附件有误").await);
        let seen = app.anon().get(&path).await.expect(200).body;
        assert_eq!((seen["state"].as_str(), seen["reason"].as_str()), (Some("suspended"), Some("指南附件有误，更正后恢复")));
        assert_eq!(submit(&team, waits).await.expect(409).code(), "call-suspended");
        let new = json!({"call_id": call, "organization_id": app.team(2).await.organization, "content": content("老街守望")});
        assert_eq!(app.team(2).await.post("/api/v1/proposals", new).await.expect(409).code(), "call-suspended");
        // What is begun can be written on.
        let page = team.pages().await.get(&format!("/proposals/{waits}")).await.expect(200).body;
        assert!(page.as_str().is_some_and(|page| page.contains("可以继续填写") && page.contains("/edit")), "{page}");
        let mut changed = content("四点半学校");
        changed["summary"] = json!("放学后到家长下班前，由两名以上志愿者看护。");
        team.put(&format!("/api/v1/proposals/{waits}"), changed).await.expect(200);
        // The end passes without effect.
        app.advance(10 * DAY).await;
        assert_eq!(office.get(&path).await.body["state"], "suspended");
        office.post(&format!("{path}/resume"), json!({})).await.expect(200);
        assert!(told(&team, "已恢复，截止时间顺延至").await);
        let seen = office.get(&path).await.body;
        assert_eq!((seen["state"].as_str(), seen["closes_at"].as_i64()), (Some("open"), Some(closes + 10 * DAY)));
        assert_eq!(seen["extended"], false);
        assert_eq!(seen["suspended_at"], Value::Null);
        submit(&team, waits).await.expect(200);
        app.advance(5 * DAY).await;
        assert_eq!(office.get(&path).await.body["state"], "screening");
        assert_eq!(office.post(&format!("{path}/suspend"), json!({"reason": "太晚"})).await.expect(409).code(), "wrong-state");
    }

    async fn a_suspended_call_can_be_cancelled_and_its_pages_say_what_holds(app: &TestApp) {
        let call = open_call(app).await;
        let (desk, anon) = (app.office().await.pages().await, app.anon().pages().await);
        let read = async |client: &PageClient, path: &str| {
            client.get(path).await.expect(200).body.as_str().unwrap_or_default().to_string()
        };
        let base = format!("/office/calls/{call}");
        assert!(read(&desk, &base).await.contains(&format!("{base}/suspend")));
        assert!(read(&desk, &format!("{base}/suspend")).await.contains("不占用一次性延期"));
        desk.post(&format!("{base}/suspend"), &[("reason", "")]).await.expect(422);
        desk.post(&format!("{base}/suspend"), &[("reason", "系统维护")]).await.expect(303);
        let page = read(&desk, &base).await;
        assert!(page.contains("征集已暂停") && page.contains("系统维护") && page.contains("恢复征集"), "{page}");
        let public = read(&anon, &format!("/calls/{call}")).await;
        assert!(public.contains("征集暂停") && public.contains("系统维护") && public.contains("暂停中，恢复后顺延"), "{public}");
        assert!(read(&anon, "/calls?phase=open").await.contains("已暂停"));
        desk.post(&format!("{base}/resume"), &[]).await.expect(303);
        assert!(read(&anon, &format!("/calls/{call}")).await.contains("现在可以申报"));
        desk.post(&format!("{base}/suspend"), &[("reason", "系统维护")]).await.expect(303);
        let why = json!({"reason": "经费调整，本年度不再征集"});
        app.office().await.post(&format!("/api/v1/calls/{call}/cancel"), why).await.expect(200);
    }

    async fn a_call_without_a_formal_check_goes_straight_to_the_reviewers(app: &TestApp) {
        let (office, second) = (app.office().await, app.second_office().await);
        let id = office.post("/api/v1/calls", call_input(app)).await.expect(201).id();
        let path = format!("/api/v1/calls/{id}");
        let settings = json!({"steps": {"screening": false}, "late_days": 3});
        let refused = office.put(&format!("{path}/settings"), settings).await.expect(409);
        assert_eq!(refused.code(), "late-without-screening");
        office.put(&format!("{path}/settings"), json!({"steps": {"screening": false}})).await.expect(200);
        office.post(&format!("{path}/submit"), json!({})).await.expect(200);
        second.post(&format!("{path}/approve"), json!({})).await.expect(200);
        app.advance(7 * DAY).await;
        let proposal = submitted(&app.team(1).await, id, "四点半学校").await;
        let begun = draft(&app.team(2).await, id, "老街守望").await;
        app.advance(20 * DAY).await;
        assert_eq!(office.get(&path).await.body["state"], "reviewing");
        assert_eq!(office.get(&format!("/api/v1/proposals/{proposal}")).await.body["state"], "under-review");
        assert_eq!(app.team(2).await.get(&format!("/api/v1/proposals/{begun}")).await.body["state"], "draft");
        assert!(app.anon().pages().await.get(&format!("/calls/{id}")).await.body.to_string().contains("不设资格审查"));
        all_scored(app, &[proposal]).await;
        office.post(&format!("{path}/end-review"), json!({})).await.expect(200);
    }

    async fn nothing_handed_in_waits_for_the_office_also_without_a_formal_check(app: &TestApp) {
        let (office, second) = (app.office().await, app.second_office().await);
        let id = office.post("/api/v1/calls", call_input(app)).await.expect(201).id();
        let path = format!("/api/v1/calls/{id}");
        office.put(&format!("{path}/settings"), json!({"steps": {"screening": false}})).await.expect(200);
        office.post(&format!("{path}/submit"), json!({})).await.expect(200);
        second.post(&format!("{path}/approve"), json!({})).await.expect(200);
        app.advance(27 * DAY).await;
        assert_eq!(office.get(&path).await.body["state"], "screening");
        assert_eq!(office.post(&format!("{path}/start-review"), json!({})).await.expect(409).code(), "none-eligible");
    }
}
