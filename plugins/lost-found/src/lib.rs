//! 找到啦: lost property, from the find to its owner. `decide.rs` holds the rules. The marks by which an owner is known are secret
//! even to this plugin: it hands answers to the host and learns only how many fitted.

pub mod actions;
pub mod claim;
pub mod decide;
pub mod events;
pub mod indicators;
pub mod item;
pub mod loss;
pub mod records;
pub mod views;

use actions::*;
use records::*;
use roles::{CHECKER, CUSTODIAN};
use twoway_sdk::prelude::*;

/// What the project's lead makes people.
pub mod roles {
    /// Takes things in, keeps them and gives them out.
    pub const CUSTODIAN: &str = "custodian";
    /// The second pair of eyes.
    pub const CHECKER: &str = "checker";
}

#[derive(Form)]
pub struct Settings {
    /// Where and when owners come: shown to those whose claim was approved.
    #[field(class = P0, max_length = 100)]
    pub desk: String,
    #[field(min = 1, max = 10, unit = "working days", default = 1_u32)]
    pub announce_workdays: u32,
    #[field(min = 1, max = 10, unit = "working days", default = 3_u32)]
    pub document_workdays: u32,
    /// The Civil Code gives owners a year from the announcement.
    #[field(min = 365, max = 1_095, unit = "days", default = 365_u32)]
    pub keep_days: u32,
    #[field(min = 1, max = 20, default = 3_u32)]
    pub claims_in_30_days: u32,
    #[field(min = 1, max = 10, default = 2_u32)]
    pub matches_needed: u32,
    #[field(min = 7, max = 365, unit = "days", default = 90_u32)]
    pub loss_days: u32,
}

pub type Ctx = Context<Settings>;

/// Every "no" of this plugin.
#[derive(Clone, Debug, PartialEq, Refusals)]
pub enum No {
    NumberInDescription,
    FoundInTheFuture,
    #[rule("《民法典》第三百一十四条")]
    DangerousGoesToPolice,
    PerishableIsDisposed,
    NotPerishable,
    NoSuchItem,
    FinderCannotClaim,
    ClaimedAlready,
    TooManyClaims {
        limit: u32,
    },
    NotComparedNow,
    WhoClaims,
    NotYourOwn,
    CheckerIsInvolved,
    DocumentNotSeen,
    FewMatches {
        matched: u32,
        needed: u32,
    },
    OtherClaimApproved,
    SecondPersonNeeded,
    ItemIsGone,
    PeriodEndsBeforeItStarts,
    #[rule("《民法典》第三百一十六条")]
    ItemsStillKept {
        items: u32,
    },
}

#[derive(Clone, Debug, PartialEq, Incidents)]
pub enum Incident {
    WrongRelease { number: String },
}

#[derive(Clone, Debug, PartialEq, Notices)]
pub enum Notice {
    AnnounceDue { number: String },
    PoliceDue { number: String },
    TransferDue { number: String },
    ClaimFiled { number: String },
    ClaimApproved { number: String, desk: String },
    ClaimRejected { number: String, reason: String },
    ReturnedToOther { number: String },
    WrongRelease { number: String },
    LossExpired { number: String },
    DeskClosed { number: String, reason: String },
    DeskOpen { number: String, desk: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Labels)]
pub enum Label {
    InCustody,
    ReturnedSoFar,
    Announced,
    NothingAnnounced,
    Number,
    Category,
    Area,
    FoundOn,
    Description,
    ToAnnounce,
    OpenClaims,
    NoOpenClaims,
    Item,
    Claim,
    Claimant,
    Matches,
    State,
    Suggestions,
    NoSuggestions,
    Loss,
    Similarity,
    SuggestionsOnlyAdvise,
    WrongReleaseAlert,
    ReturnRate,
    MedianDays,
    NoneYet,
}

twoway_sdk::plugin! {
    settings: Settings,
    roles: [CUSTODIAN requires [ADULT], CHECKER requires [ADULT]],
    records: [FoundItem, Claim, Loss],
    refusals: No,
    notices: Notice,
    labels: Label,
    incidents: Incident,
    books: ["custody" of item::Custody],
    actions: [
        Register => item::register,
        Announce => item::announce,
        HandToPolice => item::hand_to_police,
        Dispose => item::dispose,
        Transfer => item::transfer,
        FileClaim => claim::file,
        ApproveClaim => claim::approve,
        RejectClaim => claim::reject,
        WithdrawClaim => claim::withdraw,
        HandOver => claim::hand_over,
        ReportWrongRelease => item::report_wrong_release,
        SettleWrongRelease => item::settle_wrong_release,
        ReportLoss => loss::report,
        RenewLoss => loss::renew,
        CloseLoss => loss::close,
    ],
    timers: [
        "announce-due" on FoundItem => item::announce_due,
        "police-due" on FoundItem => item::police_due,
        "keep-ended" on FoundItem => item::keep_ended,
        "objection-ended" on FoundItem => item::objection_ended,
        "loss-expiry" on Loss => loss::expire,
    ],
    events: [
        ProjectSuspended => events::project_suspended,
        ProjectResumed => events::project_resumed,
        IncidentClosed => events::incident_closed,
    ],
    guards: [ProjectClose => item::project_may_close],
    views: [
        Public "public-card" => views::public_card,
        Staff "staff-panel" => views::staff_panel,
        Sponsors "sponsor-panel" => views::sponsor_panel,
    ],
    indicators: [
        "return-rate" percent target 60 => indicators::return_rate,
        "median-days-to-return" days target 14 => indicators::median_days_to_return,
        "wrong-releases" count target 0 => indicators::wrong_releases,
    ],
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_description_is_sound() {
        assert_eq!(super::description().check(), Ok(()));
    }
}
