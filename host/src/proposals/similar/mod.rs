//! Similar proposals: who is about to hand in sees what is public already, who checks sees all that was handed in.

pub mod api;
mod index;
pub mod measure;
mod pages;
mod queries;

pub use index::{SKETCH, take_in, text_of};
pub(super) use pages::cards;
pub use queries::{MOST, Similar, of};

use super::queries::Sight;
use crate::lifecycle::Step;
use crate::{App, Refusal, Who};
use serde_json::json;
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;

/// Whoever hands in has seen what resembles it: `seen` is what they were shown.
pub(super) async fn acknowledged(app: &App, who: &Who, row: &proposal::Model, seen: &[Uuid]) -> Result<(), Refusal> {
    let similar = of(app.db.read(), who, row, Sight::Own).await?;
    let unseen = similar.iter().filter(|similar| !seen.contains(&similar.row.id)).count();
    let code = if seen.is_empty() { "similar-not-seen" } else { "similar-changed" };
    if unseen == 0 { Ok(()) } else { Err(Refusal::of(code, "M1").with("n", unseen)) }
}

/// Has the index take in a proposal that was handed in.
pub(super) async fn sketch_later(step: &Step, row: &proposal::Model) -> Result<(), Refusal> {
    let key = format!("{}:{}", row.id, row.version);
    step.set_timer(SKETCH, key, step.now(), ("proposal", row.id), json!({})).await
}
