//! One decision about many proposals: what is refused for one keeps no other back, and nothing is written before it was seen.

use super::*;
use twoway_ids::{DAY, HOUR};
use twoway_tests::on_both_databases;

/// Scored at 89, 79 and so on, and deliberated about: the ranking, the best first.
async fn deliberated(app: &TestApp, teams: &[usize]) -> (Uuid, Vec<Value>) {
    let (call, proposals) = call_in_review(app, teams).await;
    all_scored(app, &proposals).await;
    app.office().await.post(&format!("/api/v1/calls/{call}/end-review"), json!({})).await.expect(200);
    (call, ranking(app, call).await)
}

async fn ranking(app: &TestApp, call: Uuid) -> Vec<Value> {
    let body = app.office().await.get(&format!("/api/v1/calls/{call}/ranking")).await.expect(200).body;
    body["items"].as_array().expect("a ranking").clone()
}

fn of(lines: &[Value]) -> Vec<Value> {
    lines.iter().map(|line| json!({"proposal_id": line["proposal_id"], "version": line["version"]})).collect()
}

/// The code that each row is refused by; empty: it is decided.
fn codes(body: &Value) -> Vec<&str> {
    let rows = body["rows"].as_array().expect("rows");
    rows.iter().map(|row| row["refused"]["code"].as_str().unwrap_or_default()).collect()
}

/// Names what is each proposal's own; filled in it is longer than 50 characters.
const OWN: &str = "会商认为“{项目名称}”需求真实、方案可行，评审平均{score}分，列第｛名次｝位，核定经费{cost}，建议立项并在执行中加强接送登记和家长沟通工作。";

/// The values of the hidden fields of this name.
fn hidden(page: &str, name: &str) -> Vec<String> {
    let mark = format!("name=\"{name}\" value=\"");
    page.split(mark.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_string).collect()
}

on_both_databases! {
    async fn each_goes_through_the_guards_by_itself(app: &TestApp) {
        let (call, lines) = deliberated(app, &[1, 2, 3]).await;
        let office = app.office().await;
        office.put(&format!("/api/v1/calls/{call}/review-settings"), json!({"budget": 84_000})).await.expect(200);
        let (path, check) = (format!("/api/v1/calls/{call}/decisions"), format!("/api/v1/calls/{call}/decisions/check"));
        let body = json!({"proposals": of(&lines), "decision": "selected", "reason": OWN, "cost": 42_000});
        let seen = office.post(&check, body.clone()).await.expect(200).body;
        assert_eq!(codes(&seen), ["", "", "over-budget"]);
        assert_eq!((seen["ready"].as_i64(), seen["refused"].as_i64(), seen["spent"].as_i64()), (Some(2), Some(1), Some(84_000)));
        let reason = seen["rows"][1]["reason"].as_str().expect("a reason");
        assert!(reason.contains("“四点半学校2”") && reason.contains("平均78.00分，列第2位，核定经费42,000 元"), "{reason}");
        assert!(ranking(app, call).await.iter().all(|line| line["decision"].is_null()), "nothing is written by looking");
        // Somebody decides about the second one meanwhile.
        decide(app, lines[1]["proposal_id"].as_str().expect("an id").parse().expect("an id"), false).await.expect(200);
        let done = office.post(&path, body).await.expect(200).body;
        assert_eq!(codes(&done), ["", "stale-version", ""], "what the second does not cost is left for the third");
        assert_eq!(done["rows"][0]["version"].as_i64(), lines[0]["version"].as_i64().map(|v| v + 1));
        let after = ranking(app, call).await;
        let decisions: Vec<&str> = after.iter().filter_map(|line| line["decision"].as_str()).collect();
        assert_eq!(decisions, ["selected", "not-selected", "selected"]);
        assert!(after[2]["decision_reason"].as_str().is_some_and(|why| why.contains("四点半学校3") && why.contains("第3位")));
    }

    async fn a_request_that_comes_twice_decides_once(app: &TestApp) {
        let (call, lines) = deliberated(app, &[1, 2]).await;
        let office = app.office().await;
        let path = format!("/api/v1/calls/{call}/decisions");
        let body = json!({"proposals": of(&lines), "decision": "not-selected", "reason": REASON});
        let office = office.with("idempotency-key", "sitting-1");
        let first = office.post(&path, body.clone()).await.expect(200).body;
        let again = office.post(&path, body).await.expect(200).body;
        assert_eq!((codes(&first), codes(&again)), (vec!["", ""], vec!["", ""]));
        assert_eq!(first["rows"][0]["version"], again["rows"][0]["version"]);
    }

    async fn what_makes_no_sense_for_any_is_refused_as_a_whole(app: &TestApp) {
        let (call, lines) = deliberated(app, &[1, 2]).await;
        let office = app.office().await;
        let path = format!("/api/v1/calls/{call}/decisions");
        let with = |change: &dyn Fn(&mut Value)| {
            let mut body = json!({"proposals": of(&lines), "decision": "selected", "reason": REASON, "cost": 42_000});
            change(&mut body);
            body
        };
        for (body, code) in [
            (with(&|b| b["proposals"] = json!([])), "decisions-at-once"),
            (with(&|b| b["proposals"] = json!(vec![of(&lines)[0].clone(); 201])), "decisions-at-once"),
            (with(&|b| b["reason"] = json!("理由太短")), "decision-too-short"),
            (with(&|b| b["reason"] = json!(format!("{REASON}｛单价｝"))), "blank-unknown"),
            (with(&|b| b["verdict"] = json!("not-feasible")), "selected-not-feasible"),
            (with(&|b| b["cost"] = json!(null)), "cost-missing"),
            (with(&|b| b["cost"] = json!(50_001)), "over-ceiling"),
        ] {
            let refused = office.post(&path, body).await.expect(409);
            assert_eq!(refused.code(), code);
        }
        let unknown = office.post(&path, with(&|b| b["reason"] = json!(format!("{REASON}｛单价｝")))).await.body;
        assert!(unknown["detail"].as_str().is_some_and(|said| said.contains("“单价”")), "{unknown}");
        assert!(unknown["way_out"].as_str().is_some_and(|said| said.contains("{项目名称}")), "{unknown}");
        // The call has no question for the amount.
        assert_eq!(office.post(&path, with(&|b| b["cost_as_asked"] = json!(true))).await.status, 422);
        // What is not selected has no cost that could be named, and what is not in the call is not found.
        let mut rows = of(&lines);
        rows.push(json!({"proposal_id": call, "version": 1}));
        let none = json!({"proposals": rows, "decision": "not-selected", "reason": OWN});
        assert_eq!(codes(&office.post(&path, none).await.expect(200).body), ["blank-empty", "blank-empty", "not-found"]);
        assert_eq!(app.team(1).await.post(&path, with(&|_| {})).await.status, 403);
    }

    async fn each_may_be_approved_what_it_asks_for(app: &TestApp) {
        let (office, second) = (app.office().await, app.second_office().await);
        let mut input = call_input(app);
        let amount = json!({"key": "amount", "type": "integer", "title": "申请经费", "required": true, "unit": "元"});
        input["form"].as_array_mut().expect("a form").push(amount);
        let call = office.post("/api/v1/calls", input).await.expect(201).id();
        office.put(&format!("/api/v1/calls/{call}/settings"), json!({"cost_question": "amount"})).await.expect(200);
        office.post(&format!("/api/v1/calls/{call}/submit"), json!({})).await.expect(200);
        second.post(&format!("/api/v1/calls/{call}/approve"), json!({})).await.expect(200);
        app.advance(7 * DAY + HOUR).await;
        let mut proposals = Vec::new();
        for (n, amount) in [(1, 20_000), (2, 30_000)] {
            let team = app.team(n).await;
            let mut content = content(&format!("四点半学校{n}"));
            content["answers"]["amount"] = json!(amount);
            let new = json!({"call_id": call, "organization_id": team.organization, "content": content});
            let id = team.post("/api/v1/proposals", new).await.expect(201).id();
            submit(&team, id).await.expect(200);
            proposals.push(id);
        }
        app.advance(20 * DAY).await;
        for id in &proposals {
            office.post(&format!("/api/v1/proposals/{id}/admit"), json!({})).await.expect(200);
        }
        office.post(&format!("/api/v1/calls/{call}/start-review"), json!({})).await.expect(200);
        all_scored(app, &proposals).await;
        office.post(&format!("/api/v1/calls/{call}/end-review"), json!({})).await.expect(200);
        office.put(&format!("/api/v1/calls/{call}/review-settings"), json!({"budget": 40_000})).await.expect(200);
        let lines = ranking(app, call).await;
        let body = json!({"proposals": of(&lines), "decision": "selected", "reason": OWN, "cost_as_asked": true});
        let done = office.post(&format!("/api/v1/calls/{call}/decisions"), body).await.expect(200).body;
        assert_eq!(codes(&done), ["", "over-budget"]);
        assert_eq!(ranking(app, call).await[0]["cost"], 20_000);
    }

    async fn looking_takes_as_many_queries_for_three_as_for_one(app: &TestApp) {
        let (call, lines) = deliberated(app, &[1, 2, 3]).await;
        let (office, desk) = (app.office().await, app.office().await.pages().await);
        let mut costs = Vec::new();
        for n in [1, 3] {
            let body = json!({"proposals": of(&lines[..n]), "decision": "selected", "reason": OWN, "cost": 20_000});
            let check = async || drop(office.post(&format!("/api/v1/calls/{call}/decisions/check"), body.clone()).await.expect(200));
            let form = async || drop(desk.get(&format!("/office/calls/{call}/decisions?which=first&n={n}")).await.expect(200));
            let list = async || drop(desk.get(&format!("/office/calls/{call}/deliberation?limit={n}")).await.expect(200));
            costs.push((queries(app, check).await, queries(app, form).await, queries(app, list).await));
        }
        assert_eq!(costs[0], costs[1]);
    }

    async fn the_pages_show_each_before_and_after(app: &TestApp) {
        let (call, lines) = deliberated(app, &[1, 2, 3]).await;
        let desk = app.office().await.pages().await;
        let (deliberation, decisions) = (format!("/office/calls/{call}/deliberation"), format!("/office/calls/{call}/decisions"));
        let shown = page(&desk, &deliberation).await;
        let first = lines[0]["proposal_id"].as_str().expect("an id");
        assert!(shown.contains(&format!("form=\"choose\" name=\"proposal\" value=\"{first}\"")), "{shown}");
        assert!(shown.contains("选择“四点半学校1”") && shown.contains("尚未定案的 3 件"), "{shown}");
        assert_eq!(desk.get(&decisions).await.status, 409, "nothing was chosen");
        assert_eq!(desk.get(&format!("{decisions}?which=first&n=201")).await.status, 409);
        assert_eq!(hidden(&page(&desk, &format!("{decisions}?which=marked&proposal={first}")).await, "_row").len(), 1);
        assert_eq!(hidden(&page(&desk, &format!("{decisions}?which=page&limit=2")).await, "_row").len(), 2);
        assert_eq!(hidden(&page(&desk, &format!("{decisions}?which=undecided")).await, "_row").len(), 3);
        let form = page(&desk, &format!("{decisions}?which=first&n=3")).await;
        assert!(form.contains("{项目名称}") && form.contains("已选 3 件"), "{form}");
        let rows = hidden(&form, "_row");
        let mut fields: Vec<(&str, &str)> = rows.iter().map(|row| ("_row", row.as_str())).collect();
        fields.extend([("decision", "selected"), ("reason", "短"), ("cost", "42000"), ("_intent", "check")]);
        let back = desk.post(&decisions, &fields).await.expect(422);
        assert!(back.body.as_str().is_some_and(|text| text.contains("理由至少 50 个字") && hidden(text, "_row").len() == 3));
        fields.retain(|(name, _)| *name != "reason");
        fields.push(("reason", OWN));
        // One of the three cannot be decided: the check says so, and does not send it on.
        app.office().await.put(&format!("/api/v1/calls/{call}/review-settings"), json!({"budget": 84_000})).await.expect(200);
        let checked = desk.post(&decisions, &fields).await.expect(200);
        let checked = checked.body.as_str().expect("a page").to_string();
        assert!(checked.contains("可以决定 2 件，不能决定 1 件") && checked.contains("超过总额 84,000 元"), "{checked}");
        assert!(checked.contains("“四点半学校2”需求真实") && checked.contains("确认决定这 2 件"), "{checked}");
        let (ready, left, key) = (hidden(&checked, "_row"), hidden(&checked, "_left"), hidden(&checked, "_key"));
        assert_eq!((ready.len(), left.len(), key.len()), (2, 1, 1));
        let mut again = vec![("_left", left[0].as_str()), ("_intent", "change"), ("decision", "selected"), ("reason", OWN)];
        again.extend(ready.iter().map(|row| ("_row", row.as_str())));
        let form = desk.post(&decisions, &again).await.expect(200);
        assert!(form.body.as_str().is_some_and(|text| hidden(text, "_row").len() == 3 && text.contains("会商认为")));
        // Meanwhile another clerk decides about the second.
        decide(app, lines[1]["proposal_id"].as_str().expect("an id").parse().expect("an id"), false).await.expect(200);
        let mut confirm: Vec<(&str, &str)> = ready.iter().map(|row| ("_row", row.as_str())).collect();
        confirm.extend([("_key", key[0].as_str()), ("_intent", "decide"), ("decision", "selected"), ("reason", OWN), ("cost", "42000")]);
        for _ in 0..2 {
            let done = desk.post(&decisions, &confirm).await.expect(200);
            let done = done.body.as_str().expect("a page");
            assert!(done.contains("已决定 1 件，未决定 1 件") && done.contains("内容刚刚被他人更新"), "{done}");
            assert!(done.contains("核定经费合计 42,000 元"), "{done}");
        }
        let shown = page(&desk, &deliberation).await;
        assert!(shown.contains("尚未定案的 1 件") && shown.contains("“四点半学校1”需求真实"), "{shown}");
        // A supervisor reads the page and chooses nothing.
        let watched = page(&app.supervisor().await.pages().await, &deliberation).await;
        assert!(!watched.contains("id=\"choose\"") && !watched.contains("form=\"choose\""), "{watched}");
    }
}
