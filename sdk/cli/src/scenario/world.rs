use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use twoway_manifest::is_predicate;
use twoway_runtime::{Broken, Find, Item, Millis, Question, Refusal, Snapshot, Write, merge, secret_matches};
use twoway_sdk::{Date, Instant, TimeOfDay};

const MINUTE: Millis = 60_000;
const DAY: Millis = 24 * 60 * MINUTE;
/// The host compares answers of one person with secrets of one record kind so often, in so long a time.
const SECRET_TRIES: usize = 3;
const SECRET_WINDOW: Millis = 30 * DAY;
/// Minutes east of UTC: China.
pub const OFFSET: i16 = 480;

/// A project in memory, as the host would keep it.
#[derive(Clone, Default)]
pub struct World {
    pub now: Millis,
    pub records: BTreeMap<String, Item>,
    pub people: BTreeMap<String, BTreeSet<String>>,
    pub timers: BTreeMap<(String, Option<String>), (Millis, Value)>,
    codes: BTreeMap<(String, String), (String, Millis)>,
    balances: BTreeMap<(String, String), i64>,
    /// Open tasks by key: assignee, action, target.
    tasks: BTreeMap<String, (String, String, Option<String>)>,
    /// Records with a public card, and until when.
    cards: BTreeMap<String, Option<Millis>>,
    /// Keys of incidents: each is reported once.
    incidents: BTreeSet<String>,
    /// Comparisons with secrets: person, record kind, decision, moment.
    guesses: Vec<(String, String, u32, Millis)>,
    /// For whom the decision is asked, and the how manieth it is.
    pub subject: Option<String>,
    pub decision: u32,
    made: u32,
    /// Effects of the current step.
    pub notices: Vec<String>,
    pub reported: Vec<String>,
    pub attended: Vec<String>,
    pub booked: Vec<String>,
    pub code: Option<(String, String)>,
    pub created: Vec<String>,
    /// Notices that went out once are not sent again under the same key.
    sent: BTreeSet<String>,
}

impl World {
    /// Forgets the effects of the step before.
    pub fn begin_step(&mut self) {
        for effects in [&mut self.notices, &mut self.reported, &mut self.attended, &mut self.booked, &mut self.created]
        {
            effects.clear();
        }
        self.code = None;
    }

    /// Open tasks as a scenario writes them: `role:custodian: announce`.
    pub fn open_tasks(&self) -> Vec<String> {
        self.tasks.values().map(|(assignee, action, _)| format!("{assignee}: {action}")).collect()
    }

    /// Records whose card is public now.
    pub fn public(&self) -> Vec<String> {
        let shown = self.cards.iter().filter(|(_, until)| until.is_none_or(|until| until > self.now));
        shown.map(|(target, _)| target.clone()).collect()
    }

    /// What a taken decision leaves behind besides its writes: the tasks that its action ends.
    pub fn decided(&mut self, question: &Question) {
        if let Question::Act { action, target, .. } = question {
            let about = target.as_ref().map(|item| &item.id);
            self.tasks.retain(|_, (_, task, on)| task != action || on.as_ref() != about);
        }
    }

    /// Comparisons that a decision asked for, whatever came of it.
    pub fn guessed(&mut self, asked: &[Value]) {
        let Some(person) = self.subject.clone() else { return };
        for answer in asked.iter().filter(|a| a["ask"] == "matches") {
            let kind = answer["record"].as_str().and_then(|id| self.records.get(id)).map(|item| item.kind.clone());
            if let Some(kind) = kind {
                self.guesses.push((person.clone(), kind, self.decision, self.now));
            }
        }
    }

    /// Carries out what was judged to be in order.
    pub fn apply(&mut self, writes: Vec<Write>) -> Result<(), String> {
        for write in writes {
            self.apply_one(write)?;
        }
        Ok(())
    }

    fn apply_one(&mut self, write: Write) -> Result<(), String> {
        match write {
            Write::Create { id, kind, state, data } => {
                self.made += 1;
                self.created.push(id.clone());
                let item = Item { id: id.clone(), kind, state, version: 1, data, created: self.now, changed: self.now };
                self.records.insert(id, item);
            }
            Write::Update { id, state, patch } => {
                let now = self.now;
                let record = self.records.get_mut(&id).ok_or_else(|| format!("there is no record {id}"))?;
                if let Some(state) = state {
                    record.state = state;
                }
                merge(&mut record.data, &patch);
                record.version += 1;
                record.changed = now;
            }
            Write::Notify { key, audience, template, .. } => {
                if self.sent.insert(key) {
                    self.notices.push(format!("{audience}: {template}"));
                }
            }
            Write::SetTimer { name, target, at, values } => {
                self.timers.insert((name, target), (at, values));
            }
            Write::CancelTimer { name, target } => {
                self.timers.remove(&(name, target));
            }
            Write::IssueCode { purpose, target, to, valid_minutes } => {
                // Predictable, and different each time.
                let code = format!("{:06}", (self.codes.len() as u64 + 1) * 271_829 % 1_000_000);
                self.codes.insert((purpose, target), (code.clone(), self.now + Millis::from(valid_minutes) * MINUTE));
                self.code = Some((to, code));
            }
            Write::SpendCode { purpose, target, .. } => {
                self.codes.remove(&(purpose, target));
            }
            Write::Ledger { book, key, quantity, .. } => {
                let balance = self.balances.entry((book.clone(), key.clone())).or_default();
                if *balance + quantity < 0 {
                    return Err(format!("book {book}: the balance of {key} would be negative"));
                }
                *balance += quantity;
                self.booked.push(format!("{book}/{key}: {quantity}"));
            }
            Write::OpenTask { key, assignee, action, target, .. } => {
                self.tasks.insert(key, (assignee, action, target));
            }
            Write::CloseTask { key } => {
                self.tasks.remove(&key);
            }
            Write::Attendance { who, what, .. } => self.attended.push(format!("{who}: {what}")),
            Write::Publish { target, until, .. } => {
                self.cards.insert(target, until);
            }
            Write::Withdraw { target } => {
                self.cards.remove(&target);
            }
            Write::Incident { key, what, severity, .. } => {
                if self.incidents.insert(key) {
                    self.reported.push(format!("{severity}: {what}"));
                }
            }
        }
        Ok(())
    }

    /// The next timer that is due by then.
    pub fn due(&mut self, by: Millis) -> Option<(String, Option<String>, Millis, Value)> {
        let (key, _) = self.timers.iter().filter(|(_, (at, _))| *at <= by).min_by_key(|(_, (at, _))| *at)?;
        let key = key.clone();
        let (at, values) = self.timers.remove(&key)?;
        Some((key.0, key.1, at, values))
    }

    fn matching(&self, kind: &str, states: &[String], filter: &Value) -> Vec<&Item> {
        let none = Map::new();
        let filter = filter.as_object().unwrap_or(&none);
        let fits = |item: &&Item| {
            item.kind == kind
                && (states.is_empty() || states.contains(&item.state))
                && filter.iter().all(|(key, wanted)| holds(item.data.get(key), wanted))
        };
        self.records.values().filter(fits).collect()
    }
}

/// Equal, or between `from` and `to`.
fn holds(stored: Option<&Value>, wanted: &Value) -> bool {
    let Some(stored) = stored else { return wanted.is_null() };
    let Some(range) = wanted.as_object() else { return stored == wanted };
    let order = |bound: &Value| match (stored.as_i64(), bound.as_i64(), stored.as_str(), bound.as_str()) {
        (Some(a), Some(b), ..) => Some(a.cmp(&b)),
        (.., Some(a), Some(b)) => Some(a.cmp(b)),
        _ => None,
    };
    let bounded = |bound: Option<&Value>, good: fn(std::cmp::Ordering) -> bool| match bound {
        None | Some(Value::Null) => true,
        Some(bound) => order(bound).is_some_and(good),
    };
    bounded(range.get("from"), std::cmp::Ordering::is_ge) && bounded(range.get("to"), std::cmp::Ordering::is_le)
}

impl Snapshot for World {
    fn get(&mut self, id: &str) -> Result<Option<Item>, Broken> {
        Ok(self.records.get(id).cloned())
    }

    fn find(&mut self, question: &Find) -> Result<Result<Vec<Item>, Refusal>, Broken> {
        let found = self.matching(&question.kind, &question.states, &question.r#where);
        let after = |item: &&Item| question.after.as_ref().is_none_or(|after| &item.id > after);
        Ok(Ok(found.into_iter().filter(after).take(question.limit as usize).cloned().collect()))
    }

    fn count(&mut self, kind: &str, states: &[String], filter: &Value) -> Result<Result<u64, Refusal>, Broken> {
        Ok(Ok(self.matching(kind, states, filter).len() as u64))
    }

    fn satisfies(&mut self, who: &str, predicate: &str) -> Result<Result<bool, String>, Broken> {
        if !is_predicate(predicate) {
            return Ok(Err(format!("unknown predicate '{predicate}'")));
        }
        Ok(Ok(self.people.get(who).is_some_and(|known| known.contains(predicate))))
    }

    fn secret_matches(&mut self, record: &str, field: &str, answers: &[String]) -> Result<Result<u32, String>, Broken> {
        let Some(person) = &self.subject else {
            return Ok(Err("only a person can have answers compared".to_string()));
        };
        let Some(item) = self.records.get(record) else { return Ok(Err("no such record".to_string())) };
        let mut decisions: BTreeSet<u32> = self
            .guesses
            .iter()
            .filter(|(who, kind, _, at)| who == person && *kind == item.kind && *at > self.now - SECRET_WINDOW)
            .map(|(_, _, decision, _)| *decision)
            .collect();
        decisions.insert(self.decision);
        if decisions.len() > SECRET_TRIES {
            return Ok(Err("too many comparisons by this person in thirty days".to_string()));
        }
        Ok(Ok(secret_matches(item.data.get(field).unwrap_or(&Value::Null), answers)))
    }

    fn code_is_valid(&mut self, purpose: &str, target: &str, code: &str) -> Result<Result<bool, String>, Broken> {
        let issued = self.codes.get(&(purpose.to_string(), target.to_string()));
        Ok(Ok(issued.is_some_and(|(right, until)| right == code && self.now <= *until)))
    }

    /// Monday to Friday: a story has no calendar of the office.
    fn is_workday(&mut self, day: Millis) -> Result<bool, Broken> {
        Ok(Date::at(Instant(day), OFFSET).weekday() <= 5)
    }

    fn add_workdays(&mut self, start: Millis, days: i32) -> Result<Millis, Broken> {
        let (mut day, mut left) = (Date::at(Instant(start), OFFSET), days.unsigned_abs());
        while left > 0 {
            day = day.plus_days(i64::from(days.signum()));
            left -= u32::from(day.weekday() <= 5);
        }
        Ok(day.plus_days(i64::from(days >= 0)).moment(TimeOfDay::of(0, 0), OFFSET).0)
    }

    fn balance(&mut self, book: &str, key: &str) -> Result<Result<i64, String>, Broken> {
        Ok(Ok(self.balances.get(&(book.to_string(), key.to_string())).copied().unwrap_or(0)))
    }

    fn new_id(&mut self, nth: u32) -> String {
        format!("r{:06}", self.made + nth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn world(kind: &str, records: &[(&str, &str, Value)]) -> World {
        let mut world = World::default();
        for (id, state, data) in records {
            let (kind, state) = (kind.to_string(), state.to_string());
            let write = Write::Create { id: id.to_string(), kind, state, data: data.clone() };
            world.apply(vec![write]).expect("a record can be made");
        }
        world
    }

    fn found(world: &mut World, states: &[&str], filter: Value, after: Option<&str>) -> Vec<String> {
        let question = Find {
            kind: "day".to_string(),
            states: states.iter().map(ToString::to_string).collect(),
            r#where: filter,
            after: after.map(str::to_string),
            limit: 2,
        };
        let items = world.find(&question).expect("memory does not break").expect("is allowed");
        items.into_iter().map(|item| item.id).collect()
    }

    #[test]
    fn records_are_found_by_state_value_and_range_page_by_page() {
        let day = |id, state, date: &str| (id, state, json!({"date": date}));
        let days = [day("a", "open", "2026-03-01"), day("b", "closed", "2026-03-02"), day("c", "open", "2026-03-03")];
        let mut world = world("day", &days);
        assert_eq!(found(&mut world, &["open"], json!({}), None), ["a", "c"]);
        assert_eq!(found(&mut world, &[], json!({"date": "2026-03-02"}), None), ["b"]);
        assert_eq!(
            found(&mut world, &[], json!({"date": {"from": "2026-03-02", "to": "2026-03-03"}}), None),
            ["b", "c"]
        );
        assert_eq!(found(&mut world, &[], json!({}), None), ["a", "b"]);
        assert_eq!(found(&mut world, &[], json!({}), Some("b")), ["c"]);
    }

    #[test]
    fn timers_ring_in_order_and_once() {
        let mut world = World::default();
        let set = |name: &str, at| Write::SetTimer { name: name.to_string(), target: None, at, values: json!({}) };
        world.apply(vec![set("late", 30), set("soon", 20), set("late", 25)]).expect("timers can be set");
        let mut ring = |by| world.due(by).map(|(name, _, at, _)| (name, at));
        assert_eq!(ring(19), None);
        assert_eq!(ring(40), Some(("soon".to_string(), 20)));
        assert_eq!(ring(40), Some(("late".to_string(), 25)));
        assert_eq!(ring(40), None);
    }

    #[test]
    fn a_code_is_good_for_its_purpose_and_its_time() {
        let mut world = World::default();
        let (purpose, target) = ("pick-up".to_string(), "visit".to_string());
        let issue = Write::IssueCode { purpose, target, to: "mother".to_string(), valid_minutes: 1 };
        world.apply(vec![issue]).expect("a code can be issued");
        let (to, code) = world.code.clone().expect("somebody got it");
        assert_eq!(to, "mother");
        let good = |world: &mut World, purpose: &str| world.code_is_valid(purpose, "visit", &code).expect("is asked");
        assert_eq!(good(&mut world, "pick-up"), Ok(true));
        assert_eq!(good(&mut world, "other"), Ok(false));
        world.now = MINUTE + 1;
        assert_eq!(good(&mut world, "pick-up"), Ok(false));
    }

    #[test]
    fn secrets_are_compared_once_each_without_regard_to_case() {
        let mut world = world("item", &[("wallet", "kept", json!({"marks": ["Blue stitch", "photo"]}))]);
        let answers = ["blue stitch ".to_string(), "BLUE STITCH".to_string(), "cash".to_string()];
        assert!(world.secret_matches("wallet", "marks", &answers).expect("is asked").is_err(), "nobody asks");
        world.subject = Some("luo".to_string());
        let asked = [json!({"ask": "matches", "record": "wallet"}), json!({"ask": "matches", "record": "wallet"})];
        for decision in 1..=3 {
            world.decision = decision;
            assert_eq!(world.secret_matches("wallet", "marks", &answers).expect("is asked"), Ok(1));
            world.guessed(&asked);
        }
        world.decision = 4;
        assert!(world.secret_matches("wallet", "marks", &answers).expect("is asked").is_err(), "three in thirty days");
        world.now += SECRET_WINDOW + 1;
        assert_eq!(world.secret_matches("wallet", "marks", &answers).expect("is asked"), Ok(1));
    }

    #[test]
    fn a_book_never_goes_below_nothing() {
        let mut world = World::default();
        let line =
            |quantity| Write::Ledger { book: "custody".to_string(), key: "1".to_string(), quantity, entry: json!({}) };
        world.apply(vec![line(1), line(-1)]).expect("it is there once");
        assert!(world.apply(vec![line(-1)]).is_err());
    }
}
