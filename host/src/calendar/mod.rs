//! Working days: Monday to Friday, less the holidays and plus the make-up days that the office enters every year.

pub mod actions;
mod api;
mod model;
mod pages;
pub mod queries;

pub use api::{Doc, routes};
pub use model::{Calendar, NewDay, day_fields, local_day, today};
pub use queries::load;
