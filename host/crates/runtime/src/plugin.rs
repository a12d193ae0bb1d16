use crate::bindings::Full;
use crate::bindings::exports::twoway::kind::{behaviour, indicators, views};
use crate::call::{Budget, Call, Phase};
use crate::compile::CodeStore;
use crate::decide::{self, Exports};
use crate::engine::{self, Allocation, Ticker};
use crate::nothing::Nothing;
use crate::pool::{Job, Pool};
use crate::{
    CompileError, Compiler, Context, Decision, Failure, FailureKind, GateError, Log, Question, Snapshot, inspect,
};
use futures_channel::oneshot;
use sha2::{Digest, Sha256};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use twoway_manifest::{Description, DescriptionError, Grant, Limits, Manifest};
use wasmtime::Engine;
use wasmtime::component::{HasSelf, InstancePre, Linker};

/// How the runtime is set up.
#[derive(Clone, Debug)]
pub struct RuntimeConfig {
    /// Folder of the compiled code, made when absent. Deleting it is safe: the next start compiles again.
    pub cache_folder: PathBuf,
    pub compiler: Compiler,
    /// Decisions that run at the same time. One plugin gets half of them at most.
    pub threads: usize,
    /// Decisions that may wait for a thread before [`FailureKind::Busy`] is the answer.
    pub queue: usize,
    pub allocation: Allocation,
}

impl RuntimeConfig {
    /// Two threads and eight memory slots for each core, and a queue of 256.
    pub fn new(cache_folder: impl Into<PathBuf>, compiler: Compiler) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            cache_folder: cache_folder.into(),
            compiler,
            threads: 2 * cores,
            queue: 256,
            allocation: Allocation::Pooling { slots: u32::try_from(8 * cores).unwrap_or(64) },
        }
    }
}

/// Why the runtime cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the wasm engine cannot be set up: {0}")]
    Engine(String),
    #[error("the folder for compiled code {folder} cannot be used: {error}")]
    Cache { folder: PathBuf, error: std::io::Error },
    #[error("a thread cannot be started: {0}")]
    Thread(#[source] std::io::Error),
}

/// Why a component cannot be a plugin. The texts are for its author.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error(transparent)]
    Gate(#[from] GateError),
    #[error(transparent)]
    Compile(#[from] CompileError),
    #[error("the component does not fit the contract: {0}")]
    Contract(String),
    #[error("it needs {asked} KiB of memory at the start, and its limit is {limit} KiB")]
    Memory { asked: u64, limit: u64 },
    #[error("describe() failed: {0}")]
    Describe(#[source] Failure),
    #[error("describe() does not answer a description: {0}")]
    NotADescription(String),
    #[error("the description has errors: {}", list(.0))]
    Description(Vec<DescriptionError>),
    #[error("the component describes itself otherwise than description.json in its package")]
    DescribesOtherwise,
}

fn list(errors: &[DescriptionError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Loads plugins and runs their decisions. Cheap to clone; the threads end with the last clone and the last plugin.
#[derive(Clone)]
pub struct Runtime {
    core: Arc<Core>,
}

struct Core {
    engine: Engine,
    linker: Linker<Call>,
    code: CodeStore,
    pool: Pool,
    next_lane: AtomicU64,
    _ticker: Ticker,
}

impl Runtime {
    pub fn new(config: RuntimeConfig) -> Result<Self, StartError> {
        // Each running decision needs a slot, so there are never fewer slots than threads.
        let allocation = match config.allocation {
            Allocation::Pooling { slots } => {
                Allocation::Pooling { slots: slots.max(u32::try_from(config.threads).unwrap_or(slots)) }
            }
            Allocation::OnDemand => Allocation::OnDemand,
        };
        let engine = engine::deciding_engine(allocation).map_err(|e| StartError::Engine(format!("{e:#}")))?;
        let mut linker = Linker::new(&engine);
        Full::add_to_linker::<Call, HasSelf<Call>>(&mut linker, |call| call)
            .map_err(|e| StartError::Engine(format!("{e:#}")))?;
        let code = CodeStore::open(&config.cache_folder, config.compiler, &engine)
            .map_err(|error| StartError::Cache { folder: config.cache_folder, error })?;
        let ticker = Ticker::start(&engine).map_err(StartError::Thread)?;
        let pool = Pool::start(config.threads, config.queue).map_err(StartError::Thread)?;
        let next_lane = AtomicU64::new(0);
        Ok(Self { core: Arc::new(Core { engine, linker, code, pool, next_lane, _ticker: ticker }) })
    }

    /// The engine with its pool, for measurements beside plugins.
    pub fn engine(&self) -> &Engine {
        &self.core.engine
    }

    /// Checks, compiles (or takes from the cache) and asks for the description. Blocks for seconds when it has to compile.
    pub fn load(&self, component: &[u8], manifest: &Manifest) -> Result<Arc<Plugin>, LoadError> {
        let inspection = inspect(component)?;
        inspection.fits(manifest)?;
        let digest = digest(component);
        let compiled = self.core.code.load(&self.core.engine, &digest, component)?;
        let limit = u64::from(manifest.limits.memory_mib) << 10;
        let asked = compiled.resources_required().and_then(|r| r.max_initial_memory_size).unwrap_or(0) * 64;
        if asked > limit {
            return Err(LoadError::Memory { asked, limit });
        }
        let contract = |e: wasmtime::Error| LoadError::Contract(format!("{e:#}"));
        let pre = self.core.linker.instantiate_pre(&compiled).map_err(contract)?;
        let views = inspection.exports_views.then(|| views::GuestIndices::new(&pre));
        let indicators = inspection.exports_indicators.then(|| indicators::GuestIndices::new(&pre));
        let exports = Exports {
            behaviour: behaviour::GuestIndices::new(&pre).map_err(contract)?,
            views: views.transpose().map_err(contract)?,
            indicators: indicators.transpose().map_err(contract)?,
        };
        let mut plugin = Plugin {
            core: self.core.clone(),
            lane: self.core.next_lane.fetch_add(1, Ordering::Relaxed),
            digest,
            limits: manifest.limits.clone(),
            description: Arc::default(),
            inner: Arc::new(Inner { pre, exports }),
        };
        let description = plugin.describe()?;
        inspection.offers(&description)?;
        manifest.check_description(&description).map_err(LoadError::Description)?;
        plugin.description = Arc::new(description);
        Ok(Arc::new(plugin))
    }
}

/// The hexadecimal SHA-256 by which a component is known everywhere.
pub fn digest(component: &[u8]) -> String {
    hex::encode(Sha256::digest(component))
}

struct Inner {
    pre: InstancePre<Call>,
    exports: Exports,
}

/// A loaded plugin. Every call runs in a fresh instance, so calls know nothing of each other.
pub struct Plugin {
    core: Arc<Core>,
    lane: u64,
    digest: String,
    limits: Limits,
    description: Arc<Description>,
    inner: Arc<Inner>,
}

impl Plugin {
    /// The hexadecimal SHA-256 of the component.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// What `describe` answered when the plugin was loaded.
    pub fn description(&self) -> &Description {
        &self.description
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Puts one question and waits for the answer without blocking the caller's thread. A dropped future that has not begun to run
    /// is not run.
    pub fn decide(
        &self,
        ctx: &Context,
        question: &Question,
        grant: &Grant,
        snapshot: Box<dyn Snapshot>,
    ) -> impl Future<Output = Result<Decision, Failure>> + Send + use<> {
        let (answer, waiting) = oneshot::channel();
        let decide = self.prepare(ctx, question, grant, snapshot);
        let submitted = self.core.pool.submit(self.lane, Box::new(Asked { answer, decide }));
        async move {
            submitted.map_err(|_| without_log(FailureKind::Busy))?;
            waiting.await.unwrap_or_else(|_| Err(lost()))
        }
    }

    /// The same, blocking the caller's thread; not for async code.
    pub fn decide_blocking(
        &self,
        ctx: &Context,
        question: &Question,
        grant: &Grant,
        snapshot: Box<dyn Snapshot>,
    ) -> Result<Decision, Failure> {
        let decide = self.prepare(ctx, question, grant, snapshot);
        self.on_pool(decide)?
    }

    /// The same on the caller's own thread, past the queue and its bounds: for measurements, and for tools that have a thread to spare.
    /// Needs 1 MiB of stack.
    pub fn decide_here(
        &self,
        ctx: &Context,
        question: &Question,
        grant: &Grant,
        snapshot: Box<dyn Snapshot>,
    ) -> Result<Decision, Failure> {
        self.prepare(ctx, question, grant, snapshot)()
    }

    fn prepare(
        &self,
        ctx: &Context,
        question: &Question,
        grant: &Grant,
        snapshot: Box<dyn Snapshot>,
    ) -> impl FnOnce() -> Result<Decision, Failure> + Send + use<> {
        let budget = Budget::new(&self.limits, question.is_batch());
        let mut call = Call::new(question.phase(), budget, grant.clone(), self.description.clone(), snapshot);
        call.target = question.target().map(|item| item.id.clone());
        let (inner, ctx, question) = (self.inner.clone(), ctx.clone(), question.clone());
        move || decide::decide(&inner.pre, &inner.exports, &budget, call, &ctx, &question)
    }

    fn on_pool<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
        let (answer, waiting) = mpsc::sync_channel(1);
        self.core
            .pool
            .submit(self.lane, Box::new(Blocking { answer, work }))
            .map_err(|_| without_log(FailureKind::Busy))?;
        waiting.recv().map_err(|_| lost())
    }

    fn describe(&self) -> Result<Description, LoadError> {
        // Computing as cheap as an action, but a busy machine does not make a good plugin unloadable.
        let budget = Budget { deadline_ms: Limits::MAX.deadline_ms, ..Budget::new(&self.limits, false) };
        let call = Call::new(Phase::Describing, budget, Grant::default(), Arc::default(), Box::new(Nothing));
        let inner = self.inner.clone();
        let text = self
            .on_pool(move || decide::describe(&inner.pre, &inner.exports, &budget, call))
            .and_then(|described| described)
            .map_err(LoadError::Describe)?;
        let description: Description =
            serde_json::from_str(&text).map_err(|e| LoadError::NotADescription(e.to_string()))?;
        description.check().map_err(LoadError::Description)?;
        Ok(description)
    }
}

/// A decision whose asker may go away before it is made.
struct Asked<W> {
    answer: oneshot::Sender<Result<Decision, Failure>>,
    decide: W,
}

impl<W: FnOnce() -> Result<Decision, Failure> + Send> Job for Asked<W> {
    fn is_abandoned(&self) -> bool {
        self.answer.is_canceled()
    }

    fn run(self: Box<Self>) {
        let Self { answer, decide } = *self;
        if !answer.is_canceled() {
            // The asker may have gone away meanwhile; nothing was written, so nothing is lost.
            let _ = answer.send(decide());
        }
    }
}

/// Work for which a thread waits, and goes on waiting.
struct Blocking<T, W> {
    answer: mpsc::SyncSender<T>,
    work: W,
}

impl<T: Send, W: FnOnce() -> T + Send> Job for Blocking<T, W> {
    fn is_abandoned(&self) -> bool {
        false
    }

    fn run(self: Box<Self>) {
        let Self { answer, work } = *self;
        // The receiver waits for exactly this.
        let _ = answer.send(work());
    }
}

fn without_log(kind: FailureKind) -> Failure {
    Failure { kind, log: Log::default() }
}

/// The decision panicked in the host; the thread has logged it.
fn lost() -> Failure {
    without_log(FailureKind::Trap("the decision was lost in the host".to_string()))
}
