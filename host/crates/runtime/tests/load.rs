//! The queue in front of the threads is bounded, for all and for each plugin.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests stop at the first surprise")]

mod support;

use serde_json::Value;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::task::{Context, Waker};
use support::*;
use twoway_manifest::Grant;
use twoway_runtime::{Broken, Failure, FailureKind, Find, Item, Millis, Plugin, Refusal, Snapshot};

/// A snapshot that reports when it is asked for an id, and waits until it may go on.
struct Held {
    entered: Sender<()>,
    go_on: Receiver<()>,
}

fn unused<T>() -> Result<T, Broken> {
    Err(Broken("the fixture asks for nothing else".into()))
}

impl Snapshot for Held {
    fn get(&mut self, _: &str) -> Result<Option<Item>, Broken> {
        unused()
    }
    fn find(&mut self, _: &Find) -> Result<Result<Vec<Item>, Refusal>, Broken> {
        unused()
    }
    fn count(&mut self, _: &str, _: &[String], _: &Value) -> Result<Result<u64, Refusal>, Broken> {
        unused()
    }
    fn satisfies(&mut self, _: &str, _: &str) -> Result<Result<bool, String>, Broken> {
        unused()
    }
    fn secret_matches(&mut self, _: &str, _: &str, _: &[String]) -> Result<Result<u32, String>, Broken> {
        unused()
    }
    fn code_is_valid(&mut self, _: &str, _: &str, _: &str) -> Result<Result<bool, String>, Broken> {
        unused()
    }
    fn is_workday(&mut self, _: Millis) -> Result<bool, Broken> {
        unused()
    }
    fn add_workdays(&mut self, _: Millis, _: i32) -> Result<Millis, Broken> {
        unused()
    }
    fn balance(&mut self, _: &str, _: &str) -> Result<Result<i64, String>, Broken> {
        unused()
    }
    fn new_id(&mut self, nth: u32) -> String {
        self.entered.send(()).expect("the test listens");
        self.go_on.recv().expect("the test lets it go");
        nth.to_string()
    }
}

#[test]
fn one_plugin_can_fill_neither_the_threads_nor_the_queue() {
    let bench = Bench::with(|config| {
        config.threads = 2;
        config.queue = 2;
    });
    let slow = bench.runtime.load(&good(), &manifest()).expect("loads");
    let other = bench.runtime.load(&good(), &manifest()).expect("loads once more, as another plugin would");
    let (entered, enters) = channel();
    let (go, go_on) = channel();
    let running = std::thread::spawn({
        let slow = slow.clone();
        let held = Box::new(Held { entered, go_on });
        move || ask(&slow, held)
    });
    enters.recv().expect("runs");
    // It runs on one of two threads, which is all that it may have; its next question waits, and the one after is refused.
    let waiting = slow.decide(&context(), &write_question(), &Grant::default(), Box::new(Memory::default()));
    let busy = act(&slow).expect_err("its half of the queue is full");
    assert!(matches!(busy.kind, FailureKind::Busy), "{busy}");
    act(&other).expect("another plugin is not held up");
    // Whoever goes away gives up the place, also before a thread is free.
    drop(waiting);
    let instead = slow.decide(&context(), &write_question(), &Grant::default(), Box::new(Memory::default()));
    let mut instead = std::pin::pin!(instead);
    assert!(instead.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending(), "has the place");
    go.send(()).expect("is held");
    running.join().expect("ends").expect("decides");
    futures_executor::block_on(instead).expect("decides");
}

fn ask(plugin: &Arc<Plugin>, snapshot: Box<Held>) -> Result<(), Failure> {
    plugin.decide_blocking(&context(), &write_question(), &Grant::default(), snapshot).map(|_| ())
}
