use super::*;
use sea_orm::EntityTrait;
use twoway_entity::plugins::{DecisionOutcome, decision, plugin_log};
use twoway_runtime::write_twk;
use twoway_tests::on_both_databases;

async fn offer(app: &TestApp, file: Vec<u8>) -> (u16, Value) {
    let request = app.admin().await.request(axum::http::Method::POST, "/api/v1/plugins").await;
    let response =
        request.header("content-type", "application/octet-stream").body(file).send().await.expect("an answer");
    let status = response.status().as_u16();
    (status, response.json().await.expect("JSON"))
}

on_both_databases! {
    async fn a_plugin_that_fails_stops_one_action_and_not_the_host(app: &TestApp) {
        let site = site(app).await;
        let note = site.note(json!({"text": "first"})).await;
        for action in ["trap", "loop"] {
            let answer = site.act(&site.citizen, action, Some(&note), json!({})).await.expect(503);
            let reference = answer.body["reference"].as_str().or(answer.body["values"]["reference"].as_str()).unwrap_or_default();
            assert_eq!((answer.code(), reference.len()), ("plugin-unavailable", 10), "{}", answer.body);
            let logs = plugin_log::Entity::find().all(app.app.db.read()).await.expect("read");
            assert!(logs.iter().any(|l| l.reference == reference && l.name == action));
        }
        assert_eq!(site.record(&site.lead, &note).await.body["version"], 1);
        site.note(json!({"text": "second"})).await;
    }

    async fn two_of_the_staff_protect_without_the_plugin(app: &TestApp) {
        let site = site(app).await;
        let note = site.note(json!({"text": "first"})).await;
        let waits = site.act(&site.lead, "rescue", Some(&note), json!({})).await.expect(202).body;
        assert!(waits["waiting"]["without-plugin"].is_string(), "{waits}");
        site.act(&site.lead, "rescue", Some(&note), json!({})).await.expect(202);
        assert_eq!(site.record(&site.lead, &note).await.body["state"], "open");
        site.act(&site.office, "rescue", Some(&note), json!({})).await.expect(200);
        assert_eq!(site.record(&site.lead, &note).await.body["state"], "done");
        let journal = decision::Entity::find().all(app.app.db.read()).await.expect("read");
        assert_eq!(journal.iter().filter(|d| d.outcome == DecisionOutcome::WithoutPlugin).count(), 1);
        let history = twoway::audit::history(app.app.db.read(), app.app.tenant, "record", note.parse().expect("an id"), 9).await;
        assert!(history.expect("read").iter().any(|e| e.name == "without-plugin"));
    }

    async fn what_is_no_plugin_does_not_come_in(app: &TestApp) {
        let (status, body) = offer(app, b"PK not a package".to_vec()).await;
        assert_eq!((status, body["code"].as_str()), (409, Some("plugin-not-accepted")), "{body}");
        let mut lying = fixture::files();
        let mut description = fixture::description();
        description["timers"] = json!([{"name": "other"}]);
        lying.insert("description.json".into(), description.to_string().into_bytes());
        let (status, body) = offer(app, write_twk(&lying, None).expect("packs")).await;
        assert_eq!(status, 409, "{body}");
        let mut silent = fixture::files();
        silent.insert("plugin.toml".into(), fixture::TOML.replace("secrets = { zh-CN = \"核对特征\", en = \"Compare marks\" }", "").into_bytes());
        let (status, _) = offer(app, write_twk(&silent, None).expect("packs")).await;
        assert_eq!(status, 409, "it calls what it does not ask for");
        let request = app.citizen().await.request(axum::http::Method::POST, "/api/v1/plugins").await;
        assert_eq!(request.body(fixture::package()).send().await.expect("an answer").status(), 403);
        assert_eq!(uploaded(app).await, uploaded(app).await, "the same package twice is one");
    }
}
