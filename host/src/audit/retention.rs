//! What has served its time goes in steps, too: the chain vouches that it was the host who took it away.

use crate::lifecycle::Step;
use sea_orm::{EntityName, ModelTrait};
use serde_json::json;

/// The streams of such steps. Each has one of its own, so that nothing waits for the night's work.
const STREAM: &str = "retention";
pub const DELETED: &str = "deleted";
pub const EMPTIED: &str = "emptied";

/// Remembers that these rows of a covered table were deleted, or lost their content. Nothing is remembered of none.
pub fn done<M: ModelTrait>(step: &Step, what: &str, rows: &[M]) {
    if rows.is_empty() {
        return;
    }
    step.wrote_rows(rows);
    let payload = json!({ "table": M::Entity::default().table_name(), "rows": rows.len() });
    step.record(STREAM, step.new_id(), what, payload);
}
