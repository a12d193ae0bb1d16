use super::{IncidentState, answer_place, values_place};
use crate::http::list::{List, Paging, Sort};
use crate::http::texts::Locale;
use crate::plugins::records::Reader;
use crate::{App, Refusal};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Select};
use serde_json::{Map, Value};
use std::collections::HashMap;
use twoway_entity::plugins::incident;
use twoway_ids::Uuid;

/// An incident, opened for a reader who may see it.
pub struct Incident {
    pub row: incident::Model,
    /// Values of its text.
    pub values: Map<String, Value>,
    /// For those who answer for it and who reported it; none while it is open.
    pub answer: Option<String>,
}

impl Incident {
    fn open(reader: &Reader, row: incident::Model) -> Result<Self, Refusal> {
        let key = &reader.site.key;
        let values = serde_json::from_slice(&key.open(&values_place(row.id), &row.content)?)?;
        let told = reader.insider.leads() || is_own(reader, &row);
        let answer = match row.answer.as_ref().filter(|_| told) {
            Some(sealed) => Some(String::from_utf8_lossy(&key.open(&answer_place(row.id), sealed)?).into_owned()),
            None => None,
        };
        Ok(Self { row, values, answer })
    }

    /// What it was, in the plugin's words. `names`: pseudonym → name, for readers who may know it.
    pub fn text(&self, reader: &Reader, locale: Locale, names: &HashMap<String, String>) -> String {
        let mut values = self.values.clone();
        for value in values.values_mut() {
            if let Some(name) = value.as_str().and_then(|text| names.get(text)) {
                *value = name.as_str().into();
            }
        }
        reader.site.loaded.say(locale, &format!("incident-{}", self.row.what), &values)
    }
}

fn rows(app: &App, reader: &Reader) -> Select<incident::Entity> {
    incident::Entity::find()
        .filter(incident::Column::TenantId.eq(app.tenant))
        .filter(incident::Column::ProjectId.eq(reader.site.project()))
}

fn is_own(reader: &Reader, row: &incident::Model) -> bool {
    row.reported_by.is_some() && row.reported_by == reader.insider.member
}

/// A page of the project's incidents for its staff, newest first; of one state or of all.
///
/// Errors: [`Refusal::NotAllowed`] for who is not of the staff.
pub async fn list(
    app: &App,
    reader: &Reader,
    state: Option<IncidentState>,
    paging: &Paging,
) -> Result<List<Incident>, Refusal> {
    use incident::Column as C;
    if !reader.insider.is_staff() {
        return Err(Refusal::NotAllowed);
    }
    let mut found = rows(app, reader);
    if let Some(state) = state {
        found = found.filter(C::State.eq(state));
    }
    let page = paging.select::<_, _, i64>(found, C::ReportedAt, C::Id, Sort::Descending)?;
    let page = paging.list(page.all(app.db.read()).await?, |row| (row.reported_at, row.id))?;
    let items = page.items.into_iter().map(|row| Incident::open(reader, row)).collect::<Result<_, _>>()?;
    Ok(List { items, next: page.next })
}

/// One incident. Errors: [`Refusal::NotFound`], also for who is not of the staff and did not report it.
pub async fn find(app: &App, reader: &Reader, id: Uuid) -> Result<Incident, Refusal> {
    let row = rows(app, reader).filter(incident::Column::Id.eq(id)).one(app.db.read()).await?;
    let row = row.filter(|row| reader.insider.is_staff() || is_own(reader, row)).ok_or(Refusal::NotFound)?;
    Incident::open(reader, row)
}
