//! Every operation of `/api/openapi.json` with bodies and parameters that do not fit, sent by somebody who may call it. What is refused
//! is refused with a rule and with words; nothing fails, nothing wrong is accepted, and both databases answer the same.

use super::schema::{cases, sample};
use super::*;
use crate::adoptions;
use crate::projects::world::{closed, running};
use std::collections::BTreeMap;
use twoway::http::{Access, Door, Route, site};
use twoway_entity::accounts::Role;
use twoway_ids::{DAY, Uuid};

/// A place in which most operations find something: a call, a proposal, lines, an adoption, projects, an evaluation.
struct World<'a> {
    app: &'a TestApp,
    /// The id in a path, by the word before it.
    ids: BTreeMap<&'static str, Uuid>,
    organization: Uuid,
}

impl<'a> World<'a> {
    async fn new(app: &'a TestApp) -> Self {
        let (_, evaluation) = closed(app).await;
        let project = running(app).await;
        let (office, team, sponsor) = (app.office().await, app.team(1).await, app.sponsor(1).await);
        let call = office.post("/api/v1/calls", json!({"title": "下一年度"})).await.expect(201).id();
        let (pooled, lines) = adoptions::pooled(app, &team, "阅读角", &[adoptions::books()]).await;
        let adoption = adoptions::held(app, &sponsor, pooled, &[(lines[0], 100)]).await;
        let draft = adoptions::proposal_in(app, &team, twoway_entity::proposals::ProposalState::Draft, "草稿").await;
        let organization = team.organization.expect("a team");
        let ids = [
            ("calls", call),
            ("proposals", draft),
            ("projects", project),
            ("needs", lines[0]),
            ("adoptions", adoption),
            ("evaluations", evaluation),
            ("organizations", organization),
        ];
        Self { app, ids: ids.into(), organization }
    }

    /// The path with something in the place of each variable.
    fn path(&self, route: &str) -> String {
        let mut before = "";
        let mut parts = Vec::new();
        for part in route.split('/') {
            let filled = match part {
                "{id}" => self.ids.get(before).map_or("0193f5a0-0000-7000-8000-000000000000".into(), Uuid::to_string),
                "{day}" => "2027-01-04".into(),
                "{action}" => "write".into(),
                "{kind}" => "note".into(),
                _ if part.starts_with('{') => "0193f5a0-0000-7000-8000-000000000000".into(),
                other => other.into(),
            };
            parts.push(filled);
            before = part;
        }
        parts.join("/")
    }

    /// What a property of this name may hold, so that more than its shape is right.
    fn known(&self, name: &str) -> Option<Value> {
        let now = self.app.now();
        Some(match name {
            "organization" | "organization_id" | "parent" => json!(self.organization),
            "call_id" => json!(self.ids["calls"]),
            "proposal" | "proposal_id" => json!(self.ids["proposals"]),
            "line" => json!(self.ids["needs"]),
            "login" => "citizen".into(),
            "locale" => "zh-CN".into(),
            "opens_at" | "valid_from" => (now + DAY).into(),
            "closes_at" | "valid_until" | "expires_at" => (now + 20 * DAY).into(),
            "due_on" | "starts_on" => "2027-09-01".into(),
            "ends_on" => "2027-10-01".into(),
            _ => return None,
        })
    }

    async fn callers(&self, access: Access) -> Vec<Actor> {
        let app = self.app;
        match access {
            Access::Public => vec![app.anon()],
            Access::SignedIn => vec![app.team(1).await, app.sponsor(1).await],
            Access::AnyOf(roles) if roles.contains(&Role::SponsorSignatory) => vec![app.sponsor(1).await],
            Access::AnyOf(roles) => vec![app.one_with(roles[0]).await],
        }
    }
}

/// Who is signed out is counted by address, so each of their requests comes from another one.
fn from_elsewhere(actor: &Actor, n: usize) -> Actor {
    let address = format!("198.{}.{}.{}", 18 + (n >> 16 & 1), n >> 8 & 255, n & 255);
    if actor.login.is_empty() { actor.with("x-forwarded-for", &address) } else { actor.clone() }
}

/// What was asked with what, and how it was answered: the status and the code.
type Answers = BTreeMap<String, String>;

struct Ledger {
    answers: Answers,
    faults: Vec<String>,
    sent: usize,
}

impl Ledger {
    /// Sends it as each caller and keeps the answers.
    async fn put(
        &mut self,
        callers: &[Actor],
        route: &Route,
        path: &str,
        body: Option<&Value>,
        what: &str,
        is_wrong: bool,
    ) {
        for caller in callers {
            self.sent += 1;
            let request = from_elsewhere(caller, self.sent).request(route.method.clone(), path).await;
            let answer = Answer::of(if let Some(body) = body { request.json(body) } else { request }).await;
            let here = format!("{} {} as '{}', {what}", route.method, route.path, caller.login);
            let problem = match answer.status {
                500.. => Err("fails".to_string()),
                400.. => is_problem(&answer),
                _ if is_wrong => Err("is accepted".to_string()),
                _ => clean(&answer.body.to_string()),
            };
            if let Err(problem) = problem {
                let said: String = answer.body.to_string().chars().take(300).collect();
                self.faults.push(format!("{here}: {problem} ({}): {said}", answer.status));
            }
            self.answers.insert(here, format!("{} {}", answer.status, answer.code()));
        }
    }
}

async fn answers(backend: Backend) -> Answers {
    let app = TestApp::new(backend).await;
    let world = World::new(&app).await;
    let routes = site::routes(app.app.clone());
    let doc = app.anon().get("/api/openapi.json").await.expect(200).body;
    let mut ledger = Ledger { answers: Answers::new(), faults: Vec::new(), sent: 0 };
    for route in routes.table().iter().filter(|route| route.door == Door::Api) {
        let operation = &doc["paths"][route.path][route.method.as_str().to_lowercase()];
        assert!(operation.is_object(), "{route} is not described");
        let callers = world.callers(route.access).await;
        parameters(&world, route, operation, &callers, &mut ledger).await;
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        if schema.is_object() {
            let path = world.path(route.path);
            for case in cases(&doc, schema, &|name| world.known(name)) {
                ledger.put(&callers, route, &path, Some(&case.body), &case.what, case.is_wrong).await;
            }
        }
    }
    assert!(ledger.faults.is_empty(), "{} of {}: {:#?}", ledger.faults.len(), ledger.sent, ledger.faults);
    app.finish().await;
    ledger.answers
}

/// Values that fit no parameter at all, as they stand in an address.
const STRANGE: &[&str] = &["%00", "%FF", "..%2f..%2fetc%2fpasswd", "%F0%9F%98%80", "'%20OR%201=1--"];

async fn parameters(world: &World<'_>, route: &Route, operation: &Value, callers: &[Actor], ledger: &mut Ledger) {
    let body = operation["requestBody"].is_object().then(|| json!({}));
    let long = "x".repeat(5_000);
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().expect("a name");
        let is_uuid = parameter["schema"]["format"] == "uuid";
        match parameter["in"].as_str() {
            Some("path") => {
                let variable = format!("{{{name}}}");
                let (before, after) = route.path.split_once(&variable).expect("a path with its parameter");
                for value in STRANGE.iter().chain(&["not-an-id", "-1", long.as_str()]) {
                    let path = format!("{}{value}{}", world.path(before), world.path(after));
                    let what = format!("{name}={}", &value[..value.len().min(30)]);
                    ledger.put(callers, route, &path, body.as_ref(), &what, true).await;
                }
            }
            Some("query") => {
                let numeric = matches!(parameter["schema"]["type"].as_str(), Some("integer"))
                    || parameter["schema"]["type"].as_array().is_some_and(|types| types.iter().any(|t| t == "integer"));
                let mut values = vec![("%00", true), ("%FF", false), (long.as_str(), numeric || is_uuid), ("", false)];
                if numeric {
                    values.extend([("abc", true), ("1.5", true), ("99999999999999999999", true)]);
                }
                match name {
                    "limit" => values.extend([("-1", true), ("0", true), ("1000000000", true)]),
                    "cursor" => values.extend([("x", true), ("bnVsbA", true), (FORGED, true), (BACKWARDS, false)]),
                    _ => {}
                }
                for (value, is_wrong) in values {
                    let path = format!("{}?{name}={value}", world.path(route.path));
                    let what = format!("?{name}={}", &value[..value.len().min(30)]);
                    ledger.put(callers, route, &path, body.as_ref(), &what, is_wrong).await;
                }
            }
            _ => {}
        }
    }
}

/// `["a\u0000","0193f5a0-0000-7000-8000-000000000000"]`, as a list would have written it.
const FORGED: &str = "WyJhXHUwMDAwIiwiMDE5M2Y1YTAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAwIl0";
/// `[-9223372036854775808,"0193f5a0-0000-7000-8000-000000000000"]`
const BACKWARDS: &str = "Wy05MjIzMzcyMDM2ODU0Nzc1ODA4LCIwMTkzZjVhMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDAiXQ";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_does_not_fit_is_refused_alike_on_both_databases() {
    let sqlite = answers(Backend::Sqlite).await;
    assert!(sqlite.len() > 1_000, "only {} requests were made", sqlite.len());
    if Backend::Postgres.is_there() {
        let postgres = answers(Backend::Postgres).await;
        let differing: Vec<String> = sqlite
            .iter()
            .filter(|(asked, answer)| postgres.get(*asked) != Some(*answer))
            .map(|(asked, answer)| format!("{asked}: {answer}, on PostgreSQL {:?}", postgres.get(asked)))
            .collect();
        assert!(differing.is_empty(), "{differing:#?}");
    }
}

/// No body that is read as JSON takes a field that it does not know: a misspelt one would be passed over in silence.
#[tokio::test]
async fn every_body_denies_unknown_fields() {
    let app = TestApp::new(Backend::Sqlite).await;
    let doc = app.anon().get("/api/openapi.json").await.expect(200).body;
    let mut open = Vec::new();
    for (path, item) in doc["paths"].as_object().expect("paths") {
        for (verb, operation) in item.as_object().expect("operations") {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let Some(reference) = schema["$ref"].as_str() else { continue };
            let named = doc.pointer(reference.trim_start_matches('#')).expect("a schema");
            if named["properties"].is_object() && named["additionalProperties"] != false {
                open.push(format!("{verb} {path}: {reference}"));
            }
            assert!(sample(&doc, schema, "", true, &|_| None).is_object(), "{verb} {path} takes an object");
        }
    }
    assert!(open.is_empty(), "{open:#?}");
    app.finish().await;
}

on_both_databases! {
    /// The same for pages: addresses and forms that no page of ours makes.
    async fn no_page_fails_on_a_strange_address_or_form(app: &TestApp) {
        let world = World::new(app).await;
        let mut browsers = BTreeMap::new();
        let mut faults = Vec::new();
        let mut look = |what: String, answer: &Answer| {
            let text = answer.body.as_str().map_or_else(|| answer.body.to_string(), str::to_string);
            let problem = match answer.status {
                500.. => Err("fails".to_string()),
                400.. => clean(&text),
                _ => Ok(()),
            };
            if let Err(problem) = problem {
                faults.push(format!("{what}: {problem} ({})", answer.status));
            }
        };
        for route in site::routes(app.app.clone()).table().iter().filter(|route| route.door == Door::Page) {
            let path = world.path(route.path);
            let actor = world.callers(route.access).await.swap_remove(0);
            if !browsers.contains_key(&actor.login) {
                browsers.insert(actor.login.clone(), actor.pages().await);
            }
            let browser = &browsers[&actor.login];
            if route.method == Method::GET {
                for query in ["cursor=x", &format!("cursor={FORGED}"), &format!("cursor={BACKWARDS}"), "limit=-1", "limit=1000000000",
                    "state=nothing", "kind=nothing", "target=nothing", "digest=nothing", "x=%00", "state=%FF"] {
                    look(format!("{}?{query}", route.path), &browser.get(&format!("{path}?{query}")).await);
                }
            } else if route.path != "/sign-out" {
                // Three of them are still read: what is larger is not, and the connection ends with it.
                let long = "长".repeat(30_000);
                for form in [vec![], vec![("_version", "x"), ("surprise", "1")], vec![("name", "a\0b")], vec![("name", &long)],
                    vec![("reason", long.as_str()), ("title", &long), ("note", &long)]] {
                    look(format!("{route}"), &browser.post(&path, &form).await);
                }
            }
        }
        assert!(faults.is_empty(), "{faults:#?}");
    }
}
