use super::world::*;
use serde_json::json;
use twoway_ids::DAY;
use twoway_tests::on_both_databases;

on_both_databases! {
    async fn a_pooled_proposal_becomes_an_evaluated_project(app: &TestApp) {
        let (office, second, team) = (app.office().await, app.second_office().await, app.team(1).await);
        let proposal = pooled(app).await;
        let project = convert(app, proposal).await.expect(201).id();
        let made = office.get(&path(project, "")).await.expect(200).body;
        // Authorship and organisation are kept.
        assert_eq!(made["lead_id"], json!(team.account));
        assert_eq!(made["team_id"], json!(team.organization));
        assert_eq!((&made["state"], &made["title"]), (&json!("incubating"), &json!("四点半学校1")));
        assert_eq!(made["plan"]["summary"], "放学后到家长下班前，由志愿者看护。");
        let proposed = office.get(&format!("/api/v1/proposals/{proposal}")).await.expect(200);
        assert_eq!(proposed.body["state"], "converted");
        app.anon().get(&format!("/api/v1/public/projects/{project}")).await.expect(404);

        team.put(&path(project, "plan"), plan()).await.expect(200);
        let digest = uploaded(app, crate::plugins::fixture::lenient()).await;
        office.put(&path(project, "plugin"), activation(&digest)).await.expect(200);
        let pinned = office.get(&path(project, "")).await.body;
        assert_eq!((&pinned["plugin"]["digest"], &pinned["plugin"]["version"]), (&json!(digest), &json!("1.0.0")));
        assert!(pinned["gates"].as_array().expect("gates").iter().all(|gate| gate["met"] == true), "{pinned:#}");
        post(&office, project, "ready").await.expect(200);
        post(&team, project, "start").await.expect(200);
        app.advance(18 * DAY).await;
        close(app, project).await.expect(200);
        app.settle().await;

        let evaluation = team.get("/api/v1/evaluations").await.expect(200).body["items"][0]["id"].clone();
        let evaluation = twoway_ids::Uuid::parse_str(evaluation.as_str().expect("an id")).expect("an id");
        let page = format!("/api/v1/evaluations/{evaluation}");
        let evaluator = app.evaluator().await;
        evaluator.get(&page).await.expect(404);
        invite(app, evaluation, &evaluator).await.expect(200);
        self_evaluate(app, evaluation).await.expect(200);
        let frozen = evaluator.get(&page).await.expect(200).body;
        let figure = |n: usize, field: &str| frozen["indicators"][n][field].clone();
        assert_eq!((figure(0, "key"), figure(0, "value_milli")), (json!("host-days"), json!(19_000)));
        assert_eq!((figure(1, "key"), figure(1, "value_milli"), figure(1, "sample")), (json!("on-time"), json!(87_500), json!(8)));
        assert_eq!(frozen["indicators"][1]["source"], json!({"by": "plugin", "plugin": "notes", "version": "1.0.0", "digest": digest}));
        score(&evaluator, evaluation).await.expect(200);
        // The team is told nothing before the result is in public notice.
        assert!(team.get(&page).await.expect(200).body["grade"].is_null());
        announced(app, &second, evaluation).await;
        assert_eq!(team.get(&page).await.expect(200).body["grade"], "B");
        let public = app.anon().get(&format!("/api/v1/public/projects/{project}")).await.expect(200).body;
        assert_eq!((&public["result"], &public["notice"]["grade"]), (&json!(null), &json!("B")));
        app.anon().get(&format!("/api/v1/public/projects/{project}")).await.expect(200);
        second.post(&format!("{page}/final"), json!({})).await.expect(200);
        assert_eq!(team.get(&page).await.body["grade"], "B");
        assert_eq!(office.get(&path(project, "")).await.body["state"], "accepted");

        let public = app.anon().get(&format!("/api/v1/public/projects/{project}")).await.expect(200).body;
        let told: Vec<&str> = public["timeline"].as_array().expect("a story").iter().filter_map(|t| t["what"].as_str()).collect();
        assert_eq!(
            told,
            [
                "call-open", "proposal-submit", "proposal-release", "proposal-pool", "proposal-convert", "project-ready",
                "project-start", "project-close", "project-accept"
            ]
        );
        assert_eq!(public["result"]["grade"], "B");
        let text = public.to_string();
        for private in ["队长1", "张三", "13900001111", &team.account.to_string()] {
            assert!(!text.contains(private), "{private} is not the public's: {text}");
        }
        let found = twoway::audit::verify(&app.app).await.expect("can be checked");
        assert!(found.is_empty(), "{found:#?}");
    }

    async fn the_pages_show_each_station(app: &TestApp) {
        let project = incubating(app).await;
        let (office, team) = (app.office().await.pages().await, app.team(1).await.pages().await);
        let has = |answer: Answer, words: &[&str]| {
            let text = answer.clone().expect(200).body.as_str().unwrap_or_default().to_string();
            for word in words {
                assert!(text.contains(word), "“{word}” is missing in {text}");
            }
            for key in ["project-next-", "gate-project", "field-project-", "event-project-", "indicator-host"] {
                assert!(!text.contains(key), "a text is missing: {key} in {text}");
            }
        };
        has(team.get("/projects").await, &["四点半学校1", "筹备中"]);
        has(team.get(&format!("/projects/{project}")).await, &["请填写项目计划", "核心成员", "规则 M2"]);
        has(team.get(&format!("/projects/{project}/plan")).await, &["风险说明", "服务地点"]);
        let digest = uploaded(app, crate::plugins::fixture::lenient()).await;
        has(office.get(&format!("/projects/{project}/plugin")).await, &["留言簿", "查看授权清单"]);
        let sheet = office.get(&format!("/projects/{project}/plugin?digest={digest}")).await;
        has(sheet, &["照护儿童", "未成年人信息", "核对特征", "不超过 1 MiB", "我再次确认"]);
        let unticked = [("_digest", digest.as_str()), ("_classes", "P2"), ("limit", "3")];
        let refused = office.post(&format!("/projects/{project}/plugin"), &unticked).await;
        assert_eq!(refused.status, 422);
        let form = [
            ("_digest", digest.as_str()), ("_classes", "P2"), ("_abilities", "timers"), ("_abilities", "notify"),
            ("limit", "3"), ("_confirmed", "true"),
        ];
        assert_eq!(office.post(&format!("/projects/{project}/plugin"), &form).await.status, 303);
        has(office.get(&format!("/projects/{project}")).await, &["留言簿", digest.as_str(), "筹备"]);
        let plan = [
            ("summary", "看护"), ("place", "丁字口社区"), ("starts_on", "2027-01-04"), ("ends_on", "2027-01-22"),
            ("core_team", "张三\n李四\n王五"), ("risks_foreseen", "false"), ("risk_statement", "没有可预见风险"),
        ];
        assert_eq!(team.post(&format!("/projects/{project}/plan"), &plan).await.status, 303);
        has(office.get(&format!("/projects/{project}")).await, &["各项已备齐，请确认"]);
        assert_eq!(office.post(&format!("/projects/{project}/ready"), &[]).await.status, 303);
        assert_eq!(team.post(&format!("/projects/{project}/start"), &[]).await.status, 303);
        has(team.get(&format!("/projects/{project}")).await, &["项目实施中", "进入办理区", "提交结项"]);
        has(office.get(&format!("/projects/{project}/suspend")).await, &["立即停止服务"]);
        has(app.anon().pages().await.get(&format!("/p/{project}")).await, &["从征集到结果", "项目启动"]);
        assert_eq!(team.post(&format!("/projects/{project}/close"), &[("final_report", "")]).await.status, 422);
        assert_eq!(team.post(&format!("/projects/{project}/close"), &[("final_report", "完成")]).await.status, 303);
        app.settle().await;
        let moved = team.get(&format!("/projects/{project}/evaluation")).await;
        let page = moved.headers["location"].to_str().expect("an address").to_string();
        has(team.get(&page).await, &["请提交自评", "实施天数", "87.5%"]);
        let evaluator = app.evaluator().await;
        has(office.get(&page).await, &["邀请评估员", "评估员 · 评估机构"]);
        let answers = [("statement", "好"), ("answers.host-days", "够"), ("answers.on-time", "达到")];
        assert_eq!(team.post(&format!("{page}/self-evaluation"), &answers).await.status, 303);
        assert_eq!(office.post(&format!("{page}/evaluator"), &[("evaluator", &evaluator.account.to_string())]).await.status, 303);
        let evaluator = evaluator.pages().await;
        has(evaluator.get(&page).await, &["请评分", "自评"]);
        let grades = [
            ("grades.host-days", "A"), ("grades.host-days.reason", "核对"), ("grades.on-time", "B"),
            ("grades.on-time.reason", "核对"), ("grade", "A"), ("conclusion", "优秀"),
        ];
        assert_eq!(evaluator.post(&format!("{page}/score"), &grades[1..]).await.status, 422);
        assert_eq!(evaluator.post(&format!("{page}/score"), &grades).await.status, 303);
        has(office.get(&page).await, &["请公示评价结果", "优秀"]);
        assert_eq!(office.post(&format!("{page}/announce"), &[]).await.status, 303);
        has(office.get(&page).await, &["评价结果正在公示"]);
        has(app.anon().pages().await.get(&format!("/p/{project}")).await, &["评价结果公示", "A（优秀）", "提出异议"]);
        app.advance(12 * DAY).await;
        let office = app.office().await.pages().await;
        has(office.get(&page).await, &["请核定评价结果", "优秀"]);
        assert_eq!(office.post(&format!("{page}/final"), &[]).await.status, 303);
        has(app.anon().pages().await.get(&format!("/p/{project}")).await, &["A（优秀）", "样本", "留言簿"]);
    }
}
