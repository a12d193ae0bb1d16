//! A return says point by point what has to be mended, and what comes back says point by point what was changed.

use crate::calls::world::*;
use serde_json::{Value, json};
use twoway_ids::{DAY, Uuid};
use twoway_tests::{Actor, TestApp, on_both_databases};

async fn in_check(app: &TestApp) -> (Actor, Uuid) {
    let call = open_call(app).await;
    let team = app.team(1).await;
    let id = submitted(&team, call, "四点半学校").await;
    app.advance(20 * DAY).await;
    (team, id)
}

async fn page(actor: &Actor, path: &str) -> String {
    let page = actor.pages().await.get(path).await.expect(200);
    page.body.as_str().expect("a page").to_string()
}

fn back(points: Value) -> Value {
    json!({"consent": true, "points": points})
}

on_both_databases! {
    async fn each_point_is_answered(app: &TestApp) {
        let (team, id) = in_check(app).await;
        let (office, path) = (app.office().await, format!("/api/v1/proposals/{id}"));
        for (wrong, field) in [
            (json!({}), "reason"),
            (json!({"points": [{"question": "nobody", "text": "？"}]}), "points.0.question"),
            (json!({"points": [{"text": "好"}, {"question": "people", "text": " "}]}), "points.1.text"),
            (json!({"points": vec![json!({"text": "多"}); 61]}), "points"),
        ] {
            let refused = office.post(&format!("{path}/return"), wrong).await.expect(422).body.to_string();
            assert!(refused.contains(&format!("\"{field}\"")), "{field}: {refused}");
        }
        let points = json!([
            {"question": "people", "text": "人数与场地不符"},
            {"question": "plan", "text": "缺安全预案"},
            {"text": "附件请盖章"}
        ]);
        office.post(&format!("{path}/return"), json!({"points": points})).await.expect(200);
        let view = team.get(&path).await.expect(200).body;
        assert_eq!(view["defects"], "1. 人数与场地不符\n2. 缺安全预案\n3. 附件请盖章");
        let ids: Vec<Value> = view["points"].as_array().expect("points").iter().map(|p| p["id"].clone()).collect();
        assert_eq!(view["points"][1]["question"], "plan");
        assert_eq!(app.anon().get(&path).await.status, 404);

        let submit = format!("{path}/submit");
        let refused = team.post(&submit, back(json!([{"id": ids[0], "changed": "改为20人"}]))).await.expect(409);
        assert_eq!((refused.code(), &refused.body["rule"]), ("points-not-answered", &json!("M1")));
        let strange = json!([{"id": Uuid::from_u128(7), "changed": "？"}]);
        team.post(&submit, back(strange)).await.expect(422);
        let long = json!([{"id": ids[0], "changed": "长".repeat(2_001)}, {"id": ids[1], "changed": "补充"}]);
        team.post(&submit, back(long)).await.expect(422);
        let all = json!([{"id": ids[0], "changed": "改为20人"}, {"id": ids[1], "changed": "见方案第三段"}]);
        team.post(&submit, back(all)).await.expect(200);
        let checked = office.get(&path).await.expect(200).body;
        assert_eq!(checked["points"][0]["changed"], "改为20人");
        assert_eq!(checked["points"][2]["changed"], Value::Null, "about the whole nobody has to say anything");
        let shown = page(&office, &format!("/proposals/{id}")).await;
        for words in ["人数与场地不符", "见方案第三段", "实施方案"] {
            assert!(shown.contains(words), "{words}");
        }
    }

    async fn one_text_is_one_point_about_the_whole(app: &TestApp) {
        let (team, id) = in_check(app).await;
        let path = format!("/api/v1/proposals/{id}");
        app.office().await.post(&format!("{path}/return"), json!({"defects": "写明每日人数"})).await.expect(200);
        let view = team.get(&path).await.expect(200).body;
        assert_eq!((&view["defects"], &view["points"][0]["text"]), (&json!("写明每日人数"), &json!("写明每日人数")));
        submit(&team, id).await.expect(200);
    }

    async fn the_forms_ask_beside_the_questions(app: &TestApp) {
        let (team, id) = in_check(app).await;
        let (office, place) = (app.office().await, format!("/proposals/{id}"));
        let desk = office.pages().await;
        assert!(page(&office, &format!("{place}/return")).await.contains("对“服务人数”的补正意见"));
        desk.post(&format!("{place}/return"), &[("reason", "")]).await.expect(422);
        let long = "长".repeat(2_001);
        let kept = desk.post(&format!("{place}/return"), &[("point-plan", &*long), ("point-people", "不符")]).await;
        assert!(kept.expect(422).body.as_str().is_some_and(|html| html.contains("不符")));
        let said = [("reason", ""), ("point-people", "人数与场地不符"), ("point-plan", "缺安全预案")];
        desk.post(&format!("{place}/return"), &said).await.expect(303);

        let writing = page(&team, &format!("{place}/edit")).await;
        assert!(writing.contains("需补正：人数与场地不符") && writing.contains("需补正：缺安全预案"), "{writing}");
        assert!(page(&team, &place).await.contains("人数与场地不符"));
        let form = page(&team, &format!("{place}/submit")).await;
        let view = team.get(&format!("/api/v1{place}")).await.expect(200).body;
        let names: Vec<String> = view["points"].as_array().expect("points").iter()
            .map(|p| format!("point-{}", p["id"].as_str().expect("an id"))).collect();
        assert!(names.iter().all(|name| form.contains(name)), "{form}");
        let pages = team.pages().await;
        let one = [("consent", "true"), (&*names[0], "改为20人")];
        let refused = pages.post(&format!("{place}/submit"), &one).await.expect(422).body;
        assert!(refused.as_str().is_some_and(|html| html.contains("改为20人")), "what was typed stays: {refused}");
        let wrong = [("consent", "true"), (&*names[0], "改为20人"), (&*names[1], &*long)];
        let refused = pages.post(&format!("{place}/submit"), &wrong).await.expect(422).body;
        assert!(refused.as_str().is_some_and(|html| html.contains("改为20人")), "{refused}");
        let all = [("consent", "true"), (&*names[0], "改为20人"), (&*names[1], "见第三段")];
        pages.post(&format!("{place}/submit"), &all).await.expect(303);
        assert!(page(&office, &place).await.contains("见第三段"));
    }
}
