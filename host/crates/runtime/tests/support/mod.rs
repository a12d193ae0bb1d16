//! Small plugins as WebAssembly text, wrapped into components the way `cargo twoway build` does it, and a snapshot in memory.
#![allow(dead_code, reason = "each test file uses its own part of this module")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops where its fixture is wrong")]

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use twoway_manifest::{Grant, Manifest};
use twoway_runtime::{
    Allocation, Broken, CompileLimits, Compiler, Context, Decision, Failure, Find, Item, Millis, Plugin, Question,
    Refusal, Runtime, RuntimeConfig, Snapshot,
};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

const KIND: &str = include_str!("../../../../../sdk/wit/v1/kind.wit");
const GUEST: &str = include_str!("../fixtures/guest.wat");

/// What differs between two fixtures. The default is a plugin that behaves well.
#[derive(Clone)]
pub struct Guest {
    /// Lines of a world of its own, beside `export twoway:kind/behaviour`.
    pub world: &'static str,
    pub imports: &'static str,
    pub memory: &'static str,
    pub description: String,
    pub act: String,
    pub tick: &'static str,
    pub start: String,
    pub describe: &'static str,
    pub more: String,
    /// What `act` returns: the address of its result.
    pub answer: &'static str,
    pub kind: String,
}

impl Default for Guest {
    fn default() -> Self {
        Self {
            world: "import twoway:kind/log@1.0.0; import twoway:kind/records@1.0.0;",
            imports: LOG_AND_RECORDS,
            memory: "4",
            description: description().to_string(),
            act: String::new(),
            tick: "",
            start: String::new(),
            describe: "",
            more: String::new(),
            answer: "(i32.const 64)",
            kind: KIND.to_string(),
        }
    }
}

pub const LOG_AND_RECORDS: &str = r#"
  (import "twoway:kind/log@1.0.0" "write" (func $log (param i32 i32 i32)))
  (import "twoway:kind/records@1.0.0" "create" (func $create (param i32 i32 i32 i32 i32 i32 i32)))"#;

/// Writes the text of ten characters at 600 to the log.
pub const SAY_HELLO: &str = "(call $log (i32.const 1) (i32.const 600) (i32.const 10))";
/// Creates a `note` in state `open`.
pub const CREATE_NOTE: &str = "(call $create (i32.const 640) (i32.const 4) (i32.const 656) (i32.const 4)
    (i32.const 672) (i32.const 16) (i32.const 128))";

pub fn description() -> Value {
    json!({
        "records": [{
            "key": "note",
            "fields": [{"key": "text", "type": "line"}],
            "states": [{"key": "open"}, {"key": "done", "end": true}],
        }],
        "actions": [{"key": "write", "roles": ["participant"]}],
        "timers": [{"name": "overdue"}],
        "refusals": [{"code": "too-late"}],
    })
}

impl Guest {
    pub fn component(&self) -> Vec<u8> {
        let wat = self.wat();
        let mut module = wat::parse_str(&wat).unwrap_or_else(|e| panic!("{e}\n{wat}"));
        let mut resolve = Resolve::default();
        resolve.push_str("kind.wit", &self.kind).expect("the contract parses");
        let world = format!("package test:guest; world guest {{ {} export twoway:kind/behaviour@1.0.0; }}", self.world);
        let package = resolve.push_str("guest.wit", &world).expect("the fixture's world parses");
        let world = resolve.select_world(&[package], Some("guest")).expect("there is one world");
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).expect("takes metadata");
        let mut encoder = ComponentEncoder::default();
        encoder.validate(true).module(&module).expect("is a guest module");
        encoder.encode().expect("becomes a component")
    }

    fn wat(&self) -> String {
        let escaped: String = self.description.bytes().map(|b| format!("\\{b:02x}")).collect();
        let length = u32::try_from(self.description.len()).unwrap();
        let pair: String =
            [4096_u32, length].iter().flat_map(|n| n.to_le_bytes()).map(|b| format!("\\{b:02x}")).collect();
        GUEST
            .replace("{{imports}}", self.imports)
            .replace("{{memory}}", self.memory)
            .replace("{{pair}}", &pair)
            .replace("{{description}}", &escaped)
            .replace("{{act}}", &self.act)
            .replace("{{tick}}", self.tick)
            .replace("{{start}}", &self.start)
            .replace("{{describe}}", self.describe)
            .replace("{{more}}", &self.more)
            .replace("{{answer}}", self.answer)
    }
}

pub fn good() -> Vec<u8> {
    Guest { act: format!("{SAY_HELLO} {CREATE_NOTE}"), ..Guest::default() }.component()
}

/// A manifest with room enough that a slow machine does not decide a test: only what a test is about ends a call.
pub fn manifest() -> Manifest {
    manifest_with("")
}

pub fn manifest_with(more: &str) -> Manifest {
    let text = format!(
        r#"
        id = "fixture"
        version = "1.0.0"
        contract = "1.0"
        title = {{ zh-CN = "样例", en = "Fixture" }}
        summary = {{ zh-CN = "样例", en = "Fixture" }}
        license = "Apache-2.0"
        [limits]
        memory-mib = 1
        fuel-millions = 200
        deadline-ms = 10000
        {more}"#
    );
    Manifest::parse(&text).expect("a valid manifest")
}

pub fn compiler() -> Compiler {
    Compiler {
        program: env!("CARGO_BIN_EXE_twoway-compile").into(),
        args: Vec::new(),
        limits: CompileLimits::default(),
    }
}

pub struct Bench {
    pub runtime: Runtime,
    pub folder: tempfile::TempDir,
}

impl Bench {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    pub fn with(change: impl FnOnce(&mut RuntimeConfig)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut config = RuntimeConfig::new(folder.path().join("code"), compiler());
        config.allocation = Allocation::Pooling { slots: 4 };
        change(&mut config);
        Self { runtime: Runtime::new(config).expect("starts"), folder }
    }

    pub fn load(&self, guest: &Guest) -> Arc<Plugin> {
        self.runtime.load(&guest.component(), &manifest()).expect("loads")
    }

    /// A plugin that behaves well still gets its decision.
    pub fn assert_alive(&self) {
        let plugin = self.runtime.load(&good(), &manifest()).expect("a good plugin loads");
        let decision = act(&plugin).expect("a good plugin decides");
        assert_eq!(decision.writes.len(), 1);
    }
}

pub fn context() -> Context {
    Context {
        project: "p1".into(),
        settings: json!({}),
        now: 1_767_225_600_000,
        utc_offset: 480,
        locale: "zh-CN".into(),
        seed: 7,
        actor: Some("someone".into()),
        roles: vec!["participant".into()],
        acting_for: None,
        confirmed_by: vec!["someone".into()],
    }
}

pub fn write_question() -> Question {
    Question::Act { action: "write".into(), target: None, input: json!({}) }
}

pub fn act(plugin: &Plugin) -> Result<Decision, Failure> {
    plugin.decide_blocking(&context(), &write_question(), &Grant::default(), Box::new(Memory::default()))
}

/// A snapshot over a map.
#[derive(Default)]
pub struct Memory {
    pub items: BTreeMap<String, Item>,
    /// Every read fails, as when the database is gone.
    pub broken: bool,
    /// Every read is a bug of the host.
    pub panics: bool,
}

impl Memory {
    fn whole<T>(&self, answer: T) -> Result<T, Broken> {
        assert!(!self.panics, "a bug in the snapshot, made by this test");
        if self.broken { Err(Broken("the database is gone".into())) } else { Ok(answer) }
    }
}

impl Snapshot for Memory {
    fn get(&mut self, id: &str) -> Result<Option<Item>, Broken> {
        self.whole(self.items.get(id).cloned())
    }
    fn find(&mut self, question: &Find) -> Result<Result<Vec<Item>, Refusal>, Broken> {
        self.whole(Ok(self.items.values().filter(|i| i.kind == question.kind).cloned().collect()))
    }
    fn count(&mut self, kind: &str, _states: &[String], _where: &Value) -> Result<Result<u64, Refusal>, Broken> {
        self.whole(Ok(self.items.values().filter(|i| i.kind == kind).count() as u64))
    }
    fn satisfies(&mut self, _who: &str, predicate: &str) -> Result<Result<bool, String>, Broken> {
        self.whole(Ok(predicate == "adult"))
    }
    fn secret_matches(&mut self, _r: &str, _f: &str, answers: &[String]) -> Result<Result<u32, String>, Broken> {
        self.whole(Ok(answers.len() as u32))
    }
    fn code_is_valid(&mut self, _p: &str, _t: &str, code: &str) -> Result<Result<bool, String>, Broken> {
        self.whole(Ok(code == "123456"))
    }
    fn is_workday(&mut self, _day: Millis) -> Result<bool, Broken> {
        self.whole(true)
    }
    fn add_workdays(&mut self, start: Millis, days: i32) -> Result<Millis, Broken> {
        self.whole(start + Millis::from(days) * 86_400_000)
    }
    fn balance(&mut self, _book: &str, _key: &str) -> Result<Result<i64, String>, Broken> {
        self.whole(Ok(0))
    }
    fn new_id(&mut self, nth: u32) -> String {
        format!("new-{nth}")
    }
}
