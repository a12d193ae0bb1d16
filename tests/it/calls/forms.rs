//! The sections of a form, the days of its questions, and how it looks before it is published.

use super::world::*;
use serde_json::{Value, json};
use twoway_ids::{DAY, Uuid};
use twoway_tests::{Actor, Answer, PageClient, on_both_databases};

fn text(answer: &Answer) -> String {
    answer.body.as_str().map_or_else(|| answer.body.to_string(), str::to_string)
}

async fn html(client: &PageClient, path: &str) -> String {
    let answer = client.get(path).await;
    assert_eq!(answer.status, 200, "{path}");
    text(&answer)
}

#[track_caller]
fn shows(page: &str, words: &[&str]) {
    for word in words {
        assert!(page.contains(word), "the page lacks {word}: {page}");
    }
}

/// The places and problems that a refusal names.
fn errors(refused: &Answer) -> Vec<String> {
    let word = |error: &Value, name: &str| error[name].as_str().unwrap_or_default().to_string();
    let all = refused.body["errors"].as_array().into_iter().flatten();
    all.map(|error| format!("{} {}", word(error, "field"), word(error, "code"))).collect()
}

/// Two sections; `plan` stands in the second, though it is asked before what stands in the first.
fn sectioned(input: &mut Value) {
    input["sections"] = json!([
        {"key": "who", "title": "申报单位", "help": "由谁承接。"},
        {"key": "what", "title": "服务内容"}
    ]);
    input["form"] = json!([
        {"key": "plan", "type": "text", "title": "实施方案", "required": true, "class": "P1", "section": "what"},
        {"key": "people", "type": "integer", "title": "服务人数", "required": true, "min": 1, "section": "what"},
        {"key": "phone", "type": "phone", "title": "联系电话", "required": true, "class": "P2", "purpose": "联系", "section": "who"},
        {"key": "code", "type": "credit-code", "title": "合作单位信用代码", "class": "P1"}
    ]);
}

/// The insurance must be there after the 5th, the budget stands after the 8th of December.
fn dated(input: &mut Value) {
    let form = input["form"].as_array_mut().expect("questions");
    form.push(
        json!({"key": "policy", "type": "line", "title": "保单编号", "class": "P1", "required-after": "2026-12-05"}),
    );
    form.push(
        json!({"key": "budget", "type": "text", "title": "预算说明", "class": "P1", "frozen-after": "2026-12-08"}),
    );
}

fn answered(more: &Value) -> Value {
    let mut content = content("四点半学校");
    let answers = content["answers"].as_object_mut().expect("answers");
    answers.extend(more.as_object().expect("answers").clone());
    content
}

async fn drafted(actor: &Actor, call: Uuid, more: &Value) -> Uuid {
    let new = json!({"call_id": call, "organization_id": actor.organization, "content": answered(more)});
    actor.post("/api/v1/proposals", new).await.expect(201).id()
}

on_both_databases! {
    async fn questions_stand_in_sections_everywhere(app: &TestApp) {
        let office = app.office().await;
        let mut wrong = call_input(app);
        sectioned(&mut wrong);
        wrong["sections"][1]["key"] = json!("who");
        wrong["sections"][1]["title"] = json!(" ");
        wrong["form"][2]["section"] = json!("none");
        let refused = office.post("/api/v1/calls", wrong).await.expect(422);
        let expected = ["sections[1].key not-an-option", "sections[1].title missing", "form[0].section not-an-option",
            "form[1].section not-an-option", "form[2].section not-an-option"];
        assert_eq!(errors(&refused), expected);

        let call = call_with(app, sectioned).await;
        let stored = app.anon().get(&format!("/api/v1/calls/{call}")).await.expect(200).body;
        let keys: Vec<_> = stored["form"].as_array().expect("questions").iter().map(|f| f["key"].clone()).collect();
        assert_eq!(keys, ["code", "phone", "plan", "people"], "in the order of the sections");
        assert_eq!(stored["sections"][0]["title"], "申报单位");
        let schema = app.anon().get(&format!("/api/v1/calls/{call}/form-schema")).await.expect(200).body;
        assert_eq!((&schema["x-sections"][1]["title"], &schema["properties"]["plan"]["x-section"]), (&json!("服务内容"), &json!("what")));
        assert_eq!(schema["required"], json!(["phone", "plan", "people"]));
        shows(&html(&app.anon().pages().await, &format!("/calls/{call}")).await, &["所在的节", "申报单位"]);

        app.advance(7 * DAY).await;
        let team = app.team(1).await;
        let id = submitted(&team, call, "四点半学校").await;
        let client = team.pages().await;
        shows(&html(&client, &format!("/proposals/{id}")).await, &["<h3>申报单位</h3>", "<h3>服务内容</h3>"]);
        let draft = draft(&app.team(2).await, call, "四点半学校").await;
        let form = html(&app.team(2).await.pages().await, &format!("/proposals/{draft}/edit")).await;
        shows(&form, &["<fieldset class=\"form-section\"><legend>申报单位</legend>", "由谁承接。", "<legend>服务内容</legend>"]);
        let place = |word: &str| form.find(word).expect(word);
        assert!(place("name=\"title\"") < place("name=\"code\"") && place("name=\"code\"") < place("name=\"phone\""));
        assert!(place("name=\"phone\"") < place("服务内容") && place("服务内容") < place("name=\"plan\""));
    }

    async fn a_call_without_sections_is_what_it_was(app: &TestApp) {
        let call = call_with(app, |_| {}).await;
        let stored = app.anon().get(&format!("/api/v1/calls/{call}")).await.expect(200).body;
        assert_eq!((&stored["sections"], &stored["form"][0]["key"]), (&json!([]), &json!("people")));
        app.advance(7 * DAY).await;
        let draft = draft(&app.team(1).await, call, "四点半学校").await;
        let form = html(&app.team(1).await.pages().await, &format!("/proposals/{draft}/edit")).await;
        assert!(!form.contains("form-section"), "{form}");
    }

    async fn the_builder_adds_renames_moves_and_drops_sections(app: &TestApp) {
        let office = app.office().await;
        let desk = office.pages().await;
        let call = office.post("/api/v1/calls", call_input(app)).await.expect(201).id();
        let (api, base) = (format!("/api/v1/calls/{call}"), format!("/office/calls/{call}"));
        let sections = format!("{base}/sections");
        shows(&html(&desk, &format!("{base}/questions")).await, &["编辑分节", "预览申报表"]);
        shows(&html(&desk, &sections).await, &["添加一节"]);
        let added = desk.post(&sections, &[("_rows", "1"), ("_key_0", "s1"), ("title_0", "服务内容"), ("_do", "add")]).await;
        assert_eq!(added.status, 200);
        shows(&text(&added), &["服务内容", "第 2 节", "s2"]);
        let bad = desk.post(&sections, &[("_version", "1"), ("_rows", "2"), ("_key_0", "s1"), ("title_0", ""), ("help_0", "写了一半"), ("_key_1", "s2"), ("title_1", "申报单位"), ("_do", "save")]).await;
        assert_eq!(bad.status, 422);
        shows(&text(&bad), &["f-title_0-error", "写了一半", "申报单位"]);
        let moved = desk.post(&sections, &[("_rows", "2"), ("_key_0", "s1"), ("title_0", "服务内容"), ("_key_1", "s2"), ("title_1", "申报单位"), ("_do", "up-1")]).await;
        let moved = text(&moved);
        assert!(moved.find("申报单位") < moved.find("服务内容"), "{moved}");
        let saved = desk.post(&sections, &[("_version", "1"), ("_rows", "2"), ("_key_0", "s2"), ("title_0", "申报单位"), ("_key_1", "s1"), ("title_1", "服务内容"), ("_do", "save")]).await;
        assert_eq!((saved.status, saved.headers["location"].to_str().expect("text")), (303, format!("{base}/questions").as_str()));

        // One question is put into a section; the others stay before it.
        let questions = [
            ("_version", "2"), ("_rows", "2"), ("_do", "save"), ("_key_0", "plan"), ("title_0", "实施方案"), ("type_0", "text"),
            ("class_0", "P1"), ("section_0", "s1"), ("_key_1", "people"), ("title_1", "服务人数"), ("type_1", "integer"), ("class_1", "P1"),
            ("section_1", ""),
        ];
        assert_eq!(desk.post(&format!("{base}/questions"), &questions).await.status, 303);
        let stored = office.get(&api).await.body;
        assert_eq!((&stored["form"][1]["key"], &stored["form"][1]["section"]), (&json!("plan"), &json!("s1")));
        assert_eq!(stored["form"][0]["section"], Value::Null);

        // Renamed and dropped: its question stays.
        let dropped = desk.post(&sections, &[("_version", "3"), ("_rows", "1"), ("_key_0", "s2"), ("title_0", "由谁承接"), ("_do", "save")]).await;
        assert_eq!(dropped.status, 303);
        let stored = office.get(&api).await.body;
        assert_eq!((&stored["sections"], &stored["form"][0]["key"]), (&json!([{"key": "s2", "title": "由谁承接"}]), &json!("people")));
        assert_eq!(stored["form"][1]["section"], Value::Null);
    }

    async fn the_days_of_a_question_lie_in_the_days_of_the_call(app: &TestApp) {
        let office = app.office().await;
        let mut input = call_input(app);
        dated(&mut input);
        input["form"][4]["frozen-after"] = json!("2026-12-04");
        input["form"][5]["frozen-after"] = json!("8. Dezember");
        let refused = office.post("/api/v1/calls", input.clone()).await.expect(422);
        assert_eq!(errors(&refused), ["form[4].frozen-after frozen-before-required", "form[5].frozen-after bad-date"]);
        // The call opens on 2026-11-30; what is returned is mended until 2027-01-03 at the latest.
        input["form"][4] = json!({"key": "policy", "type": "line", "title": "保单编号", "class": "P1", "required-after": "2026-11-29"});
        input["form"][5]["frozen-after"] = json!("2027-01-04");
        let refused = office.post("/api/v1/calls", input.clone()).await.expect(422);
        assert_eq!(errors(&refused), ["form[4].required-after outside-days", "form[5].frozen-after outside-days"]);
        input["form"][4]["required-after"] = json!("2026-11-30");
        input["form"][5]["frozen-after"] = json!("2027-01-03");
        let call = office.post("/api/v1/calls", input).await.expect(201).id();
        assert_eq!(office.get(&format!("/api/v1/calls/{call}")).await.body["form"][4]["required"], true);

        // On the page of the questions the error stands at the box; other dates of the call are refused with the question's words.
        let desk = office.pages().await;
        let base = format!("/office/calls/{call}");
        let questions = [
            ("_version", "1"), ("_rows", "1"), ("_do", "save"), ("_key_0", "policy"), ("title_0", "保单编号"), ("type_0", "line"),
            ("class_0", "P1"), ("required-after_0", "2026-12-05"), ("frozen-after_0", "2027-03-01"),
        ];
        let refused = desk.post(&format!("{base}/questions"), &questions).await;
        assert_eq!(refused.status, 422);
        shows(&text(&refused), &["f-frozen-after_0-error", "2027-03-01", "2026-12-05"]);
        let basics = [("_version", "1"), ("title", "改期"), ("opens_at", "2026-12-02T10:00"), ("closes_at", "2026-12-20T10:00")];
        let refused = desk.post(&format!("{base}/edit"), &basics).await;
        assert_eq!(refused.status, 422);
        shows(&text(&refused), &["问题“保单编号”的日期", "改期"]);
    }

    async fn an_answer_may_be_missing_up_to_its_day_and_not_after(app: &TestApp) {
        let call = call_with(app, dated).await;
        app.advance(7 * DAY).await;
        let (first, second, third) = (app.team(1).await, app.team(2).await, app.team(3).await);
        let early = drafted(&first, call, &json!({})).await;
        submit(&first, early).await.expect(200);
        let late = drafted(&second, call, &json!({})).await;
        let last = drafted(&third, call, &json!({})).await;
        app.advance(5 * DAY).await;
        submit(&third, last).await.expect(200);
        app.advance(DAY).await;
        let refused = submit(&second, late).await.expect(422);
        assert_eq!(errors(&refused), ["answers.policy missing"]);
        let path = format!("/api/v1/proposals/{late}");
        second.put(&path, answered(&json!({"policy": "PDAA2026"}))).await.expect(200);
        submit(&second, late).await.expect(200);

        // Returned, it comes back with what has become required.
        app.advance(14 * DAY).await;
        let office = app.office().await;
        office.post(&format!("/api/v1/proposals/{early}/return"), json!({"defects": "缺少安全预案"})).await.expect(200);
        assert_eq!(errors(&submit(&first, early).await.expect(422)), ["answers.policy missing"]);
        first.put(&format!("/api/v1/proposals/{early}"), answered(&json!({"policy": "PDAA2027"}))).await.expect(200);
        submit(&first, early).await.expect(200);
    }

    async fn an_answer_stands_after_its_day(app: &TestApp) {
        let call = call_with(app, dated).await;
        app.advance(7 * DAY).await;
        let team = app.team(1).await;
        let id = drafted(&team, call, &json!({"budget": "甲"})).await;
        let path = format!("/api/v1/proposals/{id}");
        app.advance(8 * DAY).await;
        // 2026-12-08, the last day.
        team.put(&path, answered(&json!({"budget": "乙", "policy": "1"}))).await.expect(200);
        app.advance(DAY).await;
        for changed in [json!({"budget": "丙", "policy": "1"}), json!({"policy": "1"})] {
            let refused = team.put(&path, answered(&changed)).await.expect(409);
            assert_eq!((refused.code(), &refused.body["rule"]), ("answer-frozen", &json!("M1")));
        }
        team.put(&path, answered(&json!({"budget": "乙", "policy": "2"}))).await.expect(200);
        let new = json!({"call_id": call, "content": answered(&json!({"budget": "丁"}))});
        assert_eq!(team.post("/api/v1/proposals", new).await.expect(409).code(), "answer-frozen");

        // The page shows it to read and says why; the form comes back with what was typed.
        let client = team.pages().await;
        let edit = format!("/proposals/{id}/edit");
        let page = html(&client, &edit).await;
        shows(&page, &["2026年12月8日之后这项回答不能再改", "<input type=\"hidden\" name=\"budget\" value=\"乙\">"]);
        assert!(!page.contains("<textarea class=\"form-control\" id=\"f-budget\""), "{page}");
        let version = version(&team, &path).await.to_string();
        let typed = [("_version", version.as_str()), ("_intent", "draft"), ("title", "改了名称"), ("summary", "课后"), ("people", "30"), ("plan", "每日开放"), ("policy", "2"), ("budget", "丙")];
        let refused = client.post(&edit, &typed).await;
        assert_eq!(refused.status, 422);
        shows(&text(&refused), &["预算说明", "改了名称", "依据：M1"]);
        let saved = client.post(&format!("/proposals/{id}/autosave"), &typed).await;
        assert_eq!(saved.status, 204);
        let stored = team.get(&path).await.body;
        assert_eq!((&stored["answers"]["budget"], &stored["title"]), (&json!("乙"), &json!("改了名称")));
    }

    async fn the_form_is_looked_at_before_it_is_published(app: &TestApp) {
        let (office, second) = (app.office().await, app.second_office().await);
        let mut input = call_input(app);
        sectioned(&mut input);
        input["form"][3] = json!({"key": "code", "type": "credit-code", "title": "信用代码", "class": "P1", "show-if": {"field": "joint", "equals": true}});
        input["form"].as_array_mut().expect("questions").push(json!({"key": "joint", "type": "boolean", "title": "是否联合申报", "required": true, "class": "P1"}));
        let call = office.post("/api/v1/calls", input).await.expect(201).id();
        office.post(&format!("/api/v1/calls/{call}/submit"), json!({})).await.expect(200);
        let other = second.pages().await;
        let preview = format!("/office/calls/{call}/preview");
        shows(&html(&other, &format!("/office/calls/{call}")).await, &[&preview, "审核通过并发布预告"]);
        let page = html(&other, &preview).await;
        shows(&page, &["method=\"dialog\"", "<legend>申报单位</legend>", "data-show-if=\"joint\"", "name=\"title\"", "不会提交，也不会保存"]);
        assert!(!page.contains("data-autosave") && !page.contains("name=\"_version\""), "{page}");
        app.citizen().await.pages().await.get(&preview).await.expect(403);
        assert_eq!(other.post(&preview, &[("title", "四点半")]).await.status, 405);
    }
}
