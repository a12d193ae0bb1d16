//! From the pool to the evaluated result, and every guard on the way.

mod cards;
mod disclosures;
mod evaluations;
mod guards;
mod in_browser;
mod lists;
pub mod objected;
mod stretch;
pub mod world;
