//! Facts about presence, for people's eyes. Plugins propose them; hours are counted by the host alone, elsewhere.

use super::records::Reader;
use crate::http::list::{List, Paging, Sort};
use crate::{App, Refusal};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use twoway_entity::plugins::attendance_fact;

/// Which facts.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// A pseudonym.
    pub person: Option<String>,
    pub session: Option<String>,
}

/// A page of facts, newest first: all of them for the staff, for everybody else the own ones.
pub async fn facts(
    app: &App,
    reader: &Reader,
    asked: &Asked,
    paging: &Paging,
) -> Result<List<attendance_fact::Model>, Refusal> {
    use attendance_fact::Column as C;
    let mut found = attendance_fact::Entity::find()
        .filter(C::TenantId.eq(app.tenant))
        .filter(C::ProjectId.eq(reader.site.project()));
    if !reader.insider.is_staff() {
        found = found.filter(C::Person.eq(&reader.insider.pseudonym));
    }
    if let Some(person) = &asked.person {
        found = found.filter(C::Person.eq(person));
    }
    if let Some(session) = &asked.session {
        found = found.filter(C::Session.eq(session));
    }
    let page = paging.select::<_, _, i64>(found, C::At, C::Id, Sort::Descending)?;
    paging.list(page.all(app.db.read()).await?, |row| (row.at, row.id))
}
