//! What a call makes its office do beside its stations.

use super::work::WorkItem;
use super::work_sources::{MOST, item, over};
use crate::{App, Refusal, Who};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use twoway_entity::call_desk::inquiry;

/// Questions about calls that wait for an answer.
pub(super) async fn inquiries(app: &App, who: &Who) -> Result<Vec<WorkItem>, Refusal> {
    let Some(over) = over(who, inquiry::Column::Path) else { return Ok(Vec::new()) };
    let rows = inquiry::Entity::find()
        .filter(inquiry::Column::TenantId.eq(who.tenant))
        .filter(inquiry::Column::AnsweredAt.is_null())
        .filter(over)
        .order_by_asc(inquiry::Column::DueAt)
        .limit(MOST)
        .all(app.db.read())
        .await?;
    let title = |text: &str| text.chars().take(60).collect::<String>();
    Ok(rows
        .into_iter()
        .map(|row| {
            item("answer-inquiry", title(&row.question), format!("/office/inquiries/{}", row.id), Some(row.due_at))
        })
        .collect())
}
