//! A form goes from call to call as a file.

use super::world::*;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use twoway_entity::accounts::Role;
use twoway_entity::organizations::OrganizationKind;
use twoway_tests::{Answer, on_both_databases};

fn text(answer: &Answer) -> String {
    answer.body.as_str().map_or_else(|| answer.body.to_string(), str::to_string)
}

#[track_caller]
fn shows(page: &str, words: &[&str]) {
    for word in words {
        assert!(page.contains(word), "the page lacks {word}: {page}");
    }
}

fn upload(bytes: impl Into<Vec<u8>>, version: i64) -> Form {
    let file = Part::bytes(bytes.into()).file_name("申报表.json");
    Form::new().text("_version", version.to_string()).part("file", file)
}

/// Another form than that of [`call_input`]: one question stays, one is changed, two go, one comes.
fn other_form() -> Value {
    json!({
        "format": "twoway-form",
        "version": 1,
        "sections": [{"key": "who", "title": "申报单位"}],
        "form": [
            {"key": "plan", "type": "text", "title": "实施方案", "required": true, "class": "P1"},
            {"key": "people", "type": "integer", "title": "服务人数", "required": true, "min": 10, "unit": "people"},
            {"key": "team", "type": "line", "title": "队伍名称", "class": "P1", "section": "who"}
        ]
    })
}

on_both_databases! {
    async fn a_form_is_downloaded_and_taken_into_another_draft(app: &TestApp) {
        let (office, second) = (app.office().await, app.second_office().await);
        let from = previewed_call(app).await;
        let to = office.post("/api/v1/calls", json!({"title": "新征集"})).await.expect(201).id();
        let file = second.get(&format!("/api/v1/calls/{from}/form-file")).await.expect(200).body;
        assert_eq!((&file["format"], &file["version"], &file["title"]), (&json!("twoway-form"), &json!(1), &json!("2027年度志愿服务项目征集")));
        assert_eq!(file["answers"]["properties"]["people"]["minimum"], 1);
        assert_eq!(file["form"].as_array().map(Vec::len), Some(4));
        let place = format!("/api/v1/calls/{to}/form-file");
        let look = office.post(&format!("{place}/check"), file.clone()).await.expect(200).body;
        assert_eq!((look["changes"].as_array().map(Vec::len), &look["changes"][0]["becomes"]), (Some(4), &json!("added")));
        assert_eq!(version(&office, &format!("/api/v1/calls/{to}")).await, 1, "a look changes nothing");
        office.at_version(1).put(&place, file.clone()).await.expect(200);
        let mut taken = office.get(&place).await.expect(200).body;
        taken["title"] = file["title"].clone();
        taken["answers"]["title"] = file["title"].clone();
        assert_eq!(taken, file);
        let again = office.post(&format!("{place}/check"), file.clone()).await.expect(200).body;
        assert_eq!(again, json!({"changes": [], "same": 4, "reordered": false}));

        // Stale, frozen, somebody else's.
        assert_eq!(office.at_version(1).put(&place, file.clone()).await.expect(412).code(), "stale-version");
        let frozen = format!("/api/v1/calls/{from}/form-file");
        assert_eq!(office.put(&frozen, file.clone()).await.expect(409).code(), "call-frozen");
        assert_eq!(office.post(&format!("{frozen}/check"), file.clone()).await.expect(409).code(), "call-frozen");
        let node = app.organization(OrganizationKind::Node, "播州区").await;
        let lower = app.person("bozhou", "播州经办", Some((Role::LeadOffice, node))).await;
        lower.get(&place).await.expect(404);
        lower.put(&place, file.clone()).await.expect(404);
        app.team(1).await.get(&place).await.expect(403);
    }

    async fn what_is_wrong_is_told_by_its_place_and_nothing_is_taken(app: &TestApp) {
        let office = app.office().await;
        let call = office.post("/api/v1/calls", call_input(app)).await.expect(201).id();
        let place = format!("/api/v1/calls/{call}/form-file");
        let before = office.get(&place).await.body;
        let mut wrong = other_form();
        wrong["version"] = json!(2);
        wrong["format"] = json!("other");
        wrong["form"][0]["title"] = json!(" ");
        wrong["form"][2]["section"] = json!("none");
        let places = |refused: &Answer| -> Vec<String> {
            let all = refused.body["errors"].as_array().into_iter().flatten();
            all.map(|error| error["field"].as_str().unwrap_or_default().to_string()).collect()
        };
        let refused = office.put(&place, wrong.clone()).await.expect(422);
        assert_eq!(places(&refused), ["format", "version", "form[0].title", "form[2].section"]);
        assert_eq!(office.post(&format!("{place}/check"), wrong).await.status, 422);
        let mut empty = other_form();
        empty["form"] = json!([]);
        assert_eq!(places(&office.put(&place, empty).await.expect(422)), ["form"]);
        let mut unknown = other_form();
        unknown["form"][1]["colour"] = json!("red");
        assert_eq!(places(&office.put(&place, unknown).await.expect(422)), ["form[1].colour"]);
        let mut dated = other_form();
        dated["form"][0]["required-after"] = json!("2030-01-01");
        assert_eq!(places(&office.put(&place, dated).await.expect(422)), ["form[0].required-after"]);
        assert_eq!(office.get(&place).await.body, before);
    }

    async fn a_file_is_looked_at_on_the_page_and_then_taken(app: &TestApp) {
        let office = app.office().await;
        let desk = office.pages().await;
        let call = office.post("/api/v1/calls", call_input(app)).await.expect(201).id();
        let (api, base) = (format!("/api/v1/calls/{call}"), format!("/office/calls/{call}"));
        let (form, before) = (format!("{base}/form-import"), office.get(&api).await.body["form"].clone());
        shows(&text(&desk.get(&format!("{base}/questions")).await), &["上传申报表", "下载申报表"]);
        let down = desk.get(&format!("{base}/form-file")).await;
        assert!(down.headers["content-disposition"].to_str().is_ok_and(|how| how.starts_with("attachment")), "{:?}", down.headers);
        assert_eq!(down.body["form"], before);
        shows(&text(&desk.get(&form).await), &["检查文件", "multipart/form-data"]);
        desk.upload(&form, Form::new().text("_version", "1")).await.expect(422);

        let broken = desk.upload(&form, upload("{\n  \"format\": ", 1)).await.expect(422);
        shows(&text(&broken), &["不是有效的 JSON：第 2 行"]);
        let large = desk.upload(&form, upload(vec![b' '; (256 << 10) + 1], 1)).await.expect(422);
        shows(&text(&large), &["超过 256 KB"]);
        let mut wrong = other_form();
        wrong["form"][1]["title"] = json!("");
        let wrong = desk.upload(&form, upload(wrong.to_string(), 1)).await.expect(422);
        shows(&text(&wrong), &["form[1].title"]);
        let unasked = desk.upload(&form, upload(other_form().to_string(), 1).text("extra", "1")).await;
        assert_eq!(unasked.status, 422);

        let look = desk.upload(&form, upload(other_form().to_string(), 1)).await.expect(200);
        shows(&text(&look), &["队伍名称", "新增", "修改", "联系电话", "删除", "不变的问题：1 个", "次序有变化", "替换申报表"]);
        assert_eq!(office.get(&api).await.body["form"], before, "nothing is taken by looking");
        let take = format!("{form}/take");
        let other = other_form().to_string();
        let stale = desk.post(&take, &[("_version", "7"), ("_file", &other)]).await;
        assert_eq!(stale.status, 422);
        assert_eq!(desk.post(&take, &[("_version", "1"), ("_file", "{")]).await.status, 422);
        let taken = desk.post(&take, &[("_version", "1"), ("_file", &other)]).await;
        assert_eq!((taken.status, taken.headers["location"].to_str().expect("text")), (303, format!("{base}/questions").as_str()));
        let now = office.get(&api).await.body;
        assert_eq!((&now["form"][2]["key"], &now["sections"][0]["title"]), (&json!("team"), &json!("申报单位")));
        assert_eq!(now["rubric"].as_array().map(Vec::len), Some(3), "the rubric is no part of it");
        let frozen = previewed_call(app).await;
        assert_eq!(desk.get(&format!("/office/calls/{frozen}/form-import")).await.status, 409);
    }
}
