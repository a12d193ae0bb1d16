//! Plugins that mean harm, or are broken: each becomes a typed error, and the next good plugin still gets its decision.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests stop at the first surprise")]

mod support;

use serde_json::json;
use support::*;
use twoway_manifest::Grant;
use twoway_runtime::{Failure, FailureKind, GateError, LoadError, MAX_COMPONENT, MAX_LOG, inspect};

fn refused(component: &[u8]) -> LoadError {
    let bench = Bench::new();
    let error = bench.runtime.load(component, &manifest()).err().expect("does not load");
    bench.assert_alive();
    error
}

fn gate(component: &[u8]) -> GateError {
    match refused(component) {
        LoadError::Gate(error) => error,
        other => panic!("{other}"),
    }
}

/// The failure of a plugin that acts so.
fn fails(guest: Guest) -> Failure {
    let bench = Bench::new();
    let failure = act(&bench.load(&guest)).expect_err("does not decide");
    bench.assert_alive();
    failure
}

fn acting(act: &str) -> Guest {
    Guest { act: act.to_string(), ..Guest::default() }
}

#[test]
fn what_is_no_component_is_refused() {
    assert!(matches!(gate(b"hello"), GateError::NotAComponent(_)));
    assert!(matches!(gate(b""), GateError::NotAComponent(_)));
    assert_eq!(gate(&wat::parse_str("(module)").unwrap()), GateError::CoreModule);
    assert_eq!(gate(&vec![0; MAX_COMPONENT + 1]), GateError::TooLarge { bytes: MAX_COMPONENT + 1 });
}

#[test]
fn imports_are_the_contracts_and_the_manifests() {
    let of = |text: &str| gate(&wat::parse_str(text).unwrap());
    assert_eq!(
        of(r#"(component (import "wasi:clocks/monotonic-clock@0.2.0" (instance)))"#),
        GateError::ForeignImport("wasi:clocks/monotonic-clock@0.2.0".into())
    );
    assert_eq!(of(r#"(component (import "now" (func)))"#), GateError::ForeignImport("now".into()));
    assert_eq!(
        of(r#"(component (import "twoway:kind/outbound@1.0.0" (instance)))"#),
        GateError::UnknownInterface("outbound".into())
    );
    let beyond = Guest {
        world: "import twoway:kind/timers@1.0.0;",
        imports: r#"(import "twoway:kind/timers@1.0.0" "cancel" (func $cancel (param i32 i32 i32 i32 i32)))"#,
        ..Guest::default()
    };
    assert_eq!(gate(&beyond.component()), GateError::NotAskedFor("timers"));
}

#[test]
fn another_contract_version_is_named() {
    let of = |text: &str| gate(&wat::parse_str(text).unwrap());
    assert_eq!(
        of(r#"(component (import "twoway:kind/log@2.0.0" (instance)))"#),
        GateError::Contract { found: "2.0".into() }
    );
    assert_eq!(
        of(r#"(component (import "twoway:kind/log@1.7.0" (instance)))"#),
        GateError::Contract { found: "1.7".into() }
    );
    assert_eq!(
        of(r#"(component (import "twoway:kind/log" (instance)))"#),
        GateError::Contract { found: "without a version".into() }
    );
    assert_eq!(of("(component)"), GateError::NoBehaviour);
}

#[test]
fn code_in_inner_components_and_large_functions_are_refused() {
    let of = |text: &str| gate(&wat::parse_str(text).unwrap());
    assert_eq!(of("(component (component (core module)))"), GateError::NestedCode);
    assert_eq!(
        of("(component (type $r (resource (rep i32))) (core func (canon resource.new $r)))"),
        GateError::Feature("resources or asynchronous functions")
    );
    let long = "(drop (i64.const 0x7fffffffffffffff))".repeat(12_000);
    assert!(matches!(of(&format!("(component (core module (func {long})))")), GateError::LongFunction { .. }));
    let many = "(local i32 f32)".repeat(501);
    assert_eq!(of(&format!("(component (core module (func {many})))")), GateError::ManyLocals { locals: 1_002 });
    let functions = "(func)".repeat(20_001);
    assert_eq!(
        of(&format!("(component (core module {functions}))")),
        GateError::TooMany { what: "functions", found: 20_001, max: 20_000 }
    );
}

#[test]
fn bytes_that_were_cut_or_flipped_are_read_without_harm() {
    let good = good();
    for end in 0..good.len() {
        // Cut inside the trailing sections of names it may still be whole; it must only be read without a panic.
        let _ = inspect(&good[..end]);
    }
    for place in 0..good.len() {
        let mut flipped = good.clone();
        flipped[place] ^= 1 << (place % 8);
        let _ = inspect(&flipped);
    }
    for part in [good.len() / 4, good.len() / 2, good.len() - 1] {
        refused(&good[..part]);
    }
}

#[test]
fn a_component_that_is_structured_well_but_invalid_is_refused_by_the_compiler() {
    let mut invalid = good();
    // The body of `cabi_realloc` begins with this alignment by 15; a float constant in its place does not validate.
    let place = invalid.windows(3).position(|w| w == [0x41, 15, 0x6a]).expect("adds 15");
    invalid[place + 2] = 0x92;
    assert!(matches!(refused(&invalid), LoadError::Compile(twoway_runtime::CompileError::Invalid(_))));
}

#[test]
fn a_description_must_be_one_and_true() {
    let describing = |text: String| refused(&Guest { description: text, ..Guest::default() }.component());
    assert!(matches!(describing("{".into()), LoadError::NotADescription(_)));
    assert!(matches!(describing(json!({"surprise": 1}).to_string()), LoadError::NotADescription(_)));
    let mut lie = description();
    lie["actions"][0]["roles"] = json!(["nobody"]);
    assert!(matches!(describing(lie.to_string()), LoadError::Description(_)));
    let mut unasked = description();
    unasked["records"][0]["fields"][0]["class"] = json!("P2");
    unasked["records"][0]["fields"][0]["purpose"] = json!("care");
    assert!(matches!(describing(unasked.to_string()), LoadError::Description(_)));
    let mut promised = description();
    promised["views"] = json!([{"name": "today"}]);
    assert!(matches!(describing(promised.to_string()), LoadError::Gate(GateError::NotExported { what: "views" })));
}

#[test]
fn describing_may_neither_trap_nor_spin_nor_write() {
    let of = |guest: Guest| match refused(&guest.component()) {
        LoadError::Describe(failure) => failure.kind,
        other => panic!("{other}"),
    };
    assert!(matches!(of(Guest { describe: "unreachable", ..Guest::default() }), FailureKind::Trap(_)));
    assert!(matches!(of(Guest { describe: "(loop (br 0))", ..Guest::default() }), FailureKind::Fuel));
    assert!(matches!(of(Guest { start: "(loop (br 0))".into(), ..Guest::default() }), FailureKind::Fuel));
    assert!(matches!(of(Guest { describe: CREATE_NOTE, ..Guest::default() }), FailureKind::Output(_)));
}

#[test]
fn an_endless_loop_ends_with_its_fuel_or_its_deadline() {
    assert!(matches!(fails(acting("(loop (br 0))")).kind, FailureKind::Fuel));
    let bench = Bench::new();
    let hasty = twoway_manifest::Manifest {
        limits: twoway_manifest::Limits { deadline_ms: 1, fuel_millions: 2_000, ..manifest().limits },
        ..manifest()
    };
    let plugin = bench.runtime.load(&acting("(loop (br 0))").component(), &hasty).expect("loads");
    assert!(matches!(act(&plugin).expect_err("is stopped").kind, FailureKind::Deadline));
    bench.assert_alive();
}

#[test]
fn a_memory_bomb_is_stopped_where_it_grows_or_before_it_starts() {
    assert!(matches!(fails(acting("(drop (memory.grow (i32.const 1000)))")).kind, FailureKind::Memory));
    let little_by_little = "(loop (drop (memory.grow (i32.const 1))) (br 0))";
    assert!(matches!(fails(acting(little_by_little)).kind, FailureKind::Memory));
    assert!(matches!(
        refused(&Guest { memory: "64", ..Guest::default() }.component()),
        LoadError::Memory { asked: 4_096, limit: 1_024 }
    ));
}

#[test]
fn a_trap_says_what_it_was_and_brings_the_log() {
    let failure = fails(acting(&format!("{SAY_HELLO} unreachable")));
    assert!(matches!(&failure.kind, FailureKind::Trap(what) if what.contains("unreachable")), "{failure}");
    assert_eq!(failure.log.lines[0].message, "hello, log");
    let overflow = Guest { more: "(func $down (call $down))".into(), ..acting("(call $down)") };
    assert!(matches!(&fails(overflow).kind, FailureKind::Trap(what) if what.contains("stack")));
}

#[test]
fn oversized_or_unreadable_output_is_refused() {
    let create = |data: &str| {
        let words = "(i32.const 640) (i32.const 4) (i32.const 656) (i32.const 4)";
        Guest { memory: "16", ..acting(&format!("(call $create {words} {data} (i32.const 128))")) }
    };
    let output = |guest: Guest| match fails(guest).kind {
        FailureKind::Output(problem) => problem,
        other => panic!("{other}"),
    };
    assert!(output(create("(i32.const 131072) (i32.const 300000)")).contains("262144 are allowed"));
    // More than may cross the border at all.
    output(create("(i32.const 131072) (i32.const 900000)"));
    assert!(output(create("(i32.const 522) (i32.const 8)")).contains("is not JSON"));
    assert!(output(create("(i32.const 1048570) (i32.const 100)")).contains("bounds"));
    let not_utf8 = "(i32.store8 (i32.const 600) (i32.const 0xff))";
    output(acting(&format!("{not_utf8} {SAY_HELLO}")));
}

#[test]
fn no_output_holds_a_control_character() {
    let output = |guest: Guest| match fails(guest).kind {
        FailureKind::Output(problem) => problem,
        other => panic!("{other}"),
    };
    let word = "(i32.store8 (i32.const 640) (i32.const 0))";
    assert_eq!(
        output(acting(&format!("{word} {CREATE_NOTE}"))),
        "an id, key or name holds the control character U+0000"
    );
    for (escape, character) in [(r"\5cu0000", "U+0000"), (r"\5cu001b", "U+001B"), (r"\5cu007f", "U+007F")] {
        let note = "(call $create (i32.const 640) (i32.const 4) (i32.const 656) (i32.const 4)
            (i32.const 2048) (i32.const 17) (i32.const 128))";
        let more = format!(r#"(data (i32.const 2048) "{{\22text\22:\22{escape}\22}}")"#);
        let problem = output(Guest { more, ..acting(note) });
        assert_eq!(problem, format!("a new record holds the control character {character}"));
    }
    let named = Guest { more: r#"(func $"do\00wn" unreachable)"#.into(), ..acting(r#"(call $"do\00wn")"#) };
    let failure = fails(named).to_string();
    assert!(!failure.contains('\0'), "{failure:?}");
}

#[test]
fn a_flooded_log_is_cut_and_says_so() {
    let line =
        "(memory.fill (i32.const 2048) (i32.const 97) (i32.const 1000)) (i32.store8 (i32.const 2048) (i32.const 10))";
    let flood = format!(
        "(local $n i32) {line}
         (loop (call $log (i32.const 1) (i32.const 2048) (i32.const 1000))
            (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if 0 (i32.lt_u (local.get $n) (i32.const 500))))"
    );
    let bench = Bench::new();
    let decision = act(&bench.load(&acting(&flood))).expect("a talkative plugin still decides");
    assert!(decision.log.truncated);
    let bytes: usize = decision.log.lines.iter().map(|l| l.message.len()).sum();
    assert!(bytes <= MAX_LOG, "{bytes}");
    assert!(decision.log.lines.iter().all(|l| !l.message.contains('\n')), "a line cannot forge another one");
}

#[test]
fn a_million_host_calls_are_not_made() {
    let calls = format!(
        "(local $n i32)
         (loop {SAY_HELLO}
            (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if 0 (i32.lt_u (local.get $n) (i32.const 1000000))))"
    );
    assert!(matches!(fails(acting(&calls)).kind, FailureKind::HostCalls));
}

#[test]
fn a_broken_or_panicking_snapshot_ends_only_its_decision() {
    let with_get = Guest {
        imports: r#"
          (import "twoway:kind/log@1.0.0" "write" (func $log (param i32 i32 i32)))
          (import "twoway:kind/records@1.0.0" "get" (func $get (param i32 i32 i32)))"#,
        ..acting("(call $get (i32.const 640) (i32.const 4) (i32.const 2048))")
    };
    let bench = Bench::new();
    let plugin = bench.load(&with_get);
    let ask = |snapshot| plugin.decide_blocking(&context(), &write_question(), &Grant::default(), Box::new(snapshot));
    let gone = ask(Memory { broken: true, ..Memory::default() }).expect_err("has no database");
    assert!(matches!(&gone.kind, FailureKind::Snapshot(why) if why == "the database is gone"), "{gone}");
    let lost = ask(Memory { panics: true, ..Memory::default() }).expect_err("is lost");
    assert!(matches!(&lost.kind, FailureKind::Trap(_)), "{lost}");
    assert!(ask(Memory::default()).is_ok());
    bench.assert_alive();
}
