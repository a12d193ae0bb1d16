//! Several sponsors in one adoption (联合认领): the one that showed interest leads; the others join, sign for themselves and stand on
//! its side. What is held, delivered and settled stays the adoption's, for which the lead speaks.

mod actions;
pub mod api;
mod pages;
mod queries;
mod state;

pub use actions::{Answer, Invitation, accept, all_answered, decline, invite, leave, remove};
pub use queries::{Together, in_adoptions, inside, joined, joined_in, of, speaks_in, turns};
pub use state::{PartnerEvent, PartnerMachine, PartnerState};

/// Partners of one adoption beside its lead.
pub const MOST_PARTNERS: usize = 9;
