//! Runs plugins: checks a component, compiles it in a limited child process, keeps the compiled code, and asks one fresh
//! instance per decision. It knows neither the database nor the web: what a decision may read comes through [`Snapshot`], what
//! it wants to write comes back as [`Write`]s in a [`Decision`].

mod decision;
mod snapshot;

pub use decision::*;
pub use snapshot::*;
