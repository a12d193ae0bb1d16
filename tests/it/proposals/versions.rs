//! Any two versions are compared question by question.

use crate::calls::world::*;
use serde_json::json;
use twoway_ids::{DAY, HOUR};
use twoway_tests::on_both_databases;

on_both_databases! {
    async fn what_was_written_and_what_was_handed_in_is_compared(app: &TestApp) {
        let call = open_call(app).await;
        let team = app.team(1).await;
        let id = draft(&team, call, "四点半学校").await;
        let path = format!("/api/v1/proposals/{id}");
        let mut changed = content("四点半学校");
        changed["answers"]["plan"] = json!("每周一至周四开放，两名以上志愿者在场。");
        team.put(&path, changed.clone()).await.expect(200);
        app.advance(2 * HOUR).await;
        changed["answers"]["plan"] = json!("每周一至周四开放，三名以上志愿者在场。");
        team.put(&path, changed.clone()).await.expect(200);
        submit(&team, id).await.expect(200);

        let pages = team.pages().await;
        let versions = format!("/proposals/{id}/versions");
        let shown = pages.get(&format!("/proposals/{id}")).await.expect(200);
        assert!(shown.body.as_str().expect("a page").contains(&versions));
        let html = pages.get(&format!("{versions}?old=s1&new=s2")).await.expect(200).body;
        let html = html.as_str().expect("a page").to_string();
        assert!(html.contains("<del>两</del>名以上") && html.contains("<ins>三</ins>名以上"), "{html}");
        assert!(!html.contains("服务人数</h2>"), "only what differs is shown");

        app.advance(20 * DAY).await;
        let office = app.office().await;
        office.post(&format!("{path}/return"), json!({"defects": "写明周五怎样安排"})).await.expect(200);
        attach(&team, id, "活动室.png", PNG, None).await.expect(201);
        changed["answers"]["plan"] = json!("每周一至周五开放，三名以上志愿者在场。");
        team.put(&path, changed).await.expect(200);
        submit(&team, id).await.expect(200);
        let html = office.pages().await.get(&versions).await.expect(200).body;
        let html = html.as_str().expect("a page");
        assert!(html.contains("<del>四</del>开放") && html.contains("<ins>五</ins>开放"), "{html}");
        assert!(html.contains("<ins>活动室.png</ins>"), "{html}");
        assert!(!html.contains("old=s1"), "what was written before is for those who wrote it");
        app.citizen().await.pages().await.get(&versions).await.expect(404);
    }
}
