//! Proposals (申报): citizens and organisations answer a call, the office checks them, reviewers read them, and after the public
//! notice the selected ones wait in the pool (储备库) until they become projects.

pub mod actions;
pub mod api;
pub mod assisted;
pub mod compare;
pub mod disqualified;
pub mod files;
pub mod jobs;
pub mod late;
pub mod merge;
mod model;
mod pages;
pub mod points;
pub mod pool;
pub mod queries;
pub mod rules;
mod saved;
pub mod screening;
pub mod similar;
mod state;
pub mod together;
mod upload;
pub mod views;

pub use model::{Content, answers_up_to};
pub use queries::{PROPOSES, Seen, Sight, place};
pub use state::{
    Decision, ENDED, PUBLIC, ProposalEvent, ProposalMachine, ProposalState, UNSEEN, counts_for_cap, told_to_proposer,
};

/// Ends the time for mending a returned proposal.
pub const FIX_TIMER: &str = "proposals.fix-due";
/// Reminds the proposer a working day before that.
pub const FIX_REMINDER: &str = "proposals.fix-reminder";
/// Ends a proposal's place in the pool.
pub const POOL_TIMER: &str = "proposals.pool-ends";
/// Asks the proposer whether what is pooled is still valid.
pub const POOL_WARNING: &str = "proposals.pool-warning";
/// Releases what sponsors hold of a proposal whose proposer has left.
pub const WITHDRAWN: &str = "proposals.withdrawn";
