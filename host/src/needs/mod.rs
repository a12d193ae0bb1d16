//! Needs (需求清单): what a proposal needs, line by line, and how far each line is covered.

pub mod actions;
mod api;
pub mod coverage;
pub mod hall;
pub mod model;
pub mod pages;
pub mod queries;
pub mod rules;

pub use api::{Doc, routes};
pub use coverage::{Shift, lock, prolong, shift};
pub use model::{LineCoverage, NewLine};
pub use queries::coverage;
pub use rules::startable;
pub use twoway_entity::needs::NeedKind;
