use super::Machine;
use crate::audit::{self, RowKey, Written};
use crate::{App, Party, Refusal, Tx, Who};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ActiveEnum, ConnectionTrait, DatabaseTransaction, EntityName, EntityTrait, ModelTrait};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use twoway_ids::{Millis, Uuid};

/// Rows that one statement moves.
const AT_ONCE: usize = 500;

/// One unit of work inside its transaction: who acts, when, and what has happened so far. Cheap to clone; must not outlive the
/// work that it was given to.
#[derive(Clone)]
pub struct Step {
    tx: Tx,
    app: App,
    who: Who,
    acting_for: Option<Uuid>,
    now: Millis,
    events: Arc<Mutex<Vec<audit::NewEvent>>>,
    written: Arc<Mutex<Written>>,
}

impl Step {
    pub(super) fn begin(tx: Tx, app: App, who: Who, acting_for: Option<Uuid>) -> Self {
        let now = app.now();
        Self { tx, app, who, acting_for, now, events: Arc::default(), written: Arc::default() }
    }

    pub fn tx(&self) -> &DatabaseTransaction {
        &self.tx
    }

    pub fn app(&self) -> &App {
        &self.app
    }

    pub fn who(&self) -> &Who {
        &self.who
    }

    pub fn now(&self) -> Millis {
        self.now
    }

    pub fn new_id(&self) -> Uuid {
        twoway_ids::new_id(self.now)
    }

    /// Moves an entity and remembers the event. `version` is the one that the decision was made on.
    ///
    /// Errors: `wrong-state` when the event does not happen in `state`; [`Refusal::Stale`] when the row has moved on.
    pub async fn advance<M: Machine>(
        &self,
        id: Uuid,
        (state, version): (M::State, i32),
        event: M::Event,
        payload: Value,
    ) -> Result<M::State, Refusal> {
        self.advance_all::<M>(state, event, vec![(id, version, payload)]).await
    }

    /// Moves entities that are all in `state` and remembers an event of each: id, the version that the decision was made on, payload.
    ///
    /// Errors: those of [`Step::advance`].
    pub async fn advance_all<M: Machine>(
        &self,
        state: M::State,
        event: M::Event,
        rows: Vec<(Uuid, i32, Value)>,
    ) -> Result<M::State, Refusal> {
        let Some(next) = M::next(state, event) else {
            return Err(super::wrong_state::<M>(state, event));
        };
        let (before, after) = (state.to_value(), next.to_value());
        self.raise(M::TABLE, Some((&before, &after)), &rows).await?;
        for (id, _, payload) in rows {
            self.remember(M::KIND, id, event.to_value(), Some(before.clone()), Some(after.clone()), payload);
        }
        Ok(next)
    }

    /// Raises the versions of rows, and moves them from one state to another. A row that is not as it was is [`Refusal::Stale`].
    async fn raise(
        &self,
        table: &'static str,
        states: Option<(&str, &str)>,
        rows: &[(Uuid, i32, Value)],
    ) -> Result<(), Refusal> {
        let mut by_version: BTreeMap<i32, Vec<Uuid>> = BTreeMap::new();
        for (id, version, _) in rows {
            by_version.entry(*version).or_default().push(*id);
        }
        for (version, ids) in by_version {
            for chunk in ids.chunks(AT_ONCE) {
                let mut update = Query::update();
                update
                    .table(Alias::new(table))
                    .value(Alias::new("version"), version + 1)
                    .and_where(Expr::col(Alias::new("tenant_id")).eq(self.who.tenant))
                    .and_where(Expr::col(Alias::new("id")).is_in(chunk.iter().copied()))
                    .and_where(Expr::col(Alias::new("version")).eq(version));
                if let Some((before, after)) = states {
                    update.value(Alias::new("state"), after).and_where(Expr::col(Alias::new("state")).eq(before));
                }
                if self.tx().execute(&update).await?.rows_affected() != chunk.len() as u64 {
                    return Err(Refusal::Stale);
                }
            }
        }
        for (id, ..) in rows {
            self.wrote_in(table, (*id).into());
        }
        Ok(())
    }

    /// Remembers an entity's first event, after its row was inserted in `state`.
    pub fn created<M: Machine>(&self, id: Uuid, state: M::State, payload: Value) {
        self.wrote_in(M::TABLE, id.into());
        self.remember(M::KIND, id, "created".to_string(), None, Some(state.to_value()), payload);
    }

    /// Raises the version of an entity that keeps its state: the content changed.
    pub async fn touch<M: Machine>(
        &self,
        id: Uuid,
        (state, version): (M::State, i32),
        name: &str,
        payload: Value,
    ) -> Result<(), Refusal> {
        self.touch_all::<M>(state, name, vec![(id, version, payload)]).await
    }

    /// The same of entities that are all in `state`: id, version, payload.
    pub async fn touch_all<M: Machine>(
        &self,
        state: M::State,
        name: &str,
        rows: Vec<(Uuid, i32, Value)>,
    ) -> Result<(), Refusal> {
        self.raise(M::TABLE, None, &rows).await?;
        let state = state.to_value();
        for (id, _, payload) in rows {
            self.remember(M::KIND, id, name.to_string(), Some(state.clone()), Some(state.clone()), payload);
        }
        Ok(())
    }

    /// Remembers an event of a stream that has no machine: an account, an organisation, a setting.
    pub fn record(&self, kind: &'static str, id: Uuid, name: &str, payload: Value) {
        self.remember(kind, id, name.to_string(), None, None, payload);
    }

    /// Remembers that an entity whose states are data (a plugin's record) went from one to another. Its row was written by the
    /// feature that owns it.
    pub fn moved(
        &self,
        kind: &'static str,
        id: Uuid,
        name: &str,
        before: Option<String>,
        after: Option<String>,
        payload: Value,
    ) {
        self.remember(kind, id, name.to_string(), before, after, payload);
    }

    fn remember(
        &self,
        kind: &'static str,
        id: Uuid,
        name: String,
        before: Option<String>,
        after: Option<String>,
        payload: Value,
    ) {
        let cause = match &self.who.party {
            Party::System(cause) => Some((*cause).to_string()),
            Party::Anyone | Party::Person(_) => None,
        };
        let event = audit::NewEvent {
            stream_kind: kind,
            stream_id: id,
            at: self.now,
            actor: self.who.account(),
            cause,
            acting_for: self.acting_for,
            name,
            before,
            after,
            payload,
        };
        held(&self.events).push(event);
    }

    /// Says that a row of a covered table was inserted, changed or deleted, so that the chain vouches for it as it is at the end of
    /// the step. Entities with a machine are known by their events. A row that is not there after all is passed over.
    pub fn wrote<E: EntityTrait>(&self, entity: E, key: impl Into<RowKey>) {
        self.wrote_in(entity.table_name(), key.into());
    }

    /// Says it of rows that a statement gave back.
    pub fn wrote_rows<M: ModelTrait>(&self, rows: &[M]) {
        for row in rows {
            self.wrote_in(M::Entity::default().table_name(), RowKey::of(row));
        }
    }

    pub(crate) fn wrote_in(&self, table: &'static str, key: RowKey) {
        held(&self.written).insert((table, key.text()), key);
    }

    /// Writes the remembered events, after all rows have their final content.
    pub(super) async fn chain_events(&self) -> Result<(), Refusal> {
        let events = std::mem::take(&mut *held(&self.events));
        let written = std::mem::take(&mut *held(&self.written));
        Box::pin(audit::append(self.tx(), &self.app.keys, self.who.tenant, events, &written)).await
    }

    /// Tells one account something, in the same transaction. `template` is a locale key; `link` a path of this site.
    pub async fn notify(&self, account: Uuid, template: &str, values: Value, link: String) -> Result<(), Refusal> {
        crate::notices::tell(self, account, template, values, link, false).await
    }

    /// Puts work into the outbox, due now. The same kind and key is done once, ever.
    pub async fn enqueue(&self, kind: &str, key: String, payload: Value) -> Result<(), Refusal> {
        Ok(twoway_jobs::enqueue(self.tx(), self.job(kind, key, payload, self.now)).await?)
    }

    /// Sets a timer; setting it again moves it.
    pub async fn set_timer(
        &self,
        kind: &str,
        key: String,
        due_at: Millis,
        subject: (&str, Uuid),
        payload: Value,
    ) -> Result<(), Refusal> {
        let mut job = self.job(kind, key, payload, due_at);
        job.subject = Some((subject.0.to_string(), subject.1));
        Ok(twoway_jobs::set(self.tx(), job).await?)
    }

    pub async fn cancel_timer(&self, kind: &str, key: &str) -> Result<(), Refusal> {
        Ok(twoway_jobs::cancel(self.tx(), self.who.tenant, kind, key, self.now).await?)
    }

    fn job(&self, kind: &str, key: String, payload: Value, due_at: Millis) -> twoway_jobs::NewJob {
        twoway_jobs::NewJob {
            tenant: self.who.tenant,
            id: self.new_id(),
            kind: kind.to_string(),
            key,
            payload,
            due_at,
            now: self.now,
            subject: None,
        }
    }
}

/// Nothing panics while it holds one of a step's lists.
fn held<T>(list: &Mutex<T>) -> MutexGuard<'_, T> {
    list.lock().unwrap_or_else(PoisonError::into_inner)
}
