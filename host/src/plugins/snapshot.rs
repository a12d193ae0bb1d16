use super::people::{self, Person};
use super::site::{Site, is_kept_sealed};
use crate::calendar::Calendar;
use crate::{App, Refusal};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use subtle::ConstantTimeEq;
use tokio::runtime::Handle;
use twoway_entity::plugins::{ledger_entry, one_time_code, project_member, record, record_index, secret_guess};
use twoway_ids::{DAY, Millis, Uuid};
use twoway_runtime::{Broken, Find, Item, Snapshot, secret_matches};

/// A person may have answers compared with secrets of one record kind so often in thirty days.
pub const SECRET_TRIES: u64 = 3;
/// Comparisons are counted over so long.
pub const SECRET_WINDOW: Millis = 30 * DAY;
/// After so many wrong guesses a one-time code is worth nothing.
const CODE_TRIES: i32 = 5;

/// What one decision may read: this project's rows, on connections of its own, from a decision thread.
pub(super) struct DbSnapshot {
    pub app: App,
    pub handle: Handle,
    pub site: Arc<Site>,
    /// For whom it is asked: the person acted for, else the actor.
    pub subject: Option<(String, Option<Uuid>)>,
    /// The same for all tries of one request: what is counted is counted once.
    pub question: Uuid,
    pub now: Millis,
    pub calendar: Option<Calendar>,
}

fn broken(refusal: Refusal) -> Broken {
    Broken(refusal_words(&refusal))
}

fn refusal_words(refusal: &Refusal) -> String {
    refusal.to_string()
}

fn broken_db(error: sea_orm::DbErr) -> Broken {
    Broken(error.to_string())
}

impl DbSnapshot {
    fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.handle.block_on(work)
    }

    fn rows(&self) -> Select<record::Entity> {
        record::Entity::find()
            .filter(record::Column::TenantId.eq(self.app.tenant))
            .filter(record::Column::ProjectId.eq(self.site.project()))
    }

    fn row(&self, id: &str) -> Result<Option<record::Model>, Broken> {
        let Ok(id) = Uuid::parse_str(id) else { return Ok(None) };
        self.wait(self.rows().filter(record::Column::Id.eq(id)).one(self.app.db.read())).map_err(broken_db)
    }

    fn matching(
        &self,
        kind: &str,
        states: &[String],
        condition: &Value,
    ) -> Result<Select<record::Entity>, twoway_runtime::Refusal> {
        let mut rows = self.rows().filter(record::Column::Kind.eq(kind));
        if !states.is_empty() {
            rows = rows.filter(record::Column::State.is_in(states));
        }
        for (field, wanted) in condition.as_object().into_iter().flatten() {
            let index = self.index(kind, field);
            let ids = match wanted {
                Value::Null => {
                    rows = rows.filter(record::Column::Id.not_in_subquery(index));
                    continue;
                }
                Value::Object(range) => between(index, range.get("from"), range.get("to")),
                exact => equal(index, exact),
            };
            rows = rows.filter(record::Column::Id.in_subquery(ids.ok_or(twoway_runtime::Refusal::NotAllowed)?));
        }
        Ok(rows)
    }

    fn index(&self, kind: &str, field: &str) -> SelectStatement {
        use record_index::Column as C;
        Query::select()
            .column(C::RecordId)
            .from(record_index::Entity)
            .and_where(C::TenantId.eq(self.app.tenant))
            .and_where(C::ProjectId.eq(self.site.project()))
            .and_where(C::Kind.eq(kind))
            .and_where(C::Field.eq(field))
            .to_owned()
    }

    fn calendar(&mut self) -> Result<&Calendar, Broken> {
        if self.calendar.is_none() {
            let load = crate::calendar::load(self.app.db.read(), self.app.tenant, self.app.config.utc_offset_minutes);
            self.calendar = Some(self.wait(load).map_err(broken)?);
        }
        self.calendar.as_ref().ok_or_else(|| Broken("no calendar".to_string()))
    }

    /// Counts one comparison before it is answered, so that an answer is never free. False: too many already.
    fn may_guess(&self, person: &str, kind: &str, record: Uuid) -> Result<bool, Broken> {
        let (app, tenant, project, now) = (self.app.clone(), self.app.tenant, self.site.project(), self.now);
        let (person, kind) = (person.to_string(), kind.to_string());
        let question = format!("{}:{record}", self.question.simple());
        self.wait(app.clone().db.transact(move |tx| async move {
            use secret_guess::Column as C;
            // Whoever asks holds the lock of the own member row, so that two requests at once cannot both be the third.
            project_member::Entity::update_many()
                .col_expr(project_member::Column::Version, Expr::col(project_member::Column::Version).add(0))
                .filter(project_member::Column::TenantId.eq(tenant))
                .filter(project_member::Column::ProjectId.eq(project))
                .filter(project_member::Column::Pseudonym.eq(&person))
                .exec(&*tx)
                .await?;
            let tries = secret_guess::Entity::find()
                .filter(C::TenantId.eq(tenant))
                .filter(C::ProjectId.eq(project))
                .filter(C::Person.eq(&person))
                .filter(C::Kind.eq(&kind))
                .filter(C::At.gt(now - SECRET_WINDOW))
                .select_only()
                .column(C::Question)
                .distinct()
                .into_tuple::<String>()
                .all(&*tx)
                .await?;
            let of = |q: &str| q.split(':').next().unwrap_or_default().to_string();
            let asked: BTreeSet<String> = tries.iter().map(|q| of(q)).collect();
            if tries.contains(&question) {
                return Ok(true);
            }
            if !asked.contains(&of(&question)) && asked.len() as u64 >= SECRET_TRIES {
                return Ok(false);
            }
            let row = secret_guess::ActiveModel {
                tenant_id: sea_orm::ActiveValue::Set(tenant),
                id: sea_orm::ActiveValue::Set(twoway_ids::new_id(now)),
                project_id: sea_orm::ActiveValue::Set(project),
                person: sea_orm::ActiveValue::Set(person),
                kind: sea_orm::ActiveValue::Set(kind),
                record_id: sea_orm::ActiveValue::Set(record),
                question: sea_orm::ActiveValue::Set(question),
                at: sea_orm::ActiveValue::Set(now),
            };
            secret_guess::Entity::insert(row).exec_without_returning(&*tx).await?;
            Ok(true)
        }))
        .map_err(broken)
    }
}

impl Snapshot for DbSnapshot {
    fn get(&mut self, id: &str) -> Result<Option<Item>, Broken> {
        let Some(row) = self.row(id)? else { return Ok(None) };
        self.site.item(&row).map(Some).map_err(broken)
    }

    fn find(&mut self, question: &Find) -> Result<Result<Vec<Item>, twoway_runtime::Refusal>, Broken> {
        let mut rows = match self.matching(&question.kind, &question.states, &question.r#where) {
            Ok(rows) => rows,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if let Some(after) = &question.after {
            let Ok(after) = Uuid::parse_str(after) else { return Ok(Err(twoway_runtime::Refusal::NotFound)) };
            rows = rows.filter(record::Column::Id.gt(after));
        }
        let rows = rows.order_by_asc(record::Column::Id).limit(u64::from(question.limit));
        let found = self.wait(rows.all(self.app.db.read())).map_err(broken_db)?;
        found.iter().map(|row| self.site.item(row)).collect::<Result<_, _>>().map(Ok).map_err(broken)
    }

    fn count(
        &mut self,
        kind: &str,
        states: &[String],
        r#where: &Value,
    ) -> Result<Result<u64, twoway_runtime::Refusal>, Broken> {
        match self.matching(kind, states, r#where) {
            Ok(rows) => self.wait(rows.count(self.app.db.read())).map(Ok).map_err(broken_db),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    fn satisfies(&mut self, who: &str, predicate: &str) -> Result<Result<bool, String>, Broken> {
        if !people::is_predicate(predicate) {
            return Ok(Err(format!("the host knows no predicate '{predicate}'")));
        }
        let (db, tenant) = (self.app.db.read(), self.app.tenant);
        let own = self.subject.as_ref().filter(|(pseudonym, _)| pseudonym == who).and_then(|(_, account)| *account);
        let person = match own {
            Some(account) => Some(Person::Account(account)),
            None => {
                let found = people::member_by_pseudonym(db, tenant, self.site.project(), who);
                self.wait(found).map_err(broken)?.filter(|m| m.ended_at.is_none()).map(|m| Person::of(&m))
            }
        };
        let Some(person) = person else { return Ok(Ok(false)) };
        self.wait(people::satisfies(db, tenant, person, predicate, self.now)).map(Ok).map_err(broken)
    }

    fn secret_matches(&mut self, record: &str, field: &str, answers: &[String]) -> Result<Result<u32, String>, Broken> {
        let Some((person, _)) = self.subject.clone() else {
            return Ok(Err("only a person can have answers compared".to_string()));
        };
        let Some(row) = self.row(record)? else { return Ok(Err("there is no such record".to_string())) };
        let site = self.site.clone();
        let kind = site.kind(&row.kind).map_err(broken)?;
        let Some(secret) = kind.fields.iter().find(|f| f.key == field && is_kept_sealed(f)) else {
            return Ok(Err("there is no such secret field".to_string()));
        };
        if !self.may_guess(&person, &row.kind, row.id)? {
            return Ok(Err("too many comparisons by this person in thirty days".to_string()));
        }
        let kept = site.open(&row, secret).map_err(broken)?.unwrap_or_default();
        Ok(Ok(secret_matches(&kept, answers)))
    }

    fn code_is_valid(&mut self, purpose: &str, target: &str, code: &str) -> Result<Result<bool, String>, Broken> {
        use one_time_code::Column as C;
        let open = one_time_code::Entity::find()
            .filter(C::TenantId.eq(self.app.tenant))
            .filter(C::ProjectId.eq(self.site.project()))
            .filter(C::Purpose.eq(purpose))
            .filter(C::Target.eq(target))
            .filter(C::SpentAt.is_null())
            .filter(C::ExpiresAt.gt(self.now))
            .filter(C::Wrong.lt(CODE_TRIES))
            .order_by_desc(C::Id)
            .limit(10);
        let open = self.wait(open.all(self.app.db.read())).map_err(broken_db)?;
        let hash = code_hash(&self.app, self.site.project(), purpose, target, code);
        if open.iter().any(|c| bool::from(c.code_hash.as_bytes().ct_eq(hash.as_bytes()))) {
            return Ok(Ok(true));
        }
        let ids: Vec<Uuid> = open.iter().map(|c| c.id).collect();
        if !ids.is_empty() {
            let tenant = self.app.tenant;
            self.wait(self.app.db.transact(move |tx| async move {
                one_time_code::Entity::update_many()
                    .col_expr(C::Wrong, Expr::col(C::Wrong).add(1))
                    .filter(C::TenantId.eq(tenant))
                    .filter(C::Id.is_in(ids))
                    .exec(&*tx)
                    .await?;
                Ok(())
            }))
            .map_err(broken)?;
        }
        Ok(Ok(false))
    }

    fn is_workday(&mut self, day: Millis) -> Result<bool, Broken> {
        let calendar = self.calendar()?;
        Ok(calendar.is_workday(calendar.local_day(day)))
    }

    fn add_workdays(&mut self, start: Millis, days: i32) -> Result<Millis, Broken> {
        let calendar = self.calendar()?;
        if let Ok(forward) = u32::try_from(days) {
            return Ok(calendar.add_workdays(start, forward));
        }
        let mut day = calendar.local_day(start);
        let mut left = days.unsigned_abs();
        while left > 0 {
            let Some(before) = day.pred_opt() else { break };
            day = before;
            left -= u32::from(calendar.is_workday(day));
        }
        Ok(calendar.start_of(day))
    }

    fn balance(&mut self, book: &str, key: &str) -> Result<Result<i64, String>, Broken> {
        let sum = balance(self.app.db.read(), self.app.tenant, self.site.project(), book, key);
        self.wait(sum).map(Ok).map_err(broken)
    }

    fn new_id(&mut self, _nth: u32) -> String {
        twoway_ids::new_id(self.now).to_string()
    }
}

/// What stands in a book under a key.
pub(super) async fn balance(
    db: &impl sea_orm::ConnectionTrait,
    tenant: Uuid,
    project: Uuid,
    book: &str,
    key: &str,
) -> Result<i64, Refusal> {
    use ledger_entry::Column as C;
    let quantities: Option<Option<i64>> = ledger_entry::Entity::find()
        .select_only()
        .column_as(Expr::col(C::Quantity).sum().cast_as("bigint"), "total")
        .filter(C::TenantId.eq(tenant))
        .filter(C::ProjectId.eq(project))
        .filter(C::Book.eq(book))
        .filter(C::Key.eq(key))
        .into_tuple()
        .one(db)
        .await?;
    Ok(quantities.flatten().unwrap_or(0))
}

pub(super) fn code_hash(app: &App, project: Uuid, purpose: &str, target: &str, code: &str) -> String {
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    app.keys.keyed_hash("one-time-code", &format!("{project}:{purpose}:{target}:{code}"))
}

fn equal(mut index: SelectStatement, wanted: &Value) -> Option<SelectStatement> {
    use record_index::Column as C;
    match indexed(wanted)? {
        (Some(word), _) => index.and_where(C::Word.eq(word)),
        (_, number) => index.and_where(C::Number.eq(number)),
    };
    Some(index)
}

fn between(mut index: SelectStatement, from: Option<&Value>, to: Option<&Value>) -> Option<SelectStatement> {
    use record_index::Column as C;
    for (bound, is_from) in [(from, true), (to, false)] {
        let Some(bound) = bound.filter(|b| !b.is_null()) else { continue };
        match (indexed(bound)?, is_from) {
            ((Some(word), _), true) => index.and_where(C::Word.gte(word)),
            ((Some(word), _), false) => index.and_where(C::Word.lte(word)),
            ((_, number), true) => index.and_where(C::Number.gte(number)),
            ((_, number), false) => index.and_where(C::Number.lte(number)),
        };
    }
    Some(index)
}

/// One value as the index keeps it: a text, or a number (yes is 1).
pub(super) fn indexed(value: &Value) -> Option<(Option<String>, Option<i64>)> {
    match value {
        Value::String(text) => Some((Some(text.chars().take(200).collect()), None)),
        Value::Number(number) => Some((None, Some(number.as_i64()?))),
        Value::Bool(yes) => Some((None, Some(i64::from(*yes)))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_index_keeps_texts_numbers_and_yes() {
        assert_eq!(indexed(&json!("x")), Some((Some("x".to_string()), None)));
        assert_eq!(indexed(&json!(true)), Some((None, Some(1))));
        assert_eq!(indexed(&json!([1])), None);
    }
}
