//! A host in a process of its own, for the tests that kill it with SIGKILL.
//!
//! `twoway-victim serve FOLDER DATABASE SITE NOW` serves and prints its address; `twoway-victim die FOLDER DATABASE SITE NOW CALL` dies by its
//! own hand in the middle of a transition of that call. An empty DATABASE is SQLite in FOLDER;
//! SITE is the address for which the test's host has made its tokens.

use rustix::process::{Signal, getpid, kill_process};
use serde_json::json;
use std::path::PathBuf;
use tokio::net::TcpListener;
use twoway::accounts::Passwords;
use twoway::calls::{self, CallEvent, CallMachine};
use twoway::lifecycle::Command;
use twoway::plugins::Registry;
use twoway::start::Means;
use twoway::{App, Config, http, jobs};
use twoway_ids::{Clock, Uuid};
use twoway_runtime::{Compiler, RuntimeConfig};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", ref place @ .., now] if place.len() == 3 => serve(host(place, now).await?).await,
        ["die", ref place @ .., now, call] if place.len() == 3 => die(host(place, now).await?, call.parse()?).await,
        _ => anyhow::bail!("serve FOLDER DATABASE SITE NOW | die FOLDER DATABASE SITE NOW CALL"),
    }
}

async fn host(place: &[&str], now: &str) -> anyhow::Result<App> {
    let [folder, database, site] = place.try_into()?;
    let data = PathBuf::from(folder);
    let compiler = Compiler::new(std::env::current_exe()?.with_file_name("twoway-tests-compile"));
    let plugins = Registry::new(RuntimeConfig::new(data.join("code"), compiler));
    let config = Config {
        plugins: data.join("packages"),
        data,
        database_url: database.to_string(),
        public_url: site.to_string(),
        ..Config::default()
    };
    twoway::start::open(config, Clock::simulated(now.parse()?), Means { passwords: Passwords::new(64, 1)?, plugins })
        .await
}

async fn serve(app: App) -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    let router = http::router(app.clone())?;
    // The worker is there too, so that it may be killed with a job in its hands.
    tokio::spawn(jobs::forever(app, tokio_util::sync::CancellationToken::new()));
    Ok(http::serve(listener, router).await?)
}

/// Everything that a transition writes has been written, the events are remembered: the commit is what is missing.
async fn die(app: App, call: Uuid) -> anyhow::Result<()> {
    let who = app.system("tests.killed");
    app.act(&who, &Command::default(), move |step| async move {
        let row = calls::queries::find(step.tx(), step.who().tenant, call).await?;
        step.advance::<CallMachine>(call, (row.state, row.version), CallEvent::Close, json!({})).await?;
        step.enqueue("tests.killed", call.to_string(), json!({})).await?;
        step.notify(row.author_id, "notice-call-closed", json!({}), format!("/calls/{call}")).await?;
        kill_process(getpid(), Signal::KILL).map_err(anyhow::Error::from)?;
        std::future::pending::<Result<(), twoway::Refusal>>().await
    })
    .await
    .map_err(|refusal| anyhow::anyhow!("refused: {}", refusal.code()))
}
