//! What the tests of this stretch have in common: a call, its proposals, its reviewers, each at the station that a test needs.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use twoway_ids::{DAY, HOUR, Uuid};
use twoway_tests::{Actor, Answer, TestApp};

/// 65 characters.
pub const REASON: &str = "需求调查充分，服务对象明确，场地与人员已经落实，预算合理，安全预案完整，与社区现有服务互补，建议立项并在执行中加强接送登记和家长沟通。";

/// A complete call that opens in seven days for twenty.
pub fn call_input(app: &TestApp) -> Value {
    json!({
        "title": "2027年度志愿服务项目征集",
        "summary": "面向全市团队和市民征集志愿服务项目。",
        "guide": "凡在本市登记的志愿服务队伍均可申报。每个申报人限报一项。",
        "form": [
            {"key": "people", "type": "integer", "title": "服务人数", "required": true, "min": 1, "unit": "people"},
            {"key": "plan", "type": "text", "title": "实施方案", "required": true, "class": "P1"},
            {"key": "phone", "type": "phone", "title": "联系电话", "required": true, "class": "P2", "purpose": "联系"},
            {"key": "code", "type": "credit-code", "title": "合作单位信用代码", "class": "P1"}
        ],
        "rubric": [
            {"key": "need", "title": "需求", "weight": 40},
            {"key": "plan", "title": "方案", "weight": 35},
            {"key": "cost", "title": "预算", "weight": 25}
        ],
        "ceiling": 50_000,
        "risk_notice": "活动中可能发生意外，须为志愿者投保。",
        "privacy_notice": "联系电话仅用于评审期间联系。",
        "contact": "0851-12345678",
        "opens_at": app.now() + 7 * DAY,
        "closes_at": app.now() + 27 * DAY
    })
}

pub fn content(title: &str) -> Value {
    json!({
        "title": title,
        "summary": "放学后到家长下班前，由志愿者看护。",
        "answers": {"people": 30, "plan": "每周一至周五开放，两名以上志愿者在场。", "phone": "13900001111"}
    })
}

pub async fn version(actor: &Actor, path: &str) -> i64 {
    actor.get(path).await.expect(200).body["version"].as_i64().expect("a version")
}

/// Drafted by one clerk, approved by the other.
pub async fn previewed_call(app: &TestApp) -> Uuid {
    call_with(app, |_| {}).await
}

pub async fn call_with(app: &TestApp, change: impl FnOnce(&mut Value)) -> Uuid {
    previewed_as(app, change, json!({})).await
}

async fn previewed_as(app: &TestApp, change: impl FnOnce(&mut Value), settings: Value) -> Uuid {
    let (office, second) = (app.office().await, app.second_office().await);
    let mut input = call_input(app);
    change(&mut input);
    let id = office.post("/api/v1/calls", input).await.expect(201).id();
    if settings != json!({}) {
        office.put(&format!("/api/v1/calls/{id}/settings"), settings).await.expect(200);
    }
    office.post(&format!("/api/v1/calls/{id}/submit"), json!({})).await.expect(200);
    second.post(&format!("/api/v1/calls/{id}/approve"), json!({})).await.expect(200);
    id
}

pub async fn open_call(app: &TestApp) -> Uuid {
    let id = previewed_call(app).await;
    app.advance(7 * DAY + HOUR).await;
    id
}

/// A complete draft in the name of the actor's team.
pub async fn draft(actor: &Actor, call: Uuid, title: &str) -> Uuid {
    let new = json!({"call_id": call, "organization_id": actor.organization, "content": content(title)});
    actor.post("/api/v1/proposals", new).await.expect(201).id()
}

pub async fn submitted(actor: &Actor, call: Uuid, title: &str) -> Uuid {
    let id = draft(actor, call, title).await;
    submit(actor, id).await.expect(200);
    id
}

/// Hands in, having looked at what is similar.
pub async fn submit(actor: &Actor, id: Uuid) -> Answer {
    let similar = actor.get(&format!("/api/v1/proposals/{id}/similar")).await;
    let seen: Vec<Value> = similar.body.as_array().into_iter().flatten().map(|one| one["id"].clone()).collect();
    actor.post(&format!("/api/v1/proposals/{id}/submit"), json!({"consent": true, "similar_seen": seen})).await
}

/// A call in review with one eligible proposal for each of these teams.
pub async fn call_in_review(app: &TestApp, teams: &[usize]) -> (Uuid, Vec<Uuid>) {
    call_in_review_as(app, teams, json!({})).await
}

/// The same for a call that runs by these settings.
pub async fn call_in_review_as(app: &TestApp, teams: &[usize], settings: Value) -> (Uuid, Vec<Uuid>) {
    let call = previewed_as(app, |_| {}, settings).await;
    app.advance(7 * DAY + HOUR).await;
    let mut proposals = Vec::new();
    for n in teams {
        proposals.push(submitted(&app.team(*n).await, call, &format!("四点半学校{n}")).await);
    }
    app.advance(20 * DAY).await;
    let office = app.office().await;
    for id in &proposals {
        office.post(&format!("/api/v1/proposals/{id}/admit"), json!({})).await.expect(200);
    }
    office.post(&format!("/api/v1/calls/{call}/start-review"), json!({})).await.expect(200);
    (call, proposals)
}

pub async fn assign(app: &TestApp, proposal: Uuid, reviewer: &Actor) -> Answer {
    let path = format!("/api/v1/proposals/{proposal}/reviews");
    app.office().await.post(&path, json!({"reviewer_id": reviewer.account})).await
}

pub async fn declare(reviewer: &Actor, review: Uuid) -> Answer {
    reviewer.post(&format!("/api/v1/reviews/{review}/declare"), json!({"no_interest": true})).await
}

pub async fn score(reviewer: &Actor, review: Uuid, points: [i64; 3]) -> Answer {
    let [need, plan, cost] = points;
    let sheet = json!({"scores": {
        "need": {"score": need, "comment": "有调查数据"}, "plan": {"score": plan}, "cost": {"score": cost}
    }, "comment": "建议立项"});
    reviewer.put(&format!("/api/v1/reviews/{review}/scores"), sheet).await
}

/// Three reviewers assigned, declared and scored for each proposal.
pub async fn all_scored(app: &TestApp, proposals: &[Uuid]) {
    for (n, id) in proposals.iter().enumerate() {
        for r in 1..=3 {
            let reviewer = app.reviewer(r).await;
            let review = assign(app, *id, &reviewer).await.expect(201).id();
            declare(&reviewer, review).await.expect(200);
            let points = 90 - 10 * n as i64 - r as i64;
            score(&reviewer, review, [points; 3]).await.expect(200);
        }
    }
}

pub async fn decide(app: &TestApp, proposal: Uuid, selected: bool) -> Answer {
    let decision = if selected { "selected" } else { "not-selected" };
    let body = json!({"decision": decision, "reason": REASON, "cost": selected.then_some(42_000)});
    app.office().await.put(&format!("/api/v1/proposals/{proposal}/decision"), body).await
}

/// A supervisor was present at the deliberation.
pub async fn supervise(app: &TestApp, call: Uuid) -> Answer {
    let note = json!({"note": "会商在市文明办会议室进行，程序合规。"});
    app.supervisor().await.post(&format!("/api/v1/calls/{call}/supervise"), note).await
}

/// A call in public notice: the first proposal is selected, the others are not.
pub async fn call_in_notice(app: &TestApp, teams: &[usize]) -> (Uuid, Vec<Uuid>) {
    let (call, proposals) = call_in_review(app, teams).await;
    all_scored(app, &proposals).await;
    let office = app.office().await;
    office.post(&format!("/api/v1/calls/{call}/end-review"), json!({})).await.expect(200);
    for (n, id) in proposals.iter().enumerate() {
        decide(app, *id, n == 0).await.expect(200);
    }
    supervise(app, call).await.expect(200);
    office.post(&format!("/api/v1/calls/{call}/release"), json!({})).await.expect(200);
    (call, proposals)
}

/// The smallest picture that is one.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

pub async fn attach(actor: &Actor, proposal: Uuid, name: &str, bytes: &[u8], sha256: Option<&str>) -> Answer {
    let mut form = Form::new().part("file", Part::bytes(bytes.to_vec()).file_name(name.to_string()));
    if let Some(sha256) = sha256 {
        form = form.text("sha256", sha256.to_string());
    }
    let request = actor.request(Method::POST, &format!("/api/v1/proposals/{proposal}/attachments")).await;
    let response = request.multipart(form).send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, body: response.json().await.unwrap_or_default() }
}

/// Announced, and running in this way.
pub async fn call_with_settings(app: &TestApp, settings: Value) -> Uuid {
    let (office, second) = (app.office().await, app.second_office().await);
    let id = office.post("/api/v1/calls", call_input(app)).await.expect(201).id();
    office.put(&format!("/api/v1/calls/{id}/settings"), settings).await.expect(200);
    office.post(&format!("/api/v1/calls/{id}/submit"), json!({})).await.expect(200);
    second.post(&format!("/api/v1/calls/{id}/approve"), json!({})).await.expect(200);
    id
}
