//! What a plugin publishes, on the public page of its project.

use super::world::*;
use crate::plugins::fixture;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::{Value, json};
use twoway_entity::plugins::publication;
use twoway_ids::{HOUR, MINUTE, Uuid};
use twoway_tests::on_both_databases;

/// A running project whose plugin may do all that it asks for.
pub(super) async fn publishing(app: &TestApp) -> Uuid {
    let id = incubating(app).await;
    let (office, team) = (app.office().await, app.team(1).await);
    team.put(&path(id, "plan"), plan()).await.expect(200);
    let digest = uploaded(app, fixture::lenient()).await;
    let mut asked = activation(&digest);
    asked["grant"]["abilities"] = json!([
        "secrets",
        "timers",
        "notify",
        "people",
        "calendar",
        "tasks",
        "attendance",
        "ledger",
        "publishing",
        "incidents"
    ]);
    office.put(&path(id, "plugin"), asked).await.expect(200);
    post(&office, id, "ready").await.expect(200);
    post(&team, id, "start").await.expect(200);
    id
}

/// A note of the team's; its id.
pub(super) async fn note(app: &TestApp, project: Uuid, input: Value) -> String {
    let written = act(app, project, "write", None, input).await.expect(200);
    written.body["records"][0].as_str().expect("a record").to_string()
}

pub(super) async fn act(app: &TestApp, project: Uuid, action: &str, target: Option<&str>, input: Value) -> Answer {
    let mut body = json!({ "input": input });
    if let Some(target) = target {
        body["target"] = target.into();
    }
    app.team(1).await.post(&path(project, &format!("actions/{action}")), body).await
}

/// A card put there directly: what counts is what is shown of it.
pub(super) async fn put(app: &TestApp, project: Uuid, target: &str, age: i64, card: Value) {
    let row = publication::ActiveModel {
        tenant_id: Set(app.app.tenant),
        project_id: Set(project),
        target: Set(target.to_string()),
        card: Set(card),
        published_at: Set(app.now() - age),
        until: Set(None),
        withdrawn_at: Set(None),
    };
    let key = target.to_string();
    app.step(move |step| async move {
        row.insert(step.tx()).await?;
        step.wrote(publication::Entity, (project, key.as_str()));
        Ok(())
    })
    .await;
}

pub(super) fn saying(text: &str) -> Value {
    json!({"facts": [{"label": {"key": "label-place"}, "value": {"text": text}}]})
}

async fn page(app: &TestApp, path: &str) -> String {
    app.anon().pages().await.get(path).await.expect(200).body.as_str().expect("a page").to_string()
}

async fn cards(app: &TestApp, project: Uuid) -> Vec<Value> {
    let list = app.anon().get(&format!("/api/v1/public/projects/{project}/cards")).await.expect(200);
    list.body["items"].as_array().cloned().expect("a list")
}

on_both_databases! {
    async fn a_card_is_there_from_its_publication_to_its_end(app: &TestApp) {
        let project = publishing(app).await;
        let here = format!("/p/{project}");
        assert!(!page(app, &here).await.contains("项目公开信息"), "nothing is published yet");
        let note = note(app, project, json!({"text": "7路车"})).await;
        act(app, project, "publish", Some(&note), json!({})).await.expect(200);
        let text = page(app, &here).await;
        assert!(text.contains("项目公开信息") && text.contains("bus seven") && text.contains("公布时间"), "{text}");
        let shown = cards(app, project).await;
        assert_eq!(shown.len(), 1);
        assert_eq!(shown[0]["view"]["facts"][0]["value"]["text"], "bus seven");
        assert_eq!(shown[0]["words"]["label-place"], "«label-place»");
        assert_eq!((&shown[0]["title"], &shown[0]["until"]), (&json!("«record-note»"), &json!(app.now() + 2 * HOUR)));
        act(app, project, "unpublish", Some(&note), json!({})).await.expect(200);
        assert_eq!(cards(app, project).await, Vec::<Value>::new());
        act(app, project, "publish", Some(&note), json!({})).await.expect(200);
        app.advance(2 * HOUR - 1).await;
        assert_eq!(cards(app, project).await.len(), 1);
        app.advance(1).await;
        assert_eq!(cards(app, project).await.len(), 0, "its time is over");
        assert!(!page(app, &here).await.contains("bus seven"));
        assert!(page(app, &format!("{here}/cards")).await.contains("目前没有公开信息"));
    }

    async fn what_people_entrusted_to_the_project_is_not_published(app: &TestApp) {
        let project = publishing(app).await;
        let note = note(app, project, json!({"text": "一条", "child": "bus seven"})).await;
        let refused = act(app, project, "publish", Some(&note), json!({})).await.expect(503);
        assert_eq!(refused.code(), "plugin-unavailable");
        assert_eq!(cards(app, project).await, Vec::<Value>::new());
    }

    async fn a_card_can_neither_script_the_page_nor_name_anybody(app: &TestApp) {
        let project = publishing(app).await;
        let note = note(app, project, json!({"text": "留言全文"})).await;
        let evil = "<script>alert(1)</script><img src=x onerror=alert(2)>\" onfocus=\"x";
        let card = json!({
            "alerts": [{"level": "danger", "text": {"key": evil}}],
            "facts": [{"label": {"key": "label-place", "values": {"x": evil}}, "value": {"text": evil}},
                {"label": {"key": evil}, "value": {"person": "pseudonym-1"}}, {"label": {"key": "label-place"}, "value": {"record": note}}],
            "tables": [{"title": {"key": evil}, "columns": [{"key": evil}], "rows": [[{"date": evil}]], "empty": {"key": "x"}}],
        });
        put(app, project, &note, 0, card).await;
        for path in [format!("/p/{project}"), format!("/p/{project}/cards")] {
            let text = page(app, &path).await;
            assert!(text.contains("&#60;script&#62;") || text.contains("&lt;script&gt;"), "{text}");
            for word in ["<script>alert", "<img src=x", "\" onfocus=\"", "pseudonym-1", &note, "留言全文"] {
                assert!(!text.contains(word), "{word} in {text}");
            }
        }
        let shown = Value::from(cards(app, project).await).to_string();
        assert!(!shown.contains("pseudonym-1") && !shown.contains(&note), "{shown}");
        let english = app.anon().pages().await.get_with(&format!("/p/{project}"), "cookie", "twoway_locale=en").await.expect(200);
        assert!(english.body.as_str().expect("a page").contains("What the project publishes"));
    }

    async fn cards_are_shown_newest_first_page_by_page_and_at_the_same_cost(app: &TestApp) {
        let project = publishing(app).await;
        let here = format!("/p/{project}");
        let queries = async || {
            page(app, &here).await;
            let before = app.app.db.queries_run();
            page(app, &here).await;
            app.app.db.queries_run() - before
        };
        let mut cost = Vec::new();
        for n in 0..25 {
            let note = note(app, project, json!({"text": "条"})).await;
            put(app, project, &note, (30 - n) * MINUTE, saying(&format!("第{n:02}张"))).await;
            if matches!(n, 0 | 2) {
                cost.push(queries().await);
            }
        }
        assert_eq!(cost[0], cost[1], "the same number of queries with one card and with three");
        let text = page(app, &here).await;
        let shown: Vec<usize> = (22..25).rev().map(|n| text.find(&format!("第{n:02}张")).expect("one of the newest three")).collect();
        assert!(shown.is_sorted() && !text.contains("第21张"), "{shown:?}");
        assert!(text.contains(&format!("{here}/cards")), "the way to the others");
        let first = page(app, &format!("{here}/cards")).await;
        assert!(first.contains("第24张") && first.contains("第05张") && !first.contains("第04张"));
        let at = first.find("cards?cursor=").expect("a next page");
        let next = first[at..].split('"').next().expect("an address");
        let second = page(app, &format!("{here}/{next}")).await;
        assert!(second.contains("第04张") && second.contains("第00张") && !second.contains("第05张"));
        let list = app.anon().get(&format!("/api/v1/public/projects/{project}/cards?limit=2")).await.expect(200).body;
        assert_eq!(list["items"].as_array().map(Vec::len), Some(2));
        let next = list["next"].as_str().expect("a next page");
        let list = app.anon().get(&format!("/api/v1/public/projects/{project}/cards?limit=2&cursor={next}")).await.expect(200).body;
        assert_eq!(list["items"][0]["view"]["facts"][0]["value"]["text"], "第22张");
    }

    async fn a_project_that_does_not_run_shows_no_cards(app: &TestApp) {
        let project = publishing(app).await;
        let note = note(app, project, json!({"text": "条"})).await;
        put(app, project, &note, 0, saying("公开的话")).await;
        let watch = app.supervisor().await;
        watch.post(&path(project, "suspend"), json!({"reason": "现场只有一名成年人"})).await.expect(200);
        assert_eq!(cards(app, project).await, Vec::<Value>::new());
        assert!(!page(app, &format!("/p/{project}")).await.contains("公开的话"));
        post(&app.office().await, project, "resume").await.expect(200);
        assert!(page(app, &format!("/p/{project}")).await.contains("公开的话"));
    }

    async fn a_project_in_preparation_has_no_cards_page(app: &TestApp) {
        let project = incubating(app).await;
        app.anon().pages().await.get(&format!("/p/{project}/cards")).await.expect(404);
        app.anon().get(&format!("/api/v1/public/projects/{project}/cards")).await.expect(404);
        app.anon().get(&format!("/api/v1/public/projects/{}/cards", Uuid::nil())).await.expect(404);
    }
}
