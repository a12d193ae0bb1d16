//! Finders for organisations and memberships.

use super::rules::{REGISTRARS, fits_below};
use crate::http::{List, Paging, Sort};
use crate::{Held, Refusal, Who};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, Iterable, JoinType, QueryFilter, QueryOrder,
    QuerySelect,
};
use std::collections::HashMap;
use twoway_entity::accounts::{Role, account, membership};
use twoway_entity::organizations::{OrganizationKind, organization};
use twoway_ids::{Millis, Uuid};

/// Verified organisations are public. The others are seen by their own people and by who keeps or audits the tree above them.
pub fn visible_to(who: &Who) -> Condition {
    let tenant = Condition::all().add(organization::Column::TenantId.eq(who.tenant));
    if who.is_system() {
        return tenant;
    }
    let mut seen = Condition::any().add(organization::Column::VerifiedAt.is_not_null());
    if let Some(actor) = who.actor() {
        seen = seen.add(organization::Column::Id.is_in(actor.held.iter().map(|h| h.organization)));
    }
    for path in who.subtrees(&[REGISTRARS, &[Role::Auditor, Role::Supervisor]].concat()) {
        seen = seen.add(organization::Column::Path.starts_with(path));
    }
    tenant.add(seen)
}

/// One organisation, if the reader may see it.
pub async fn at(db: &impl ConnectionTrait, who: &Who, id: Uuid) -> Result<organization::Model, Refusal> {
    let find = organization::Entity::find().filter(visible_to(who)).filter(organization::Column::Id.eq(id));
    find.one(db).await?.ok_or(Refusal::NotFound)
}

/// One organisation for a decision of the product, whoever asks.
pub async fn by_id(db: &impl ConnectionTrait, who: &Who, id: Uuid) -> Result<organization::Model, Refusal> {
    organization::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)
}

/// Names of at most 1,000 organisations, in one query.
pub async fn names(
    db: &impl ConnectionTrait,
    who: &Who,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>, Refusal> {
    let ids: Vec<Uuid> = ids.into_iter().take(1000).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, String)> = organization::Entity::find()
        .select_only()
        .column(organization::Column::Id)
        .column(organization::Column::Name)
        .filter(organization::Column::TenantId.eq(who.tenant))
        .filter(organization::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// What a list shows.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Summary {
    pub id: Uuid,
    pub name: String,
    pub kind: OrganizationKind,
    pub verified_at: Option<Millis>,
}

/// Which organisations a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub kind: Option<OrganizationKind>,
    /// Only those that wait to be verified, or only those that are.
    pub verified: Option<bool>,
    /// Part of the name.
    pub name: Option<String>,
}

/// Organisations by name, as far as the reader may see them.
pub async fn list(
    db: &impl ConnectionTrait,
    who: &Who,
    filter: &Filter,
    paging: &Paging,
) -> Result<List<Summary>, Refusal> {
    use organization::Column as C;
    let mut find = organization::Entity::find().filter(visible_to(who));
    if let Some(kind) = filter.kind {
        find = find.filter(C::Kind.eq(kind));
    }
    match filter.verified {
        Some(true) => find = find.filter(C::VerifiedAt.is_not_null()),
        Some(false) => find = find.filter(C::VerifiedAt.is_null()),
        None => {}
    }
    if let Some(name) = &filter.name {
        find = find.filter(C::Name.contains(name.as_str()));
    }
    let find = paging.select::<_, _, String>(find, C::Name, C::Id, Sort::Ascending)?;
    let rows = find.into_model::<Summary>().all(db).await?;
    paging.list(rows, |row| (row.name.clone(), row.id))
}

/// The organisations directly below one, by name; at most 200.
pub async fn children(db: &impl ConnectionTrait, who: &Who, id: Uuid) -> Result<Vec<Summary>, Refusal> {
    let find = organization::Entity::find().filter(visible_to(who)).filter(organization::Column::ParentId.eq(id));
    Ok(find.order_by_asc(organization::Column::Name).limit(200).into_model::<Summary>().all(db).await?)
}

/// Where a new organisation may be put, the tree from its root down; at most 200.
pub async fn possible_parents(db: &impl ConnectionTrait, who: &Who) -> Result<Vec<Summary>, Refusal> {
    use organization::Column as C;
    let kinds = OrganizationKind::iter().filter(|kind| fits_below(OrganizationKind::Team, *kind));
    let find = organization::Entity::find().filter(visible_to(who)).filter(C::Kind.is_in(kinds));
    Ok(find.order_by_asc(C::Path).limit(200).into_model::<Summary>().all(db).await?)
}

/// Refuses `credit-code-taken`.
pub async fn is_new(db: &impl ConnectionTrait, who: &Who, code: &str) -> Result<(), Refusal> {
    let taken = organization::Entity::find()
        .filter(organization::Column::TenantId.eq(who.tenant))
        .filter(organization::Column::CreditCode.eq(code));
    if taken.one(db).await?.is_some() { Err(Refusal::rule("credit-code-taken")) } else { Ok(()) }
}

/// The organisations above one, from the root down, with their names.
pub async fn way_to(
    db: &impl ConnectionTrait,
    who: &Who,
    organization: &organization::Model,
) -> Result<Vec<(Uuid, String)>, Refusal> {
    let ids: Vec<Uuid> = organization
        .path
        .split('/')
        .filter_map(|part| Uuid::parse_str(part).ok())
        .filter(|id| *id != organization.id)
        .collect();
    let names = names(db, who, ids.iter().copied()).await?;
    Ok(ids.into_iter().filter_map(|id| names.get(&id).map(|name| (id, name.clone()))).collect())
}

/// Somebody who holds a role at an organisation.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Member {
    pub id: Uuid,
    pub account_id: Uuid,
    pub name: String,
    pub login: String,
    pub role: Role,
    pub granted_at: Millis,
}

/// Whether the reader may see who holds which role there: its own people, and who keeps or audits the tree above.
pub fn may_see_members(who: &Who, organization: &organization::Model) -> bool {
    let own = who.actor().is_some_and(|a| a.held.iter().any(|h| h.organization == organization.id));
    own || who.is_system()
        || who.holds_over(REGISTRARS, &organization.path)
        || who.holds_over(&[Role::Auditor], &organization.path)
}

/// Who holds a role at this organisation now, at most 200. Empty for who may not see it.
pub async fn members(
    db: &impl ConnectionTrait,
    who: &Who,
    organization: &organization::Model,
) -> Result<Vec<Member>, Refusal> {
    if !may_see_members(who, organization) {
        return Ok(Vec::new());
    }
    let person: sea_orm::RelationDef = membership::Entity::belongs_to(account::Entity)
        .from((membership::Column::TenantId, membership::Column::AccountId))
        .to((account::Column::TenantId, account::Column::Id))
        .into();
    Ok(membership::Entity::find()
        .select_only()
        .columns([
            membership::Column::Id,
            membership::Column::AccountId,
            membership::Column::Role,
            membership::Column::GrantedAt,
        ])
        .column_as(account::Column::Name, "name")
        .column_as(account::Column::Login, "login")
        .join(JoinType::InnerJoin, person)
        .filter(membership::Column::TenantId.eq(who.tenant))
        .filter(membership::Column::OrganizationId.eq(organization.id))
        .filter(membership::Column::EndedAt.is_null())
        .order_by_asc(membership::Column::GrantedAt)
        .limit(200)
        .into_model::<Member>()
        .all(db)
        .await?)
}

/// What an account holds now, for decisions about people who are not the caller.
pub async fn held_by(db: &impl ConnectionTrait, who: &Who, account: Uuid) -> Result<Vec<Held>, Refusal> {
    crate::accounts::held(db, who.tenant, account).await
}

/// Whether the tree has its root, the lead office.
pub async fn is_founded(db: &impl ConnectionTrait, who: &Who) -> Result<bool, Refusal> {
    let root = organization::Entity::find()
        .filter(organization::Column::TenantId.eq(who.tenant))
        .filter(organization::Column::ParentId.is_null());
    Ok(root.one(db).await?.is_some())
}

/// The districts by which public lists can be narrowed: the nodes right below the root in their official order, those without a
/// code last; at most 50.
pub async fn districts(db: &impl ConnectionTrait, who: &Who) -> Result<Vec<(Uuid, String)>, Refusal> {
    use sea_orm::sea_query::{Expr, ExprTrait, Query};
    let root = Query::select()
        .column(organization::Column::Id)
        .from(organization::Entity)
        .and_where(Expr::col(organization::Column::TenantId).eq(who.tenant))
        .and_where(Expr::col(organization::Column::ParentId).is_null())
        .to_owned();
    let found = organization::Entity::find()
        .filter(organization::Column::TenantId.eq(who.tenant))
        .filter(organization::Column::Kind.eq(OrganizationKind::Node))
        .filter(organization::Column::ParentId.in_subquery(root))
        .order_by_asc(organization::Column::DivisionCode.is_null())
        .order_by_asc(organization::Column::DivisionCode)
        .order_by_asc(organization::Column::CreatedAt)
        .order_by_asc(organization::Column::Id)
        .limit(50)
        .all(db)
        .await?;
    Ok(found.into_iter().map(|o| (o.id, o.name)).collect())
}

/// The ids of all organisations of a subtree, as a subquery: what belongs to one of them lies in this district.
pub fn within(who: &Who, path: &str) -> sea_orm::sea_query::SelectStatement {
    use sea_orm::sea_query::{Expr, ExprTrait, Query};
    Query::select()
        .column(organization::Column::Id)
        .from(organization::Entity)
        .and_where(Expr::col(organization::Column::TenantId).eq(who.tenant))
        .and_where(organization::Column::Path.starts_with(path))
        .to_owned()
}
