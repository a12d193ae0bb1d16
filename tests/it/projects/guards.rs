//! One test per guard that needs a host; the pure ones are tested beside their rules.

use super::world::*;
use crate::plugins::fixture;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use twoway_entity::needs::{NeedKind, need_line};
use twoway_ids::Uuid;
use twoway_tests::on_both_databases;

/// A required line of the proposal that nobody has adopted.
async fn open_line(app: &TestApp, proposal: Uuid) {
    let row = need_line::ActiveModel {
        tenant_id: Set(app.app.tenant),
        id: Set(twoway_ids::new_id(app.now())),
        proposal_id: Set(proposal),
        position: Set(1),
        kind: Set(NeedKind::Goods),
        title: Set("绘本".into()),
        description: Set(String::new()),
        unit: Set("册".into()),
        minimum: Set(10),
        optimum: Set(20),
        divisible: Set(true),
        required: Set(true),
        due_on: Set("2027-03-01".into()),
        recipient_id: Set(None),
        held: Set(0),
        active: Set(0),
        delivered: Set(0),
        version: Set(1),
        created_at: Set(app.now()),
    };
    app.step(move |step| async move {
        step.wrote_rows(&[row.insert(step.tx()).await?]);
        Ok(())
    })
    .await;
}

async fn agree(app: &TestApp, proposal: Uuid, active: i64) {
    let update = need_line::Entity::update_many()
        .col_expr(need_line::Column::Active, active.into())
        .filter(need_line::Column::ProposalId.eq(proposal));
    app.step(move |step| async move {
        step.wrote_rows(&update.exec_with_returning(step.tx()).await?);
        Ok(())
    })
    .await;
}

on_both_databases! {
    async fn a_proposal_becomes_a_project_once_and_only_from_the_pool(app: &TestApp) {
        let (_, proposals) = call_in_notice(app, &[1, 2]).await;
        assert_eq!(convert(app, proposals[0]).await.expect(409).code(), "wrong-state");
        app.advance(10 * twoway_ids::DAY).await;
        convert(app, proposals[1]).await.expect(409);
        let first = convert(app, proposals[0]).await.expect(201).id();
        assert_eq!(convert(app, proposals[0]).await.expect(409).code(), "wrong-state");
        let list = app.office().await.get("/api/v1/projects").await.expect(200).body;
        assert_eq!(list["items"].as_array().expect("a list").len(), 1);
        assert_eq!(list["items"][0]["id"], json!(first));
        app.team(1).await.post(&format!("/api/v1/proposals/{}/convert", proposals[0]), json!({})).await.expect(403);
    }

    async fn an_open_line_is_adopted_while_the_project_goes_on(app: &TestApp) {
        let proposal = pooled(app).await;
        open_line(app, proposal).await;
        let project = convert(app, proposal).await.expect(201).id();
        let hall = app.anon().get("/api/v1/hall").await.expect(200).body;
        assert_eq!(hall["items"][0]["proposal"], json!(proposal), "{hall}");
        let line = &hall["items"][0]["line"]["id"];
        let interest = |sponsor: &Actor| json!({"proposal": proposal, "organization": sponsor.organization,
            "message": "愿意接续", "related_party": false, "clean_promotion": true, "trade": "retail", "state_owned": false,
            "own_products": false,
            "lines": [{"line": line, "quantity": 10}]});
        let (first, second) = (app.sponsor(1).await, app.sponsor(2).await);
        let id = first.post("/api/v1/adoptions", interest(&first)).await.expect(201).id();
        app.office().await.post(&format!("/api/v1/adoptions/{id}/check"), crate::adoptions::checked()).await.expect(200);
        let hold = json!({"lines": [{"line": line, "quantity": 10}]});
        first.post(&format!("/api/v1/adoptions/{id}/hold"), hold).await.expect(200);
        app.anon().pages().await.get("/hall").await.expect(200);
        let ended = app.office().await.post(&path(project, "terminate"), json!({"reason": "队伍解散"})).await;
        ended.expect(200);
        let refused = second.post("/api/v1/adoptions", interest(&second)).await.expect(409);
        assert_eq!(refused.code(), "not-in-pool");
        assert_eq!(app.anon().get("/api/v1/hall").await.expect(200).body["items"], json!([]));
    }

    async fn a_repeated_conversion_gives_the_same_project(app: &TestApp) {
        let proposal = pooled(app).await;
        let office = app.office().await.with("idempotency-key", "convert-1");
        let page = format!("/api/v1/proposals/{proposal}/convert");
        let first = office.post(&page, json!({})).await.expect(201).id();
        assert_eq!(office.post(&page, json!({})).await.expect(201).id(), first);
    }

    async fn the_plan_is_the_leads_and_other_teams_see_nothing(app: &TestApp) {
        let project = incubating(app).await;
        app.office().await.put(&path(project, "plan"), plan()).await.expect(403);
        app.team(2).await.put(&path(project, "plan"), plan()).await.expect(404);
        app.team(2).await.get(&path(project, "")).await.expect(404);
        let mut wrong = plan();
        wrong["starts_on"] = json!("下周一");
        let refused = app.team(1).await.put(&path(project, "plan"), wrong).await.expect(422);
        assert_eq!(refused.body["errors"][0]["field"], "starts_on");
        let mut account = plan();
        account["summary"] = json!("捐款请汇 6222021234567890123");
        assert_eq!(app.team(1).await.put(&path(project, "plan"), account).await.expect(409).code(), "account-number-in-text");
        let stale = app.team(1).await.at_version(7).put(&path(project, "plan"), plan()).await.expect(412);
        assert_eq!(stale.code(), "stale-version");
    }

    async fn each_gate_holds_the_project_back_until_it_is_met(app: &TestApp) {
        let project = incubating(app).await;
        let (office, team) = (app.office().await, app.team(1).await);
        let refused = post(&office, project, "ready").await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("project-plan", Some("M2")));
        let mut small = plan();
        small["core_team"] = json!(["张三 组织", "李四 安全"]);
        team.put(&path(project, "plan"), small).await.expect(200);
        let refused = post(&office, project, "ready").await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("project-core-team", Some("M2")));
        assert!(refused.body["detail"].as_str().expect("words").contains('3'));
        team.put(&path(project, "plan"), plan()).await.expect(200);
        assert_eq!(post(&office, project, "ready").await.expect(409).code(), "project-plugin");
        assert_eq!(post(&team, project, "ready").await.expect(403).code(), "not-allowed");
    }

    async fn required_lines_are_covered_before_the_project_is_ready_and_still_when_it_starts(app: &TestApp) {
        let project = prepared(app).await;
        let (office, team) = (app.office().await, app.team(1).await);
        let seen = office.get(&path(project, "")).await.expect(200).body;
        let proposal = Uuid::parse_str(seen["proposal_id"].as_str().expect("an id")).expect("an id");
        open_line(app, proposal).await;
        let refused = post(&office, project, "ready").await.expect(409);
        assert_eq!(refused.code(), "project-coverage");
        assert!(refused.body["detail"].as_str().expect("words").contains("绘本"));
        agree(app, proposal, 10).await;
        post(&office, project, "ready").await.expect(200);
        agree(app, proposal, 9).await;
        assert_eq!(post(&team, project, "start").await.expect(409).code(), "project-coverage");
        agree(app, proposal, 10).await;
        post(&team, project, "start").await.expect(200);
    }

    async fn a_plugin_is_pinned_once_with_a_confirmed_grant_and_an_assessment(app: &TestApp) {
        let project = incubating(app).await;
        let office = app.office().await;
        let digest = uploaded(app, fixture::lenient()).await;
        let put = async |change: fn(&mut serde_json::Value)| {
            let mut body = activation(&digest);
            change(&mut body);
            office.put(&path(project, "plugin"), body).await
        };
        assert_eq!(put(|b| b["confirmed"] = json!(false)).await.expect(409).code(), "grant-unconfirmed");
        let refused = put(|b| b["assessment"] = json!(" ")).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("impact-assessment-missing", Some("P8")));
        let refused = put(|b| b["minors_data_confirmed"] = json!(false)).await.expect(409);
        assert_eq!((refused.code(), refused.body["rule"].as_str()), ("minors-data-unconfirmed", Some("P11")));
        let refused = put(|b| b["grant"]["classes"] = json!(["P3"])).await.expect(409);
        assert_eq!(refused.code(), "grant-beyond-request");
        put(|b| b["settings"] = json!({"limit": 0})).await.expect(422);
        put(|b| b["digest"] = json!("0")).await.expect(404);
        // Nothing of what was refused remains.
        assert!(office.get(&path(project, "")).await.body["plugin"].is_null());
        put(|_| ()).await.expect(200);
        assert_eq!(put(|_| ()).await.expect(409).code(), "plugin-already-pinned");
        app.team(1).await.put(&path(project, "plugin"), activation(&digest)).await.expect(403);
    }

    async fn the_plugin_may_refuse_the_start_but_not_a_suspension(app: &TestApp) {
        let project = incubating(app).await;
        let (office, team) = (app.office().await, app.team(1).await);
        team.put(&path(project, "plan"), plan()).await.expect(200);
        let digest = uploaded(app, fixture::package()).await;
        office.put(&path(project, "plugin"), activation(&digest)).await.expect(200);
        post(&office, project, "ready").await.expect(200);
        let refused = post(&team, project, "start").await.expect(409);
        assert_eq!((refused.code(), refused.body["detail"].as_str()), ("plugin-refused", Some("今天不行")));
        assert_eq!(office.get(&path(project, "")).await.body["state"], "ready");
    }

    async fn whoever_watches_suspends_at_once_and_only_the_office_resumes(app: &TestApp) {
        let project = running(app).await;
        let (office, team, watch) = (app.office().await, app.team(1).await, app.supervisor().await);
        let reason = json!({"reason": "现场只有一名成年人"});
        team.post(&path(project, "suspend"), reason.clone()).await.expect(403);
        watch.post(&path(project, "suspend"), json!({"reason": " "})).await.expect(422);
        watch.post(&path(project, "suspend"), reason).await.expect(200);
        let held = team.get(&path(project, "")).await.body;
        assert_eq!((&held["state"], &held["reason"]), (&json!("paused"), &json!("现场只有一名成年人")));
        // The plugin's place is held with the project.
        let act = json!({"input": {"text": "今天"}});
        assert_eq!(team.post(&path(project, "actions/write"), act.clone()).await.expect(409).code(), "project-held");
        assert_eq!(close(app, project).await.expect(409).code(), "wrong-state");
        watch.post(&path(project, "resume"), json!({})).await.expect(403);
        post(&office, project, "resume").await.expect(200);
        team.post(&path(project, "actions/write"), act).await.expect(200);
        assert!(office.get(&path(project, "")).await.body["reason"].is_null());
    }

    async fn only_the_lead_starts_and_closes_and_a_frozen_plan_stays(app: &TestApp) {
        let project = running(app).await;
        assert_eq!(app.team(1).await.put(&path(project, "plan"), plan()).await.expect(409).code(), "project-plan-frozen");
        assert_eq!(post(&app.office().await, project, "start").await.expect(403).code(), "not-allowed");
        let report = json!({"final_report": "完成"});
        app.office().await.post(&path(project, "close"), report).await.expect(403);
        app.team(1).await.post(&path(project, "close"), json!({"final_report": ""})).await.expect(422);
    }

    async fn a_terminated_project_ends_and_says_why(app: &TestApp) {
        let project = running(app).await;
        let office = app.office().await;
        office.post(&path(project, "terminate"), json!({"reason": "队伍解散"})).await.expect(200);
        let public = app.anon().get(&format!("/api/v1/public/projects/{project}")).await.expect(200).body;
        assert_eq!(public["state"], "terminated");
        assert_eq!(public["timeline"].as_array().expect("a story").last().expect("an end")["detail"], "队伍解散");
        assert_eq!(post(&office, project, "resume").await.expect(409).code(), "wrong-state");
        let act = json!({"input": {"text": "今天"}});
        assert_eq!(app.team(1).await.post(&path(project, "actions/write"), act).await.expect(409).code(), "project-ended");
    }
}
