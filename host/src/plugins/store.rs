//! The only writer of records.

use super::decide::Prepared;
use super::erase::Plan;
use super::site::{Site, erased, field_place, is_kept_sealed};
use super::snapshot::indexed;
use crate::Refusal;
use crate::lifecycle::Step;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Map, Value, json};
use twoway_entity::plugins::{record, record_index};
use twoway_ids::Uuid;
use twoway_manifest::{DataClass, Field, RecordKind};

/// Makes a record. `data` was checked and is plain; what is to be sealed is sealed here.
pub(super) async fn create(
    step: &Step,
    site: &Site,
    (id, kind, state): (&str, &str, &str),
    data: &Value,
    created_by: Option<Uuid>,
    decision: Uuid,
) -> Result<Uuid, Refusal> {
    let id = Uuid::parse_str(id).map_err(|_| anyhow::anyhow!("a new record's id is no id"))?;
    let described = site.kind(kind)?;
    let empty = Map::new();
    let plain = data.as_object().unwrap_or(&empty);
    let row = record::ActiveModel {
        tenant_id: Set(step.who().tenant),
        id: Set(id),
        project_id: Set(site.project()),
        kind: Set(kind.to_string()),
        state: Set(state.to_string()),
        version: Set(1),
        data: Set(seal(site, described, id, plain)?.into()),
        title: Set(title(described, plain)),
        created_by: Set(created_by),
        created_at: Set(step.now()),
        changed_at: Set(step.now()),
        ended_at: Set(is_end(described, state).then_some(step.now())),
        erase_at: Set(is_end(described, state).then_some(step.now())),
    };
    row.insert(step.tx()).await?;
    step.wrote(record::Entity, id);
    write_index(step, site, described, id, plain).await?;
    let payload = json!({"kind": kind, "decision": decision, "fields": shown(site, described, plain)});
    step.moved("record", id, "created", None, Some(state.to_string()), payload);
    Ok(id)
}

/// Changes a record by a checked, plain merge patch.
///
/// Errors: [`Refusal::Stale`] when the record moved on since the decision's turn was taken, which cannot happen inside one.
pub(super) async fn update(
    step: &Step,
    site: &Site,
    id: &str,
    state: Option<&str>,
    patch: &Value,
    p: &Prepared,
) -> Result<Uuid, Refusal> {
    let id = Uuid::parse_str(id).map_err(|_| Refusal::Stale)?;
    let row = record::Entity::find_by_id((step.who().tenant, id)).one(step.tx()).await?;
    let row = row.filter(|r| r.project_id == site.project()).ok_or(Refusal::Stale)?;
    let described = site.kind(&row.kind)?;
    let empty = Map::new();
    let patch = patch.as_object().unwrap_or(&empty);
    let changed: Map<String, Value> =
        patch.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.clone(), v.clone())).collect();
    let mut data = row.data.as_object().cloned().unwrap_or_default();
    data.retain(|key, _| !patch.contains_key(key));
    data.extend(seal(site, described, id, &changed)?);
    let next = state.unwrap_or(&row.state).to_string();
    let title = match &described.title_field {
        Some(field) if patch.contains_key(field) => title(described, &changed),
        _ => row.title.clone(),
    };
    let ended = row.ended_at.or_else(|| is_end(described, &next).then_some(step.now()));
    use record::Column as C;
    let moved = record::Entity::update_many()
        .col_expr(C::State, Expr::value(next.clone()))
        .col_expr(C::Version, Expr::value(row.version + 1))
        .col_expr(C::Data, Expr::value(Value::Object(data.clone())))
        .col_expr(C::Title, Expr::value(title))
        .col_expr(C::ChangedAt, Expr::value(step.now()))
        .col_expr(C::EndedAt, Expr::value(ended))
        .col_expr(C::EraseAt, Expr::value(ended.map(|_| step.now())))
        .filter(C::TenantId.eq(step.who().tenant))
        .filter(C::Id.eq(id))
        .filter(C::Version.eq(row.version))
        .exec(step.tx())
        .await?;
    if moved.rows_affected != 1 {
        return Err(Refusal::Stale);
    }
    step.wrote(record::Entity, id);
    if described.indexes.iter().any(|key| patch.contains_key(key)) {
        record_index::Entity::delete_many()
            .filter(record_index::Column::TenantId.eq(step.who().tenant))
            .filter(record_index::Column::RecordId.eq(id))
            .exec(step.tx())
            .await?;
        write_index(step, site, described, id, &data).await?;
    }
    let removed: Vec<&String> = patch.iter().filter(|(_, v)| v.is_null()).map(|(k, _)| k).collect();
    let payload = json!({"decision": p.id, "fields": shown(site, described, &changed), "removed": removed});
    step.moved("record", id, p.hook().1, Some(row.state), Some(next), payload);
    Ok(id)
}

/// Takes the content of fields whose retention is over out of a record. Its event names the fields, and says nothing of what was in
/// them; state and history stay.
///
/// Errors: [`Refusal::Stale`] when the record moved on.
pub(super) async fn erase(step: &Step, kind: &RecordKind, row: record::Model, plan: Plan) -> Result<(), Refusal> {
    use record::Column as C;
    let mut data = row.data.as_object().cloned().unwrap_or_default();
    for field in &plan.fields {
        data.insert(field.clone(), erased());
    }
    let titled = kind.title_field.as_ref().is_some_and(|field| plan.fields.contains(field));
    let erased = record::Entity::update_many()
        .col_expr(C::Version, Expr::value(row.version + 1))
        .col_expr(C::Data, Expr::value(Value::Object(data)))
        .col_expr(C::Title, Expr::value(row.title.filter(|_| !titled)))
        .col_expr(C::EraseAt, Expr::value(plan.next))
        .filter(C::TenantId.eq(step.who().tenant))
        .filter(C::Id.eq(row.id))
        .filter(C::Version.eq(row.version))
        .exec(step.tx())
        .await?;
    if erased.rows_affected != 1 {
        return Err(Refusal::Stale);
    }
    record_index::Entity::delete_many()
        .filter(record_index::Column::TenantId.eq(step.who().tenant))
        .filter(record_index::Column::RecordId.eq(row.id))
        .filter(record_index::Column::Field.is_in(&plan.fields))
        .exec(step.tx())
        .await?;
    step.wrote(record::Entity, row.id);
    step.wrote(record_index::Entity, row.id);
    let state = Some(row.state);
    step.moved("record", row.id, "erased", state.clone(), state, json!({ "fields": plan.fields }));
    Ok(())
}

fn is_end(kind: &RecordKind, state: &str) -> bool {
    kind.states.iter().any(|s| s.end && s.key == state)
}

fn title(kind: &RecordKind, plain: &Map<String, Value>) -> Option<String> {
    let value = plain.get(kind.title_field.as_ref()?)?;
    Some(value.as_str().map_or_else(|| value.to_string(), str::to_string))
}

fn seal(site: &Site, kind: &RecordKind, id: Uuid, plain: &Map<String, Value>) -> Result<Map<String, Value>, Refusal> {
    let mut kept = Map::new();
    for (key, value) in plain {
        let sealed = kind.fields.iter().any(|f| &f.key == key && is_kept_sealed(f));
        let value = if sealed { site.key.seal_value(&field_place(id, key), value)? } else { value.clone() };
        kept.insert(key.clone(), value);
    }
    Ok(kept)
}

/// What an event may say of the content for ever: the values of P0 and P1 that are not to be erased, of all else only that it was
/// set.
fn shown(site: &Site, kind: &RecordKind, plain: &Map<String, Value>) -> Map<String, Value> {
    let stays = |f: &Field| !f.secret && f.class <= DataClass::P1 && site.loaded.manifest.retention_days(f).is_none();
    let open = |key: &str| kind.fields.iter().any(|f| f.key == key && stays(f));
    plain.iter().map(|(key, value)| (key.clone(), if open(key) { value.clone() } else { Value::Null })).collect()
}

async fn write_index(
    step: &Step,
    site: &Site,
    kind: &RecordKind,
    id: Uuid,
    data: &Map<String, Value>,
) -> Result<(), Refusal> {
    step.wrote(record_index::Entity, id);
    let mut rows = Vec::new();
    for field in &kind.indexes {
        let values: Vec<&Value> = match data.get(field) {
            None => continue,
            Some(Value::Array(list)) => list.iter().collect(),
            Some(one) => vec![one],
        };
        for (nth, value) in values.into_iter().enumerate() {
            let Some((word, number)) = indexed(value) else { continue };
            rows.push(record_index::ActiveModel {
                tenant_id: Set(step.who().tenant),
                record_id: Set(id),
                field: Set(field.clone()),
                nth: Set(i32::try_from(nth).unwrap_or(i32::MAX)),
                project_id: Set(site.project()),
                kind: Set(kind.key.clone()),
                word: Set(word),
                number: Set(number),
            });
        }
    }
    if !rows.is_empty() {
        record_index::Entity::insert_many(rows).exec_without_returning(step.tx()).await?;
    }
    Ok(())
}
