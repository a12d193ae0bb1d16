use super::model::{Activation, AskedAbility, AskedData, GrantSheet, Phase, Pinned, Place};
use super::packages::{PackageFacts, package};
use crate::lifecycle::Step;
use crate::refusal::stale_if_taken;
use crate::vault::DataKey;
use crate::{App, Refusal};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
};
use serde_json::json;
use twoway_entity::plugins::{project_plugin, record};
use twoway_ids::Uuid;
use twoway_manifest::{Ability, DataClass, Grant, check_form};

/// What a package asks for, in words.
///
/// Errors: [`Refusal::NotFound`] for a digest that is not here.
pub async fn grant_sheet(app: &App, digest: &str) -> Result<GrantSheet, Refusal> {
    Ok(sheet(package(app.db.read(), app.tenant, digest).await?))
}

fn sheet(package: PackageFacts) -> GrantSheet {
    let manifest = package.manifest;
    let full = manifest.full_grant();
    let data = DataClass::ALL
        .into_iter()
        .flat_map(|class| manifest.data.get(class.as_str()).into_iter().flatten().map(move |asked| (class, asked)))
        .map(|(class, asked)| AskedData {
            class,
            purpose: asked.purpose.clone(),
            reason: asked.reason.clone(),
            retention_days: asked.retention_days,
        })
        .collect();
    let abilities = manifest
        .abilities
        .iter()
        .filter_map(|(name, purpose)| Some(AskedAbility { ability: Ability::parse(name)?, purpose: purpose.clone() }))
        .collect();
    GrantSheet {
        digest: package.digest,
        plugin: manifest.id,
        version: manifest.version.to_string(),
        title: manifest.title,
        summary: manifest.summary,
        license: manifest.license,
        trust: package.trust,
        data,
        abilities,
        limits: manifest.limits,
        asks_minors_data: full.classes.contains(&DataClass::P4),
        full,
        settings: package.description.settings,
    }
}

/// Pins a plugin to a project, in the project's own transaction. Once for ever: a project does not change its kind.
///
/// Errors: `plugin-withdrawn`, `grant-beyond-request`, `minors-data-unconfirmed`, wrong settings, or [`Refusal::Stale`] when
/// the project already has a plugin.
pub async fn activate(step: &Step, place: &Place, activation: Activation) -> Result<(), Refusal> {
    let tenant = step.who().tenant;
    let package = package(step.tx(), tenant, &activation.digest).await?;
    if package.withdrawn_at.is_some() {
        return Err(Refusal::rule("plugin-withdrawn"));
    }
    within(&activation, &package.manifest.full_grant())?;
    let settings = check_form(&package.description.settings, &activation.settings).map_err(Refusal::Invalid)?;
    let (_, wrapped) = DataKey::make(&step.app().keys, place.project)?;
    let version = package.manifest.version.to_string();
    let row = project_plugin::ActiveModel {
        tenant_id: Set(tenant),
        project_id: Set(place.project),
        plugin_id: Set(package.manifest.id.clone()),
        plugin_version: Set(version.clone()),
        digest: Set(activation.digest.clone()),
        settings: Set(settings.clone().into()),
        grant_given: Set(serde_json::to_value(&activation.grant)?),
        wrapped_key: Set(wrapped),
        title: Set(place.title.clone()),
        path: Set(place.path.clone()),
        team_id: Set(place.team),
        lead_id: Set(place.lead),
        sponsors: Set(json!(place.sponsors)),
        phase: Set(place.phase),
        revision: Set(0),
        activated_by: Set(step.who().account()),
        activated_at: Set(step.now()),
        ended_at: Set(None),
    };
    row.insert(step.tx()).await.map_err(stale_if_taken)?;
    step.wrote(project_plugin::Entity, place.project);
    step.record(
        "project-plugin",
        place.project,
        "activated",
        json!({
            "plugin": package.manifest.id,
            "version": version,
            "digest": activation.digest,
            "settings": settings,
            "grant": activation.grant,
        }),
    );
    Ok(())
}

fn within(activation: &Activation, asked: &Grant) -> Result<(), Refusal> {
    let given = &activation.grant;
    let abilities = given.abilities.difference(&asked.abilities).map(|a| a.as_str());
    let classes = given.classes.difference(&asked.classes).map(|c| c.as_str());
    let beyond: Vec<&str> = abilities.chain(classes).collect();
    if !beyond.is_empty() {
        return Err(Refusal::rule("grant-beyond-request").with("beyond", beyond.join(", ")));
    }
    if given.classes.contains(&DataClass::P4) && !activation.minors_data_confirmed {
        return Err(Refusal::of("minors-data-unconfirmed", "P11"));
    }
    Ok(())
}

/// Tells the plugin's side what became of the project: its phase, its sponsors, its title. Without a plugin nothing happens.
pub async fn place_changed(step: &Step, place: &Place) -> Result<(), Refusal> {
    use project_plugin::Column as C;
    project_plugin::Entity::update_many()
        .col_expr(C::Title, Expr::value(place.title.clone()))
        .col_expr(C::Path, Expr::value(place.path.clone()))
        .col_expr(C::TeamId, Expr::value(place.team))
        .col_expr(C::LeadId, Expr::value(place.lead))
        .col_expr(C::Sponsors, Expr::value(json!(place.sponsors)))
        .col_expr(C::Phase, Expr::value(place.phase))
        .filter(C::TenantId.eq(step.who().tenant))
        .filter(C::ProjectId.eq(place.project))
        .exec(step.tx())
        .await?;
    step.wrote(project_plugin::Entity, place.project);
    if place.phase == Phase::Ended { end(step, place.project).await } else { Ok(()) }
}

/// Another organisation sponsors the project from now on. Without a plugin nothing happens.
pub async fn sponsor_joined(step: &Step, project: Uuid, organization: Uuid) -> Result<(), Refusal> {
    use project_plugin::Column as C;
    let tenant = step.who().tenant;
    let Some(row) = project_plugin::Entity::find_by_id((tenant, project)).one(step.tx()).await? else { return Ok(()) };
    let mut sponsors: Vec<Uuid> = serde_json::from_value(row.sponsors)?;
    if sponsors.contains(&organization) {
        return Ok(());
    }
    sponsors.push(organization);
    project_plugin::Entity::update_many()
        .col_expr(C::Sponsors, Expr::value(json!(sponsors)))
        .filter(C::TenantId.eq(tenant))
        .filter(C::ProjectId.eq(project))
        .exec(step.tx())
        .await?;
    step.wrote(project_plugin::Entity, project);
    Ok(())
}

/// Tells only that the project's phase changed. Without a plugin nothing happens.
pub async fn set_phase(step: &Step, project: Uuid, phase: Phase) -> Result<(), Refusal> {
    use project_plugin::Column as C;
    project_plugin::Entity::update_many()
        .col_expr(C::Phase, Expr::value(phase))
        .filter(C::TenantId.eq(step.who().tenant))
        .filter(C::ProjectId.eq(project))
        .exec(step.tx())
        .await?;
    step.wrote(project_plugin::Entity, project);
    if phase == Phase::Ended { end(step, project).await } else { Ok(()) }
}

/// From here on retention counts for all records that have not ended by themselves.
async fn end(step: &Step, project: Uuid) -> Result<(), Refusal> {
    use project_plugin::Column as C;
    let ended = project_plugin::Entity::update_many()
        .col_expr(C::EndedAt, Expr::value(step.now()))
        .filter(C::TenantId.eq(step.who().tenant))
        .filter(C::ProjectId.eq(project))
        .filter(C::EndedAt.is_null())
        .exec(step.tx())
        .await?;
    if ended.rows_affected > 0 {
        record::Entity::update_many()
            .col_expr(record::Column::EraseAt, Expr::value(step.now()))
            .filter(record::Column::TenantId.eq(step.who().tenant))
            .filter(record::Column::ProjectId.eq(project))
            .filter(record::Column::EndedAt.is_null())
            .exec(step.tx())
            .await?;
    }
    Ok(())
}

/// Whether the project runs a plugin.
pub async fn is_active(db: &impl ConnectionTrait, tenant: Uuid, project: Uuid) -> Result<bool, Refusal> {
    let row = project_plugin::Entity::find_by_id((tenant, project)).count(db).await?;
    Ok(row > 0)
}

/// Which plugin a project runs; none where it runs none.
pub async fn pinned(db: &impl ConnectionTrait, tenant: Uuid, project: Uuid) -> Result<Option<Pinned>, Refusal> {
    let Some(row) = project_plugin::Entity::find_by_id((tenant, project)).one(db).await? else { return Ok(None) };
    let package = package(db, tenant, &row.digest).await?;
    Ok(Some(Pinned {
        plugin: row.plugin_id,
        version: row.plugin_version,
        digest: row.digest,
        title: package.manifest.title,
        grant: serde_json::from_value(row.grant_given)?,
        settings: row.settings,
        activated_at: row.activated_at,
    }))
}
