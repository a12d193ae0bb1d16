//! Mergers: the office proposes that one proposal goes on in another of the same call; it does when both proposers agree, each from
//! the own account and in time. Who wrote the one that ends stays an author of the other.

pub mod actions;
pub mod api;
mod pages;
pub mod queries;
mod rules;
mod state;

pub use actions::{LAPSE, lapse};
pub use queries::authors;
pub use state::{MergerEvent, MergerMachine, MergerState};
