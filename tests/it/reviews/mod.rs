//! The review: who reviews what, who may not, and what becomes of it.

mod balance;
mod decision;
mod letters;
mod masks;
mod phases;
mod plan;
mod roadshow;
mod runs;
mod second;
mod several;
mod voiding;

use crate::calls::world::*;
use serde_json::{Value, json};
use twoway_ids::Uuid;
use twoway_tests::{Actor, TestApp};

/// How many queries a page or an API list asks of the database.
async fn queries(app: &TestApp, read: impl AsyncFn()) -> u64 {
    // The first request may sign in or refresh a token.
    read().await;
    let before = app.app.db.queries_run();
    read().await;
    app.app.db.queries_run() - before
}

/// A page as text; a text that nobody wrote would stand there as its key.
async fn page(client: &twoway_tests::PageClient, path: &str) -> String {
    let answer = client.get(path).await;
    let text = answer.body.as_str().unwrap_or_default().to_string();
    assert_eq!(answer.status, 200, "{path}: {text}");
    for prefix in [
        "plan-",
        "expert-",
        "interest-",
        "review-",
        "flash-",
        "refusal-",
        "notice-",
        "state-",
        "event-",
        "letter-",
        "phase-",
        "round-",
        "decision-",
        "several-",
        "blank-",
    ] {
        let shown = text.split(['>', '<']).find(|part| {
            part.trim()
                .strip_prefix(prefix)
                .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
        });
        assert!(shown.is_none(), "{path} shows {shown:?}");
    }
    text
}

/// Reviewers 1 to `n` of institutions of their own.
async fn reviewers(app: &TestApp, n: usize) -> Vec<Actor> {
    let mut people = Vec::new();
    for r in 1..=n {
        people.push(app.reviewer(r).await);
    }
    people
}

async fn of_proposal(app: &TestApp, proposal: Uuid) -> Value {
    app.office().await.get(&format!("/api/v1/proposals/{proposal}/reviews")).await.expect(200).body
}
