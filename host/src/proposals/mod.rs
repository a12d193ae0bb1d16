//! Proposals (申报): citizens and organisations answer a call, the office checks them, reviewers read them, and after the public
//! notice the selected ones wait in the pool (储备库) until they become projects.

pub mod queries;
mod state;

pub use queries::{Seen, Sight, place};
pub use state::{
    Decision, ENDED, PUBLIC, ProposalEvent, ProposalMachine, ProposalState, UNSEEN, counts_for_cap, told_to_proposer,
};
