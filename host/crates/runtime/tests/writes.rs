//! What a plugin may write is what its description announces. One case for each rule, beside one in which everything is right.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests stop at the first surprise")]

use serde_json::{Value, json};
use twoway_manifest::{Ability, DataClass, Description, Grant, HeldBack};
use twoway_runtime::{Item, Proposal, Question, Write, check_writes, merge, referenced};

fn description() -> Description {
    serde_json::from_value(json!({
        "roles": [{"key": "duty"}],
        "records": [
            {"key": "visit", "fields": [
                {"key": "pupil", "type": "record", "of": "pupil", "required": true, "class": "P1"},
                {"key": "note", "type": "line", "max-length": 10},
                {"key": "code", "type": "line", "secret": true, "class": "P2", "purpose": "care"},
                {"key": "allergy", "type": "line", "class": "P3", "purpose": "care"},
                {"key": "picture", "type": "file"},
                {"key": "other_picture", "type": "file"},
                {"key": "paper", "type": "file", "class": "P3", "purpose": "care"},
            ], "states": [{"key": "expected"}, {"key": "in_care"}, {"key": "released", "end": true}]},
            {"key": "pupil", "fields": [
                {"key": "guardians", "type": "persons"},
                {"key": "name", "type": "line"},
            ], "states": [{"key": "enrolled"}]},
        ],
        "actions": [
            {"key": "release", "on": "visit", "from": ["in_care"], "to": ["released"], "roles": ["duty"]},
            {"key": "close-day", "roles": ["duty"], "form": [
                {"key": "code", "type": "line", "secret": true, "class": "P2", "purpose": "care"},
                {"key": "picture", "type": "file"},
                {"key": "health_paper", "type": "file", "class": "P3", "purpose": "care"},
            ]},
        ],
        "timers": [
            {"name": "overdue", "on": "visit", "values": [{"key": "round", "type": "integer", "min": 1}]},
            {"name": "evening"},
        ],
        "events": ["project-suspended"],
        "guards": ["project.start"],
        "notices": [{"code": "collected", "values": ["time"]}],
        "incidents": [{"code": "fall", "values": ["where"]}],
        "books": [{"key": "stock", "entry": [{"key": "text", "type": "text", "max-length": 300_000}]}],
        "evidence": [{"key": "seen_by", "type": "person", "required": true}],
    }))
    .expect("is a description")
}

fn record(id: &str) -> Option<Item> {
    let of = |kind: &str, state: &str, data: Value| Item {
        id: id.into(),
        kind: kind.into(),
        state: state.into(),
        version: 1,
        data,
        created: 1,
        changed: 1,
    };
    match id {
        "v1" => Some(of("visit", "in_care", json!({"pupil": "p1", "note": "calm"}))),
        "v2" => Some(of("visit", "released", json!({"pupil": "p1", "note": "calm", "allergy": "花生"}))),
        "p1" => Some(of("pupil", "enrolled", json!({"guardians": ["g1"], "name": "一"}))),
        _ => None,
    }
}

fn release() -> Question {
    Question::Act { action: "release".into(), target: record("v1"), input: json!({}) }
}

fn grant() -> Grant {
    Grant { abilities: Ability::ALL.into(), classes: [DataClass::P2].into() }
}

fn check_as(question: &Question, grant: &Grant, writes: &[Write]) -> Result<Vec<Write>, Vec<String>> {
    check_writes(&Proposal {
        description: &description(),
        grant,
        question,
        roles: &["duty".to_string()],
        held: &HeldBack::default(),
        writes,
        lookup: &record,
    })
}

fn problems(writes: &[Write]) -> String {
    check_as(&release(), &grant(), writes).expect_err("is not acceptable").join("\n")
}

fn update(id: &str, state: Option<&str>, patch: Value) -> Write {
    Write::Update { id: id.into(), state: state.map(Into::into), patch }
}

fn create(data: Value) -> Write {
    Write::Create { id: "n1".into(), kind: "visit".into(), state: "expected".into(), data }
}

fn notify(audience: &str) -> Write {
    let values = json!({"time": "17:30"});
    Write::Notify { key: "k".into(), audience: audience.into(), template: "collected".into(), values, urgent: false }
}

fn timer(name: &str, target: Option<&str>) -> Write {
    Write::SetTimer { name: name.into(), target: target.map(Into::into), at: 1_767_225_600_000, values: json!({}) }
}

fn incident(what: &str, severity: &str, values: Value) -> Write {
    Write::Incident { key: "i".into(), what: what.into(), target: None, severity: severity.into(), values }
}

#[test]
fn a_release_as_it_should_be() {
    let writes = [
        update("v1", Some("released"), json!({"note": " at gate "})),
        create(json!({"pupil": "p1"})),
        notify("related:p1/guardians"),
        Write::CancelTimer { name: "overdue".into(), target: Some("v1".into()) },
        timer("overdue", Some("n1")),
        Write::OpenTask {
            key: "t".into(),
            assignee: "role:duty".into(),
            action: "release".into(),
            target: Some("n1".into()),
            due: None,
        },
        incident("fall", "minor", json!({"where": "stairs"})),
        Write::Attendance {
            who: "g1".into(),
            session: "v1".into(),
            at: 1,
            what: "arrived".into(),
            evidence: json!({"seen_by": "g2"}),
        },
        Write::Ledger { book: "stock".into(), key: "k".into(), quantity: 1, entry: json!({"text": "shelf"}) },
        Write::SetTimer { name: "overdue".into(), target: Some("v1".into()), at: 1, values: json!({"round": 2}) },
    ];
    assert_eq!(referenced(&description(), &writes).into_iter().collect::<Vec<_>>(), ["p1", "v1"]);
    let checked = check_as(&release(), &grant(), &writes).expect("is as described");
    assert_eq!(checked[0], update("v1", Some("released"), json!({"note": "at gate"})), "texts are kept trimmed");
    assert_eq!(checked[1..], writes[1..]);
}

#[test]
fn the_question_must_be_the_descriptions_and_the_actors() {
    let asked = |question| check_as(&question, &grant(), &[]).expect_err("is not described").join("\n");
    assert_eq!(
        asked(Question::Tick { timer: "noon".into(), target: None, values: json!({}) }),
        "there is no timer 'noon'"
    );
    let hears = |event: &str, values: Value| Question::Hear { event: event.into(), values };
    assert!(asked(hears("rain", json!({}))).starts_with("there is no event 'rain' in the host; it has "));
    assert_eq!(asked(hears("project-started", json!({}))), "event 'project-started' is not listened to");
    assert_eq!(
        asked(hears("project-suspended", json!({}))),
        "the values of 'project-suspended': missing field `reason`"
    );
    check_as(&hears("project-suspended", json!({"reason": "flood"})), &grant(), &[]).expect("is told as described");
    let released = Question::Act { action: "release".into(), target: record("v2"), input: json!({}) };
    assert_eq!(asked(released), "action 'release' is not open to this actor on this target");
    let guard = |transition: &str, values: Value| Question::Guard { transition: transition.into(), values };
    assert_eq!(
        asked(guard("project.start", json!({"starts_on": "2026-11-23"}))),
        "the values of 'project.start': missing field `ends_on`"
    );
    assert_eq!(asked(guard("project.close", json!({"started": 1}))), "'project.close' is not guarded");
    let guard = guard("project.start", json!({"starts_on": "2026-11-23", "ends_on": "2026-12-23"}));
    let writing = check_as(&guard, &grant(), &[create(json!({"pupil": "p1"}))]);
    assert_eq!(writing.expect_err("a guard writes nothing"), ["guards, views and indicators may not write"]);
}

#[test]
fn states_are_described_and_an_end_is_an_end() {
    assert!(problems(&[update("v1", Some("lost"), json!({}))]).contains("'visit' has no state 'lost'"));
    assert_eq!(
        problems(&[update("v1", Some("expected"), json!({}))]),
        "update visit: action 'release' does not lead to 'expected'"
    );
    assert_eq!(
        problems(&[update("v2", Some("in_care"), json!({}))]),
        "update visit: 'released' is an end, nothing leaves it"
    );
    let twice = [update("v1", Some("released"), json!({})), update("v1", Some("in_care"), json!({}))];
    assert!(problems(&twice).contains("is an end"), "the second write sees the first");
    let tick = Question::Tick { timer: "overdue".into(), target: record("v1"), values: json!({}) };
    check_as(&tick, &grant(), &[update("v1", Some("expected"), json!({}))]).expect("a timer may choose any state");
}

#[test]
fn fields_are_known_and_of_their_kind() {
    assert_eq!(problems(&[create(json!({}))]), "create visit: field 'pupil' is required");
    assert_eq!(
        problems(&[update("v1", None, json!({"pupil": null}))]),
        "update visit: field 'pupil' is required and cannot be removed"
    );
    assert_eq!(problems(&[update("v1", None, json!({"mood": "good"}))]), "update visit: 'visit' has no field 'mood'");
    assert_eq!(problems(&[update("v1", None, json!({"note": 7}))]), "update visit: field 'note' is wrong-type");
    assert_eq!(
        problems(&[update("v1", None, json!({"note": "0123456789x"}))]),
        "update visit: field 'note' is too-long"
    );
    assert_eq!(problems(&[update("v1", None, json!([]))]), "update visit: the content is not an object");
    assert_eq!(problems(&[update("v9", None, json!({}))]), "update: there is no record 'v9'");
    let names = "update visit: field 'pupil' names no record of kind 'pupil'";
    assert_eq!(problems(&[update("v1", None, json!({"pupil": "v2"}))]), names);
    assert_eq!(problems(&[update("v1", None, json!({"pupil": "p9"}))]), names);
    let unknown = Write::Create { id: "n1".into(), kind: "cat".into(), state: "expected".into(), data: json!({}) };
    assert_eq!(problems(&[unknown]), "create cat: there is no record kind 'cat'");
}

#[test]
fn what_may_not_be_read_takes_only_what_was_held_back() {
    let closed = "takes only what was held back of the input";
    assert!(problems(&[update("v1", None, json!({"code": "1234"}))]).contains(closed));
    assert!(problems(&[update("v1", None, json!({"allergy": "nuts"}))]).contains(closed), "P3 is not granted");
    assert!(problems(&[update("v1", None, json!({"code": null}))]).contains(closed));

    let description = description();
    let form = &description.action("close-day").expect("is described").form;
    let mut input = json!({"code": "1234"}).as_object().cloned().expect("an object");
    let held = HeldBack::take(form, &grant(), &mut input);
    let question = Question::Act { action: "close-day".into(), target: None, input: Value::from(input.clone()) };
    let check = |patch: Value| {
        check_writes(&Proposal {
            description: &description,
            grant: &grant(),
            question: &question,
            roles: &["duty".to_string()],
            held: &held,
            writes: &[update("v1", None, patch)],
            lookup: &record,
        })
    };
    assert_eq!(check(json!({"code": input["code"]})), Ok(vec![update("v1", None, json!({"code": "1234"}))]));
    assert!(check(json!({"note": input["code"]})).is_err(), "a secret cannot be moved into an open field");
}

#[test]
fn a_file_comes_out_of_the_form_into_one_place_that_keeps_it_as_closely() {
    let description = description();
    let form = &description.action("close-day").expect("is described").form;
    let mut input = json!({"picture": "f1", "health_paper": "f2"}).as_object().cloned().expect("an object");
    let held = HeldBack::take(form, &grant(), &mut input);
    let check = |writes: &[Write]| {
        let question = Question::Act { action: "close-day".into(), target: None, input: Value::from(input.clone()) };
        check_writes(&Proposal {
            description: &description,
            grant: &grant(),
            question: &question,
            roles: &["duty".to_string()],
            held: &held,
            writes,
            lookup: &|id| {
                let mut item = record(id)?;
                item.data["other_picture"] = "old".into();
                Some(item)
            },
        })
    };
    let wrong = |patch: Value| check(&[update("v1", None, patch)]).expect_err("is refused").join("\n");
    let right = json!({"picture": "f1", "other_picture": "old", "paper": input["health_paper"]});
    let kept = json!({"picture": "f1", "other_picture": "old", "paper": "f2"});
    assert_eq!(check(&[update("v1", None, right)]), Ok(vec![update("v1", None, kept)]));
    let only = "update visit: field 'picture' takes only a file of this action's form";
    assert_eq!(wrong(json!({"picture": "f9"})), only, "it was uploaded for something else");
    assert_eq!(wrong(json!({"picture": "old"})), only, "it stands in another field");
    assert_eq!(
        wrong(json!({"picture": "f1", "other_picture": "f1"})),
        "update visit: the file of field 'other_picture' stands in two places"
    );
    assert_eq!(
        wrong(json!({"picture": input["health_paper"]})),
        "update visit: 'picture' of 'visit' may not take what was held back of 'health_paper'"
    );
    let tick = Question::Tick { timer: "overdue".into(), target: record("v1"), values: json!({}) };
    let rung = check_as(&tick, &grant(), &[update("v1", None, json!({"picture": "f1"}))]);
    assert_eq!(rung.expect_err("a timer has no form"), [only]);
}

#[test]
fn people_are_reached_through_what_is_described() {
    for audience in ["someone", "role:duty", "role:office", "related:p1/guardians"] {
        check_as(&release(), &grant(), &[notify(audience)]).expect("is an audience");
    }
    for audience in ["role:king", "related:p1/name", "related:p9/guardians", "related:p1", "mail:a@b.cn", " "] {
        assert!(check_as(&release(), &grant(), &[notify(audience)]).is_err(), "{audience}");
    }
    assert_eq!(problems(&[notify("someone"), notify("role:duty")]), "notify: the key 'k' is used twice");
    let said = |template: &str, values: Value| {
        let (key, audience) = ("k".to_string(), "someone".to_string());
        problems(&[Write::Notify { key, audience, template: template.into(), values, urgent: true }])
    };
    assert_eq!(said("weather", json!({})), "notify: 'weather' is not described");
    assert_eq!(said("collected", json!({})), "notify 'collected': the value 'time' is missing");
    assert_eq!(said("collected", json!({"time": 1, "x": 2})), "notify 'collected': its text has no value 'x'");
    assert_eq!(
        said("collected", json!({"time": [1]})),
        "notify 'collected': the value 'time' is neither text nor number"
    );
}

#[test]
fn timers_tasks_codes_and_incidents_name_what_exists() {
    assert_eq!(problems(&[timer("noon", None)]), "timer: there is no timer 'noon'");
    assert_eq!(problems(&[timer("overdue", None)]), "timer 'overdue': it needs a target of kind 'visit'");
    assert_eq!(problems(&[timer("overdue", Some("p1"))]), "timer 'overdue': 'p1' is no record of kind 'visit'");
    assert_eq!(
        problems(&[timer("evening", Some("v1"))]),
        "timer 'evening': it is of the whole project and takes no target"
    );
    let code = Write::IssueCode { purpose: "pick-up".into(), target: "v9".into(), to: "g1".into(), valid_minutes: 0 };
    assert_eq!(problems(&[code]), "code: there is no record 'v9'\ncode: it is valid for 1 minute to 7 days");
    let twice =
        Write::SetTimer { name: "overdue".into(), target: Some("v1".into()), at: 1, values: json!({"round": 0}) };
    assert_eq!(problems(&[twice]), "timer 'overdue': round is too-small");
    let values = Write::SetTimer { name: "evening".into(), target: None, at: 1, values: json!({"round": 1}) };
    assert_eq!(problems(&[values]), "timer 'evening': round is unknown");
    assert_eq!(
        problems(&[incident("fall", "bad", json!({"where": "stairs"}))]),
        "incident: severity 'bad' is none of minor, serious, harm"
    );
    assert_eq!(problems(&[incident("flood", "harm", json!({}))]), "incident: 'flood' is not described");
    assert_eq!(problems(&[incident("fall", "harm", json!({}))]), "incident 'fall': the value 'where' is missing");
    let fact = |what: &str, evidence: Value| {
        let (who, session) = ("g1".to_string(), "v1".to_string());
        problems(&[Write::Attendance { who, session, at: 1, what: what.into(), evidence }])
    };
    assert_eq!(fact("slept", json!({"seen_by": "g2"})), "attendance: 'slept' is none of arrived, left");
    assert_eq!(fact("left", json!({})), "attendance: the evidence: seen_by is missing");
    let card = Write::Publish { target: "v1".into(), card: json!({"html": "<b>"}), until: None };
    assert!(problems(&[card]).starts_with("publish: the card is not a view model"));
    let telling = |text: &str| {
        let card = json!({"facts": [{"label": {"key": "label-what", "values": {"who": text}}, "value": {"text": "x"}}],
            "tables": [{"title": {"key": "t"}, "empty": {"key": "e"}, "columns": [{"key": "c"}], "rows": [[{"text": text}]]}]});
        check_as(&release(), &grant(), &[Write::Publish { target: "v2".into(), card, until: None }])
    };
    let refused = telling("对花生过敏").expect_err("is not public");
    assert_eq!(refused, ["publish: the card shows field 'allergy', which is personal"]);
    assert!(telling("calm").is_ok(), "what is not personal may be told");
    let nothing = Write::Ledger { book: "stock".into(), key: "k".into(), quantity: 0, entry: json!({}) };
    assert_eq!(problems(&[nothing]), "ledger 'stock': a quantity of 0 says nothing");
    let line = |book: &str, entry: Value| {
        problems(&[Write::Ledger { book: book.into(), key: "k".into(), quantity: 1, entry }])
    };
    assert_eq!(line("cash", json!({})), "ledger: there is no book 'cash'");
    assert_eq!(line("stock", json!({"yuan": 5})), "ledger 'stock': yuan is unknown");
}

#[test]
fn a_write_outside_the_grant_or_beyond_all_sizes_is_refused() {
    let narrow = Grant::default();
    let refused = check_as(&release(), &narrow, &[notify("someone")]).expect_err("is not granted");
    assert_eq!(refused, ["'notify' is not granted on this project"]);
    let entry = json!({"text": "x".repeat(200_000)});
    let large: Vec<Write> = (0..6)
        .map(|n| Write::Ledger { book: "stock".into(), key: n.to_string(), quantity: 1, entry: entry.clone() })
        .collect();
    assert!(problems(&large).starts_with("all writes together have "));
}

#[test]
fn a_merge_patch_removes_merges_and_replaces() {
    let mut document = json!({"a": "b", "c": {"d": 1, "e": 2}, "l": [1]});
    merge(&mut document, &json!({"a": null, "c": {"e": null, "f": 3}, "l": [2, 3]}));
    assert_eq!(document, json!({"c": {"d": 1, "f": 3}, "l": [2, 3]}));
}
