use super::*;
use crate::fixtures::{at, elder, kitchen, today};
use crate::roles::COURIER;
use twoway_sdk::{FakeHost, Sent};

fn by(time: &str, who: &str, role: &str) -> Ctx {
    at(time).by(&Person(who.to_string()), &[role])
}

fn to(courier: &str) -> Dispatch {
    Dispatch { courier: Person(courier.to_string()) }
}

/// A meal that Ma took on at ten.
fn on_its_way(unopened: u32) -> (FakeHost, RecordId<Elder>, RecordId<Meal>) {
    let (mut host, elder, meal) = kitchen(unopened);
    take_on(&by("10:00", "ma", COURIER), &host, host.record(&meal).unwrap(), TakeOn {}).unwrap();
    host.settle();
    (host, elder, meal)
}

fn unopened(host: &FakeHost, meal: &RecordId<Meal>) -> Outcome {
    let input = ReportUnopened { knocked_and_called: true, remark: None };
    report_unopened(&by("11:00", "ma", COURIER), host, host.record(meal).unwrap(), input)
}

#[test]
fn a_meal_is_given_to_who_shows_a_certificate_and_to_nobody_else() {
    let (mut host, id, meal) = kitchen(0);
    host.person("ma", &[HEALTH_CERTIFICATE]);
    host.person("he", &[ADULT]);
    let su = by("10:00", "su", DISPATCHER);
    let give = |host: &FakeHost, whom| dispatch(&su, host, host.record(&meal).unwrap(), to(whom));
    assert_eq!(give(&host, "he"), Err(No::NoHealthCertificate.into()));
    give(&host, "ma").unwrap();
    assert_eq!(host.record(&id).unwrap().courier, Some(Person("ma".to_string())));
    let told = Sent::Notice { audience: "ma".to_string(), notice: "meal-assigned".to_string(), urgent: false };
    assert_eq!(host.sent(), [told]);
}

#[test]
fn without_the_ability_only_couriers_themselves_take_meals() {
    let (mut host, _, meal) = kitchen(0);
    host.deny("people");
    let given = dispatch(&by("10:00", "su", DISPATCHER), &host, host.record(&meal).unwrap(), to("ma"));
    assert_eq!(given, Err(No::CertificatesNotGranted.into()));
    take_on(&by("10:00", "ma", COURIER), &host, host.record(&meal).unwrap(), TakeOn {}).unwrap();
    assert_eq!(host.record(&meal).unwrap().state, MealState::Dispatched);
    assert_eq!(host.sent(), []);
}

#[test]
fn another_courier_replaces_the_first_and_both_are_told() {
    let (mut host, id, meal) = on_its_way(0);
    host.person("he", &[HEALTH_CERTIFICATE]);
    dispatch(&by("10:30", "su", DISPATCHER), &host, host.record(&meal).unwrap(), to("he")).unwrap();
    let told = host.sent().into_iter().filter_map(|sent| match sent {
        Sent::Notice { audience, notice, .. } => Some(format!("{audience}: {notice}")),
        _ => None,
    });
    let told: Vec<String> = told.collect();
    assert_eq!(told, ["ma: meal-reassigned", "he: meal-assigned"]);
    assert_eq!(host.record(&id).unwrap().courier, Some(Person("he".to_string())));
}

#[test]
fn a_meal_is_carried_on_its_own_day() {
    let (host, _, meal) = kitchen(0);
    let mut tomorrow = by("10:00", "ma", COURIER);
    tomorrow.now = tomorrow.now.plus_days(1);
    let taken = take_on(&tomorrow, &host, host.record(&meal).unwrap(), TakeOn {});
    assert_eq!(taken, Err(No::NotToday { date: today() }.into()));
}

#[test]
fn a_confirmed_meal_ends_the_courier_s_sight_and_the_row_of_shut_doors() {
    for (time, timing) in [("12:30", Timing::InTime), ("12:31", Timing::Late)] {
        let (host, id, meal) = on_its_way(1);
        confirm(&by(time, "ma", COURIER), &host, host.record(&meal).unwrap(), ConfirmDelivered {}).unwrap();
        let (gu, done) = (host.record(&id).unwrap(), host.record(&meal).unwrap());
        assert_eq!((gu.courier.clone(), gu.unopened), (None, 0));
        assert_eq!((done.state, done.timing), (MealState::Delivered, Some(timing)));
    }
}

#[test]
fn a_courier_ends_no_other_s_meal() {
    let (host, _, meal) = on_its_way(0);
    let other = by("11:00", "he", COURIER);
    let not_theirs = Err(No::NotYourMeal.into());
    assert_eq!(confirm(&other, &host, host.record(&meal).unwrap(), ConfirmDelivered {}), not_theirs);
    let shut = ReportUnopened { knocked_and_called: true, remark: None };
    assert_eq!(report_unopened(&other, &host, host.record(&meal).unwrap(), shut), not_theirs);
    let su = by("11:00", "su", DISPATCHER);
    confirm(&su, &host, host.record(&meal).unwrap(), ConfirmDelivered {}).unwrap();
}

#[test]
fn one_shut_door_is_told_and_the_second_is_an_incident() {
    let (host, id, meal) = on_its_way(0);
    unopened(&host, &meal).unwrap();
    let told = |notice: &str| Sent::Notice {
        audience: "role:dispatcher".to_string(),
        notice: notice.to_string(),
        urgent: true,
    };
    assert_eq!(host.sent(), [told("door-unopened")]);
    assert_eq!(host.record(&id).unwrap().state, ElderState::Listed);

    let (host, id, meal) = on_its_way(1);
    unopened(&host, &meal).unwrap();
    let what = "elder-unreached".to_string();
    let incident = Sent::Incident { key: format!("unreached/{}", meal.as_str()), what, severity: Severity::Harm };
    assert_eq!(host.sent(), [told("elder-unreached"), incident]);
    let gu = host.record(&id).unwrap();
    assert_eq!((gu.state, gu.unopened), (ElderState::Unreached, 2));
}

#[test]
fn where_no_incident_can_be_reported_the_lead_hears() {
    let (mut host, _, meal) = on_its_way(1);
    host.deny("incidents");
    unopened(&host, &meal).unwrap();
    let lead = |sent: &Sent| matches!(sent, Sent::Notice { audience, .. } if audience == "role:project-lead");
    assert_eq!(host.sent().iter().filter(|sent| lead(sent)).count(), 1);
}

#[test]
fn a_cancelled_meal_is_out_of_sight() {
    let (host, id, meal) = on_its_way(0);
    let reason = "道路封闭".to_string();
    cancel(&by("11:00", "su", DISPATCHER), &host, host.record(&meal).unwrap(), CancelMeal { reason }).unwrap();
    assert_eq!(host.record(&id).unwrap().courier, None);
    assert_eq!(host.record(&meal).unwrap().state, MealState::Cancelled);
}

#[test]
fn a_courier_carries_so_many_and_no_more() {
    let (mut host, _, first) = on_its_way(0);
    let another = host.store("another", ElderState::Listed, elder(0));
    let round = host.record(&first).unwrap().round.clone();
    let second = host.store("second", MealState::Planned, crate::fixtures::meal(&round, &another));
    let mut ctx = by("10:10", "ma", COURIER);
    ctx.settings.meals_each = 1;
    let taken = take_on(&ctx, &host, host.record(&second).unwrap(), TakeOn {});
    assert_eq!(taken, Err(No::TooManyMeals { limit: 1 }.into()));
    ctx.settings.meals_each = 2;
    take_on(&ctx, &host, host.record(&second).unwrap(), TakeOn {}).unwrap();
}
