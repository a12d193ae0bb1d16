//! Calls from templates: starters, saved ones, earlier calls; and how a call runs.

use super::world::*;
use serde_json::{Value, json};
use twoway_entity::accounts::Role;
use twoway_entity::organizations::OrganizationKind;
use twoway_ids::{DAY, Uuid};
use twoway_tests::{Actor, TestApp, on_both_databases};

async fn start(office: &Actor, from: &str, title: &str, opens_at: Option<i64>) -> Uuid {
    let body = json!({"from": from, "title": title, "opens_at": opens_at});
    office.post("/api/v1/call-drafts", body).await.expect(201).id()
}

async fn queries(app: &TestApp, actor: &Actor, path: &str) -> u64 {
    actor.get(path).await.expect(200);
    let before = app.app.db.queries_run();
    actor.get(path).await.expect(200);
    app.app.db.queries_run() - before
}

on_both_databases! {
    async fn a_year_begins_from_a_starter_and_the_next_from_this_one(app: &TestApp) {
        let (office, second, citizen) = (app.office().await, app.second_office().await, app.citizen().await);
        let opens = app.now() + 9 * DAY;
        let first = start(&office, "starter:annual", "2027年度征集", Some(opens)).await;
        let path = format!("/api/v1/calls/{first}");
        let mut call = office.get(&path).await.expect(200).body;
        assert_eq!((&call["state"], &call["opens_at"], &call["closes_at"]), (&json!("draft"), &json!(opens), &json!(opens + 20 * DAY)));
        assert!(call["form"].as_array().is_some_and(|form| form.len() > 5), "{call:#}");

        // Only the contact is missing: a starter knows nobody's telephone.
        let refused = office.post(&format!("{path}/submit"), json!({})).await.expect(422);
        let lacks = refused.body["errors"].as_array().expect("errors");
        assert_eq!((lacks.len(), &lacks[0]["field"], &lacks[0]["code"]), (1, &json!("contact"), &json!("missing")));
        let object = call.as_object_mut().expect("an object");
        for key in ["id", "version", "state", "organization_id", "extended", "notice_started_at", "notice_ends_at", "reason", "author_id", "approved_by", "invited", "suspended_at"] {
            object.remove(key);
        }
        call["contact"] = json!("0851-12345678");
        office.put(&path, call).await.expect(200);

        let named = json!({"name": "市级年度征集", "description": "按2027年办法"});
        let template = office.post(&format!("{path}/template"), named).await.expect(201).id();
        let next = start(&second, &format!("template:{template}"), "2028年度征集", None).await;
        let copy = second.get(&format!("/api/v1/calls/{next}")).await.expect(200).body;
        assert_eq!((&copy["contact"], &copy["opens_at"]), (&json!("0851-12345678"), &json!(app.now() + 7 * DAY)));

        // Who follows a call hears of the one that was copied from it.
        office.post(&format!("{path}/submit"), json!({})).await.expect(200);
        second.post(&format!("{path}/approve"), json!({})).await.expect(200);
        citizen.put(&format!("{path}/follow"), json!({})).await.expect(204);
        let copied = start(&office, &format!("call:{first}"), "2029年度征集", Some(app.now() + 8 * DAY)).await;
        let copied = format!("/api/v1/calls/{copied}");
        office.post(&format!("{copied}/submit"), json!({})).await.expect(200);
        second.post(&format!("{copied}/approve"), json!({})).await.expect(200);
        let notices = citizen.get("/api/v1/notices").await.expect(200).body.to_string();
        assert!(notices.contains("2029年度征集"), "{notices}");
    }

    async fn a_template_is_renamed_retired_and_then_not_used(app: &TestApp) {
        let (office, team) = (app.office().await, app.team(1).await);
        let call = office.post("/api/v1/calls", call_input(app)).await.expect(201).id();
        let save = format!("/api/v1/calls/{call}/template");
        let refused = office.post(&save, json!({"name": " ", "description": "长".repeat(501)})).await.expect(422);
        assert_eq!(refused.body["errors"].as_array().map(Vec::len), Some(2));
        team.post(&save, json!({"name": "模板"})).await.expect(403);
        let id = office.post(&save, json!({"name": "模板"})).await.expect(201).id();
        let list = "/api/v1/call-templates";
        let with_one = queries(app, &office, list).await;
        for name in ["乙", "丙"] {
            office.post(&save, json!({"name": name})).await.expect(201);
        }
        assert_eq!(queries(app, &office, list).await, with_one);
        let path = format!("/api/v1/call-templates/{id}");
        office.at_version(1).put(&path, json!({"name": "甲"})).await.expect(200);
        assert_eq!(office.at_version(1).put(&path, json!({"name": "丁"})).await.expect(412).code(), "stale-version");
        office.post(&format!("{path}/retire"), json!({})).await.expect(200);
        assert_eq!(office.put(&path, json!({"name": "戊"})).await.expect(409).code(), "template-retired");
        let from = |word: String| json!({"from": word, "title": "征集"});
        let used = office.post("/api/v1/call-drafts", from(format!("template:{id}"))).await.expect(409);
        assert_eq!(used.code(), "template-retired");
        assert_eq!(office.get(list).await.body["items"].as_array().map(Vec::len), Some(2));
        assert_eq!(office.get(&format!("{list}?retired=true")).await.body["items"].as_array().map(Vec::len), Some(3));
        let wrong = office.post("/api/v1/call-drafts", from("starter:none".into())).await.expect(422);
        assert_eq!(wrong.body["errors"][0]["field"], "from");
        office.post("/api/v1/call-drafts", from(format!("call:{}", Uuid::from_u128(1)))).await.expect(404);
    }

    async fn another_offices_template_is_not_there(app: &TestApp) {
        let node = app.organization(OrganizationKind::Node, "播州区").await;
        let lower = app.person("bozhou", "播州经办", Some((Role::LeadOffice, node))).await;
        let call = app.office().await.post("/api/v1/calls", call_input(app)).await.expect(201).id();
        let save = format!("/api/v1/calls/{call}/template");
        let id = app.office().await.post(&save, json!({"name": "市级"})).await.expect(201).id();
        lower.put(&format!("/api/v1/call-templates/{id}"), json!({"name": "改名"})).await.expect(404);
        lower.post(&save, json!({"name": "拿走"})).await.expect(404);
        let start = json!({"from": format!("template:{id}"), "title": "征集"});
        lower.post("/api/v1/call-drafts", start).await.expect(404);
        assert_eq!(lower.get("/api/v1/call-templates").await.body["items"], json!([]));
    }

    async fn an_emergency_is_called_by_the_office_in_command(app: &TestApp) {
        let node = app.organization(OrganizationKind::Node, "播州区").await;
        let lower = app.person("bozhou", "播州经办", Some((Role::LeadOffice, node))).await;
        let second = app.person("bozhou2", "播州复核", Some((Role::LeadOffice, node))).await;
        let id = lower.post("/api/v1/calls", call_input(app)).await.expect(201).id();
        let path = format!("/api/v1/calls/{id}");
        lower.put(&format!("{path}/settings"), json!({"kind": "emergency"})).await.expect(200);
        lower.post(&format!("{path}/submit"), json!({})).await.expect(200);
        let refused = second.post(&format!("{path}/approve"), json!({})).await.expect(409);
        assert_eq!((refused.code(), &refused.body["rule"]), ("emergency-not-commanded", &json!("V20")));
        let call = call_with_settings(app, json!({"kind": "emergency"})).await;
        assert_eq!(app.anon().get(&format!("/api/v1/calls/{call}")).await.expect(200).body["state"], "previewed");
    }

    async fn how_a_call_runs_is_fixed_with_its_rules(app: &TestApp) {
        let office = app.office().await;
        let settings = json!({"kind": "competition", "sealed": true, "steps": {"roadshow": true}});
        let call = call_with_settings(app, settings.clone()).await;
        let path = format!("/api/v1/calls/{call}/settings");
        let expected = json!({"kind": "competition", "sealed": true, "steps": {"screening": true, "roadshow": true, "second_round": false}, "invited": false, "late_days": 0});
        assert_eq!(app.anon().get(&path).await.expect(200).body, expected);
        for days in [0, 7] {
            app.advance(days * DAY).await;
            let office = app.office().await;
            assert_eq!(office.put(&path, settings.clone()).await.expect(409).code(), "call-frozen");
            assert_eq!(office.put(&format!("/api/v1/calls/{call}"), call_input(app)).await.expect(409).code(), "call-frozen");
        }
        let draft = office.post("/api/v1/calls", call_input(app)).await.expect(201).id();
        app.anon().get(&format!("/api/v1/calls/{draft}/settings")).await.expect(404);
    }

    async fn templates_have_pages(app: &TestApp) {
        let desk = app.office().await.pages().await;
        let text = |body: &Value| body.as_str().unwrap_or_default().to_string();
        let page = desk.get("/office/calls").await;
        assert!(text(&page.body).contains("/office/calls/start") && text(&page.body).contains("/office/calls/templates"));
        let page = text(&desk.get("/office/calls/start").await.body);
        assert!(page.contains("起步模板：大赛式征集") && page.contains("请对照本单位文件核对"), "{page}");
        let bad = desk.post("/office/calls/start", &[("from", "starter:competition"), ("title", ""), ("opens_at", "2026-12-30T10:00")]).await;
        assert_eq!(bad.status, 422);
        assert!(text(&bad.body).contains("2026-12-30T10:00"), "{}", text(&bad.body));
        let started = desk.post("/office/calls/start", &[("from", "starter:competition"), ("title", "2027志愿服务大赛"), ("opens_at", "2026-12-30T10:00")]).await;
        assert_eq!(started.status, 303);
        let place = started.headers["location"].to_str().expect("an address").to_string();
        let base = place.strip_suffix("/edit").expect("the form");
        let page = text(&desk.get(base).await.body);
        assert!(page.contains("密封：截止前") && page.contains("路演、复评") && page.contains(&format!("{base}/settings")), "{page}");
        let page = text(&desk.get(&format!("{base}/settings")).await.body);
        assert!(page.contains("密封申报"));
        let bad = desk.post(&format!("{base}/settings"), &[("_version", "1"), ("kind", "none")]).await;
        assert_eq!(bad.status, 422);
        let set = desk.post(&format!("{base}/settings"), &[("_version", "1"), ("kind", "annual"), ("roadshow", "true")]).await;
        assert_eq!(set.status, 303);
        assert!(text(&desk.get(base).await.body).contains("递交后经办单位可以查看"));
        assert_eq!(desk.get(&format!("{base}/template")).await.status, 200);
        let bad = desk.post(&format!("{base}/template"), &[("name", ""), ("description", "写了一半")]).await;
        assert_eq!(bad.status, 422);
        assert!(text(&bad.body).contains("写了一半"));
        assert_eq!(desk.post(&format!("{base}/template"), &[("name", "大赛模板"), ("description", "")]).await.status, 303);
        let list = text(&desk.get("/office/calls/templates").await.body);
        let id = list.split("/office/calls/templates/").nth(1).and_then(|rest| rest.get(..36)).expect("a link").to_string();
        let place = format!("/office/calls/templates/{id}");
        assert!(text(&desk.get(&place).await.body).contains("停用这个模板？"));
        let bad = desk.post(&place, &[("_version", "1"), ("name", "")]).await;
        assert_eq!(bad.status, 422);
        assert_eq!(desk.post(&place, &[("_version", "1"), ("name", "大赛模板二")]).await.status, 303);
        assert_eq!(desk.post(&format!("{place}/retire"), &[("_version", "2")]).await.status, 303);
        assert!(text(&desk.get("/office/calls/templates").await.body).contains("已停用"));
        assert!(text(&desk.get(&place).await.body).contains("这个模板已经停用"));
    }
}
