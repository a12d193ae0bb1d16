use super::registry::Loaded;
use crate::vault::DataKey;
use crate::{App, Refusal};
use sea_orm::EntityTrait;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use twoway_entity::plugins::{Phase, project_plugin, record};
use twoway_ids::Uuid;
use twoway_manifest::{Field, Grant, RecordKind};
use twoway_runtime::Item;

/// A project's plugin, ready to be asked: the pin as it was read, the loaded code, and the key to the project's sealed fields.
pub struct Site {
    pub row: project_plugin::Model,
    pub sponsors: Vec<Uuid>,
    pub grant: Grant,
    pub loaded: Arc<Loaded>,
    pub key: DataKey,
}

impl Site {
    /// None where the project runs no plugin.
    pub async fn find(app: &App, project: Uuid) -> Result<Option<Self>, Refusal> {
        let Some(row) = project_plugin::Entity::find_by_id((app.tenant, project)).one(app.db.read()).await? else {
            return Ok(None);
        };
        Ok(Some(Self {
            sponsors: serde_json::from_value(row.sponsors.clone())?,
            grant: serde_json::from_value(row.grant_given.clone())?,
            loaded: app.plugins.load(app, &row.digest).await?,
            key: DataKey::unwrap(&app.keys, project, &row.wrapped_key)?,
            row,
        }))
    }

    pub async fn get(app: &App, project: Uuid) -> Result<Self, Refusal> {
        Self::find(app, project).await?.ok_or(Refusal::NotFound)
    }

    pub fn project(&self) -> Uuid {
        self.row.project_id
    }

    pub fn phase(&self) -> Phase {
        self.row.phase
    }

    pub fn kind(&self, key: &str) -> Result<&RecordKind, Refusal> {
        Ok(self
            .loaded
            .description()
            .record(key)
            .ok_or_else(|| anyhow::anyhow!("a record of the unknown kind {key}"))?)
    }

    /// The record as the plugin may see it: what it may not read is not even opened.
    pub(super) fn item(&self, row: &record::Model) -> Result<Item, Refusal> {
        let kind = self.kind(&row.kind)?;
        let mut data = Map::new();
        for field in kind.fields.iter().filter(|f| twoway_manifest::is_readable(f, &self.grant)) {
            if let Some(value) = self.open(row, field)? {
                data.insert(field.key.clone(), value);
            }
        }
        Ok(item(row, Value::Object(data)))
    }

    /// All that a record holds, opened. Nobody and no plugin is handed it.
    pub(super) fn whole(&self, row: &record::Model) -> Result<Value, Refusal> {
        let mut data = Map::new();
        for field in &self.kind(&row.kind)?.fields {
            if let Some(value) = self.open(row, field)? {
                data.insert(field.key.clone(), value);
            }
        }
        Ok(Value::Object(data))
    }

    /// The plain content of one field; none where there is none.
    pub(super) fn open(&self, row: &record::Model, field: &Field) -> Result<Option<Value>, Refusal> {
        match row.data.get(&field.key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) if is_erased(value) => Ok(None),
            Some(value) if is_kept_sealed(field) => {
                Ok(Some(self.key.open_value(&field_place(row.id, &field.key), value)?))
            }
            Some(value) => Ok(Some(value.clone())),
        }
    }
}

/// The record with this content.
pub(super) fn item(row: &record::Model, data: Value) -> Item {
    Item {
        id: row.id.to_string(),
        kind: row.kind.clone(),
        state: row.state.clone(),
        version: u32::try_from(row.version).unwrap_or(0),
        data,
        created: row.created_at,
        changed: row.changed_at,
    }
}

const ERASED: &str = "$erased";

/// What stands in the place of content whose retention is over.
pub(super) fn erased() -> Value {
    json!({ ERASED: true })
}

pub(super) fn is_erased(value: &Value) -> bool {
    value.get(ERASED).is_some()
}

/// Whether the content of a field stands encrypted in the database.
pub(super) fn is_kept_sealed(field: &Field) -> bool {
    field.secret || field.class.is_sealed()
}

pub(super) fn field_place(record: Uuid, field: &str) -> String {
    format!("record:{record}:{field}")
}
