use super::super::super::queries::{find_visible, is_office};
use crate::http::{List, Paging, Sort};
use crate::{App, Refusal, Who};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use twoway_entity::call_desk::{invitation, invitation_use};
use twoway_ids::{Millis, Uuid};

/// A code and what was begun with it.
#[derive(Clone, Debug)]
pub struct Listed {
    pub row: invitation::Model,
    pub used: Vec<invitation_use::Model>,
}

/// Uses of the codes of one page: each has twenty at most.
const MOST_USES: u64 = 2_000;

/// The codes of a call, newest first, for its office. Errors: [`Refusal::NotFound`].
pub async fn list(app: &App, who: &Who, call: Uuid, paging: &Paging) -> Result<List<Listed>, Refusal> {
    let db = app.db.read();
    let row = find_visible(db, who, call).await?;
    if !is_office(who, &row) {
        return Err(Refusal::NotFound);
    }
    let select = invitation::Entity::find()
        .filter(invitation::Column::TenantId.eq(who.tenant))
        .filter(invitation::Column::CallId.eq(call));
    let (key, id) = (invitation::Column::MadeAt, invitation::Column::Id);
    let rows = paging.select::<_, _, Millis>(select, key, id, Sort::Descending)?.all(db).await?;
    let found = paging.list(rows, |row| (row.made_at, row.id))?;
    let used = invitation_use::Entity::find()
        .filter(invitation_use::Column::TenantId.eq(who.tenant))
        .filter(invitation_use::Column::InvitationId.is_in(found.items.iter().map(|row| row.id)))
        .order_by_asc(invitation_use::Column::UsedAt)
        .limit(MOST_USES)
        .all(db)
        .await?;
    Ok(found.map(|row| {
        let used = used.iter().filter(|one| one.invitation_id == row.id).cloned().collect();
        Listed { row, used }
    }))
}
