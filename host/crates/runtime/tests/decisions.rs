//! What a plugin that behaves well reads, writes, refuses and logs comes through unchanged; each decision knows nothing of the
//! last one.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests stop at the first surprise")]

mod support;

use serde_json::json;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context as Polling, Poll, Wake, Waker};
use std::thread::Thread;
use support::*;
use twoway_manifest::{Ability, Grant};
use twoway_runtime::{Answer, Decision, Failure, FailureKind, Fault, LogLevel, MAX_INPUT, Plugin, Question, Write};

#[test]
fn a_decision_brings_its_writes_and_its_log() {
    let bench = Bench::new();
    let plugin = bench.runtime.load(&good(), &manifest()).expect("loads");
    assert_eq!(plugin.description().records[0].key, "note");
    let decision = act(&plugin).expect("decides");
    assert_eq!(decision.outcome, Ok(Answer::Done));
    let data = json!({"text": "first"});
    assert_eq!(
        decision.writes,
        [Write::Create { id: "new-0".into(), kind: "note".into(), state: "open".into(), data }]
    );
    assert_eq!(decision.log.lines[0].message, "hello, log");
    assert_eq!(decision.log.lines[0].level, LogLevel::Info);
}

#[test]
fn the_same_question_costs_the_same_fuel_and_finds_a_fresh_plugin() {
    // It remembers in its memory that it was called, and refuses the second time.
    let act_once = "(if (i32.load (i32.const 1024)) (then (unreachable))) (i32.store (i32.const 1024) (i32.const 1))";
    let plugin = Bench::new().load(&Guest { act: act_once.into(), ..Guest::default() });
    let fuel: Vec<u64> = (0..3).map(|_| act(&plugin).expect("decides").fuel).collect();
    assert!(fuel[0] > 0);
    assert_eq!(fuel, [fuel[0]; 3]);
}

#[test]
fn a_refusal_drops_the_writes() {
    let guest = Guest { act: CREATE_NOTE.into(), answer: "(call $refuse)", ..Guest::default() };
    let decision = act(&Bench::new().load(&guest)).expect("decides");
    assert!(matches!(&decision.outcome, Err(Fault::Refused(problem)) if problem.code == "too-late"), "{decision:?}");
    assert_eq!(decision.writes, []);
}

fn ask(plugin: &Plugin, question: Question, grant: &Grant) -> Result<Decision, Failure> {
    plugin.decide_blocking(&context(), &question, grant, Box::new(Memory::default()))
}

fn output(decided: Result<Decision, Failure>) -> String {
    match decided.expect_err("is not acceptable").kind {
        FailureKind::Output(problem) => problem,
        other => panic!("{other}"),
    }
}

#[test]
fn a_guard_may_refuse_but_not_write() {
    let guard = || Question::Guard { transition: "project.start".into(), values: json!({}) };
    let bench = Bench::new();
    let refusing = bench.load(&Guest { answer: "(call $refuse)", ..Guest::default() });
    assert!(matches!(ask(&refusing, guard(), &Grant::default()).expect("decides").outcome, Err(Fault::Refused(_))));
    let writing = bench.load(&Guest { act: CREATE_NOTE.into(), ..Guest::default() });
    assert_eq!(
        output(ask(&writing, guard(), &Grant::default())),
        "'records' was asked to write while only reading is allowed"
    );
}

#[test]
fn what_a_plugin_does_not_export_is_a_typed_answer() {
    let plugin = Bench::new().runtime.load(&good(), &manifest()).expect("loads");
    let show = ask(&plugin, Question::Show { view: "today".into(), target: None }, &Grant::default());
    assert!(matches!(show.expect_err("has no views").kind, FailureKind::Absent("views")));
    let compute = Question::Indicator { name: "visits".into(), start: 0, end: 1 };
    let failure = ask(&plugin, compute, &Grant::default()).expect_err("has no indicators");
    assert!(matches!(failure.kind, FailureKind::Absent("indicators")));
}

#[test]
fn an_undescribed_refusal_is_not_shown_to_anybody() {
    let mut silent = description();
    silent["refusals"] = json!([]);
    let guest = Guest { description: silent.to_string(), answer: "(call $refuse)", ..Guest::default() };
    assert!(output(act(&Bench::new().load(&guest))).contains("refuses with 'too-late'"));
}

#[test]
fn an_oversized_question_is_not_even_asked() {
    let plugin = Bench::new().runtime.load(&good(), &manifest()).expect("loads");
    let input = json!({"text": "x".repeat(MAX_INPUT)});
    let failure = ask(&plugin, Question::Act { action: "write".into(), target: None, input }, &Grant::default());
    assert!(matches!(failure.expect_err("is too large").kind, FailureKind::Input(_)));
}

/// Sets the timer `overdue` and creates a note only if that was allowed; or cancels it, which has no error case.
fn with_timers(act: String) -> Guest {
    Guest {
        world: "import twoway:kind/log@1.0.0; import twoway:kind/records@1.0.0; import twoway:kind/timers@1.0.0;",
        imports: r#"
          (import "twoway:kind/log@1.0.0" "write" (func $log (param i32 i32 i32)))
          (import "twoway:kind/records@1.0.0" "create" (func $create (param i32 i32 i32 i32 i32 i32 i32)))
          (import "twoway:kind/timers@1.0.0" "set"
            (func $set (param i32 i32 i32 i32 i32 i64 i32 i32 i32)))
          (import "twoway:kind/timers@1.0.0" "cancel" (func $cancel (param i32 i32 i32 i32 i32)))"#,
        act,
        ..Guest::default()
    }
}

const SET: &str = "(call $set (i32.const 720) (i32.const 7) (i32.const 0) (i32.const 0) (i32.const 0)
    (i64.const 1767225600000) (i32.const 520) (i32.const 2) (i32.const 128))";
const CANCEL: &str = "(call $cancel (i32.const 720) (i32.const 7) (i32.const 0) (i32.const 0) (i32.const 0))";

#[test]
fn a_call_outside_the_grant_is_answered_and_taking_back_does_nothing() {
    let bench = Bench::new();
    let asking = manifest_with("[abilities]\ntimers = { zh-CN = \"提醒\", en = \"Reminders\" }");
    let load = |act: String| bench.runtime.load(&with_timers(act).component(), &asking).expect("loads");
    let granted = asking.full_grant();
    assert!(granted.allows(Ability::Timers));

    let set = load(format!("{SET} (if (i32.eqz (i32.load8_u (i32.const 128))) (then {CREATE_NOTE}))"));
    assert_eq!(ask(&set, write_question(), &granted).expect("decides").writes.len(), 2);
    assert_eq!(ask(&set, write_question(), &Grant::default()).expect("copes").writes, []);

    let cancel = load(CANCEL.to_string());
    let name = "overdue".to_string();
    assert_eq!(
        ask(&cancel, write_question(), &granted).expect("decides").writes,
        [Write::CancelTimer { name, target: None }]
    );
    assert_eq!(ask(&cancel, write_question(), &Grant::default()).expect("there is nothing to take back").writes, []);
}

#[test]
fn more_writes_than_the_limit_spoil_the_decision() {
    let guest = Guest { act: format!("{CREATE_NOTE} {CREATE_NOTE}"), ..Guest::default() };
    let bench = Bench::new();
    let plugin = bench.runtime.load(&guest.component(), &manifest_with("writes = 1")).expect("loads");
    assert_eq!(output(act(&plugin)), "more than 1 writes");
}

#[test]
fn a_future_gives_the_same_answer_and_a_dropped_one_is_harmless() {
    let bench = Bench::new();
    let plugin = bench.runtime.load(&good(), &manifest()).expect("loads");
    let ask = || plugin.decide(&context(), &write_question(), &Grant::default(), Box::new(Memory::default()));
    drop(ask());
    let decision = wait(ask()).expect("decides");
    assert_eq!(decision.writes, act(&plugin).expect("decides").writes);
}

/// The smallest executor: parks this thread until the future is woken.
fn wait<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Polling::from_waker(&waker)) {
            Poll::Ready(answer) => return answer,
            Poll::Pending => std::thread::park(),
        }
    }
}
