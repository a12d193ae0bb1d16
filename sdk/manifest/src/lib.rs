//! The words that the host, the command line and the SDK share about a plugin: what it asks for (`plugin.toml`), what it
//! describes (record kinds, fields, states, actions …), how a form's answers are checked, and what a view may show. Knows no
//! wasm, web or database.

mod check;
mod description;
mod events;
mod field;
mod form;
mod grant;
mod held;
mod manifest;
mod person;
mod plain;
mod texts;
mod time;
mod view;

pub use check::{DescriptionError, PREDICATES, is_predicate};
pub use description::{
    Action, Book, Description, HOST_ROLES, Indicator, Message, RecordKind, Role, State, Timer, View, Visibility,
};
pub use events::*;
pub use field::{Choice, DataClass, FILE_KINDS, Field, FieldType, ShowIf};
pub use form::{FieldError, FieldProblem, check_answer, check_form, check_form_as_draft, is_credit_code, is_id_number};
pub use grant::{Ability, Grant};
pub use held::{HeldBack, HeldError, is_readable};
pub use manifest::{DataRequest, Limits, Localized, Manifest, ManifestError};
pub use person::Person;
pub use plain::{control_character, control_character_in};
pub use texts::{MissingText, text_key};
pub use time::{Date, Instant, TimeOfDay};
pub use view::{Alert, AlertLevel, Fact, Progress, Shown, Table, ViewModel, Words};

/// The contract versions that this build speaks, newest last.
pub const CONTRACT_VERSIONS: &[&str] = &["1.0"];
