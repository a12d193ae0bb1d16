//! From types to the description, and from the description's content back into types.

use serde_json::json;
use twoway_manifest::{DataClass, Description, FieldType};
use twoway_sdk::prelude::*;
use twoway_sdk::{FakeHost, predicates};

const KEEPER: &str = "keeper";
const BORROWER: &str = "borrower";

#[derive(Form)]
pub struct Settings {
    #[field(min = 1, max = 30, unit = "days", default = 14_u32)]
    pub longest: u32,
    pub closed_on: Option<Date>,
}

#[derive(Clone, Copy, Debug, PartialEq, States)]
pub enum ToolState {
    InStock,
    Lent,
    #[state(end)]
    Gone,
}

#[derive(Clone, Copy, Debug, PartialEq, Choice)]
pub enum Wear {
    AsNew,
    Worn,
}

#[derive(Record)]
#[record(states = ToolState, title = name, index(name, wear), readers(KEEPER, BORROWER))]
pub struct Tool {
    #[field(class = P0, max_length = 60)]
    pub name: String,
    pub wear: Wear,
    pub borrowers: Vec<Person>,
    #[field(class = P3, purpose = "insurance", kind = Text, retention_days = 90)]
    pub owner: Sealed<String>,
    #[field(class = P2, purpose = "verify")]
    pub marks: Secret<Vec<String>>,
    pub due_on: Option<Date>,
}

#[derive(Action)]
#[action(on = Tool, from(InStock), to(Lent), roles(KEEPER), confirmations = 2, protective)]
pub struct LendOut {
    pub damaged: bool,
    #[field(show_if(damaged = true), max_length = 100)]
    pub damage: Option<String>,
    pub parts: Vec<String>,
}

#[derive(Action)]
#[action(key = "count", roles(twoway_sdk::roles::PROJECT_LEAD))]
pub struct CountTools {}

#[derive(Clone, Debug, PartialEq, Refusals)]
pub enum No {
    #[rule("约定第三条")]
    LentTooLong {
        days: u32,
        longest: u32,
    },
    Closed,
}

fn lend(_: &Context<Settings>, _: &impl Host, _: Item<Tool>, _: LendOut) -> Outcome {
    Ok(())
}

fn count(_: &Context<Settings>, _: &impl Host, _: (), _: CountTools) -> Outcome {
    Err(No::Closed.into())
}

fn due(_: &Context<Settings>, _: &impl Host, _: Item<Tool>) -> Outcome {
    Ok(())
}

twoway_sdk::plugin! {
    settings: Settings,
    roles: [KEEPER requires [ADULT]],
    served: [BORROWER],
    records: [Tool],
    refusals: No,
    actions: [LendOut => lend, CountTools => count],
    timers: ["due" on Tool => due],
}

#[test]
fn types_become_the_description() {
    let expected: Description = serde_json::from_value(json!({
        "settings": [
            {"key": "longest", "type": "integer", "class": "P1", "required": false, "min": 1, "max": 30, "unit": "days", "default": 14},
            {"key": "closed_on", "type": "date", "class": "P1"},
        ],
        "roles": [{"key": "keeper", "requires": ["adult"]}, {"key": "borrower", "served": true}],
        "records": [{
            "key": "tool",
            "states": [{"key": "in_stock"}, {"key": "lent"}, {"key": "gone", "end": true}],
            "indexes": ["name", "wear"],
            "title-field": "name",
            "readers": ["keeper", "borrower"],
            "fields": [
                {"key": "name", "type": "line", "class": "P0", "required": true, "max-length": 60},
                {"key": "wear", "type": "choice", "class": "P1", "required": true,
                 "options": [{"value": "as_new"}, {"value": "worn"}]},
                {"key": "borrowers", "type": "persons", "class": "P1", "required": false},
                {"key": "owner", "type": "text", "class": "P3", "required": true, "purpose": "insurance", "retention-days": 90},
                {"key": "marks", "type": "lines", "class": "P2", "required": false, "purpose": "verify", "secret": true},
                {"key": "due_on", "type": "date", "class": "P1"},
            ],
        }],
        "actions": [
            {"key": "lend-out", "on": "tool", "from": ["in_stock"], "to": ["lent"], "roles": ["keeper"],
             "confirmations": 2, "protective": true, "form": [
                {"key": "damaged", "type": "boolean", "class": "P1"},
                {"key": "damage", "type": "line", "class": "P1", "max-length": 100, "show-if": {"field": "damaged", "equals": true}},
                {"key": "parts", "type": "lines", "class": "P1", "required": true},
            ]},
            {"key": "count", "roles": ["project-lead"]},
        ],
        "timers": [{"name": "due", "on": "tool"}],
        "refusals": [
            {"code": "lent-too-long", "values": ["days", "longest"], "rule": "约定第三条"},
            {"code": "closed"},
        ],
    }))
    .expect("is a description");
    assert_eq!(description(), expected);
    assert_eq!(description().check(), Ok(()));
}

#[test]
fn a_refusal_carries_its_values_and_its_rule() {
    let Refusal::Refused(problem) = Refusal::from(No::LentTooLong { days: 20, longest: 14 }) else {
        panic!("a refusal of the whole action")
    };
    assert_eq!((problem.code, problem.field), ("lent-too-long", None));
    assert_eq!(json!(problem.values), json!({"days": 20, "longest": 14}));
    assert_eq!(problem.rule.as_deref(), Some("约定第三条"));
}

#[test]
fn settings_fall_back_on_their_defaults() {
    let read = |value: serde_json::Value| Settings::read(value.as_object().expect("an object")).map(|s| s.longest);
    assert_eq!(read(json!({})), Ok(14));
    assert_eq!(read(json!({"longest": 3})), Ok(3));
    assert!(read(json!({"longest": "three"})).is_err());
}

fn drill() -> Tool {
    Tool {
        name: "电钻".to_string(),
        wear: Wear::AsNew,
        borrowers: Vec::new(),
        owner: "周".to_string().into(),
        marks: vec!["红漆".to_string()].into(),
        due_on: Date::parse("2026-03-09"),
    }
}

#[test]
fn saving_writes_what_changed_and_leaves_the_rest_alone() {
    let mut host = FakeHost::new();
    let id = host.store("drill", ToolState::Lent, drill());
    let mut tool = host.get(&id).expect("can be read").expect("is there");
    tool.state = ToolState::InStock;
    tool.due_on = None;
    tool.wear = Wear::Worn;
    host.save(&tool).expect("can be written");
    let after = host.record(&id).expect("is there");
    assert_eq!((after.state, after.wear, after.due_on), (ToolState::InStock, Wear::Worn, None));
    assert_eq!((after.name.as_str(), after.owner.read().map(String::as_str)), ("电钻", Some("周")));
    // The next decision sees it, this one does not.
    assert_eq!(host.get(&id).expect("can be read").map(|t| t.state), Some(ToolState::Lent));
    host.settle();
    assert_eq!(host.get(&id).expect("can be read").map(|t| t.state), Some(ToolState::InStock));
}

#[test]
fn what_is_held_back_passes_through_unread() {
    let mark = json!({"$held": "owner"});
    let content = json!({"name": "锯", "wear": "worn", "owner": mark, "marks": {"$held": "marks"}});
    let tool = Tool::read(content.as_object().expect("an object")).expect("can be read");
    assert_eq!(tool.owner.read(), None);
    assert_eq!(json!(tool.write()), content);
}

#[test]
fn one_searches_only_by_what_is_an_index() {
    let mut host = FakeHost::new();
    host.store("drill", ToolState::InStock, drill());
    let by = |index: &str| host.count(&Query::<Tool>::all().with(index, &"电钻".to_string()));
    assert_eq!(by("name"), Ok(1));
    assert!(matches!(by("owner"), Err(Refusal::Internal(_))));
}

#[test]
fn an_ability_that_was_not_granted_answers_so() {
    let mut host = FakeHost::new();
    let person = host.person("gao", &[predicates::ADULT]);
    assert_eq!(host.satisfies(&person, predicates::ADULT), Ok(true));
    host.deny("people");
    assert!(host.satisfies(&person, predicates::ADULT).is_err());
}

/// Nothing becomes public by being forgotten.
#[test]
fn classes_are_internal_unless_said_otherwise() {
    let tool = description().records.remove(0);
    let class = |key: &str| tool.fields.iter().find(|f| f.key == key).map(|f| (f.class, f.kind));
    assert_eq!(class("wear"), Some((DataClass::P1, FieldType::Choice)));
    assert_eq!(class("owner"), Some((DataClass::P3, FieldType::Text)));
}
