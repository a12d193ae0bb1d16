//! The scripts that the product plays: the demo city, and how its story goes on until a project is evaluated.

use std::path::Path;
use twoway::demo::{Player, Script};
use twoway::{http, jobs, plugins};
use twoway_tests::{Backend, TestApp};

/// The folder with the built plugins of this repository.
const PLUGINS: &str = "TWOWAY_TEST_PLUGINS";

fn script(path: &str) -> Script {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    let text = std::fs::read_to_string(path).expect("the script is there");
    Script::parse(&text).expect("the script is sound")
}

/// A host to which these scripts were told. None: its plugins or its database are not there, and a line says so.
pub async fn told(backend: Backend, scripts: &[&str]) -> Option<TestApp> {
    let Some(folder) = std::env::var_os(PLUGINS) else {
        eprintln!("skipped: {PLUGINS} is not set, and the demo city lives on the built plugins (make plugins)");
        return None;
    };
    if !backend.is_there() {
        return None;
    }
    let app = TestApp::with(backend, |config| config.plugins = folder.into()).await;
    plugins::take_bundled(&app.app).await.expect("the built plugins are taken");
    let router = http::router(app.app.clone()).expect("the site is complete");
    let today = app.now();
    let mut player = Player::new(&app.app, &router, "zunyi-demo-2026", today);
    for path in scripts {
        if let Err(problem) = player.play(&script(path), &|_, _| {}).await {
            panic!("{path}: {problem:#}");
        }
    }
    jobs::run_until(&app.app, app.now().max(today)).await.expect("due jobs run");
    Some(app)
}

async fn plays(backend: Backend, scripts: &[&str]) {
    if let Some(app) = told(backend, scripts).await {
        app.finish().await;
    }
}

pub const JOURNEY: &[&str] = &["host/demo/zunyi.json", "tests/fixtures/journey.json"];

#[tokio::test(flavor = "multi_thread")]
async fn the_journey_is_told_to_its_end_on_sqlite() {
    plays(Backend::Sqlite, JOURNEY).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journey_is_told_to_its_end_on_postgres() {
    plays(Backend::Postgres, JOURNEY).await;
}

/// What the walk through all pages finds: told here too, where there is no browser.
#[tokio::test(flavor = "multi_thread")]
async fn the_walk_is_told_to_its_end() {
    plays(Backend::Sqlite, &[JOURNEY[0], JOURNEY[1], "tests/fixtures/walk.json"]).await;
}
