//! Who somebody is inside one project: roles, pseudonym, and what was checked about them on paper.

use super::site::Site;
use crate::{App, Refusal, Who};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use twoway_entity::accounts::Role;
use twoway_entity::plugins::{person_fact, project_member};
use twoway_ids::{Millis, Uuid};
pub(super) use twoway_manifest::is_predicate;

/// More members than any project has.
pub(super) const MAX_MEMBERS: u64 = 2_000;

/// A person as one project knows them.
#[derive(Clone, Debug)]
pub struct Insider {
    /// None until the person has done something here, or was added.
    pub member: Option<Uuid>,
    pub account: Option<Uuid>,
    pub pseudonym: String,
    /// The host's roles first, then those that the project's lead gave.
    pub roles: Vec<String>,
    staff: bool,
}

impl Insider {
    /// Who works here, as against who takes part, pays or is served.
    pub fn is_staff(&self) -> bool {
        self.staff
    }

    pub fn has(&self, role: &str) -> bool {
        self.roles.iter().any(|r| r == role)
    }

    /// Who may give roles, read logs of the place and reveal sealed fields of every kind.
    pub fn leads(&self) -> bool {
        self.has("office") || self.has("project-lead")
    }
}

/// Stable within the project, meaningless outside it, and not to be reckoned back without the host's pepper.
pub(super) fn pseudonym(app: &App, project: Uuid, person: Uuid) -> String {
    let hash = app.keys.keyed_hash("pseudonym", &format!("{project}:{person}"));
    format!("p-{}", &hash[..20])
}

/// The signed-in person inside the project; none for visitors and the system.
pub async fn insider(app: &App, site: &Site, who: &Who) -> Result<Option<Insider>, Refusal> {
    let Some(account) = who.account() else { return Ok(None) };
    let member = project_member::Entity::find()
        .filter(project_member::Column::TenantId.eq(who.tenant))
        .filter(project_member::Column::ProjectId.eq(site.project()))
        .filter(project_member::Column::AccountId.eq(account))
        .one(app.db.read())
        .await?;
    let mut roles: Vec<String> = Vec::new();
    let mut host = |holds: bool, role: &str| {
        if holds {
            roles.push(role.to_string());
        }
    };
    host(who.holds_over(&[Role::LeadOffice], &site.row.path), "office");
    let leads =
        site.row.lead_id == Some(account) || site.row.team_id.is_some_and(|t| who.holds_at(&[Role::TeamLead], t));
    host(leads, "project-lead");
    let sponsors = [Role::SponsorMember, Role::SponsorSignatory];
    host(site.sponsors.iter().any(|s| who.holds_at(&sponsors, *s)), "sponsor");
    host(true, "participant");
    if let Some(member) = member.as_ref().filter(|m| m.ended_at.is_none()) {
        roles.extend(effective_roles(app, site, member).await?);
    }
    let works = |role: &String| match role.as_str() {
        "participant" | "sponsor" => false,
        "office" | "project-lead" => true,
        own => site.loaded.description().roles.iter().any(|r| r.key == own && !r.served),
    };
    Ok(Some(Insider {
        staff: roles.iter().any(works),
        member: member.as_ref().map(|m| m.id),
        account: Some(account),
        pseudonym: member.map_or_else(|| pseudonym(app, site.project(), account), |m| m.pseudonym),
        roles,
    }))
}

/// The given roles whose requirements still hold: a clearance that ran out takes the role with it.
async fn effective_roles(app: &App, site: &Site, member: &project_member::Model) -> Result<Vec<String>, Refusal> {
    let mut kept = Vec::new();
    for key in given_roles(member) {
        let Some(role) = site.loaded.description().roles.iter().find(|r| r.key == key) else { continue };
        if missing(app.db.read(), app.tenant, Person::of(member), &role.requires, app.now()).await?.is_none() {
            kept.push(key);
        }
    }
    Ok(kept)
}

pub(super) fn given_roles(member: &project_member::Model) -> Vec<String> {
    serde_json::from_value(member.roles.clone()).unwrap_or_default()
}

/// Whom a fact is about: an account everywhere, a guest in the one project.
#[derive(Clone, Copy, Debug)]
pub(super) enum Person {
    Account(Uuid),
    Guest(Uuid),
}

impl Person {
    pub(super) fn of(member: &project_member::Model) -> Self {
        member.account_id.map_or(Self::Guest(member.id), Self::Account)
    }

    fn condition(self) -> Condition {
        use person_fact::Column as C;
        match self {
            Self::Account(id) => Condition::all().add(C::AccountId.eq(id)),
            Self::Guest(id) => Condition::all().add(C::MemberId.eq(id)),
        }
    }
}

/// Whether a recorded fact says yes at this moment.
pub(super) async fn satisfies(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    person: Person,
    predicate: &str,
    now: Millis,
) -> Result<bool, Refusal> {
    use person_fact::Column as C;
    let found = person_fact::Entity::find()
        .filter(C::TenantId.eq(tenant))
        .filter(person.condition())
        .filter(C::Predicate.eq(predicate))
        .filter(C::RevokedAt.is_null())
        .filter(C::ValidFrom.lte(now))
        .filter(Condition::any().add(C::ValidUntil.is_null()).add(C::ValidUntil.gt(now)))
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// The first requirement that does not hold.
pub(super) async fn missing(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    person: Person,
    requires: &[String],
    now: Millis,
) -> Result<Option<String>, Refusal> {
    for predicate in requires {
        if !satisfies(db, tenant, person, predicate, now).await? {
            return Ok(Some(predicate.clone()));
        }
    }
    Ok(None)
}

pub(super) async fn member_by_pseudonym(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    project: Uuid,
    pseudonym: &str,
) -> Result<Option<project_member::Model>, Refusal> {
    use project_member::Column as C;
    Ok(project_member::Entity::find()
        .filter(C::TenantId.eq(tenant))
        .filter(C::ProjectId.eq(project))
        .filter(C::Pseudonym.eq(pseudonym))
        .one(db)
        .await?)
}

/// One member of this project.
pub(super) async fn member(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    project: Uuid,
    id: Uuid,
) -> Result<project_member::Model, Refusal> {
    let found = project_member::Entity::find_by_id((tenant, id)).one(db).await?;
    found.filter(|m| m.project_id == project).ok_or(Refusal::NotFound)
}

/// Everybody of the project, also those who left; in the order in which they came.
pub(super) async fn members(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    project: Uuid,
) -> Result<Vec<project_member::Model>, Refusal> {
    use project_member::Column as C;
    Ok(project_member::Entity::find()
        .filter(C::TenantId.eq(tenant))
        .filter(C::ProjectId.eq(project))
        .order_by_asc(C::Id)
        .limit(MAX_MEMBERS)
        .all(db)
        .await?)
}
