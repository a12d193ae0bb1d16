//! The scripts that the product plays: the demo city, and the journey that the product exists for.

use std::path::Path;
use twoway::demo::{Script, play};
use twoway::http;
use twoway_ids::Clock;
use twoway_tests::{Backend, TestApp, run};

async fn plays(app: &TestApp, script: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(script);
    let script = std::fs::read_to_string(path).expect("the script is there");
    let script = Script::parse(&script).expect("the script is sound");
    let router = http::router(app.app.clone()).expect("the site is complete");
    let Clock::Simulated(_) = app.app.clock else { panic!("a story needs a simulated clock") };
    let now = app.now();
    if let Err(problem) = play(&app.app, &router, &script, "zunyi-demo-2026", now, &|_, _| {}).await {
        panic!("{problem:#}");
    }
    let findings = twoway::audit::verify(&app.app).await.expect("the trace can be read");
    assert_eq!(findings, [], "what was told leaves a sound trace");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_city_comes_to_be_on_sqlite() {
    run(Backend::Sqlite, async |app| plays(app, "host/demo/zunyi.json").await).await;
}
