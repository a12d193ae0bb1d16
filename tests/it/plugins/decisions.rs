use super::*;
use sea_orm::EntityTrait;
use std::future::Future;
use std::task::{Context, Waker};
use twoway::plugins::Request;
use twoway_entity::plugins::{decision, project_plugin};
use twoway_ids::HOUR;
use twoway_manifest::{Date, Instant, ProjectClose, ProjectStart};
use twoway_tests::on_both_databases;

on_both_databases! {
    async fn an_action_leaves_record_event_timer_notice_and_journal(app: &TestApp) {
        let site = site(app).await;
        let note = site.note(json!({"text": "first"})).await;
        let record = site.record(&site.lead, &note).await.expect(200).body;
        assert_eq!((record["state"].as_str(), record["title"].as_str()), (Some("open"), Some("first")));
        assert_eq!(record["actions"], json!([
            "finish", "finish-by-two", "guess", "rescue", "trap", "loop", "no", "ask", "call-off", "day", "expect", "verify",
            "satisfied", "here", "book", "out", "publish", "unpublish", "injury", "jam"
        ]));
        let journal = decision::Entity::find().all(app.app.db.read()).await.expect("read");
        assert_eq!(journal.len(), 1);
        assert!(journal[0].fuel > 0 && journal[0].writes == 3);
        let history = twoway::audit::history(app.app.db.read(), app.app.tenant, "record", note.parse().expect("an id"), 9).await;
        assert_eq!(history.expect("read")[0].payload["fields"]["text"], "first");
        let notices = twoway_entity::notices::notice::Entity::find().all(app.app.db.read()).await.expect("read");
        let told: Vec<Uuid> = notices.iter().filter(|n| n.template == "notice-plugin").map(|n| n.account_id).collect();
        assert_eq!(told, [site.lead.account]);
        // The timer makes a second note at its time.
        app.advance(2 * HOUR).await;
        assert_eq!(site.notes().await.len(), 2);
    }

    async fn the_host_checks_role_state_form_and_version_before_the_plugin(app: &TestApp) {
        let site = site(app).await;
        let note = site.note(json!({"text": "first"})).await;
        assert_eq!(site.act(&site.citizen, "finish", Some(&note), json!({})).await.expect(403).code(), "not-allowed");
        assert_eq!(site.act(&site.citizen, "write", None, json!({})).await.expect(422).code(), "invalid-input");
        let strange = site.act(&site.citizen, "write", None, json!({"text": "x", "other": 1})).await.expect(422);
        assert_eq!(strange.code(), "invalid-input");
        site.act(&site.citizen, "vanish", None, json!({})).await.expect(404);
        let stale = site.lead.at_version(7);
        assert_eq!(site.act(&stale, "finish", Some(&note), json!({})).await.expect(412).code(), "stale-version");
        site.act(&site.lead, "finish", Some(&note), json!({})).await.expect(200);
        let again = site.act(&site.lead, "finish", Some(&note), json!({})).await.expect(409);
        assert_eq!(again.code(), "record-wrong-state");
        site.act(&app.anon(), "write", None, json!({"text": "x"})).await.expect(401);
    }

    async fn a_repeated_request_is_decided_once(app: &TestApp) {
        let site = site(app).await;
        let sure = site.citizen.with("idempotency-key", "one-note");
        let first = site.act(&sure, "write", None, json!({"text": "once"})).await.expect(200).body;
        let second = site.act(&sure, "write", None, json!({"text": "once"})).await.expect(200).body;
        assert_eq!(first, second);
        assert_eq!(site.notes().await.len(), 1);
        let other = site.act(&sure, "write", None, json!({"text": "twice"})).await.expect(422);
        assert_eq!(other.code(), "idempotency-key-reused");
    }

    async fn decisions_that_meet_are_taken_again(app: &TestApp) {
        let site = site(app).await;
        site.note(json!({"text": "the first makes the member"})).await;
        let write = |n: usize| site.act(&site.citizen, "write", None, json!({"text": format!("note {n}")}));
        let (a, b, c) = tokio::join!(write(1), write(2), write(3));
        for answer in [a, b, c] {
            answer.expect(200);
        }
        let pin = project_plugin::Entity::find().one(app.app.db.read()).await.expect("read").expect("there");
        assert_eq!(pin.revision, 4, "each decision took a turn of its own");
        assert_eq!(site.notes().await.len(), 4);
    }

    async fn a_decision_without_a_commit_leaves_nothing(app: &TestApp) {
        let site = site(app).await;
        let who = site.citizen.who().await;
        let request = Request { action: "write".into(), input: json!({"text": "never"}), ..Request::default() };
        {
            // The host dies after the plugin was asked: the future is dropped before it could commit.
            let command = Command::default();
            let act = plugins::act(&app.app, &who, &command, site.project, request);
            let mut act = Box::pin(act);
            let mut context = Context::from_waker(Waker::noop());
            assert!(act.as_mut().poll(&mut context).is_pending());
        }
        assert!(site.notes().await.is_empty());
        assert!(decision::Entity::find().all(app.app.db.read()).await.expect("read").is_empty());
        site.note(json!({"text": "the next one goes through"})).await;
    }

    async fn two_different_persons_confirm_the_same_words(app: &TestApp) {
        let site = site(app).await;
        let note = site.note(json!({"text": "first"})).await;
        let why = json!({"why": "handed over"});
        let waits = site.act(&site.lead, "finish-by-two", Some(&note), why.clone()).await.expect(202).body;
        let confirmation = waits["waiting"]["confirmation"].as_str().expect("an id").to_string();
        let again = site.act(&site.lead, "finish-by-two", Some(&note), why.clone()).await.expect(202).body;
        assert_eq!(again["waiting"]["confirmation"], confirmation.as_str(), "asking twice is asking once");
        let path = site.path(&format!("confirmations/{confirmation}"));
        assert_eq!(site.lead.post(&path, json!({})).await.expect(409).code(), "needs-another-person");
        // Other words are another action.
        site.act(&site.office, "finish-by-two", Some(&note), json!({"why": "else"})).await.expect(202);
        site.citizen.post(&path, json!({})).await.expect(403);
        site.office.post(&path, json!({})).await.expect(200);
        assert_eq!(site.record(&site.lead, &note).await.body["state"], "done");
        site.office.post(&path, json!({})).await.expect(404);
    }

    async fn a_confirmation_is_over_after_a_day(app: &TestApp) {
        let site = site(app).await;
        let note = site.note(json!({"text": "first"})).await;
        let waits = site.act(&site.lead, "finish-by-two", Some(&note), json!({"why": "x"})).await.expect(202).body;
        let path = site.path(&format!("confirmations/{}", waits["waiting"]["confirmation"].as_str().expect("an id")));
        app.advance(DAY).await;
        site.office.post(&path, json!({})).await.expect(404);
    }

    async fn a_role_ends_with_its_clearance(app: &TestApp) {
        let site = site(app).await;
        let refused = site.lead.post(&site.path("members"), json!({"login": site.citizen.login, "roles": ["helper"]})).await;
        assert_eq!(refused.expect(409).code(), "role-requirement-missing");
        let note = site.note(json!({"text": "first"})).await;
        site.helper().await;
        app.advance(301 * DAY).await;
        assert_eq!(site.act(&site.citizen, "finish", Some(&note), json!({})).await.expect(403).code(), "not-allowed");
    }

    async fn a_guard_may_stop_its_project_and_the_plugin_s_words_reach_the_reader(app: &TestApp) {
        let site = site(app).await;
        let who = site.lead.who().await;
        let day = Date::new(2026, 11, 23).expect("a day");
        let start = ProjectStart { starts_on: day, ends_on: day.plus_days(90) };
        let refusal = plugins::guard(&app.app, &who, site.project, &start).await.expect_err("the plugin says no");
        let twoway::Refusal::PluginSaysNo { code, text, .. } = refusal else { panic!("{refusal}") };
        assert_eq!((code.as_str(), text.as_str()), ("not-today", "今天不行"));
        let close = ProjectClose { started: Instant(app.now()) };
        plugins::guard(&app.app, &who, site.project, &close).await.expect("not guarded");
        plugins::guard(&app.app, &who, Uuid::nil(), &start).await.expect("no plugin");
        let note = site.note(json!({"text": "first"})).await;
        let said = site.act(&site.citizen, "no", Some(&note), json!({})).await.expect(409);
        assert_eq!((said.code(), said.body["detail"].as_str()), ("plugin-refused", Some("今天不行")));
    }

    async fn a_held_project_takes_only_what_protects_and_an_ended_one_nothing(app: &TestApp) {
        let site = site(app).await;
        let note = site.note(json!({"text": "first"})).await;
        let set = async |phase: Phase| {
            let project = site.project;
            app.step(move |step| async move { plugins::set_phase(&step, project, phase).await }).await;
        };
        set(Phase::Held).await;
        assert_eq!(site.act(&site.lead, "finish", Some(&note), json!({})).await.expect(409).code(), "project-held");
        set(Phase::Ended).await;
        assert_eq!(site.act(&site.lead, "finish", Some(&note), json!({})).await.expect(409).code(), "project-ended");
    }
}
