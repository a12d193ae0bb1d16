//! Needs and adoptions: from the list of needs to the last delivery.

mod bars;
mod conditions;
mod diligence;
mod drafting;
mod first_delivery;
mod fulfilment;
mod fulfilment_pages;
mod guards;
mod journey;
mod notice;
pub mod objected;
mod pages;
mod partners;
mod queue;
mod rivals;
mod scans;
mod signing;

use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use serde_json::{Value, json};
use twoway::adoptions::actions;
use twoway_entity::agreements::public_notice;
use twoway_entity::proposals::{Decision, ProposalState, proposal};
use twoway_ids::Uuid;
use twoway_tests::{Actor, Answer, TestApp};

/// A proposal of the actor's team as the review leaves it, in this state.
pub async fn proposal_in(app: &TestApp, team: &Actor, state: ProposalState, title: &str) -> Uuid {
    let root = app.root().await;
    let who = team.who().await;
    let id = twoway_ids::new_id(app.now());
    let row = proposal::ActiveModel {
        tenant_id: Set(app.app.tenant),
        id: Set(id),
        call_id: Set(Uuid::nil()),
        path: Set(format!("/{}/", root.simple())),
        owner_id: Set(who.account().expect("a person")),
        organization_id: Set(team.organization),
        title: Set(title.to_string()),
        summary: Set("放学后有人接、有书读。".into()),
        answers: Set(json!({})),
        receipt: Set(None),
        receipt_hash: Set(None),
        submitted_at: Set(Some(app.now())),
        consented_at: Set(Some(app.now())),
        defects: Set(None),
        fix_due_at: Set(None),
        returned: Set(false),
        ineligible_rule: Set(None),
        ineligible_reason: Set(None),
        screened_by: Set(None),
        decision: Set(Some(Decision::Selected)),
        decision_reason: Set(None),
        cost: Set(None),
        decided_by: Set(None),
        score: Set(None),
        pool_until: Set(None),
        state: Set(state),
        version: Set(1),
        created_at: Set(app.now()),
        updated_at: Set(app.now()),
        entered_by: Set(None),
    };
    app.step(move |step| async move {
        step.wrote_rows(&[row.insert(step.tx()).await?]);
        Ok(())
    })
    .await;
    id
}

/// Moves a proposal on as the call's steps do.
pub(super) async fn move_to(app: &TestApp, id: Uuid, state: ProposalState) {
    let tenant = app.app.tenant;
    app.step(move |step| async move {
        let row =
            proposal::ActiveModel { tenant_id: Set(tenant), id: Set(id), state: Set(state), ..Default::default() };
        step.wrote_rows(&[row.update(step.tx()).await?]);
        Ok(())
    })
    .await;
}

/// A line of goods that several may share.
pub fn books() -> Value {
    json!({"kind": "goods", "title": "儿童绘本", "unit": "册", "minimum": 100, "optimum": 300, "divisible": true,
        "required": true, "due_on": "2027-03-01"})
}

/// A venue that is taken whole.
pub(super) fn room() -> Value {
    json!({"kind": "venue", "title": "周二活动室", "unit": "间", "minimum": 1, "optimum": 1, "divisible": false,
        "required": true, "due_on": "2027-02-01"})
}

/// Money to a named recipient.
pub(super) fn money(recipient: Uuid) -> Value {
    json!({"kind": "money", "title": "教具采购", "minimum": 2_000, "optimum": 5_000, "divisible": true, "required": false,
        "due_on": "2027-02-15", "recipient": recipient})
}

/// A pooled proposal with these lines.
pub(super) async fn pooled(app: &TestApp, team: &Actor, title: &str, lines: &[Value]) -> (Uuid, Vec<Uuid>) {
    let id = proposal_in(app, team, ProposalState::Eligible, title).await;
    let mut ids = Vec::new();
    for line in lines {
        ids.push(team.post(&format!("/api/v1/proposals/{id}/needs"), line.clone()).await.expect(201).id());
    }
    move_to(app, id, ProposalState::Pooled).await;
    (id, ids)
}

pub(super) fn interest(sponsor: &Actor, proposal: Uuid, wishes: &[(Uuid, i64)]) -> Value {
    let lines: Vec<Value> = wishes.iter().map(|(line, quantity)| json!({"line": line, "quantity": quantity})).collect();
    json!({"proposal": proposal, "organization": sponsor.organization, "message": "愿意长期参与", "related_party": false,
        "clean_promotion": true, "trade": "retail", "state_owned": false, "own_products": false, "lines": lines})
}

pub(super) fn wishes(wishes: &[(Uuid, i64)]) -> Value {
    let lines: Vec<Value> = wishes.iter().map(|(line, quantity)| json!({"line": line, "quantity": quantity})).collect();
    json!({ "lines": lines })
}

pub(super) const CHECKED: &str = "企业信用信息公示系统查询无异常，与受益人无利害关系。";

/// What the office looks up for any line, all of it clear.
pub(crate) fn findings() -> Value {
    let found = |topic: &str| json!({"topic": topic, "outcome": "clear", "source": "国家企业信用信息公示系统", "checked_on": "2026-11-20"});
    let mut recipient = found("recipient");
    recipient["certificate"] = "慈募 2024-17".into();
    recipient["valid_until"] = "2029-12-31".into();
    json!([found("credit"), found("related"), found("trade"), found("goods"), recipient])
}

/// A conclusion with everything that it rests on.
pub(crate) fn checked() -> Value {
    json!({"note": CHECKED, "findings": findings()})
}

/// The newest code that the actor was sent.
pub(crate) async fn code(actor: &Actor) -> String {
    let told = actor.get("/api/v1/notices?limit=100").await.expect(200).body;
    let texts = told["items"].as_array().expect("a list").iter().filter_map(|n| n["text"].as_str());
    // What was used or replaced has no digits any more.
    let mut codes = texts
        .filter(|t| t.contains("验证码"))
        .filter_map(|t| t.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6));
    codes.next().expect("a code was sent").to_string()
}

/// Asks for a code and confirms with it.
pub(crate) async fn sign(actor: &Actor, id: Uuid, party: &str, hash: &str) -> Answer {
    let path = format!("/api/v1/adoptions/{id}/agreement");
    actor.post(&format!("{path}/code"), json!({"party": party})).await.expect(200);
    let given = json!({"party": party, "hash": hash, "warned": party == "sponsor", "code": code(actor).await});
    actor.post(&format!("{path}/confirm"), given).await
}

/// The public notice is over.
pub(crate) async fn notice_over(app: &TestApp) {
    app.advance(12 * twoway_ids::DAY).await;
}

/// The public notice of this adoption ends now, without a day gone by for anything else.
pub(super) async fn notice_passed(app: &TestApp, id: Uuid) {
    let now = app.now();
    app.step(move |step| async move {
        let row = public_notice::Entity::find_by_id((step.who().tenant, id)).one(step.tx()).await?.expect("a notice");
        public_notice::ActiveModel { ends_at: Set(now), ..row.into() }.update(step.tx()).await?;
        step.wrote(public_notice::Entity, id);
        Ok(())
    })
    .await;
    actions::end_notice(&app.app, &app.app.system("adoptions.notice-ends"), id).await.expect("it is over");
}

/// An adoption that holds these quantities.
pub(super) async fn held(app: &TestApp, sponsor: &Actor, proposal: Uuid, lines: &[(Uuid, i64)]) -> Uuid {
    let office = app.office().await;
    let id = sponsor.post("/api/v1/adoptions", interest(sponsor, proposal, lines)).await.expect(201).id();
    office.post(&format!("/api/v1/adoptions/{id}/check"), checked()).await.expect(200);
    sponsor.post(&format!("/api/v1/adoptions/{id}/hold"), wishes(lines)).await.expect(200);
    id
}

/// Terms that can be frozen.
pub(super) fn terms() -> Value {
    json!({"purpose": "用于四点半学校", "quality": "正版、无破损", "schedule": "三月一日前送到学校", "recipient": "志愿队1签收",
        "publicity": "named", "surplus": "转给同类项目"})
}

/// An adoption whose text is frozen; gives its hash too.
pub(super) async fn frozen(app: &TestApp, sponsor: &Actor, proposal: Uuid, lines: &[(Uuid, i64)]) -> (Uuid, String) {
    let office = app.office().await;
    let id = held(app, sponsor, proposal, lines).await;
    let path = format!("/api/v1/adoptions/{id}/agreement");
    office.post(&path, json!({})).await.expect(200);
    sponsor.put(&path, terms()).await.expect(200);
    office.post(&format!("{path}/freeze"), json!({})).await.expect(200);
    let hash = sponsor.get(&path).await.expect(200).body["hash"].as_str().expect("a hash").to_string();
    (id, hash)
}

/// An adoption that everybody has signed, and whose public notice is over.
pub(super) async fn active(
    app: &TestApp,
    sponsor: &Actor,
    team: &Actor,
    recipients: &[&Actor],
    proposal: Uuid,
    lines: &[(Uuid, i64)],
) -> Uuid {
    let (id, hash) = frozen(app, sponsor, proposal, lines).await;
    sign(sponsor, id, "sponsor", &hash).await.expect(200);
    for recipient in recipients {
        sign(recipient, id, "recipient", &hash).await.expect(200);
    }
    sign(team, id, "team", &hash).await.expect(200);
    sign(&app.office().await, id, "office", &hash).await.expect(200);
    notice_passed(app, id).await;
    id
}

/// `(held, active, delivered)` of a proposal's lines in their order.
pub(super) async fn coverage(app: &TestApp, proposal: Uuid) -> Vec<(i64, i64, i64)> {
    let lines = app.anon().get(&format!("/api/v1/proposals/{proposal}/needs")).await.expect(200);
    let number = |line: &Value, key: &str| line[key].as_i64().expect("a number");
    let lines = lines.body.as_array().expect("a list").clone();
    lines.iter().map(|l| (number(l, "held"), number(l, "active"), number(l, "delivered"))).collect()
}
