//! From the call to the pool, and every guard on the way.

mod files;
mod guards;
mod lint;
mod lists;
mod pages;
mod pool;
mod stretch;
pub mod world;
