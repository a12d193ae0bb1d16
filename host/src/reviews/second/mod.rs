//! The second reading (复评): the best proposals of the first round go back to the reviewers, to others than before; both rounds count
//! by a weight. What is not chosen keeps its score and is decided with the rest.

mod actions;
pub mod api;
mod pages;
mod queries;

pub use actions::{Round, score_after, start};
pub use queries::{items, of, started};

/// Proposals that go into a second round at most.
pub const MOST: usize = 200;
