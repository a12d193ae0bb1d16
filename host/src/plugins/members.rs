//! Who works and takes part in a project, and what was checked about them on paper.

use super::people::{self, Insider, Person, given_roles, is_predicate};
use super::site::Site;
use super::told::{self, Changed};
use crate::lifecycle::{Command, Done, Step};
use crate::refusal::stale_if_taken;
use crate::{App, Refusal, Who};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use std::collections::HashMap;
use twoway_entity::accounts::account;
use twoway_entity::plugins::{person_fact, project_member};
use twoway_ids::{DAY, Millis, Uuid};
use twoway_manifest::FieldProblem;

/// How long a background query may count (未成年人保护法 §62: every year).
const CLEARED_FOR: Millis = 366 * DAY;

/// A person to be added: an account by its sign-in name, or a guest by name.
#[derive(Clone, Debug, Default)]
pub struct NewMember {
    pub login: Option<String>,
    pub name: Option<String>,
    pub phone: Option<String>,
    pub roles: Vec<String>,
}

/// A fact that was seen on paper.
#[derive(Clone, Debug)]
pub struct NewFact {
    /// `adult`, `cleared`, `insured` or `trained:<what>`.
    pub predicate: String,
    /// The paper's number; of a background query nothing else is kept.
    pub document: String,
    pub valid_from: Millis,
    pub valid_until: Option<Millis>,
}

/// One line of the member list.
#[derive(Clone, Debug)]
pub struct MemberLine {
    pub id: Uuid,
    pub name: String,
    pub is_guest: bool,
    pub account: Option<Uuid>,
    pub phone: Option<String>,
    pub pseudonym: String,
    pub roles: Vec<String>,
    pub ended_at: Option<Millis>,
    pub version: i32,
    /// Newest first.
    pub facts: Vec<person_fact::Model>,
}

async fn leading(app: &App, who: &Who, project: Uuid) -> Result<(Site, Insider), Refusal> {
    let site = Site::get(app, project).await?;
    let insider = people::insider(app, &site, who).await?.ok_or(Refusal::SignedOut)?;
    if insider.leads() { Ok((site, insider)) } else { Err(Refusal::NotAllowed) }
}

/// Adds somebody to the project. Who was here before comes back with the same pseudonym.
///
/// Errors: `member-login-unknown`; `role-requirement-missing` when a role needs a fact that nobody recorded.
pub async fn add_member(
    app: &App,
    who: &Who,
    command: &Command,
    project: Uuid,
    new: NewMember,
) -> Result<Done, Refusal> {
    let adding = async {
        let (site, _) = leading(app, who, project).await?;
        check_roles(&site, &new.roles)?;
        match new.login.as_deref().map(str::trim).filter(|l| !l.is_empty()) {
            Some(login) => add_account(app, who, command, site, login.to_lowercase(), new.roles).await,
            None => add_guest(app, who, command, site, new).await,
        }
    };
    app.once(who, command, adding).await
}

async fn add_account(
    app: &App,
    who: &Who,
    command: &Command,
    site: Site,
    login: String,
    roles: Vec<String>,
) -> Result<Done, Refusal> {
    let account = account::Entity::find()
        .filter(account::Column::TenantId.eq(app.tenant))
        .filter(account::Column::Login.eq(&login))
        .filter(account::Column::DisabledAt.is_null())
        .one(app.db.read())
        .await?
        .ok_or_else(|| Refusal::rule("member-login-unknown").with("login", login))?;
    requirements(app, &site, Person::Account(account.id), &roles).await?;
    let known = project_member::Entity::find()
        .filter(project_member::Column::TenantId.eq(app.tenant))
        .filter(project_member::Column::ProjectId.eq(site.project()))
        .filter(project_member::Column::AccountId.eq(account.id))
        .one(app.db.read())
        .await?;
    if let Some(known) = known {
        return change(
            app,
            who,
            command,
            &known,
            Change { roles: Some(roles), ended: Some(None), how: Changed::Added },
        )
        .await;
    }
    let pseudonym = people::pseudonym(app, site.project(), account.id);
    insert(app, who, command, site.project(), Row { account: Some(account.id), pseudonym, roles, ..Row::default() })
        .await
}

async fn add_guest(app: &App, who: &Who, command: &Command, site: Site, new: NewMember) -> Result<Done, Refusal> {
    let name = new.name.unwrap_or_default().trim().to_string();
    if name.is_empty() {
        return Err(Refusal::field("name", FieldProblem::Missing));
    }
    if name.chars().count() > 60 {
        return Err(Refusal::field("name", FieldProblem::TooLong { max: 60 }));
    }
    let phone: Option<String> = new.phone.map(|p| p.trim().to_string()).filter(|p| !p.is_empty());
    if phone.as_ref().is_some_and(|p| p.len() > 20 || !p.chars().all(|c| c.is_ascii_digit() || "+- ".contains(c))) {
        return Err(Refusal::field("phone", FieldProblem::BadPhone));
    }
    let needs = site.loaded.description().roles.iter().find(|r| new.roles.contains(&r.key) && !r.requires.is_empty());
    if let Some(role) = needs {
        // A guest has no facts yet; they are recorded on the member's page, then the role is given.
        return Err(lacking(&role.key, &role.requires[0]));
    }
    let id = twoway_ids::new_id(app.now());
    let pseudonym = people::pseudonym(app, site.project(), id);
    insert(
        app,
        who,
        command,
        site.project(),
        Row { id: Some(id), account: None, name, phone, pseudonym, roles: new.roles },
    )
    .await
}

#[derive(Default)]
struct Row {
    id: Option<Uuid>,
    account: Option<Uuid>,
    name: String,
    phone: Option<String>,
    pseudonym: String,
    roles: Vec<String>,
}

async fn insert(app: &App, who: &Who, command: &Command, project: Uuid, row: Row) -> Result<Done, Refusal> {
    app.act(who, command, move |step| async move {
        let id = row.id.unwrap_or_else(|| step.new_id());
        let payload = json!({"roles": row.roles, "guest": row.account.is_none()});
        let member = project_member::ActiveModel {
            tenant_id: Set(step.who().tenant),
            id: Set(id),
            project_id: Set(project),
            account_id: Set(row.account),
            name: Set(row.name),
            phone: Set(row.phone),
            roles: Set(json!(row.roles)),
            pseudonym: Set(row.pseudonym),
            added_by: Set(step.who().account()),
            added_at: Set(step.now()),
            ended_at: Set(None),
            version: Set(1),
        };
        let row = member.insert(step.tx()).await.map_err(stale_if_taken)?;
        step.wrote(project_member::Entity, id);
        step.record("project-member", id, Changed::Added.as_str(), payload);
        told::changed(&step, &row, Changed::Added, given_roles(&row)).await?;
        Ok(Done { id, version: 1 })
    })
    .await
}

fn check_roles(site: &Site, roles: &[String]) -> Result<(), Refusal> {
    let known = |role: &String| site.loaded.description().roles.iter().any(|r| &r.key == role);
    if roles.iter().all(known) { Ok(()) } else { Err(Refusal::field("roles", FieldProblem::NotAnOption)) }
}

async fn requirements(app: &App, site: &Site, person: Person, roles: &[String]) -> Result<(), Refusal> {
    for role in site.loaded.description().roles.iter().filter(|r| roles.contains(&r.key)) {
        if let Some(predicate) = people::missing(app.db.read(), app.tenant, person, &role.requires, app.now()).await? {
            return Err(lacking(&role.key, &predicate));
        }
    }
    Ok(())
}

fn lacking(role: &str, predicate: &str) -> Refusal {
    Refusal::of("role-requirement-missing", "P12").with("role", role).with("predicate", predicate)
}

/// Gives a member these roles and no others.
pub async fn set_roles(
    app: &App,
    who: &Who,
    command: &Command,
    project: Uuid,
    member: Uuid,
    roles: Vec<String>,
) -> Result<Done, Refusal> {
    let setting = async {
        let (site, _) = leading(app, who, project).await?;
        check_roles(&site, &roles)?;
        let row = people::member(app.db.read(), app.tenant, project, member).await?;
        requirements(app, &site, Person::of(&row), &roles).await?;
        change(app, who, command, &row, Change { roles: Some(roles), ended: None, how: Changed::Roles }).await
    };
    app.once(who, command, setting).await
}

/// Ends a membership. What the person did stays under the pseudonym.
pub async fn end_member(app: &App, who: &Who, command: &Command, project: Uuid, member: Uuid) -> Result<Done, Refusal> {
    let ending = async {
        leading(app, who, project).await?;
        let row = people::member(app.db.read(), app.tenant, project, member).await?;
        let change_ = Change { roles: Some(Vec::new()), ended: Some(Some(app.now())), how: Changed::Ended };
        change(app, who, command, &row, change_).await
    };
    app.once(who, command, ending).await
}

struct Change {
    roles: Option<Vec<String>>,
    ended: Option<Option<Millis>>,
    how: Changed,
}

async fn change(
    app: &App,
    who: &Who,
    command: &Command,
    row: &project_member::Model,
    change: Change,
) -> Result<Done, Refusal> {
    command.check_version(row.version)?;
    let row = row.clone();
    app.act(who, command, move |step| async move {
        use project_member::Column as C;
        let roles = change.roles.unwrap_or_else(|| given_roles(&row));
        let changed = project_member::Entity::update_many()
            .col_expr(C::Roles, Expr::value(json!(roles)))
            .col_expr(C::EndedAt, Expr::value(change.ended.unwrap_or(row.ended_at)))
            .col_expr(C::Version, Expr::value(row.version + 1))
            .filter(C::TenantId.eq(step.who().tenant))
            .filter(C::Id.eq(row.id))
            .filter(C::Version.eq(row.version))
            .exec(step.tx())
            .await?;
        if changed.rows_affected != 1 {
            return Err(Refusal::Stale);
        }
        step.wrote(project_member::Entity, row.id);
        step.record("project-member", row.id, change.how.as_str(), json!({"before": row.roles, "after": roles}));
        told::changed(&step, &row, change.how, roles).await?;
        Ok(Done { id: row.id, version: row.version + 1 })
    })
    .await
}

/// Records what was seen on paper about a member: only the yes, the number and how long it counts.
///
/// Errors: `self-check`, `clearance-too-long`, wrong fields.
pub async fn record_fact(
    app: &App,
    who: &Who,
    command: &Command,
    project: Uuid,
    member: Uuid,
    fact: NewFact,
) -> Result<Done, Refusal> {
    let recording = async {
        leading(app, who, project).await?;
        let row = people::member(app.db.read(), app.tenant, project, member).await?;
        if row.account_id.is_some() && row.account_id == who.account() {
            return Err(Refusal::of("self-check", "P12"));
        }
        check_fact(&fact)?;
        let person = Person::of(&row);
        app.act(who, command, move |step| async move { insert_fact(&step, row.id, person, fact).await }).await
    };
    app.once(who, command, recording).await
}

fn check_fact(fact: &NewFact) -> Result<(), Refusal> {
    if !is_predicate(&fact.predicate) {
        return Err(Refusal::field("predicate", FieldProblem::NotAnOption));
    }
    if fact.document.trim().is_empty() {
        return Err(Refusal::field("document", FieldProblem::Missing));
    }
    if fact.document.chars().count() > 80 {
        return Err(Refusal::field("document", FieldProblem::TooLong { max: 80 }));
    }
    match (fact.predicate.as_str(), fact.valid_until) {
        ("adult", _) => Ok(()),
        (_, None) => Err(Refusal::field("valid_until", FieldProblem::Missing)),
        (_, Some(until)) if until <= fact.valid_from => Err(Refusal::field("valid_until", FieldProblem::BadDate)),
        ("cleared", Some(until)) if until - fact.valid_from > CLEARED_FOR => {
            Err(Refusal::of("clearance-too-long", "P12"))
        }
        _ => Ok(()),
    }
}

async fn insert_fact(step: &Step, member: Uuid, person: Person, fact: NewFact) -> Result<Done, Refusal> {
    let id = step.new_id();
    let (account, guest) = match person {
        Person::Account(account) => (Some(account), None),
        Person::Guest(guest) => (None, Some(guest)),
    };
    let recorder = step.who().account().ok_or(Refusal::SignedOut)?;
    let row = person_fact::ActiveModel {
        tenant_id: Set(step.who().tenant),
        id: Set(id),
        account_id: Set(account),
        member_id: Set(guest),
        predicate: Set(fact.predicate.clone()),
        document: Set(fact.document.trim().to_string()),
        valid_from: Set(fact.valid_from),
        valid_until: Set(fact.valid_until),
        recorded_by: Set(recorder),
        recorded_at: Set(step.now()),
        revoked_at: Set(None),
    };
    row.insert(step.tx()).await?;
    step.wrote(person_fact::Entity, id);
    let payload = json!({"fact": id, "predicate": fact.predicate, "until": fact.valid_until});
    step.record("project-member", member, "fact-recorded", payload);
    Ok(Done { id, version: 1 })
}

/// Takes a fact back: the paper was wrong, or is no longer so.
pub async fn revoke_fact(
    app: &App,
    who: &Who,
    command: &Command,
    project: Uuid,
    member: Uuid,
    fact: Uuid,
) -> Result<Done, Refusal> {
    let revoking = async {
        leading(app, who, project).await?;
        let row = people::member(app.db.read(), app.tenant, project, member).await?;
        app.act(who, command, move |step| async move {
            use person_fact::Column as C;
            let whose = match Person::of(&row) {
                Person::Account(account) => C::AccountId.eq(account),
                Person::Guest(guest) => C::MemberId.eq(guest),
            };
            let known = person_fact::Entity::find()
                .filter(C::TenantId.eq(step.who().tenant))
                .filter(C::Id.eq(fact))
                .filter(whose)
                .filter(C::RevokedAt.is_null())
                .one(step.tx())
                .await?
                .ok_or(Refusal::NotFound)?;
            let revoked = person_fact::Entity::update_many()
                .col_expr(C::RevokedAt, Expr::value(step.now()))
                .filter(C::TenantId.eq(step.who().tenant))
                .filter(C::Id.eq(fact))
                .filter(C::RevokedAt.is_null())
                .exec(step.tx())
                .await?;
            if revoked.rows_affected != 1 {
                return Err(Refusal::NotFound);
            }
            step.wrote(person_fact::Entity, fact);
            told::fact_revoked(&step, Person::of(&row), &known.predicate).await?;
            step.record("project-member", row.id, "fact-revoked", json!({ "fact": fact }));
            Ok(Done { id: fact, version: 2 })
        })
        .await
    };
    app.once(who, command, revoking).await
}

/// Everybody of the project, with names and facts, for those who lead it.
pub async fn list(app: &App, who: &Who, project: Uuid) -> Result<Vec<MemberLine>, Refusal> {
    leading(app, who, project).await?;
    let rows = people::members(app.db.read(), app.tenant, project).await?;
    let names = names(app, &rows).await?;
    let mut facts = facts_of(app, &rows).await?;
    Ok(rows
        .into_iter()
        .map(|row| MemberLine {
            name: name_of(&row, &names),
            is_guest: row.account_id.is_none(),
            account: row.account_id,
            roles: given_roles(&row),
            facts: facts.remove(&row.account_id.unwrap_or(row.id)).unwrap_or_default(),
            id: row.id,
            phone: row.phone,
            pseudonym: row.pseudonym,
            ended_at: row.ended_at,
            version: row.version,
        })
        .collect())
}

async fn facts_of(
    app: &App,
    rows: &[project_member::Model],
) -> Result<HashMap<Uuid, Vec<person_fact::Model>>, Refusal> {
    use person_fact::Column as C;
    let accounts: Vec<Uuid> = rows.iter().filter_map(|r| r.account_id).collect();
    let guests: Vec<Uuid> = rows.iter().filter(|r| r.account_id.is_none()).map(|r| r.id).collect();
    let mut found: HashMap<Uuid, Vec<person_fact::Model>> = HashMap::new();
    let all = person_fact::Entity::find()
        .filter(C::TenantId.eq(app.tenant))
        .filter(C::RevokedAt.is_null())
        .filter(sea_orm::Condition::any().add(C::AccountId.is_in(accounts)).add(C::MemberId.is_in(guests)))
        .all(app.db.read())
        .await?;
    for fact in all {
        if let Some(person) = fact.account_id.or(fact.member_id) {
            found.entry(person).or_default().push(fact);
        }
    }
    for facts in found.values_mut() {
        facts.sort_by_key(|f| std::cmp::Reverse(f.recorded_at));
    }
    Ok(found)
}

async fn names(app: &App, rows: &[project_member::Model]) -> Result<HashMap<Uuid, String>, Refusal> {
    account_names(app, rows.iter().filter_map(|r| r.account_id).collect()).await
}

fn name_of(row: &project_member::Model, names: &HashMap<Uuid, String>) -> String {
    row.account_id.map_or_else(|| row.name.clone(), |id| names.get(&id).cloned().unwrap_or_default())
}

/// Names of accounts by id.
pub(super) async fn account_names(app: &App, ids: Vec<Uuid>) -> Result<HashMap<Uuid, String>, Refusal> {
    let found = account::Entity::find()
        .filter(account::Column::TenantId.eq(app.tenant))
        .filter(account::Column::Id.is_in(ids))
        .all(app.db.read())
        .await?;
    Ok(found.into_iter().map(|a| (a.id, a.name)).collect())
}

/// The name of one member.
pub(super) async fn name(app: &App, project: Uuid, member: Uuid) -> Result<String, Refusal> {
    let row = people::member(app.db.read(), app.tenant, project, member).await?;
    let names = names(app, std::slice::from_ref(&row)).await?;
    Ok(name_of(&row, &names))
}

/// The member behind a pseudonym.
pub(super) async fn by_pseudonym(app: &App, project: Uuid, pseudonym: &str) -> Result<Uuid, Refusal> {
    let found = people::member_by_pseudonym(app.db.read(), app.tenant, project, pseudonym).await?;
    found.map(|m| m.id).ok_or(Refusal::NotFound)
}

/// Pseudonym → name of everybody of the project, for pages that staff reads.
pub(super) async fn names_by_pseudonym(app: &App, project: Uuid) -> Result<HashMap<String, String>, Refusal> {
    let rows = people::members(app.db.read(), app.tenant, project).await?;
    let names = names(app, &rows).await?;
    Ok(rows.into_iter().map(|row| (row.pseudonym.clone(), name_of(&row, &names))).collect())
}

/// Who can be named in a form now: pseudonym and name.
pub(super) async fn choices(app: &App, project: Uuid) -> Result<Vec<(String, String)>, Refusal> {
    let rows = people::members(app.db.read(), app.tenant, project).await?;
    let names = names(app, &rows).await?;
    Ok(rows
        .into_iter()
        .filter(|r| r.ended_at.is_none())
        .map(|row| (row.pseudonym.clone(), name_of(&row, &names)))
        .collect())
}

/// For JSON answers.
pub(super) fn fact_json(fact: &person_fact::Model) -> Value {
    json!({
        "id": fact.id, "predicate": fact.predicate, "document": fact.document,
        "valid_from": fact.valid_from, "valid_until": fact.valid_until, "recorded_at": fact.recorded_at,
    })
}
