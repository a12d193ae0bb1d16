//! Runs plugins: checks a component, compiles it in a limited child process, keeps the compiled code, and asks one fresh
//! instance per decision. It knows neither the database nor the web: what a decision may read comes through [`Snapshot`], what
//! it wants to write comes back as [`Write`]s in a [`Decision`].

mod abilities;
mod bindings;
mod call;
mod check;
mod compile;
mod convert;
mod decide;
mod decision;
mod engine;
mod gate;
mod nothing;
mod package;
mod plugin;
mod pool;
mod secret;
mod snapshot;
mod texts;

pub use call::{MAX_INPUT, MAX_LOG, MAX_RECORD};
pub use check::{PRESENCE, Proposal, SEVERITIES, check_writes, merge, referenced};
pub use compile::{CompileError, CompileLimits, Compiler, compile_main};
pub use decision::*;
pub use engine::Allocation;
pub use gate::{GateError, Inspection, MAX_COMPONENT, Version, inspect};
pub use package::{Files, Package, PackageError, Trust, TrustedKey, listing, read_folder, read_twk, sign, write_twk};
pub use plugin::{LoadError, Plugin, Runtime, RuntimeConfig, StartError, digest};
pub use secret::secret_matches;
pub use snapshot::*;
pub use texts::{LOCALES, TextError, Texts};
