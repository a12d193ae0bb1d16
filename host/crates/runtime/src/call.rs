use crate::{Broken, FailureKind, Log, LogLevel, LogLine, Snapshot, Write, engine};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use twoway_manifest::{Ability, Description, Grant, Limits, control_character, control_character_in};
use wasmtime::ResourceLimiter;

/// Bytes of JSON in one question's input and in the settings.
pub const MAX_INPUT: usize = 128 << 10;
/// Bytes of JSON in one record, view or other content that a plugin hands out.
pub const MAX_RECORD: usize = 256 << 10;
/// Bytes of log text kept of one decision.
pub const MAX_LOG: usize = 16 << 10;
/// Bytes of an id, key, name or other short word that a plugin passes.
pub(crate) const MAX_WORD: usize = 500;
/// Bytes that one call from the guest may move into the host: a record with its words.
pub(crate) const MAX_TRANSFER: usize = 512 << 10;

/// What one call may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Budget {
    pub(crate) fuel: u64,
    pub(crate) deadline_ms: u32,
    pub(crate) memory: usize,
    pub(crate) host_calls: u32,
    pub(crate) writes: usize,
}

impl Budget {
    /// `batch`: nobody waits for the answer, so time is the host's to give; memory and writes stay the plugin's.
    pub(crate) fn new(limits: &Limits, batch: bool) -> Self {
        let time = if batch { &Limits::MAX } else { limits };
        Self {
            fuel: u64::from(time.fuel_millions) * 1_000_000,
            deadline_ms: time.deadline_ms,
            host_calls: time.host_calls,
            memory: (limits.memory_mib as usize) << 20,
            writes: limits.writes as usize,
        }
    }
}

/// What the plugin may do during a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// `describe`: only the log.
    Describing,
    /// Guards, views and indicators: reads.
    Observing,
    /// Actions, timers and events: reads and writes.
    Deciding,
}

/// The state of one call into a plugin: what it may read, and what it has said so far.
pub(crate) struct Call {
    pub(crate) phase: Phase,
    pub(crate) grant: Grant,
    pub(crate) description: Arc<Description>,
    pub(crate) snapshot: Box<dyn Snapshot>,
    /// The record that the question is about, known without asking the snapshot.
    pub(crate) target: Option<String>,
    pub(crate) created: BTreeSet<String>,
    pub(crate) writes: Vec<Write>,
    pub(crate) asked: Vec<Value>,
    pub(crate) log: LogBook,
    /// The first thing that makes the whole decision unacceptable although the guest was answered.
    pub(crate) spoilt: Option<String>,
    budget: Budget,
    calls: u32,
}

/// Ends a call from inside a host function or limiter.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stop {
    #[error("memory")]
    Memory,
    #[error("host calls")]
    HostCalls,
    #[error(transparent)]
    Snapshot(#[from] Broken),
}

impl From<Stop> for FailureKind {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Memory => FailureKind::Memory,
            Stop::HostCalls => FailureKind::HostCalls,
            Stop::Snapshot(broken) => FailureKind::Snapshot(broken.0),
        }
    }
}

impl Call {
    pub(crate) fn new(
        phase: Phase,
        budget: Budget,
        grant: Grant,
        description: Arc<Description>,
        snapshot: Box<dyn Snapshot>,
    ) -> Self {
        Self {
            phase,
            grant,
            description,
            snapshot,
            target: None,
            created: BTreeSet::new(),
            writes: Vec::new(),
            asked: Vec::new(),
            log: LogBook::default(),
            spoilt: None,
            budget,
            calls: 0,
        }
    }

    /// Counts one call from the guest. `Ok(false)`: the ability is not granted.
    pub(crate) fn enter(&mut self, ability: Ability) -> wasmtime::Result<bool> {
        self.calls += 1;
        if self.calls > self.budget.host_calls {
            return Err(wasmtime::Error::new(Stop::HostCalls));
        }
        if self.phase == Phase::Describing && ability != Ability::Log {
            self.spoil(format!("describe may not call '{}'", ability.as_str()));
            return Ok(false);
        }
        Ok(self.grant.allows(ability))
    }

    /// The same for a call that writes. `Err` is what the guest is answered.
    pub(crate) fn enter_write(&mut self, ability: Ability, words: &[&str]) -> wasmtime::Result<Result<(), String>> {
        if !self.enter(ability)? {
            return Ok(Err(format!("'{}' is not granted on this project", ability.as_str())));
        }
        if self.phase != Phase::Deciding {
            return Ok(Err(
                self.spoil(format!("'{}' was asked to write while only reading is allowed", ability.as_str()))
            ));
        }
        if self.writes.len() >= self.budget.writes {
            return Ok(Err(self.spoil(format!("more than {} writes", self.budget.writes))));
        }
        Ok(self.words(words))
    }

    /// The same for a call that takes back and has no answer. Without the grant there can be nothing to take back: `Ok(false)`.
    pub(crate) fn enter_back(&mut self, ability: Ability, words: &[&str]) -> wasmtime::Result<bool> {
        if self.phase == Phase::Deciding && !self.grant.allows(ability) {
            return self.enter(ability);
        }
        Ok(match self.enter_write(ability, words)? {
            Ok(()) => true,
            Err(problem) => {
                self.spoil(problem);
                false
            }
        })
    }

    /// Ids, keys and names are short and plain.
    pub(crate) fn words(&mut self, words: &[&str]) -> Result<(), String> {
        if let Some(word) = words.iter().find(|w| w.len() > MAX_WORD) {
            return Err(self.spoil(format!("an id, key or name has {} bytes; {MAX_WORD} are allowed", word.len())));
        }
        match words.iter().find_map(|w| control_character(w)) {
            Some(c) => Err(self.spoil(holds("an id, key or name", c))),
            None => Ok(()),
        }
    }

    /// Content from the guest: JSON of bounded size, its texts plain.
    pub(crate) fn content(&mut self, what: &str, text: &str) -> Result<Value, String> {
        if text.len() > MAX_RECORD {
            return Err(self.spoil(format!("{what} has {} bytes; {MAX_RECORD} are allowed", text.len())));
        }
        plain_json(what, text).map_err(|problem| self.spoil(problem))
    }

    /// Remembers the first violation and hands it back as the guest's answer.
    pub(crate) fn spoil(&mut self, violation: String) -> String {
        self.spoilt.get_or_insert_with(|| violation.clone());
        violation
    }

    /// A read that failed behind the snapshot ends the call.
    pub(crate) fn read<T>(
        &mut self,
        answer: impl FnOnce(&mut dyn Snapshot) -> Result<T, Broken>,
    ) -> wasmtime::Result<T> {
        answer(self.snapshot.as_mut()).map_err(|broken| wasmtime::Error::new(Stop::Snapshot(broken)))
    }
}

impl ResourceLimiter for Call {
    fn memory_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        if desired > self.budget.memory {
            return Err(wasmtime::Error::new(Stop::Memory));
        }
        Ok(true)
    }

    fn table_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        if desired > engine::MAX_TABLE_ELEMENTS {
            return Err(wasmtime::Error::new(Stop::Memory));
        }
        Ok(true)
    }

    fn instances(&self) -> usize {
        engine::MAX_CORE_INSTANCES as usize
    }

    fn tables(&self) -> usize {
        engine::MAX_TABLES as usize
    }

    fn memories(&self) -> usize {
        1
    }
}

/// A bounded log without anything that could forge a line or turn the reading direction.
#[derive(Default)]
pub(crate) struct LogBook {
    log: Log,
    bytes: usize,
}

impl LogBook {
    pub(crate) fn write(&mut self, level: LogLevel, message: &str) {
        if self.log.truncated {
            return;
        }
        let mut line = String::new();
        for c in message.chars() {
            let c = if is_harmless(c) { c } else { ' ' };
            if self.bytes + line.len() + c.len_utf8() > MAX_LOG {
                self.log.truncated = true;
                break;
            }
            line.push(c);
        }
        // An empty line costs something too, or a flood of them would never end.
        self.bytes += line.len() + 1;
        self.log.lines.push(LogLine { level, message: line });
    }

    pub(crate) fn take(&mut self) -> Log {
        std::mem::take(&mut self.log)
    }
}

/// JSON whose texts hold no control characters.
pub(crate) fn plain_json(what: &str, text: &str) -> Result<Value, String> {
    let value = serde_json::from_str(text).map_err(|e| format!("{what} is not JSON: {e}"))?;
    control_character_in(&value).map_or(Ok(value), |c| Err(holds(what, c)))
}

pub(crate) fn holds(what: &str, c: char) -> String {
    format!("{what} holds the control character U+{:04X}", u32::from(c))
}

/// A text of the plugin's own on its way into a log or a database, each character that could do harm there replaced by a space.
pub(crate) fn harmless(text: &str, most: usize) -> String {
    text.chars().map(|c| if is_harmless(c) { c } else { ' ' }).take(most).collect()
}

fn is_harmless(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
