//! One test per guard that needs a host; the pure ones are tested beside their rules.

use super::world::*;
use serde_json::{Value, json};
use twoway_entity::accounts::Role;
use twoway_ids::{DAY, Uuid};
use twoway_tests::on_both_databases;

on_both_databases! {
    async fn an_incomplete_call_is_not_handed_to_the_second_person(app: &TestApp) {
        let office = app.office().await;
        let id = office.post("/api/v1/calls", json!({"title": "半成品"})).await.expect(201).id();
        let refused = office.post(&format!("/api/v1/calls/{id}/submit"), json!({})).await.expect(422);
        let fields: Vec<&str> =
            refused.body["errors"].as_array().expect("errors").iter().filter_map(|e| e["field"].as_str()).collect();
        let expected =
            ["summary", "guide", "form", "rubric", "risk_notice", "privacy_notice", "contact", "opens_at", "closes_at"];
        assert_eq!(fields, expected);
        let mut input = call_input(app);
        input["rubric"][0]["weight"] = json!(39);
        office.put(&format!("/api/v1/calls/{id}"), input).await.expect(200);
        let refused = office.post(&format!("/api/v1/calls/{id}/submit"), json!({})).await.expect(409);
        assert_eq!(refused.code(), "rubric-not-100");
        let mut input = call_input(app);
        input["closes_at"] = input["opens_at"].clone();
        office.put(&format!("/api/v1/calls/{id}"), input).await.expect(200);
        let refused = office.post(&format!("/api/v1/calls/{id}/submit"), json!({})).await.expect(409);
        assert_eq!(refused.code(), "call-closes-before-it-opens");
    }

    async fn a_notice_is_never_shorter_than_five_working_days(app: &TestApp) {
        let mut input = call_input(app);
        input["notice_days"] = json!(4);
        let refused = app.office().await.post("/api/v1/calls", input).await.expect(422);
        assert_eq!(refused.body["errors"][0]["field"], "notice_days");
    }

    async fn whoever_changed_a_call_cannot_approve_it(app: &TestApp) {
        let (office, second) = (app.office().await, app.second_office().await);
        let id = office.post("/api/v1/calls", call_input(app)).await.expect(201).id();
        let path = format!("/api/v1/calls/{id}");
        second.put(&path, call_input(app)).await.expect(200);
        office.post(&format!("{path}/submit"), json!({})).await.expect(200);
        assert_eq!(second.post(&format!("{path}/approve"), json!({})).await.expect(409).code(), "four-eyes");
        assert_eq!(office.put(&path, call_input(app)).await.expect(409).code(), "call-frozen");
        office.post(&format!("{path}/approve"), json!({})).await.expect(200);
    }

    async fn bad_bodies_and_stale_versions_change_nothing(app: &TestApp) {
        let office = app.office().await;
        let cases: [(Value, &str); 4] = [
            (json!({"title": 5}), "title"),
            (json!({"title": "a", "extra": 1}), "extra"),
            (json!({"title": "长".repeat(121)}), "title"),
            (json!({"title": "a", "rubric": [{"key": "need", "title": "需求", "weight": 101}]}), "rubric[0].weight"),
        ];
        for (body, field) in cases {
            let refused = office.post("/api/v1/calls", body).await.expect(422);
            assert_eq!(refused.body["errors"][0]["field"], field, "{:#}", refused.body);
        }
        let id = office.post("/api/v1/calls", call_input(app)).await.expect(201).id();
        let path = format!("/api/v1/calls/{id}");
        office.at_version(1).put(&path, json!({"title": "第二版"})).await.expect(200);
        assert_eq!(office.at_version(1).put(&path, json!({"title": "第三版"})).await.expect(412).code(), "stale-version");
        assert_eq!(office.get(&path).await.body["title"], "第二版");
    }

    async fn a_repeated_key_gives_the_same_call_and_another_body_is_refused(app: &TestApp) {
        let office = app.office().await.with("idempotency-key", "call-2027");
        let first = office.post("/api/v1/calls", json!({"title": "征集"})).await.expect(201).id();
        assert_eq!(office.post("/api/v1/calls", json!({"title": "征集"})).await.expect(201).id(), first);
        let other = office.post("/api/v1/calls", json!({"title": "另一个"})).await.expect(422);
        assert_eq!(other.code(), "idempotency-key-reused");
    }

    async fn a_submission_needs_consent_and_every_required_answer(app: &TestApp) {
        let call = open_call(app).await;
        let team = app.team(1).await;
        let id = draft(&team, call, "四点半学校").await;
        let path = format!("/api/v1/proposals/{id}");
        let refused = team.post(&format!("{path}/submit"), json!({"consent": false})).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("consent-missing", Some("P2")));
        let mut half = content("四点半学校");
        half["answers"].as_object_mut().expect("answers").remove("plan");
        team.put(&path, half).await.expect(200);
        let refused = submit(&team, id).await.expect(422);
        assert_eq!(refused.body["errors"][0]["field"], "answers.plan");
        let mut wrong = content("四点半学校");
        wrong["answers"]["code"] = json!("91350100M000100Y4Z");
        let refused = team.put(&path, wrong).await.expect(422);
        assert_eq!(refused.body["errors"][0]["code"], "bad-credit-code");
    }

    async fn an_applicant_hands_in_no_more_than_the_cap(app: &TestApp) {
        let call = open_call(app).await;
        let team = app.team(1).await;
        submitted(&team, call, "第一项").await;
        let second = draft(&team, call, "第二项").await;
        let refused = submit(&team, second).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("applicant-cap", Some("M1")));
        // Another team, and the same person for themselves, are other applicants.
        submitted(&app.team(2).await, call, "另一队").await;
        let own = json!({"call_id": call, "content": content("个人申报")});
        let own = team.post("/api/v1/proposals", own).await.expect(201).id();
        submit(&team, own).await.expect(200);
    }

    async fn nobody_proposes_in_a_name_that_is_not_theirs(app: &TestApp) {
        let call = open_call(app).await;
        let other = app.team(2).await.organization;
        let new = json!({"call_id": call, "organization_id": other, "content": content("冒名")});
        app.team(1).await.post("/api/v1/proposals", new).await.expect(403);
        let theirs = draft(&app.team(2).await, call, "二队的项目").await;
        let path = format!("/api/v1/proposals/{theirs}");
        for stranger in [&app.team(1).await, &app.office().await, &app.sponsor(1).await] {
            stranger.put(&path, content("篡改")).await.expect(404);
            stranger.post(&format!("{path}/withdraw"), json!({"reason": "无"})).await.expect(404);
        }
    }

    async fn what_was_handed_in_is_locked_and_may_be_withdrawn(app: &TestApp) {
        let call = open_call(app).await;
        let team = app.team(1).await;
        let id = submitted(&team, call, "四点半学校").await;
        let path = format!("/api/v1/proposals/{id}");
        assert_eq!(team.put(&path, content("改名")).await.expect(409).code(), "proposal-locked");
        team.post(&format!("{path}/withdraw"), json!({"reason": "队员不足"})).await.expect(200);
        // The place under the cap is free again.
        submitted(&team, call, "新的项目").await;
    }

    async fn nobody_checks_their_own_proposal(app: &TestApp) {
        let office = app.office().await;
        let team = app.team(1).await;
        app.grant(office.account, Role::TeamLead, team.organization.expect("a team")).await;
        let call = open_call(app).await;
        let id = submitted(&team, call, "四点半学校").await;
        app.advance(20 * DAY).await;
        let path = format!("/api/v1/proposals/{id}/admit");
        assert_eq!(office.post(&path, json!({})).await.expect(409).code(), "checks-own-proposal");
        app.second_office().await.post(&path, json!({})).await.expect(200);
    }

    async fn proposals_are_checked_after_the_call_has_closed(app: &TestApp) {
        let call = open_call(app).await;
        let id = submitted(&app.team(1).await, call, "四点半学校").await;
        let refused = app.office().await.post(&format!("/api/v1/proposals/{id}/admit"), json!({})).await.expect(409);
        assert_eq!(refused.code(), "call-not-in-screening");
        // Administrators of a county and supervisors read, but do not check.
        app.advance(20 * DAY).await;
        app.supervisor().await.post(&format!("/api/v1/proposals/{id}/admit"), json!({})).await.expect(403);
        app.supervisor().await.get(&format!("/api/v1/proposals/{id}")).await.expect(200);
        app.node_admin(1).await.get(&format!("/api/v1/proposals/{id}")).await.expect(404);
    }

    async fn every_conflict_of_interest_is_refused(app: &TestApp) {
        let (call, proposals) = call_in_review(app, &[1]).await;
        let id = proposals[0];
        let team = app.team(1).await;
        let house = team.organization.expect("a team");
        // The parent of the team: whoever works in the lead office, but not whom it appointed as a reviewer.
        let root = app.root().await;
        let clerk = app.reviewer(1).await;
        app.grant(clerk.account, Role::NodeAdmin, root).await;
        let appointed = app.reviewer(2).await;
        app.grant(appointed.account, Role::Reviewer, root).await;
        // A team-mate of the proposer elsewhere.
        let mate = app.reviewer(3).await;
        let choir = app.team(7).await.organization.expect("a team");
        app.grant(mate.account, Role::Volunteer, choir).await;
        app.grant(team.account, Role::Volunteer, choir).await;
        app.grant(team.account, Role::Reviewer, root).await;
        for (reviewer, code) in [
            (&clerk, "conflict-related-organization"),
            (&mate, "conflict-co-member"),
            (&team, "conflict-own-proposal"),
        ] {
            let refused = assign(app, id, reviewer).await.expect(409);
            assert_eq!((refused.code(), refused.body["rule"].as_str()), (code, Some("M1")), "{}", reviewer.login);
        }
        let review = assign(app, id, &appointed).await.expect(201).id();
        assert_eq!(assign(app, id, &appointed).await.expect(409).code(), "assigned-already");
        assert_eq!(assign(app, id, &app.citizen().await).await.expect(409).code(), "not-a-reviewer");

        // What becomes known later stops the declaration and the end of the review.
        declare(&appointed, review).await.expect(200);
        score(&appointed, review, [80; 3]).await.expect(200);
        app.grant(appointed.account, Role::Volunteer, house).await;
        let office = app.office().await;
        let refused = office.post(&format!("/api/v1/calls/{call}/end-review"), json!({})).await.expect(409);
        assert_eq!(refused.code(), "open-conflict");
        let taken = json!({"reason": "评审期间加入申报团队"});
        office.post(&format!("/api/v1/reviews/{review}/unassign"), taken).await.expect(200);
        let refused = office.post(&format!("/api/v1/calls/{call}/end-review"), json!({})).await.expect(409);
        assert_eq!(refused.code(), "not-enough-reviews");
    }

    async fn the_same_credit_code_is_a_conflict(app: &TestApp) {
        let call = open_call(app).await;
        let team = app.team(1).await;
        let sponsor = app.sponsor(1).await;
        let who = sponsor.who().await;
        let house = twoway::organizations::at(app.app.db.read(), &who, sponsor.organization.expect("a house")).await;
        let code = house.expect("there").credit_code.expect("an enterprise has one");
        let mut with_partner = content("四点半学校");
        with_partner["answers"]["code"] = json!(code);
        let new = json!({"call_id": call, "organization_id": team.organization, "content": with_partner});
        let id = team.post("/api/v1/proposals", new).await.expect(201).id();
        submit(&team, id).await.expect(200);
        app.advance(20 * DAY).await;
        let office = app.office().await;
        office.post(&format!("/api/v1/proposals/{id}/admit"), json!({})).await.expect(200);
        office.post(&format!("/api/v1/calls/{call}/start-review"), json!({})).await.expect(200);
        let root = app.root().await;
        app.grant(sponsor.account, Role::Reviewer, root).await;
        assert_eq!(assign(app, id, &sponsor).await.expect(409).code(), "conflict-same-credit-code");
    }

    async fn a_reviewer_declares_before_reading_and_scores_within_the_phase(app: &TestApp) {
        let (call, proposals) = call_in_review(app, &[1]).await;
        let id = proposals[0];
        let reviewer = app.reviewer(1).await;
        let review = assign(app, id, &reviewer).await.expect(201).id();
        assert_eq!(score(&reviewer, review, [80; 3]).await.expect(409).code(), "declaration-missing");
        let path = format!("/api/v1/reviews/{review}");
        let no = reviewer.post(&format!("{path}/declare"), json!({"no_interest": false})).await.expect(409);
        assert_eq!(no.code(), "declaration-missing");
        declare(&reviewer, review).await.expect(200);
        assert_eq!(score(&reviewer, review, [80, 80, 101]).await.expect(422).body["errors"][0]["field"], "scores.cost");
        score(&reviewer, review, [80; 3]).await.expect(200);
        score(&reviewer, review, [90; 3]).await.expect(200);
        assert_eq!(reviewer.get(&path).await.body["total"], 9000);
        // Another reviewer neither reads nor writes the sheet.
        let other = app.reviewer(2).await;
        other.get(&path).await.expect(404);
        assert_eq!(score(&other, review, [0; 3]).await.status, 404);
        // One who steps aside is not asked again.
        let aside = assign(app, id, &other).await.expect(201).id();
        other.post(&format!("/api/v1/reviews/{aside}/recuse"), json!({"reason": "亲属参与"})).await.expect(200);
        assert_eq!(assign(app, id, &other).await.expect(409).code(), "recused-before");
        for r in [3, 4] {
            let more = app.reviewer(r).await;
            let review = assign(app, id, &more).await.expect(201).id();
            declare(&more, review).await.expect(200);
            score(&more, review, [80; 3]).await.expect(200);
        }
        app.office().await.post(&format!("/api/v1/calls/{call}/end-review"), json!({})).await.expect(200);
        assert_eq!(score(&reviewer, review, [100; 3]).await.expect(409).code(), "review-phase-over");
    }

    async fn decisions_are_explained_affordable_and_in_their_time(app: &TestApp) {
        let (call, proposals) = call_in_review(app, &[1]).await;
        let id = proposals[0];
        assert_eq!(decide(app, id, true).await.expect(409).code(), "not-deliberating");
        all_scored(app, &proposals).await;
        let office = app.office().await;
        office.post(&format!("/api/v1/calls/{call}/end-review"), json!({})).await.expect(200);
        let path = format!("/api/v1/proposals/{id}/decision");
        for (body, code) in [
            (json!({"decision": "selected", "reason": "很好", "cost": 1}), "decision-too-short"),
            (json!({"decision": "selected", "reason": REASON}), "cost-missing"),
            (json!({"decision": "selected", "reason": REASON, "cost": 50_001}), "over-ceiling"),
        ] {
            assert_eq!(office.put(&path, body).await.expect(409).code(), code);
        }
        decide(app, id, false).await.expect(200);
        // Decided anew until it is released.
        decide(app, id, true).await.expect(200);
        supervise(app, call).await.expect(200);
        office.post(&format!("/api/v1/calls/{call}/release"), json!({})).await.expect(200);
        assert_eq!(supervise(app, call).await.expect(409).code(), "not-deliberating");
        assert_eq!(decide(app, id, false).await.expect(409).code(), "not-deliberating");
    }

    async fn a_holiday_makes_the_notice_longer(app: &TestApp) {
        use sea_orm::{ActiveModelTrait, ActiveValue::Set};
        use twoway_entity::calendar::calendar_day;
        let tenant = app.app.tenant;
        app.step(move |step| async move {
            for (day, works) in [("2026-12-24", false), ("2026-12-26", true)] {
                let row = calendar_day::ActiveModel {
                    tenant_id: Set(tenant),
                    day: Set(day.into()),
                    works: Set(works),
                    name: Set("调休".into()),
                };
                step.wrote_rows(&[row.insert(step.tx()).await?]);
            }
            Ok(())
        })
        .await;
        let (call, _) = call_in_notice(app, &[1]).await;
        let ends = app.anon().get(&format!("/api/v1/calls/{call}")).await.body["notice_ends_at"].as_i64().expect("an end");
        // From Sunday the 20th: 21, 22, 23, not 24, 25, and Saturday 26 makes up: until midnight before Sunday the 27th.
        assert_eq!(twoway::http::components::exact(ends), "2026-12-27 00:00");
    }

    async fn ids_that_are_not_there_look_like_those_that_are_not_ours(app: &TestApp) {
        let nothing = Uuid::from_u128(1);
        let team = app.team(1).await;
        let call = previewed_call(app).await;
        team.get(&format!("/api/v1/proposals/{nothing}")).await.expect(404);
        app.office().await.get("/api/v1/proposals/not-an-id").await.expect(404);
        app.reviewer(1).await.get(&format!("/api/v1/reviews/{nothing}")).await.expect(404);
        app.supervisor().await.get(&format!("/api/v1/calls/{call}/ranking")).await.expect(200);
        app.node_admin(1).await.get(&format!("/api/v1/calls/{call}/ranking")).await.expect(404);
    }
}
