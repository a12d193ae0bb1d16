use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use std::path::{Path, PathBuf};
use tokio::sync::{Mutex, OnceCell};
use twoway::{Config, start};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// The server for the tests on PostgreSQL.
pub const POSTGRES_URL: &str = "TWOWAY_TEST_POSTGRES_URL";

impl Backend {
    /// False for PostgreSQL without a server; a line on the terminal tells.
    pub fn is_there(self) -> bool {
        let there = self == Self::Sqlite || std::env::var_os(POSTGRES_URL).is_some();
        crate::all_or_told(there, || {
            format!("on PostgreSQL: {POSTGRES_URL} is not set (tests/postgres start prints one)")
        })
    }
}

/// A migrated database of one test. PostgreSQL's is dropped at the end.
pub struct OwnDatabase {
    /// What `database_url` must say; empty for SQLite in the data folder.
    pub url: String,
    name: Option<String>,
}

impl OwnDatabase {
    /// Copies the migrated template, which the first test of the process makes.
    pub async fn new(backend: Backend, data: &Path) -> Self {
        match backend {
            Backend::Sqlite => {
                std::fs::write(data.join("twoway.db"), sqlite_template().await).expect("the data folder takes a file");
                Self { url: String::new(), name: None }
            }
            Backend::Postgres => {
                // Two copies of one template at the same time disturb each other.
                static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());
                let template = postgres_template().await;
                let name = format!("twoway_test_{}", twoway_ids::new_id(0).simple());
                let _turn = ONE_AT_A_TIME.lock().await;
                let server = server().await;
                let create = format!("CREATE DATABASE {name} TEMPLATE {template}");
                server.execute_unprepared(&create).await.expect("the server makes a database");
                server.close().await.expect("closed");
                Self { url: format!("{}/{name}", server_url()), name: Some(name) }
            }
        }
    }

    pub async fn drop_it(self) {
        self.drop_now().await;
    }

    /// Takes the database out of its place. What was in it stays whole. `file` is SQLite's.
    pub(crate) async fn take_away(&self, file: &Path) {
        match &self.name {
            None => std::fs::rename(file, aside(file)).expect("the file can be moved"),
            Some(name) => {
                let server = server().await;
                for statement in [
                    // Nobody comes in again between the end of the connections and the new name.
                    format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"),
                    format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"),
                    format!("ALTER DATABASE {name} RENAME TO {name}_aside"),
                ] {
                    server.execute_unprepared(&statement).await.expect("the server takes the database away");
                }
                server.close().await.expect("closed");
            }
        }
    }

    /// Puts it back.
    pub(crate) async fn bring_back(&self, file: &Path) {
        match &self.name {
            None => std::fs::rename(aside(file), file).expect("the file can be moved back"),
            Some(name) => {
                let server = server().await;
                for statement in [
                    format!("ALTER DATABASE {name}_aside RENAME TO {name}"),
                    format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"),
                ] {
                    server.execute_unprepared(&statement).await.expect("the server brings the database back");
                }
                server.close().await.expect("closed");
            }
        }
    }

    /// PostgreSQL after the standby became the first again.
    pub(crate) async fn make_writable(&self) {
        if let Some(name) = &self.name {
            let server = server().await;
            for statement in [
                format!("ALTER DATABASE {name} RESET default_transaction_read_only"),
                format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"),
            ] {
                server.execute_unprepared(&statement).await.expect("the server takes the setting back");
            }
            server.close().await.expect("closed");
        }
    }

    /// PostgreSQL as it is after a failover to a standby: connections break, and the new ones only read.
    pub(crate) async fn make_read_only(&self) {
        if let Some(name) = &self.name {
            let server = server().await;
            let set = format!("ALTER DATABASE {name} SET default_transaction_read_only = on");
            server.execute_unprepared(&set).await.expect("the server takes the setting");
            let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
            server.execute_unprepared(&end).await.expect("the server ends connections");
            server.close().await.expect("closed");
        }
    }

    pub(crate) async fn drop_now(&self) {
        if let Some(name) = &self.name {
            let server = server().await;
            let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            server.execute_unprepared(&drop).await.expect("the test's database can be dropped");
            server.close().await.expect("closed");
        }
    }
}

fn aside(file: &Path) -> PathBuf {
    file.with_extension("aside")
}

/// An empty database without a schema: for SQLite the file that the data folder will have.
pub async fn own_database(backend: Backend) -> OwnDatabase {
    if backend == Backend::Sqlite {
        return OwnDatabase { url: String::new(), name: None };
    }
    let name = format!("twoway_test_{}", twoway_ids::new_id(0).simple());
    let server = server().await;
    server.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("the server makes a database");
    server.close().await.expect("closed");
    OwnDatabase { url: format!("{}/{name}", server_url()), name: Some(name) }
}

async fn sqlite_template() -> &'static [u8] {
    static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
    TEMPLATE
        .get_or_init(|| async {
            let folder = tempfile::tempdir().expect("a folder");
            let config = Config { data: folder.path().to_path_buf(), ..Config::default() };
            start::migrate(&config).await.expect("the migrations run");
            std::fs::read(folder.path().join("twoway.db")).expect("the migrated file")
        })
        .await
}

async fn postgres_template() -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    TEMPLATE
        .get_or_init(|| async {
            let name = format!("twoway_template_{}", twoway_ids::new_id(0).simple());
            let server = server().await;
            server.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("the server makes a database");
            server.close().await.expect("closed");
            let config = Config { database_url: format!("{}/{name}", server_url()), ..Config::default() };
            start::migrate(&config).await.expect("the migrations run");
            name
        })
        .await
}

fn server_url() -> String {
    std::env::var(POSTGRES_URL).expect("asked for before").trim_end_matches('/').to_string()
}

async fn server() -> DatabaseConnection {
    let mut options = ConnectOptions::new(format!("{}/postgres", server_url()));
    options.max_connections(1).sqlx_logging(false);
    match Database::connect(options).await {
        Ok(connection) => connection,
        Err(error) => panic!("{POSTGRES_URL} is set, but no PostgreSQL answers there: {error}"),
    }
}
