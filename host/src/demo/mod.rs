//! The demo city: a script of API requests, played by its people under a simulated clock. Nothing is inserted behind the product's
//! back, so every row has its events, and a script that no longer fits the product fails.

mod play;
mod script;
mod words;

pub use play::{Player, Progress};
pub use script::{Script, Step};
