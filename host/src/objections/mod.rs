//! Objections (异议) and complaints (诉求): what somebody has against a result in public notice, or against how a project is done.
//! Who filed it is known to its handler and the supervisor alone; an open objection holds its own item and nothing else.

pub mod actions;
pub mod api;
pub mod evidence;
pub mod handlers;
pub mod identity;
pub mod jobs;
pub mod model;
mod pages;
pub mod queries;
pub mod rules;
mod state;
pub mod targets;

pub use api::{Doc, routes};
pub use state::{Ground, HANDLES, OPEN, ObjectionEvent, ObjectionMachine, ObjectionState, Outcome, Target};

/// What the chain says in the place of the person where an objection's author does something.
pub const OBJECTOR: &str = "objections.objector";
/// Reminds of what is due, says when it is overdue, and lets an answer stand that nobody asked to look at again.
pub const CLOCK: &str = "objections.clock";
