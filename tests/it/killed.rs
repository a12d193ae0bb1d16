//! A host that is killed with SIGKILL, and what is found when it starts again.

use crate::calls::world::{all_scored, call_in_review, decide, open_call, supervise};
use sea_orm::{ColumnTrait, ConnectionTrait, Database, EntityTrait, QueryFilter};
use serde_json::json;
use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tokio::task::JoinSet;
use twoway::accounts::Passwords;
use twoway::start::Means;
use twoway::{App, Config, audit};
use twoway_entity::adoptions::{AdoptionState, adoption, commitment};
use twoway_entity::audit::event;
use twoway_entity::calls::{CallState, call};
use twoway_entity::jobs::{JobState, job};
use twoway_entity::needs::need_line;
use twoway_entity::notices::notice;
use twoway_ids::{Clock, DAY, Uuid};
use twoway_tests::{Actor, Backend, TestApp, on_both_databases, plugins};

const SIGKILL: i32 = 9;
/// How many ask in each round, and after how many answers the host is killed in it.
const FRESH: usize = 13;
const KILLED_AFTER: [usize; 3] = [1, 4, 11];
const RIVALS: usize = FRESH * KILLED_AFTER.len();
const BOOKS: i64 = 300;

/// Where a host in a process of its own works.
struct House {
    data: PathBuf,
    database: String,
    site: String,
    now: i64,
}

impl House {
    /// What the test's host has made so far. SQLite's file is copied, so that the killed process is the only one that has it open, and
    /// the next start meets the file as the dead left it.
    async fn of(app: &TestApp, backend: Backend) -> Self {
        let from = &app.app.config.data;
        let database = app.app.config.database_url.clone();
        let data = match backend {
            Backend::Postgres => from.clone(),
            Backend::Sqlite => {
                let data = from.join("house");
                std::fs::create_dir_all(&data).expect("a folder");
                let connection = Database::connect(app.app.config.database()).await.expect("the database opens");
                let copy = format!("VACUUM INTO '{}'", data.join("twoway.db").display());
                connection.execute_unprepared(&copy).await.expect("the database is copied");
                connection.close().await.expect("closed");
                let keys = Command::new("cp").arg("-a").arg(from.join("keys")).arg(&data).status();
                assert!(keys.expect("cp runs").success(), "the keys are copied with their rights");
                // The copy began without a journal; the host keeps one beside it.
                let connection = Database::connect(format!("sqlite:{}", data.join("twoway.db").display())).await;
                let connection = connection.expect("the copy opens");
                connection.execute_unprepared("PRAGMA journal_mode = WAL").await.expect("a journal");
                connection.close().await.expect("closed");
                data
            }
        };
        Self { data, database, site: app.base.clone(), now: app.now() }
    }

    fn process(&self, verb: &str, last: &[&str]) -> Command {
        let test = std::env::current_exe().expect("a running test has a program");
        let programs = test.parent().and_then(Path::parent).expect("target/debug/deps/…");
        let mut command = Command::new(programs.join("twoway-victim"));
        command.arg(verb).arg(&self.data).arg(&self.database).arg(&self.site).arg(self.now.to_string()).args(last);
        command
    }

    fn serve(&self) -> Running {
        let mut child = self.process("serve", &[]).stdout(Stdio::piped()).spawn().expect("the host starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output is read");
        BufReader::new(out).read_line(&mut line).expect("it tells its address");
        Running { child, base: line.trim().to_string() }
    }

    /// The same database, looked at from here after the process is gone.
    async fn look(&self) -> App {
        let config = Config { data: self.data.clone(), database_url: self.database.clone(), ..Config::default() };
        let means = Means { passwords: Passwords::new(64, 1).expect("parameters"), plugins: plugins() };
        twoway::start::open(config, Clock::simulated(self.now), means).await.expect("the host starts again")
    }
}

/// A host in a process of its own; it does not outlive the test.
struct Running {
    child: Child,
    base: String,
}

impl Running {
    fn kill(&mut self) {
        self.child.kill().expect("the host is killed");
        assert_eq!(self.child.wait().expect("the host is gone").signal(), Some(SIGKILL));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn backend(app: &TestApp) -> Backend {
    if app.app.config.database_url.is_empty() { Backend::Sqlite } else { Backend::Postgres }
}

/// A project in the pool, as the review puts it there, that needs books.
async fn pooled(app: &TestApp) -> (Uuid, Uuid) {
    let (call, proposals) = call_in_review(app, &[1]).await;
    let (office, proposal) = (app.office().await, proposals[0]);
    let line = json!({"kind": "goods", "title": "儿童绘本", "unit": "册", "minimum": 100, "optimum": BOOKS, "divisible": true,
        "required": true, "due_on": "2027-06-01"});
    let path = format!("/api/v1/proposals/{proposal}/needs");
    let line = app.team(1).await.post(&path, line).await.expect(201).id();
    all_scored(app, &proposals).await;
    office.post(&format!("/api/v1/calls/{call}/end-review"), json!({})).await.expect(200);
    decide(app, proposal, true).await.expect(200);
    supervise(app, call).await.expect(200);
    office.post(&format!("/api/v1/calls/{call}/release"), json!({})).await.expect(200);
    app.advance(20 * DAY).await;
    (proposal, line)
}

/// One sponsor that wants to hold, and how much.
struct Rival {
    actor: Actor,
    adoption: Uuid,
    quantity: i64,
}

async fn rivals(app: &TestApp, proposal: Uuid, line: Uuid) -> Vec<Rival> {
    let office = app.office().await;
    let mut rivals = Vec::new();
    for n in 0..RIVALS {
        let (actor, quantity) = (app.sponsor(n).await, 1 + n as i64 % 7);
        let interest = json!({"proposal": proposal, "organization": actor.organization, "message": "愿意长期参与",
            "related_party": false, "clean_promotion": true, "trade": "retail", "state_owned": false, "own_products": false, "lines": [{"line": line, "quantity": quantity}]});
        let adoption = actor.post("/api/v1/adoptions", interest).await.expect(201).id();
        office.post(&format!("/api/v1/adoptions/{adoption}/check"), crate::adoptions::checked()).await.expect(200);
        actor.token().await.expect("signed in while the clock stands");
        rivals.push(Rival { actor, adoption, quantity });
    }
    rivals
}

/// The status and the version that the answer to a hold told; none when the host died before it answered.
async fn hold(rival: &Rival, host: &str, line: Uuid) -> Option<(u16, i64)> {
    let path = format!("/api/v1/adoptions/{}/hold", rival.adoption);
    let actor = rival.actor.at_host(host).with("idempotency-key", &format!("hold-{}", rival.adoption));
    let wishes = json!({"lines": [{"line": line, "quantity": rival.quantity}]});
    let response = actor.request(reqwest::Method::POST, &path).await.json(&wishes).send().await.ok()?;
    let status = response.status().as_u16();
    let body: serde_json::Value = response.json().await.ok()?;
    Some((status, body["version"].as_i64().unwrap_or_default()))
}

/// What the database says of the holds: each adoption's row, events, timers and commitment tell the same. Gives those that hold.
async fn agree(app: &App, rivals: &[Rival], line: Uuid) -> HashSet<Uuid> {
    let db = app.db.read();
    let ids: Vec<Uuid> = rivals.iter().map(|r| r.adoption).collect();
    let rows = adoption::Entity::find().filter(adoption::Column::Id.is_in(ids.clone())).all(db).await.expect("rows");
    let events = event::Entity::find()
        .filter(event::Column::StreamKind.eq("adoption"))
        .filter(event::Column::Name.eq("hold"))
        .all(db)
        .await
        .expect("events");
    let timers = job::Entity::find()
        .filter(job::Column::Kind.eq("adoptions.lapse"))
        .filter(job::Column::State.eq(JobState::Waiting))
        .all(db)
        .await
        .expect("timers");
    let commitments: HashMap<Uuid, i64> = commitment::Entity::find()
        .filter(commitment::Column::AdoptionId.is_in(ids))
        .all(db)
        .await
        .expect("commitments")
        .into_iter()
        .map(|c| (c.adoption_id, c.quantity))
        .collect();
    let (mut held, mut quantity) = (HashSet::new(), 0);
    for row in rows {
        let holds = usize::from(row.state == AdoptionState::Held);
        assert_eq!(events.iter().filter(|e| e.stream_id == row.id).count(), holds, "events of {row:?}");
        assert_eq!(timers.iter().filter(|t| t.key == row.id.to_string()).count(), holds, "timers of {row:?}");
        if holds == 1 {
            held.insert(row.id);
            quantity += commitments[&row.id];
        }
    }
    let line = need_line::Entity::find().filter(need_line::Column::Id.eq(line)).one(db).await;
    assert_eq!(line.expect("read").expect("the line").held, quantity, "the line holds what the adoptions hold");
    held
}

on_both_databases! {
    /// Sponsors hold at once, the host is killed after some answers, again and again. What was answered is there, nothing is
    /// there twice, and what was asked again with the same key came to the same.
    async fn what_was_answered_outlives_a_killed_host(app: &TestApp) {
        let (proposal, line) = pooled(app).await;
        let rivals = rivals(app, proposal, line).await;
        let house = House::of(app, backend(app)).await;
        let mut answered: HashMap<Uuid, i64> = HashMap::new();
        for (round, kill_after) in KILLED_AFTER.into_iter().enumerate() {
            let mut host = house.serve();
            let mut asked = JoinSet::new();
            let asking = rivals.iter().take(FRESH * (round + 1)).enumerate();
            for (n, rival) in asking.filter(|(_, r)| !answered.contains_key(&r.adoption)) {
                let rival = Rival { actor: rival.actor.clone(), ..*rival };
                let base = host.base.clone();
                asked.spawn(async move { (n, hold(&rival, &base, line).await) });
            }
            let mut answers = 0;
            while let Some(done) = asked.join_next().await {
                let (n, answer) = done.expect("a sponsor asks");
                let Some((status, version)) = answer else { continue };
                assert_eq!(status, 200, "{version:?}");
                answered.insert(rivals[n].adoption, version);
                answers += 1;
                if answers == kill_after {
                    host.kill();
                }
            }

            let app = house.look().await;
            let held = agree(&app, &rivals, line).await;
            let lost: Vec<_> = answered.keys().filter(|id| !held.contains(id)).collect();
            assert!(lost.is_empty(), "answered, and not there: {lost:?}");
            assert_eq!(audit::verify(&app).await.expect("the trace can be read"), []);
        }
        assert!(answered.len() >= KILLED_AFTER.iter().sum());

        let mut host = house.serve();
        for rival in &rivals {
            let (status, version) = hold(rival, &host.base, line).await.expect("an answer");
            assert_eq!(status, 200);
            assert_eq!(answered.get(&rival.adoption).copied().unwrap_or(version), version, "the first answer again");
        }
        host.kill();
        let app = house.look().await;
        assert_eq!(agree(&app, &rivals, line).await.len(), RIVALS);
        assert_eq!(audit::verify(&app).await.expect("the trace can be read"), []);
    }

    /// A process that dies between the writes of a transition and their commit leaves nothing of it: no row, no event, no outbox, no
    /// notice; and the transition can be done afterwards.
    async fn a_host_that_dies_in_a_transition_leaves_nothing_of_it(app: &TestApp) {
        let id = open_call(app).await;
        let house = House::of(app, backend(app)).await;
        let before = trace(&house.look().await, id).await;
        let dead = house.process("die", &[&id.to_string()]).status().expect("the process runs");
        assert_eq!(dead.signal(), Some(SIGKILL), "{dead:?}");

        let again = house.look().await;
        assert_eq!(trace(&again, id).await, before);
        assert_eq!(before.0.state, CallState::Open);
        assert_eq!(audit::verify(&again).await.expect("the trace can be read"), []);
        again.clock.set(app.now() + 30 * DAY);
        twoway::jobs::run_due(&again).await.expect("due jobs run");
        assert_eq!(trace(&again, id).await.0.state, CallState::Screening, "the call closes when it is due");
    }
}

/// A call's row, its events, all jobs and all notices, as the database has them.
async fn trace(app: &App, id: Uuid) -> (call::Model, Vec<event::Model>, Vec<job::Model>, Vec<notice::Model>) {
    let db = app.db.read();
    let row = call::Entity::find().filter(call::Column::Id.eq(id)).one(db).await.expect("read").expect("the call");
    let events = event::Entity::find().filter(event::Column::StreamId.eq(id)).all(db).await.expect("events");
    let jobs = job::Entity::find().all(db).await.expect("jobs");
    (row, events, jobs, notice::Entity::find().all(db).await.expect("notices"))
}
