//! Working days: Monday to Friday, less the holidays and plus the make-up days that the office enters every year.

mod model;
mod queries;

pub use model::{Calendar, local_day, today};
pub use queries::load;
