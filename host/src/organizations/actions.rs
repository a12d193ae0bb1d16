//! What happens to organisations: they are registered, verified, and people get and lose roles in them.

use super::model;
use super::queries::{at, by_id, is_founded};
use super::rules::{first_role, fits_below, may_grant, may_register, may_verify, role_fits};
use crate::lifecycle::{Command, Done, Step};
use crate::{App, Refusal, Who, notices};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use twoway_entity::accounts::{Role, account, membership};
use twoway_entity::organizations::{OrganizationKind, organization};
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;

/// An organisation to be registered.
#[derive(Clone, Debug)]
pub struct NewOrganization {
    pub parent: Option<Uuid>,
    pub kind: OrganizationKind,
    pub name: String,
    pub credit_code: Option<String>,
    pub division_code: Option<String>,
    pub introduction: String,
}

/// Makes the root of the tree: the lead office. Only the system does this, once.
pub async fn found(app: &App, name: &str) -> Result<Uuid, Refusal> {
    let new = NewOrganization {
        parent: None,
        kind: OrganizationKind::LeadOffice,
        name: name.to_string(),
        credit_code: None,
        division_code: None,
        introduction: String::new(),
    };
    let who = app.system("organizations.found");
    if is_founded(app.db.read(), &who).await? {
        return Err(Refusal::rule("already-founded"));
    }
    Ok(register(app, &who, &Command::default(), new).await?.id)
}

/// Registers an organisation below another. Whoever registers an enterprise, team or recipient for themselves becomes its signatory,
/// leader or clerk; it counts for nothing until it is verified. What the keepers of the tree register is verified with that.
///
/// Refuses with `organization-place` where the kind does not fit below the parent, `credit-code-taken`.
pub async fn register(app: &App, who: &Who, command: &Command, new: NewOrganization) -> Result<Done, Refusal> {
    app.once(who, command, async {
        let ready = ready(app, who, new).await?;
        app.act(who, command, move |step: Step| async move { enter(&step, ready, true).await }).await
    })
    .await
}

/// A new organisation whose data and place are right.
pub struct Ready {
    parent: Option<organization::Model>,
    kind: OrganizationKind,
    checked: model::Checked,
}

impl Ready {
    pub fn credit_code(&self) -> Option<&str> {
        self.checked.credit_code.as_deref()
    }
}

/// Checks a new organisation. Refuses like [`register`], but for `credit-code-taken`.
pub async fn ready(app: &App, who: &Who, new: NewOrganization) -> Result<Ready, Refusal> {
    let parent = match new.parent {
        Some(id) => Some(at(app.db.read(), who, id).await?),
        None => None,
    };
    may_register(who, new.kind, parent.as_ref())?;
    if parent.as_ref().is_some_and(|p| !fits_below(new.kind, p.kind)) {
        return Err(Refusal::rule("organization-place"));
    }
    let checked = model::check(new.kind, &new)?;
    Ok(Ready { parent, kind: new.kind, checked })
}

/// Writes a new organisation. `for_themselves`: whoever enters it gets its first role.
pub async fn enter(step: &Step, ready: Ready, for_themselves: bool) -> Result<Done, Refusal> {
    let Ready { parent, kind, checked } = ready;
    let id = step.new_id();
    let above = parent.as_ref().map_or("/", |p| p.path.as_str());
    // A kind that nobody registers for themselves is a part of the administration: its maker vouches for it.
    let is_verified = first_role(kind).is_none();
    let payload = json!({ "name": checked.name, "kind": kind, "parent": parent.as_ref().map(|p| p.id) });
    let row = organization::ActiveModel {
        tenant_id: Set(step.who().tenant),
        id: Set(id),
        parent_id: Set(parent.as_ref().map(|p| p.id)),
        path: Set(format!("{above}{}/", id.simple())),
        kind: Set(kind),
        name: Set(checked.name),
        credit_code: Set(checked.credit_code),
        division_code: Set(checked.division_code),
        introduction: Set(checked.introduction),
        verified_at: Set(is_verified.then_some(step.now())),
        verified_by: Set(step.who().account().filter(|_| is_verified)),
        version: Set(1),
        created_at: Set(step.now()),
    };
    row.insert(step.tx()).await.map_err(|error| match error.sql_err() {
        Some(sea_orm::SqlErr::UniqueConstraintViolation(_)) => Refusal::rule("credit-code-taken"),
        _ => error.into(),
    })?;
    step.wrote(organization::Entity, id);
    step.record("organization", id, "registered", payload);
    if let (Some(role), Some(account), true) = (first_role(kind), step.who().account(), for_themselves) {
        insert_membership(step, id, account, role).await?;
    }
    Ok(Done { id, version: 1 })
}

/// Says that an organisation is what it claims to be. From then on it may adopt, propose or receive.
pub async fn verify(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    app.once(who, command, async {
        let organization = at(app.db.read(), who, id).await?;
        may_verify(who, &organization)?;
        command.check_version(organization.version)?;
        if organization.verified_at.is_some() {
            return Err(Refusal::rule("already-verified"));
        }
        app.act(who, command, move |step: Step| async move {
            let moved = organization::Entity::update_many()
                .col_expr(organization::Column::VerifiedAt, Expr::value(step.now()))
                .col_expr(organization::Column::VerifiedBy, Expr::value(step.who().account()))
                .col_expr(organization::Column::Version, Expr::value(organization.version + 1))
                .filter(organization::Column::TenantId.eq(step.who().tenant))
                .filter(organization::Column::Id.eq(id))
                .filter(organization::Column::Version.eq(organization.version))
                .exec(step.tx())
                .await?;
            if moved.rows_affected != 1 {
                return Err(Refusal::Stale);
            }
            step.wrote(organization::Entity, id);
            step.record("organization", id, "verified", json!({}));
            if let Some(role) = first_role(organization.kind) {
                let values = json!({ "organization": organization.name });
                let link = format!("/organizations/{id}");
                notices::tell_role(&step, &[role], id, "notice-organization-verified", values, link).await?;
            }
            Ok(Done { id, version: organization.version + 1 })
        })
        .await
    })
    .await
}

/// A role for a person at an organisation.
#[derive(Clone, Copy, Debug)]
pub struct Grant {
    pub organization: Uuid,
    pub account: Uuid,
    pub role: Role,
}

/// Gives a role. Who holds it already keeps it: asking twice does nothing.
///
/// Refuses with `role-place` where the role does not exist in such an organisation.
pub async fn grant(app: &App, who: &Who, command: &Command, grant: Grant) -> Result<Done, Refusal> {
    app.once(who, command, async {
        let organization = at(app.db.read(), who, grant.organization).await?;
        may_grant(who, grant.role, &organization)?;
        if !role_fits(grant.role, organization.kind) {
            return Err(Refusal::rule("role-place"));
        }
        let person = account::Entity::find_by_id((who.tenant, grant.account)).one(app.db.read()).await?;
        if person.is_none_or(|p| p.disabled_at.is_some()) {
            return Err(Refusal::field("account", FieldProblem::NotAnOption));
        }
        app.act(who, command, move |step: Step| async move {
            let held = membership::Entity::find()
                .filter(membership::Column::TenantId.eq(step.who().tenant))
                .filter(membership::Column::AccountId.eq(grant.account))
                .filter(membership::Column::OrganizationId.eq(grant.organization))
                .filter(membership::Column::Role.eq(grant.role))
                .filter(membership::Column::EndedAt.is_null())
                .one(step.tx())
                .await?;
            if let Some(held) = held {
                return Ok(Done { id: held.id, version: 1 });
            }
            let id = insert_membership(&step, grant.organization, grant.account, grant.role).await?;
            if step.who().account() != Some(grant.account) {
                let values = json!({ "organization": organization.name, "role": grant.role.as_str() });
                let link = format!("/organizations/{}", organization.id);
                step.notify(grant.account, "notice-role-granted", values, link).await?;
            }
            Ok(Done { id, version: 1 })
        })
        .await
    })
    .await
}

async fn insert_membership(step: &Step, organization: Uuid, account: Uuid, role: Role) -> Result<Uuid, Refusal> {
    let id = step.new_id();
    let row = membership::ActiveModel {
        tenant_id: Set(step.who().tenant),
        id: Set(id),
        account_id: Set(account),
        organization_id: Set(organization),
        role: Set(role),
        granted_by: Set(step.who().account()),
        granted_at: Set(step.now()),
        ended_at: Set(None),
    };
    row.insert(step.tx()).await?;
    step.wrote(membership::Entity, id);
    step.record("organization", organization, "role-granted", json!({ "account": account, "role": role }));
    Ok(id)
}

/// Ends a role from now on: by who might grant it, or by its holder. The lead office keeps at least one clerk.
pub async fn end_role(
    app: &App,
    who: &Who,
    command: &Command,
    organization: Uuid,
    membership: Uuid,
) -> Result<(), Refusal> {
    app.once(who, command, async {
        let organization = at(app.db.read(), who, organization).await?;
        let held = membership::Entity::find_by_id((who.tenant, membership)).one(app.db.read()).await?;
        let held =
            held.filter(|m| m.organization_id == organization.id && m.ended_at.is_none()).ok_or(Refusal::NotFound)?;
        if who.account() != Some(held.account_id) {
            may_grant(who, held.role, &organization)?;
        }
        app.act(who, command, move |step: Step| async move {
            let others = membership::Entity::find()
                .filter(membership::Column::TenantId.eq(step.who().tenant))
                .filter(membership::Column::OrganizationId.eq(held.organization_id))
                .filter(membership::Column::Role.eq(held.role))
                .filter(membership::Column::Id.ne(held.id))
                .filter(membership::Column::EndedAt.is_null())
                .one(step.tx())
                .await?;
            let leads =
                matches!(held.role, Role::LeadOffice | Role::SystemAdmin | Role::TeamLead | Role::SponsorSignatory);
            if leads && others.is_none() {
                return Err(Refusal::rule("last-of-its-role"));
            }
            let ended = membership::Entity::update_many()
                .col_expr(membership::Column::EndedAt, Expr::value(step.now()))
                .filter(membership::Column::TenantId.eq(step.who().tenant))
                .filter(membership::Column::Id.eq(held.id))
                .filter(membership::Column::EndedAt.is_null())
                .exec(step.tx())
                .await?;
            if ended.rows_affected != 1 {
                return Err(Refusal::Stale);
            }
            let payload = json!({ "account": held.account_id, "role": held.role });
            step.wrote(membership::Entity, held.id);
            step.record("organization", held.organization_id, "role-ended", payload);
            Ok(())
        })
        .await
    })
    .await
}

/// Whether an organisation may act: adopt, propose, receive.
pub async fn check_verified(app: &App, who: &Who, id: Uuid) -> Result<organization::Model, Refusal> {
    let organization = by_id(app.db.read(), who, id).await?;
    if organization.verified_at.is_none() {
        return Err(Refusal::rule("organization-unverified").with("organization", organization.name));
    }
    Ok(organization)
}
