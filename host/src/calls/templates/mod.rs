//! Whole calls to begin from: starters that come with the product, what an office saved, and earlier calls.

mod actions;
pub(super) mod api;
mod content;
pub(super) mod pages;

pub use actions::{change, list, retire, save, start};
pub use content::{Content, From, STARTERS, Starter};

/// The chain's word for a template.
pub const STREAM: &str = "call-template";
