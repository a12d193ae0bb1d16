//! Who has to mend something is reminded a working day before the clock ends, and not when it is mended.

use crate::calls::world::*;
use serde_json::json;
use twoway_ids::{DAY, HOUR, Uuid};
use twoway_tests::{Actor, TestApp, on_both_databases};

async fn returned(app: &TestApp) -> (Actor, Uuid, i64) {
    let call = open_call(app).await;
    let team = app.team(1).await;
    let id = submitted(&team, call, "四点半学校").await;
    app.advance(20 * DAY).await;
    let path = format!("/api/v1/proposals/{id}");
    app.office().await.post(&format!("{path}/return"), json!({"defects": "写明每日人数"})).await.expect(200);
    let due = team.get(&path).await.expect(200).body["fix_due_at"].as_i64().expect("a clock");
    (team, id, due)
}

async fn reminders(team: &Actor) -> usize {
    team.get("/api/v1/notices").await.expect(200).body.to_string().matches("还没有补正").count()
}

on_both_databases! {
    async fn a_reminder_comes_once_and_in_time(app: &TestApp) {
        let (team, id, due) = returned(app).await;
        app.advance(DAY).await;
        assert_eq!(reminders(&team).await, 0);
        app.advance(due - app.now() - HOUR).await;
        assert_eq!(reminders(&team).await, 1);
        app.advance(2 * HOUR).await;
        let state = team.get(&format!("/api/v1/proposals/{id}")).await.expect(200).body;
        assert_eq!(state["state"], "ineligible");
        assert_eq!(reminders(&team).await, 1);
    }

    async fn who_has_mended_is_not_reminded(app: &TestApp) {
        let (team, id, due) = returned(app).await;
        let mut mended = content("四点半学校");
        mended["answers"]["plan"] = json!("每周一至周五开放，每日三名志愿者在场。");
        team.put(&format!("/api/v1/proposals/{id}"), mended).await.expect(200);
        submit(&team, id).await.expect(200);
        app.advance(due - app.now() + DAY).await;
        assert_eq!(reminders(&team).await, 0);
    }
}
