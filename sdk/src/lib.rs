#![doc = include_str!("../README.md")]

extern crate self as twoway_sdk;

#[cfg(target_arch = "wasm32")]
mod allocator;
mod context;
#[cfg(not(target_arch = "wasm32"))]
mod fake;
#[doc(hidden)]
pub mod glue;
#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod guest;
mod host;
mod plugin;
mod record;
mod refusal;
mod value;
mod view;

pub use context::Context;
#[cfg(not(target_arch = "wasm32"))]
pub use fake::{FakeHost, Sent};
pub use host::{Audience, Host, Level, Presence, Query, Severity, predicates};
pub use record::{Action, Item, RawItem, Record, States, Target};
pub use refusal::{Denied, Incidents, Labels, Notices, Outcome, Problem, Refusal, Refusals, words};
pub use twoway_manifest::{AlertLevel, Date, Instant, Person, Shown, TimeOfDay, ViewModel, Words};
pub use twoway_sdk_derive::{Action, Choice, Form, Incidents, Labels, Notices, Record, Refusals, States};
pub use value::{Choice, FieldValue, File, Form, RecordId, Sealed, Secret};
pub use view::{Measure, Panel};

/// What the host tells a plugin that listens, with its values. See `events` in [`plugin!`].
pub mod events {
    pub use twoway_manifest::{
        FactRevoked, IncidentClosed, LineDelivered, MemberAdded, MemberEnded, ProjectClosed, ProjectEnded,
        ProjectResumed, ProjectStarted, ProjectSuspended, RolesChanged,
    };
}

/// What the host asks a plugin before it does it, with its values. See `guards` in [`plugin!`].
pub mod guards {
    pub use twoway_manifest::{ProjectClose, ProjectStart};
}

/// Roles that every host knows inside a project. A plugin adds its own in [`plugin!`].
pub mod roles {
    /// The lead office.
    pub const OFFICE: &str = "office";
    pub const PROJECT_LEAD: &str = "project-lead";
    pub const SPONSOR: &str = "sponsor";
    /// Anybody who takes part in the project with an account.
    pub const PARTICIPANT: &str = "participant";
}

/// What nearly every file of a plugin uses.
pub mod prelude {
    pub use crate::events::*;
    pub use crate::guards::*;
    pub use crate::predicates::*;
    pub use crate::{
        Action, AlertLevel, Audience, Choice, Context, Date, Denied, File, Form, Host, Incidents, Instant, Item,
        Labels, Level, Measure, Notices, Outcome, Panel, Person, Query, Record, RecordId, Refusal, Refusals, Sealed,
        Secret, Severity, Shown, States, TimeOfDay, ViewModel, roles, words,
    };
}
