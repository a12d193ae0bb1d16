use crate::refusal::Refusal;
use anyhow::Context;
use futures_util::future::BoxFuture;
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// An open transaction. Held by one unit of work; nobody but [`Db::transact`] commits it.
pub type Tx = Arc<DatabaseTransaction>;

/// How many units of work one SQLite commit may carry, and how long the first may wait for company.
const BATCH: usize = 64;
const COMPANY: Duration = Duration::from_millis(2);

/// Both databases behind one face: bounded readers, and writes through [`Db::transact`].
///
/// SQLite has one writer that commits in groups: units of work queue, each runs in its own savepoint of one IMMEDIATE
/// transaction, and is answered after the commit. PostgreSQL gives each unit its own transaction.
#[derive(Clone)]
pub struct Db {
    read: DatabaseConnection,
    write: Writer,
    queries: Arc<AtomicU64>,
}

#[derive(Clone)]
enum Writer {
    Group(mpsc::Sender<Unit>),
    Each(DatabaseConnection),
}

struct Unit {
    /// Runs the work; true means that its savepoint is to be kept.
    work: Box<dyn FnOnce(Tx) -> BoxFuture<'static, bool> + Send>,
    done: oneshot::Sender<Result<(), Lost>>,
}

/// Why a group of writes was not committed; everybody in the group is told the same.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the commit failed")]
struct Lost(#[source] Arc<DbErr>);

impl Db {
    /// Opens `sqlite:<path>` or `postgres://…`. Makes no schema.
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        let queries = Arc::new(AtomicU64::new(0));
        if url.starts_with("sqlite:") {
            let mut writer = connect(url, 1, false).await.context("cannot open the database for writing")?;
            let mut read = connect(url, 8, true).await.context("cannot open the database for reading")?;
            count(&mut writer, &queries);
            count(&mut read, &queries);
            let (send, receive) = mpsc::channel(1024);
            let file = DatabaseFile::of(url).context("cannot look at the database's file")?;
            tokio::spawn(commit_in_groups(writer, file, receive));
            Ok(Self { read, write: Writer::Group(send), queries })
        } else {
            let mut pool = connect(url, 16, false).await.context("cannot reach the database")?;
            count(&mut pool, &queries);
            Ok(Self { read: pool.clone(), write: Writer::Each(pool), queries })
        }
    }

    pub fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    pub fn backend(&self) -> DbBackend {
        self.read.get_database_backend()
    }

    /// Statements run so far, for `/metrics` and for the tests that compare pages with 1 and with 3 rows.
    pub fn queries_run(&self) -> u64 {
        self.queries.load(Ordering::Relaxed)
    }

    /// Runs `work` in one transaction: everything it wrote is there afterwards, or nothing. The work may not keep the
    /// transaction beyond its own end.
    pub async fn transact<T, F, Fut>(&self, work: F) -> Result<T, Refusal>
    where
        F: FnOnce(Tx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, Refusal>> + Send + 'static,
        T: Send + 'static,
    {
        match &self.write {
            Writer::Each(pool) => {
                let tx = Arc::new(pool.begin().await?);
                // On the heap, as the other writer has it: what a unit does may be deep.
                let result = Box::pin(work(tx.clone())).await;
                let tx = Arc::try_unwrap(tx).map_err(|_| anyhow::anyhow!("a unit of work kept its transaction"))?;
                match &result {
                    Ok(_) => tx.commit().await?,
                    Err(_) => tx.rollback().await?,
                }
                result
            }
            Writer::Group(queue) => {
                let slot: Arc<Mutex<Option<Result<T, Refusal>>>> = Arc::default();
                let kept = slot.clone();
                let (done, committed) = oneshot::channel();
                let work = Box::new(move |tx: Tx| -> BoxFuture<'static, bool> {
                    Box::pin(async move {
                        let result = work(tx).await;
                        let keep = result.is_ok();
                        if let Ok(mut slot) = kept.lock() {
                            *slot = Some(result);
                        }
                        keep
                    })
                });
                queue
                    .send(Unit { work, done })
                    .await
                    .map_err(|_| anyhow::anyhow!("the database writer has stopped"))?;
                let committed =
                    committed.await.map_err(|_| anyhow::anyhow!("the database writer dropped a unit of work"))?;
                let result = slot.lock().ok().and_then(|mut s| s.take());
                match (committed, result) {
                    (Err(lost), _) => Err(anyhow::Error::new(lost).into()),
                    (Ok(()), Some(result)) => result,
                    (Ok(()), None) => Err(anyhow::anyhow!("a unit of work ended without a result").into()),
                }
            }
        }
    }
}

async fn connect(url: &str, connections: u32, read_only: bool) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(10))
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |o| {
            use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
            let o = o.foreign_keys(true).busy_timeout(Duration::from_secs(5));
            if read_only {
                return o.read_only(true);
            }
            o.create_if_missing(true).journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full)
        })
        .map_sqlx_postgres_opts(|o| o.application_name("twoway").options([("statement_timeout", "30s")]));
    Database::connect(options).await
}

fn count(connection: &mut DatabaseConnection, queries: &Arc<AtomicU64>) {
    let queries = queries.clone();
    connection.set_metric_callback(move |_| {
        queries.fetch_add(1, Ordering::Relaxed);
    });
}

/// SQLite goes on writing into a file that was deleted or replaced under it. Nobody would find those rows again.
struct DatabaseFile {
    path: PathBuf,
    identity: (u64, u64),
}

impl DatabaseFile {
    fn of(url: &str) -> std::io::Result<Self> {
        let path = url.trim_start_matches("sqlite:").trim_start_matches("//");
        let path = PathBuf::from(path.split('?').next().unwrap_or_default());
        Ok(Self { identity: identity(&path)?, path })
    }

    fn check(&self) -> Result<(), DbErr> {
        match identity(&self.path) {
            Ok(now) if now == self.identity => Ok(()),
            _ => Err(DbErr::Conn(RuntimeErr::Internal(format!(
                "{} is no longer the file that was opened",
                self.path.display()
            )))),
        }
    }
}

fn identity(path: &Path) -> std::io::Result<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).map(|m| (m.dev(), m.ino()))
}

async fn commit_in_groups(connection: DatabaseConnection, file: DatabaseFile, mut queue: mpsc::Receiver<Unit>) {
    while let Some(first) = queue.recv().await {
        if let Err(problem) = file.check() {
            tracing::error!(%problem, "a write was refused");
            let _ = first.done.send(Err(Lost(Arc::new(problem))));
            continue;
        }
        if let Err(problem) = commit_group(&connection, first, &mut queue).await {
            tracing::error!(problem = %problem.0, "a group of writes was lost");
        }
    }
}

/// Runs one group. Who waits is told the outcome of the commit, never before it.
async fn commit_group(
    connection: &DatabaseConnection,
    first: Unit,
    queue: &mut mpsc::Receiver<Unit>,
) -> Result<(), Lost> {
    let options =
        TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
    let group = match connection.begin_with_options(options).await {
        Ok(group) => group,
        Err(problem) => {
            let lost = Lost(Arc::new(problem));
            let _ = first.done.send(Err(lost.clone()));
            return Err(lost);
        }
    };
    let mut waiting = Vec::new();
    let mut next = Some(first);
    let deadline = tokio::time::Instant::now() + COMPANY;
    while let Some(Unit { work, done }) = next.take() {
        match run_in_savepoint(&group, work).await {
            Ok(()) => waiting.push(done),
            Err(problem) => {
                let _ = done.send(Err(Lost(Arc::new(problem))));
            }
        }
        // Company is only waited for while somebody else is already queueing: a lone writer commits at once.
        if waiting.len() < BATCH && tokio::time::Instant::now() < deadline {
            next = queue.try_recv().ok();
        }
    }
    let outcome = group.commit().await.map_err(|problem| Lost(Arc::new(problem)));
    for done in waiting {
        let _ = done.send(outcome.clone());
    }
    outcome
}

async fn run_in_savepoint(
    group: &DatabaseTransaction,
    work: Box<dyn FnOnce(Tx) -> BoxFuture<'static, bool> + Send>,
) -> Result<(), DbErr> {
    let savepoint = Arc::new(group.begin().await?);
    let keep = work(savepoint.clone()).await;
    let savepoint =
        Arc::try_unwrap(savepoint).map_err(|_| DbErr::Custom("a unit of work kept its transaction".to_string()))?;
    if keep { savepoint.commit().await } else { savepoint.rollback().await }
}

/// Whether the database could not be reached, is full, read-only or broken, as opposed to disliking a statement.
pub fn is_away(error: &DbErr) -> bool {
    use sea_orm::SqlxError;
    let source = match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(RuntimeErr::Internal(_)) => return true,
        DbErr::Conn(RuntimeErr::SqlxError(source))
        | DbErr::Exec(RuntimeErr::SqlxError(source))
        | DbErr::Query(RuntimeErr::SqlxError(source)) => source,
        _ => return false,
    };
    match &**source {
        SqlxError::Io(_)
        | SqlxError::PoolTimedOut
        | SqlxError::PoolClosed
        | SqlxError::WorkerCrashed
        | SqlxError::Tls(_) => true,
        SqlxError::Database(problem) => {
            let code = problem.code().unwrap_or_default().to_string();
            match code.parse::<i32>() {
                // SQLite: busy, locked, read-only, i/o, corrupt, full, cannot open, not a database; extended codes keep them in the low byte.
                Ok(number) if number < 10_000 => matches!(number & 0xff, 5 | 6 | 8 | 10 | 11 | 13 | 14 | 26),
                // PostgreSQL: read-only transaction, no such database, connection exceptions, resources, operator intervention, system
                // errors.
                _ => code == "25006" || ["08", "3D", "53", "57", "58"].iter().any(|class| code.starts_with(class)),
            }
        }
        _ => false,
    }
}
