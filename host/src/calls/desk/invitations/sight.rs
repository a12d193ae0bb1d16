//! What may be read of a call by invitation: its title and dates by everybody, the rest by its office and by who used a code.

use super::super::super::queries::is_office;
use crate::{Refusal, Who};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use serde_json::json;
use std::collections::HashSet;
use twoway_entity::accounts::Role;
use twoway_entity::call_desk::{invitation_use, settings};
use twoway_entity::calls::call;
use twoway_ids::Uuid;

/// Which of these calls are by invitation.
pub async fn invited(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    calls: impl IntoIterator<Item = Uuid>,
) -> Result<HashSet<Uuid>, Refusal> {
    let ids: Vec<Uuid> = calls.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let rows: Vec<Uuid> = settings::Entity::find()
        .select_only()
        .column(settings::Column::Id)
        .filter(settings::Column::TenantId.eq(tenant))
        .filter(settings::Column::Id.is_in(ids))
        .filter(settings::Column::Invited.eq(true))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Whether this person reads the whole of a call by invitation: its office, and whoever used a code, with their team.
pub async fn may_read(db: &impl ConnectionTrait, who: &Who, row: &call::Model) -> Result<bool, Refusal> {
    use invitation_use::Column as C;
    if is_office(who, row) {
        return Ok(true);
    }
    let Some(account) = who.account() else { return Ok(false) };
    let own = Condition::any()
        .add(C::AccountId.eq(account))
        .add(C::OrganizationId.is_in(who.organizations(&[Role::TeamLead])));
    let used = invitation_use::Entity::find()
        .filter(C::TenantId.eq(who.tenant))
        .filter(C::CallId.eq(row.id))
        .filter(own)
        .count(db)
        .await?;
    Ok(used > 0)
}

/// The same call with its title, its office and its dates, and nothing else.
pub fn outline(row: call::Model) -> call::Model {
    call::Model {
        summary: String::new(),
        guide: String::new(),
        form: json!([]),
        rubric: json!([]),
        ceiling: None,
        risk_notice: String::new(),
        privacy_notice: String::new(),
        contact: String::new(),
        ..row
    }
}
