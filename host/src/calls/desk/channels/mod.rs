//! Where a call is published: planned with a name and a day, then proven by a link, a file or the time on air.

mod actions;
pub mod api;
pub mod pages;

use super::super::queries::OFFICE_READS as READERS;
pub use actions::{ChannelKind, FILES, Plan, Proof, drop_it, find, list, plan, prove, rows};
