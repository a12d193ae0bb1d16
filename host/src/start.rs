//! From settings to a running host: database, schema, tenant, keys.

use crate::accounts::Passwords;
use crate::app::Parts;
use crate::http::metrics::Metrics;
use crate::keys::Keys;
use crate::plugins::Registry;
use crate::{App, Config, Db, Refusal, audit};
use anyhow::Context;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectOptions, ConnectionTrait, Database, EntityTrait, QueryFilter};
use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;
use twoway_entity::tenants::tenant;
use twoway_ids::{Clock, Uuid};
use twoway_migrations::{Migrator, MigratorTrait};

/// The one tenant of a host.
const TENANT: &str = "main";

/// What a host works with and a test makes cheaper.
pub struct Means {
    pub passwords: Passwords,
    pub plugins: Registry,
}

impl Means {
    /// Passwords hashed as recommended, plugins compiled by this program.
    pub fn usual(config: &Config) -> anyhow::Result<Self> {
        Ok(Self { passwords: Passwords::recommended()?, plugins: Registry::of_this_program(config)? })
    }
}

/// Brings the database up to date and makes the host. Hosts that start at the same time wait for one another.
pub async fn start(config: Config, clock: Clock) -> anyhow::Result<App> {
    std::fs::create_dir_all(&config.data)
        .with_context(|| format!("the data folder {} cannot be made", config.data.display()))?;
    migrate(&config).await?;
    let means = Means::usual(&config)?;
    open(config, clock, means).await
}

/// Makes the host on a database that is up to date.
pub async fn open(config: Config, clock: Clock, means: Means) -> anyhow::Result<App> {
    let db = Db::open(&config.database()).await?;
    let pending = pending_migrations(&db).await?;
    anyhow::ensure!(pending == 0, "the database lacks {pending} migrations: run `twoway migrate`");
    let keys = Keys::load(&config.data.join("keys"))?;
    let tenant = tenant(&db, &clock).await?;
    let Means { passwords, plugins } = means;
    let app = App::new(Parts { config, db, clock, tenant, keys, plugins, passwords, metrics: Metrics::new()? });
    take_stock(&app).await.context("the stock of rows cannot be taken")?;
    Ok(app)
}

/// Marks what an earlier version of this program left without marks. Of hosts that start together one does it.
async fn take_stock(app: &App) -> Result<(), Refusal> {
    loop {
        match audit::take_stock(app).await {
            Err(Refusal::Stale) => {}
            taken => return taken,
        }
    }
}

/// Brings the schema up to date, alone: the migration library takes no lock of its own.
pub async fn migrate(config: &Config) -> anyhow::Result<()> {
    let url = config.database();
    match url.strip_prefix("sqlite:") {
        Some(path) => {
            let lock = PathBuf::from(format!("{path}.lock"));
            let file = File::create(&lock).with_context(|| format!("cannot write {}", lock.display()))?;
            let file = tokio::task::spawn_blocking(move || file.lock().map(|()| file)).await??;
            let mut options = ConnectOptions::new(format!("{url}?mode=rwc"));
            options.max_connections(1).sqlx_logging(false);
            let connection = Database::connect(options).await.context("cannot open the database")?;
            let done = Migrator::up(&connection, None).await.context("the migration failed");
            connection.close().await?;
            drop(file);
            done
        }
        None => {
            // The lock lives as long as its connection, so the pool has one connection only for it, and it is not shared.
            let holder = one_connection(&url).await?;
            holder.execute_unprepared(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})")).await?;
            let connection = one_connection(&url).await?;
            let done = Migrator::up(&connection, None).await.context("the migration failed");
            connection.close().await?;
            holder.close().await?;
            done
        }
    }
}

/// An arbitrary number that only this program uses for its lock.
const MIGRATION_LOCK: i64 = 0x7477_6f77_6179;

async fn one_connection(url: &str) -> anyhow::Result<sea_orm::DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).min_connections(1).acquire_timeout(Duration::from_secs(10)).sqlx_logging(false);
    options.idle_timeout(None).max_lifetime(None);
    Database::connect(options).await.context("cannot reach the database")
}

/// How many migrations of this program the database lacks. A schema newer than the program is an error.
pub async fn pending_migrations(db: &Db) -> anyhow::Result<usize> {
    let pending = Migrator::get_pending_migrations_read_only(db.read()).await;
    Ok(pending.context("the schema's version cannot be read")?.len())
}

async fn tenant(db: &Db, clock: &Clock) -> anyhow::Result<Uuid> {
    let now = clock.now();
    let made = db
        .transact(move |tx| async move {
            let row = tenant::ActiveModel {
                id: Set(twoway_ids::new_id(now)),
                key: Set(TENANT.to_string()),
                name: Set(String::new()),
                created_at: Set(now),
            };
            let known = OnConflict::column(tenant::Column::Key).do_nothing().to_owned();
            tenant::Entity::insert(row).on_conflict(known).exec_without_returning(&*tx).await?;
            Ok(tenant::Entity::find().filter(tenant::Column::Key.eq(TENANT)).one(&*tx).await?)
        })
        .await?;
    made.map(|t| t.id).context("the tenant could not be made")
}
