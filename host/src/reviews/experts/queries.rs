use super::super::queries::candidates;
use crate::{App, Refusal, Who};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use twoway_entity::accounts::Role;
use twoway_entity::reviews::{interest, profile};
use twoway_ids::Uuid;

/// Who may look after the reviewers' profiles: the offices.
pub const KEEPERS: &[Role] = &[Role::LeadOffice];

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    pub areas: Vec<String>,
    pub most: Option<i32>,
}

/// The profiles of these reviewers, where they have one.
pub async fn profiles(app: &App, reviewers: &[Uuid]) -> Result<HashMap<Uuid, Profile>, Refusal> {
    let mut found = HashMap::new();
    for chunk in reviewers.chunks(500) {
        let rows = profile::Entity::find()
            .filter(profile::Column::TenantId.eq(app.tenant))
            .filter(profile::Column::AccountId.is_in(chunk.iter().copied()))
            .all(app.db.read())
            .await?;
        for row in rows {
            let areas = serde_json::from_value(row.areas)?;
            found.insert(row.account_id, Profile { areas, most: row.most });
        }
    }
    Ok(found)
}

/// A reviewer whose profile this party may see and change: their own, or any for an office. The reviewer's name.
pub async fn may_see(app: &App, who: &Who, reviewer: Uuid) -> Result<String, Refusal> {
    if who.account() != Some(reviewer) && !who.holds(KEEPERS) {
        return Err(Refusal::NotFound);
    }
    let people = candidates(app.db.read(), who.tenant).await?;
    people.into_iter().find(|c| c.account == reviewer).map(|c| c.name).ok_or(Refusal::NotFound)
}

/// What was declared about a reviewer and still stands, oldest first; at most 100.
pub async fn interests_of(app: &App, reviewer: Uuid) -> Result<Vec<interest::Model>, Refusal> {
    Ok(interest::Entity::find()
        .filter(interest::Column::TenantId.eq(app.tenant))
        .filter(interest::Column::AccountId.eq(reviewer))
        .filter(interest::Column::EndedAt.is_null())
        .order_by_asc(interest::Column::Id)
        .limit(100)
        .all(app.db.read())
        .await?)
}
