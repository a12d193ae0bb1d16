//! What the tests of this stretch have in common: a project at the station that a test needs.

pub use crate::calls::world::call_in_notice;
use crate::plugins::fixture;
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use twoway_entity::projects::{ProjectState, project};
use twoway_ids::{DAY, Uuid};
pub use twoway_tests::{Actor, Answer, TestApp};

pub async fn pooled(app: &TestApp) -> Uuid {
    let (_, proposals) = call_in_notice(app, &[1]).await;
    app.advance(10 * DAY).await;
    proposals[0]
}

pub async fn convert(app: &TestApp, proposal: Uuid) -> Answer {
    app.office().await.post(&format!("/api/v1/proposals/{proposal}/convert"), json!({})).await
}

/// Led by the leader of team 1.
pub async fn incubating(app: &TestApp) -> Uuid {
    let proposal = pooled(app).await;
    convert(app, proposal).await.expect(201).id()
}

pub fn path(project: Uuid, rest: &str) -> String {
    if rest.is_empty() { format!("/api/v1/projects/{project}") } else { format!("/api/v1/projects/{project}/{rest}") }
}

pub async fn post(actor: &Actor, project: Uuid, verb: &str) -> Answer {
    actor.post(&path(project, verb), json!({})).await
}

pub fn plan() -> Value {
    json!({
        "summary": "放学后到家长下班前，由志愿者看护。",
        "place": "红花岗区丁字口社区",
        "starts_on": "2027-01-04",
        "ends_on": "2027-01-22",
        "core_team": ["张三 组织", "李四 安全", "王五 家长联络"],
        "risks_foreseen": false,
        "risk_statement": "室内静态活动，接送有登记，没有可预见的人身风险。"
    })
}

/// Puts a package into the catalogue and answers its digest.
pub async fn uploaded(app: &TestApp, package: Vec<u8>) -> String {
    let request = app.admin().await.request(reqwest::Method::POST, "/api/v1/plugins").await;
    let response = request.header("content-type", "application/octet-stream").body(package).send().await;
    let response = response.expect("an answer");
    assert_eq!(response.status(), 201);
    let body: Value = response.json().await.expect("JSON");
    body["digest"].as_str().expect("a digest").to_string()
}

/// What the office sends when it grants everything that the fixture asks for.
pub fn activation(digest: &str) -> Value {
    json!({
        "digest": digest,
        "settings": {"limit": 3},
        "grant": {"abilities": ["secrets", "timers", "notify"], "classes": ["P2", "P4"]},
        "assessment": "只收姓名和接送人，加密保存，学期末删除；对儿童的影响小于不登记的风险。",
        "confirmed": true,
        "minors_data_confirmed": true
    })
}

/// With its whole plan and a plugin that has nothing against its start.
pub async fn prepared(app: &TestApp) -> Uuid {
    let id = incubating(app).await;
    app.team(1).await.put(&path(id, "plan"), plan()).await.expect(200);
    let digest = uploaded(app, fixture::lenient()).await;
    app.office().await.put(&path(id, "plugin"), activation(&digest)).await.expect(200);
    id
}

pub async fn running(app: &TestApp) -> Uuid {
    let id = prepared(app).await;
    post(&app.office().await, id, "ready").await.expect(200);
    post(&app.team(1).await, id, "start").await.expect(200);
    id
}

pub async fn close(app: &TestApp, project: Uuid) -> Answer {
    let report = json!({"final_report": "开放 15 天，照看 12 名儿童，没有事故，没有结余。"});
    app.team(1).await.post(&path(project, "close"), report).await
}

/// A closed project and its evaluation.
pub async fn closed(app: &TestApp) -> (Uuid, Uuid) {
    let project = running(app).await;
    app.advance(18 * DAY).await;
    close(app, project).await.expect(200);
    app.settle().await;
    let list = app.team(1).await.get("/api/v1/evaluations").await.expect(200);
    let id = list.body["items"][0]["id"].as_str().and_then(|id| Uuid::parse_str(id).ok());
    (project, id.expect("an evaluation was planned"))
}

pub async fn invite(app: &TestApp, evaluation: Uuid, evaluator: &Actor) -> Answer {
    let body = json!({"evaluator": evaluator.account});
    app.office().await.put(&format!("/api/v1/evaluations/{evaluation}/evaluator"), body).await
}

pub async fn self_evaluate(app: &TestApp, evaluation: Uuid) -> Answer {
    let body = json!({
        "statement": "按计划完成，家长满意。",
        "answers": {"host-days": "按计划", "on-time": "两次因天气晚到"}
    });
    app.team(1).await.post(&format!("/api/v1/evaluations/{evaluation}/self-evaluation"), body).await
}

pub async fn score(evaluator: &Actor, evaluation: Uuid) -> Answer {
    let graded = |grade: &str| json!({"grade": grade, "reason": "核对了全部记录"});
    let body = json!({
        "grades": {"host-days": graded("A"), "on-time": graded("B")},
        "grade": "B",
        "conclusion": "达到预期，准时率略低于目标。"
    });
    evaluator.post(&format!("/api/v1/evaluations/{evaluation}/score"), body).await
}

/// The grades are in public notice.
pub async fn announce(clerk: &Actor, evaluation: Uuid) -> Answer {
    clerk.post(&format!("/api/v1/evaluations/{evaluation}/announce"), json!({})).await
}

/// Announced, and its notice is over.
pub async fn announced(app: &TestApp, clerk: &Actor, evaluation: Uuid) {
    announce(clerk, evaluation).await.expect(200);
    app.advance(12 * DAY).await;
}

/// A row as a list shows it, put there directly: what counts is how many there are.
pub async fn listed(app: &TestApp, n: usize, state: ProjectState) -> Uuid {
    let team = app.team(1).await;
    let root = app.root().await;
    let id = twoway_ids::new_id(app.now());
    let row = project::ActiveModel {
        tenant_id: Set(app.app.tenant),
        id: Set(id),
        proposal_id: Set(twoway_ids::new_id(app.now())),
        call_id: Set(twoway_ids::new_id(app.now())),
        organization_id: Set(root),
        path: Set(format!("/{}/", root.simple())),
        team_id: Set(team.organization),
        lead_id: Set(team.account),
        title: Set(format!("项目{n}")),
        plan: Set(plan()),
        reason: Set(None),
        final_report: Set(None),
        assessment: Set(None),
        started_at: Set(Some(app.now())),
        closed_at: Set(None),
        ended_at: Set(None),
        state: Set(state),
        version: Set(1),
        created_at: Set(app.now()),
    };
    app.step(move |step| async move {
        step.wrote_rows(&[row.insert(step.tx()).await?]);
        Ok(())
    })
    .await;
    id
}
