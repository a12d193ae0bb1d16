//! The rules, as functions over values: what they are told is what they judge by.

use crate::No;
use crate::records::Proof;
use twoway_sdk::{Date, Instant};

/// A fire and first-aid check is good for a year.
const CHECK_DAYS: i64 = 365;
const MAX_PICKUP_ADULTS: u32 = 5;

/// What the office set for the site.
#[derive(Clone, Debug)]
pub struct Site {
    pub capacity: u32,
    pub children_per_adult: u32,
    pub min_adults: u32,
    pub insured_until: Date,
    pub fire_checked_on: Date,
}

/// The room at this moment. Only adults whose background query is in date are counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    pub adults: u32,
    pub children: u32,
}

impl Site {
    /// The papers without which no child may be here on this day.
    pub fn papers_are_in_date(&self, today: Date) -> Result<(), No> {
        if self.insured_until < today {
            return Err(No::InsuranceExpired { until: self.insured_until });
        }
        if today.days_since(self.fire_checked_on) > CHECK_DAYS {
            return Err(No::SiteCheckExpired { checked: self.fire_checked_on });
        }
        Ok(())
    }

    /// Whether so many adults may look after so many children.
    pub fn may_care(&self, room: Room) -> Result<(), No> {
        if room.adults < self.min_adults {
            return Err(No::TooFewAdults { present: room.adults, needed: self.min_adults });
        }
        if room.children > self.capacity {
            return Err(No::RoomFull { capacity: self.capacity });
        }
        let covered = room.adults * self.children_per_adult;
        if room.children > covered {
            return Err(No::RatioBroken {
                children: room.children,
                adults: room.adults,
                per_adult: self.children_per_adult,
            });
        }
        Ok(())
    }

    /// Papers first, then people.
    pub fn may_open(&self, room: Room, day: Date, today: Date) -> Result<(), No> {
        if day != today {
            return Err(No::NotToday { date: day });
        }
        self.papers_are_in_date(today)?;
        self.may_care(room)
    }

    /// Whether a helper who counts may leave `room` behind.
    pub fn may_leave_behind(&self, room: Room) -> Result<(), No> {
        if room.children == 0 { Ok(()) } else { self.may_care(room) }
    }
}

/// What is known of the adult who wants to take the child.
#[derive(Clone, Debug, PartialEq)]
pub struct Taker {
    /// Listed for this very child, and not taken off the list.
    pub listed: bool,
    pub barred: bool,
    pub adult_confirmed: bool,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

impl Taker {
    /// A stranger: nobody knows anything of them.
    pub fn unknown(today: Date) -> Self {
        Self { listed: false, barred: false, adult_confirmed: false, valid_from: today, valid_to: None }
    }

    fn may_take(&self, today: Date) -> Result<(), No> {
        if !self.listed {
            return Err(No::NotOnTheList);
        }
        if self.barred {
            return Err(No::Barred);
        }
        if !self.adult_confirmed {
            return Err(No::NotAnAdult);
        }
        if today < self.valid_from || self.valid_to.is_some_and(|to| today > to) {
            return Err(No::NotValidToday);
        }
        Ok(())
    }
}

/// What the staff shows for it that the hand-over is right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shown {
    /// A one-time code, and whether it was the one that the guardian got.
    Code { right: bool },
    /// So many different persons of the staff confirm it.
    Staff { confirmed: u32 },
}

/// A child leaves only with a listed adult and one proof; the last child only under the eyes of two adults.
pub fn may_release(taker: &Taker, shown: Shown, room: Room, today: Date) -> Result<Proof, No> {
    taker.may_take(today)?;
    let proof = match shown {
        Shown::Code { right: true } => Proof::Code,
        Shown::Code { right: false } => return Err(No::WrongCode),
        Shown::Staff { confirmed } if confirmed >= 2 => Proof::TwoStaff,
        Shown::Staff { .. } => return Err(No::SecondPersonNeeded),
    };
    if room.children <= 1 && room.adults < 2 {
        return Err(No::LastChildNeedsTwoAdults);
    }
    Ok(proof)
}

/// Care and the processing of a child's data rest on consent; publication does not matter here.
pub fn may_enrol(consent_care: bool, consent_data: bool, enrolled: u32, capacity: u32) -> Result<(), No> {
    if !consent_care {
        return Err(No::ConsentCareMissing);
    }
    if !consent_data {
        return Err(No::ConsentDataMissing);
    }
    if enrolled >= capacity {
        return Err(No::NoPlaceLeft { capacity });
    }
    Ok(())
}

pub fn may_list_adult(listed: u32, adult_confirmed: bool) -> Result<(), No> {
    if !adult_confirmed {
        return Err(No::NotAnAdult);
    }
    if listed >= MAX_PICKUP_ADULTS {
        return Err(No::ListFull { limit: MAX_PICKUP_ADULTS });
    }
    Ok(())
}

/// A pick-up is late once the overdue timer could have rung.
pub fn is_late(now: Instant, day_ends: Instant, overdue_minutes: u32) -> bool {
    now > day_ends.plus_minutes(i64::from(overdue_minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).expect("a date")
    }

    fn site() -> Site {
        Site {
            capacity: 20,
            children_per_adult: 8,
            min_adults: 2,
            insured_until: day("2026-12-31"),
            fire_checked_on: day("2026-01-10"),
        }
    }

    fn mother() -> Taker {
        Taker {
            listed: true,
            barred: false,
            adult_confirmed: true,
            valid_from: day("2026-03-01"),
            valid_to: Some(day("2026-03-31")),
        }
    }

    const TODAY: &str = "2026-03-02";
    const ROOM: Room = Room { adults: 2, children: 5 };

    #[test]
    fn nobody_opens_below_two_cleared_adults() {
        let open = |adults| site().may_open(Room { adults, children: 3 }, day(TODAY), day(TODAY));
        assert_eq!(open(1), Err(No::TooFewAdults { present: 1, needed: 2 }));
        assert_eq!(open(2), Ok(()));
    }

    #[test]
    fn the_ratio_and_the_capacity_bind_at_their_very_edge() {
        let care = |adults, children| site().may_care(Room { adults, children });
        assert_eq!(care(2, 16), Ok(()));
        assert_eq!(care(2, 17), Err(No::RatioBroken { children: 17, adults: 2, per_adult: 8 }));
        assert_eq!(care(3, 20), Ok(()));
        assert_eq!(care(3, 21), Err(No::RoomFull { capacity: 20 }));
    }

    #[test]
    fn papers_must_be_in_date_on_the_day() {
        let open = |today: &str| site().may_open(ROOM, day(today), day(today));
        assert_eq!(open("2026-12-31"), Ok(()));
        assert_eq!(open("2027-01-01"), Err(No::InsuranceExpired { until: day("2026-12-31") }));
        let site = Site { insured_until: day("2030-01-01"), ..site() };
        assert_eq!(site.papers_are_in_date(day("2027-01-10")), Ok(()));
        assert_eq!(
            site.papers_are_in_date(day("2027-01-11")),
            Err(No::SiteCheckExpired { checked: day("2026-01-10") })
        );
    }

    #[test]
    fn a_day_opens_on_its_own_date_only() {
        assert_eq!(site().may_open(ROOM, day("2026-03-03"), day(TODAY)), Err(No::NotToday { date: day("2026-03-03") }));
    }

    #[test]
    fn helpers_may_go_when_the_room_is_empty_or_still_covered() {
        assert_eq!(site().may_leave_behind(Room { adults: 0, children: 0 }), Ok(()));
        assert_eq!(
            site().may_leave_behind(Room { adults: 1, children: 1 }),
            Err(No::TooFewAdults { present: 1, needed: 2 })
        );
    }

    #[test]
    fn a_child_leaves_with_a_listed_adult_and_a_proof() {
        let code = Shown::Code { right: true };
        let release = |taker: Taker, shown| may_release(&taker, shown, ROOM, day(TODAY));
        assert_eq!(release(mother(), code), Ok(Proof::Code));
        assert_eq!(release(mother(), Shown::Staff { confirmed: 2 }), Ok(Proof::TwoStaff));
        assert_eq!(release(mother(), Shown::Code { right: false }), Err(No::WrongCode));
        assert_eq!(release(mother(), Shown::Staff { confirmed: 1 }), Err(No::SecondPersonNeeded));
        assert_eq!(release(Taker::unknown(day(TODAY)), code), Err(No::NotOnTheList));
        assert_eq!(release(Taker { barred: true, ..mother() }, code), Err(No::Barred));
        assert_eq!(release(Taker { adult_confirmed: false, ..mother() }, code), Err(No::NotAnAdult));
    }

    #[test]
    fn a_listing_holds_from_its_first_to_its_last_day() {
        let on = |today: &str| may_release(&mother(), Shown::Code { right: true }, ROOM, day(today));
        assert_eq!(on("2026-03-01"), Ok(Proof::Code));
        assert_eq!(on("2026-03-31"), Ok(Proof::Code));
        assert_eq!(on("2026-02-28"), Err(No::NotValidToday));
        assert_eq!(on("2026-04-01"), Err(No::NotValidToday));
    }

    #[test]
    fn the_last_child_is_never_alone_with_one_adult() {
        let last = |adults| {
            let room = Room { adults, children: 1 };
            may_release(&mother(), Shown::Code { right: true }, room, day(TODAY))
        };
        assert_eq!(last(1), Err(No::LastChildNeedsTwoAdults));
        assert_eq!(last(2), Ok(Proof::Code));
    }

    #[test]
    fn enrolment_rests_on_two_consents_and_a_place() {
        assert_eq!(may_enrol(false, true, 0, 20), Err(No::ConsentCareMissing));
        assert_eq!(may_enrol(true, false, 0, 20), Err(No::ConsentDataMissing));
        assert_eq!(may_enrol(true, true, 20, 20), Err(No::NoPlaceLeft { capacity: 20 }));
        assert_eq!(may_enrol(true, true, 19, 20), Ok(()));
    }

    #[test]
    fn five_adults_are_listed_at_most_and_none_unseen() {
        assert_eq!(may_list_adult(4, true), Ok(()));
        assert_eq!(may_list_adult(5, true), Err(No::ListFull { limit: 5 }));
        assert_eq!(may_list_adult(0, false), Err(No::NotAnAdult));
    }

    #[test]
    fn late_begins_after_the_last_tolerated_minute() {
        let ends = Instant(0);
        assert!(!is_late(ends.plus_minutes(15), ends, 15));
        assert!(is_late(ends.plus_minutes(15).plus_minutes(1), ends, 15));
    }
}
