//! Calls (征集): the office asks for projects, with dates, a form, a weighted rubric and the risks told.

mod state;

pub use state::{CallEvent, CallMachine, CallState};
