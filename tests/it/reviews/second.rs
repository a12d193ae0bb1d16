//! The second round: who goes into it, who reads it, and how both rounds count.

use super::*;
use twoway_entity::accounts::Role;
use twoway_tests::on_both_databases;

async fn deliberating(app: &TestApp, teams: &[usize]) -> (Uuid, Vec<Uuid>) {
    let settings = json!({"steps": {"second_round": true, "roadshow": true}});
    let (call, proposals) = call_in_review_as(app, teams, settings).await;
    all_scored(app, &proposals).await;
    app.office().await.post(&format!("/api/v1/calls/{call}/end-review"), json!({})).await.expect(200);
    (call, proposals)
}

async fn begin(app: &TestApp, call: Uuid, proposals: &[Uuid], weight: i64) -> twoway_tests::Answer {
    let body = json!({"proposals": proposals, "weight": weight});
    app.office().await.post(&format!("/api/v1/calls/{call}/second-round"), body).await
}

/// Three reviewers who have not read it, each with this many points.
async fn read_again(app: &TestApp, proposal: Uuid, points: i64) {
    for r in 4..=6 {
        let reviewer = app.reviewer(r).await;
        let review = assign(app, proposal, &reviewer).await.expect(201).id();
        declare(&reviewer, review).await.expect(200);
        score(&reviewer, review, [points; 3]).await.expect(200);
    }
}

async fn scores(app: &TestApp, call: Uuid) -> Vec<(Uuid, Option<i64>)> {
    let ranking = app.office().await.get(&format!("/api/v1/calls/{call}/ranking")).await.expect(200).body;
    let one = |line: &Value| {
        let id = line["proposal_id"].as_str().and_then(|id| Uuid::parse_str(id).ok()).expect("an id");
        (id, line["score"].as_i64())
    };
    ranking["items"].as_array().expect("a list").iter().map(one).collect()
}

on_both_databases! {
    async fn the_best_are_read_again_by_others_and_both_rounds_count(app: &TestApp) {
        let (call, proposals) = deliberating(app, &[1, 2, 3]).await;
        let office = app.office().await;
        let path = format!("/api/v1/calls/{call}");
        for (list, weight, field) in [(&proposals[..0], 50, "proposals"), (&proposals[..1], 0, "weight"), (&proposals[..1], 101, "weight")] {
            assert_eq!(begin(app, call, list, weight).await.expect(422).body["errors"][0]["field"], field);
        }
        assert_eq!(begin(app, call, &[Uuid::from_u128(7)], 50).await.expect(409).code(), "not-under-review");
        let list = json!({"proposals": proposals, "weight": 50});
        app.team(1).await.post(&format!("{path}/second-round"), list).await.expect(403);
        // 88, 78 and 68: the two best go on.
        begin(app, call, &proposals[..2], 60).await.expect(200);
        assert_eq!(office.get(&path).await.body["state"], "reviewing");
        assert!(app.team(2).await.get("/api/v1/notices").await.body.to_string().contains("进入复评"));
        assert!(!app.team(3).await.get("/api/v1/notices").await.body.to_string().contains("进入复评"));
        assert_eq!(assign(app, proposals[2], &app.reviewer(4).await).await.expect(409).code(), "not-in-second-round");
        assert_eq!(assign(app, proposals[0], &app.reviewer(1).await).await.expect(409).code(), "assigned-already");
        assert_eq!(office.post(&format!("{path}/end-review"), json!({})).await.expect(409).code(), "not-enough-reviews");
        read_again(app, proposals[0], 70).await;
        read_again(app, proposals[1], 95).await;
        office.post(&format!("{path}/end-review"), json!({})).await.expect(200);
        // 88 × 40 % + 70 × 60 %, 78 × 40 % + 95 × 60 %, and what stayed behind.
        assert_eq!(scores(app, call).await, [(proposals[1], Some(8_820)), (proposals[0], Some(7_720)), (proposals[2], Some(6_800))]);
        assert_eq!(begin(app, call, &proposals[..1], 50).await.expect(409).code(), "second-round-once");

        // A conflict found afterwards takes a score out of the round in which it was given.
        let conflicted = app.reviewer(1).await;
        app.grant(conflicted.account, Role::Volunteer, app.team(2).await.organization.expect("a team")).await;
        office.post(&format!("{path}/recheck-conflicts"), json!({})).await.expect(200);
        // The first reviewer gave 79, the others 78 and 77.
        let second = scores(app, call).await.into_iter().find(|(id, _)| *id == proposals[1]);
        assert_eq!(second, Some((proposals[1], Some(8_800))));
    }

    async fn a_call_has_the_second_round_that_it_announced_and_no_other(app: &TestApp) {
        let (plain, others) = call_in_review(app, &[4]).await;
        all_scored(app, &others).await;
        app.office().await.post(&format!("/api/v1/calls/{plain}/end-review"), json!({})).await.expect(200);
        assert_eq!(begin(app, plain, &others, 50).await.expect(409).code(), "no-second-round-in-call");

        let (call, proposals) = deliberating(app, &[1, 2]).await;
        for id in &proposals {
            decide(app, *id, true).await.expect(200);
        }
        supervise(app, call).await.expect(200);
        let release = format!("/api/v1/calls/{call}/release");
        assert_eq!(app.office().await.post(&release, json!({})).await.expect(409).code(), "second-round-missing");
        assert_eq!(begin(app, call, &proposals[..1], 50).await.expect(409).code(), "not-under-review");
    }

    async fn a_second_round_comes_before_the_roadshow(app: &TestApp) {
        let (call, proposals) = deliberating(app, &[1, 2]).await;
        let judge = app.reviewer(7).await;
        let list = json!({"proposals": proposals[..1], "judges": [judge.account], "weight": 50, "trim_from": 5});
        app.office().await.post(&format!("/api/v1/calls/{call}/shortlist"), list).await.expect(200);
        assert_eq!(begin(app, call, &proposals[1..], 50).await.expect(409).code(), "roadshow-before-second-round");
    }

    async fn the_second_round_begins_on_a_page_and_is_planned_like_the_first(app: &TestApp) {
        let (call, proposals) = deliberating(app, &[1, 2]).await;
        let desk = app.office().await.pages().await;
        for r in 4..=6 {
            app.reviewer(r).await;
        }
        let form = format!("/office/calls/{call}/second-round");
        assert!(page(&desk, &format!("/office/calls/{call}/deliberation")).await.contains(&form));
        assert!(page(&desk, &form).await.contains("88.00 分"));
        let chosen = proposals[0].to_string();
        let back = desk.post(&form, &[("proposals", &chosen), ("weight", "一半")]).await.expect(422).body;
        assert!(back.as_str().is_some_and(|text| text.contains("一半") && text.contains("f-weight-error")));
        desk.post(&form, &[("proposals", &chosen), ("weight", "50")]).await.expect(303);
        let made = app.office().await.post(&format!("/api/v1/calls/{call}/assign-reviews"), json!({})).await;
        assert_eq!((made.status, made.body["made"].as_i64()), (200, Some(3)), "{}", made.body);
        assert!(page(&desk, &format!("/calls/{call}")).await.contains("评审中"));
    }
}
