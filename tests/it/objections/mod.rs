//! Objections and complaints: who files them stays hidden, one item waits and the others go on.

mod files;
mod guards;
mod hidden;
mod in_browser;
mod journey;
mod pages;

pub use crate::calls::world::*;
use serde_json::{Value, json};
use twoway_ids::Uuid;
pub use twoway_tests::{Actor, Answer, TestApp};

/// Somebody whose name and number nothing else on the site has.
pub const NAME: &str = "欧阳见证";
pub const CONTACT: &str = "13712345678";

pub async fn author(app: &TestApp) -> Actor {
    app.person("witness", NAME, None).await
}

pub fn objection(target: &str, item: Uuid) -> Value {
    let ground = if target == "project" { "money" } else { "facts" };
    json!({"target": target, "item": item, "ground": ground, "statement": "申报材料所列场地并不存在，附近居民可以作证。",
        "wish": "请重新核实。", "name": "", "contact": CONTACT})
}

pub async fn file(who: &Actor, target: &str, item: Uuid) -> Answer {
    who.post("/api/v1/objections", objection(target, item)).await
}

pub fn at(id: Uuid, verb: &str) -> String {
    format!("/api/v1/objections/{id}/{verb}")
}

pub async fn press(who: &Actor, id: Uuid, verb: &str) -> Answer {
    who.post(&at(id, verb), json!({})).await
}

pub async fn assign(app: &TestApp, id: Uuid, handler: &Actor) -> Answer {
    app.office().await.post(&at(id, "assign"), json!({"handler": handler.account})).await
}

/// Taken up and in the hands of the second clerk, who looks into it.
pub async fn in_hand(app: &TestApp, target: &str, item: Uuid) -> Uuid {
    let id = file(&author(app).await, target, item).await.expect(201).id();
    press(&app.office().await, id, "admit").await.expect(200);
    let handler = app.second_office().await;
    assign(app, id, &handler).await.expect(200);
    press(&handler, id, "begin").await.expect(200);
    id
}

pub async fn answer(who: &Actor, id: Uuid, verb: &str, result: &str) -> Answer {
    let why = if result == "upheld" { "场地情况与材料不符，需要重新审议。" } else { "" };
    let body = json!({"result": result, "answer": "经实地核查，情况如下：场地由社区提供，已核对协议。", "why": why});
    who.post(&at(id, verb), body).await
}

pub async fn state(who: &Actor, path: &str) -> String {
    who.get(path).await.expect(200).body["state"].as_str().expect("a state").to_string()
}

pub async fn objection_state(who: &Actor, id: Uuid) -> String {
    state(who, &format!("/api/v1/objections/{id}")).await
}

pub async fn item_state(app: &TestApp, proposal: Uuid) -> String {
    state(&app.office().await, &format!("/api/v1/proposals/{proposal}")).await
}

pub async fn call_state(app: &TestApp, call: Uuid) -> String {
    state(&app.office().await, &format!("/api/v1/calls/{call}")).await
}
