//! What promises of money make a sponsor do: the first delivery, within its working days.

use super::work::WorkItem;
use super::work_sources::{MOST, item};
use crate::adoptions::rules::SPONSORS;
use crate::adoptions::{RUNNING, first_delivery};
use crate::{App, Refusal, Who};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeMap;
use twoway_entity::adoptions::adoption;
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;

/// First deliveries of money that are still to come.
pub(super) async fn first_deliveries(app: &App, who: &Who) -> Result<Vec<WorkItem>, Refusal> {
    let sponsors = who.organizations(SPONSORS);
    if sponsors.is_empty() {
        return Ok(Vec::new());
    }
    let db = app.db.read();
    let rows = adoption::Entity::find()
        .filter(adoption::Column::TenantId.eq(who.tenant))
        .filter(adoption::Column::OrganizationId.is_in(sponsors))
        .filter(adoption::Column::State.is_in(RUNNING.iter().copied()))
        .order_by_desc(adoption::Column::ActivatedAt)
        .limit(MOST * 4)
        .all(db)
        .await?;
    let open = first_delivery::waiting(db, who.tenant, rows.iter().map(|r| r.id)).await?;
    let titles: BTreeMap<Uuid, String> = proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(who.tenant))
        .filter(proposal::Column::Id.is_in(rows.iter().map(|r| r.proposal_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|p| (p.id, p.title))
        .collect();
    let one = |row: &adoption::Model| {
        let title = titles.get(&row.proposal_id).cloned().unwrap_or_default();
        let due = open.get(&row.id)?.due_at;
        Some(item("deliver-first-money", title, format!("/adoptions/{}/deliver", row.id), Some(due)))
    };
    Ok(rows.iter().filter_map(one).take(MOST as usize).collect())
}
