use super::super::actions::create_with;
use super::super::desk::settings::settings_of;
use super::super::queries::{find_visible, is_office};
use super::STREAM;
use super::content::{Content, From, find};
use crate::http::{List, Paging, Sort};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal, Who};
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use twoway_entity::accounts::Role;
use twoway_entity::call_desk::template;
use twoway_ids::{Millis, Uuid};
use twoway_manifest::{FieldError, FieldProblem};

const OFFICE: &[Role] = &[Role::LeadOffice];

/// Name and description, trimmed; all errors in one go.
fn words(name: &str, description: &str) -> Result<(String, String), Refusal> {
    let (name, description) = (name.trim().to_string(), description.trim().to_string());
    let mut errors = Vec::new();
    let mut say = |field: &str, problem| errors.push(FieldError { field: field.into(), problem });
    if name.is_empty() {
        say("name", FieldProblem::Missing);
    }
    for (field, text, max) in [("name", &name, 80_u32), ("description", &description, 500)] {
        if text.chars().count() > max as usize {
            say(field, FieldProblem::TooLong { max });
        }
    }
    if errors.is_empty() { Ok((name, description)) } else { Err(Refusal::Invalid(errors)) }
}

/// Saves a call, in whatever state, as a template of its office.
pub async fn save(
    app: &App,
    who: &Who,
    command: &Command,
    call: Uuid,
    (name, description): (&str, &str),
) -> Result<Done, Refusal> {
    let row = find_visible(app.db.read(), who, call).await?;
    if !who.holds_over(OFFICE, &row.path) {
        return Err(if is_office(who, &row) { Refusal::NotAllowed } else { Refusal::NotFound });
    }
    let account = who.account().ok_or(Refusal::SignedOut)?;
    let (name, description) = words(name, description)?;
    let settings = settings_of(app.db.read(), who.tenant, call).await?;
    let content = serde_json::to_value(Content::of(&row, settings)?)?;
    app.act(who, command, move |step| async move {
        let id = step.new_id();
        let saved = template::ActiveModel {
            tenant_id: Set(step.who().tenant),
            id: Set(id),
            organization_id: Set(row.organization_id),
            path: Set(row.path),
            name: Set(name.clone()),
            description: Set(description),
            content: Set(content),
            created_by: Set(account),
            created_at: Set(step.now()),
            retired_at: Set(None),
            version: Set(1),
        };
        saved.insert(step.tx()).await?;
        step.record(STREAM, id, "saved", json!({ "name": name, "call": call }));
        step.wrote(template::Entity, id);
        Ok(Done { id, version: 1 })
    })
    .await
}

/// Changes a template's name and description.
pub async fn change(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    (name, description): (&str, &str),
) -> Result<Done, Refusal> {
    let (name, description) = words(name, description)?;
    let set = vec![
        (template::Column::Name, Expr::value(name.clone())),
        (template::Column::Description, Expr::value(description)),
    ];
    write(app, who, command, id, ("changed", json!({ "name": name })), set).await
}

/// Takes a template out of use. Calls that began from it stay as they are.
pub async fn retire(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let set = vec![(template::Column::RetiredAt, Expr::value(app.now()))];
    write(app, who, command, id, ("retired", json!({})), set).await
}

async fn write(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    (event, payload): (&'static str, Value),
    set: Vec<(template::Column, SimpleExpr)>,
) -> Result<Done, Refusal> {
    let row = find(app.db.read(), who, id).await?;
    command.check_version(row.version)?;
    if row.retired_at.is_some() {
        return Err(Refusal::rule("template-retired"));
    }
    app.act(who, command, move |step| async move {
        let mut update = template::Entity::update_many()
            .col_expr(template::Column::Version, Expr::value(row.version + 1))
            .filter(template::Column::TenantId.eq(row.tenant_id))
            .filter(template::Column::Id.eq(id))
            .filter(template::Column::Version.eq(row.version));
        for (column, value) in set {
            update = update.col_expr(column, value);
        }
        if update.exec(step.tx()).await?.rows_affected == 0 {
            return Err(Refusal::Stale);
        }
        step.record(STREAM, id, event, payload);
        step.wrote(template::Entity, id);
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Drafts a call from a template, from an earlier call, or from nothing.
pub async fn start(
    app: &App,
    who: &Who,
    command: &Command,
    organization: Option<Uuid>,
    from: From,
    (title, opens_at): (&str, Option<Millis>),
) -> Result<Done, Refusal> {
    let (content, source) = from.content(app, who).await?;
    let settings = content.settings.clone();
    let input = content.call(title, opens_at, app.now());
    create_with(app, who, command, organization, input, (settings, source)).await
}

/// The templates of the reader's offices, newest first. `retired`: also those out of use.
pub async fn list(app: &App, who: &Who, retired: bool, paging: &Paging) -> Result<List<template::Model>, Refusal> {
    let mut seen = Condition::any().add(template::Column::Id.is_null());
    for path in who.subtrees(OFFICE) {
        seen = seen.add(template::Column::Path.starts_with(path));
    }
    let mut select = template::Entity::find().filter(template::Column::TenantId.eq(who.tenant)).filter(seen);
    if !retired {
        select = select.filter(template::Column::RetiredAt.is_null());
    }
    let (key, id) = (template::Column::CreatedAt, template::Column::Id);
    let rows = paging.select::<_, _, Millis>(select, key, id, Sort::Descending)?.all(app.db.read()).await?;
    paging.list(rows, |row| (row.created_at, row.id))
}
