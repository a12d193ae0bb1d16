//! Refusals that no story of a feature comes across.

use crate::adoptions;
use crate::calls::world;
use crate::projects::world as projects;
use reqwest::multipart::{Form, Part};
use serde_json::json;
use twoway::http::texts::Locale;
use twoway_entity::proposals::ProposalState;
use twoway_ids::DAY;
use twoway_tests::{Answer, PASSWORD, on_both_databases};

/// The page shows the sentence of this refusal.
fn says(page: &Answer, code: &str) -> bool {
    let sentence = Locale::ZhCn.t1(&format!("refusal-{code}"), "most", 0);
    let beginning = sentence.split('0').next().unwrap_or_default();
    page.body.as_str().is_some_and(|html| html.contains(beginning))
}

on_both_databases! {
    async fn names_and_passwords(app: &TestApp) {
        let zhou = app.person("zhou", "周敏", None).await;
        let register = async |login: &str| {
            let body = json!({ "login": login, "name": "某人", "password": "一个足够长的口令-2026", "locale": "zh-CN" });
            app.anon().post("/api/v1/accounts", body).await
        };
        assert_eq!(register("周敏").await.expect(409).code(), "login-form");
        assert_eq!(register("zhou").await.expect(409).code(), "login-taken");
        let page = zhou.pages().await;
        let wrong = page.post("/me/password", &[("current_password", "not-it"), ("new_password", "另一个足够长的口令-2026")]).await;
        assert_eq!(wrong.status, 422);
        assert!(says(&wrong, "password-wrong"));
        let right = [("current_password", PASSWORD), ("new_password", "另一个足够长的口令-2026")];
        assert_eq!(page.post("/me/password", &right).await.status, 303);
    }

    async fn places_in_the_tree(app: &TestApp) {
        app.office().await;
        let again = twoway::organizations::found(&app.app, "又一个牵头单位").await.expect_err("there is one");
        assert_eq!(again.code(), "already-founded");
        let team = app.team(1).await;
        let below = json!({
            "parent": team.organization, "kind": "node", "name": "团队之下的节点", "division_code": "520302"
        });
        assert_eq!(app.admin().await.post("/api/v1/organizations", below).await.expect(409).code(), "organization-place");
        let page = app.office().await.pages().await;
        let root = app.root().await;
        let grant = [("login", "nobody-here"), ("role", "reviewer")];
        let unknown = page.post(&format!("/organizations/{root}/members"), &grant).await;
        assert_eq!(unknown.status, 422);
        assert!(says(&unknown, "login-unknown"));
        assert!(unknown.body.as_str().is_some_and(|html| html.contains("nobody-here")), "what was typed stays");
    }

    async fn a_holiday_has_an_end(app: &TestApp) {
        let page = app.office().await.pages().await;
        let year = [("from", "2027-01-01"), ("to", "2027-12-31"), ("works", "rest"), ("name", "全年放假")];
        let long = page.post("/calendar/new", &year).await;
        assert_eq!(long.status, 422);
        assert!(says(&long, "holiday-too-long"));
        assert!(long.body.as_str().is_some_and(|html| html.contains("全年放假")), "what was typed stays");
    }

    async fn what_is_not_under_review_has_no_reviewer(app: &TestApp) {
        let (_, proposals) = world::call_in_review(app, &[1, 2]).await;
        let reviewer = app.reviewer(1).await;
        app.team(2).await.post(&format!("/api/v1/proposals/{}/withdraw", proposals[1]), json!({ "reason": "人手不足" })).await.expect(200);
        assert_eq!(world::assign(app, proposals[1], &reviewer).await.expect(409).code(), "not-under-review");
    }

    async fn a_proposal_has_an_end_of_lines(app: &TestApp) {
        let team = app.team(1).await;
        let id = adoptions::proposal_in(app, &team, ProposalState::Eligible, "四点半学校").await;
        let path = format!("/api/v1/proposals/{id}/needs");
        let mut refused = None;
        for _ in 0..200 {
            let answer = team.post(&path, adoptions::books()).await;
            if answer.status != 201 {
                refused = Some(answer.code().to_string());
                break;
            }
        }
        assert_eq!(refused.as_deref(), Some("too-many-lines"));
    }

    async fn a_proposal_has_an_end_of_files(app: &TestApp) {
        let (team, call) = (app.team(1).await, world::open_call(app).await);
        let id = world::draft(&team, call, "四点半学校").await;
        let picture = |n: u8| [world::PNG, &[n]].concat();
        for n in 1..=20 {
            let name = format!("现场{n}.png");
            assert_eq!(world::attach(&team, id, &name, &picture(n), None).await.status, 201, "{name}");
        }
        let refused = world::attach(&team, id, "现场21.png", &picture(21), None).await.expect(409);
        assert_eq!(refused.code(), "too-many-files");
        assert_eq!(refused.body["detail"], "附件最多 20 个。");
        let page = team.pages().await;
        let form = Form::new().part("file", Part::bytes(picture(21)).file_name("现场21.png"));
        let shown = page.upload(&format!("/proposals/{id}/attachments"), form).await;
        assert!(says(&shown, "too-many-files"), "{}", shown.body);
    }

    async fn a_plugin_comes_before_the_start_and_a_citizens_project_has_a_team(app: &TestApp) {
        let project = projects::running(app).await;
        let digest = projects::uploaded(app, crate::plugins::fixture::lenient()).await;
        let late = app.office().await.put(&projects::path(project, "plugin"), projects::activation(&digest)).await;
        assert_eq!(late.expect(409).code(), "plugin-too-late");
        let member = json!({ "login": "nobody-here" });
        let lead = app.team(1).await;
        let unknown = lead.post(&projects::path(project, "members"), member).await;
        assert_eq!(unknown.expect(409).code(), "member-login-unknown");
        let citizen = app.citizen().await;
        let member = lead.post(&projects::path(project, "members"), json!({ "login": citizen.login })).await.expect(201).id();
        let paper = |days: i64| {
            json!({ "predicate": "cleared", "document": "公安查询 2026-118", "valid_from": app.now(), "valid_until": app.now() + days * DAY })
        };
        let facts = projects::path(project, &format!("members/{member}/facts"));
        assert_eq!(lead.post(&facts, paper(367)).await.expect(409).code(), "clearance-too-long");
        lead.post(&facts, paper(364)).await.expect(201);
        let listed = lead.get(&projects::path(project, "members")).await.expect(200);
        let own = listed.body["items"].as_array().expect("a list").iter().find(|m| m["id"] != member.to_string()).cloned();
        let own = match own {
            Some(own) => own["id"].as_str().expect("an id").to_string(),
            None => lead.post(&projects::path(project, "members"), json!({ "login": lead.login })).await.expect(201).id().to_string(),
        };
        let self_made = lead.post(&projects::path(project, &format!("members/{own}/facts")), paper(300)).await;
        assert_eq!(self_made.expect(409).code(), "self-check");
    }
}
