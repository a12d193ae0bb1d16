//! Calls (征集): the office asks for projects, with dates, a form, a weighted rubric and the risks told.

pub mod actions;
pub mod api;
pub mod desk;
pub mod form;
pub mod jobs;
mod model;
pub mod pages;
pub mod queries;
pub mod rules;
mod state;
pub mod suspension;
pub mod templates;

pub use desk::ceilings;
pub use desk::followers::tell_followers;
pub use desk::invitations;
pub use desk::settings::{Kind, Settings, Steps, is_sealed, sealed_calls, settings_of, steps};
pub use form::{form_of, sections_of};
pub use model::{CallInput, LineKind, QUESTION_TYPES, RubricLine, reason, rubric_of};
pub use state::{CallEvent, CallMachine, CallState};

/// Looks which items of a call have come to the end of their public notice. Reviews do so; whoever takes an item away sets it too.
pub const NOTICE_TIMER: &str = "reviews.notice-ends";
