//! P6: handing in proposals through the host's router, beside the least server that writes the same rows.

use crate::load::{load, request};
use crate::measure::{Case, Effort, interleaved};
use crate::raw_server;
use crate::table::{Figure, Goal, Table};
use anyhow::Context;
use futures_util::{StreamExt, TryStreamExt, stream};
use sea_orm::{ConnectionTrait, Database};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::runtime::Runtime;
use twoway::lifecycle::Command;
use twoway::proposals::{self, Content};
use twoway_ids::{DAY, HOUR, Uuid};
use twoway_tests::{Actor, Backend, TestApp};

const CONNECTIONS: u32 = 32;
/// Submissions of one round.
const TIMES: u32 = 640;
/// The most that one applicant may hand in for a call: the host counts them at each submission.
const CAP: u32 = 50;

/// One proposal that waits to be handed in, and the token of its owner.
struct Waiting {
    id: Uuid,
    token: String,
}

pub fn measure(table: &mut Table, runtime: &Runtime, effort: Effort) -> anyhow::Result<()> {
    // One more than the rounds, for the warming up, and one submission by which the raw server learns its rows.
    let wanted = effort.times(TIMES).max(CONNECTIONS) * (effort.rounds + 1) + 1;
    let app = runtime.block_on(TestApp::new(Backend::Sqlite));
    let mut waiting = runtime.block_on(drafts(&app, wanted))?;
    let first = waiting.pop().context("there are no drafts")?;
    let host: SocketAddr = app.base.strip_prefix("http://").context("the host has no address")?.parse()?;

    let folder = tempfile::tempdir()?;
    let copy = folder.path().join("raw.db");
    runtime.block_on(copied(&app, &copy))?;
    load(host, vec![vec![submission(&first).into()]])?;
    let raw = runtime.block_on(raw_server::serve(&app, first.id, &copy))?;

    let latencies = [RefCell::new(Vec::new()), RefCell::new(Vec::new())];
    let next = [RefCell::new(waiting.iter()), RefCell::new(waiting.iter())];
    let submit = |which: usize, server: SocketAddr| {
        let (latencies, next) = (&latencies[which], &next[which]);
        move |times: u32| {
            let requests: Vec<Arc<[u8]>> =
                next.borrow_mut().by_ref().take(times as usize).map(|w| submission(w).into()).collect();
            anyhow::ensure!(requests.len() == times as usize, "there are too few drafts");
            let connections =
                requests.chunks(requests.len().div_ceil(CONNECTIONS as usize)).map(<[_]>::to_vec).collect();
            let loaded = load(server, connections)?;
            latencies.borrow_mut().push(loaded.latencies);
            Ok(loaded.cpu)
        }
    };
    let mut cases = [Case::new("the raw server", submit(0, raw)), Case::new("the host", submit(1, host))];
    let rounds = interleaved(&mut cases, effort, TIMES.max(if effort.quick { CONNECTIONS * 100 } else { 0 }))?;

    let per_second = |which: usize| Figure { value: 1e6 / rounds.cost(which).wall, decimals: 0, unit: "/s" };
    table.heading(format!(
        "P6  handing in a proposal over HTTP, {CONNECTIONS} connections, SQLite with synchronous=FULL"
    ));
    table.figure("a raw server with the same group commit, same rows", Some(rounds.cost(0)), &per_second(0));
    table.figure("the host", Some(rounds.cost(1)), &per_second(1));
    let share = Figure { value: rounds.ratio(0, 1) * 100.0, decimals: 0, unit: " %" };
    table.judged("P6 host / raw server, in submissions per second", None, &share, Goal::AtLeast(70.0));
    table.figure("host / raw server, in CPU time", None, &Figure::times(rounds.cpu_ratio(1, 0)));
    for (which, name) in ["the raw server's", "P6 the host's"].into_iter().enumerate() {
        let p99 = Figure { value: p99(&latencies[which].borrow()) / 1e3, decimals: 1, unit: " ms" };
        match which {
            1 => table.judged(format!("{name} p99"), None, &p99, Goal::AtMost(25.0)),
            _ => table.figure(format!("{name} p99"), None, &p99),
        }
    }
    drop(cases);
    runtime.block_on(app.finish());
    Ok(())
}

/// Over all rounds but the first, which warms up.
fn p99(rounds: &[Vec<f64>]) -> f64 {
    let mut all: Vec<f64> = rounds.iter().skip(1).flatten().copied().collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len() * 99 / 100).copied().unwrap_or(f64::NAN)
}

fn submission(waiting: &Waiting) -> Vec<u8> {
    let path = format!("/api/v1/proposals/{}/submit", waiting.id);
    request("POST", &path, Some(&waiting.token), r#"{"consent":true}"#)
}

/// An open call, and complete drafts of as many applicants as it needs, neighbours of different ones.
async fn drafts(app: &TestApp, wanted: u32) -> anyhow::Result<Vec<Waiting>> {
    let call = open_call(app).await;
    let mut applicants = Vec::new();
    for n in 0..wanted.div_ceil(CAP) {
        applicants.push(app.person(&format!("applicant{n}"), &format!("申报人{n}"), None).await);
    }
    let applicants = &applicants;
    stream::iter(0..wanted)
        .map(|n| async move {
            let applicant: &Actor = &applicants[n as usize % applicants.len()];
            let token = applicant.token().await.context("an applicant cannot sign in")?;
            let content: Content = serde_json::from_value(content(n))?;
            let who = applicant.who().await;
            let done =
                proposals::actions::create(&app.app, &who, &Command::default(), call, None, content, None).await?;
            Ok(Waiting { id: done.id, token })
        })
        .buffered(CONNECTIONS as usize)
        .try_collect()
        .await
}

async fn open_call(app: &TestApp) -> Uuid {
    let (office, second) = (app.office().await, app.second_office().await);
    let call = json!({
        "title": "2027年度志愿服务项目征集",
        "summary": "面向全市团队和市民征集志愿服务项目。",
        "guide": "凡在本市登记的志愿服务队伍和市民均可申报。",
        "form": [
            {"key": "people", "type": "integer", "title": "服务人数", "required": true, "min": 1, "unit": "people"},
            {"key": "plan", "type": "text", "title": "实施方案", "required": true, "class": "P1"},
            {"key": "phone", "type": "phone", "title": "联系电话", "required": true, "class": "P2", "purpose": "联系"},
        ],
        "rubric": [
            {"key": "need", "title": "需求", "weight": 60},
            {"key": "plan", "title": "方案", "weight": 40},
        ],
        "ceiling": 50_000,
        "cap": CAP,
        "risk_notice": "活动中可能发生意外，须为志愿者投保。",
        "privacy_notice": "联系电话仅用于评审期间联系。",
        "contact": "0851-12345678",
        "opens_at": app.now() + 7 * DAY,
        "closes_at": app.now() + 27 * DAY,
    });
    let id = office.post("/api/v1/calls", call).await.expect(201).id();
    office.post(&format!("/api/v1/calls/{id}/submit"), json!({})).await.expect(200);
    second.post(&format!("/api/v1/calls/{id}/approve"), json!({})).await.expect(200);
    app.advance(7 * DAY + HOUR).await;
    id
}

/// Some two kilobytes, as an applicant writes them.
fn content(n: u32) -> Value {
    let plan = "每周一至周五放学后开放，由两名以上经过背景查询的志愿者在场看护；作业辅导四十分钟，阅读和手工各一次；接送凭名单和一次性口令，逾期未接由站点负责人联系监护人。";
    json!({
        "title": format!("四点半的楼梯口有灯（第{n}组）"),
        "summary": "放学后到家长下班前，由志愿者在社区活动室看护双职工家庭的孩子，做作业、读书、等家长。",
        "answers": {"people": 30, "plan": plan.repeat(7), "phone": "13900001111"},
    })
}

/// The host's database as it is now, in a file of its own.
async fn copied(app: &TestApp, copy: &std::path::Path) -> anyhow::Result<()> {
    let connection = Database::connect(app.app.config.database()).await?;
    connection.execute_unprepared(&format!("VACUUM INTO '{}'", copy.display())).await?;
    Ok(connection.close().await?)
}
