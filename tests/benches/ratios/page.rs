//! A page with a list, beside the one query that it cannot do without.

use crate::load::{load, request};
use crate::measure::{Case, Effort, interleaved};
use crate::table::{Figure, Table};
use anyhow::Context;
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::runtime::Runtime;
use twoway::Who;
use twoway::calls::queries::{self, Phase};
use twoway::http::Paging;
use twoway_ids::DAY;
use twoway_tests::{Backend, TestApp};

/// Calls that are published: more than one page of twenty.
const CALLS: u32 = 30;
const TIMES: u32 = 200;

pub fn measure(table: &mut Table, runtime: &Runtime, effort: Effort) -> anyhow::Result<()> {
    let app = runtime.block_on(TestApp::new(Backend::Sqlite));
    runtime.block_on(publish(&app));
    let server: SocketAddr = app.base.strip_prefix("http://").context("the host has no address")?.parse()?;
    let anyone = Who::anyone(app.app.tenant);
    let one_by_one = |path: &'static str| {
        move |times: u32| {
            let request: Arc<[u8]> = request("GET", path, None, "").into();
            Ok(load(server, vec![vec![request; times as usize]])?.cpu)
        }
    };
    let mut cases = [
        Case::new("the query", |times| {
            let (app, anyone) = (app.app.clone(), anyone.clone());
            let work = async move {
                for _ in 0..times {
                    let list = queries::list(app.db.read(), &anyone, Phase::All, false, &Paging::default()).await?;
                    anyhow::ensure!(list.items.len() == 20, "a page has {} calls", list.items.len());
                }
                Ok(0.0)
            };
            runtime.block_on(runtime.spawn(work))?
        }),
        Case::new("the API's list", one_by_one("/api/v1/calls")),
        Case::new("the page", one_by_one("/calls")),
    ];
    let rounds = interleaved(&mut cases, effort, TIMES)?;
    drop(cases);
    table.heading("A list of twenty calls, one reader who is not signed in");
    table.cost("its bare query", rounds.cost(0));
    table.figure(
        "the list at the API over HTTP / bare query",
        Some(rounds.cost(1)),
        &Figure::times(rounds.ratio(1, 0)),
    );
    table.figure("the page over HTTP / bare query", Some(rounds.cost(2)), &Figure::times(rounds.ratio(2, 0)));
    runtime.block_on(app.finish());
    Ok(())
}

async fn publish(app: &TestApp) {
    let (office, second) = (app.office().await, app.second_office().await);
    for n in 0..CALLS {
        let call = json!({
            "title": format!("2027年度志愿服务项目征集（第{n}批）"),
            "summary": "面向全市团队和市民征集志愿服务项目，重点支持一老一小和社区互助。",
            "guide": "凡在本市登记的志愿服务队伍和市民均可申报。每个申报人限报一项。".repeat(10),
            "form": [{"key": "plan", "type": "text", "title": "实施方案", "required": true, "class": "P1"}],
            "rubric": [
                {"key": "need", "title": "需求", "weight": 60},
                {"key": "plan", "title": "方案", "weight": 40},
            ],
            "ceiling": 50_000,
            "risk_notice": "活动中可能发生意外，须为志愿者投保。",
            "privacy_notice": "联系电话仅用于评审期间联系。",
            "contact": "0851-12345678",
            "opens_at": app.now() + 7 * DAY,
            "closes_at": app.now() + 27 * DAY,
        });
        let id = office.post("/api/v1/calls", call).await.expect(201).id();
        office.post(&format!("/api/v1/calls/{id}/submit"), json!({})).await.expect(200);
        second.post(&format!("/api/v1/calls/{id}/approve"), json!({})).await.expect(200);
    }
}
