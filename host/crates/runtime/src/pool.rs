use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Wasm may use 512 KiB of it; the rest is for host functions and the compiled code's own frames.
const STACK: usize = 4 << 20;

/// One decision to make.
pub(crate) trait Job: Send {
    /// Whether nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool;
    fn run(self: Box<Self>);
}

/// The threads on which decisions run. Few, because a decision is pure computing; the queue in front of them is bounded, and no
/// plugin may fill the threads or the queue alone.
pub(crate) struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
    bounds: Bounds,
}

#[derive(Clone, Copy)]
struct Bounds {
    running_per_lane: usize,
    waiting: usize,
    waiting_per_lane: usize,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<(u64, Box<dyn Job>)>,
    /// The lane of each job that runs now.
    running: Vec<u64>,
    closed: bool,
}

/// The queue is full, for all or for this plugin.
#[derive(Debug)]
pub(crate) struct Full;

impl Pool {
    pub(crate) fn start(threads: usize, waiting: usize) -> io::Result<Self> {
        let threads = threads.max(1);
        let bounds = Bounds {
            running_per_lane: threads.div_ceil(2),
            waiting: waiting.max(1),
            waiting_per_lane: waiting.div_ceil(2).max(1),
        };
        let shared = Arc::new(Shared { queue: Mutex::default(), changed: Condvar::new(), bounds });
        for n in 0..threads {
            let shared = shared.clone();
            std::thread::Builder::new().name(format!("plugin-{n}")).stack_size(STACK).spawn(move || shared.work())?;
        }
        Ok(Self { shared })
    }

    /// `lane` is the plugin: half of the threads and half of the queue are the most that one can have.
    /// What nobody waits for gives up its place.
    pub(crate) fn submit(&self, lane: u64, job: Box<dyn Job>) -> Result<(), Full> {
        let mut queue = self.shared.lock();
        queue.waiting.retain(|(_, job)| !job.is_abandoned());
        let of_lane = queue.waiting.iter().filter(|(l, _)| *l == lane).count();
        if queue.waiting.len() >= self.shared.bounds.waiting || of_lane >= self.shared.bounds.waiting_per_lane {
            return Err(Full);
        }
        queue.waiting.push_back((lane, job));
        drop(queue);
        self.shared.changed.notify_one();
        Ok(())
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        let mut queue = self.lock();
        loop {
            let Some((lane, job)) = self.next(&mut queue) else {
                if queue.closed {
                    return;
                }
                queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            queue.running.push(lane);
            drop(queue);
            // A panic (in a snapshot, say) loses its decision, whose asker sees the dropped answer, but not the thread.
            if catch_unwind(AssertUnwindSafe(|| job.run())).is_err() {
                tracing::error!("a decision panicked");
            }
            queue = self.lock();
            if let Some(index) = queue.running.iter().position(|l| *l == lane) {
                queue.running.swap_remove(index);
            }
            // A job of this lane may have been passed over while the lane was full.
            self.changed.notify_one();
        }
    }

    fn next(&self, queue: &mut Queue) -> Option<(u64, Box<dyn Job>)> {
        let running = |lane: u64| queue.running.iter().filter(|l| **l == lane).count();
        let index = queue.waiting.iter().position(|(lane, _)| running(*lane) < self.bounds.running_per_lane)?;
        queue.waiting.remove(index)
    }
}
