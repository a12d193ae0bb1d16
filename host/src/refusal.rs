use serde_json::{Map, Value, json};
use twoway_ids::{MINUTE, SECOND};
use twoway_manifest::FieldError;

/// Why something was not done. It knows no HTTP: the edge chooses the status and the words.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// A rule says no. Texts: `refusal-<code>` and, where there is a way out, `wayout-<code>`.
    #[error("rule {0:?}")]
    Rule(Rule),
    /// The answers of a form are wrong, field by field.
    #[error("invalid input")]
    Invalid(Vec<FieldError>),
    /// Somebody must sign in first.
    #[error("not signed in")]
    SignedOut,
    /// Signed in, but not the one who may.
    #[error("not allowed")]
    NotAllowed,
    /// Not there, or not for this person: the two look alike on purpose.
    #[error("not found")]
    NotFound,
    /// Somebody else was faster: the version that the request was based on is no longer the newest.
    #[error("the version is stale")]
    Stale,
    /// The plugin said no, in its own words, already in the reader's language.
    #[error("plugin refused: {code}")]
    PluginSaysNo { code: String, text: String, fields: Vec<(String, String)>, rule: Option<String> },
    /// The plugin could not answer. The reference stands in the plugin's log.
    #[error("plugin unavailable, reference {reference}")]
    PluginUnavailable { reference: String },
    /// The request itself cannot be understood: the sentence is for the person who wrote the client.
    #[error("bad request: {0}")]
    BadRequest(String),
    #[error("too large: at most {limit} bytes")]
    TooLarge { limit: usize },
    /// One address does too much of this. It may go on after so many milliseconds.
    #[error("too many requests, wait {wait} ms")]
    TooMany { wait: twoway_ids::Millis },
    /// Too many at once; the same request may go through later.
    #[error("busy")]
    Busy,
    /// The reason goes to the log only.
    #[error("internal: {0:#}")]
    Internal(anyhow::Error),
}

/// A guard that refused: its code, the rule it stands for (`M4`, `D3` …, see `docs/concepts.md`) and the values that its text names.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub code: &'static str,
    pub rule: Option<&'static str>,
    pub values: Map<String, Value>,
}

impl Refusal {
    /// A guard without a published rule behind it.
    pub fn rule(code: &'static str) -> Self {
        Self::Rule(Rule { code, rule: None, values: Map::new() })
    }

    /// A guard that stands for a published rule.
    pub fn of(code: &'static str, rule: &'static str) -> Self {
        Self::Rule(Rule { code, rule: Some(rule), values: Map::new() })
    }

    /// Adds a value that the text names.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        if let Self::Rule(rule) = &mut self {
            rule.values.insert(key.to_string(), value.into());
        }
        self
    }

    /// One wrong field.
    pub fn field(field: &str, problem: twoway_manifest::FieldProblem) -> Self {
        Self::Invalid(vec![FieldError { field: field.to_string(), problem }])
    }

    /// The stable word in `application/problem+json`.
    pub fn code(&self) -> &str {
        match self {
            Self::Rule(rule) => rule.code,
            Self::Invalid(_) => "invalid-input",
            Self::SignedOut => "signed-out",
            Self::NotAllowed => "not-allowed",
            Self::NotFound => "not-found",
            Self::Stale => "stale-version",
            Self::PluginSaysNo { .. } => "plugin-refused",
            Self::PluginUnavailable { .. } => "plugin-unavailable",
            Self::BadRequest(_) => "bad-request",
            Self::TooLarge { .. } => "too-large",
            Self::TooMany { .. } => "too-many-requests",
            Self::Busy => "busy",
            Self::Internal(_) => "internal",
        }
    }

    /// Whether it failed because the database is gone, full or read-only: nothing was written, and it may work again later.
    pub fn is_database_away(&self) -> bool {
        let Self::Internal(error) = self else { return false };
        // A failed commit is shared by all that were in it.
        error
            .chain()
            .filter_map(|cause| {
                let shared = cause.downcast_ref::<std::sync::Arc<sea_orm::DbErr>>().map(|shared| &**shared);
                shared.or_else(|| cause.downcast_ref::<sea_orm::DbErr>())
            })
            .any(crate::db::is_away)
    }

    pub fn values(&self) -> Value {
        match self {
            Self::Rule(rule) => Value::Object(rule.values.clone()),
            Self::PluginUnavailable { reference } => json!({ "reference": reference }),
            Self::TooLarge { limit } => json!({ "limit": limit }),
            Self::TooMany { wait } => {
                let (seconds, minutes) = (wait.div_euclid(SECOND) + 1, wait.div_euclid(MINUTE) + 1);
                json!({ "seconds": seconds, "minutes": minutes })
            }
            _ => json!({}),
        }
    }
}

impl From<sea_orm::DbErr> for Refusal {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Internal(anyhow::Error::new(error).context("database"))
    }
}

impl From<anyhow::Error> for Refusal {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

impl From<serde_json::Error> for Refusal {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(anyhow::Error::new(error).context("stored JSON"))
    }
}

/// A row that somebody else wrote in the same moment is a stale version, not a fault.
pub fn stale_if_taken(error: sea_orm::DbErr) -> Refusal {
    match error.sql_err() {
        Some(sea_orm::SqlErr::UniqueConstraintViolation(_)) => Refusal::Stale,
        _ => error.into(),
    }
}
