//! A call of 5,000 proposals, 200 reviewers and 20,000 score sheets: what its lists cost beside the bound for a page, and how long the
//! runs over all of it take.

use crate::load::load;
use crate::measure::Effort;
use crate::table::{Figure, Goal, Table};
use anyhow::Context;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;
use tokio::runtime::Runtime;
use twoway::Tx;
use twoway_entity::proposals::{Decision, ProposalState, proposal};
use twoway_entity::reviews::{ReviewState, review};
use twoway_ids::{DAY, HOUR, Uuid};
use twoway_tests::{Actor, Backend, TestApp};

const PROPOSALS: usize = 5_000;
const REVIEWERS: usize = 200;
const SHEETS: usize = 4;
/// How often each list is asked for.
const TIMES: u32 = 200;
/// Milliseconds that 95 of 100 pages stay within.
pub const PAGE: f64 = 50.0;
/// Seconds that an office waits for a run over a whole call.
const RUN: f64 = 10.0;
const REASON: &str = "需求调查充分，服务对象明确，场地与人员已经落实，预算合理，安全预案完整，与社区现有服务互补，建议立项并在执行中加强沟通。";

pub fn measure(table: &mut Table, runtime: &Runtime, effort: Effort) -> anyhow::Result<()> {
    let many = if effort.quick { 50 } else { PROPOSALS };
    let app = runtime.block_on(TestApp::new(Backend::Sqlite));
    let call = runtime.block_on(gathered(&app, many, if effort.quick { 8 } else { REVIEWERS }))?;
    table.heading(format!("A call of {many} proposals with {} score sheets", many * SHEETS));
    let office = runtime.block_on(app.office());
    let signed_in = |actor: &Actor| -> String {
        let browser = runtime.block_on(actor.pages());
        let cookies: Vec<&str> = browser.sign_in_cookies().iter().filter_map(|set| set.split(';').next()).collect();
        cookies.join("; ")
    };
    let (desk, reviewer) = (signed_in(&office), signed_in(&runtime.block_on(app.reviewer(1))));
    let server: SocketAddr = app.base.strip_prefix("http://").context("the host has no address")?.parse()?;
    let times = effort.times(TIMES);
    let list_of = |table: &mut Table, cookies: &str, template: &str, id: &str| -> anyhow::Result<()> {
        let path = template.replace("{id}", id);
        let request: Arc<[u8]> =
            format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: text/html\r\ncookie: {cookies}\r\n\r\n")
                .into_bytes()
                .into();
        let mut took = load(server, vec![vec![request; times as usize]])?.latencies;
        took.sort_by(f64::total_cmp);
        let slow = took[took.len() * 95 / 100] / 1_000.0;
        table.judged(
            format!("{template}: 95 of 100 within"),
            None,
            &Figure { value: slow, decimals: 1, unit: " ms" },
            Goal::AtMost(PAGE),
        );
        Ok(())
    };
    let list = |table: &mut Table, template: &str, id: &str| list_of(table, &desk, template, id);
    let run = |table: &mut Table, name: &str, work: &mut dyn FnMut() -> anyhow::Result<()>| -> anyhow::Result<()> {
        let begun = Instant::now();
        work()?;
        let took = Figure { value: begun.elapsed().as_secs_f64(), decimals: 2, unit: " s" };
        table.judged(name, None, &took, Goal::AtMost(RUN));
        Ok(())
    };
    let call_id = call.to_string();
    let at = |what: &str| format!("/api/v1/calls/{call}/{what}");
    let post = |path: &str| runtime.block_on(office.post(path, json!({})));

    list(table, "/office/calls/{id}/screening", &call_id)?;
    let mut plan = Value::Null;
    run(table, "a plan for all reviews", &mut || {
        plan = post(&at("review-plans")).expect(201).body;
        Ok(())
    })?;
    let plan = plan["id"].as_str().context("a plan")?.to_string();
    list(table, "/office/review-plans/{id}", &plan)?;
    // A job does it; whoever asked is told when it is done.
    let begun = Instant::now();
    post(&format!("/api/v1/review-plans/{plan}/apply")).expect(200);
    runtime.block_on(app.settle());
    let took = Figure { value: begun.elapsed().as_secs_f64(), decimals: 2, unit: " s" };
    table.figure("the plan's assignments written by their job", None, &took);
    runtime.block_on(scored(&app, call))?;
    list(table, "/office/calls/{id}/reviews", &call_id)?;
    list_of(table, &reviewer, "/reviews", "")?;
    list(table, "/work", "")?;
    run(table, "the review ended, all scores frozen", &mut || {
        post(&at("end-review")).expect(200);
        Ok(())
    })?;
    list(table, "/office/calls/{id}/deliberation", &call_id)?;
    runtime.block_on(decided(&app, call))?;
    let note = json!({"note": "会商在市文明办会议室进行，程序合规。"});
    runtime.block_on(async { app.supervisor().await.post(&at("supervise"), note).await }).expect(200);
    run(table, "all decisions released together", &mut || {
        post(&at("release")).expect(200);
        Ok(())
    })?;
    list(table, "/calls/{id}/results", &call_id)?;
    runtime.block_on(app.advance(20 * DAY));
    list(table, "/pool", "")?;
    app.tampers();
    runtime.block_on(app.finish());
    Ok(())
}

/// An open call, and the proposal that was handed in through the API.
pub async fn opened(app: &TestApp, min_reviews: usize) -> (Uuid, Uuid) {
    let (office, second, team) = (app.office().await, app.second_office().await, app.team(1).await);
    let call = json!({
        "title": "2027年度志愿服务项目征集",
        "summary": "面向全市团队和市民征集志愿服务项目。",
        "guide": "凡在本市登记的志愿服务队伍均可申报。",
        "form": [{"key": "plan", "type": "text", "title": "实施方案", "required": true, "class": "P1"}],
        "rubric": [{"key": "need", "title": "需求", "weight": 60}, {"key": "plan", "title": "方案", "weight": 40}],
        "ceiling": 50_000,
        "min_reviews": min_reviews,
        "risk_notice": "活动中可能发生意外，须为志愿者投保。",
        "privacy_notice": "联系电话仅用于评审期间联系。",
        "contact": "0851-12345678",
        "opens_at": app.now() + 7 * DAY,
        "closes_at": app.now() + 27 * DAY,
    });
    let call = office.post("/api/v1/calls", call).await.expect(201).id();
    let path = format!("/api/v1/calls/{call}");
    office.post(&format!("{path}/submit"), json!({})).await.expect(200);
    second.post(&format!("{path}/approve"), json!({})).await.expect(200);
    app.advance(7 * DAY + HOUR).await;
    let content = json!({"title": "四点半学校", "summary": "放学后到家长下班前，由志愿者看护。", "answers": {"plan": "每周一至周五开放，两名以上志愿者在场。"}});
    let new = json!({"call_id": call, "organization_id": team.organization, "content": content});
    let first = team.post("/api/v1/proposals", new).await.expect(201).id();
    let handed = json!({"consent": true, "similar_seen": []});
    team.post(&format!("/api/v1/proposals/{first}/submit"), handed).await.expect(200);
    (call, first)
}

/// The call in review, with all its proposals under review; the first is handed in through the API, the others are like it.
async fn gathered(app: &TestApp, many: usize, reviewers: usize) -> anyhow::Result<Uuid> {
    let (call, first) = opened(app, SHEETS).await;
    let (office, path) = (app.office().await, format!("/api/v1/calls/{call}"));
    app.advance(20 * DAY).await;
    office.post(&format!("/api/v1/proposals/{first}/admit"), json!({})).await.expect(200);
    office.post(&format!("{path}/start-review"), json!({})).await.expect(200);
    for n in 1..=reviewers {
        app.reviewer(n).await;
    }
    let tenant = app.app.tenant;
    let row = proposal::Entity::find_by_id((tenant, first)).one(app.app.db.read()).await?.context("the first")?;
    let others: Vec<proposal::Model> = (1..many)
        .map(|n| proposal::Model {
            id: Uuid::from_u128(1_000 + n as u128),
            title: format!("社区志愿服务项目第{n}号"),
            receipt: Some(format!("SB2026-{:05}", n + 1)),
            ..row.clone()
        })
        .collect();
    app.step(move |step| async move {
        for chunk in others.chunks(200) {
            let models = chunk.iter().map(|row| row.clone().into_active_model().reset_all());
            proposal::Entity::insert_many(models).exec_without_returning(step.tx()).await?;
            step.wrote_rows(chunk);
        }
        Ok(())
    })
    .await;
    Ok(call)
}

/// Every sheet is filled in, as its reviewer would have.
async fn scored(app: &TestApp, call: Uuid) -> anyhow::Result<()> {
    let now = app.now();
    let scores = json!({"need": {"score": 80, "comment": "有调查数据"}, "plan": {"score": 75}});
    app.app
        .db
        .transact(move |tx: Tx| async move {
            review::Entity::update_many()
                .col_expr(review::Column::State, Expr::value(ReviewState::Scored))
                .col_expr(review::Column::Scores, Expr::value(scores))
                .col_expr(review::Column::Comment, Expr::value("建议立项"))
                .col_expr(review::Column::Total, Expr::value(7_800))
                .col_expr(review::Column::DeclaredAt, Expr::value(now))
                .col_expr(review::Column::ScoredAt, Expr::value(now))
                .filter(review::Column::CallId.eq(call))
                .exec(&*tx)
                .await?;
            Ok(())
        })
        .await?;
    Ok(())
}

/// One in 25 is selected.
async fn decided(app: &TestApp, call: Uuid) -> anyhow::Result<()> {
    let office: Actor = app.office().await;
    let rows = proposal::Entity::find().filter(proposal::Column::CallId.eq(call)).all(app.app.db.read()).await?;
    let selected: Vec<Uuid> = rows.iter().step_by(25).map(|row| row.id).collect();
    app.app
        .db
        .transact(move |tx: Tx| async move {
            let all = proposal::Entity::update_many()
                .col_expr(proposal::Column::DecisionReason, Expr::value(REASON))
                .col_expr(proposal::Column::DecidedBy, Expr::value(office.account))
                .col_expr(proposal::Column::State, Expr::value(ProposalState::Decided))
                .filter(proposal::Column::CallId.eq(call));
            all.clone().col_expr(proposal::Column::Decision, Expr::value(Decision::NotSelected)).exec(&*tx).await?;
            all.col_expr(proposal::Column::Decision, Expr::value(Decision::Selected))
                .col_expr(proposal::Column::Cost, Expr::value(42_000_i64))
                .filter(proposal::Column::Id.is_in(selected))
                .exec(&*tx)
                .await?;
            Ok(())
        })
        .await?;
    Ok(())
}
