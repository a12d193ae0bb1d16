use super::*;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use twoway::jobs;
use twoway::vault::DataKey;
use twoway_entity::notices::notice;
use twoway_entity::plugins::{decision, disclosure, project_plugin, record, record_index};
use twoway_tests::on_both_databases;

const MARK: &str = "canary-mark-7Q";
const CHILD: &str = "canary-child-9Z";
const ROUTE: &str = "canary-route-3X";

/// Everything that the project's journal holds, opened.
async fn journal(app: &TestApp, project: Uuid) -> String {
    let db = app.app.db.read();
    let site =
        project_plugin::Entity::find_by_id((app.app.tenant, project)).one(db).await.expect("read").expect("there");
    let key = DataKey::unwrap(&app.app.keys, project, &site.wrapped_key).expect("the key");
    let rows = decision::Entity::find().filter(decision::Column::ProjectId.eq(project)).all(db).await.expect("read");
    let open = |row: &decision::Model| match row.content.as_slice() {
        [] => String::new(),
        content => String::from_utf8(key.open(&format!("journal:{}", row.id), content).expect("opens")).expect("text"),
    };
    rows.iter().map(open).collect()
}

async fn row(app: &TestApp, id: &str) -> record::Model {
    let id: Uuid = id.parse().expect("an id");
    record::Entity::find_by_id((app.app.tenant, id)).one(app.app.db.read()).await.expect("read").expect("there")
}

async fn indexed(app: &TestApp, id: &str) -> Vec<String> {
    let id: Uuid = id.parse().expect("an id");
    let rows = record_index::Entity::find().filter(record_index::Column::RecordId.eq(id)).all(app.app.db.read()).await;
    rows.expect("read").into_iter().map(|r| r.field).collect()
}

fn told(app: &TestApp) -> impl Future<Output = u64> {
    let db = app.app.db.read().clone();
    async move {
        notice::Entity::find().filter(notice::Column::Template.eq("notice-plugin")).count(&db).await.expect("counted")
    }
}

/// Tells the lead something with this text, as a plugin does.
async fn tell(site: &Site<'_>, text: &str, link: &str) {
    let (account, link, values) = (site.lead.account, link.to_string(), json!({"title": "留言", "text": text}));
    site.app.step(move |step| async move { step.notify(account, "notice-plugin", values, link).await }).await;
}

on_both_databases! {
    async fn content_is_erased_when_its_retention_is_over(app: &TestApp) {
        let site = site(app).await;
        jobs::plant(&app.app).await.expect("planted");
        site.helper().await;
        let note = site.note(json!({"text": "first", "mark": [MARK], "child": CHILD, "route": ROUTE})).await;
        let other = site.note(json!({"text": "stays open", "child": "another child"})).await;
        site.lead.post(&site.path(&format!("records/{note}/disclosures")), json!({"reason": "家长来电核对姓名"})).await.expect(201);
        for action in ["trap", "no", "guess"] {
            site.act(&site.citizen, action, Some(&note), json!({})).await;
        }
        let place = format!("/projects/{}/place", site.project);
        tell(&site, "没有内容", &place).await;
        tell(&site, &format!("{CHILD} 已到"), &place).await;
        tell(&site, "请看这一条", &format!("{place}/records/{note}")).await;
        let before = told(app).await;
        app.advance(100 * DAY).await;
        assert_eq!(site.record(&site.office, &note).await.body["fields"]["child"], json!({"sealed": true}), "time alone erases nothing");
        site.act(&site.lead, "finish", Some(&note), json!({})).await.expect(200);
        let history = twoway::audit::history(app.app.db.read(), app.app.tenant, "record", note.parse().expect("an id"), 9).await.expect("read");
        let created = history.iter().find(|e| e.name == "created").expect("there");
        assert_eq!(created.payload["fields"], json!({"text": "first", "mark": null, "child": null, "route": null}), "what is to be erased stands in no event");

        app.advance(29 * DAY).await;
        assert_eq!(site.record(&site.office, &note).await.body["fields"]["child"], json!({"sealed": true}));
        let held = journal(app, site.project).await;
        assert!(held.contains(CHILD) && held.contains(ROUTE) && held.contains(&note), "the journal is looked into at the right place");

        app.advance(2 * DAY).await;
        let fields = site.record(&site.office, &note).await.expect(200).body["fields"].clone();
        assert_eq!(fields, json!({"text": "first", "mark": {"erased": true}, "child": {"erased": true}, "route": ROUTE}));
        let stored = row(app, &note).await;
        assert!(!stored.data.to_string().contains("$sealed"), "{}", stored.data);
        let held = journal(app, site.project).await;
        assert!(!held.contains(CHILD) && !held.contains(MARK) && !held.contains(&note), "{held}");
        assert!(held.contains(&other) && held.contains("another child"), "what is not over stays");
        let looked = disclosure::Entity::find().count(app.app.db.read()).await.expect("counted");
        assert_eq!(looked, 0, "nothing is left to look at");
        assert_eq!(told(app).await, before - 2, "the notices that said it are gone, the others stay");
        let page = site.lead.pages().await.get(&format!("{place}/records/{note}")).await.expect(200);
        let page = page.body.as_str().expect("a page");
        assert_eq!(page.matches("已按保存期限清除").count(), 2, "{page}");
        assert!(page.contains("保存期限已满，内容已清除") && !page.contains(CHILD), "{page}");

        app.advance(30 * DAY).await;
        let erased = row(app, &note).await;
        assert_eq!(site.record(&site.office, &note).await.body["fields"]["route"], json!({"erased": true}));
        assert_eq!(indexed(app, &note).await, ["text"], "nobody finds it by what is gone");
        assert!(!journal(app, site.project).await.contains(ROUTE));
        assert_eq!((erased.version, erased.state.as_str(), erased.erase_at), (stored.version + 1, "done", None));
        let history = twoway::audit::history(app.app.db.read(), app.app.tenant, "record", note.parse().expect("an id"), 9).await.expect("read");
        assert_eq!((history[1].name.as_str(), &history[1].payload), ("erased", &json!({"fields": ["mark", "child"]})));
        assert_eq!((history[0].cause.as_deref(), &history[0].payload), (Some("plugins.erase"), &json!({"fields": ["route"]})));
        assert_eq!(row(app, &other).await.version, 1);
        app.advance(30 * DAY).await;
        assert_eq!(row(app, &note).await.version, erased.version, "once is enough");
    }

    async fn the_end_of_a_project_ends_what_was_open(app: &TestApp) {
        let site = site(app).await;
        jobs::plant(&app.app).await.expect("planted");
        let note = site.note(json!({"text": "first", "child": CHILD})).await;
        let project = site.project;
        app.step(move |step| async move { plugins::set_phase(&step, project, Phase::Ended).await }).await;
        app.advance(29 * DAY).await;
        assert_eq!(site.record(&site.office, &note).await.body["fields"]["child"], json!({"sealed": true}));
        app.advance(2 * DAY).await;
        let record = site.record(&site.office, &note).await.expect(200).body;
        assert_eq!((&record["fields"]["child"], &record["state"]), (&json!({"erased": true}), &json!("open")));
    }

    async fn an_erased_record_goes_on_working(app: &TestApp) {
        let site = site(app).await;
        jobs::plant(&app.app).await.expect("planted");
        let note = site.note(json!({"text": "first", "child": CHILD, "mark": [MARK]})).await;
        site.act(&site.lead, "finish", Some(&note), json!({})).await.expect(200);
        let revision = async || {
            let found = project_plugin::Entity::find_by_id((app.app.tenant, site.project)).one(app.app.db.read()).await;
            found.expect("read").expect("there").revision
        };
        app.advance(30 * DAY).await;
        let before = revision().await;
        app.advance(DAY).await;
        assert_eq!(revision().await, before + 1, "a decision that had read it is taken anew");
        let reveal = site.lead.post(&site.path(&format!("records/{note}/disclosures")), json!({"reason": "再看一次"})).await.expect(201);
        assert!(reveal.body["id"].is_string());
        assert_eq!(site.record(&site.lead, &note).await.body["fields"]["child"], json!({"erased": true}));
        let guess = site.act(&site.citizen, "guess", Some(&note), json!({})).await;
        assert_eq!(guess.code(), "record-wrong-state");
        assert!(site.notes().await.len() >= 2);
    }
}
