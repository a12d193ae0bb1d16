//! Finders for accounts and sessions.

use crate::{Held, Refusal, Who};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::HashMap;
use twoway_entity::accounts::{Role, account, membership, session};
use twoway_entity::organizations::organization;
use twoway_ids::{Millis, Uuid};

/// How a request names its session.
pub(super) enum Named<'a> {
    /// By the stored form of its secret.
    Secret(&'a str),
    Id(Uuid),
}

/// A living session with its account; ended, expired and disabled ones are not there.
pub(super) async fn living_session(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    kind: &str,
    named: Named<'_>,
    now: Millis,
) -> Result<Option<(session::Model, account::Model)>, Refusal> {
    let account = session::Entity::belongs_to(account::Entity)
        .from((session::Column::TenantId, session::Column::AccountId))
        .to((account::Column::TenantId, account::Column::Id))
        .into();
    let find = session::Entity::find()
        .select_also(account::Entity)
        .join(JoinType::InnerJoin, account)
        .filter(session::Column::TenantId.eq(tenant))
        .filter(session::Column::Kind.eq(kind))
        .filter(session::Column::RevokedAt.is_null())
        .filter(session::Column::ExpiresAt.gt(now))
        .filter(account::Column::DisabledAt.is_null());
    let find = match named {
        Named::Secret(hash) => find.filter(session::Column::TokenHash.eq(hash)),
        Named::Id(id) => find.filter(session::Column::Id.eq(id)),
    };
    Ok(find.one(db).await?.and_then(|(session, account)| account.map(|account| (session, account))))
}

#[derive(FromQueryResult)]
struct HeldRow {
    role: Role,
    organization_id: Uuid,
    name: String,
    path: String,
}

/// The roles that an account holds now.
pub async fn held(db: &impl ConnectionTrait, tenant: Uuid, account: Uuid) -> Result<Vec<Held>, Refusal> {
    let organization: sea_orm::RelationDef = membership::Entity::belongs_to(organization::Entity)
        .from((membership::Column::TenantId, membership::Column::OrganizationId))
        .to((organization::Column::TenantId, organization::Column::Id))
        .into();
    let rows = membership::Entity::find()
        .select_only()
        .column(membership::Column::Role)
        .column(membership::Column::OrganizationId)
        .column_as(organization::Column::Name, "name")
        .column_as(organization::Column::Path, "path")
        .join(JoinType::InnerJoin, organization)
        .filter(membership::Column::TenantId.eq(tenant))
        .filter(membership::Column::AccountId.eq(account))
        .filter(membership::Column::EndedAt.is_null())
        .order_by_asc(membership::Column::GrantedAt)
        .limit(200)
        .into_model::<HeldRow>()
        .all(db)
        .await?;
    let held =
        |r: HeldRow| Held { role: r.role, organization: r.organization_id, organization_name: r.name, path: r.path };
    Ok(rows.into_iter().map(held).collect())
}

/// The account with this login, for somebody who wants to invite it.
pub async fn by_login(db: &impl ConnectionTrait, who: &Who, login: &str) -> Result<Option<account::Model>, Refusal> {
    let find = account::Entity::find().filter(account::Column::TenantId.eq(who.tenant));
    Ok(find.filter(account::Column::Login.eq(login)).one(db).await?)
}

/// The caller's own account.
pub(super) async fn own(db: &impl ConnectionTrait, who: &Who) -> Result<account::Model, Refusal> {
    let id = who.account().ok_or(Refusal::SignedOut)?;
    account::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)
}

/// The names of at most 1,000 accounts, in one query.
pub async fn names(
    db: &impl ConnectionTrait,
    who: &Who,
    accounts: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>, Refusal> {
    let ids: Vec<Uuid> = accounts.into_iter().take(1000).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, String)> = account::Entity::find()
        .select_only()
        .column(account::Column::Id)
        .column(account::Column::Name)
        .filter(account::Column::TenantId.eq(who.tenant))
        .filter(account::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}
