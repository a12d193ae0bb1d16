//! Letters from templates: written by the office, filled at the release, read by the proposer.

use super::*;
use twoway_tests::on_both_databases;

/// A call in deliberation with one decided proposal for each of two teams: one selected, one not.
async fn decided(app: &TestApp) -> (Uuid, Vec<Uuid>) {
    let (call, proposals) = call_in_review(app, &[1, 2]).await;
    all_scored(app, &proposals).await;
    app.office().await.post(&format!("/api/v1/calls/{call}/end-review"), json!({})).await.expect(200);
    decide(app, proposals[0], true).await.expect(200);
    decide(app, proposals[1], false).await.expect(200);
    (call, proposals)
}

async fn released(app: &TestApp, call: Uuid) {
    supervise(app, call).await.expect(200);
    app.office().await.post(&format!("/api/v1/calls/{call}/release"), json!({})).await.expect(200);
}

on_both_databases! {
    async fn each_proposer_gets_the_letter_of_their_outcome(app: &TestApp) {
        let (call, proposals) = decided(app).await;
        let office = app.office().await;
        let templates = format!("/api/v1/calls/{call}/letter-templates");
        let usual = office.get(&templates).await.expect(200).body;
        assert_eq!((usual.as_array().map(Vec::len), usual[0]["own"].as_bool()), (Some(4), Some(false)));
        let own = json!({"text": "祝贺[[proposer]]：“{项目名称}”入选，核定｛核定经费｝，公示到{notice-until}。"});
        office.put(&format!("{templates}/selected"), own.clone()).await.expect(200);
        assert_eq!(office.get(&templates).await.body[0]["own"], true);
        for (text, status) in [("", 422), ("[[salary]]", 409), ("{工资}", 409), ("[[title", 409)] {
            assert_eq!(office.put(&format!("{templates}/selected"), json!({ "text": text })).await.status, status, "{text}");
        }
        assert_eq!(office.put(&format!("{templates}/selected"), json!({"text": "长".repeat(5_001)})).await.status, 422);
        office.put(&format!("{templates}/nothing"), own.clone()).await.expect(404);
        assert_eq!(app.team(1).await.put(&format!("{templates}/selected"), own.clone()).await.status, 403);
        app.node_admin(1).await.get(&templates).await.expect(404);
        // Nothing before the release.
        let letter = |n: usize| format!("/api/v1/proposals/{}/letter", proposals[n]);
        app.team(1).await.get(&letter(0)).await.expect(404);
        office.get(&letter(0)).await.expect(404);
        released(app, call).await;
        let read = app.team(1).await.get(&letter(0)).await.expect(200).body;
        assert_eq!((read["outcome"].as_str(), read["text"].as_str()), (Some("selected"), Some("祝贺志愿队1：“四点半学校1”入选，核定42,000 元，公示到2026年12月25日。")));
        let other = app.team(2).await.get(&letter(1)).await.expect(200).body;
        assert_eq!(other["outcome"], "not-feasible", "what is not selected without a verdict is not feasible");
        assert!(other["text"].as_str().is_some_and(|text| text.contains(REASON) && text.contains("志愿队2") && !text.contains(['[', '{'])), "{other}");
        office.get(&letter(1)).await.expect(200);
        // Nobody else's.
        app.team(2).await.get(&letter(0)).await.expect(404);
        app.citizen().await.get(&letter(0)).await.expect(404);
        assert_eq!(office.put(&format!("{templates}/selected"), own).await.expect(409).code(), "review-settings-frozen");
    }

    async fn letters_are_written_looked_at_and_read_on_pages(app: &TestApp) {
        let (call, proposals) = decided(app).await;
        let desk = app.office().await.pages().await;
        let list = format!("/office/calls/{call}/letters");
        assert!(page(&desk, &format!("/office/calls/{call}")).await.contains(&list));
        assert!(page(&desk, &list).await.contains("通用模板"));
        let template = format!("{list}/selected");
        let shown = page(&desk, &template).await;
        assert!(shown.contains("<code>{项目名称}</code>") && shown.contains("四点半学校1"), "{shown}");
        desk.post("/preferences", &[("locale", "en")]).await.expect(303);
        let english = desk.get(&template).await.expect(200);
        desk.post("/preferences", &[("locale", "zh-CN")]).await.expect(303);
        assert!(english.body.as_str().is_some_and(|text| text.contains("<code>{notice-until}</code> <span>last day of notice")));
        desk.get(&format!("{list}/nothing")).await.expect(404);
        let back = desk.post(&template, &[("text", "[[salary]]")]).await.expect(422);
        assert!(back.body.as_str().is_some_and(|text| text.contains("“salary”没有可以填入的内容")));
        let looked = desk.post(&template, &[("text", "致[[proposer]]"), ("_intent", "preview")]).await.expect(200);
        assert!(looked.body.as_str().is_some_and(|text| text.contains("致志愿队1")));
        assert!(page(&desk, &list).await.matches("本次征集自定").count() == 0, "only looked at");
        desk.post(&template, &[("text", "致[[proposer]]\n“{项目名称}”入选")]).await.expect(303);
        assert!(page(&desk, &list).await.contains("本次征集自定"));
        released(app, call).await;
        let (id, team) = (proposals[0], app.team(1).await.pages().await);
        let letter = format!("/proposals/{id}/letter");
        assert!(page(&team, &format!("/proposals/{id}")).await.contains(&letter));
        assert!(page(&team, &letter).await.contains("“四点半学校1”入选"));
    }
}
