//! A small kitchen for the native tests: one door, one round, one meal.

use crate::records::*;
use crate::{Ctx, Settings};
use twoway_sdk::FakeHost;
use twoway_sdk::prelude::*;

pub fn today() -> Date {
    Date::parse("2026-03-02").expect("a date")
}

/// On the day of the round.
pub fn at(time: &str) -> Ctx {
    let settings = Settings {
        confirm_by: TimeOfDay::of(12, 30),
        second_call_minutes: 30,
        unopened_in_a_row: 2,
        meals_each: 8,
        most_elders: 40,
        kitchen_licensed_until: Date::parse("2026-12-31").expect("a date"),
    };
    Ctx::at("2026-03-02", time, settings).expect("a moment")
}

/// Somebody at whose door nobody opened so often in a row.
pub fn elder(unopened: u32) -> Elder {
    Elder {
        number: "001".to_string(),
        name: "顾桂英".to_string().into(),
        phone: "13800000001".to_string().into(),
        address: "万里路5号2单元301".to_string().into(),
        contact_phone: "13800000002".to_string().into(),
        diet: Diet::LowSugar.into(),
        courier: None,
        unopened,
        leaving: None,
    }
}

pub fn meal(round: &RecordId<Round>, elder: &RecordId<Elder>) -> Meal {
    Meal {
        number: "2026-03-02/001".to_string(),
        round: round.clone(),
        elder: elder.clone(),
        date: today(),
        courier: None,
        dispatched_at: None,
        ended_at: None,
        timing: None,
        remark: None,
    }
}

/// A planned meal of today for one elder.
pub fn kitchen(unopened: u32) -> (FakeHost, RecordId<Elder>, RecordId<Meal>) {
    let mut host = FakeHost::new();
    let gu = host.store("gu", ElderState::Listed, elder(unopened));
    let round = host.store("round", RoundState::Open, Round { date: today(), meals: 1 });
    let meal = host.store("meal", MealState::Planned, meal(&round, &gu));
    (host, gu, meal)
}
