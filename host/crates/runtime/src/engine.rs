use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

/// Milliseconds between two ticks of the clock that ends overdue decisions.
pub(crate) const TICK_MS: u32 = 10;

/// The most memory that any plugin may be given, in bytes.
pub(crate) const MAX_MEMORY: usize = 64 << 20;
pub(crate) const MAX_TABLE_ELEMENTS: usize = 10_000;
/// Core instances inside one component: its module and what `wit-component` adds to link it.
pub(crate) const MAX_CORE_INSTANCES: u32 = 8;
pub(crate) const MAX_TABLES: u32 = 4;

const KEEP_RESIDENT: usize = 256 << 10;

/// Where the memory of instances comes from. It does not change the compiled code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allocation {
    /// Slots that are kept mapped between decisions, at most this many decisions at a time: several times faster. Each slot
    /// reserves some 4 GiB of address space, without using it.
    Pooling { slots: u32 },
    /// Mapped anew for each decision.
    OnDemand,
}

/// The one configuration for the compiling child and the deciding host: what one compiles, the other can load.
fn config() -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .consume_fuel(true)
        .epoch_interruption(true)
        .max_wasm_stack(512 << 10)
        // Everything that could answer differently at a replay is off or made canonical.
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false)
        .relaxed_simd_deterministic(true)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_wide_arithmetic(false)
        .wasm_custom_page_sizes(false)
        .wasm_tail_call(false)
        .generate_address_map(true)
        .native_unwind_info(false);
    config
}

/// An engine that can compile and load, but holds no pool; for the compiling child, whose address space is limited.
pub(crate) fn compiling_engine() -> wasmtime::Result<Engine> {
    Engine::new(&config())
}

/// An engine for decisions. Falls back to memory on demand where the system refuses the pool's address space.
pub(crate) fn deciding_engine(allocation: Allocation) -> wasmtime::Result<Engine> {
    if let Allocation::Pooling { slots } = allocation {
        match Engine::new(config().allocation_strategy(pool(slots))) {
            Ok(engine) => return Ok(engine),
            Err(error) => {
                tracing::warn!(%error, "no address space for pooled instances; memory is mapped for each decision")
            }
        }
    }
    Engine::new(config().allocation_strategy(InstanceAllocationStrategy::OnDemand))
}

fn pool(slots: u32) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(slots)
        .total_core_instances(slots * MAX_CORE_INSTANCES)
        .total_memories(slots)
        .total_tables(slots * MAX_TABLES)
        .max_core_instances_per_component(MAX_CORE_INSTANCES)
        .max_memories_per_component(1)
        .max_memories_per_module(1)
        .max_tables_per_component(MAX_TABLES)
        .max_tables_per_module(MAX_TABLES)
        .max_memory_size(MAX_MEMORY)
        .table_elements(MAX_TABLE_ELEMENTS)
        .linear_memory_keep_resident(KEEP_RESIDENT)
        .table_keep_resident(KEEP_RESIDENT);
    pool
}

/// Advances the engine's epoch every [`TICK_MS`] on a thread of its own, until it is dropped.
pub(crate) struct Ticker {
    stop: Arc<AtomicBool>,
}

impl Ticker {
    pub(crate) fn start(engine: &Engine) -> std::io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let (engine, stopped) = (engine.weak(), stop.clone());
        std::thread::Builder::new().name("plugin-clock".into()).spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(u64::from(TICK_MS)));
                let Some(engine) = engine.upgrade() else { return };
                engine.increment_epoch();
            }
        })?;
        Ok(Self { stop })
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// What compiled code must agree on with this build, as a file name part.
pub(crate) fn compatibility(engine: &Engine) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
