//! Who may handle an objection: somebody of the office who is not concerned, which the platform computes.

use super::identity;
use super::rules;
use super::state::HANDLES;
use super::targets::{self, Concerned};
use crate::reviews::conflicts::{self, Near};
use crate::{App, Refusal, reviews};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{BTreeMap, HashMap};
use twoway_entity::accounts::{account, membership};
use twoway_entity::objections::objection;
use twoway_entity::organizations::organization;
use twoway_ids::Uuid;

/// Somebody who could be asked, with the reason why not if there is one.
pub struct Candidate {
    pub account: Uuid,
    pub name: String,
    pub organization: String,
    pub refused: Option<Refusal>,
}

/// Everybody who holds a role of the office over the objection's place, by name; at most 200. `second`: for the second look.
pub async fn candidates(app: &App, row: &objection::Model, second: bool) -> Result<Vec<Candidate>, Refusal> {
    let db = app.db.read();
    let people = people(db, row).await?;
    let accounts: Vec<Uuid> = people.iter().map(|(account, _, _)| *account).collect();
    let known = Known::of(app, row, &accounts).await?;
    Ok(people
        .into_iter()
        .map(|(account, name, organization)| Candidate {
            refused: known.check(row, account, second).err(),
            account,
            name,
            organization,
        })
        .collect())
}

/// Refuses a handler who is concerned, or who does not work for the office.
///
/// Errors: `objection-handler-role` (V22), `objection-handler-complained` (V22), `objection-handler-decided`,
/// `objection-handler-reviewed`, `objection-handler-concerned`, `objection-second-same` (M5), and those of [`conflicts`] (M1).
pub async fn check(app: &App, row: &objection::Model, handler: Uuid, second: bool) -> Result<(), Refusal> {
    let people = people(app.db.read(), row).await?;
    if !people.iter().any(|(account, _, _)| *account == handler) {
        return Err(Refusal::of("objection-handler-role", "V22"));
    }
    unconcerned(app, row, handler, second).await
}

/// Refuses whoever had a part in what is objected to.
pub async fn unconcerned(app: &App, row: &objection::Model, handler: Uuid, second: bool) -> Result<(), Refusal> {
    Known::of(app, row, &[handler]).await?.check(row, handler, second)
}

/// What the platform knows of an item and of those who may handle it.
struct Known {
    concerned: Concerned,
    near: HashMap<Uuid, Near>,
    objector: Uuid,
}

impl Known {
    async fn of(app: &App, row: &objection::Model, accounts: &[Uuid]) -> Result<Self, Refusal> {
        let db = app.db.read();
        let concerned = targets::concerned(app, db, row.tenant_id, row.target, row.target_id).await?;
        let mut near = reviews::facts::near(app, accounts, &row.path).await?;
        // That somebody works for the office which answers, or above it, is why they are asked.
        near.values_mut().for_each(|near| near.ties.retain(|tie| !row.path.starts_with(&tie.path)));
        Ok(Self { concerned, near, objector: identity::open(&app.keys, row)?.account })
    }

    fn check(&self, row: &objection::Model, handler: Uuid, second: bool) -> Result<(), Refusal> {
        if row.against_id == Some(handler) {
            return Err(Refusal::of("objection-handler-complained", "V22"));
        }
        if self.concerned.decided.contains(&handler) {
            return Err(Refusal::of("objection-handler-decided", "M5"));
        }
        if self.concerned.reviewed.contains(&handler) {
            return Err(Refusal::of("objection-handler-reviewed", "M5"));
        }
        let near = self.near.get(&handler).cloned().unwrap_or(Near { account: handler, ..Near::default() });
        let tied = self.concerned.behind.as_ref().is_some_and(|behind| conflicts::blocking(&near, behind).is_some());
        // One answer for all ties, that to the objector among them: the refusal must not tell who filed it.
        if tied || handler == self.objector {
            return Err(Refusal::of("objection-handler-concerned", "M5"));
        }
        if second { rules::second_differs(row, handler) } else { Ok(()) }
    }
}

/// Account, name and organisation of those who hold a role of the office over the objection's place.
async fn people(db: &impl ConnectionTrait, row: &objection::Model) -> Result<Vec<(Uuid, String, String)>, Refusal> {
    // The organisations above a path are its beginnings.
    let above: Vec<&str> = row.path.match_indices('/').map(|(at, _)| &row.path[..=at]).collect();
    let houses: HashMap<Uuid, String> = organization::Entity::find()
        .filter(organization::Column::TenantId.eq(row.tenant_id))
        .filter(organization::Column::Path.is_in(above))
        .all(db)
        .await?
        .into_iter()
        .map(|o| (o.id, o.name))
        .collect();
    let held: Vec<(Uuid, Uuid)> = membership::Entity::find()
        .select_only()
        .column(membership::Column::AccountId)
        .column(membership::Column::OrganizationId)
        .filter(membership::Column::TenantId.eq(row.tenant_id))
        .filter(membership::Column::OrganizationId.is_in(houses.keys().copied()))
        .filter(membership::Column::Role.is_in(HANDLES.iter().copied()))
        .filter(membership::Column::EndedAt.is_null())
        .limit(500)
        .into_tuple()
        .all(db)
        .await?;
    let at: BTreeMap<Uuid, Uuid> = held.into_iter().collect();
    let rows = account::Entity::find()
        .filter(account::Column::TenantId.eq(row.tenant_id))
        .filter(account::Column::Id.is_in(at.keys().copied()))
        .filter(account::Column::DisabledAt.is_null())
        .order_by_asc(account::Column::Name)
        .order_by_asc(account::Column::Id)
        .limit(200)
        .all(db)
        .await?;
    let house = |account: Uuid| at.get(&account).and_then(|o| houses.get(o)).cloned().unwrap_or_default();
    Ok(rows.into_iter().map(|a| (a.id, a.name, house(a.id))).collect())
}
