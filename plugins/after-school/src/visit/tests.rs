use super::*;
use crate::day::tests::{at, day};
use twoway_sdk::{FakeHost, Sent};

pub fn visit(day: &RecordId<Day>) -> Visit {
    Visit {
        day: day.clone(),
        date: Date::parse(crate::day::tests::TODAY).unwrap(),
        enrolment: RecordId::new("enrolment"),
        number: "001".to_string(),
        guardian: Person("mother".to_string()),
        arrived_at: None,
        released_at: None,
        taken_by: None,
        proof: None,
        pickup: None,
        absence: None,
        checked_how: None,
    }
}

fn adult(enrolment: &str) -> PickupAdult {
    PickupAdult {
        enrolment: RecordId::new(enrolment),
        name: "王建国".to_string().into(),
        relation: Relation::Grandparent,
        phone: "13800000000".to_string().into(),
        adult_confirmed: true,
        valid_from: Date::parse("2026-01-01").unwrap(),
        valid_to: None,
        reason: None,
    }
}

/// A child in care, with two adults who count.
fn afternoon() -> (FakeHost, RecordId<Visit>, RecordId<PickupAdult>) {
    let mut host = FakeHost::new();
    let day = host.store("day", DayState::Opened, day());
    for name in ["lead", "helper"] {
        let person = host.person(name, &[ADULT, CLEARED]);
        let presence = Presence { day: day.clone(), person, counts: true, since: Instant(0), until: None };
        host.store(name, PresenceState::Present, presence);
    }
    let visit = host.store("visit", VisitState::InCare, visit(&day));
    let adult = host.store("grandfather", AdultState::Valid, adult("enrolment"));
    (host, visit, adult)
}

#[test]
fn the_code_that_went_to_the_guardian_opens_the_door_once() {
    let (mut host, id, grandfather) = afternoon();
    let ctx = at("17:55").by(&Person("helper".to_string()), &[VOLUNTEER]);
    send_code(&ctx, &host, host.record(&id).unwrap(), SendCode {}).unwrap();
    let to = Person("mother".to_string());
    assert_eq!(host.sent(), [Sent::Code { purpose: "pick-up".to_string(), target: "visit".to_string(), to }]);
    host.settle();
    let input = |code: &str| Release { taken_by: grandfather.clone(), code: code.to_string() };
    let wrong = release(&ctx, &host, host.record(&id).unwrap(), input("000000"));
    assert_eq!(wrong, Err(No::WrongCode.into()));
    release(&ctx, &host, host.record(&id).unwrap(), input(FakeHost::CODE)).unwrap();
    let released = host.record(&id).unwrap();
    assert_eq!((released.state, released.proof), (VisitState::Released, Some(Proof::Code)));
    assert_eq!(released.pickup, Some(Pickup::OnTime));
}

#[test]
fn another_childs_grandfather_is_a_stranger() {
    let (mut host, id, _) = afternoon();
    let other = host.store("other", AdultState::Valid, adult("another-enrolment"));
    let ctx = at("17:55").by(&Person("helper".to_string()), &[VOLUNTEER]);
    let input = || ReleaseByTwo { taken_by: other.clone(), checked_how: "证件".to_string() };
    let refused = release_by_two(&ctx, &host, host.record(&id).unwrap(), input());
    assert_eq!(refused, Err(No::NotOnTheList.into()));
}

#[test]
fn without_codes_two_different_persons_can_still_hand_over() {
    let (mut host, id, grandfather) = afternoon();
    host.deny("secrets");
    let (lead, helper) = (Person("lead".to_string()), Person("helper".to_string()));
    let mut ctx = at("18:20").by(&lead, &[SITE_LEAD]);
    let code = Release { taken_by: grandfather.clone(), code: "1".to_string() };
    assert_eq!(release(&ctx, &host, host.record(&id).unwrap(), code), Err(No::CodesNotGranted.into()));

    let input = || ReleaseByTwo { taken_by: grandfather.clone(), checked_how: "电话回拨".to_string() };
    ctx.confirmed_by = vec![lead.clone(), lead.clone()];
    let alone = release_by_two(&ctx, &host, host.record(&id).unwrap(), input());
    assert_eq!(alone, Err(No::SecondPersonNeeded.into()));
    ctx.confirmed_by = vec![lead, helper];
    release_by_two(&ctx, &host, host.record(&id).unwrap(), input()).unwrap();
    assert_eq!(host.record(&id).unwrap().pickup, Some(Pickup::Late));
}

#[test]
fn the_overdue_timer_may_ring_twice_and_tells_once() {
    let (mut host, id, _) = afternoon();
    let day = RecordId::<Day>::new("day");
    overdue(&at("18:15"), &host, host.record(&day).unwrap()).unwrap();
    assert_eq!(host.record(&id).unwrap().state, VisitState::Overdue);
    let told = host.sent().iter().filter(|s| matches!(s, Sent::Notice { urgent: true, .. })).count();
    assert_eq!(told, 1);
    host.settle();
    overdue(&at("18:16"), &host, host.record(&day).unwrap()).unwrap();
    assert_eq!(host.sent(), []);
}

#[test]
fn a_guardian_excuses_only_their_own_child() {
    let (mut host, _, _) = afternoon();
    let day = RecordId::<Day>::new("day");
    let id = host.store("tomorrow", VisitState::Expected, visit(&day));
    let input = || ReportAbsence { absence: Absence::Ill };
    let stranger = at("12:00").by(&Person("other".to_string()), &[crate::roles::GUARDIAN]);
    assert_eq!(report_absence(&stranger, &host, host.record(&id).unwrap(), input()), Err(No::NotYourChild.into()));
    let posing = Ctx { acting_for: Some(Person("mother".to_string())), ..stranger };
    let posed = report_absence(&posing, &host, host.record(&id).unwrap(), input());
    assert_eq!(posed, Err(No::NotYourChild.into()));
    let mother = at("12:00").by(&Person("mother".to_string()), &[crate::roles::GUARDIAN]);
    report_absence(&mother, &host, host.record(&id).unwrap(), input()).unwrap();
    assert_eq!(host.record(&id).unwrap().state, VisitState::AbsentReported);
}
