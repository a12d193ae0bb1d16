use crate::roles::{COURIER, DISPATCHER};
use twoway_sdk::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, States)]
pub enum ElderState {
    Listed,
    /// Did not open twice in a row: somebody has to go and look. Meals go on.
    Unreached,
    /// Away for a time; no meals are planned.
    Paused,
    #[state(end)]
    Removed,
}

/// What the kitchen has to mind.
#[derive(Clone, Copy, Debug, PartialEq, Choice)]
pub enum Diet {
    Ordinary,
    Soft,
    LowSalt,
    LowSugar,
}

#[derive(Clone, Copy, Debug, PartialEq, Choice)]
pub enum Leaving {
    OwnWish,
    MovedAway,
    OtherHelp,
    Deceased,
}

/// Somebody to whom meals are brought. The rules know a number and how often a door stayed shut, nothing else.
#[derive(Record)]
#[record(states = ElderState, title = number, index(courier), readers(DISPATCHER))]
pub struct Elder {
    pub number: String,
    #[field(class = P2, purpose = "delivery", max_length = 60, retention_days = 180)]
    pub name: Sealed<String>,
    #[field(class = P2, purpose = "delivery", kind = Phone, retention_days = 180)]
    pub phone: Sealed<String>,
    #[field(class = P2, purpose = "delivery", max_length = 200, retention_days = 180)]
    pub address: Sealed<String>,
    #[field(class = P2, purpose = "delivery", kind = Phone, retention_days = 180)]
    pub contact_phone: Sealed<String>,
    #[field(class = P3, purpose = "diet", retention_days = 180)]
    pub diet: Sealed<Diet>,
    /// Who brings a meal now. An index, so that this courier sees the record, and nobody after the meal.
    pub courier: Option<Person>,
    /// How often in a row nobody opened.
    pub unopened: u32,
    pub leaving: Option<Leaving>,
}

#[derive(Clone, Copy, Debug, PartialEq, States)]
pub enum RoundState {
    Open,
    #[state(end)]
    Closed,
}

/// The meals of one day.
#[derive(Record)]
#[record(states = RoundState, title = date, index(date), readers(DISPATCHER, COURIER))]
pub struct Round {
    pub date: Date,
    pub meals: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, States)]
pub enum MealState {
    Planned,
    Dispatched,
    #[state(end)]
    Delivered,
    /// Nobody opened; the meal was taken back.
    #[state(end)]
    Unopened,
    #[state(end)]
    Cancelled,
}

#[derive(Clone, Copy, Debug, PartialEq, Choice)]
pub enum Timing {
    InTime,
    Late,
}

/// One meal for one door.
#[derive(Record)]
#[record(
    states = MealState,
    title = number,
    index(round, elder, courier, date, timing),
    readers(DISPATCHER, COURIER),
)]
pub struct Meal {
    /// Of the round and the elder: `2026-03-02/003`.
    pub number: String,
    pub round: RecordId<Round>,
    pub elder: RecordId<Elder>,
    pub date: Date,
    pub courier: Option<Person>,
    pub dispatched_at: Option<Instant>,
    pub ended_at: Option<Instant>,
    pub timing: Option<Timing>,
    #[field(max_length = 200)]
    pub remark: Option<String>,
}
