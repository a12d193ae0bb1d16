//! 助餐到家: meals for old people who live alone. `decide.rs` holds the rules, the other files fetch what a rule needs and write what
//! follows from it. The plugin reads no name, telephone number, address or diet: what is sealed only passes through it.

pub mod actions;
pub mod decide;
pub mod elder;
pub mod events;
pub mod indicators;
pub mod meal;
pub mod records;
pub mod round;
pub mod views;

#[cfg(test)]
mod fixtures;

use actions::*;
use records::*;
use roles::{COURIER, DISPATCHER};
use twoway_sdk::prelude::*;

/// What the project's lead makes people.
pub mod roles {
    /// Keeps the list, plans the rounds, answers for doors that stay shut.
    pub const DISPATCHER: &str = "dispatcher";
    /// Brings meals.
    pub const COURIER: &str = "courier";
}

/// As the office enters it for a member; the word after the colon is shown to people.
pub const HEALTH_CERTIFICATE: &str = "trained:健康证明";

#[derive(Form)]
pub struct Settings {
    /// Until when a meal of the day has to be confirmed.
    #[field(default = TimeOfDay::of(12, 30))]
    pub confirm_by: TimeOfDay,
    #[field(min = 10, max = 120, unit = "minutes", default = 30_u32)]
    pub second_call_minutes: u32,
    #[field(min = 2, max = 3, default = 2_u32)]
    pub unopened_in_a_row: u32,
    #[field(min = 1, max = 20, default = 8_u32)]
    pub meals_each: u32,
    /// At most 60, so that a round with all its meals fits into one decision.
    #[field(min = 1, max = 60, default = 40_u32)]
    pub most_elders: u32,
    pub kitchen_licensed_until: Date,
}

pub type Ctx = Context<Settings>;

/// Every "no" of this plugin.
#[derive(Clone, Debug, PartialEq, Refusals)]
pub enum No {
    #[rule("《个人信息保护法》第二十九条")]
    ConsentMissing,
    ListFull {
        limit: u32,
    },
    TooLate {
        date: Date,
    },
    RoundExists {
        date: Date,
    },
    NobodyListed,
    #[rule("《食品安全法》第三十五条")]
    LicenceExpired {
        until: Date,
    },
    #[rule("《食品安全法》第四十五条")]
    NoHealthCertificate,
    CertificatesNotGranted,
    NotToday {
        date: Date,
    },
    TooManyMeals {
        limit: u32,
    },
    WhoCarries,
    NotYourMeal,
    ElderIsGone,
    TryTheDoorFirst,
    MealsStillOpen {
        meals: u32,
    },
    SecondPersonNeeded,
    EldersUnreached {
        elders: u32,
    },
}

/// Every notice. None of them names an old person.
#[derive(Clone, Debug, PartialEq, Notices)]
pub enum Notice {
    MealAssigned { number: String, time: TimeOfDay },
    MealReassigned { number: String },
    MealsUnconfirmed { meals: u32, time: TimeOfDay },
    MealsStillUnconfirmed { meals: u32, minutes: u32 },
    DoorUnopened { number: String },
    ElderUnreached { number: String, times: u32 },
    MealsHandedBack { meals: u32 },
}

#[derive(Clone, Debug, PartialEq, Incidents)]
pub enum Incident {
    ElderUnreached { number: String, times: u32 },
}

#[derive(Clone, Copy, Debug, PartialEq, Labels)]
pub enum Label {
    MealsDelivered,
    EldersListed,
    RoundsHeld,
    InTime,
    NoneYet,
    NoRoundToday,
    DeliveredToday,
    InTheKitchen,
    OnTheirWay,
    DoorsUnopened,
    OpenMeals,
    NoOpenMeals,
    Meal,
    Courier,
    State,
    Since,
    UnreachedAlert,
    LateAlert,
    Unreached,
    NobodyUnreached,
    Elder,
    TimesInARow,
}

twoway_sdk::plugin! {
    settings: Settings,
    roles: [DISPATCHER requires [ADULT], COURIER requires [ADULT, HEALTH_CERTIFICATE]],
    records: [Elder, Round, Meal],
    refusals: No,
    notices: Notice,
    labels: Label,
    incidents: Incident,
    actions: [
        ListElder => elder::list,
        PauseElder => elder::pause,
        ResumeElder => elder::resume,
        CheckOnElder => elder::check_on,
        RemoveElder => elder::remove,
        PlanRound => round::plan,
        CloseRound => round::close,
        Dispatch => meal::dispatch,
        TakeOn => meal::take_on,
        ConfirmDelivered => meal::confirm,
        ReportUnopened => meal::report_unopened,
        CancelMeal => meal::cancel,
    ],
    timers: ["unconfirmed"(round::Call) on Round => round::unconfirmed],
    events: [
        FactRevoked => events::fact_revoked,
        RolesChanged => events::roles_changed,
        MemberEnded => events::member_ended,
    ],
    guards: [ProjectClose => round::project_may_close],
    views: [
        Public "public-card" => views::public_card,
        Staff "staff-panel" => views::staff_panel,
        Sponsors "sponsor-panel" => views::sponsor_panel,
    ],
    indicators: [
        "meals-in-time" percent target 95 => indicators::meals_in_time,
        "meals-delivered" count => indicators::meals_delivered,
        "doors-unopened" count => indicators::doors_unopened,
    ],
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_description_is_sound() {
        assert_eq!(super::description().check(), Ok(()));
    }
}
