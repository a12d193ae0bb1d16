//! A plugin that behaves well: what it reads, writes, refuses and logs comes through unchanged.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests stop at the first surprise")]

mod support;

use serde_json::json;
use support::*;
use twoway_manifest::Grant;
use twoway_runtime::{Answer, FailureKind, Fault, LogLevel, Question, Write};

#[test]
fn a_decision_brings_its_writes_and_its_log() {
    let bench = Bench::new();
    let plugin = bench.runtime.load(&good(), &manifest()).expect("loads");
    assert_eq!(plugin.description().records[0].key, "note");
    let decision = act(&plugin).expect("decides");
    assert_eq!(decision.outcome, Ok(Answer::Done));
    let data = json!({"text": "first"});
    assert_eq!(decision.writes, [Write::Create { id: "new-0".into(), kind: "note".into(), state: "open".into(), data }]);
    assert_eq!(decision.log.lines[0].message, "hello, log");
    assert_eq!(decision.log.lines[0].level, LogLevel::Info);
    assert!(decision.fuel > 0);
}
