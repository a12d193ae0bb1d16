//! What the office and the public do around a call beside its rules: how it runs, where it is published, who is invited and
//! follows it, what is asked about it.

pub mod api;
pub mod ceilings;
pub mod channels;
pub mod documents;
pub mod followers;
pub mod inquiries;
pub mod invitations;
pub(super) mod pages;
pub mod reminders;
pub mod settings;

/// The chain's word for what happens around a call; the stream's id is the call's.
pub const STREAM: &str = "call-desk";
