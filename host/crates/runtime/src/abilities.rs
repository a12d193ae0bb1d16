//! The contract's imports: reads go to the snapshot, writes are remembered. A call outside the grant is answered with the error
//! case; without one, taking something back does nothing, and all else spoils the whole decision.

use crate::bindings::twoway::kind::{
    attendance, calendar, incidents, ledger, log, notify, people, publishing, records, secrets, tasks, timers, types,
};
use crate::call::Call;
use crate::{Find, LogLevel, Millis, Refusal, Write, convert};
use serde_json::{Value, json};
use twoway_manifest::Ability;

type Answered<T> = wasmtime::Result<T>;

/// The page size that `find` gives at most.
const MAX_FOUND: u32 = 200;

impl types::Host for Call {}

impl log::Host for Call {
    fn write(&mut self, level: log::Level, message: String) -> Answered<()> {
        self.enter(Ability::Log)?;
        let level = match level {
            log::Level::Debug => LogLevel::Debug,
            log::Level::Info => LogLevel::Info,
            log::Level::Warn => LogLevel::Warn,
            log::Level::Error => LogLevel::Error,
        };
        self.log.write(level, &message);
        Ok(())
    }
}

impl From<Refusal> for records::Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound => Self::NotFound,
            Refusal::NotAllowed => Self::NotAllowed,
            Refusal::Conflict => Self::Conflict,
            Refusal::TooMany => Self::TooMany,
        }
    }
}

impl Call {
    /// A search names a described kind and only its described indexes.
    fn searchable(&mut self, kind: &str, states: &[String], condition: &str) -> Result<Value, records::Failure> {
        let words: Vec<&str> = std::iter::once(kind).chain(states.iter().map(String::as_str)).collect();
        self.words(&words).map_err(|_| records::Failure::NotAllowed)?;
        let condition = self.content("a search condition", condition).map_err(|_| records::Failure::NotAllowed)?;
        let Some(described) = self.description.record(kind) else { return Err(records::Failure::NotFound) };
        let allowed = condition.as_object().is_some_and(|c| c.keys().all(|key| described.indexes.contains(key)));
        if allowed { Ok(condition) } else { Err(records::Failure::NotAllowed) }
    }

    /// Whether a write may name this record.
    fn exists(&mut self, id: &str) -> Answered<bool> {
        if self.created.contains(id) || self.target.as_deref() == Some(id) {
            return Ok(true);
        }
        Ok(self.read(|s| s.get(id))?.is_some())
    }

    fn moment(&mut self, at: u64) -> Result<Millis, String> {
        Millis::try_from(at).map_err(|_| self.spoil("an instant is beyond all calendars".to_string()))
    }

    fn push(&mut self, write: Result<Write, String>) -> Result<(), String> {
        write.map(|write| self.writes.push(write))
    }
}

impl records::Host for Call {
    fn get(&mut self, id: String) -> Answered<Option<types::Item>> {
        if !self.enter(Ability::Records)? || self.words(&[&id]).is_err() {
            return Ok(None);
        }
        let found = self.read(|s| s.get(&id))?;
        Ok(found.map(|item| convert::item(&item, &self.description, &self.grant)))
    }

    fn find(
        &mut self,
        kind: String,
        states: Vec<String>,
        where_: String,
        after: Option<String>,
        limit: u32,
    ) -> Answered<Result<Vec<types::Item>, records::Failure>> {
        if !self.enter(Ability::Records)? {
            return Ok(Err(records::Failure::NotAllowed));
        }
        let condition = match self.searchable(&kind, &states, &where_) {
            Ok(condition) => condition,
            Err(failure) => return Ok(Err(failure)),
        };
        let question = Find { kind, states, r#where: condition, after, limit: limit.clamp(1, MAX_FOUND) };
        let found = self.read(|s| s.find(&question))?;
        Ok(found
            .map(|items| items.iter().map(|item| convert::item(item, &self.description, &self.grant)).collect())
            .map_err(Into::into))
    }

    fn count(&mut self, kind: String, states: Vec<String>, where_: String) -> Answered<Result<u64, records::Failure>> {
        if !self.enter(Ability::Records)? {
            return Ok(Err(records::Failure::NotAllowed));
        }
        let condition = match self.searchable(&kind, &states, &where_) {
            Ok(condition) => condition,
            Err(failure) => return Ok(Err(failure)),
        };
        Ok(self.read(|s| s.count(&kind, &states, &condition))?.map_err(Into::into))
    }

    fn create(&mut self, kind: String, state: String, data: String) -> Answered<Result<String, records::Failure>> {
        if self.enter_write(Ability::Records, &[&kind, &state])?.is_err() {
            return Ok(Err(records::Failure::NotAllowed));
        }
        let Ok(data) = self.content("a new record", &data) else { return Ok(Err(records::Failure::NotAllowed)) };
        let id = self.snapshot.new_id(u32::try_from(self.created.len()).unwrap_or(u32::MAX));
        self.created.insert(id.clone());
        self.writes.push(Write::Create { id: id.clone(), kind, state, data });
        Ok(Ok(id))
    }

    fn update(&mut self, id: String, state: Option<String>, patch: String) -> Answered<Result<(), records::Failure>> {
        if self.enter_write(Ability::Records, &[&id, state.as_deref().unwrap_or("")])?.is_err() {
            return Ok(Err(records::Failure::NotAllowed));
        }
        let Ok(patch) = self.content("a change of a record", &patch) else {
            return Ok(Err(records::Failure::NotAllowed));
        };
        if !self.exists(&id)? {
            return Ok(Err(records::Failure::NotFound));
        }
        self.writes.push(Write::Update { id, state, patch });
        Ok(Ok(()))
    }
}

impl people::Host for Call {
    fn satisfies(&mut self, who: String, predicate: String) -> Answered<Result<bool, String>> {
        if !self.enter(Ability::People)? {
            return Ok(Err("'people' is not granted on this project".to_string()));
        }
        if let Err(problem) = self.words(&[&who, &predicate]) {
            return Ok(Err(problem));
        }
        let answer = self.read(|s| s.satisfies(&who, &predicate))?;
        self.asked.push(json!({"ask": "satisfies", "who": who, "predicate": predicate, "answer": answer}));
        Ok(answer)
    }
}

impl secrets::Host for Call {
    /// The journal keeps how many matched, never what was tried.
    fn matches(&mut self, record_id: String, field: String, answers: Vec<String>) -> Answered<Result<u32, String>> {
        if !self.enter(Ability::Secrets)? {
            return Ok(Err("'secrets' is not granted on this project".to_string()));
        }
        if answers.len() > 20 {
            return Ok(Err("at most 20 answers can be compared at once".to_string()));
        }
        let words: Vec<&str> = [&record_id, &field].into_iter().chain(&answers).map(String::as_str).collect();
        if let Err(problem) = self.words(&words) {
            return Ok(Err(problem));
        }
        let answer = self.read(|s| s.secret_matches(&record_id, &field, &answers))?;
        self.asked.push(json!({"ask": "matches", "record": record_id, "field": field, "answer": answer}));
        Ok(answer)
    }

    fn issue_code(
        &mut self,
        purpose: String,
        target: String,
        to: String,
        valid_minutes: u32,
    ) -> Answered<Result<(), String>> {
        Ok(match self.enter_write(Ability::Secrets, &[&purpose, &target, &to])? {
            Err(problem) => Err(problem),
            Ok(()) => self.push(Ok(Write::IssueCode { purpose, target, to, valid_minutes })),
        })
    }

    fn verify_code(&mut self, purpose: String, target: String, code: String) -> Answered<Result<bool, String>> {
        if let Err(problem) = self.enter_write(Ability::Secrets, &[&purpose, &target, &code])? {
            return Ok(Err(problem));
        }
        let answer = self.read(|s| s.code_is_valid(&purpose, &target, &code))?;
        self.asked.push(json!({"ask": "verify-code", "purpose": purpose, "target": target, "answer": answer}));
        if answer == Ok(true) {
            self.writes.push(Write::SpendCode { purpose, target, code });
        }
        Ok(answer)
    }
}

impl calendar::Host for Call {
    fn is_workday(&mut self, day: u64) -> Answered<bool> {
        if !self.enter(Ability::Calendar)? {
            self.spoil("'calendar' is not granted on this project".to_string());
            return Ok(false);
        }
        let Ok(moment) = self.moment(day) else { return Ok(false) };
        let answer = self.read(|s| s.is_workday(moment))?;
        self.asked.push(json!({"ask": "is-workday", "day": day, "answer": answer}));
        Ok(answer)
    }

    fn add_workdays(&mut self, start: u64, days: i32) -> Answered<u64> {
        if !self.enter(Ability::Calendar)? {
            self.spoil("'calendar' is not granted on this project".to_string());
            return Ok(start);
        }
        if days.unsigned_abs() > 3_660 {
            self.spoil("more than ten years of working days".to_string());
            return Ok(start);
        }
        let Ok(moment) = self.moment(start) else { return Ok(start) };
        let answer = convert::instant(self.read(|s| s.add_workdays(moment, days))?);
        self.asked.push(json!({"ask": "add-workdays", "start": start, "days": days, "answer": answer}));
        Ok(answer)
    }
}

impl notify::Host for Call {
    fn send(
        &mut self,
        key: String,
        audience: String,
        template: String,
        values: String,
        urgent: bool,
    ) -> Answered<Result<(), String>> {
        if let Err(problem) = self.enter_write(Ability::Notify, &[&key, &audience, &template])? {
            return Ok(Err(problem));
        }
        let values = self.content("a notice's values", &values);
        Ok(self.push(values.map(|values| Write::Notify { key, audience, template, values, urgent })))
    }
}

impl timers::Host for Call {
    fn set(&mut self, name: String, target: Option<String>, at: u64, values: String) -> Answered<Result<(), String>> {
        if let Err(problem) = self.enter_write(Ability::Timers, &[&name, target.as_deref().unwrap_or("")])? {
            return Ok(Err(problem));
        }
        let at = self.moment(at);
        let values = self.content("a timer's values", &values);
        Ok(self.push(at.and_then(|at| Ok(Write::SetTimer { name, target, at, values: values? }))))
    }

    fn cancel(&mut self, name: String, target: Option<String>) -> Answered<()> {
        if self.enter_back(Ability::Timers, &[&name, target.as_deref().unwrap_or("")])? {
            self.writes.push(Write::CancelTimer { name, target });
        }
        Ok(())
    }
}

impl tasks::Host for Call {
    fn open(
        &mut self,
        key: String,
        assignee: String,
        action: String,
        target: Option<String>,
        due: Option<u64>,
    ) -> Answered<Result<(), String>> {
        let words = [key.as_str(), &assignee, &action, target.as_deref().unwrap_or("")];
        if let Err(problem) = self.enter_write(Ability::Tasks, &words)? {
            return Ok(Err(problem));
        }
        let due = due.map(|at| self.moment(at)).transpose();
        Ok(self.push(due.map(|due| Write::OpenTask { key, assignee, action, target, due })))
    }

    fn close(&mut self, key: String) -> Answered<()> {
        if self.enter_back(Ability::Tasks, &[&key])? {
            self.writes.push(Write::CloseTask { key });
        }
        Ok(())
    }
}

impl attendance::Host for Call {
    fn report(
        &mut self,
        who: String,
        session: String,
        at: u64,
        what: String,
        evidence: String,
    ) -> Answered<Result<(), String>> {
        if let Err(problem) = self.enter_write(Ability::Attendance, &[&who, &session, &what])? {
            return Ok(Err(problem));
        }
        let at = self.moment(at);
        let evidence = self.content("evidence of presence", &evidence);
        Ok(self.push(at.and_then(|at| Ok(Write::Attendance { who, session, at, what, evidence: evidence? }))))
    }
}

impl ledger::Host for Call {
    fn append(&mut self, book: String, key: String, quantity: i64, entry: String) -> Answered<Result<(), String>> {
        if let Err(problem) = self.enter_write(Ability::Ledger, &[&book, &key])? {
            return Ok(Err(problem));
        }
        let entry = self.content("a ledger entry", &entry);
        Ok(self.push(entry.map(|entry| Write::Ledger { book, key, quantity, entry })))
    }

    fn balance(&mut self, book: String, key: String) -> Answered<Result<i64, String>> {
        if !self.enter(Ability::Ledger)? {
            return Ok(Err("'ledger' is not granted on this project".to_string()));
        }
        if let Err(problem) = self.words(&[&book, &key]) {
            return Ok(Err(problem));
        }
        let answer = self.read(|s| s.balance(&book, &key))?;
        self.asked.push(json!({"ask": "balance", "book": book, "key": key, "answer": answer}));
        Ok(answer)
    }
}

impl publishing::Host for Call {
    fn publish(&mut self, target: String, card: String, until: Option<u64>) -> Answered<Result<(), String>> {
        if let Err(problem) = self.enter_write(Ability::Publishing, &[&target])? {
            return Ok(Err(problem));
        }
        let card = self.content("a public card", &card);
        let until = until.map(|at| self.moment(at)).transpose();
        Ok(self.push(card.and_then(|card| Ok(Write::Publish { target, card, until: until? }))))
    }

    fn withdraw(&mut self, target: String) -> Answered<()> {
        if self.enter_back(Ability::Publishing, &[&target])? {
            self.writes.push(Write::Withdraw { target });
        }
        Ok(())
    }
}

impl incidents::Host for Call {
    fn report(
        &mut self,
        key: String,
        what: String,
        target: Option<String>,
        severity: String,
        values: String,
    ) -> Answered<Result<(), String>> {
        let words = [key.as_str(), &what, target.as_deref().unwrap_or(""), &severity];
        if let Err(problem) = self.enter_write(Ability::Incidents, &words)? {
            return Ok(Err(problem));
        }
        let values = self.content("an incident's values", &values);
        Ok(self.push(values.map(|values| Write::Incident { key, what, target, severity, values })))
    }
}
