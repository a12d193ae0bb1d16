//! The contract's side of a running plugin: turns its questions into hooks, and hooks' calls into imports.

use crate::glue::{Content, Dispatch, RawContext};
use crate::{
    Audience, Denied, Form, Host, Instant, Level, Person, Presence, Problem, RawItem, Refusal, Severity, ViewModel,
};
use bindings::exports::twoway::kind::{behaviour, indicators, views};
use bindings::twoway::kind::types::{self, Fault};
use bindings::twoway::kind::{
    attendance, calendar, incidents, ledger, log, notify, people, publishing, records, secrets, tasks, timers,
};
use serde_json::{Map, Value};
use std::marker::PhantomData;

#[allow(warnings, reason = "generated from the contract")]
pub mod bindings {
    wit_bindgen::generate!({
        path: "wit/v1",
        world: "full",
        pub_export_macro: true,
        generate_all,
    });
}

/// A plugin as the contract sees it.
pub struct Guest<D>(PhantomData<D>);

/// The server that runs the plugin.
struct Server;

fn object(text: &str) -> Result<Content, Fault> {
    serde_json::from_str(text).map_err(|e| Fault::Internal(format!("the host sent no JSON object: {e}")))
}

fn json(content: &Content) -> String {
    Value::from(content.clone()).to_string()
}

fn instant(moment: Instant) -> u64 {
    moment.0.max(0) as u64
}

fn context(ctx: types::Context) -> Result<RawContext, Fault> {
    Ok(RawContext {
        project: ctx.project,
        settings: object(&ctx.settings)?,
        now: Instant(ctx.now as i64),
        utc_offset: ctx.utc_offset,
        locale: ctx.locale,
        seed: ctx.seed,
        actor: ctx.actor.map(Person),
        roles: ctx.roles,
        acting_for: ctx.acting_for.map(Person),
        confirmed_by: ctx.confirmed_by.into_iter().map(Person).collect(),
    })
}

fn item(item: types::Item) -> Result<RawItem, Fault> {
    Ok(RawItem {
        data: object(&item.data)?,
        id: item.id,
        kind: item.kind,
        state: item.state,
        version: item.version,
        created: Instant(item.created as i64),
        changed: Instant(item.changed as i64),
    })
}

fn target(raw: Option<types::Item>) -> Result<Option<RawItem>, Fault> {
    raw.map(item).transpose()
}

fn problem(problem: Problem) -> types::Problem {
    types::Problem {
        code: problem.code.to_string(),
        values: json(&problem.values),
        field: problem.field,
        rule: problem.rule,
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Refused(why) => Fault::Refused(problem(*why)),
            Refusal::Invalid(list) => Fault::Invalid(list.into_iter().map(problem).collect()),
            Refusal::Internal(message) => Fault::Internal(message),
        }
    }
}

impl<D: Dispatch> behaviour::Guest for Guest<D> {
    fn describe() -> String {
        serde_json::to_string(&D::description()).unwrap_or_default()
    }

    fn act(ctx: types::Context, action: String, on: Option<types::Item>, input: String) -> Result<(), Fault> {
        Ok(D::act(&Server, context(ctx)?, &action, target(on)?, object(&input)?)?)
    }

    fn tick(ctx: types::Context, timer: String, on: Option<types::Item>, values: String) -> Result<(), Fault> {
        Ok(D::tick(&Server, context(ctx)?, &timer, target(on)?, object(&values)?)?)
    }

    fn hear(ctx: types::Context, event: String, values: String) -> Result<(), Fault> {
        Ok(D::hear(&Server, context(ctx)?, &event, object(&values)?)?)
    }

    fn guard(ctx: types::Context, transition: String, values: String) -> Result<(), Fault> {
        Ok(D::guard(&Server, context(ctx)?, &transition, object(&values)?)?)
    }
}

impl<D: Dispatch> views::Guest for Guest<D> {
    fn show(ctx: types::Context, view: String, on: Option<types::Item>) -> Result<String, Fault> {
        let shown = D::show(&Server, context(ctx)?, &view, target(on)?)?;
        serde_json::to_string(&shown).map_err(|e| Fault::Internal(e.to_string()))
    }
}

impl<D: Dispatch> indicators::Guest for Guest<D> {
    fn compute(ctx: types::Context, name: String, start: u64, end: u64) -> Result<indicators::Measure, Fault> {
        let measure = D::compute(&Server, context(ctx)?, &name, Instant(start as i64), Instant(end as i64))?;
        Ok(indicators::Measure {
            value_milli: measure.value_milli,
            sample: measure.sample,
            evidence: json(&measure.evidence),
        })
    }
}

fn denied(call: &'static str) -> impl Fn(String) -> Denied {
    move |reason| Denied { call, reason }
}

fn failed(call: &'static str) -> impl Fn(records::Failure) -> Denied {
    move |failure| {
        let reason = match failure {
            records::Failure::NotFound => "not found",
            records::Failure::NotAllowed => "not allowed",
            records::Failure::Conflict => "conflict",
            records::Failure::TooMany => "too many",
        };
        Denied { call, reason: reason.to_string() }
    }
}

fn unreadable(call: &'static str) -> impl Fn(Fault) -> Denied {
    move |_| Denied { call, reason: "the host sent no JSON object".to_string() }
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

impl Host for Server {
    fn log(&self, level: Level, message: &str) {
        let level = match level {
            Level::Debug => log::Level::Debug,
            Level::Info => log::Level::Info,
            Level::Warn => log::Level::Warn,
            Level::Error => log::Level::Error,
        };
        log::write(level, message);
    }

    fn raw_get(&self, id: &str) -> Option<RawItem> {
        records::get(id).and_then(|found| item(found).ok())
    }

    fn raw_find(
        &self,
        kind: &str,
        states: &[&str],
        filter: &Map<String, Value>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<RawItem>, Denied> {
        const CALL: &str = "records.find";
        let found = records::find(kind, &texts(states), &json(filter), after, limit).map_err(failed(CALL))?;
        found.into_iter().map(item).collect::<Result<_, _>>().map_err(unreadable(CALL))
    }

    fn raw_count(&self, kind: &str, states: &[&str], filter: &Map<String, Value>) -> Result<u64, Denied> {
        records::count(kind, &texts(states), &json(filter)).map_err(failed("records.count"))
    }

    fn raw_create(&self, kind: &str, state: &str, data: &Map<String, Value>) -> Result<String, Denied> {
        records::create(kind, state, &json(data)).map_err(failed("records.create"))
    }

    fn raw_update(&self, id: &str, state: Option<&str>, patch: &Map<String, Value>) -> Result<(), Denied> {
        records::update(id, state, &json(patch)).map_err(failed("records.update"))
    }

    fn raw_notify(
        &self,
        key: &str,
        audience: &str,
        template: &str,
        values: &Map<String, Value>,
        urgent: bool,
    ) -> Result<(), Denied> {
        notify::send(key, audience, template, &json(values), urgent).map_err(denied("notify.send"))
    }

    fn raw_set_timer(
        &self,
        name: &str,
        target: Option<&str>,
        at: Instant,
        values: &Map<String, Value>,
    ) -> Result<(), Denied> {
        timers::set(name, target, instant(at), &json(values)).map_err(denied("timers.set"))
    }

    fn raw_cancel_timer(&self, name: &str, target: Option<&str>) {
        timers::cancel(name, target);
    }

    fn satisfies(&self, who: &Person, predicate: &str) -> Result<bool, Denied> {
        people::satisfies(&who.0, predicate).map_err(denied("people.satisfies"))
    }

    fn secret_matches(&self, record: &str, field: &str, answers: &[String]) -> Result<u32, Denied> {
        secrets::matches(record, field, answers).map_err(denied("secrets.matches"))
    }

    fn issue_code(&self, purpose: &str, target: &str, to: &Person, valid_minutes: u32) -> Result<(), Denied> {
        secrets::issue_code(purpose, target, &to.0, valid_minutes).map_err(denied("secrets.issue-code"))
    }

    fn verify_code(&self, purpose: &str, target: &str, code: &str) -> Result<bool, Denied> {
        secrets::verify_code(purpose, target, code).map_err(denied("secrets.verify-code"))
    }

    fn is_workday(&self, day: Instant) -> bool {
        calendar::is_workday(instant(day))
    }

    fn add_workdays(&self, start: Instant, days: i32) -> Instant {
        Instant(calendar::add_workdays(instant(start), days) as i64)
    }

    fn open_task(
        &self,
        key: &str,
        assignee: &Audience,
        action: &str,
        target: Option<&str>,
        due: Option<Instant>,
    ) -> Result<(), Denied> {
        tasks::open(key, &assignee.to_string(), action, target, due.map(instant)).map_err(denied("tasks.open"))
    }

    fn close_task(&self, key: &str) {
        tasks::close(key);
    }

    fn report_attendance(
        &self,
        who: &Person,
        session: &str,
        at: Instant,
        what: Presence,
        evidence: &impl Form,
    ) -> Result<(), Denied> {
        attendance::report(&who.0, session, instant(at), what.as_str(), &json(&evidence.write()))
            .map_err(denied("attendance.report"))
    }

    fn append_to_book(&self, book: &str, key: &str, quantity: i64, entry: &impl Form) -> Result<(), Denied> {
        ledger::append(book, key, quantity, &json(&entry.write())).map_err(denied("ledger.append"))
    }

    fn balance(&self, book: &str, key: &str) -> Result<i64, Denied> {
        ledger::balance(book, key).map_err(denied("ledger.balance"))
    }

    fn publish(&self, target: &str, card: &ViewModel, until: Option<Instant>) -> Result<(), Denied> {
        let card =
            serde_json::to_string(card).map_err(|e| Denied { call: "publishing.publish", reason: e.to_string() })?;
        publishing::publish(target, &card, until.map(instant)).map_err(denied("publishing.publish"))
    }

    fn withdraw(&self, target: &str) {
        publishing::withdraw(target);
    }

    fn raw_report_incident(
        &self,
        key: &str,
        what: &str,
        target: Option<&str>,
        severity: Severity,
        values: &Map<String, Value>,
    ) -> Result<(), Denied> {
        incidents::report(key, what, target, severity.as_str(), &json(values)).map_err(denied("incidents.report"))
    }
}
