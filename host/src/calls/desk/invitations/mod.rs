//! Calls by invitation: codes that the office gives out, each for one name, and what may be read of such a call without one.

mod actions;
pub mod api;
mod code;
pub mod pages;
mod queries;
mod sight;

pub use actions::{Batch, Made, make, revoke};
pub use code::{Given, check, spend};
pub use queries::{Listed, list};
pub use sight::{invited, may_read, outline};
