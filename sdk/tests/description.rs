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
    #[field(accept("png", "jpg"))]
    pub picture: Option<File>,
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

#[derive(Clone, Debug, PartialEq, Incidents)]
pub enum Incident {
    ToolBroke { name: String },
}

/// What a timer is set with and gives back.
#[derive(Form)]
pub struct Round {
    #[field(min = 1)]
    pub round: u32,
}

/// A line of the stock book.
#[derive(Form)]
pub struct Stock {
    pub shelf: String,
}

#[derive(Form)]
pub struct Seen {
    pub by: Person,
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

/// Calls for the tool, each day once more.
fn call(ctx: &Context<Settings>, host: &impl Host, tool: Item<Tool>, values: Round) -> Outcome {
    let next = Round { round: values.round + 1 };
    Ok(host.set_timer_with("call", &tool.id, ctx.now.plus_days(1), &next)?)
}

/// The tools of somebody who left are back in stock.
fn left(_: &Context<Settings>, host: &impl Host, gone: MemberEnded) -> Outcome {
    for mut tool in host.find(&Query::<Tool>::in_states(&[ToolState::Lent]))? {
        tool.borrowers.retain(|b| *b != gone.person);
        if tool.borrowers.is_empty() {
            tool.state = ToolState::InStock;
        }
        host.save(&tool)?;
    }
    Ok(())
}

fn start(_: &Context<Settings>, _: &impl Host, plan: ProjectStart) -> Outcome {
    if plan.ends_on < plan.starts_on { Err(No::Closed.into()) } else { Ok(()) }
}

twoway_sdk::plugin! {
    settings: Settings,
    roles: [KEEPER requires [ADULT]],
    served: [BORROWER],
    records: [Tool],
    refusals: No,
    incidents: Incident,
    books: ["stock" of Stock],
    evidence: Seen,
    actions: [LendOut => lend, CountTools => count],
    timers: ["due" on Tool => due, "call"(Round) on Tool => call],
    events: [MemberEnded => left],
    guards: [ProjectStart => start],
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
                {"key": "picture", "type": "file", "class": "P1", "accept": ["png", "jpg"]},
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
        "timers": [
            {"name": "due", "on": "tool"},
            {"name": "call", "on": "tool", "values": [
                {"key": "round", "type": "integer", "class": "P1", "required": true, "min": 1},
            ]},
        ],
        "events": ["member-ended"],
        "guards": ["project.start"],
        "incidents": [{"code": "tool-broke", "values": ["name"]}],
        "books": [{"key": "stock", "entry": [{"key": "shelf", "type": "line", "class": "P1", "required": true}]}],
        "evidence": [{"key": "by", "type": "person", "class": "P1", "required": true}],
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
        picture: None,
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

fn at_nine() -> Context<Settings> {
    let settings = Settings { longest: 14, closed_on: None };
    Context::at("2026-03-02", "09:00", settings).expect("a moment")
}

#[test]
fn a_host_event_reaches_its_hook_with_its_values() {
    let mut host = FakeHost::new();
    let gao = host.person("gao", &[]);
    let id = host.store("drill", ToolState::Lent, Tool { borrowers: vec![gao.clone()], ..drill() });
    left(&at_nine(), &host, MemberEnded { person: gao, roles: Vec::new() }).expect("is heard");
    assert_eq!(host.record(&id).map(|tool| tool.state), Some(ToolState::InStock));
}

/// The way that a running plugin's questions take, with content as the host sends it.
#[test]
fn events_guards_and_timers_are_found_by_name_and_get_typed_values() {
    use twoway_sdk::glue::{Content, Dispatch, RawContext};
    let content = |value: serde_json::Value| -> Content { value.as_object().cloned().expect("an object") };
    let ctx = || RawContext {
        project: "p".to_string(),
        settings: Content::new(),
        now: at_nine().now,
        utc_offset: 480,
        locale: "en".to_string(),
        seed: 1,
        actor: None,
        roles: Vec::new(),
        acting_for: None,
        confirmed_by: Vec::new(),
    };
    let mut host = FakeHost::new();
    host.store("drill", ToolState::Lent, drill());
    let gone = content(json!({"person": "gao", "roles": [], "of-a-later-host": 1}));
    assert_eq!(Registered::hear(&host, ctx(), "member-ended", gone), Ok(()));
    let missing = Registered::hear(&host, ctx(), "member-ended", Content::new());
    assert_eq!(missing, Err(Refusal::Internal("values: missing field `person`".to_string())));
    let strange = Registered::hear(&host, ctx(), "project-started", Content::new());
    assert_eq!(strange, Err(Refusal::Internal("there is no event 'project-started'".to_string())));
    let plan = content(json!({"starts_on": "2026-03-02", "ends_on": "2026-03-01"}));
    assert!(matches!(Registered::guard(&host, ctx(), "project.start", plan), Err(Refusal::Refused(_))));
    let tool = host.raw_get("drill");
    Registered::tick(&host, ctx(), "call", tool, content(json!({"round": 2}))).expect("rings");
    let set = host.sent().into_iter().find_map(|sent| match sent {
        twoway_sdk::Sent::Timer { name, values, .. } => Some((name, values)),
        _ => None,
    });
    assert_eq!(set, Some(("call".to_string(), content(json!({"round": 3})))));
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
