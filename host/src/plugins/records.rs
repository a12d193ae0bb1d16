//! Records for people's eyes: who sees which, what of them, and the stated reason for looking under a seal.

use super::people::{self, Insider};
use super::site::{Site, is_erased, is_kept_sealed};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal, Who};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use twoway_entity::plugins::{Phase, disclosure, record, record_index};
use twoway_ids::{MINUTE, Millis, Uuid};
use twoway_manifest::{Action, DataClass, Field, FieldProblem, RecordKind};

/// How long sealed fields stay open to who gave a reason.
pub const OPEN_FOR: Millis = 30 * MINUTE;

/// A reader inside a project.
pub struct Reader {
    pub site: Arc<Site>,
    pub insider: Insider,
}

impl Reader {
    /// Errors: [`Refusal::NotFound`] where there is no plugin.
    pub async fn enter(app: &App, who: &Who, project: Uuid) -> Result<Self, Refusal> {
        let site = Site::get(app, project).await?;
        let insider = people::insider(app, &site, who).await?.ok_or(Refusal::SignedOut)?;
        Ok(Self { site: Arc::new(site), insider })
    }

    /// Whether the reader sees every record of a kind, and not only the own ones.
    pub fn sees_all(&self, kind: &RecordKind) -> bool {
        // Everybody who is signed in is a participant: that alone opens nobody else's records.
        self.insider.leads() || kind.readers.iter().any(|r| r != "participant" && self.insider.has(r))
    }

    /// Whether the reader may give a reason and look under the seals of a record that is visible.
    pub fn may_reveal(&self) -> bool {
        self.insider.member.is_some() || self.insider.leads()
    }

    fn rows(&self, app: &App) -> Select<record::Entity> {
        record::Entity::find()
            .filter(record::Column::TenantId.eq(app.tenant))
            .filter(record::Column::ProjectId.eq(self.site.project()))
    }

    /// The records that are the reader's own: entered by or for them, naming them in an index, or belonging to such a record. A
    /// visit belongs to the enrolment that its index names.
    async fn own(&self, app: &App) -> Result<Condition, Refusal> {
        let mut mine =
            Condition::any().add(record::Column::Id.in_subquery(self.naming(app, [self.insider.pseudonym.clone()])));
        if let Some(member) = self.insider.member {
            mine = mine.add(record::Column::CreatedBy.eq(member));
        }
        let ids: Vec<Uuid> = self
            .rows(app)
            .filter(mine)
            .select_only()
            .column(record::Column::Id)
            .order_by_desc(record::Column::Id)
            .limit(MAX_OWN)
            .into_tuple()
            .all(app.db.read())
            .await?;
        let words: Vec<String> = ids.iter().map(Uuid::to_string).collect();
        Ok(Condition::any()
            .add(record::Column::Id.is_in(ids))
            .add(record::Column::Id.in_subquery(self.naming(app, words))))
    }

    fn naming(&self, app: &App, words: impl IntoIterator<Item = String>) -> SelectStatement {
        use record_index::Column as I;
        Query::select()
            .column(I::RecordId)
            .from(record_index::Entity)
            .and_where(I::TenantId.eq(app.tenant))
            .and_where(I::ProjectId.eq(self.site.project()))
            .and_where(I::Word.is_in(words))
            .to_owned()
    }

    /// One record that the reader may see. Errors: [`Refusal::NotFound`], also where it is somebody else's.
    pub async fn record(&self, app: &App, id: Uuid) -> Result<record::Model, Refusal> {
        let row =
            self.rows(app).filter(record::Column::Id.eq(id)).one(app.db.read()).await?.ok_or(Refusal::NotFound)?;
        if self.sees_all(self.site.kind(&row.kind)?) {
            return Ok(row);
        }
        let own = self.own(app).await?;
        let mine = self.rows(app).filter(record::Column::Id.eq(id)).filter(own).one(app.db.read()).await?;
        mine.ok_or(Refusal::NotFound)
    }

    /// A page of one kind, newest first.
    pub async fn page(&self, app: &App, asked: &Asked) -> Result<Page, Refusal> {
        let kind = self.site.loaded.description().record(&asked.kind).ok_or(Refusal::NotFound)?;
        let mut rows = self.rows(app).filter(record::Column::Kind.eq(&asked.kind));
        if let Some(state) = &asked.state {
            rows = rows.filter(record::Column::State.eq(state));
        }
        if !self.sees_all(kind) {
            rows = rows.filter(self.own(app).await?);
        }
        if let Some(before) = asked.before {
            rows = rows.filter(record::Column::Id.lt(before));
        }
        let limit = asked.limit.clamp(1, 100);
        let mut rows = rows.order_by_desc(record::Column::Id).limit(limit + 1).all(app.db.read()).await?;
        let more = rows.len() as u64 > limit;
        rows.truncate(usize::try_from(limit).unwrap_or(100));
        let next = if more { rows.last().map(|r| r.id) } else { None };
        Ok(Page { rows, next })
    }

    /// Titles of those of these records whose kinds the reader sees, by id.
    pub async fn titles(&self, app: &App, ids: Vec<Uuid>) -> Result<HashMap<String, String>, Refusal> {
        let mut titles = HashMap::new();
        for row in self.rows(app).filter(record::Column::Id.is_in(ids)).all(app.db.read()).await? {
            if self.sees_all(self.site.kind(&row.kind)?) {
                titles.insert(row.id.to_string(), title(&row));
            }
        }
        Ok(titles)
    }

    /// How many records of each kind and state the reader sees.
    pub async fn counts(&self, app: &App) -> Result<Vec<(String, String, i64)>, Refusal> {
        let seen: Vec<&str> = self
            .site
            .loaded
            .description()
            .records
            .iter()
            .filter(|k| self.sees_all(k))
            .map(|k| k.key.as_str())
            .collect();
        let all = Condition::any().add(record::Column::Kind.is_in(seen)).add(self.own(app).await?);
        Ok(self
            .rows(app)
            .filter(all)
            .select_only()
            .column(record::Column::Kind)
            .column(record::Column::State)
            .column_as(record::Column::Id.count(), "records")
            .group_by(record::Column::Kind)
            .group_by(record::Column::State)
            .into_tuple()
            .all(app.db.read())
            .await?)
    }

    /// Every described field of a record, as far as this reader may see it now.
    pub fn fields<'a>(&'a self, row: &record::Model, opened: bool) -> Result<Vec<(&'a Field, Seen)>, Refusal> {
        let kind = self.site.kind(&row.kind)?;
        kind.fields
            .iter()
            .map(|field| {
                let seen = match row.data.get(&field.key) {
                    None | Some(Value::Null) => Seen::Nothing,
                    Some(value) if is_erased(value) => Seen::Erased,
                    Some(_) if field.secret => Seen::Secret,
                    Some(_) if is_kept_sealed(field) && !opened => Seen::Sealed,
                    Some(_) => self.site.open(row, field)?.map_or(Seen::Nothing, Seen::Content),
                };
                Ok((field, seen))
            })
            .collect()
    }

    /// The actions that the reader may ask for on this record, or on the whole project, in the project's present phase.
    pub fn offered(&self, row: Option<&record::Model>) -> impl Iterator<Item = &Action> {
        let target = row.map(|r| (r.kind.clone(), r.state.clone()));
        let phase = self.site.phase();
        self.site.loaded.description().actions.iter().filter(move |action| {
            let target = target.as_ref().map(|(kind, state)| (kind.as_str(), state.as_str()));
            let open = match phase {
                Phase::Preparing | Phase::Running => true,
                Phase::Held => action.protective,
                Phase::Ended => false,
            };
            open && action.permits(&self.insider.roles, target)
        })
    }

    /// Whether the reader has stated a reason that still holds.
    pub async fn has_opened(&self, app: &App, record: Uuid) -> Result<bool, Refusal> {
        let Some(account) = self.insider.account else { return Ok(false) };
        let open = disclosure::Entity::find()
            .filter(disclosure::Column::TenantId.eq(app.tenant))
            .filter(disclosure::Column::RecordId.eq(record))
            .filter(disclosure::Column::AccountId.eq(account))
            .filter(disclosure::Column::ExpiresAt.gt(app.now()))
            .one(app.db.read())
            .await?;
        Ok(open.is_some())
    }
}

/// More own records than a person has in one project.
const MAX_OWN: u64 = 500;

/// Which page of records.
#[derive(Clone, Debug)]
pub struct Asked {
    pub kind: String,
    pub state: Option<String>,
    /// The last id of the page before.
    pub before: Option<Uuid>,
    pub limit: u64,
}

pub struct Page {
    pub rows: Vec<record::Model>,
    pub next: Option<Uuid>,
}

/// What a reader sees of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    Nothing,
    Content(Value),
    /// Sensitive or minors' data: a reason opens it for half an hour.
    Sealed,
    /// Compared, never shown.
    Secret,
    /// Its retention was over.
    Erased,
}

/// How a record is called in lists: its title field, else the end of its id.
pub fn title(row: &record::Model) -> String {
    match row.title.as_deref().map(str::trim) {
        Some(title) if !title.is_empty() => title.to_string(),
        _ => {
            let id = row.id.simple().to_string();
            id[id.len() - 6..].to_uppercase()
        }
    }
}

/// Opens the sealed fields of a record to the reader for half an hour, for a stated reason that stands in the record's history.
///
/// Errors: a reason of under 4 or over 200 characters.
pub async fn disclose(
    app: &App,
    who: &Who,
    command: &Command,
    project: Uuid,
    record: Uuid,
    reason: String,
) -> Result<Done, Refusal> {
    let disclosing = async {
        let reader = Reader::enter(app, who, project).await?;
        let row = reader.record(app, record).await?;
        if !reader.may_reveal() {
            return Err(Refusal::NotAllowed);
        }
        let reason = reason.trim().to_string();
        match reason.chars().count() {
            0..4 => return Err(Refusal::of("reason-too-short", "P11")),
            4..=200 => {}
            _ => return Err(Refusal::field("reason", FieldProblem::TooLong { max: 200 })),
        }
        let kind = reader.site.kind(&row.kind)?;
        let classes: Vec<&str> = DataClass::ALL
            .into_iter()
            .filter(|c| c.is_sealed() && kind.fields.iter().any(|f| f.class == *c && !f.secret))
            .map(DataClass::as_str)
            .collect();
        let account = who.account().ok_or(Refusal::SignedOut)?;
        let classes = json!(classes);
        app.act(who, command, move |step| async move {
            let id = step.new_id();
            let expires = step.now() + OPEN_FOR;
            let row = disclosure::ActiveModel {
                tenant_id: Set(step.who().tenant),
                id: Set(id),
                project_id: Set(project),
                record_id: Set(record),
                account_id: Set(account),
                reason: Set(reason.clone()),
                at: Set(step.now()),
                expires_at: Set(expires),
            };
            row.insert(step.tx()).await?;
            step.wrote(disclosure::Entity, id);
            step.record("record", record, "disclosed", json!({"reason": reason, "classes": classes, "until": expires}));
            Ok(Done { id, version: 1 })
        })
        .await
    };
    app.once(who, command, disclosing).await
}

/// Who looked under the seals of a record, newest first; at most 50.
pub async fn disclosures(app: &App, record: Uuid) -> Result<Vec<disclosure::Model>, Refusal> {
    Ok(disclosure::Entity::find()
        .filter(disclosure::Column::TenantId.eq(app.tenant))
        .filter(disclosure::Column::RecordId.eq(record))
        .order_by_desc(disclosure::Column::Id)
        .limit(50)
        .all(app.db.read())
        .await?)
}
