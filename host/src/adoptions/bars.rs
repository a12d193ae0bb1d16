//! Organisations that may not take part for three years after they broke an agreement (M6). The office and the organisation see it,
//! nobody else.

use super::rules::SPONSORS;
use crate::calendar::local_day;
use crate::http::{List, Paging, Sort};
use crate::{App, Refusal, Who, organizations};
use chrono::{DateTime, Months};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use twoway_entity::accounts::Role;
use twoway_entity::sponsoring::bar;
use twoway_ids::{Millis, Uuid};

const OFFICE: &[Role] = &[Role::LeadOffice];

/// One bar with the organisation's name.
#[derive(Clone, Debug)]
pub struct Entry {
    pub row: bar::Model,
    pub organization: String,
    /// Whether the reader may lift it.
    pub liftable: bool,
}

/// How a bar stands at a moment.
pub fn standing(row: &bar::Model, now: Millis) -> &'static str {
    match (row.lifted_at, row.until_at) {
        (Some(_), _) => "lifted",
        (None, Some(until)) if until > now => "in-force",
        (None, _) => "over",
    }
}

/// The same day three years later.
pub fn three_years_after(now: Millis) -> Millis {
    let later = DateTime::from_timestamp_millis(now).and_then(|at| at.checked_add_months(Months::new(36)));
    later.map_or(Millis::MAX, |at| at.timestamp_millis())
}

/// An organisation under a bar neither sponsors nor proposes. Errors: `organization-barred` (M6).
pub async fn not_barred(app: &App, tenant: Uuid, organization: Uuid) -> Result<(), Refusal> {
    let found = bar::Entity::find()
        .filter(bar::Column::TenantId.eq(tenant))
        .filter(bar::Column::OrganizationId.eq(organization))
        .filter(bar::Column::UntilAt.gt(app.now()))
        .filter(bar::Column::LiftedAt.is_null())
        .order_by_desc(bar::Column::UntilAt)
        .one(app.db.read())
        .await?;
    match found.and_then(|row| row.until_at) {
        Some(until) => Err(Refusal::of("organization-barred", "M6").with("until", local_day(app, until))),
        None => Ok(()),
    }
}

/// Bars that took effect: to the office those that it decided, to an organisation its own; the newest first.
pub async fn list(db: &impl ConnectionTrait, who: &Who, now: Millis, paging: &Paging) -> Result<List<Entry>, Refusal> {
    let mut any = Condition::any().add(bar::Column::OrganizationId.is_in(who.organizations(SPONSORS)));
    for path in who.subtrees(OFFICE) {
        any = any.add(bar::Column::Path.starts_with(path));
    }
    let select = bar::Entity::find()
        .filter(bar::Column::TenantId.eq(who.tenant))
        .filter(bar::Column::BeganAt.is_not_null())
        .filter(any);
    let select = paging.select::<_, _, i64>(select, bar::Column::ProposedAt, bar::Column::Id, Sort::Descending)?;
    let page = paging.list(select.all(db).await?, |row| (row.proposed_at, row.id))?;
    let names = organizations::names(db, who, page.items.iter().map(|row| row.organization_id)).await?;
    Ok(page.map(|row| Entry {
        organization: names.get(&row.organization_id).cloned().unwrap_or_default(),
        liftable: standing(&row, now) == "in-force" && who.holds_over(OFFICE, &row.path),
        row,
    }))
}

/// One bar that the office may lift. Errors: [`Refusal::NotFound`] for everybody else; `bar-over` when it has no effect any more.
pub async fn liftable(db: &impl ConnectionTrait, who: &Who, id: Uuid, now: Millis) -> Result<bar::Model, Refusal> {
    let row = bar::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    if !who.holds_over(OFFICE, &row.path) || row.began_at.is_none() {
        return Err(Refusal::NotFound);
    }
    if standing(&row, now) == "in-force" { Ok(row) } else { Err(Refusal::of("bar-over", "M6")) }
}

/// The bars that come or came with the termination of an adoption; for the office and the sponsor alone.
pub async fn of(db: &impl ConnectionTrait, tenant: Uuid, adoption: Uuid) -> Result<Vec<bar::Model>, Refusal> {
    Ok(bar::Entity::find()
        .filter(bar::Column::TenantId.eq(tenant))
        .filter(bar::Column::AdoptionId.eq(adoption))
        .order_by_desc(bar::Column::ProposedAt)
        .limit(100)
        .all(db)
        .await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use twoway_ids::DAY;

    fn bar(until: Option<Millis>, lifted: Option<Millis>) -> bar::Model {
        bar::Model {
            tenant_id: Uuid::nil(),
            id: Uuid::nil(),
            adoption_id: Uuid::nil(),
            organization_id: Uuid::nil(),
            path: "/".into(),
            reason: String::new(),
            proposed_by: Uuid::nil(),
            proposed_at: 0,
            began_at: until.map(|_| 0),
            until_at: until,
            lifted_by: None,
            lifted_at: lifted,
            lift_reason: None,
        }
    }

    #[test]
    fn a_bar_lasts_for_three_years_unless_it_is_lifted() {
        let until = three_years_after(0);
        assert_eq!(until, (3 * 365 + 1) * DAY, "1972 had a day more");
        assert_eq!(standing(&bar(Some(until), None), until - 1), "in-force");
        assert_eq!(standing(&bar(Some(until), None), until), "over");
        assert_eq!(standing(&bar(Some(until), Some(5)), 6), "lifted");
        assert_eq!(standing(&bar(None, None), 0), "over", "what was only proposed bars nobody");
    }
}
