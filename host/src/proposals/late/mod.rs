//! Proposals that come after the call's end, where the call allows some days for it: with a reason, marked, and each accepted by the
//! office before it is checked. One that the office does not accept is found ineligible like any other, by two persons.

mod actions;
pub mod api;
pub(super) mod pages;
mod queries;

pub(super) use actions::reason;
pub use actions::{accept, hand_in};
pub use queries::{Late, accepted, among, is_late, marked, of, over, until, waiting};
