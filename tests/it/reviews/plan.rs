//! A proposed assignment from the run to the desks.

use super::*;
use twoway_ids::DAY;
use twoway_tests::on_both_databases;

async fn plan(app: &TestApp, call: Uuid) -> Uuid {
    app.office().await.post(&format!("/api/v1/calls/{call}/review-plans"), json!({})).await.expect(201).id()
}

async fn profile(actor: &Actor, of: &Actor, areas: &[&str], most: Option<i32>) -> twoway_tests::Answer {
    actor.put(&format!("/api/v1/reviewers/{}", of.account), json!({"areas": areas, "most": most})).await
}

on_both_databases! {
    async fn a_plan_is_looked_at_changed_and_applied_in_one_go(app: &TestApp) {
        let (call, proposals) = call_in_review(app, &[1, 2]).await;
        let people = reviewers(app, 5).await;
        let office = app.office().await;
        // The fifth belongs to the first team, and the fourth takes on one only.
        app.grant(people[4].account, twoway_entity::accounts::Role::Volunteer, app.team(1).await.organization.expect("a team")).await;
        profile(&people[3], &people[3], &["放学"], Some(1)).await.expect(200);
        let id = plan(app, call).await;
        let path = format!("/api/v1/review-plans/{id}");
        let view = office.get(&path).await.expect(200).body;
        assert_eq!((view["state"].as_str(), view["wanted"].as_i64(), view["lacking"].as_i64()), (Some("proposed"), Some(6), Some(0)));
        let loads = view["loads"].as_array().expect("loads").clone();
        assert_eq!(loads.iter().map(|l| l["planned"].as_i64().expect("a number")).sum::<i64>(), 6);
        let fourth = loads.iter().find(|l| l["reviewer_id"] == json!(people[3].account)).expect("the fourth");
        assert_eq!((fourth["planned"].as_i64(), fourth["expert"].as_i64(), fourth["most"].as_i64()), (Some(1), Some(1), Some(1)));
        assert!(office.get("/api/v1/work").await.expect(200).body.to_string().contains("confirm-plan"));
        // Nobody was told.
        for person in &people {
            assert_eq!(person.get("/api/v1/reviews").await.expect(200).body, json!([]));
        }
        // By hand: a conflict is refused, others are taken.
        let line = format!("{path}/lines/{}", proposals[0]);
        let with = |list: &[&Actor]| json!({"reviewers": list.iter().map(|a| a.account).collect::<Vec<_>>()});
        assert_eq!(office.put(&line, with(&[&people[4]])).await.expect(409).code(), "conflict-same-organization");
        assert_eq!(office.put(&line, with(&[&office])).await.expect(409).code(), "not-a-reviewer");
        office.put(&line, with(&[&people[0], &people[0]])).await.expect(422);
        office.put(&line, with(&[&people[0], &people[1]])).await.expect(200);
        let view = office.get(&path).await.expect(200).body;
        assert_eq!(view["lacking"], 1);
        let lines = office.get(&format!("{path}/lines?lacking=true")).await.expect(200).body;
        assert_eq!(lines["items"].as_array().map(Vec::len), Some(1));
        assert_eq!((lines["items"][0]["by_hand"].as_bool(), lines["items"][0]["conflicts"].as_i64()), (Some(true), Some(1)));
        assert_eq!(app.team(1).await.post(&format!("{path}/apply"), json!({})).await.status, 403);
        app.node_admin(1).await.get(&path).await.expect(404);

        office.post(&format!("{path}/apply"), json!({})).await.expect(200);
        let view = office.get(&path).await.expect(200).body;
        assert_eq!((view["state"].as_str(), view["skipped"].as_i64()), (Some("applied"), Some(0)));
        assert_eq!(of_proposal(app, proposals[0]).await.as_array().map(Vec::len), Some(2));
        assert_eq!(of_proposal(app, proposals[1]).await.as_array().map(Vec::len), Some(3));
        app.settle().await;
        for over in ["apply", "drop"] {
            assert_eq!(office.post(&format!("{path}/{over}"), json!({})).await.expect(409).code(), "plan-over");
        }
        assert_eq!(office.put(&line, with(&[])).await.expect(409).code(), "plan-over");
        // The rest is found by another run; then there is nothing to find.
        let rest = plan(app, call).await;
        office.post(&format!("/api/v1/review-plans/{rest}/apply"), json!({})).await.expect(200);
        let none = office.post(&format!("/api/v1/calls/{call}/review-plans"), json!({})).await.expect(409);
        assert_eq!(none.code(), "plan-not-needed");
    }

    async fn what_became_a_conflict_meanwhile_is_skipped_and_gaps_say_why(app: &TestApp) {
        let (call, proposals) = call_in_review(app, &[1]).await;
        let people = reviewers(app, 2).await;
        let office = app.office().await;
        let id = plan(app, call).await;
        let path = format!("/api/v1/review-plans/{id}");
        let line = office.get(&format!("{path}/lines")).await.expect(200).body["items"][0].clone();
        assert_eq!((line["lacking"].as_i64(), line["reviewers"].as_array().map(Vec::len)), (Some(1), Some(2)));
        app.grant(people[0].account, twoway_entity::accounts::Role::Volunteer, app.team(1).await.organization.expect("a team")).await;
        office.post(&format!("{path}/apply"), json!({})).await.expect(200);
        assert_eq!(office.get(&path).await.body["skipped"], 1);
        assert_eq!(of_proposal(app, proposals[0]).await.as_array().map(Vec::len), Some(1));
        // A second run: one has a conflict, the other was asked before.
        let again = plan(app, call).await;
        let line = office.get(&format!("/api/v1/review-plans/{again}/lines")).await.expect(200).body["items"][0].clone();
        assert_eq!((line["lacking"].as_i64(), line["conflicts"].as_i64(), line["asked"].as_i64()), (Some(2), Some(1), Some(1)));
        office.post(&format!("/api/v1/review-plans/{again}/drop"), json!({})).await.expect(200);
        // Whoever has as much as they take on is counted apart.
        profile(&office, &app.reviewer(3).await, &[], Some(1)).await.expect(200);
        let third = app.reviewer(3).await;
        assign(app, proposals[0], &third).await.expect(201);
        assert_eq!(assign(app, proposals[0], &third).await.expect(409).code(), "assigned-already");
    }

    async fn profiles_and_ties_belong_to_the_reviewer_and_the_office(app: &TestApp) {
        let people = reviewers(app, 2).await;
        let office = app.office().await;
        let own = format!("/api/v1/reviewers/{}", people[0].account);
        profile(&people[0], &people[0], &["助学", " 助学 ", ""], Some(20)).await.expect(200);
        assert_eq!(people[0].get(&own).await.expect(200).body["areas"], json!(["助学"]));
        assert_eq!(profile(&people[0], &people[0], &[], Some(0)).await.expect(422).body["errors"][0]["field"], "most");
        assert_eq!(profile(&people[0], &people[0], &[], Some(501)).await.status, 422);
        assert_eq!(profile(&people[0], &people[0], &["一二三四五六七八九十一二三四五六七八九十一"], None).await.status, 422);
        people[1].get(&own).await.expect(404);
        assert_eq!(profile(&people[1], &people[0], &[], None).await.status, 404);
        let interests = format!("{own}/interests");
        for (body, field) in [
            (json!({"kind": "family"}), "organization"),
            (json!({"kind": "legal-representative", "phone": "13900001111"}), "organization"),
            (json!({"kind": "own-phone"}), "phone"),
            (json!({"kind": "family", "phone": "12"}), "phone"),
            (json!({"kind": "family", "organization_id": Uuid::from_u128(3)}), "organization"),
        ] {
            assert_eq!(people[0].post(&interests, body).await.expect(422).body["errors"][0]["field"], field);
        }
        people[0].post(&interests, json!({"kind": "own-phone", "phone": "139 0000 1111", "note": "常用"})).await.expect(201);
        let view = office.get(&own).await.expect(200).body;
        assert_eq!((view["interests"][0]["has_phone"].as_bool(), view["interests"].as_array().map(Vec::len)), (Some(true), Some(1)));
        assert!(!view.to_string().contains("1390000"), "the number is not kept");
        let tie = view["interests"][0]["id"].as_str().expect("an id").to_string();
        let end = format!("/api/v1/reviewer-interests/{tie}/end");
        people[1].post(&end, json!({})).await.expect(404);
        people[0].post(&end, json!({})).await.expect(200);
        assert_eq!(people[0].post(&end, json!({})).await.expect(409).code(), "interest-ended");
        let list = office.get("/api/v1/reviewers?limit=1").await.expect(200).body;
        assert_eq!((list["items"][0]["areas"].clone(), list["next"].as_str()), (json!(["助学"]), Some("1")));
        office.get("/api/v1/reviewers?cursor=x").await.expect(400);
    }

    async fn the_pages_of_the_plan_work_without_script(app: &TestApp) {
        let (call, proposals) = call_in_review(app, &[1]).await;
        let people = reviewers(app, 4).await;
        let (desk, own) = (app.office().await.pages().await, people[0].pages().await);
        let reviews = format!("/office/calls/{call}/reviews");
        assert!(page(&desk, &reviews).await.contains("生成分配方案"));
        let made = desk.post(&format!("/office/calls/{call}/review-plans"), &[]).await.expect(303);
        let plan = made.headers["location"].to_str().expect("an address").to_string();
        let shown = page(&desk, &plan).await;
        for word in ["请核对分配方案", "四点半学校1", "拟新增", "评审1", "确认并分配"] {
            assert!(shown.contains(word), "{word} is missing in {shown}");
        }
        assert!(page(&desk, &reviews).await.contains(&plan));
        let line = format!("{plan}/lines/{}", proposals[0]);
        assert!(page(&desk, &line).await.contains("任务 1 份"));
        let office = app.office().await;
        let back = desk.post(&line, &[("reviewers", &office.account.to_string())]).await.expect(422);
        assert!(back.body.as_str().is_some_and(|text| text.contains("没有评审身份")));
        let chosen = people[1].account.to_string();
        desk.post(&line, &[("reviewers", &chosen)]).await.expect(303);
        assert!(page(&desk, &format!("{plan}?lacking=true")).await.contains("还缺 2 人"));
        desk.post(&format!("{plan}/apply"), &[]).await.expect(303);
        assert!(page(&desk, &plan).await.contains("已按方案分配"));
        assert!(page(&desk, &reviews).await.contains("未发现关联"));
        desk.post(&format!("{plan}/drop"), &[]).await.expect(409);

        // The reviewer's own page, and the office's list of all.
        let profile = format!("/reviewers/{}", people[0].account);
        assert!(page(&own, "/reviews").await.contains(&profile));
        page(&own, &profile).await;
        let back = own.post(&profile, &[("areas", "助学\n助老"), ("most", "许多")]).await.expect(422);
        assert!(back.body.as_str().is_some_and(|text| text.contains("许多") && text.contains("助老")));
        own.post(&profile, &[("areas", "助学\n助老"), ("most", "12")]).await.expect(303);
        let back = own.post(&format!("{profile}/interests"), &[("kind", "family"), ("organization", "没有这个单位"), ("note", "表弟")]).await.expect(422);
        assert!(back.body.as_str().is_some_and(|text| text.contains("表弟") && text.contains("没有这个单位")));
        own.post(&format!("{profile}/interests"), &[("kind", "family"), ("organization", "志愿队1"), ("note", "表弟")]).await.expect(303);
        let shown = page(&own, &profile).await;
        assert!(shown.contains("志愿队1") && shown.contains("表弟"));
        let end = shown.split("/reviewer-interests/").nth(1).and_then(|rest| rest.split('"').next()).expect("a button");
        own.post(&format!("/reviewer-interests/{end}"), &[]).await.expect(303);
        assert!(page(&desk, "/office/reviewers").await.contains("助学、助老"));
        own.get("/office/reviewers").await.expect(403);
        app.advance(DAY).await;
    }

    async fn pages_ask_as_much_for_one_row_as_for_three(app: &TestApp) {
        let mut costs = Vec::new();
        for teams in [&[1][..], &[2, 3, 4][..]] {
            let (call, proposals) = call_in_review(app, teams).await;
            if teams.len() == 1 {
                reviewers(app, 3).await;
            }
            let id = plan(app, call).await;
            assign(app, proposals[0], &app.reviewer(1).await).await.expect(201);
            let desk = app.office().await.pages().await;
            let office = app.office().await;
            let mut cost = Vec::new();
            for path in [format!("/office/review-plans/{id}"), format!("/office/calls/{call}/reviews"), "/office/reviewers".into()] {
                cost.push((path.split('/').nth(2).map(str::to_string), queries(app, async || drop(page(&desk, &path).await)).await));
            }
            for path in [format!("/api/v1/review-plans/{id}/lines"), format!("/api/v1/calls/{call}/ranking")] {
                cost.push((None, queries(app, async || drop(office.get(&path).await.expect(200))).await));
            }
            costs.push(cost);
        }
        assert_eq!(costs[0], costs[1]);
    }
}
