use super::actions;
use crate::{App, Refusal};

/// The night's work. What is left over when a batch fails is taken by the next try.
pub async fn sweep(app: App) -> Result<(), Refusal> {
    let swept = actions::sweep(&app).await?;
    for (what, rows) in swept.iter().filter(|(_, rows)| *rows > 0) {
        tracing::info!(what, rows, "deleted what has served its time");
    }
    Ok(())
}
