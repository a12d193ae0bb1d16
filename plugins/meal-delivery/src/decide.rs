//! The rules, as functions over values.

use crate::No;
use crate::records::Timing;
use twoway_sdk::{Date, Instant, Person};

/// What somebody must not eat tells of their health, so they agree to it on its own.
pub fn may_list(consent: bool, listed: u32, limit: u32) -> Result<(), No> {
    if !consent {
        return Err(No::ConsentMissing);
    }
    if listed >= limit { Err(No::ListFull { limit }) } else { Ok(()) }
}

/// A round is for a day on which the kitchen may cook, and is planned before its meals are due.
pub fn may_plan(date: Date, licensed_until: Date, due: Instant, now: Instant) -> Result<(), No> {
    if due <= now {
        return Err(No::TooLate { date });
    }
    if licensed_until < date { Err(No::LicenceExpired { until: licensed_until }) } else { Ok(()) }
}

/// Who carries a meal: certified, on its own day, and not more than stays warm.
pub fn may_carry(certified: bool, date: Date, today: Date, carrying: u32, limit: u32) -> Result<(), No> {
    if !certified {
        return Err(No::NoHealthCertificate);
    }
    if date != today {
        return Err(No::NotToday { date });
    }
    if carrying >= limit { Err(No::TooManyMeals { limit }) } else { Ok(()) }
}

pub fn may_report_unopened(knocked_and_called: bool) -> Result<(), No> {
    if knocked_and_called { Ok(()) } else { Err(No::TryTheDoorFirst) }
}

/// The due minute itself still counts.
pub fn timing(confirmed: Instant, due: Instant) -> Timing {
    if confirmed <= due { Timing::InTime } else { Timing::Late }
}

/// Nobody is struck off over a meal that is on its way, nor by one person alone.
pub fn may_remove(open_meals: u32, confirmed_by: &[Person]) -> Result<(), No> {
    if open_meals > 0 {
        return Err(No::MealsStillOpen { meals: open_meals });
    }
    let first = confirmed_by.first();
    if confirmed_by.iter().all(|p| Some(p) == first) { Err(No::SecondPersonNeeded) } else { Ok(()) }
}

pub fn may_close(open_meals: u32) -> Result<(), No> {
    if open_meals > 0 { Err(No::MealsStillOpen { meals: open_meals }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).expect("a date")
    }

    #[test]
    fn the_list_takes_who_agreed_up_to_its_limit() {
        assert_eq!(may_list(false, 0, 40), Err(No::ConsentMissing));
        assert_eq!(may_list(true, 39, 40), Ok(()));
        assert_eq!(may_list(true, 40, 40), Err(No::ListFull { limit: 40 }));
    }

    #[test]
    fn a_round_is_planned_before_it_is_due_and_while_the_kitchen_is_licensed() {
        let (monday, due) = (day("2026-03-02"), Instant(1_000));
        let plan = |until, now| may_plan(monday, day(until), due, Instant(now));
        assert_eq!(plan("2026-03-02", 999), Ok(()));
        assert_eq!(plan("2026-03-02", 1_000), Err(No::TooLate { date: monday }));
        assert_eq!(plan("2026-03-01", 999), Err(No::LicenceExpired { until: day("2026-03-01") }));
    }

    #[test]
    fn a_courier_is_certified_and_carries_so_many_today() {
        let (monday, tuesday) = (day("2026-03-02"), day("2026-03-03"));
        assert_eq!(may_carry(false, monday, monday, 0, 8), Err(No::NoHealthCertificate));
        assert_eq!(may_carry(true, tuesday, monday, 0, 8), Err(No::NotToday { date: tuesday }));
        assert_eq!(may_carry(true, monday, monday, 7, 8), Ok(()));
        assert_eq!(may_carry(true, monday, monday, 8, 8), Err(No::TooManyMeals { limit: 8 }));
    }

    #[test]
    fn a_door_counts_as_shut_after_knocking_and_calling() {
        assert_eq!(may_report_unopened(false), Err(No::TryTheDoorFirst));
        assert_eq!(may_report_unopened(true), Ok(()));
    }

    #[test]
    fn late_begins_after_the_due_minute() {
        assert_eq!(timing(Instant(1_000), Instant(1_000)), Timing::InTime);
        assert_eq!(timing(Instant(1_001), Instant(1_000)), Timing::Late);
    }

    #[test]
    fn two_persons_strike_somebody_off_and_never_over_an_open_meal() {
        let by =
            |open, names: &[&str]| may_remove(open, &names.iter().map(|n| Person(n.to_string())).collect::<Vec<_>>());
        assert_eq!(by(0, &["su", "lin"]), Ok(()));
        assert_eq!(by(1, &["su", "lin"]), Err(No::MealsStillOpen { meals: 1 }));
        assert_eq!(by(0, &["su", "su"]), Err(No::SecondPersonNeeded));
        assert_eq!(by(0, &["su"]), Err(No::SecondPersonNeeded));
        assert_eq!(by(0, &[]), Err(No::SecondPersonNeeded));
    }

    #[test]
    fn nothing_closes_over_an_open_meal() {
        assert_eq!(may_close(0), Ok(()));
        assert_eq!(may_close(1), Err(No::MealsStillOpen { meals: 1 }));
    }
}
