//! The most that a proposal may ask for.

use super::world::*;
use serde_json::{Value, json};
use twoway_ids::{DAY, HOUR, Uuid};
use twoway_tests::{Actor, TestApp, on_both_databases};

fn with_cost(app: &TestApp) -> Value {
    let mut input = call_input(app);
    let cost = json!({"key": "cost", "type": "integer", "title": "申请金额", "required": true, "min": 1, "unit": "元"});
    input["form"].as_array_mut().expect("questions").push(cost);
    input
}

/// Announced, with the question for the amount marked.
async fn call(app: &TestApp) -> Uuid {
    let (office, second) = (app.office().await, app.second_office().await);
    let id = office.post("/api/v1/calls", with_cost(app)).await.expect(201).id();
    office.put(&format!("/api/v1/calls/{id}/settings"), json!({"cost_question": "cost"})).await.expect(200);
    office.post(&format!("/api/v1/calls/{id}/submit"), json!({})).await.expect(200);
    second.post(&format!("/api/v1/calls/{id}/approve"), json!({})).await.expect(200);
    id
}

async fn asking(actor: &Actor, call: Uuid, cost: i64) -> Uuid {
    let mut content = content("四点半学校");
    content["answers"]["cost"] = json!(cost);
    let new = json!({"call_id": call, "organization_id": actor.organization, "content": content});
    actor.post("/api/v1/proposals", new).await.expect(201).id()
}

on_both_databases! {
    async fn who_asks_for_more_than_the_call_gives_is_told_where(app: &TestApp) {
        let call = call(app).await;
        app.advance(7 * DAY + HOUR).await;
        let team = app.team(1).await;
        let id = asking(&team, call, 50_001).await;
        let refused = submit(&team, id).await.expect(422);
        let said = refused.body.to_string();
        assert!(said.contains("answers.cost") && said.contains("too-large"), "{said}");
        // The page says it too, and stays where it was.
        let page = team.pages().await;
        let sent = page.post(&format!("/proposals/{id}/submit"), &[("consent", "true")]).await;
        assert_eq!(sent.status, 422);
        assert!(sent.body.as_str().is_some_and(|html| html.contains("申请金额")), "{}", sent.body);
        let mut right = content("四点半学校");
        right["answers"]["cost"] = json!(50_000);
        team.put(&format!("/api/v1/proposals/{id}"), right).await.expect(200);
        submit(&team, id).await.expect(200);
        let public = app.anon().pages().await.get(&format!("/calls/{call}")).await.expect(200).body;
        assert!(public.as_str().is_some_and(|html| html.contains("按“申请金额”的回答核对")), "{public}");
        assert_eq!(app.anon().get(&format!("/api/v1/calls/{call}/settings")).await.body["cost_question"], "cost");
    }

    async fn without_the_mark_or_a_ceiling_nothing_is_compared(app: &TestApp) {
        let (office, second) = (app.office().await, app.second_office().await);
        let mut ids = Vec::new();
        for marked in [false, true] {
            let mut input = with_cost(app);
            if marked {
                input["ceiling"] = Value::Null;
            }
            let id = office.post("/api/v1/calls", input).await.expect(201).id();
            let settings = if marked { json!({"cost_question": "cost"}) } else { json!({}) };
            office.put(&format!("/api/v1/calls/{id}/settings"), settings).await.expect(200);
            office.post(&format!("/api/v1/calls/{id}/submit"), json!({})).await.expect(200);
            second.post(&format!("/api/v1/calls/{id}/approve"), json!({})).await.expect(200);
            ids.push(id);
        }
        app.advance(7 * DAY + HOUR).await;
        let team = app.team(1).await;
        for call in ids {
            let id = asking(&team, call, 900_000).await;
            submit(&team, id).await.expect(200);
        }
    }

    async fn only_a_required_number_in_yuan_is_marked(app: &TestApp) {
        let office = app.office().await;
        let id = office.post("/api/v1/calls", with_cost(app)).await.expect(201).id();
        let settings = format!("/api/v1/calls/{id}/settings");
        for wrong in ["people", "plan", "nothing", ""] {
            office.put(&settings, json!({"cost_question": wrong})).await.expect(422);
        }
        office.put(&settings, json!({"cost_question": "cost"})).await.expect(200);
        let desk = office.pages().await;
        let page = format!("/office/calls/{id}/settings");
        let html = desk.get(&page).await.expect(200).body.as_str().unwrap_or_default().to_string();
        assert!(html.contains("申请金额") && html.contains("cost_question"), "{html}");
        assert_eq!(desk.post(&page, &[("kind", "annual"), ("cost_question", "people")]).await.status, 422);
        assert_eq!(desk.post(&page, &[("kind", "annual"), ("cost_question", "cost")]).await.status, 303);
        // The form lost the question: the call is not handed to the second person like that.
        office.put(&format!("/api/v1/calls/{id}"), call_input(app)).await.expect(200);
        let refused = office.post(&format!("/api/v1/calls/{id}/submit"), json!({})).await;
        assert_eq!(refused.expect(409).code(), "cost-question-gone");
        assert_eq!(desk.post(&format!("/office/calls/{id}/submit"), &[]).await.status, 422);
        office.put(&settings, json!({})).await.expect(200);
        office.post(&format!("/api/v1/calls/{id}/submit"), json!({})).await.expect(200);
        let frozen = office.put(&settings, json!({})).await;
        assert_eq!(frozen.expect(409).code(), "call-frozen");
    }
}
