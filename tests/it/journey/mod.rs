//! The whole journey in a real browser, from the draft of a call to the graded project, clicked and typed as its people would. Each
//! station is a file of its own; the same journey through the API is told in `demo.rs`.

mod adoptions;
mod calls;
mod care;
mod deliveries;
mod found;
mod hand_over;
mod members;
mod needs;
mod people;
mod projects;
mod proposals;
mod results;
mod reviews;
mod three_sponsors;
mod walk;
mod year;

use anyhow::Result;
use people::People;
use twoway_tests::{TestApp, browser, on_both_databases};
use walk::Walk;

/// The call that the journey begins with.
const CALL: &str = "2027年度志愿服务项目双向征集";

/// The proposal that wins, and the project that it becomes.
const SCHOOL: &str = "四点半学校";

async fn walked(walk: &mut Walk<'_>) -> Result<()> {
    found::prepared(walk.app).await;
    let people = People::of(walk.app).await;
    calls::drafted_and_approved(walk, &people).await?;
    calls::previewed_and_opened(walk).await?;
    proposals::handed_in(walk, &people).await?;
    proposals::too_late(walk, &people).await?;
    proposals::screened(walk, &people).await?;
    reviews::scored(walk, &people).await?;
    reviews::released(walk, &people).await?;
    adoptions::held_and_lapsed(walk, &people).await?;
    adoptions::signed(walk, &people).await?;
    projects::planned_with_a_plugin(walk, &people).await?;
    members::admitted(walk, &people).await?;
    projects::started(walk, &people).await?;
    care::enrolled(walk, &people).await?;
    care::opened(walk, &people).await?;
    hand_over::fetched_late(walk, &people).await?;
    deliveries::confirmed(walk, &people).await?;
    found::returned_to_the_owner(walk, &people).await?;
    results::evaluated(walk, &people).await?;
    results::told_to_everybody(walk).await
}

/// Walks with one browser, and looks at what the trace says in the end.
async fn told(app: &TestApp, story: impl AsyncFnOnce(&mut Walk<'_>) -> Result<()>) {
    if !browser::is_there() || !walk::take_plugins(app).await {
        return;
    }
    let mut walk = Walk::begin(app).await.expect("a browser");
    if let Err(problem) = story(&mut walk).await {
        walk.keep("where-it-stopped").await;
        panic!("{problem:#}");
    }
    walk.end().await.expect("the browser closes");
    app.settle().await;
    let findings = twoway::audit::verify(&app.app).await.expect("the trace can be read");
    assert_eq!(findings, [], "the journey leaves a sound trace");
}

on_both_databases! {
    async fn from_the_call_to_the_result(app: &TestApp) {
        told(app, walked).await;
    }

    async fn a_year_of_twelve_proposals(app: &TestApp) {
        told(app, year::walked).await;
    }

    async fn seven_lines_and_three_sponsors(app: &TestApp) {
        told(app, three_sponsors::walked).await;
    }
}
