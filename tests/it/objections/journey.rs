//! From the filing to the end of the item that waited.

use super::*;
use twoway_ids::DAY;
use twoway_tests::on_both_databases;

on_both_databases! {
    async fn an_objection_holds_its_item_and_nothing_else(app: &TestApp) {
        let (call, items) = call_in_notice(app, &[1, 2]).await;
        let id = in_hand(app, "proposal", items[0]).await;
        app.advance(10 * DAY).await;
        assert_eq!(item_state(app, items[0]).await, "in-notice", "it waits");
        assert_eq!(item_state(app, items[1]).await, "not-selected", "the other went on");
        assert_eq!(call_state(app, call).await, "public-notice");
        let (author, handler) = (author(app).await, app.second_office().await);
        answer(&handler, id, "answer", "rejected").await.expect(200);
        assert_eq!(objection_state(&author, id).await, "answered");
        assert_eq!(item_state(app, items[0]).await, "in-notice", "a second look may be asked for");
        press(&author, id, "accept").await.expect(200);
        assert_eq!(objection_state(&author, id).await, "accepted");
        assert_eq!(item_state(app, items[0]).await, "pooled", "the notice was over: at once");
        assert_eq!(call_state(app, call).await, "concluded");
        assert_eq!(app.findings().await, []);
    }

    async fn what_is_upheld_is_decided_anew_and_has_a_notice_of_its_own(app: &TestApp) {
        let (call, items) = call_in_notice(app, &[1, 2]).await;
        let (office, handler) = (app.office().await, app.second_office().await);
        let id = in_hand(app, "proposal", items[0]).await;
        let release = format!("/api/v1/proposals/{}/release", items[0]);
        assert_eq!(office.post(&release, json!({})).await.expect(409).code(), "wrong-state");
        let without = json!({"result": "upheld", "answer": "成立。"});
        assert_eq!(handler.post(&at(id, "answer"), without).await.expect(422).body["errors"][0]["field"], "why");
        answer(&handler, id, "answer", "upheld").await.expect(200);
        assert_eq!(objection_state(&handler, id).await, "accepted");
        assert_eq!(item_state(app, items[0]).await, "under-review");
        app.anon().get(&format!("/api/v1/proposals/{}", items[0])).await.expect(404);
        app.advance(10 * DAY).await;
        assert_eq!(item_state(app, items[1]).await, "not-selected");
        assert_eq!(call_state(app, call).await, "public-notice", "an item is left");

        decide(app, items[0], true).await.expect(200);
        office.post(&release, json!({})).await.expect(200);
        assert_eq!(item_state(app, items[0]).await, "in-notice");
        // The new notice can be objected to again, by somebody else too.
        let other = app.citizen().await;
        let again = file(&other, "proposal", items[0]).await.expect(201).id();
        press(&other, again, "withdraw").await.expect(200);
        app.advance(3 * DAY).await;
        assert_eq!(item_state(app, items[0]).await, "in-notice", "five working days of its own");
        app.advance(7 * DAY).await;
        assert_eq!(item_state(app, items[0]).await, "pooled");
        assert_eq!(call_state(app, call).await, "concluded");
        assert_eq!(app.findings().await, []);
    }

    async fn a_withdrawn_item_keeps_its_call_waiting_no_longer(app: &TestApp) {
        let (call, items) = call_in_notice(app, &[1]).await;
        let id = in_hand(app, "proposal", items[0]).await;
        answer(&app.second_office().await, id, "answer", "upheld").await.expect(200);
        app.advance(10 * DAY).await;
        assert_eq!(call_state(app, call).await, "public-notice");
        let withdraw = format!("/api/v1/proposals/{}/withdraw", items[0]);
        app.team(1).await.post(&withdraw, json!({"reason": "不再申报"})).await.expect(200);
        app.settle().await;
        assert_eq!(call_state(app, call).await, "concluded");
    }

    async fn a_second_look_is_another_persons_and_final(app: &TestApp) {
        let (_, items) = call_in_notice(app, &[1]).await;
        let (author, first, second) = (author(app).await, app.second_office().await, app.supervisor().await);
        let id = in_hand(app, "proposal", items[0]).await;
        answer(&first, id, "answer", "rejected").await.expect(200);
        author.post(&at(id, "review"), json!({"reason": "没有到现场核查。"})).await.expect(200);
        assert_eq!(assign(app, id, &first).await.expect(409).code(), "objection-second-same");
        assign(app, id, &second).await.expect(200);
        assert_eq!(answer(&first, id, "answer-finally", "rejected").await.expect(409).code(), "objection-not-handler");
        answer(&second, id, "answer-finally", "upheld").await.expect(200);
        assert_eq!(objection_state(&author, id).await, "answered-finally");
        assert_eq!(item_state(app, items[0]).await, "under-review");
        assert_eq!(press(&author, id, "withdraw").await.expect(409).code(), "wrong-state");
    }

    async fn an_answer_that_nobody_asks_to_look_at_again_stands(app: &TestApp) {
        let (_, items) = call_in_notice(app, &[1]).await;
        let id = in_hand(app, "proposal", items[0]).await;
        answer(&app.second_office().await, id, "answer", "rejected").await.expect(200);
        app.advance(20 * DAY).await;
        let author = author(app).await;
        assert_eq!(objection_state(&author, id).await, "accepted");
        assert_eq!(author.post(&at(id, "review"), json!({"reason": "晚了"})).await.expect(409).code(), "wrong-state");
        assert_eq!(item_state(app, items[0]).await, "pooled");
    }

    async fn a_proposer_objects_to_being_found_ineligible(app: &TestApp) {
        let call = open_call(app).await;
        let (team, office, second) = (app.team(1).await, app.office().await, app.second_office().await);
        let proposal = submitted(&team, call, "四点半学校").await;
        let other = submitted(&app.team(2).await, call, "夕阳红").await;
        app.advance(20 * DAY).await;
        let ruled = json!({"rule": "指南三", "reason": "不在本市登记。"});
        office.post(&format!("/api/v1/proposals/{proposal}/rule-out"), ruled).await.expect(200);
        assert_eq!(file(&team, "ineligible", proposal).await.expect(409).code(), "objection-not-in-notice");
        second.post(&format!("/api/v1/proposals/{proposal}/rule-out/confirm"), json!({})).await.expect(200);
        file(&app.citizen().await, "ineligible", proposal).await.expect(404);
        let id = file(&team, "ineligible", proposal).await.expect(201).id();
        press(&office, id, "admit").await.expect(200);
        // Both clerks took part in the decision.
        for clerk in [&office, &second] {
            assert_eq!(assign(app, id, clerk).await.expect(409).code(), "objection-handler-decided");
        }
        let supervisor = app.supervisor().await;
        assign(app, id, &supervisor).await.expect(200);
        press(&supervisor, id, "begin").await.expect(200);
        // The formal check of the others goes on meanwhile.
        office.post(&format!("/api/v1/proposals/{other}/admit"), json!({})).await.expect(200);
        office.post(&format!("/api/v1/calls/{call}/start-review"), json!({})).await.expect(200);
        answer(&supervisor, id, "answer", "upheld").await.expect(200);
        assert_eq!(item_state(app, proposal).await, "under-review", "it is where the others are");
        assert_eq!(item_state(app, other).await, "under-review");
    }

    async fn time_to_object_to_the_formal_check_runs_out(app: &TestApp) {
        let call = open_call(app).await;
        let (team, office) = (app.team(1).await, app.office().await);
        let proposal = submitted(&team, call, "四点半学校").await;
        app.advance(20 * DAY).await;
        let ruled = json!({"rule": "指南三", "reason": "不在本市登记。"});
        office.post(&format!("/api/v1/proposals/{proposal}/rule-out"), ruled).await.expect(200);
        let confirm = format!("/api/v1/proposals/{proposal}/rule-out/confirm");
        app.second_office().await.post(&confirm, json!({})).await.expect(200);
        app.advance(10 * DAY).await;
        assert_eq!(file(&team, "ineligible", proposal).await.expect(409).code(), "objection-time-over");
    }

    async fn clocks_remind_and_say_what_is_overdue(app: &TestApp) {
        let (_, items) = call_in_notice(app, &[1]).await;
        let (office, supervisor) = (app.office().await, app.supervisor().await);
        let id = file(&author(app).await, "proposal", items[0]).await.expect(201).id();
        let told = async |who: &Actor, template: &str| {
            let body = who.get("/api/v1/notices?limit=100").await.expect(200).body;
            let items = body["items"].as_array().expect("a list").clone();
            items.iter().filter(|n| n.to_string().contains(template)).count()
        };
        app.advance(7 * DAY).await;
        assert_eq!((told(&office, "今天到期").await, told(&office, "已逾期").await), (1, 1));
        assert_eq!(told(&supervisor, "已逾期").await, 1);
        let work = office.get("/api/v1/work").await.expect(200).body;
        let item = work.as_array().expect("a list").iter().find(|w| w["kind"] == "admit-objection").expect("listed").clone();
        assert!(item["due_at"].as_i64().expect("due") < app.now());
        assert_eq!(office.get(&format!("/api/v1/objections/{id}")).await.body["overdue"], true);
    }

    async fn the_work_goes_from_hand_to_hand(app: &TestApp) {
        let (_, items) = call_in_notice(app, &[1]).await;
        let (author, office, handler) = (author(app).await, app.office().await, app.second_office().await);
        let kinds = async |who: &Actor| -> Vec<String> {
            let body = who.get("/api/v1/work").await.expect(200).body;
            let kinds = body.as_array().expect("a list").iter().map(|w| w["kind"].as_str().unwrap_or_default().to_string());
            kinds.filter(|kind| kind.contains("objection") || kind.contains("second-look")).collect()
        };
        let id = file(&author, "proposal", items[0]).await.expect(201).id();
        assert_eq!((kinds(&office).await, kinds(&author).await), (vec!["admit-objection".into()], vec![]));
        press(&office, id, "admit").await.expect(200);
        assert_eq!(kinds(&office).await, ["assign-objection"]);
        assign(app, id, &handler).await.expect(200);
        assert_eq!((kinds(&office).await, kinds(&handler).await), (vec![], vec!["answer-objection".to_string()]));
        press(&handler, id, "begin").await.expect(200);
        answer(&handler, id, "answer", "rejected").await.expect(200);
        assert_eq!(kinds(&author).await, ["answer-to-objection"]);
        assert_eq!(kinds(&office).await, ["publish-objection"]);
        author.post(&at(id, "review"), json!({"reason": "没有到现场核查。"})).await.expect(200);
        assert_eq!((kinds(&office).await, kinds(&author).await), (vec!["assign-second-look".into()], vec![]));
    }

    async fn lists_ask_as_much_for_one_row_as_for_three(app: &TestApp) {
        let (call, items) = call_in_notice(app, &[1]).await;
        let (author, office) = (author(app).await, app.office().await);
        let results = format!("/api/v1/calls/{call}/objections");
        let paths = [(&author, "/api/v1/objections"), (&office, "/api/v1/objections?office=true"), (&office, results.as_str()),
            (&office, "/api/v1/work")];
        let count = async |who: &Actor, path: &str| {
            who.get(path).await.expect(200);
            let before = app.app.db.queries_run();
            who.get(path).await.expect(200);
            app.app.db.queries_run() - before
        };
        file(&author, "proposal", items[0]).await.expect(201);
        let mut with_one = Vec::new();
        for (who, path) in paths {
            with_one.push(count(who, path).await);
        }
        for n in 0..2 {
            let citizen = app.person(&format!("neighbour{n}"), &format!("市民{n}"), None).await;
            file(&citizen, "proposal", items[0]).await.expect(201);
            let own = office.get("/api/v1/objections").await.expect(200);
            assert_eq!(own.body["items"].as_array().map(Vec::len), Some(0), "the office filed none");
        }
        for ((who, path), one) in paths.into_iter().zip(with_one) {
            assert_eq!(count(who, path).await, one, "{path}");
        }
        let all = office.get("/api/v1/objections?office=true").await.expect(200);
        assert_eq!(all.body["items"].as_array().map(Vec::len), Some(3));
        assert_eq!(office.get(&results).await.body["filed"], 3);
    }
}
