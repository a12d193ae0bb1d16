//! The append-only trace: each entity's events are a hash chain, a signed seal vouches for the heads of the chains, and
//! `twoway audit verify` finds what was changed by hand.

mod chain;
mod log;
mod pages;
mod queries;
mod seal;
mod verify;
mod words;

pub use chain::{NewEvent, append, canonical};
pub use log::{Entry, Narrow, log};
pub use pages::{Doc, routes};
pub use queries::{HistoryEntry, history};
pub use seal::{SEAL_EVERY, seal};
pub use verify::{Finding, verify};
pub use words::event_key;
