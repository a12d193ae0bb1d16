//! Ties that no membership shows, and conflicts that become known afterwards.

use super::*;
use twoway_entity::accounts::Role;
use twoway_ids::DAY;
use twoway_tests::on_both_databases;

async fn tie(reviewer: &Actor, body: Value) {
    reviewer.post(&format!("/api/v1/reviewers/{}/interests", reviewer.account), body).await.expect(201);
}

async fn recheck(app: &TestApp, call: Uuid) -> Value {
    app.office().await.post(&format!("/api/v1/calls/{call}/recheck-conflicts"), json!({})).await.expect(200).body
}

on_both_databases! {
    async fn declared_ties_refuse_an_assignment(app: &TestApp) {
        let (_, proposals) = call_in_review(app, &[1]).await;
        let team = app.team(1).await.organization.expect("a team");
        let people = reviewers(app, 6).await;
        tie(&people[0], json!({"kind": "family", "organization_id": team})).await;
        // The proposal's telephone number is 13900001111.
        tie(&people[1], json!({"kind": "family", "phone": "+86 139-0000-1111"})).await;
        tie(&people[2], json!({"kind": "own-phone", "phone": "13900001111"})).await;
        tie(&people[3], json!({"kind": "legal-representative", "organization_id": team})).await;
        for (reviewer, code) in people.iter().zip([
            "conflict-family", "conflict-family", "conflict-same-phone", "conflict-legal-representative",
        ]) {
            assert_eq!(assign(app, proposals[0], reviewer).await.expect(409).code(), code);
        }
        // A tie to somebody else is none.
        tie(&people[4], json!({"kind": "own-phone", "phone": "13900002222"})).await;
        assign(app, proposals[0], &people[4]).await.expect(201);
    }

    async fn a_named_recipient_does_not_review(app: &TestApp) {
        let call = open_call(app).await;
        let team = app.team(1).await;
        let id = submitted(&team, call, "四点半学校").await;
        let recipient = app.recipient(1).await;
        app.advance(20 * DAY).await;
        let office = app.office().await;
        office.post(&format!("/api/v1/proposals/{id}/admit"), json!({})).await.expect(200);
        let line = json!({"kind": "money", "title": "教材", "unit": "元", "minimum": 100, "optimum": 200, "divisible": true,
            "required": true, "due_on": "2027-06-01", "recipient": recipient.organization, "description": ""});
        team.post(&format!("/api/v1/proposals/{id}/needs"), line).await.expect(201);
        office.post(&format!("/api/v1/calls/{call}/start-review"), json!({})).await.expect(200);
        app.grant(recipient.account, Role::Reviewer, app.root().await).await;
        assert_eq!(assign(app, id, &recipient).await.expect(409).code(), "conflict-sponsor-or-recipient");
    }

    async fn who_wrote_the_guide_says_how_they_stand_to_it(app: &TestApp) {
        let call = open_call(app).await;
        // A citizen's own proposal: the office stands above no team here.
        let id = submitted(&app.citizen().await, call, "楼道里的四点半").await;
        app.advance(20 * DAY).await;
        let (author, second) = (app.office().await, app.second_office().await);
        second.post(&format!("/api/v1/proposals/{id}/admit"), json!({})).await.expect(200);
        second.post(&format!("/api/v1/calls/{call}/start-review"), json!({})).await.expect(200);
        app.grant(author.account, Role::Reviewer, app.reviewer(1).await.organization.expect("a house")).await;
        let review = second.post(&format!("/api/v1/proposals/{id}/reviews"), json!({"reviewer_id": author.account})).await.expect(201).id();
        let path = format!("/api/v1/reviews/{review}/declare");
        assert_eq!(declare(&author, review).await.expect(409).code(), "declaration-words");
        let short = json!({"no_interest": true, "words": "我写的"});
        assert_eq!(author.post(&path, short).await.expect(409).code(), "declaration-words");
        let (mine, desk) = (author.pages().await, second.pages().await);
        let sheet = format!("/reviews/{review}");
        assert!(page(&mine, &sheet).await.contains("关联情况说明"));
        let back = mine.post(&format!("{sheet}/declare"), &[("words", "我写的"), ("no_interest", "true")]).await.expect(422);
        assert!(back.body.as_str().is_some_and(|text| text.contains("我写的") && text.contains("至少 10 个字")));
        let words = "本次指南由我起草，与申报人素不相识。";
        mine.post(&format!("{sheet}/declare"), &[("words", words), ("no_interest", "true")]).await.expect(303);
        let shown = page(&desk, &format!("/office/calls/{call}/reviews")).await;
        assert!(shown.contains(words) && shown.contains("起草了这次征集的指南"), "{shown}");
    }

    async fn a_conflict_found_afterwards_voids_the_score_and_the_mean_is_computed_anew(app: &TestApp) {
        let (call, proposals) = call_in_review(app, &[1]).await;
        let id = proposals[0];
        let people = reviewers(app, 4).await;
        for (n, reviewer) in people.iter().enumerate() {
            let review = assign(app, id, reviewer).await.expect(201).id();
            declare(reviewer, review).await.expect(200);
            score(reviewer, review, [60 + 10 * n as i64; 3]).await.expect(200);
        }
        assert_eq!(recheck(app, call).await, json!({"looked_at": 4, "voided": 0}));
        let office = app.office().await;
        let path = format!("/api/v1/calls/{call}");
        office.post(&format!("{path}/end-review"), json!({})).await.expect(200);
        let mean = async || office.get(&format!("{path}/ranking")).await.expect(200).body["items"][0]["score"].as_i64();
        assert_eq!(mean().await, Some(7_500));
        // The highest score came from somebody who turns out to belong to the team.
        let team = app.team(1).await;
        app.grant(people[3].account, Role::Volunteer, team.organization.expect("a team")).await;
        let stranger = app.second_office().await;
        assert_eq!(team.post(&format!("{path}/recheck-conflicts"), json!({})).await.status, 403);
        // The nightly look finds it by itself.
        twoway::reviews::voiding::recheck_all(&app.app).await.expect("looked");
        assert_eq!(mean().await, Some(7_000));
        assert_eq!(recheck(app, call).await, json!({"looked_at": 3, "voided": 0}));
        let reviews = of_proposal(app, id).await;
        let voided: Vec<&Value> = reviews.as_array().expect("reviews").iter().filter(|r| r["state"] == "voided").collect();
        assert_eq!((voided.len(), voided[0]["reviewer_id"].clone()), (1, json!(people[3].account)));
        let told = |actor: Actor| async move { actor.get("/api/v1/notices").await.expect(200).body.to_string() };
        assert!(told(people[3].clone()).await.contains("您对“四点半学校1”的评审因回避情形作废"));
        assert!(told(office.clone()).await.contains("的一份评审因回避情形作废"));
        assert!(!told(stranger).await.contains("因回避情形作废"));
        assert!(!told(team.clone()).await.contains("因回避情形作废"));
        // Nobody else is asked in this place again, and the proposer learns that it happened, not whose it was.
        office.post(&format!("{path}/recheck-conflicts"), json!({})).await.expect(200);
        decide(app, id, true).await.expect(200);
        let history = team.pages().await.get(&format!("/proposals/{id}")).await.expect(200).body;
        assert!(history.as_str().is_some_and(|text| text.contains("一份评审因回避情形作废") && !text.contains("评审4")));
    }

    async fn a_voided_review_is_not_asked_for_again(app: &TestApp) {
        let (call, proposals) = call_in_review(app, &[1]).await;
        let reviewer = app.reviewer(1).await;
        let review = assign(app, proposals[0], &reviewer).await.expect(201).id();
        tie(&reviewer, json!({"kind": "own-phone", "phone": "13900001111"})).await;
        let refused = declare(&reviewer, review).await.expect(409);
        assert_eq!(refused.code(), "conflict-same-phone");
        let desk = app.office().await.pages().await;
        desk.post(&format!("/office/calls/{call}/recheck-conflicts"), &[]).await.expect(303);
        assert_eq!(score(&reviewer, review, [80; 3]).await.expect(409).code(), "wrong-state");
        let tie = reviewer.get(&format!("/api/v1/reviewers/{}", reviewer.account)).await.body["interests"][0]["id"].clone();
        reviewer.post(&format!("/api/v1/reviewer-interests/{}/end", tie.as_str().expect("an id")), json!({})).await.expect(200);
        assert_eq!(assign(app, proposals[0], &reviewer).await.expect(409).code(), "voided-before");
        assert!(page(&desk, &format!("/office/calls/{call}/reviews")).await.contains("已作废"));
        assert!(page(&reviewer.pages().await, &format!("/reviews/{review}")).await.contains("这份评审已作废"));
    }
}
