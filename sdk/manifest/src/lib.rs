//! The words that the host, the command line and the SDK share about a plugin: what it asks for (`plugin.toml`), what it
//! describes (record kinds, fields, states, actions …) and how a form's answers are checked. Knows no wasm, web or database.

mod description;
mod field;
mod form;
mod grant;
mod manifest;
mod texts;

pub use description::{HOST_ROLES, 
    Action, Description, DescriptionError, Indicator, RecordKind, Role, State, Timer, View, Visibility,
};
pub use field::{Choice, DataClass, Field, FieldType, ShowIf};
pub use form::{is_credit_code, is_id_number, FieldError, FieldProblem, check_form, check_form_as_draft};
pub use grant::{Ability, Grant};
pub use manifest::{DataRequest, Limits, Localized, Manifest, ManifestError};
pub use texts::{MissingText, text_key};

/// The contract versions that this build speaks, newest last.
pub const CONTRACT_VERSIONS: &[&str] = &["1.0"];
