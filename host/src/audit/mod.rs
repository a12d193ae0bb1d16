//! The append-only trace: each entity's events are a hash chain, the last event of a step vouches for the rows that the step wrote,
//! a signed seal vouches for the heads of the chains, and `twoway audit verify` finds what was changed by hand.

mod chain;
mod covered;
mod key;
mod log;
mod marks;
mod pages;
mod queries;
pub mod retention;
mod rows;
mod seal;
mod stock;
mod verify;
mod words;

pub use chain::{NewEvent, append, canonical};
pub use covered::{NOT_COVERED, Table, table, tables};
pub use key::{KeyKind, RowKey};
pub use log::{Entry, Narrow, log};
pub use marks::Written;
pub use pages::{Doc, routes};
pub use queries::{HistoryEntry, history};
pub use seal::{SEAL_EVERY, seal};
pub use stock::take_stock;
pub use verify::{Finding, verify};
pub use words::event_key;
