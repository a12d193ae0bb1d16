//! A small project kind as WebAssembly text, packed as `cargo twoway pack` packs: a note is written, finished by one or by two, each
//! ability is called once, and some actions misbehave on purpose.

use serde_json::{Value, json};
use twoway_manifest::Description;
use twoway_runtime::{Files, write_twk};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

const CONTRACT: &str = include_str!("../../../sdk/wit/v1/kind.wit");
const GUEST: &str = include_str!("guest.wat");

const IMPORTS: &[&str] = &[
    "records",
    "secrets",
    "timers",
    "notify",
    "people",
    "calendar",
    "tasks",
    "attendance",
    "ledger",
    "publishing",
    "incidents",
];

pub fn description() -> Value {
    let on_note = |key: &str, roles: Value, more: Value| {
        let mut action = json!({"key": key, "on": "note", "from": ["open"], "to": ["done"], "roles": roles});
        for (name, value) in more.as_object().into_iter().flatten() {
            action[name] = value.clone();
        }
        action
    };
    let form = json!([
        {"key": "text", "type": "line", "required": true},
        {"key": "mark", "type": "lines", "class": "P2", "purpose": "proof", "secret": true},
        {"key": "child", "type": "line", "class": "P4", "purpose": "care"},
        {"key": "route", "type": "line", "class": "P1", "retention-days": 60},
    ]);
    let code = json!([{"key": "code", "type": "line", "required": true}]);
    // What everybody may ask of a note, which stays where it is.
    let ask = |key: &str, form: &Value| json!({"key": key, "on": "note", "from": ["open"], "roles": ["participant"], "form": form});
    json!({
        "settings": [{"key": "limit", "type": "integer", "required": true, "min": 1}],
        "roles": [{"key": "helper", "requires": ["cleared"]}],
        "records": [{
            "key": "note", "title-field": "text", "indexes": ["text", "route"], "readers": ["helper"],
            "fields": form,
            "states": [{"key": "open"}, {"key": "done", "end": true}],
        }],
        "actions": [
            {"key": "write", "roles": ["participant"], "form": form},
            on_note("finish", json!(["helper", "project-lead"]), json!({})),
            on_note("finish-by-two", json!(["office", "project-lead"]), json!({"confirmations": 2,
                "form": [{"key": "why", "type": "line", "required": true}]})),
            on_note("guess", json!(["participant"]), json!({"to": []})),
            on_note("rescue", json!(["office", "project-lead"]), json!({"protective": true})),
            on_note("trap", json!(["participant"]), json!({})),
            on_note("loop", json!(["participant"]), json!({})),
            on_note("no", json!(["participant"]), json!({})),
            ask("ask", &json!([])), ask("call-off", &json!([])), ask("day", &json!([])), ask("expect", &json!([])),
            ask("verify", &code), ask("satisfied", &json!([])), ask("here", &json!([])), ask("book", &json!([])),
            ask("out", &json!([])), ask("publish", &json!([])), ask("unpublish", &json!([])), ask("injury", &json!([])),
            ask("jam", &json!([])),
        ],
        "timers": [{"name": "later"}],
        "events": ["project-started", "project-suspended", "project-resumed", "project-closed", "project-ended",
            "line-delivered", "member-added", "roles-changed", "member-ended", "fact-revoked", "incident-closed"],
        "guards": ["project.start"],
        "labels": ["place"],
        "incidents": [{"code": "fell", "values": ["where"]}],
        "books": [{"key": "stock", "entry": [{"key": "shelf", "type": "line", "required": true, "class": "P1"}]}],
        "indicators": [{"name": "on-time", "unit": "percent", "target-milli": 95_000}],
        "refusals": [{"code": "not-today"}],
        "notices": [{"code": "said"}],
    })
}

pub const TOML: &str = r#"
id = "notes"
version = "1.0.0"
contract = "1.0"
title = { zh-CN = "留言簿", en = "Notes" }
summary = { zh-CN = "测试用的项目类型", en = "A project kind for tests" }
license = "Apache-2.0"
[abilities]
secrets = { zh-CN = "核对特征", en = "Compare marks" }
timers = { zh-CN = "稍后提醒", en = "Remind later" }
notify = { zh-CN = "通知经办", en = "Tell the clerks" }
people = { zh-CN = "询问是否投保", en = "Ask who is insured" }
calendar = { zh-CN = "计算工作日", en = "Count working days" }
tasks = { zh-CN = "分派待办", en = "Assign work" }
attendance = { zh-CN = "报告到岗", en = "Report presence" }
ledger = { zh-CN = "登记出入", en = "Book what comes and goes" }
publishing = { zh-CN = "公开留言", en = "Publish notes" }
incidents = { zh-CN = "上报摔伤", en = "Report falls" }
[[data.P2]]
purpose = "proof"
reason = { zh-CN = "证明归属", en = "To prove whose it is" }
retention-days = 30
[[data.P4]]
purpose = "care"
reason = { zh-CN = "照护儿童", en = "To care for the child" }
retention-days = 30
[limits]
memory-mib = 1
fuel-millions = 50
deadline-ms = 5000
"#;

fn component(description: &str) -> Vec<u8> {
    let escaped: String = description.bytes().map(|b| format!("\\{b:02x}")).collect();
    let length = u32::try_from(description.len()).expect("short");
    let pair: String = [8192_u32, length].iter().flat_map(|n| n.to_le_bytes()).map(|b| format!("\\{b:02x}")).collect();
    let text = GUEST.replace("{{pair}}", &pair).replace("{{description}}", &escaped);
    let mut module = wat::parse_str(&text).expect("the fixture is WebAssembly text");
    let mut resolve = Resolve::default();
    resolve.push_str("kind.wit", CONTRACT).expect("the contract parses");
    let imports: String = IMPORTS.iter().map(|name| format!("import twoway:kind/{name}@1.0.0; ")).collect();
    let world = format!(
        "package test:notes; world notes {{ {imports} export twoway:kind/behaviour@1.0.0; \
        export twoway:kind/indicators@1.0.0; }}"
    );
    let package = resolve.push_str("notes.wit", &world).expect("the world parses");
    let world = resolve.select_world(&[package], Some("notes")).expect("there is one world");
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).expect("takes metadata");
    let mut encoder = ComponentEncoder::default();
    encoder.validate(true).module(&module).expect("is a guest module");
    encoder.encode().expect("becomes a component")
}

/// The files of the package.
pub fn files() -> Files {
    files_of(description())
}

fn files_of(description: Value) -> Files {
    let described: Description = serde_json::from_value(description.clone()).expect("a description");
    let texts: String = described.text_keys().iter().map(|key| format!("{key} = «{key}»\n")).collect();
    let mut files = Files::new();
    files.insert("plugin.toml".into(), TOML.into());
    files.insert("component.wasm".into(), component(&serde_json::to_string(&described).expect("JSON")));
    files.insert("description.json".into(), description.to_string().into_bytes());
    files.insert(
        "locales/zh-CN.ftl".into(),
        texts
            .replace("«refusal-not-today»", "今天不行")
            .replace("«incident-fell»", "有人在{ $where }摔倒")
            .into_bytes(),
    );
    files.insert("locales/en.ftl".into(), texts.into_bytes());
    files.insert("README.md".into(), b"# Notes\n".to_vec());
    files
}

pub fn package() -> Vec<u8> {
    write_twk(&files(), None).expect("packs")
}

/// The package of a plugin that has nothing against a project's start.
pub fn lenient() -> Vec<u8> {
    let mut description = description();
    description["guards"] = json!([]);
    write_twk(&files_of(description), None).expect("packs")
}
