use crate::roles::{GUARDIAN, SITE_LEAD, VOLUNTEER};
use twoway_sdk::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, States)]
pub enum EnrolmentState {
    Applied,
    Waitlisted,
    Enrolled,
    /// A consent that care rests on was withdrawn.
    Suspended,
    #[state(end)]
    Declined,
    #[state(end)]
    Left,
}

/// One pupil's place. Its number stands for the pupil wherever the name is not needed.
#[derive(Record)]
#[record(states = EnrolmentState, title = number, index(number, guardian), readers(SITE_LEAD))]
pub struct Enrolment {
    pub number: String,
    #[field(class = P4, purpose = "care", max_length = 60, retention_days = 180)]
    pub pupil_name: Sealed<String>,
    #[field(class = P4, purpose = "care", retention_days = 180)]
    pub birth_date: Sealed<Date>,
    #[field(class = P4, purpose = "care", max_length = 100, retention_days = 180)]
    pub school_class: Sealed<String>,
    #[field(class = P4, purpose = "care", kind = Text, max_length = 500, retention_days = 180)]
    pub allergies: Option<Sealed<String>>,
    pub guardian: Person,
    #[field(class = P2, purpose = "contact", max_length = 60, retention_days = 180)]
    pub first_contact_name: Sealed<String>,
    #[field(class = P2, purpose = "contact", kind = Phone, retention_days = 180)]
    pub first_contact_phone: Sealed<String>,
    #[field(class = P2, purpose = "contact", max_length = 60, retention_days = 180)]
    pub second_contact_name: Sealed<String>,
    #[field(class = P2, purpose = "contact", kind = Phone, retention_days = 180)]
    pub second_contact_phone: Sealed<String>,
    pub consent_care: bool,
    pub consent_data: bool,
    pub consent_portrait: bool,
    #[field(max_length = 200)]
    pub reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, States)]
pub enum AdultState {
    Valid,
    Barred,
    #[state(end)]
    Removed,
}

#[derive(Clone, Copy, Debug, PartialEq, Choice)]
pub enum Relation {
    Parent,
    Grandparent,
    Relative,
    Neighbour,
    Other,
}

/// An adult whom the guardian allows to take the child.
#[derive(Record)]
#[record(states = AdultState, title = name, index(enrolment), readers(SITE_LEAD, VOLUNTEER))]
pub struct PickupAdult {
    pub enrolment: RecordId<Enrolment>,
    #[field(class = P2, purpose = "pick-up", max_length = 60, retention_days = 180)]
    pub name: Sealed<String>,
    pub relation: Relation,
    #[field(class = P2, purpose = "pick-up", kind = Phone, retention_days = 180)]
    pub phone: Sealed<String>,
    pub adult_confirmed: bool,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    #[field(max_length = 200)]
    pub reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, States)]
pub enum DayState {
    Planned,
    Opened,
    /// No more children are taken in; those who are here are handed over.
    Closing,
    #[state(end)]
    Closed,
    #[state(end)]
    Cancelled,
}

/// One afternoon.
#[derive(Record)]
#[record(states = DayState, title = date, index(date), readers(SITE_LEAD, VOLUNTEER, GUARDIAN))]
pub struct Day {
    pub date: Date,
    pub starts_at: TimeOfDay,
    pub ends_at: TimeOfDay,
    pub opened_at: Option<Instant>,
    pub closed_at: Option<Instant>,
    #[field(max_length = 200)]
    pub reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, States)]
pub enum PresenceState {
    Present,
    #[state(end)]
    Left,
}

/// A helper's stay on one day. `counts` was settled when they came: adult, and the background query in date.
#[derive(Record)]
#[record(states = PresenceState, index(day, person), readers(SITE_LEAD, VOLUNTEER))]
pub struct Presence {
    pub day: RecordId<Day>,
    pub person: Person,
    pub counts: bool,
    pub since: Instant,
    pub until: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, States)]
pub enum VisitState {
    Expected,
    InCare,
    Overdue,
    AbsentUnexplained,
    #[state(end)]
    AbsentReported,
    #[state(end)]
    Released,
}

/// How a hand-over was proven.
#[derive(Clone, Copy, Debug, PartialEq, Choice)]
pub enum Proof {
    Code,
    TwoStaff,
}

#[derive(Clone, Copy, Debug, PartialEq, Choice)]
pub enum Pickup {
    OnTime,
    Late,
}

#[derive(Clone, Copy, Debug, PartialEq, Choice)]
pub enum Absence {
    Ill,
    AtHome,
    SchoolEvent,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, States)]
pub enum ReportState {
    Open,
    /// The office or the project's lead answered for it.
    #[state(end)]
    Settled,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Choice)]
pub enum Happened {
    /// Somebody who may not take the child wanted to.
    RefusedPickup,
    Hurt,
    Other,
}

/// Something that went wrong with one pupil. The incident is the office's; here stands what the staff saw.
#[derive(Record)]
#[record(states = ReportState, title = number, index(visit), readers(SITE_LEAD))]
pub struct Report {
    pub number: String,
    pub visit: RecordId<Visit>,
    pub happened: Happened,
    #[field(class = P4, purpose = "care", kind = Text, max_length = 1_000, retention_days = 180)]
    pub account: Sealed<String>,
    pub reported_by: Person,
}

/// One pupil on one day.
#[derive(Record)]
#[record(
    states = VisitState,
    title = number,
    index(day, enrolment, date, proof, pickup),
    readers(SITE_LEAD, VOLUNTEER),
)]
pub struct Visit {
    pub day: RecordId<Day>,
    pub date: Date,
    pub enrolment: RecordId<Enrolment>,
    pub number: String,
    pub guardian: Person,
    pub arrived_at: Option<Instant>,
    pub released_at: Option<Instant>,
    pub taken_by: Option<RecordId<PickupAdult>>,
    pub proof: Option<Proof>,
    pub pickup: Option<Pickup>,
    pub absence: Option<Absence>,
    #[field(max_length = 200)]
    pub checked_how: Option<String>,
}
