use crate::{
    Audience, Context, Date, Denied, Form, Host, Instant, Item, Level, Person, Presence, RawItem, Record, RecordId,
    Severity, States, ViewModel,
};
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// A host for native tests of a plugin's rules: records in memory, people with the predicates they satisfy, and a list of what
/// was sent. Like the server it lets a decision read only what was there before it; [`FakeHost::settle`] ends the decision.
#[derive(Default)]
pub struct FakeHost {
    before: BTreeMap<String, RawItem>,
    inside: RefCell<Inside>,
    people: BTreeMap<String, BTreeSet<String>>,
    secrets: BTreeMap<(String, String), Vec<String>>,
    indexes: BTreeMap<&'static str, &'static [&'static str]>,
    denied: BTreeSet<&'static str>,
}

#[derive(Default)]
struct Inside {
    after: BTreeMap<String, RawItem>,
    sent: Vec<Sent>,
    codes: BTreeSet<(String, String)>,
    balances: BTreeMap<(String, String), i64>,
}

/// The code that [`FakeHost`] issues and accepts.
const CODE: &str = "314159";

/// Minutes east of UTC.
const CHINA: i16 = 480;

/// What a decision did besides writing records.
#[derive(Clone, Debug, PartialEq)]
pub enum Sent {
    Notice { audience: String, notice: String, urgent: bool },
    Timer { name: String, target: Option<String>, at: Instant, values: Map<String, Value> },
    TimerCancelled { name: String, target: Option<String> },
    Code { purpose: String, target: String, to: Person },
    TaskOpened { key: String, assignee: String, action: String },
    TaskClosed { key: String },
    Attendance { who: Person, session: String, what: Presence },
    Booked { book: String, key: String, quantity: i64 },
    Published { target: String },
    Withdrawn { target: String },
    Incident { key: String, what: String, severity: Severity },
}

impl FakeHost {
    pub const CODE: &str = CODE;

    pub fn new() -> Self {
        Self::default()
    }

    /// A person, and every predicate that holds for them.
    pub fn person(&mut self, name: &str, predicates: &[&str]) -> Person {
        self.people.insert(name.to_string(), predicates.iter().map(ToString::to_string).collect());
        Person(name.to_string())
    }

    /// A stored record.
    pub fn store<R: Record>(&mut self, id: &str, state: R::State, content: R) -> RecordId<R> {
        self.indexes.insert(R::KIND, R::INDEXES);
        let raw = RawItem {
            id: id.to_string(),
            kind: R::KIND.to_string(),
            state: state.key().to_string(),
            version: 1,
            data: content.write(),
            created: Instant(0),
            changed: Instant(0),
        };
        self.before.insert(id.to_string(), raw.clone());
        self.inside.borrow_mut().after.insert(id.to_string(), raw);
        RecordId::new(id)
    }

    /// What a secret field holds, one entry for each answer that matches.
    pub fn secret<R>(&mut self, record: &RecordId<R>, field: &str, entries: &[&str]) {
        let key = (record.as_str().to_string(), field.to_string());
        self.secrets.insert(key, entries.iter().map(ToString::to_string).collect());
    }

    /// The office did not grant this ability.
    pub fn deny(&mut self, ability: &'static str) {
        self.denied.insert(ability);
    }

    /// The record as this decision left it.
    pub fn record<R: Record>(&self, id: &RecordId<R>) -> Option<Item<R>> {
        let raw = self.inside.borrow().after.get(id.as_str()).cloned()?;
        Item::read(raw).ok()
    }

    /// All records of a kind as this decision left them.
    pub fn records<R: Record>(&self) -> Vec<Item<R>> {
        let inside = self.inside.borrow();
        inside.after.values().filter(|r| r.kind == R::KIND).filter_map(|r| Item::read(r.clone()).ok()).collect()
    }

    /// What was sent since the last [`FakeHost::settle`].
    pub fn sent(&self) -> Vec<Sent> {
        self.inside.borrow().sent.clone()
    }

    /// Ends the decision: the next one reads what this one wrote.
    pub fn settle(&mut self) {
        let inside = self.inside.get_mut();
        self.before = inside.after.clone();
        inside.sent.clear();
    }

    fn allow(&self, ability: &'static str, call: &'static str) -> Result<(), Denied> {
        if self.denied.contains(ability) {
            return Err(Denied { call, reason: "not granted".to_string() });
        }
        Ok(())
    }

    fn send(&self, sent: Sent) {
        self.inside.borrow_mut().sent.push(sent);
    }

    fn matching(&self, kind: &str, states: &[&str], filter: &Map<String, Value>) -> Result<Vec<RawItem>, Denied> {
        let known = self.indexes.get(kind).copied().unwrap_or_default();
        if let Some(index) = filter.keys().find(|key| !known.contains(&key.as_str()) && self.indexes.contains_key(kind))
        {
            return Err(Denied { call: "records.find", reason: format!("'{index}' is no index of '{kind}'") });
        }
        let fits = |raw: &&RawItem| {
            raw.kind == kind
                && (states.is_empty() || states.contains(&raw.state.as_str()))
                && filter.iter().all(|(key, wanted)| holds(raw.data.get(key), wanted))
        };
        Ok(self.before.values().filter(fits).cloned().collect())
    }
}

impl<S: Form> Context<S> {
    /// A context for tests: this moment in China, no actor.
    pub fn at(day: &str, time: &str, settings: S) -> Option<Self> {
        Some(Self {
            project: "project".to_string(),
            settings,
            now: Date::parse(day)?.moment(crate::TimeOfDay::parse(time)?, CHINA),
            utc_offset: CHINA,
            locale: "zh-CN".to_string(),
            seed: 1,
            actor: None,
            roles: Vec::new(),
            acting_for: None,
            confirmed_by: Vec::new(),
        })
    }

    /// The same for this actor.
    pub fn by(mut self, actor: &Person, roles: &[&str]) -> Self {
        self.actor = Some(actor.clone());
        self.roles = roles.iter().map(ToString::to_string).collect();
        self.confirmed_by = vec![actor.clone()];
        self
    }
}

/// Whether a stored value is what a filter asks for: equal, or between `from` and `to`.
fn holds(stored: Option<&Value>, wanted: &Value) -> bool {
    let Some(stored) = stored else { return wanted.is_null() };
    let Some(range) = wanted.as_object() else { return stored == wanted };
    let within = |bound: Option<&Value>, order: fn(std::cmp::Ordering) -> bool| match bound {
        None | Some(Value::Null) => true,
        Some(bound) => match (stored.as_i64(), bound.as_i64(), stored.as_str(), bound.as_str()) {
            (Some(a), Some(b), _, _) => order(a.cmp(&b)),
            (_, _, Some(a), Some(b)) => order(a.cmp(b)),
            _ => false,
        },
    };
    within(range.get("from"), std::cmp::Ordering::is_ge) && within(range.get("to"), std::cmp::Ordering::is_le)
}

impl Host for FakeHost {
    fn log(&self, _: Level, _: &str) {}

    fn raw_get(&self, id: &str) -> Option<RawItem> {
        self.before.get(id).cloned()
    }

    fn raw_find(
        &self,
        kind: &str,
        states: &[&str],
        filter: &Map<String, Value>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<RawItem>, Denied> {
        let found = self.matching(kind, states, filter)?;
        Ok(found.into_iter().filter(|r| after.is_none_or(|a| r.id.as_str() > a)).take(limit as usize).collect())
    }

    fn raw_count(&self, kind: &str, states: &[&str], filter: &Map<String, Value>) -> Result<u64, Denied> {
        Ok(self.matching(kind, states, filter)?.len() as u64)
    }

    fn raw_create(&self, kind: &str, state: &str, data: &Map<String, Value>) -> Result<String, Denied> {
        let mut inside = self.inside.borrow_mut();
        let id = format!("{kind}-{}", inside.after.len() + 1);
        let raw = RawItem {
            id: id.clone(),
            kind: kind.to_string(),
            state: state.to_string(),
            version: 1,
            data: data.clone(),
            created: Instant(0),
            changed: Instant(0),
        };
        inside.after.insert(id.clone(), raw);
        Ok(id)
    }

    fn raw_update(&self, id: &str, state: Option<&str>, patch: &Map<String, Value>) -> Result<(), Denied> {
        let mut inside = self.inside.borrow_mut();
        let Some(raw) = inside.after.get_mut(id) else {
            return Err(Denied { call: "records.update", reason: "not found".to_string() });
        };
        if let Some(state) = state {
            raw.state = state.to_string();
        }
        for (key, value) in patch {
            if value.is_null() {
                raw.data.remove(key);
            } else {
                raw.data.insert(key.clone(), value.clone());
            }
        }
        raw.version += 1;
        Ok(())
    }

    fn raw_notify(
        &self,
        _: &str,
        audience: &str,
        notice: &str,
        _: &Map<String, Value>,
        urgent: bool,
    ) -> Result<(), Denied> {
        self.allow("notify", "notify.send")?;
        self.send(Sent::Notice { audience: audience.to_string(), notice: notice.to_string(), urgent });
        Ok(())
    }

    fn raw_set_timer(
        &self,
        name: &str,
        target: Option<&str>,
        at: Instant,
        values: &Map<String, Value>,
    ) -> Result<(), Denied> {
        self.allow("timers", "timers.set")?;
        let (name, target) = (name.to_string(), target.map(str::to_string));
        self.send(Sent::Timer { name, target, at, values: values.clone() });
        Ok(())
    }

    fn raw_cancel_timer(&self, name: &str, target: Option<&str>) {
        self.send(Sent::TimerCancelled { name: name.to_string(), target: target.map(str::to_string) });
    }

    fn satisfies(&self, who: &Person, predicate: &str) -> Result<bool, Denied> {
        self.allow("people", "people.satisfies")?;
        Ok(self.people.get(&who.0).is_some_and(|known| known.contains(predicate)))
    }

    fn secret_matches(&self, record: &str, field: &str, answers: &[String]) -> Result<u32, Denied> {
        self.allow("secrets", "secrets.matches")?;
        let entries = self.secrets.get(&(record.to_string(), field.to_string()));
        Ok(entries.into_iter().flatten().filter(|entry| answers.contains(entry)).count() as u32)
    }

    fn issue_code(&self, purpose: &str, target: &str, to: &Person, _: u32) -> Result<(), Denied> {
        self.allow("secrets", "secrets.issue-code")?;
        self.inside.borrow_mut().codes.insert((purpose.to_string(), target.to_string()));
        self.send(Sent::Code { purpose: purpose.to_string(), target: target.to_string(), to: to.clone() });
        Ok(())
    }

    fn verify_code(&self, purpose: &str, target: &str, code: &str) -> Result<bool, Denied> {
        self.allow("secrets", "secrets.verify-code")?;
        let issued = (purpose.to_string(), target.to_string());
        Ok(code == CODE && self.inside.borrow_mut().codes.remove(&issued))
    }

    /// Monday to Friday.
    fn is_workday(&self, day: Instant) -> bool {
        Date::at(day, CHINA).weekday() <= 5
    }

    fn add_workdays(&self, start: Instant, days: i32) -> Instant {
        let (mut day, mut left) = (Date::at(start, CHINA), days.unsigned_abs());
        while left > 0 {
            day = day.plus_days(i64::from(days.signum()));
            left -= u32::from(day.weekday() <= 5);
        }
        day.plus_days(i64::from(days >= 0)).moment(crate::TimeOfDay::of(0, 0), CHINA)
    }

    fn open_task(
        &self,
        key: &str,
        assignee: &Audience,
        action: &str,
        _: Option<&str>,
        _: Option<Instant>,
    ) -> Result<(), Denied> {
        self.allow("tasks", "tasks.open")?;
        let (key, action) = (key.to_string(), action.to_string());
        self.send(Sent::TaskOpened { key, assignee: assignee.to_string(), action });
        Ok(())
    }

    fn close_task(&self, key: &str) {
        self.send(Sent::TaskClosed { key: key.to_string() });
    }

    fn report_attendance(
        &self,
        who: &Person,
        session: &str,
        _: Instant,
        what: Presence,
        _: &impl Form,
    ) -> Result<(), Denied> {
        self.allow("attendance", "attendance.report")?;
        self.send(Sent::Attendance { who: who.clone(), session: session.to_string(), what });
        Ok(())
    }

    fn append_to_book(&self, book: &str, key: &str, quantity: i64, _: &impl Form) -> Result<(), Denied> {
        self.allow("ledger", "ledger.append")?;
        let mut inside = self.inside.borrow_mut();
        let balance = inside.balances.entry((book.to_string(), key.to_string())).or_default();
        if *balance + quantity < 0 {
            return Err(Denied { call: "ledger.append", reason: "the balance would be negative".to_string() });
        }
        *balance += quantity;
        inside.sent.push(Sent::Booked { book: book.to_string(), key: key.to_string(), quantity });
        Ok(())
    }

    fn balance(&self, book: &str, key: &str) -> Result<i64, Denied> {
        self.allow("ledger", "ledger.balance")?;
        Ok(self.inside.borrow().balances.get(&(book.to_string(), key.to_string())).copied().unwrap_or(0))
    }

    fn publish(&self, target: &str, _: &ViewModel, _: Option<Instant>) -> Result<(), Denied> {
        self.allow("publishing", "publishing.publish")?;
        self.send(Sent::Published { target: target.to_string() });
        Ok(())
    }

    fn withdraw(&self, target: &str) {
        self.send(Sent::Withdrawn { target: target.to_string() });
    }

    fn raw_report_incident(
        &self,
        key: &str,
        what: &str,
        _: Option<&str>,
        severity: Severity,
        _: &Map<String, Value>,
    ) -> Result<(), Denied> {
        self.allow("incidents", "incidents.report")?;
        self.send(Sent::Incident { key: key.to_string(), what: what.to_string(), severity });
        Ok(())
    }
}
