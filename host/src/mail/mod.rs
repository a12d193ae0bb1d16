//! Mail beside the notices inside the site: who wants it and when it goes.
//! A notice is written in its step and nothing else; a collector looks every few minutes for what was not read and puts it into mails.

pub mod actions;
mod api;
mod collect;
pub mod jobs;
pub mod model;
mod pages;
pub mod queries;
mod rules;
mod state;
mod text;
mod transport;

pub use api::{Doc, routes};
pub use collect::{COLLECT, EVERY, collect, is_wanted};
pub use state::MailMachine;

/// The job that sends one mail.
pub const SEND: &str = "mail.send";
/// Where people say how they want to be told.
pub const OWN: &str = "/me/mail";
