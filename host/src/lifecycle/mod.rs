//! The one transition contract. Every change of a state goes through [`Step::advance`], inside one transaction with its event,
//! its jobs and notices and the record of the request that caused it.
//!
//! An action loads the entity, asks [`permit`], its feature's `rules`, where there is one the plugin, and then
//! [`App::act`](crate::App::act). Nothing else writes a `state` column.

mod command;
mod machine;
mod registry;
mod step;

pub use command::{Command, Done, Idempotency};
pub use machine::{Machine, May, Place, diagram, names, permit, table, wrong_state};
pub use registry::{Words, diagrams, kinds, tables, words};
pub use step::Step;
