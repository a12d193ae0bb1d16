use super::*;
use crate::Settings;
use twoway_sdk::{FakeHost, Sent};

pub const TODAY: &str = "2026-03-02";

pub fn settings() -> Settings {
    Settings {
        capacity: 20,
        children_per_adult: 8,
        min_adults: 2,
        no_show_minutes: 15,
        overdue_minutes: 15,
        code_minutes: 180,
        insured_until: Date::parse("2026-12-31").unwrap(),
        fire_checked_on: Date::parse("2026-01-10").unwrap(),
    }
}

pub fn at(time: &str) -> Ctx {
    Ctx::at(TODAY, time, settings()).unwrap()
}

pub fn day() -> Day {
    Day {
        date: Date::parse(TODAY).unwrap(),
        starts_at: TimeOfDay::parse("16:30").unwrap(),
        ends_at: TimeOfDay::parse("18:00").unwrap(),
        opened_at: None,
        closed_at: None,
        reason: None,
    }
}

#[test]
fn a_day_opens_once_two_cleared_adults_are_there() {
    let mut host = FakeHost::new();
    let lead = host.person("lead", &[ADULT, CLEARED]);
    let student = host.person("student", &[ADULT]);
    let helper = host.person("helper", &[ADULT, CLEARED]);
    let id = host.store("day", DayState::Planned, day());
    let ctx = at("16:20").by(&lead, &[SITE_LEAD]);
    for person in [&lead, &student] {
        check_in(&ctx, &host, host.record(&id).unwrap(), CheckIn { person: Some(person.clone()) }).unwrap();
        host.settle();
    }
    let refused = open(&ctx, &host, host.record(&id).unwrap(), OpenDay {});
    assert_eq!(refused, Err(No::TooFewAdults { present: 1, needed: 2 }.into()));

    check_in(&ctx, &host, host.record(&id).unwrap(), CheckIn { person: Some(helper) }).unwrap();
    host.settle();
    open(&ctx, &host, host.record(&id).unwrap(), OpenDay {}).unwrap();
    assert_eq!(host.record(&id).unwrap().state, DayState::Opened);
}

#[test]
fn helpers_check_in_only_themselves_and_only_once() {
    let mut host = FakeHost::new();
    let helper = host.person("helper", &[ADULT, CLEARED]);
    let other = host.person("other", &[ADULT, CLEARED]);
    let id = host.store("day", DayState::Planned, day());
    let ctx = at("16:20").by(&helper, &[crate::roles::VOLUNTEER]);
    let refused = check_in(&ctx, &host, host.record(&id).unwrap(), CheckIn { person: Some(other) });
    assert_eq!(refused, Err(No::OnlyYourself.into()));
    check_in(&ctx, &host, host.record(&id).unwrap(), CheckIn { person: None }).unwrap();
    host.settle();
    let again = check_in(&ctx, &host, host.record(&id).unwrap(), CheckIn { person: None });
    assert_eq!(again, Err(No::AlreadyPresent.into()));
}

#[test]
fn a_plan_sets_its_timers_by_the_local_clock() {
    let host = FakeHost::new();
    let Day { date, starts_at, ends_at, .. } = day();
    plan(&at("09:00"), &host, (), PlanDay { date, starts_at, ends_at }).unwrap();
    let timers: Vec<_> = host
        .sent()
        .into_iter()
        .filter_map(|sent| match sent {
            Sent::Timer { name, at, .. } => Some((name, TimeOfDay::at(at, 480).to_string())),
            _ => None,
        })
        .collect();
    assert_eq!(timers, [("no-show".to_string(), "16:45".to_string()), ("overdue".to_string(), "18:15".to_string())]);
}

#[test]
fn a_day_does_not_close_over_a_child() {
    let mut host = FakeHost::new();
    let id = host.store("day", DayState::Opened, day());
    host.store("visit", VisitState::Overdue, crate::visit::tests::visit(&id));
    let refused = close(&at("18:30"), &host, host.record(&id).unwrap(), CloseDay {});
    assert_eq!(refused, Err(No::ChildrenStillHere { children: 1 }.into()));
}
