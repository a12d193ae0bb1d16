//! The front page, the workbench, and the lifecycles as the docs tell them.

use crate::projects::world::*;
use std::fmt::Write;
use twoway::lifecycle;
use twoway_tests::on_both_databases;

/// Which event leads where, and who may cause it. A changed line changes a right or a path.
#[test]
fn the_lifecycles_are_the_checked_in_ones() {
    insta::assert_snapshot!("lifecycles", lifecycle::tables());
}

/// `docs/lifecycle.md` is written by this test: run it with `TWOWAY_WRITE_DOCS=1` after a machine changed.
#[test]
fn the_docs_show_the_lifecycles_as_they_are() {
    let mut text = String::from(
        "# Lifecycles\n\nWritten by the test `the_docs_show_the_lifecycles_as_they_are` from the machines in `host/src/*/state.rs`; do not edit.\n",
    );
    let tables = lifecycle::tables();
    for (kind, picture) in lifecycle::diagrams() {
        let table = tables.split("\n\n").find(|table| table.lines().next() == Some(kind)).expect("a table per machine");
        writeln!(text, "\n## {kind}\n\n```mermaid\n{picture}```\n").expect("text grows");
        writeln!(text, "| State | Event | Next state | Who |\n|---|---|---|---|").expect("text grows");
        for line in table.lines().skip(1).filter(|line| !line.trim().is_empty()) {
            let (from, rest) = line.split_once(" -> ").expect("an arrow");
            let mut from = from.split_whitespace();
            let (state, event) = (from.next().expect("a state"), from.next().expect("an event"));
            let (next, who) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
            writeln!(text, "| {state} | {event} | {next} | {} |", who.trim()).expect("text grows");
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/lifecycle.md");
    if std::env::var_os("TWOWAY_WRITE_DOCS").is_some() {
        std::fs::write(path, &text).expect("docs can be written");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == text, "docs/lifecycle.md is not what the machines say: run this test with TWOWAY_WRITE_DOCS=1");
}

async fn work(actor: &Actor) -> Vec<(String, String)> {
    let body = actor.get("/api/v1/work").await.expect(200).body;
    let text = |item: &serde_json::Value, field: &str| item[field].as_str().unwrap_or_default().to_string();
    body.as_array().expect("a list").iter().map(|item| (text(item, "kind"), text(item, "title"))).collect()
}

fn one(kind: &str, title: &str) -> Vec<(String, String)> {
    vec![(kind.to_string(), title.to_string())]
}

on_both_databases! {
    async fn the_workbench_follows_the_project_from_hand_to_hand(app: &TestApp) {
        let (office, second, team, evaluator) =
            (app.office().await, app.second_office().await, app.team(1).await, app.evaluator().await);
        let title = "四点半学校1";
        let project = prepared(app).await;
        assert_eq!(work(&team).await, one("plan-project", title));
        assert_eq!(work(&office).await, one("prepare-project", title));
        post(&office, project, "ready").await.expect(200);
        assert_eq!(work(&team).await, one("start-project", title));
        assert_eq!(work(&office).await, []);
        post(&team, project, "start").await.expect(200);
        assert_eq!(work(&team).await, []);
        close(app, project).await.expect(200);
        app.settle().await;
        assert_eq!(work(&team).await, one("self-evaluate", title));
        assert_eq!(work(&office).await, one("invite-evaluator", title));
        let evaluation = team.get("/api/v1/evaluations").await.expect(200).body["items"][0]["id"].clone();
        let evaluation = evaluation.as_str().and_then(|id| twoway_ids::Uuid::parse_str(id).ok()).expect("an id");
        invite(app, evaluation, &evaluator).await.expect(200);
        self_evaluate(app, evaluation).await.expect(200);
        assert_eq!(work(&evaluator).await, one("grade", title));
        score(&evaluator, evaluation).await.expect(200);
        assert_eq!(work(&second).await, one("announce-evaluation", title));
        announce(&second, evaluation).await.expect(200);
        assert_eq!(work(&second).await, [], "while the notice runs nothing is due");
        app.advance(12 * twoway_ids::DAY).await;
        assert_eq!(work(&second).await, one("finalize-evaluation", title));
        second.post(&format!("/api/v1/evaluations/{evaluation}/final"), serde_json::json!({})).await.expect(200);
        for actor in [&office, &second, &team, &evaluator] {
            assert_eq!(work(actor).await, []);
        }
        app.anon().get("/api/v1/work").await.expect(401);
    }

    async fn the_front_page_shows_what_is_open_and_what_runs(app: &TestApp) {
        let visitor = app.anon().pages().await;
        let empty = visitor.get("/").await.expect(200).body;
        assert!(empty.as_str().expect("a page").contains("现在没有正在进行的征集"));
        let project = running(app).await;
        crate::calls::world::open_call(app).await;
        let page = visitor.get("/").await.expect(200).body;
        let text = page.as_str().expect("a page");
        for word in ["2027年度志愿服务项目征集", "四点半学校1", &format!("/p/{project}"), "志愿队1", "丁字口社区"] {
            assert!(text.contains(word), "{word} is missing in {text}");
        }
        assert!(!text.contains("队长1"), "no names of persons");
        let signed_in = app.office().await.pages().await;
        let desk = signed_in.get("/work").await.expect(200).body;
        assert!(desk.as_str().expect("a page").contains("工作台"));
    }
}
