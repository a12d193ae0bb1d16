//! Objections to a result in its public notice: it cannot become final meanwhile; upheld, it is graded anew.

use super::world::*;
use crate::objections::{
    answer, assign, at, author, file, in_hand, objection, objection_state, press, state as state_of,
};
use serde_json::json;
use twoway_entity::accounts::Role;
use twoway_ids::{DAY, Uuid};
use twoway_tests::on_both_databases;

/// A project whose grades are in public notice, and its evaluation.
pub async fn in_notice(app: &TestApp) -> (Uuid, Uuid) {
    let (project, evaluation) = closed(app).await;
    invite(app, evaluation, &app.evaluator().await).await.expect(200);
    self_evaluate(app, evaluation).await.expect(200);
    score(&app.evaluator().await, evaluation).await.expect(200);
    announce(&app.office().await, evaluation).await.expect(200);
    (project, evaluation)
}

async fn state(app: &TestApp, evaluation: Uuid) -> String {
    state_of(&app.office().await, &format!("/api/v1/evaluations/{evaluation}")).await
}

async fn finalize(app: &TestApp, evaluation: Uuid) -> Answer {
    app.office().await.post(&format!("/api/v1/evaluations/{evaluation}/final"), json!({})).await
}

async fn told(who: &Actor, words: &str) -> bool {
    who.get("/api/v1/notices?limit=100").await.expect(200).body.to_string().contains(words)
}

fn cites(answer: &Answer, code: &str, rule: &str) {
    assert_eq!(
        (answer.status, answer.code(), answer.body["rule"].as_str()),
        (409, code, Some(rule)),
        "{:#}",
        answer.body
    );
}

on_both_databases! {
    async fn a_result_is_final_after_its_notice(app: &TestApp) {
        let (project, evaluation) = in_notice(app).await;
        let office = app.office().await;
        let seen = app.team(1).await.get(&format!("/api/v1/evaluations/{evaluation}")).await.expect(200).body;
        assert_eq!((&seen["grade"], &seen["state"], &seen["objected"], &seen["due_at"]), (&json!("B"), &json!("in-notice"), &json!(false), &json!(null)));
        let ends = seen["notice_ends_at"].as_i64().expect("an end");
        for who in [&app.team(1).await, &app.evaluator().await, &office] {
            assert!(told(who, "的评价结果正在公示，至").await, "{}", who.name);
        }
        cites(&finalize(app, evaluation).await, "evaluation-notice-running", "M4");
        app.advance(ends - app.now() - 1).await;
        cites(&finalize(app, evaluation).await, "evaluation-notice-running", "M4");
        assert!(!told(&office, "评价结果公示期满").await);
        app.advance(1).await;
        assert!(told(&office, "评价结果公示期满，请定级").await);
        // Called twice it asks once.
        let system = app.app.system("evaluations.notice-ends");
        twoway::evaluations::actions::end_notice(&app.app, &system, evaluation).await.expect("nothing to do");
        let notices = office.get("/api/v1/notices?limit=100").await.expect(200).body.to_string();
        assert_eq!(notices.matches("评价结果公示期满").count(), 1);
        finalize(app, evaluation).await.expect(200);
        assert_eq!(state_of(&office, &format!("/api/v1/projects/{project}")).await, "accepted");
        twoway::evaluations::actions::end_notice(&app.app, &system, evaluation).await.expect("nothing to do");
        assert_eq!(app.findings().await, []);
    }

    async fn an_open_objection_keeps_it_from_becoming_final(app: &TestApp) {
        let (project, evaluation) = in_notice(app).await;
        let (author, handler, office) = (author(app).await, app.second_office().await, app.office().await);
        let id = in_hand(app, "evaluation", evaluation).await;
        let public = app.anon().get(&format!("/api/v1/public/projects/{project}")).await.expect(200).body;
        assert_eq!(public["notice"]["objected"], true);
        cites(&finalize(app, evaluation).await, "evaluation-objection-open", "M5");
        app.advance(12 * DAY).await;
        assert!(!told(&office, "评价结果公示期满").await, "nobody is asked for what cannot be done");
        cites(&finalize(app, evaluation).await, "evaluation-objection-open", "M5");
        answer(&handler, id, "answer", "rejected").await.expect(200);
        cites(&finalize(app, evaluation).await, "evaluation-objection-open", "M5");
        press(&author, id, "accept").await.expect(200);
        app.settle().await;
        assert!(told(&office, "评价结果公示期满，请定级").await);
        finalize(app, evaluation).await.expect(200);
        assert_eq!(state(app, evaluation).await, "final");
        assert_eq!(app.findings().await, []);
    }

    async fn upheld_it_is_graded_and_announced_anew(app: &TestApp) {
        let (project, evaluation) = in_notice(app).await;
        let (handler, evaluator, office) = (app.second_office().await, app.evaluator().await, app.office().await);
        let id = in_hand(app, "evaluation", evaluation).await;
        let without = json!({"result": "upheld", "answer": "成立。"});
        assert_eq!(handler.post(&at(id, "answer"), without).await.expect(422).body["errors"][0]["field"], "why");
        answer(&handler, id, "answer", "upheld").await.expect(200);
        assert_eq!((state(app, evaluation).await, objection_state(&handler, id).await), ("self-evaluated".into(), "accepted".into()));
        for party in [&app.team(1).await, &evaluator, &office] {
            assert!(told(party, "场地情况与材料不符，需要重新审议。").await, "{} is told why", party.name);
        }
        let public = app.anon().get(&format!("/api/v1/public/projects/{project}")).await.expect(200).body;
        assert!(public["notice"].is_null() && public["result"].is_null(), "{public:#}");
        assert!(app.team(1).await.get(&format!("/api/v1/evaluations/{evaluation}")).await.body["grade"].is_null());
        app.advance(12 * DAY).await;
        assert_eq!(state(app, evaluation).await, "self-evaluated", "the notice that ended has no clock any more");
        // Another evaluator may be asked, as before any grades.
        invite(app, evaluation, &evaluator).await.expect(200);
        score(&evaluator, evaluation).await.expect(200);
        announce(&office, evaluation).await.expect(200);
        let author = author(app).await;
        let again = file(&author, "evaluation", evaluation).await.expect(201).id();
        press(&author, again, "withdraw").await.expect(200);
        app.advance(12 * DAY).await;
        finalize(app, evaluation).await.expect(200);
        assert_eq!(app.findings().await, []);
    }

    async fn what_can_be_objected_to_by_whom_and_until_when(app: &TestApp) {
        let (_, evaluation) = closed(app).await;
        let (author, team) = (author(app).await, app.team(1).await);
        file(&author, "evaluation", evaluation).await.expect(404);
        cites(&file(&team, "evaluation", evaluation).await, "objection-not-in-notice", "M5");
        invite(app, evaluation, &app.evaluator().await).await.expect(200);
        self_evaluate(app, evaluation).await.expect(200);
        score(&app.evaluator().await, evaluation).await.expect(200);
        announce(&app.office().await, evaluation).await.expect(200);
        file(&app.anon(), "evaluation", evaluation).await.expect(401);
        file(&author, "adoption", evaluation).await.expect(404);
        let mut wrong = objection("evaluation", evaluation);
        wrong["ground"] = json!("promotion");
        assert_eq!(author.post("/api/v1/objections", wrong).await.expect(422).body["errors"][0]["field"], "ground");
        file(&author, "evaluation", evaluation).await.expect(201);
        cites(&file(&author, "evaluation", evaluation).await, "objection-already-yours", "M5");
        app.advance(12 * DAY).await;
        cites(&file(&team, "evaluation", evaluation).await, "objection-time-over", "M5");
    }

    async fn nobody_handles_it_who_judged_or_is_judged(app: &TestApp) {
        let (_, evaluation) = in_notice(app).await;
        let office = app.office().await;
        let id = file(&author(app).await, "evaluation", evaluation).await.expect(201).id();
        cites(&office.post(&at(id, "dismiss"), json!({"reason": "不属实"})).await, "objection-handler-decided", "M5");
        press(&office, id, "admit").await.expect(200);
        cites(&assign(app, id, &office).await, "objection-handler-decided", "M5");
        let evaluator = app.evaluator().await;
        app.grant(evaluator.account, Role::NodeAdmin, app.root().await).await;
        cites(&assign(app, id, &evaluator).await, "objection-handler-reviewed", "M5");
        let near = app.person("near", "队里的人", Some((Role::NodeAdmin, app.root().await))).await;
        app.grant(near.account, Role::Volunteer, app.team(1).await.organization.expect("a team")).await;
        cites(&assign(app, id, &near).await, "objection-handler-concerned", "M5");
        assign(app, id, &app.second_office().await).await.expect(200);
    }

    async fn it_is_announced_objected_to_and_answered_on_pages(app: &TestApp) {
        let (project, evaluation) = in_notice(app).await;
        let text = |answer: Answer| answer.body.as_str().expect("a page").to_string();
        let has = |page: &str, words: &[&str]| words.iter().for_each(|word| assert!(page.contains(word), "{word}: {page}"));
        let (anon, office) = (app.anon().pages().await, app.office().await.pages().await);
        let (public, own) = (format!("/p/{project}"), format!("/evaluations/{evaluation}"));
        let page = text(anon.get(&public).await.expect(200));
        has(&page, &["评价结果公示", "B（良好）", "达到预期，准时率略低于目标。", "公示至", "提出异议", "/objections/new?target=evaluation"]);
        let new = format!("/objections/new?target=evaluation&item={evaluation}");
        let form = text(author(app).await.pages().await.get(&new).await.expect(200));
        has(&form, &["对评价结果提出异议", "四点半学校1", "内容不属实", public.as_str()]);
        has(&text(office.get(&own).await.expect(200)), &["评价结果正在公示", "公示中"]);
        let id = in_hand(app, "evaluation", evaluation).await;
        has(&text(anon.get(&public).await.expect(200)), &["异议办结前，结果不确定"]);
        let shown = text(office.get(&own).await.expect(200));
        has(&shown, &["有异议正在办理", "有人提出异议，暂不定级"]);
        assert!(!shown.contains(&format!("{own}/final")), "{shown}");
        let handler = app.second_office().await;
        has(&text(handler.pages().await.get(&format!("/objections/{id}")).await.expect(200)), &["评价结果异议", public.as_str(), "f-answer-why"]);
        answer(&handler, id, "answer", "rejected").await.expect(200);
        handler.post(&at(id, "publish"), json!({"text": "经复核，评分依据充分。"})).await.expect(200);
        press(&author(app).await, id, "accept").await.expect(200);
        app.advance(12 * DAY).await;
        let office = app.office().await.pages().await;
        has(&text(office.get(&own).await.expect(200)), &["请核定评价结果", "公示期满"]);
        office.post(&format!("{own}/final"), &[]).await.expect(303);
        has(&text(anon.get(&public).await.expect(200)), &["评价结果异议办理情况", "异议不成立", "经复核，评分依据充分。"]);
        let page = text(app.anon().pages().await.get_with(&public, "cookie", "twoway_locale=en").await.expect(200));
        assert!(page.contains("Objections to the result, answered") && !page.contains("public-result-"), "{page}");
    }
}
