use super::NewDay;
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal, Who};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use twoway_entity::accounts::Role;
use twoway_entity::calendar::calendar_day;

/// The stream in which all changes of the calendar stand; its id is the tenant's.
pub const STREAM: &str = "calendar";

fn office(who: &Who) -> Result<(), Refusal> {
    match who.account() {
        None => Err(Refusal::SignedOut),
        Some(_) if who.holds(&[Role::LeadOffice]) => Ok(()),
        Some(_) => Err(Refusal::NotAllowed),
    }
}

/// The office enters days that differ from the week; what stood there before is replaced. Deadlines that already run keep their end.
pub async fn set_days(app: &App, who: &Who, command: &Command, days: Vec<NewDay>) -> Result<Done, Refusal> {
    office(who)?;
    app.act(who, command, move |step| async move {
        let tenant = step.who().tenant;
        for day in days {
            let payload = json!({ "day": day.day, "works": day.works, "name": day.name });
            step.wrote(calendar_day::Entity, day.day.as_str());
            step.record(STREAM, tenant, "day-set", payload);
            let row = calendar_day::ActiveModel {
                tenant_id: Set(tenant),
                day: Set(day.day),
                works: Set(day.works),
                name: Set(day.name),
            };
            let replace = OnConflict::columns([calendar_day::Column::TenantId, calendar_day::Column::Day])
                .update_columns([calendar_day::Column::Works, calendar_day::Column::Name])
                .to_owned();
            calendar_day::Entity::insert(row).on_conflict(replace).exec_without_returning(step.tx()).await?;
        }
        Ok(Done { id: tenant, version: 1 })
    })
    .await
}

/// The office takes a day back: it follows the week again. Errors: [`Refusal::NotFound`] when it already does.
pub async fn remove_day(app: &App, who: &Who, command: &Command, day: &str) -> Result<Done, Refusal> {
    office(who)?;
    let day = day.to_string();
    app.act(who, command, move |step| async move {
        let tenant = step.who().tenant;
        let removed = calendar_day::Entity::delete_many()
            .filter(calendar_day::Column::TenantId.eq(tenant))
            .filter(calendar_day::Column::Day.eq(day.as_str()))
            .exec(step.tx())
            .await?;
        if removed.rows_affected == 0 {
            return Err(Refusal::NotFound);
        }
        step.wrote(calendar_day::Entity, day.as_str());
        step.record(STREAM, tenant, "day-removed", json!({ "day": day }));
        Ok(Done { id: tenant, version: 1 })
    })
    .await
}
