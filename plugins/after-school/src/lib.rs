//! 四点半学校: after-school care in the community. `decide.rs` holds the rules, the other files fetch what a rule needs and write
//! what follows from it. The plugin reads no name, no birth date and no health note: it works with numbers and pseudonyms,
//! so it needs no class of personal data to be granted; what is sealed only passes through it.

pub mod actions;
pub mod day;
pub mod decide;
pub mod enrolment;
pub mod events;
pub mod incident;
pub mod indicators;
pub mod records;
pub mod views;
pub mod visit;

use actions::*;
use records::*;
use roles::{GUARDIAN, SITE_LEAD, VOLUNTEER};
use twoway_sdk::prelude::*;

/// What the project's lead makes people.
pub mod roles {
    pub const SITE_LEAD: &str = "site-lead";
    pub const VOLUNTEER: &str = "volunteer";
    pub const GUARDIAN: &str = "guardian";
}

#[derive(Form)]
pub struct Settings {
    /// At most 50, so that a day with all its children fits into one decision.
    #[field(min = 1, max = 50, default = 20_u32)]
    pub capacity: u32,
    #[field(min = 1, max = 20, default = 8_u32)]
    pub children_per_adult: u32,
    #[field(min = 2, max = 10, default = 2_u32)]
    pub min_adults: u32,
    #[field(min = 5, max = 120, unit = "minutes", default = 15_u32)]
    pub no_show_minutes: u32,
    #[field(min = 5, max = 120, unit = "minutes", default = 15_u32)]
    pub overdue_minutes: u32,
    #[field(min = 10, max = 600, unit = "minutes", default = 180_u32)]
    pub code_minutes: u32,
    pub insured_until: Date,
    pub fire_checked_on: Date,
}

impl Settings {
    pub fn site(&self) -> decide::Site {
        decide::Site {
            capacity: self.capacity,
            children_per_adult: self.children_per_adult,
            min_adults: self.min_adults,
            insured_until: self.insured_until,
            fire_checked_on: self.fire_checked_on,
        }
    }
}

pub type Ctx = Context<Settings>;

/// Every "no" of this plugin.
#[derive(Clone, Debug, PartialEq, Refusals)]
pub enum No {
    TooFewAdults {
        present: u32,
        needed: u32,
    },
    RatioBroken {
        children: u32,
        adults: u32,
        per_adult: u32,
    },
    RoomFull {
        capacity: u32,
    },
    InsuranceExpired {
        until: Date,
    },
    SiteCheckExpired {
        checked: Date,
    },
    NotToday {
        date: Date,
    },
    DayExists {
        date: Date,
    },
    DayInThePast {
        date: Date,
    },
    EndsBeforeItStarts,
    DayNotOpen,
    ChildrenStillHere {
        children: u32,
    },
    VisitsUnexplained {
        children: u32,
    },
    AlreadyPresent,
    OnlyYourself,
    NotYourChild,
    GuardianMissing,
    ContactsAreTheSame,
    #[rule("《个人信息保护法》第三十一条")]
    ConsentDataMissing,
    ConsentCareMissing,
    NoPlaceLeft {
        capacity: u32,
    },
    NotEnrolled,
    ListFull {
        limit: u32,
    },
    NotAnAdult,
    PeriodEndsBeforeItStarts,
    NotOnTheList,
    Barred,
    NotValidToday,
    WrongCode,
    SecondPersonNeeded,
    LastChildNeedsTwoAdults,
    CodesNotGranted,
    IncidentsNotGranted,
    WhoReports,
    ProjectHasOpenDay {
        date: Date,
    },
}

/// Every notice. None of them names a child.
#[derive(Clone, Debug, PartialEq, Notices)]
pub enum Notice {
    PlaceGiven,
    NoShow { time: TimeOfDay },
    PickupOverdue { minutes: u32 },
    ChildrenOverdue { children: u32 },
    PickedUp { time: TimeOfDay },
    DayCancelled { date: Date, reason: String },
    DayNotOpened { date: Date },
    HelpersMissing { adults: u32, children: u32 },
    CareSuspended { reason: String },
    CareResumed,
}

/// Every incident. None of them names a child.
#[derive(Clone, Debug, PartialEq, Incidents)]
pub enum Incident {
    RefusedPickup { number: String },
    ChildHurt { number: String },
    OtherTrouble { number: String },
    ChildrenNotFetched { children: u32, minutes: u32 },
}

/// What a fact about presence rests on.
#[derive(Form)]
pub struct Evidence {
    pub entered_by: Option<Person>,
    /// Adult, and the background query in date.
    pub counts: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Labels)]
pub enum Label {
    Today,
    NoDayToday,
    ChildrenInCare,
    ChildrenExpected,
    ChildrenReleased,
    AdultsThatCount,
    RatioUse,
    WhoIsHere,
    NobodyHere,
    Number,
    Child,
    State,
    Since,
    Helpers,
    NoHelpers,
    Helper,
    Counts,
    CountsYes,
    CountsNo,
    OverdueAlert,
    RatioAlert,
    SessionsHeld,
    ChildrenEnrolled,
    NextDay,
    NoneYet,
    VerifiedReleases,
    OnTimePickups,
}

twoway_sdk::plugin! {
    settings: Settings,
    roles: [SITE_LEAD requires [ADULT, CLEARED], VOLUNTEER],
    served: [GUARDIAN requires [ADULT]],
    records: [Enrolment, PickupAdult, Day, Presence, Visit, Report],
    refusals: No,
    notices: Notice,
    labels: Label,
    incidents: Incident,
    evidence: Evidence,
    actions: [
        Apply => enrolment::apply,
        Accept => enrolment::accept,
        Waitlist => enrolment::waitlist,
        Decline => enrolment::decline,
        ChangeConsents => enrolment::change_consents,
        Resume => enrolment::resume,
        Leave => enrolment::leave,
        AddPickupAdult => enrolment::add_pickup_adult,
        BarAdult => enrolment::bar_adult,
        UnbarAdult => enrolment::unbar_adult,
        RemoveAdult => enrolment::remove_adult,
        PlanDay => day::plan,
        CancelDay => day::cancel,
        CheckIn => day::check_in,
        CheckOut => day::check_out,
        OpenDay => day::open,
        BeginClosing => day::begin_closing,
        CloseDay => day::close,
        Arrive => visit::arrive,
        ReportAbsence => visit::report_absence,
        SendCode => visit::send_code,
        Release => visit::release,
        ReleaseByTwo => visit::release_by_two,
        ReportIncident => incident::report,
    ],
    timers: [
        "no-show" on Day => visit::no_show,
        "overdue" on Day => visit::overdue,
        "overdue-escalation"(visit::Round) on Day => visit::escalate,
    ],
    events: [
        ProjectSuspended => events::project_suspended,
        ProjectResumed => events::project_resumed,
        MemberEnded => events::member_ended,
        FactRevoked => events::fact_revoked,
        IncidentClosed => incident::settled,
    ],
    guards: [ProjectStart => day::project_may_start, ProjectClose => day::project_may_close],
    views: [
        Public "public-card" => views::public_card,
        Staff "staff-panel" => views::staff_panel,
        Sponsors "sponsor-panel" => views::sponsor_panel,
    ],
    indicators: [
        "verified-releases" percent target 100 => indicators::verified_releases,
        "on-time-pickups" percent target 95 => indicators::on_time_pickups,
        "sessions-held" count => indicators::sessions_held,
        "unexplained-absences" count target 0 => indicators::unexplained_absences,
    ],
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_description_is_sound() {
        assert_eq!(super::description().check(), Ok(()));
    }
}
