//! Each part of the contract once, through the wasm border and back: what is read, what is asked, and the optional exports.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests stop at the first surprise")]

mod support;

use serde_json::{Value, json};
use support::*;
use twoway_manifest::{Ability, DataClass, Grant, Manifest};
use twoway_runtime::{Answer, Decision, Failure, FailureKind, Item, Plugin, Question, RuntimeConfig, Write};

/// Texts at fixed addresses, for guests that pass more than the ordinary fixture does.
const WORDS: &str = r#"
  (data (i32.const 2048) "adult") (data (i32.const 2064) "someone") (data (i32.const 2080) "pick-up")
  (data (i32.const 2096) "123456") (data (i32.const 2112) "v1") (data (i32.const 2128) "stock")
  (data (i32.const 2144) "{\22facts\22:[{\22label\22:{\22key\22:\22label-here\22},\22value\22:{\22number\22:7}}]}")
  (data (i32.const 2304) "[1,2]")"#;
const V1: &str = "(i32.const 2112) (i32.const 2)";
const PICK_UP: &str = "(i32.const 2080) (i32.const 7)";
const SOMEONE: &str = "(i32.const 2064) (i32.const 7)";

fn record(state: &str) -> Item {
    let data = json!({"text": "first", "code": "secret mark", "health": "asthma", "left-over": 1});
    Item { id: "v1".into(), kind: "note".into(), state: state.into(), version: 3, data, created: 5, changed: 6 }
}

fn memory() -> Box<Memory> {
    Box::new(Memory { items: [("v1".to_string(), record("open"))].into(), ..Memory::default() })
}

fn asking(abilities: &[Ability]) -> Manifest {
    let lines = abilities.iter().map(|a| format!("{} = {{ zh-CN = \"用途\", en = \"Use\" }}\n", a.as_str()));
    let classes = r#"
        [[data.P2]]
        purpose = "care"
        reason = { zh-CN = "照护", en = "Care" }
        retention-days = 30
        [[data.P3]]
        purpose = "care"
        reason = { zh-CN = "照护", en = "Care" }
        retention-days = 30"#;
    manifest_with(&format!("[abilities]\n{}{classes}", lines.collect::<String>()))
}

/// A description whose `note` has an open, a secret and a sealed field.
fn description_with_closed_fields() -> Value {
    let mut described = description();
    described["records"][0]["fields"] = json!([
        {"key": "text", "type": "line"},
        {"key": "code", "type": "line", "secret": true, "class": "P2", "purpose": "care"},
        {"key": "health", "type": "line", "class": "P3", "purpose": "care"},
    ]);
    described
}

fn load(guest: Guest, abilities: &[Ability]) -> std::sync::Arc<Plugin> {
    let usual = description().to_string();
    let description = if guest.description == usual {
        description_with_closed_fields().to_string()
    } else {
        guest.description.clone()
    };
    let guest = Guest { description, more: format!("{WORDS}{}", guest.more), ..guest };
    Bench::new().runtime.load(&guest.component(), &asking(abilities)).expect("loads")
}

fn ask(plugin: &Plugin, question: &Question, grant: &Grant) -> Result<Decision, Failure> {
    plugin.decide_blocking(&context(), question, grant, memory())
}

#[test]
fn a_record_is_read_without_what_is_secret_or_not_granted() {
    // `get` leaves an option at 3072 with the record from 3080 on; its content's address and length stand at 3108.
    let read = "(call $get (i32.const 2112) (i32.const 2) (i32.const 3072))
        (call $log (i32.const 1) (i32.load (i32.const 3108)) (i32.load (i32.const 3112)))";
    let guest = Guest {
        imports: r#"
          (import "twoway:kind/log@1.0.0" "write" (func $log (param i32 i32 i32)))
          (import "twoway:kind/records@1.0.0" "get" (func $get (param i32 i32 i32)))"#,
        act: read.into(),
        ..Guest::default()
    };
    let plugin = load(guest, &[]);
    let seen = |grant: &Grant| {
        let decision = ask(&plugin, &write_question(), grant).expect("decides");
        serde_json::from_str::<Value>(&decision.log.lines[0].message).expect("is the record's content")
    };
    assert_eq!(seen(&Grant::default()), json!({"text": "first"}));
    let granted = Grant { classes: [DataClass::P2, DataClass::P3].into(), ..Grant::default() };
    assert_eq!(seen(&granted), json!({"text": "first", "health": "asthma"}), "a secret is never shown");
}

#[test]
fn what_was_asked_is_kept_for_the_journal_and_a_right_code_is_spent() {
    let act = format!(
        "(call $satisfies {SOMEONE} (i32.const 2048) (i32.const 5) (i32.const 3072))
         (call $issue {PICK_UP} {V1} {SOMEONE} (i32.const 60) (i32.const 3072))
         (call $verify {PICK_UP} {V1} (i32.const 2096) (i32.const 6) (i32.const 3072))
         (drop (call $is_workday (i64.const 1767225600000)))
         (drop (call $add (i64.const 1767225600000) (i32.const 3)))
         (call $append (i32.const 2128) (i32.const 5) {V1} (i64.const -2) (i32.const 520) (i32.const 2) (i32.const 3072))"
    );
    let guest = Guest {
        world: "import twoway:kind/people@1.0.0; import twoway:kind/secrets@1.0.0; import twoway:kind/calendar@1.0.0;
            import twoway:kind/ledger@1.0.0;",
        imports: r#"
          (import "twoway:kind/people@1.0.0" "satisfies" (func $satisfies (param i32 i32 i32 i32 i32)))
          (import "twoway:kind/secrets@1.0.0" "issue-code" (func $issue (param i32 i32 i32 i32 i32 i32 i32 i32)))
          (import "twoway:kind/secrets@1.0.0" "verify-code" (func $verify (param i32 i32 i32 i32 i32 i32 i32)))
          (import "twoway:kind/calendar@1.0.0" "is-workday" (func $is_workday (param i64) (result i32)))
          (import "twoway:kind/calendar@1.0.0" "add-workdays" (func $add (param i64 i32) (result i64)))
          (import "twoway:kind/ledger@1.0.0" "append" (func $append (param i32 i32 i32 i32 i64 i32 i32 i32)))"#,
        act,
        ..Guest::default()
    };
    let abilities = [Ability::People, Ability::Secrets, Ability::Calendar, Ability::Ledger];
    let plugin = load(guest, &abilities);
    let decision = ask(&plugin, &write_question(), &asking(&abilities).full_grant()).expect("decides");
    let answers: Vec<(&str, &Value)> =
        decision.asked.iter().map(|a| (a["ask"].as_str().expect("says what"), &a["answer"])).collect();
    let yes = json!({"Ok": true});
    let (workday, later) = (json!(true), json!(1_767_225_600_000_u64 + 3 * 86_400_000));
    assert_eq!(
        answers,
        [("satisfies", &yes), ("verify-code", &yes), ("is-workday", &workday), ("add-workdays", &later)]
    );
    let (purpose, target) = ("pick-up".to_string(), "v1".to_string());
    assert_eq!(
        decision.writes,
        [
            Write::IssueCode {
                purpose: purpose.clone(),
                target: target.clone(),
                to: "someone".into(),
                valid_minutes: 60
            },
            Write::SpendCode { purpose, target, code: "123456".into() },
            Write::Ledger { book: "stock".into(), key: "v1".into(), quantity: -2, entry: json!({}) },
        ]
    );
    assert!(!serde_json::to_string(&decision.asked).unwrap().contains("123456"), "the journal holds no codes");
    let nothing = ask(&plugin, &write_question(), &Grant::default()).expect_err("asks a calendar that is not granted");
    assert!(matches!(nothing.kind, FailureKind::Output(_)));
}

fn with_view(address: u32, length: u32) -> Guest {
    let mut described = description();
    described["views"] = json!([{"name": "today"}]);
    described["indicators"] = json!([{"name": "visits", "unit": "count"}]);
    Guest {
        world: "export twoway:kind/views@1.0.0; export twoway:kind/indicators@1.0.0;",
        imports: "",
        description: described.to_string(),
        more: format!(
            r#"
            (func (export "twoway:kind/views@1.0.0#show") (param i32) (result i32)
              (i32.store (i32.const 3076) (i32.const {address})) (i32.store (i32.const 3080) (i32.const {length}))
              (i32.const 3072))
            (func (export "twoway:kind/indicators@1.0.0#compute") (param i32) (result i32)
              (i64.store (i32.const 3336) (i64.const 87500)) (i64.store (i32.const 3344) (i64.const 12))
              (i32.store (i32.const 3352) (i32.const 2304)) (i32.store (i32.const 3356) (i32.const 5))
              (i32.const 3328))"#
        ),
        ..Guest::default()
    }
}

#[test]
fn views_and_indicators_answer_what_the_host_can_draw() {
    // These fixtures have no closed fields, so the manifest asks for no data.
    let load = |guest: Guest| {
        let guest = Guest { more: format!("{WORDS}{}", guest.more), ..guest };
        Bench::new().runtime.load(&guest.component(), &manifest()).expect("loads")
    };
    let plugin = load(with_view(2144, 63));
    let show = Question::Show { view: "today".into(), target: Some(record("open")) };
    let view = json!({"facts": [{"label": {"key": "label-here"}, "value": {"number": 7}}]});
    assert_eq!(ask(&plugin, &show, &Grant::default()).expect("shows").outcome, Ok(Answer::View(view)));
    let compute = Question::Indicator { name: "visits".into(), start: 0, end: 1_767_225_600_000 };
    assert_eq!(
        ask(&plugin, &compute, &Grant::default()).expect("computes").outcome,
        Ok(Answer::Measure { value_milli: 87_500, sample: 12, evidence: json!([1, 2]) })
    );
    let undrawable = ask(&load(with_view(2304, 5)), &show, &Grant::default()).expect_err("is no view");
    assert!(matches!(&undrawable.kind, FailureKind::Output(p) if p.contains("view model")), "{undrawable}");
}

#[test]
fn timers_and_events_run_without_an_actor_and_memory_on_demand_decides_alike() {
    let tick = Question::Tick { timer: "overdue".into(), target: None, values: json!({}) };
    let hear = Question::Hear { event: "project-started".into(), values: json!({}) };
    let guest = Guest { tick: CREATE_NOTE, ..Guest::default() };
    let decide = |change: fn(&mut RuntimeConfig)| {
        let plugin = Bench::with(change).load(&guest);
        (ask(&plugin, &tick, &Grant::default()).expect("ticks"), ask(&plugin, &hear, &Grant::default()).expect("hears"))
    };
    let (ticked, heard) = decide(|_| {});
    assert_eq!((ticked.writes.len(), heard.outcome.clone()), (1, Ok(Answer::Done)));
    assert_eq!((ticked, heard), decide(|config| config.allocation = twoway_runtime::Allocation::OnDemand));
}
