//! What `twoway audit verify` does: it reads everything again, page by page, and writes nothing.

mod chains;
mod rows;
mod seals;

use crate::{App, Refusal};

/// One thing that does not fit. The words are for the operator at a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// `accounts 0198…`: table and key of a row; `call 0198… event 3`; `seal 0198…`.
    pub place: String,
    pub message: String,
}

impl Finding {
    fn row(table: &str, key: &str, message: impl Into<String>) -> Self {
        Self { place: format!("{table} {key}"), message: message.into() }
    }
}

/// Recomputes every chain, every covered row and every seal. Reads only, a bounded part at a time; hosts may go on working meanwhile.
pub async fn verify(app: &App) -> Result<Vec<Finding>, Refusal> {
    let mut findings = Vec::new();
    chains::verify(app, &mut findings).await?;
    rows::verify(app, &mut findings).await?;
    seals::verify(app, &mut findings).await?;
    Ok(findings)
}
