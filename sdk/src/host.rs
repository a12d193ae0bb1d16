use crate::{
    Denied, FieldValue, Form, Incidents, Instant, Item, Notices, Person, RawItem, Record, RecordId, Refusal, States,
    ViewModel,
};
use serde_json::{Map, Value, json};
use std::fmt;
use std::marker::PhantomData;

/// How loud a line of the plugin's log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Debug,
    Info,
    Warn,
    Error,
}

/// Who is to hear a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    Person(Person),
    /// Everybody who holds this role in the project.
    Role(&'static str),
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(person) => write!(f, "{person}"),
            Self::Role(role) => write!(f, "role:{role}"),
        }
    }
}

impl From<&Person> for Audience {
    fn from(person: &Person) -> Self {
        Self::Person(person.clone())
    }
}

/// How bad an incident is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    Minor,
    Serious,
    /// Somebody was harmed or may be.
    Harm,
}

impl Severity {
    /// The contract's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Minor => "minor",
            Self::Serious => "serious",
            Self::Harm => "harm",
        }
    }
}

/// What a fact about presence says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Arrived,
    Left,
}

impl Presence {
    /// The contract's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Arrived => "arrived",
            Self::Left => "left",
        }
    }
}

/// Predicates of [`Host::satisfies`] that every host answers.
pub mod predicates {
    /// Eighteen years or older.
    pub const ADULT: &str = "adult";
    /// The background query of those who work with minors is there and in date.
    pub const CLEARED: &str = "cleared";
    /// Insured for volunteer service today.
    pub const INSURED: &str = "insured";
}

/// A question for records of one kind, by state and by fields that the kind names as indexes.
#[derive(Clone, Debug)]
pub struct Query<R> {
    pub(crate) states: Vec<&'static str>,
    pub(crate) filter: Map<String, Value>,
    pub(crate) limit: usize,
    kind: PhantomData<fn() -> R>,
}

impl<R: Record> Query<R> {
    /// Every record of the kind, the first thousand of them.
    pub fn all() -> Self {
        Self { states: Vec::new(), filter: Map::new(), limit: 1_000, kind: PhantomData }
    }

    pub fn in_states(states: &[R::State]) -> Self {
        Self { states: states.iter().map(|s| s.key()).collect(), ..Self::all() }
    }

    /// Only those whose index has exactly this value.
    pub fn with(mut self, index: &str, value: &impl FieldValue) -> Self {
        self.filter.insert(index.to_string(), value.to_value().unwrap_or(Value::Null));
        self
    }

    /// Only those whose index lies between the two, both included.
    pub fn between(mut self, index: &str, from: &impl FieldValue, to: &impl FieldValue) -> Self {
        self.filter.insert(index.to_string(), json!({ "from": from.to_value(), "to": to.to_value() }));
        self
    }

    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }
}

/// All that a plugin can ask and do. In a running plugin these are calls into the server; in a native test they reach a
/// [`crate::FakeHost`]. Reads see the project as it was before this decision. Writes happen together after it, or not at all.
/// A plugin imports only the abilities whose methods it calls.
pub trait Host {
    fn log(&self, level: Level, message: &str);

    #[doc(hidden)]
    fn raw_get(&self, id: &str) -> Option<RawItem>;
    #[doc(hidden)]
    fn raw_find(
        &self,
        kind: &str,
        states: &[&str],
        filter: &Map<String, Value>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<RawItem>, Denied>;
    #[doc(hidden)]
    fn raw_count(&self, kind: &str, states: &[&str], filter: &Map<String, Value>) -> Result<u64, Denied>;
    #[doc(hidden)]
    fn raw_create(&self, kind: &str, state: &str, data: &Map<String, Value>) -> Result<String, Denied>;
    #[doc(hidden)]
    fn raw_update(&self, id: &str, state: Option<&str>, patch: &Map<String, Value>) -> Result<(), Denied>;
    #[doc(hidden)]
    fn raw_notify(
        &self,
        key: &str,
        audience: &str,
        template: &str,
        values: &Map<String, Value>,
        urgent: bool,
    ) -> Result<(), Denied>;
    #[doc(hidden)]
    fn raw_set_timer(
        &self,
        name: &str,
        target: Option<&str>,
        at: Instant,
        values: &Map<String, Value>,
    ) -> Result<(), Denied>;
    #[doc(hidden)]
    fn raw_cancel_timer(&self, name: &str, target: Option<&str>);

    /// Ability `people`. Yes or no, never the data: see [`predicates`]. An unknown word is denied.
    fn satisfies(&self, who: &Person, predicate: &str) -> Result<bool, Denied>;

    /// Ability `secrets`. How many of the answers match the secret field of the record. The host counts the tries and denies
    /// when somebody tries too often.
    fn secret_matches(&self, record: &str, field: &str, answers: &[String]) -> Result<u32, Denied>;

    /// Ability `secrets`. The host makes a one-time code for this purpose and target and delivers it to the person.
    fn issue_code(&self, purpose: &str, target: &str, to: &Person, valid_minutes: u32) -> Result<(), Denied>;

    /// Ability `secrets`. Whether the code is the one that was issued and still good. It is spent when the decision is taken.
    fn verify_code(&self, purpose: &str, target: &str, code: &str) -> Result<bool, Denied>;

    /// Ability `calendar`. By the working-day calendar that the office keeps.
    fn is_workday(&self, day: Instant) -> bool;

    /// Ability `calendar`. The end of the working day that is so many after `start`, whose own day does not count; with negative
    /// `days` the beginning of the one that is so many before.
    fn add_workdays(&self, start: Instant, days: i32) -> Instant;

    /// Ability `tasks`. Work for a person, who sees it in the work list until one of the target's actions ends it. The assignee
    /// is written like an audience of a notice.
    fn open_task(
        &self,
        key: &str,
        assignee: &Audience,
        action: &str,
        target: Option<&str>,
        due: Option<Instant>,
    ) -> Result<(), Denied>;

    /// Ability `tasks`.
    fn close_task(&self, key: &str);

    /// Ability `attendance`. A fact about presence; only the host turns facts into hours. `session` names what it belongs to, best
    /// a record's id; `evidence` is of the type that [`crate::plugin!`] names, or `()`.
    fn report_attendance(
        &self,
        who: &Person,
        session: &str,
        at: Instant,
        what: Presence,
        evidence: &impl Form,
    ) -> Result<(), Denied>;

    /// Ability `ledger`. One line of an append-only book; `entry` is of the type that [`crate::plugin!`] names for the book. The host
    /// refuses what would make a balance negative.
    fn append_to_book(&self, book: &str, key: &str, quantity: i64, entry: &impl Form) -> Result<(), Denied>;

    /// Ability `ledger`.
    fn balance(&self, book: &str, key: &str) -> Result<i64, Denied>;

    /// Ability `publishing`. Shows a card of a record on the project's public page while the project runs, in place of an earlier
    /// one. Persons and records in it are not named.
    fn publish(&self, target: &str, card: &ViewModel, until: Option<Instant>) -> Result<(), Denied>;

    /// Ability `publishing`.
    fn withdraw(&self, target: &str);

    #[doc(hidden)]
    fn raw_report_incident(
        &self,
        key: &str,
        what: &str,
        target: Option<&str>,
        severity: Severity,
        values: &Map<String, Value>,
    ) -> Result<(), Denied>;

    /// The record, or none if there is no such record of this kind.
    fn get<R: Record>(&self, id: &RecordId<R>) -> Result<Option<Item<R>>, Refusal> {
        match self.raw_get(id.as_str()) {
            Some(raw) if raw.kind == R::KIND => Item::read(raw).map(Some).map_err(Refusal::Internal),
            _ => Ok(None),
        }
    }

    /// The records that the query names, oldest first, page by page up to its limit.
    fn find<R: Record>(&self, query: &Query<R>) -> Result<Vec<Item<R>>, Refusal> {
        const PAGE: usize = 100;
        let mut found: Vec<Item<R>> = Vec::new();
        while found.len() < query.limit {
            let after = found.last().map(|item| item.id.as_str().to_string());
            let wanted = PAGE.min(query.limit - found.len());
            let page = self.raw_find(R::KIND, &query.states, &query.filter, after.as_deref(), wanted as u32)?;
            let full = page.len() == wanted;
            for raw in page {
                found.push(Item::read(raw).map_err(Refusal::Internal)?);
            }
            if !full {
                break;
            }
        }
        Ok(found)
    }

    fn count<R: Record>(&self, query: &Query<R>) -> Result<u64, Refusal> {
        Ok(self.raw_count(R::KIND, &query.states, &query.filter)?)
    }

    /// Makes a record and answers the id that it will have.
    fn create<R: Record>(&self, state: R::State, content: &R) -> Result<RecordId<R>, Refusal> {
        Ok(RecordId::new(self.raw_create(R::KIND, state.key(), &content.write())?))
    }

    /// Writes what was changed in a record: its state, its fields, or both.
    fn save<R: Record>(&self, item: &Item<R>) -> Result<(), Refusal> {
        let (state, patch) = item.changes();
        if state.is_none() && patch.is_empty() {
            return Ok(());
        }
        Ok(self.raw_update(item.id.as_str(), state, &patch)?)
    }

    /// Ability `notify`. The same key is sent only once, however often a step is repeated.
    fn notify(&self, key: &str, audience: &Audience, notice: &impl Notices, urgent: bool) -> Result<(), Denied> {
        let said = notice.say();
        self.raw_notify(key, &audience.to_string(), said.code, &said.values, urgent)
    }

    /// Ability `timers`. The timer's hook is called at this moment or somewhat later. Setting it again moves it.
    fn set_timer<R: Record>(&self, name: &str, target: &RecordId<R>, at: Instant) -> Result<(), Denied> {
        self.set_timer_with(name, target, at, &())
    }

    /// Ability `timers`. The same with values of the type that [`crate::plugin!`] names for the timer; its hook gets them back.
    fn set_timer_with<R: Record>(
        &self,
        name: &str,
        target: &RecordId<R>,
        at: Instant,
        values: &impl Form,
    ) -> Result<(), Denied> {
        self.raw_set_timer(name, Some(target.as_str()), at, &values.write())
    }

    /// Ability `timers`. A timer of the whole project; `values` as in [`Host::set_timer_with`], or `()`.
    fn set_project_timer(&self, name: &str, at: Instant, values: &impl Form) -> Result<(), Denied> {
        self.raw_set_timer(name, None, at, &values.write())
    }

    /// Ability `timers`.
    fn cancel_project_timer(&self, name: &str) {
        self.raw_cancel_timer(name, None);
    }

    /// Ability `incidents`. The office and the project's lead see it and answer for it; harm reaches them at once. The same key is
    /// reported once.
    fn report_incident(
        &self,
        key: &str,
        target: Option<&str>,
        severity: Severity,
        incident: &impl Incidents,
    ) -> Result<(), Denied> {
        let said = incident.say();
        self.raw_report_incident(key, said.code, target, severity, &said.values)
    }

    /// Ability `timers`.
    fn cancel_timer<R: Record>(&self, name: &str, target: &RecordId<R>) {
        self.raw_cancel_timer(name, Some(target.as_str()));
    }
}
