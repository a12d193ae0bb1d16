//! Phases that carry rights, reminders, and the discussion among reviewers.

use super::*;
use twoway_ids::DAY;
use twoway_tests::on_both_databases;

/// Scores for ten days, reading after one's own score; then five days of discussion.
fn phases(app: &TestApp) -> Value {
    let now = app.now();
    json!({"phases": [
        {"title": "打分", "starts_at": now, "ends_at": now + 10 * DAY, "scores": true, "reads": "after-own"},
        {"title": "讨论", "starts_at": now + 10 * DAY, "ends_at": now + 15 * DAY, "reads": "after-own", "discusses": true}
    ]})
}

async fn set(app: &TestApp, call: Uuid, settings: Value) -> twoway_tests::Answer {
    app.office().await.put(&format!("/api/v1/calls/{call}/review-settings"), settings).await
}

async fn say(actor: &Actor, proposal: Uuid, text: &str) -> twoway_tests::Answer {
    actor.post(&format!("/api/v1/proposals/{proposal}/review-comments"), json!({ "text": text })).await
}

fn set_to<'a>(form: &mut [(&'a str, &'a str)], name: &str, value: &'a str) {
    form.iter_mut().find(|(at, _)| *at == name).expect("a box of that name").1 = value;
}

async fn reminders(actor: &Actor) -> usize {
    actor.get("/api/v1/notices").await.expect(200).body.to_string().matches("天截止，您有 1 份未完成").count()
}

on_both_databases! {
    async fn rights_and_reminders_follow_the_phases(app: &TestApp) {
        let (call, proposals) = call_in_review(app, &[1]).await;
        let id = proposals[0];
        set(app, call, phases(app)).await.expect(200);
        let people = reviewers(app, 3).await;
        let mut reviews = Vec::new();
        for reviewer in &people {
            let review = assign(app, id, reviewer).await.expect(201).id();
            declare(reviewer, review).await.expect(200);
            reviews.push(review);
        }
        let work = people[0].get("/api/v1/work").await.expect(200).body;
        assert_eq!(work[0]["due_at"].as_i64(), Some(app.now() + 10 * DAY - 1));
        let others = format!("/api/v1/proposals/{id}/reviews");
        score(&people[0], reviews[0], [90; 3]).await.expect(200);
        score(&people[1], reviews[1], [70; 3]).await.expect(200);
        // After one's own score, without names and without one's own.
        let read = people[0].get(&others).await.expect(200).body;
        assert_eq!((read.as_array().map(Vec::len), read[0]["total"].as_i64()), (Some(1), Some(7_000)));
        assert!(read[0].get("reviewer_id").is_none() && read[0].get("reviewer_name").is_none(), "{read}");
        people[2].get(&others).await.expect(404);
        app.reviewer(7).await.get(&others).await.expect(404);
        assert_eq!(say(&people[0], id, "同意").await.expect(409).code(), "discussion-closed");

        // Three days and one day before the end, whoever has not scored is told.
        assert_eq!(reminders(&people[2]).await, 0);
        app.advance(7 * DAY).await;
        assert_eq!((reminders(&people[2]).await, reminders(&people[0]).await), (1, 0));
        app.advance(2 * DAY).await;
        assert_eq!(reminders(&people[2]).await, 2);
        score(&people[0], reviews[0], [80; 3]).await.expect(200);
        app.advance(DAY).await;
        assert_eq!(score(&people[0], reviews[0], [60; 3]).await.expect(409).code(), "scoring-closed");

        // The discussion: whoever has scored, and the chair; each is called by a number.
        say(&people[0], id, "  需求数据扎实  ").await.expect(201);
        say(&app.office().await, id, "请关注预算").await.expect(201);
        assert_eq!(say(&people[1], id, " ").await.expect(422).body["errors"][0]["field"], "text");
        assert_eq!(say(&people[1], id, &"长".repeat(2_001)).await.status, 422);
        assert_eq!(say(&people[2], id, "没有打分").await.expect(409).code(), "discussion-closed");
        assert_eq!(say(&app.supervisor().await, id, "监督不发言").await.expect(409).code(), "discussion-closed");
        let heard = people[1].get(&format!("/api/v1/proposals/{id}/review-comments")).await.expect(200).body;
        let said = heard["items"].as_array().expect("what was said");
        let first = said.iter().find(|said| said["text"] == "需求数据扎实").expect("what the first said");
        assert!(first["reviewer_number"].as_i64().is_some_and(|n| (1..=3).contains(&n)), "{first}");
        assert!(said.iter().all(|said| said.get("name").is_none()), "{heard}");
        let office = app.office().await.get(&format!("/api/v1/proposals/{id}/review-comments?limit=1")).await.expect(200).body;
        assert!(office["items"][0]["name"].is_string() && office["next"].is_string(), "{office}");
        // Nobody else is let in: the proposer, strangers, and whoever steps aside.
        for outside in [app.team(1).await, app.reviewer(7).await] {
            let status = outside.get(&format!("/api/v1/proposals/{id}/review-comments")).await.status;
            assert!(matches!(status, 403 | 404), "{status}");
        }
        people[1].post(&format!("/api/v1/reviews/{}/recuse", reviews[1]), json!({"reason": "亲属参与"})).await.expect(200);
        people[1].get(&format!("/api/v1/proposals/{id}/review-comments")).await.expect(404);
        app.advance(5 * DAY).await;
        assert_eq!(say(&people[0], id, "晚了").await.expect(409).code(), "discussion-closed");
    }

    async fn a_reminder_moves_with_its_phase_and_goes_with_it(app: &TestApp) {
        let (call, proposals) = call_in_review(app, &[1]).await;
        let reviewer = app.reviewer(1).await;
        assign(app, proposals[0], &reviewer).await.expect(201);
        set(app, call, phases(app)).await.expect(200);
        set(app, call, json!({})).await.expect(200);
        app.advance(12 * DAY).await;
        assert_eq!(reminders(&reviewer).await, 0);
        set(app, call, phases(app)).await.expect(200);
        app.advance(7 * DAY).await;
        assert_eq!(reminders(&reviewer).await, 1);
    }

    async fn settings_and_discussion_work_on_pages(app: &TestApp) {
        let (call, proposals) = call_in_review(app, &[1]).await;
        let id = proposals[0];
        let desk = app.office().await.pages().await;
        assert!(page(&desk, &format!("/office/calls/{call}")).await.contains("/review-settings"));
        let settings = format!("/office/calls/{call}/review-settings");
        assert!(page(&desk, &settings).await.contains("评审人匿名"));
        let mut form = vec![("hidden", "both"), ("vetoes", "2"), ("shortest_reason", "短"), ("budget", "90000"),  ("supervised", "true"), ("title_0", "打分与讨论"), ("from_0", "2026-11-20T10:00"), ("until_0", ""),
            ("scores_0", "true"), ("reads_0", "always"), ("discusses_0", "true")];
        let back = desk.post(&settings, &form).await.expect(422);
        let text = back.body.as_str().expect("a page").to_string();
        assert!(text.contains("打分与讨论") && text.contains("f-until_0-error") && text.contains("f-shortest_reason-error"), "{text}");
        form[2].1 = "60";
        set_to(&mut form, "until_0", "2026-11-19T10:00");
        let back = desk.post(&settings, &form).await.expect(422);
        assert!(back.body.as_str().is_some_and(|text| text.contains("f-until_0-error")));
        set_to(&mut form, "until_0", "2027-03-01T10:00");
        desk.post(&settings, &form).await.expect(303);
        let shown = page(&desk, &settings).await;
        assert!(shown.contains("2027-03-01T10:00") && shown.contains("value=\"90000\""), "{shown}");
        let kept = app.office().await.get(&format!("/api/v1/calls/{call}/review-settings")).await.expect(200).body;
        assert_eq!((kept["hide_proposer"].as_bool(), kept["phases"][0]["reads"].as_str()), (Some(true), Some("always")));

        let reviewer = app.reviewer(1).await;
        let review = assign(app, id, &reviewer).await.expect(201).id();
        declare(&reviewer, review).await.expect(200);
        let client = reviewer.pages().await;
        let discussion = format!("/proposals/{id}/discussion");
        assert!(page(&client, &format!("/reviews/{review}")).await.contains(&discussion));
        page(&client, &discussion).await;
        let back = client.post(&discussion, &[("text", "")]).await;
        assert_eq!(back.status, 422);
        client.post(&discussion, &[("text", "预算可再核实")]).await.expect(303);
        let shown = page(&client, &discussion).await;
        assert!(shown.contains("预算可再核实") && shown.contains("评审人 1"), "{shown}");
        assert!(page(&desk, &discussion).await.contains("评审1"));
        let one = queries(app, async || drop(page(&desk, &discussion).await)).await;
        for text in ["再议", "三议"] {
            desk.post(&discussion, &[("text", text)]).await.expect(303);
        }
        assert_eq!(queries(app, async || drop(page(&desk, &discussion).await)).await, one);
    }
}
