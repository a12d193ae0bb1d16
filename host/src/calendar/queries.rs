use super::Calendar;
use crate::Refusal;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use twoway_entity::calendar::calendar_day;
use twoway_ids::Uuid;

/// The newest 1,000 exceptions: more than twenty years of them.
pub async fn load(db: &impl ConnectionTrait, tenant: Uuid, utc_offset: i32) -> Result<Calendar, Refusal> {
    let rows = calendar_day::Entity::find()
        .filter(calendar_day::Column::TenantId.eq(tenant))
        .order_by_desc(calendar_day::Column::Day)
        .limit(1_000)
        .all(db)
        .await?;
    let exceptions = rows.into_iter().filter_map(|r| Some((r.day.parse().ok()?, r.works))).collect();
    Ok(Calendar { exceptions, utc_offset })
}

/// The days of a year that differ from the week, in their order.
pub async fn year(db: &impl ConnectionTrait, tenant: Uuid, year: u16) -> Result<Vec<calendar_day::Model>, Refusal> {
    Ok(calendar_day::Entity::find()
        .filter(calendar_day::Column::TenantId.eq(tenant))
        .filter(calendar_day::Column::Day.gte(format!("{year:04}-01-01")))
        .filter(calendar_day::Column::Day.lte(format!("{year:04}-12-31")))
        .order_by_asc(calendar_day::Column::Day)
        .limit(366)
        .all(db)
        .await?)
}
