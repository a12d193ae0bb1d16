//! What goes wrong in a project: who hears of it, who sees it, who answers for it.

use super::*;
use sea_orm::EntityTrait;
use twoway_entity::plugins::incident;
use twoway_tests::on_both_databases;

impl Site<'_> {
    /// Somebody reports a fall, with harm, about a note of theirs. Answers the note and the incident.
    async fn fall(&self, reporter: &Actor) -> (String, String) {
        let written = self.act(reporter, "write", None, json!({"text": "楼梯"})).await.expect(200);
        let note = written.body["records"][0].as_str().expect("a record").to_string();
        self.act(reporter, "injury", Some(&note), json!({})).await.expect(200);
        let newest = self.incidents().await.remove(0);
        (note, newest["id"].as_str().expect("an id").to_string())
    }

    async fn incidents(&self) -> Vec<Value> {
        let list = self.office.get(&self.path("incidents")).await.expect(200);
        list.body["items"].as_array().cloned().expect("a list")
    }

    fn incident(&self, id: &str, verb: &str) -> String {
        self.path(&format!("incidents/{id}{verb}"))
    }
}

async fn told(actor: &Actor, words: &str) -> bool {
    actor.get("/api/v1/notices").await.expect(200).body.to_string().contains(words)
}

fn rule(answer: &Answer) -> (u16, &str, &str) {
    (answer.status, answer.code(), answer.body["rule"].as_str().unwrap_or_default())
}

on_both_databases! {
    async fn harm_is_answered_by_the_office_and_the_answer_reaches_who_reported_it(app: &TestApp) {
        let site = site(app).await;
        let (note, id) = site.fall(&site.citizen).await;
        let seen = site.office.get(&site.incident(&id, "")).await.expect(200).body;
        assert_eq!((&seen["what"], &seen["text"]), (&json!("fell"), &json!("有人在stairs摔倒")));
        assert_eq!((&seen["severity"], &seen["state"], &seen["record"]), (&json!("harm"), &json!("reported"), &json!(note)));
        for actor in [&site.office, &site.lead] {
            assert!(told(actor, "上报了一起事件").await, "{}", actor.login);
        }
        assert_eq!(rule(&site.lead.at_version(7).post(&site.incident(&id, "/take"), json!({})).await), (412, "stale-version", ""));
        site.lead.at_version(1).post(&site.incident(&id, "/take"), json!({})).await.expect(200);
        assert_eq!(rule(&site.office.post(&site.incident(&id, "/take"), json!({})).await), (409, "wrong-state", ""));
        let close = async |actor: &Actor, words: &str| actor.post(&site.incident(&id, "/close"), json!({"answer": words})).await;
        assert_eq!(rule(&close(&site.lead, "已处理").await), (409, "incident-harm-office", "P12"));
        for (words, code) in [("  ".to_string(), "missing"), ("长".repeat(2_001), "too-long")] {
            let refused = close(&site.office, &words).await.expect(422);
            assert_eq!((&refused.body["errors"][0]["field"], &refused.body["errors"][0]["code"]), (&json!("answer"), &json!(code)));
        }
        close(&site.office, "已加装扶手，伤者已就医。").await.expect(200);
        assert_eq!(rule(&close(&site.office, "再次").await), (409, "wrong-state", ""));
        let seen = site.citizen.get(&site.incident(&id, "")).await.expect(200).body;
        assert_eq!((&seen["state"], &seen["answer"]), (&json!("closed"), &json!("已加装扶手，伤者已就医。")));
        assert!(told(&site.citizen, "报告的事件已有答复").await);
        // The words stand under seal, and the chain keeps only that there are some.
        let row = incident::Entity::find().one(app.app.db.read()).await.expect("read").expect("there");
        assert!(!String::from_utf8_lossy(row.answer.as_deref().expect("sealed")).contains("扶手"));
        let chain = twoway::audit::history(app.app.db.read(), app.app.tenant, "incident", row.id, 9).await.expect("read");
        assert_eq!(chain.iter().map(|e| e.name.as_str()).collect::<Vec<_>>(), ["close", "take", "created"]);
        assert!(!format!("{:?}", chain.iter().map(|e| &e.payload).collect::<Vec<_>>()).contains("扶手"));
        app.settle().await;
        assert!(site.notes().await.iter().any(|n| n["title"] == "incident-closed"), "the plugin heard of it");
        assert_eq!(twoway::audit::verify(&app.app).await.expect("runs"), []);
    }

    async fn an_incident_is_seen_by_the_staff_and_by_who_reported_it(app: &TestApp) {
        let site = site(app).await;
        let (_, id) = site.fall(&site.citizen).await;
        let stranger = app.reviewer(1).await;
        let (one, list) = (site.incident(&id, ""), site.path("incidents"));
        site.citizen.get(&one).await.expect(200);
        for (actor, path, status) in [(&site.citizen, &list, 403), (&stranger, &list, 403), (&stranger, &one, 404)] {
            actor.get(path).await.expect(status);
        }
        app.anon().get(&one).await.expect(401);
        for verb in ["/take", "/close"] {
            let answer = json!({"answer": "我来"});
            assert_eq!(site.citizen.post(&site.incident(&id, verb), answer.clone()).await.expect(403).code(), "not-allowed");
            stranger.post(&site.incident(&id, verb), answer.clone()).await.expect(404);
            app.anon().post(&site.incident(&id, verb), answer).await.expect(401);
        }
        // Through another project nobody finds it.
        let other = activated(app, full()).await.expect("activates");
        site.office.get(&other.incident(&id, "")).await.expect(404);
        site.office.post(&other.incident(&id, "/take"), json!({})).await.expect(404);
        assert_eq!(other.incidents().await, Vec::<Value>::new());
        assert_eq!(site.incidents().await.len(), 1);
    }

    async fn nobody_closes_a_grave_incident_of_their_own(app: &TestApp) {
        let site = site(app).await;
        site.helper().await;
        let note = site.note(json!({"text": "门口"})).await;
        for _ in 0..2 {
            site.act(&site.lead, "jam", Some(&note), json!({})).await.expect(200);
        }
        let found = site.incidents().await;
        assert_eq!(found.len(), 1, "the same key is kept once");
        let id = found[0]["id"].as_str().expect("an id");
        let close = json!({"answer": "已疏通。"});
        assert_eq!(rule(&site.lead.post(&site.incident(id, "/close"), close.clone()).await), (409, "incident-own", "P12"));
        site.office.post(&site.incident(id, "/close"), close).await.expect(200);
        // The rest of the staff see that it is closed; the words are for those who answer for it.
        let seen = site.citizen.get(&site.incident(id, "")).await.expect(200).body;
        assert_eq!((&seen["state"], seen.get("answer")), (&json!("closed"), None));
        assert_eq!(site.citizen.get(&site.path("incidents?state=closed")).await.expect(200).body["items"][0].get("answer"), None);
        assert_eq!(site.citizen.get(&site.path("incidents?state=reported")).await.expect(200).body["items"], json!([]));
    }

    async fn the_pages_of_incidents_say_what_is_to_be_done(app: &TestApp) {
        let site = site(app).await;
        let (note, id) = site.fall(&site.citizen).await;
        let base = format!("/projects/{}/place/incidents", site.project);
        let (lead, office, citizen) = (site.lead.pages().await, site.office.pages().await, site.citizen.pages().await);
        let text = |answer: Answer| answer.body.as_str().expect("a page").to_string();
        let list = text(lead.get(&base).await.expect(200));
        assert!(list.contains("有人在stairs摔倒") && list.contains("涉及人身伤害") && list.contains("待处理"), "{list}");
        assert!(text(lead.get(&format!("{base}?state=closed")).await.expect(200)).contains("没有事件"));
        citizen.get(&base).await.expect(403);
        let one = format!("{base}/{id}");
        let page = text(lead.get(&one).await.expect(200));
        assert!(page.contains("接手处理") && page.contains("市民甲") && page.contains(&format!("/records/{note}")), "{page}");
        lead.post(&format!("{one}/take"), &[("_version", "1")]).await.expect(303);
        let page = text(lead.get(&one).await.expect(200));
        assert!(page.contains("由牵头单位办结") && !page.contains("/close"), "no form that would be refused: {page}");
        let refused = text(lead.post(&format!("{one}/close"), &[("_version", "2"), ("answer", "已加装扶手")]).await.expect(409));
        assert!(refused.contains("由牵头单位办结") && refused.contains("P12"), "the rule is named: {refused}");
        let own = text(citizen.get(&one).await.expect(200));
        assert!(own.contains("有人在stairs摔倒") && !own.contains("/close") && !own.contains("/take"), "{own}");
        citizen.post(&format!("{one}/close"), &[("_version", "2"), ("answer", "我来")]).await.expect(403);
        let empty = text(office.post(&format!("{one}/close"), &[("_version", "2"), ("answer", "")]).await.expect(422));
        assert!(empty.contains("请填写“答复”"), "{empty}");
        let stale = text(office.post(&format!("{one}/close"), &[("_version", "1"), ("answer", "<b>扶手</b>")]).await.expect(422));
        assert!(stale.contains("不是最新版本") && stale.contains("扶手") && !stale.contains("<b>扶手"), "what was typed is kept: {stale}");
        office.post(&format!("{one}/close"), &[("_version", "2"), ("answer", "已加装<b>扶手</b>")]).await.expect(303);
        let done = text(citizen.get(&one).await.expect(200));
        assert!(done.contains("已办结") && done.contains("扶手") && !done.contains("<b>扶手"), "{done}");
    }

    async fn a_list_of_incidents_costs_the_same_with_one_and_with_three(app: &TestApp) {
        let site = site(app).await;
        let (api, pages) = (site.path("incidents"), site.lead.pages().await);
        let page = format!("/projects/{}/place/incidents", site.project);
        let mut costs = Vec::new();
        for n in 0..3 {
            site.fall(&site.citizen).await;
            if n != 1 {
                site.lead.get(&api).await.expect(200);
                let before = app.app.db.queries_run();
                site.lead.get(&api).await.expect(200);
                let between = app.app.db.queries_run();
                pages.get(&page).await.expect(200);
                costs.push((between - before, app.app.db.queries_run() - between));
            }
        }
        assert_eq!(costs[0], costs[1]);
        assert_eq!(site.lead.get(&format!("{api}?limit=2")).await.expect(200).body["items"].as_array().map(Vec::len), Some(2));
    }
}
