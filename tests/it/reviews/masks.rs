//! Who sees whom: nothing that a reviewer may open tells whose proposal it is.

use super::*;
use twoway_entity::accounts::Role;
use twoway_ids::{DAY, HOUR};
use twoway_tests::on_both_databases;

/// A call that hides its proposers, with one proposal full of names, and its reviewer after the declaration.
async fn masked(app: &TestApp) -> (Uuid, Uuid, Uuid, Actor) {
    let call = previewed_call(app).await;
    set(app, call, json!({"hide_proposer": true})).await.expect(200);
    app.advance(7 * DAY + HOUR).await;
    let team = app.team(1).await;
    let mut telling = content("志愿队1的四点半学校");
    telling["summary"] = json!("队长1带领志愿队1看护。");
    telling["answers"]["plan"] = json!("志愿队1每周一至周五开放，由队长1负责。");
    telling["answers"]["code"] = json!(twoway_tests::credit_code(7));
    let new = json!({"call_id": call, "organization_id": team.organization, "content": telling});
    let id = team.post("/api/v1/proposals", new).await.expect(201).id();
    attach(&team, id, "志愿队1场地.png", PNG, None).await.expect(201);
    submit(&team, id).await.expect(200);
    app.advance(20 * DAY).await;
    let office = app.office().await;
    office.post(&format!("/api/v1/proposals/{id}/admit"), json!({})).await.expect(200);
    office.post(&format!("/api/v1/calls/{call}/start-review"), json!({})).await.expect(200);
    let reviewer = app.reviewer(1).await;
    let review = assign(app, id, &reviewer).await.expect(201).id();
    (call, id, review, reviewer)
}

async fn set(app: &TestApp, call: Uuid, settings: Value) -> twoway_tests::Answer {
    app.office().await.put(&format!("/api/v1/calls/{call}/review-settings"), settings).await
}

#[track_caller]
fn tells_nothing(what: &str, text: &str, team: &Actor) {
    let own = [team.account.to_string(), team.organization.expect("a team").to_string(), twoway_tests::credit_code(7)];
    let words = ["志愿队1", "队长1", "SB2026", "13900001111", "%E5%BF%97%E6%84%BF%E9%98%9F1"].map(str::to_string);
    for word in words.into_iter().chain(own) {
        assert!(!text.contains(&word), "{what} tells {word}: {text}");
    }
}

on_both_databases! {
    async fn no_door_tells_a_reviewer_whose_proposal_it_is(app: &TestApp) {
        let (call, id, review, reviewer) = masked(app).await;
        let (team, client) = (app.team(1).await, reviewer.pages().await);
        let sheet = format!("/reviews/{review}");
        for path in ["/reviews".to_string(), sheet.clone()] {
            tells_nothing(&path, &page(&client, &path).await, &team);
        }
        let notices = reviewer.get("/api/v1/notices").await.expect(200).body.to_string();
        tells_nothing("a notice", &notices, &team);
        assert!(notices.contains("四点半学校"), "{notices}");
        declare(&reviewer, review).await.expect(200);
        let view = reviewer.get(&format!("/api/v1/proposals/{id}")).await.expect(200).body;
        tells_nothing("the API", &view.to_string(), &team);
        assert_eq!((view["organization_name"].clone(), view["answers"]["people"].as_i64()), (Value::Null, Some(30)));
        assert_eq!((view["attachments"][0]["name"].as_str(), view["attachments"][0]["sha256"].as_str()), (Some("1.png"), Some("")));
        let file = view["attachments"][0]["id"].as_str().expect("an id").to_string();
        let address = format!("/api/v1/proposals/{id}/attachments/{file}");
        let download = reviewer.request(reqwest::Method::GET, &address).await.send().await.expect("an answer");
        assert_eq!(download.status().as_u16(), 200);
        let headers = format!("{:?}", download.headers());
        assert!(headers.contains("1.png"), "{headers}");
        tells_nothing("a download", &headers, &team);
        for path in ["/api/v1/reviews".to_string(), format!("/api/v1/reviews/{review}"), format!("/api/v1/proposals/{id}/needs"), "/api/v1/work".into()] {
            tells_nothing(&path, &reviewer.get(&path).await.body.to_string(), &team);
        }
        for path in [format!("/api/v1/proposals/{id}/revisions"), format!("/api/v1/calls/{call}/ranking"), format!("/api/v1/proposals/{id}/reviews")] {
            assert!(matches!(reviewer.get(&path).await.status, 403 | 404), "{path}");
        }
        for path in [sheet.clone(), format!("{sheet}/recuse"), format!("/proposals/{id}"), format!("/proposals/{id}/discussion"), format!("/proposals/{id}/needs"), "/work".into(), "/".into(), format!("/calls/{call}")] {
            tells_nothing(&path, &page(&client, &path).await, &team);
        }
        score(&reviewer, review, [80; 3]).await.expect(200);
        // The office still sees whose it is, and so does everybody after the release.
        assert!(page(&app.office().await.pages().await, &format!("/proposals/{id}")).await.contains("志愿队1"));
    }

    async fn a_conflict_is_refused_without_saying_with_whom(app: &TestApp) {
        let (_, _, review, reviewer) = masked(app).await;
        app.grant(reviewer.account, Role::Volunteer, app.team(1).await.organization.expect("a team")).await;
        let refused = declare(&reviewer, review).await.expect(409);
        assert_eq!(refused.code(), "conflict-hidden");
        tells_nothing("the refusal", &refused.body.to_string(), &app.team(1).await);
    }

    async fn after_the_release_the_masks_are_off(app: &TestApp) {
        let (call, id, review, reviewer) = masked(app).await;
        declare(&reviewer, review).await.expect(200);
        score(&reviewer, review, [80; 3]).await.expect(200);
        for r in [2, 3] {
            let more = app.reviewer(r).await;
            let review = assign(app, id, &more).await.expect(201).id();
            declare(&more, review).await.expect(200);
            score(&more, review, [80; 3]).await.expect(200);
        }
        let office = app.office().await;
        office.post(&format!("/api/v1/calls/{call}/end-review"), json!({})).await.expect(200);
        tells_nothing("a closed sheet", &page(&reviewer.pages().await, &format!("/reviews/{review}")).await, &app.team(1).await);
        decide(app, id, true).await.expect(200);
        supervise(app, call).await.expect(200);
        office.post(&format!("/api/v1/calls/{call}/release"), json!({})).await.expect(200);
        assert!(page(&reviewer.pages().await, &format!("/reviews/{review}")).await.contains("志愿队1"));
        let told = app.team(1).await.get(&format!("/api/v1/proposals/{id}/reviews")).await.expect(200).body;
        assert!(told[0].get("reviewer_name").is_none(), "reviewers are hidden unless the call says otherwise");
    }

    async fn masks_are_put_on_and_not_taken_off_during_the_review(app: &TestApp) {
        let (call, proposals) = call_in_review(app, &[1]).await;
        let refused = set(app, call, json!({"hide_reviewers": false})).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("mask-not-loosened", Some("M3")));
        set(app, call, json!({"hide_proposer": true})).await.expect(200);
        assert_eq!(set(app, call, json!({"hide_proposer": false})).await.expect(409).code(), "mask-not-loosened");
        assert_eq!(set(app, call, json!({"vetoes": 0})).await.expect(422).body["errors"][0]["field"], "vetoes");
        let team = app.team(1).await;
        assert_eq!(team.put(&format!("/api/v1/calls/{call}/review-settings"), json!({})).await.status, 403);
        app.node_admin(1).await.get(&format!("/api/v1/calls/{call}/review-settings")).await.expect(404);
        all_scored(app, &proposals).await;
    }

    async fn proposers_learn_who_reviewed_where_the_call_says_so(app: &TestApp) {
        let call = previewed_call(app).await;
        set(app, call, json!({"hide_reviewers": false})).await.expect(200);
        app.advance(7 * DAY + HOUR).await;
        let team = app.team(1).await;
        let id = submitted(&team, call, "四点半学校").await;
        app.advance(20 * DAY).await;
        let office = app.office().await;
        office.post(&format!("/api/v1/proposals/{id}/admit"), json!({})).await.expect(200);
        office.post(&format!("/api/v1/calls/{call}/start-review"), json!({})).await.expect(200);
        all_scored(app, &[id]).await;
        office.post(&format!("/api/v1/calls/{call}/end-review"), json!({})).await.expect(200);
        decide(app, id, false).await.expect(200);
        supervise(app, call).await.expect(200);
        office.post(&format!("/api/v1/calls/{call}/release"), json!({})).await.expect(200);
        let told = team.get(&format!("/api/v1/proposals/{id}/reviews")).await.expect(200).body;
        let told = told.as_array().expect("reviews");
        let mut names: Vec<&str> = told.iter().filter_map(|review| review["reviewer_name"].as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["评审1", "评审2", "评审3"]);
        assert_eq!(set(app, call, json!({})).await.expect(409).code(), "review-settings-frozen");
    }

    async fn the_desk_asks_as_much_for_one_masked_proposal_as_for_three(app: &TestApp) {
        let mut costs = Vec::new();
        for (n, teams) in [&[1][..], &[2, 3, 4][..]].into_iter().enumerate() {
            let (call, proposals) = call_in_review(app, teams).await;
            set(app, call, json!({"hide_proposer": true})).await.expect(200);
            let reviewer = app.reviewer(n + 1).await;
            for id in proposals {
                assign(app, id, &reviewer).await.expect(201);
            }
            costs.push(queries(app, async || drop(reviewer.get("/api/v1/reviews").await.expect(200))).await);
        }
        assert_eq!(costs[0], costs[1]);
    }
}
