//! Every refusal, with the rule that it names.

use super::*;
use crate::projects::world::running;
use twoway_entity::accounts::Role;
use twoway_ids::DAY;
use twoway_tests::on_both_databases;

fn cites(answer: &Answer, code: &str, rule: &str) {
    assert_eq!(
        (answer.status, answer.code(), answer.body["rule"].as_str()),
        (409, code, Some(rule)),
        "{:#}",
        answer.body
    );
}

on_both_databases! {
    async fn what_can_be_objected_to_and_when(app: &TestApp) {
        let (_, items) = call_in_notice(app, &[1]).await;
        let author = author(app).await;
        file(&app.anon(), "proposal", items[0]).await.expect(401);
        file(&author, "proposal", Uuid::from_u128(7)).await.expect(404);
        file(&author, "project", items[0]).await.expect(404);
        let id = file(&author, "proposal", items[0]).await.expect(201).id();
        cites(&file(&author, "proposal", items[0]).await, "objection-already-yours", "M5");
        press(&author, id, "withdraw").await.expect(200);
        app.advance(10 * DAY).await;
        cites(&file(&author, "proposal", items[0]).await, "objection-not-in-notice", "M5");
    }

    async fn the_statement_must_not_name_its_author(app: &TestApp) {
        let (_, items) = call_in_notice(app, &[1]).await;
        let author = author(app).await;
        for statement in ["我是欧阳见证，我住在旁边。", "请打 137 1234 5678。", "证件 11010519491231002X"] {
            let mut body = objection("proposal", items[0]);
            body["statement"] = json!(statement);
            cites(&author.post("/api/v1/objections", body).await, "objection-names-author", "P3");
        }
        let mut nobody = objection("proposal", items[0]);
        nobody["contact"] = json!("");
        assert_eq!(author.post("/api/v1/objections", nobody).await.expect(422).body["errors"][0]["field"], "contact");
        let mut wrong = objection("proposal", items[0]);
        wrong["ground"] = json!("money");
        assert_eq!(author.post("/api/v1/objections", wrong).await.expect(422).body["errors"][0]["field"], "ground");
    }

    async fn nobody_who_is_concerned_handles_it(app: &TestApp) {
        let (_, items) = call_in_notice(app, &[1]).await;
        let (office, second, supervisor) = (app.office().await, app.second_office().await, app.supervisor().await);
        let id = file(&author(app).await, "proposal", items[0]).await.expect(201).id();
        // The clerk decided about the item: no dismissing, no handling.
        cites(&office.post(&at(id, "dismiss"), json!({"reason": "不属实"})).await, "objection-handler-decided", "M5");
        press(&office, id, "admit").await.expect(200);
        cites(&assign(app, id, &office).await, "objection-handler-decided", "M5");
        cites(&assign(app, id, &app.citizen().await).await, "objection-handler-role", "V22");
        // A reviewer of the item, who also works for the office.
        let reviewer = app.reviewer(1).await;
        app.grant(reviewer.account, Role::NodeAdmin, app.root().await).await;
        cites(&assign(app, id, &reviewer).await, "objection-handler-reviewed", "M5");
        // Of the proposer's own team.
        let team = app.team(1).await.organization.expect("a team");
        app.grant(second.account, Role::Volunteer, team).await;
        cites(&assign(app, id, &second).await, "objection-handler-concerned", "M5");
        app.grant(supervisor.account, Role::Volunteer, team).await;
        cites(&assign(app, id, &supervisor).await, "objection-handler-concerned", "M5");
        let free = app.person("third", "第三人", Some((Role::LeadOffice, app.root().await))).await;
        let names: Vec<String> = office.get(&at(id, "handlers")).await.expect(200).body.as_array().expect("a list").iter()
            .map(|c| c["name"].as_str().unwrap_or_default().to_string()).collect();
        assert_eq!(names, ["第三人"]);
        assign(app, id, &free).await.expect(200);
        // Nobody but the handler does the handler's part.
        cites(&press(&second, id, "begin").await, "objection-not-handler", "V22");
        press(&free, id, "begin").await.expect(200);
        cites(&answer(&second, id, "answer", "rejected").await, "objection-not-handler", "V22");
        // What came to be known since counts too.
        app.grant(free.account, Role::Volunteer, team).await;
        cites(&answer(&free, id, "answer", "rejected").await, "objection-handler-concerned", "M5");
    }

    async fn an_author_of_the_office_does_not_handle_their_own(app: &TestApp) {
        let (_, items) = call_in_notice(app, &[1]).await;
        let second = app.second_office().await;
        let id = file(&second, "proposal", items[0]).await.expect(201).id();
        press(&second, id, "admit").await.expect(403);
        press(&second, id, "objector").await.expect(403);
        press(&app.office().await, id, "admit").await.expect(200);
        cites(&assign(app, id, &second).await, "objection-handler-concerned", "M5");
    }

    async fn the_time_is_extended_once_and_before_it_is_over(app: &TestApp) {
        let (_, items) = call_in_notice(app, &[1]).await;
        let (author, handler) = (author(app).await, app.second_office().await);
        let id = in_hand(app, "proposal", items[0]).await;
        let due = async || author.get(&format!("/api/v1/objections/{id}")).await.body["due_at"].as_i64().expect("due");
        let before = due().await;
        let why = json!({"reason": "需要调取场地档案。"});
        handler.post(&at(id, "extend"), why.clone()).await.expect(200);
        assert_eq!(due().await - before, 7 * DAY, "five working days");
        assert_eq!(author.get(&format!("/api/v1/objections/{id}")).await.body["extension_reason"], "需要调取场地档案。");
        cites(&handler.post(&at(id, "extend"), why.clone()).await, "objection-extended-already", "M5");
        let other = file(&app.citizen().await, "proposal", items[0]).await.expect(201).id();
        press(&app.office().await, other, "admit").await.expect(200);
        assign(app, other, &handler).await.expect(200);
        press(&handler, other, "begin").await.expect(200);
        app.advance(10 * DAY).await;
        cites(&handler.post(&at(other, "extend"), why).await, "objection-extension-late", "M5");
    }

    async fn a_dismissal_lets_the_item_go_on(app: &TestApp) {
        let (_, items) = call_in_notice(app, &[1]).await;
        let (author, second) = (author(app).await, app.second_office().await);
        let id = file(&author, "proposal", items[0]).await.expect(201).id();
        assert_eq!(second.post(&at(id, "dismiss"), json!({"reason": " "})).await.expect(422).code(), "invalid-input");
        second.post(&at(id, "dismiss"), json!({"reason": "所述事项不属于公示内容。"})).await.expect(200);
        let seen = author.get(&format!("/api/v1/objections/{id}")).await.expect(200).body;
        assert_eq!((&seen["state"], &seen["dismissal"]), (&json!("inadmissible"), &json!("所述事项不属于公示内容。")));
        app.advance(10 * DAY).await;
        assert_eq!(item_state(app, items[0]).await, "pooled");
    }

    async fn a_public_answer_does_not_tell_who_asked(app: &TestApp) {
        let (call, items) = call_in_notice(app, &[1]).await;
        let handler = app.second_office().await;
        let id = in_hand(app, "proposal", items[0]).await;
        let publish = async |text: &str| handler.post(&at(id, "publish"), json!({"text": text})).await;
        cites(&publish("异议不成立。").await, "objection-not-answered", "M5");
        let named = json!({"result": "upheld", "answer": "成立。", "why": "欧阳见证反映属实。"});
        cites(&handler.post(&at(id, "answer"), named).await, "objection-answer-tells-who", "P3");
        answer(&handler, id, "answer", "rejected").await.expect(200);
        for text in ["欧阳见证反映的问题不属实。", "来电13712345678反映", "来信 a.b@mail.cn", "证件110105 19491231 002X"] {
            cites(&publish(text).await, "objection-answer-tells-who", "P3");
        }
        cites(&publish("赔偿款请用微信支付领取。").await, "account-number-in-text", "D1");
        publish("经核查，场地协议真实有效，异议不成立。").await.expect(200);
        let told = app.anon().get(&format!("/api/v1/calls/{call}/objections")).await.expect(200).body;
        assert_eq!((&told["filed"], &told["open"], &told["answers"][0]["answer"]),
            (&json!(1), &json!(1), &json!("经核查，场地协议真实有效，异议不成立。")));
        // Whoever guesses names by trying is seen.
        let page = app.supervisor().await.pages().await.get(&format!("/objections/{id}")).await.expect(200);
        assert!(page.body.as_str().expect("a page").contains("公开答复含有提出人信息，未予发布"));
    }

    async fn a_complaint_holds_nothing_and_is_not_its_subjects(app: &TestApp) {
        let project = running(app).await;
        let (author, office, team, supervisor) = (author(app).await, app.office().await, app.team(1).await, app.supervisor().await);
        let id = file(&author, "project", project).await.expect(201).id();
        assert_eq!(state(&office, &format!("/api/v1/projects/{project}")).await, "running");
        press(&office, id, "admit").await.expect(200);
        // The project's lead also works for the office: the complaint does not exist for them.
        app.grant(team.account, Role::LeadOffice, app.root().await).await;
        team.get(&format!("/api/v1/objections/{id}")).await.expect(404);
        let theirs = team.get("/api/v1/objections?office=true").await.expect(200).body;
        assert_eq!(theirs["items"].as_array().map(Vec::len), Some(0));
        cites(&assign(app, id, &team).await, "objection-handler-complained", "V22");
        assign(app, id, &supervisor).await.expect(200);
        press(&supervisor, id, "begin").await.expect(200);
        answer(&supervisor, id, "answer", "upheld").await.expect(200);
        assert_eq!(objection_state(&author, id).await, "accepted");
        cites(&supervisor.post(&at(id, "publish"), json!({"text": "成立。"})).await, "complaint-not-public", "V22");
        app.anon().get(&format!("/api/v1/objections/{id}")).await.expect(401);
    }

    async fn an_item_is_released_by_itself_only_in_notice(app: &TestApp) {
        let (call, items) = call_in_review(app, &[1]).await;
        all_scored(app, &items).await;
        let office = app.office().await;
        office.post(&format!("/api/v1/calls/{call}/end-review"), json!({})).await.expect(200);
        decide(app, items[0], true).await.expect(200);
        cites(&office.post(&format!("/api/v1/proposals/{}/release", items[0]), json!({})).await, "released-with-the-call", "M1");
    }

    async fn a_repeated_request_files_once(app: &TestApp) {
        let (_, items) = call_in_notice(app, &[1]).await;
        let author = author(app).await.with("idempotency-key", "once");
        let first = file(&author, "proposal", items[0]).await.expect(201).id();
        assert_eq!(file(&author, "proposal", items[0]).await.expect(201).id(), first);
        assert_eq!(author.get("/api/v1/objections").await.body["items"].as_array().map(Vec::len), Some(1));
    }
}
