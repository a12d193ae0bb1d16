use crate::actor::{Actor, PASSWORD};
use crate::database::{Backend, OwnDatabase};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, OnceCell};
use tokio::task::JoinHandle;
use twoway::accounts::{self, Passwords, Registration};
use twoway::lifecycle::Command;
use twoway::organizations::{self, Grant, NewOrganization};
use twoway::plugins::Registry;
use twoway::start::Means;
use twoway::{App, Config, Tx, Who, audit, http, jobs};
use twoway_entity::accounts::Role;
use twoway_entity::audit::event;
use twoway_entity::jobs::{JobState, job};
use twoway_entity::organizations::OrganizationKind;
use twoway_ids::{Clock, Millis, Uuid};
use twoway_runtime::{Compiler, RuntimeConfig};

/// Monday, 2026-11-23, 10:00 in China.
pub const START: Millis = 1_795_399_200_000;

/// One host for one test.
pub struct TestApp {
    pub app: App,
    /// `http://127.0.0.1:<port>`
    pub base: String,
    root: OnceCell<Uuid>,
    made: Mutex<HashMap<String, Uuid>>,
    actors: Mutex<HashMap<String, Actor>>,
    server: JoinHandle<()>,
    pub(crate) tampered: AtomicBool,
    database: OwnDatabase,
    _data: tempfile::TempDir,
}

/// Runs one test on one database and looks afterwards whether it left failed work or a broken trace behind.
pub async fn run(backend: Backend, check: impl AsyncFnOnce(&TestApp)) {
    if !backend.is_there() {
        return;
    }
    let app = TestApp::new(backend).await;
    check(&app).await;
    app.finish().await;
}

impl TestApp {
    pub async fn new(backend: Backend) -> Self {
        Self::with(backend, |_| {}).await
    }

    /// With settings of the test's own.
    pub async fn with(backend: Backend, change: impl FnOnce(&mut Config)) -> Self {
        let data = tempfile::tempdir().expect("a data folder");
        let database = OwnDatabase::new(backend, data.path()).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let mut config = Config {
            data: data.path().to_path_buf(),
            database_url: database.url.clone(),
            public_url: base.clone(),
            plugins: data.path().join("packages"),
            ..Config::default()
        };
        change(&mut config);
        let means =
            Means { passwords: Passwords::new(64, 1).expect("parameters that cost nothing"), plugins: plugins() };
        let app = twoway::start::open(config, Clock::simulated(START), means).await.expect("the host starts");
        let router = http::router(app.clone()).expect("the site is complete");
        let server = tokio::spawn(async move { http::serve(listener, router).await.expect("the server runs") });
        Self {
            app,
            base,
            root: OnceCell::new(),
            made: Mutex::default(),
            actors: Mutex::default(),
            server,
            tampered: AtomicBool::new(false),
            database,
            _data: data,
        }
    }

    /// A second host on the same database with the same keys; its address. It ends with the test's process.
    pub async fn second_host(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let means = Means { passwords: Passwords::new(64, 1).expect("parameters"), plugins: plugins() };
        let config = self.app.config.clone();
        let app = twoway::start::open(config, self.app.clock.clone(), means).await.expect("the second host starts");
        let router = http::router(app).expect("the site is complete");
        tokio::spawn(async move { http::serve(listener, router).await.expect("the server runs") });
        base
    }

    /// Ends the host. A test that leaves jobs behind which failed, or rows for which the trace does not vouch, is a failed test, and so
    /// is one after which the log would show an event by its machine's name.
    pub async fn finish(self) {
        let mut unnamed = event::Entity::find()
            .select_only()
            .columns([event::Column::StreamKind, event::Column::Name])
            .filter(event::Column::StreamKind.is_not_in(["record", "tests"]))
            .distinct()
            .into_tuple::<(String, String)>()
            .all(self.app.db.read())
            .await
            .expect("events can be read");
        unnamed.retain(|(kind, name)| !http::texts::host().has(&audit::event_key(kind, name)));
        assert!(unnamed.is_empty(), "the log has no words for {unnamed:?}");
        let failed = job::Entity::find()
            .filter(
                Condition::any().add(job::Column::State.eq(JobState::Dead)).add(job::Column::LastError.is_not_null()),
            )
            .all(self.app.db.read())
            .await
            .expect("jobs can be read");
        let failed: Vec<String> = failed
            .iter()
            .map(|j| format!("{} {}: {}", j.kind, j.key, j.last_error.as_deref().unwrap_or_default()))
            .collect();
        assert!(failed.is_empty(), "the test left failed jobs behind: {failed:#?}");
        self.check_trace().await;
        self.server.abort();
        self.database.drop_it().await;
    }

    /// Takes the database away from the running host.
    pub async fn drop_database(&self) {
        self.database.drop_now().await;
    }

    /// Takes the database away whole, to be brought back.
    pub async fn take_database_away(&self) {
        self.database.take_away(&self.app.config.data.join("twoway.db")).await;
    }

    pub async fn bring_database_back(&self) {
        self.database.bring_back(&self.app.config.data.join("twoway.db")).await;
    }

    /// Lets PostgreSQL take writes again. SQLite's pragma stays with its connection for good.
    pub async fn make_writable(&self) {
        self.database.make_writable().await;
    }

    /// Lets the running host's database accept no more writes.
    pub async fn make_read_only(&self) {
        if self.app.db.backend() == DbBackend::Sqlite {
            let pragma = |tx: Tx| async move { Ok(tx.execute_unprepared("PRAGMA query_only = ON").await?) };
            self.app.db.transact(pragma).await.expect("the writer takes the pragma");
        }
        self.database.make_read_only().await;
    }

    pub fn now(&self) -> Millis {
        self.app.now()
    }

    /// Does what is due now.
    pub async fn settle(&self) {
        self.advance(0).await;
    }

    /// Moves the clock, doing every job at the moment it is due.
    pub async fn advance(&self, by: Millis) {
        jobs::run_until(&self.app, self.now() + by).await.expect("due jobs run");
    }

    /// The lead office: the root of the tree.
    pub async fn root(&self) -> Uuid {
        let found = || async {
            organizations::found(&self.app, "遵义市志愿服务牵头办公室").await.expect("founded")
        };
        *self.root.get_or_init(found).await
    }

    /// A verified organisation below the lead office; the same name gives the same one.
    pub async fn organization(&self, kind: OrganizationKind, name: &str) -> Uuid {
        let root = self.root().await;
        self.organization_below(root, kind, name).await
    }

    pub async fn organization_below(&self, parent: Uuid, kind: OrganizationKind, name: &str) -> Uuid {
        let mut made = self.made.lock().await;
        if let Some(id) = made.get(name) {
            return *id;
        }
        let who = self.app.system("tests.world");
        let command = Command::default();
        let code = matches!(kind, OrganizationKind::Enterprise | OrganizationKind::Recipient);
        let new = NewOrganization {
            parent: Some(parent),
            kind,
            name: name.to_string(),
            credit_code: code.then(|| credit_code(made.len())),
            division_code: None,
            introduction: String::new(),
        };
        let id = organizations::register(&self.app, &who, &command, new).await.expect("registered").id;
        let fresh = organizations::at(self.app.db.read(), &who, id).await.expect("there");
        if fresh.verified_at.is_none() {
            organizations::verify(&self.app, &who, &command, id).await.expect("verified");
        }
        made.insert(name.to_string(), id);
        id
    }

    /// A person with one role at an organisation; the same login gives the same person.
    pub async fn person(&self, login: &str, name: &str, role: Option<(Role, Uuid)>) -> Actor {
        let mut actors = self.actors.lock().await;
        if let Some(actor) = actors.get(login) {
            return actor.clone();
        }
        let registration = Registration {
            login: login.to_string(),
            name: name.to_string(),
            password: PASSWORD.to_string(),
            locale: "zh-CN".to_string(),
        };
        let account =
            accounts::register(&self.app, &Who::anyone(self.app.tenant), registration).await.expect("registered");
        if let Some((role, organization)) = role {
            self.grant(account, role, organization).await;
        }
        let actor = Actor::new(self, account, login, name, role.map(|(_, organization)| organization));
        actors.insert(login.to_string(), actor.clone());
        actor
    }

    /// Somebody who has an account already, by a script of the demo city or otherwise; nobody without a login.
    pub fn registered(&self, login: &str) -> Actor {
        Actor::new(self, Uuid::nil(), login, login, None)
    }

    pub async fn grant(&self, account: Uuid, role: Role, organization: Uuid) {
        let who = self.app.system("tests.world");
        let grant = Grant { organization, account, role };
        organizations::grant(&self.app, &who, &Command::default(), grant).await.expect("granted");
    }

    /// A visitor who is not signed in.
    pub fn anon(&self) -> Actor {
        Actor::nobody(self)
    }

    /// A clerk of the lead office.
    pub async fn office(&self) -> Actor {
        let root = self.root().await;
        self.person("office", "周经办", Some((Role::LeadOffice, root))).await
    }

    /// A second clerk, for what needs four eyes.
    pub async fn second_office(&self) -> Actor {
        let root = self.root().await;
        self.person("office2", "吴复核", Some((Role::LeadOffice, root))).await
    }

    pub async fn admin(&self) -> Actor {
        let root = self.root().await;
        self.person("admin", "郑管理", Some((Role::SystemAdmin, root))).await
    }

    pub async fn supervisor(&self) -> Actor {
        let root = self.root().await;
        self.person("supervisor", "冯监督", Some((Role::Supervisor, root))).await
    }

    pub async fn auditor(&self) -> Actor {
        let root = self.root().await;
        self.person("auditor", "陈审计", Some((Role::Auditor, root))).await
    }

    /// The administrator of county `n`.
    pub async fn node_admin(&self, n: usize) -> Actor {
        let node = self.organization(OrganizationKind::Node, &format!("区县{n}")).await;
        self.person(&format!("node{n}"), &format!("属地管理员{n}"), Some((Role::NodeAdmin, node))).await
    }

    /// A reviewer of reviewing institution `n`.
    pub async fn reviewer(&self, n: usize) -> Actor {
        let house = self.organization(OrganizationKind::Reviewing, &format!("评审机构{n}")).await;
        self.person(&format!("reviewer{n}"), &format!("评审{n}"), Some((Role::Reviewer, house))).await
    }

    pub async fn evaluator(&self) -> Actor {
        let house = self.organization(OrganizationKind::Reviewing, "评估机构").await;
        self.person("evaluator", "评估员", Some((Role::Evaluator, house))).await
    }

    /// The signatory of enterprise `n`.
    pub async fn sponsor(&self, n: usize) -> Actor {
        let house = self.organization(OrganizationKind::Enterprise, &format!("企业{n}")).await;
        self.person(&format!("sponsor{n}"), &format!("签约人{n}"), Some((Role::SponsorSignatory, house))).await
    }

    /// A clerk of enterprise `n`, who may not sign.
    pub async fn sponsor_member(&self, n: usize) -> Actor {
        let house = self.organization(OrganizationKind::Enterprise, &format!("企业{n}")).await;
        self.person(&format!("clerk{n}"), &format!("企业经办{n}"), Some((Role::SponsorMember, house))).await
    }

    /// The clerk of qualified recipient `n`.
    pub async fn recipient(&self, n: usize) -> Actor {
        let house = self.organization(OrganizationKind::Recipient, &format!("基金会{n}")).await;
        self.person(&format!("recipient{n}"), &format!("接收经办{n}"), Some((Role::Recipient, house))).await
    }

    /// The leader of team `n`.
    pub async fn team(&self, n: usize) -> Actor {
        let house = self.organization(OrganizationKind::Team, &format!("志愿队{n}")).await;
        self.person(&format!("team{n}"), &format!("队长{n}"), Some((Role::TeamLead, house))).await
    }

    /// A volunteer of team `n`.
    pub async fn volunteer(&self, n: usize) -> Actor {
        let house = self.organization(OrganizationKind::Team, &format!("志愿队{n}")).await;
        self.person(&format!("volunteer{n}"), &format!("志愿者{n}"), Some((Role::Volunteer, house))).await
    }

    /// Somebody with an account and no role.
    pub async fn citizen(&self) -> Actor {
        self.person("citizen", "市民甲", None).await
    }

    /// Somebody with this role, whatever it is.
    pub async fn one_with(&self, role: Role) -> Actor {
        match role {
            Role::LeadOffice => self.office().await,
            Role::NodeAdmin => self.node_admin(1).await,
            Role::Supervisor => self.supervisor().await,
            Role::Reviewer => self.reviewer(1).await,
            Role::Evaluator => self.evaluator().await,
            Role::TeamLead => self.team(1).await,
            Role::Volunteer => self.volunteer(1).await,
            Role::SponsorMember => self.sponsor_member(1).await,
            Role::SponsorSignatory => self.sponsor(1).await,
            Role::Recipient => self.recipient(1).await,
            Role::SystemAdmin => self.admin().await,
            Role::Auditor => self.auditor().await,
        }
    }
}

/// Plugins compiled by this package's own program, their code kept beside it from one run to the next.
pub fn plugins() -> Registry {
    let test = std::env::current_exe().expect("a running test has a program");
    let programs = test.parent().and_then(Path::parent).expect("target/debug/deps/…");
    let compiler = Compiler::new(programs.join("twoway-tests-compile"));
    Registry::new(RuntimeConfig::new(programs.join("test-code"), compiler))
}

/// The `n`-th of a row of codes with a right check character (GB 32100).
pub fn credit_code(n: usize) -> String {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    let body = format!("91520300MA6{n:06}");
    let value = |c: u8| DIGITS.iter().position(|d| *d == c).expect("a digit of the code");
    let sum: usize = body.bytes().zip(WEIGHTS).map(|(c, w)| value(c) * w).sum();
    let check = DIGITS[(31 - sum % 31) % 31] as char;
    format!("{body}{check}")
}
