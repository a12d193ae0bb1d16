//! What a plugin calls its records, for those who read of them outside the project.

use super::registry::Loaded;
use crate::http::texts::Locale;
use crate::{App, Refusal};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::collections::HashMap;
use std::sync::Arc;
use twoway_entity::plugins::{project_plugin, record};
use twoway_ids::Uuid;
use twoway_manifest::text_key;

/// The words for one record.
pub struct RecordWords {
    loaded: Arc<Loaded>,
    kind: String,
}

impl RecordWords {
    pub fn kind(&self, locale: Locale) -> String {
        self.loaded.word(locale, &text_key(&["record", &self.kind]))
    }

    /// None where the plugin has no such action.
    pub fn action(&self, locale: Locale, name: &str) -> Option<String> {
        self.loaded.description().action(name)?;
        Some(self.loaded.word(locale, &text_key(&["action", name])))
    }

    pub fn state(&self, locale: Locale, state: &str) -> String {
        self.loaded.word(locale, &text_key(&["state", &self.kind, state]))
    }
}

/// The words for these records, by id. Two queries, and one for each plugin that is not loaded yet.
pub async fn record_words(app: &App, ids: Vec<Uuid>) -> Result<HashMap<Uuid, RecordWords>, Refusal> {
    let rows = record::Entity::find()
        .filter(record::Column::TenantId.eq(app.tenant))
        .filter(record::Column::Id.is_in(ids))
        .all(app.db.read())
        .await?;
    let pins = project_plugin::Entity::find()
        .filter(project_plugin::Column::TenantId.eq(app.tenant))
        .filter(project_plugin::Column::ProjectId.is_in(rows.iter().map(|row| row.project_id)))
        .all(app.db.read())
        .await?;
    let mut loaded = HashMap::new();
    for pin in pins {
        loaded.insert(pin.project_id, app.plugins.load(app, &pin.digest).await?);
    }
    let words = rows.into_iter().filter_map(|row| {
        let loaded = loaded.get(&row.project_id)?.clone();
        Some((row.id, RecordWords { loaded, kind: row.kind }))
    });
    Ok(words.collect())
}
