use crate::records::*;
use crate::roles::{GUARDIAN, SITE_LEAD, VOLUNTEER};
use twoway_sdk::prelude::*;
use twoway_sdk::roles::PROJECT_LEAD;

#[derive(Action)]
#[action(roles(SITE_LEAD, PROJECT_LEAD, GUARDIAN))]
pub struct Apply {
    #[field(class = P4, purpose = "care", max_length = 60)]
    pub pupil_name: Sealed<String>,
    #[field(class = P4, purpose = "care")]
    pub birth_date: Sealed<Date>,
    #[field(class = P4, purpose = "care", max_length = 100)]
    pub school_class: Sealed<String>,
    #[field(class = P4, purpose = "care", kind = Text, max_length = 500)]
    pub allergies: Option<Sealed<String>>,
    /// Left empty by a guardian who applies alone.
    pub guardian: Option<Person>,
    #[field(class = P2, purpose = "contact", max_length = 60)]
    pub first_contact_name: Sealed<String>,
    #[field(class = P2, purpose = "contact", kind = Phone)]
    pub first_contact_phone: Sealed<String>,
    #[field(class = P2, purpose = "contact", max_length = 60)]
    pub second_contact_name: Sealed<String>,
    #[field(class = P2, purpose = "contact", kind = Phone)]
    pub second_contact_phone: Sealed<String>,
    pub consent_care: bool,
    pub consent_data: bool,
    pub consent_portrait: bool,
}

#[derive(Action)]
#[action(on = Enrolment, from(Applied, Waitlisted), to(Enrolled), roles(SITE_LEAD, PROJECT_LEAD))]
pub struct Accept {}

#[derive(Action)]
#[action(on = Enrolment, from(Applied), to(Waitlisted), roles(SITE_LEAD, PROJECT_LEAD))]
pub struct Waitlist {}

#[derive(Action)]
#[action(on = Enrolment, from(Applied, Waitlisted), to(Declined), roles(SITE_LEAD, PROJECT_LEAD))]
pub struct Decline {
    #[field(max_length = 200)]
    pub reason: String,
}

#[derive(Action)]
#[action(on = Enrolment, from(Applied, Waitlisted, Enrolled, Suspended), to(Suspended), roles(SITE_LEAD, GUARDIAN), protective)]
pub struct ChangeConsents {
    pub consent_care: bool,
    pub consent_data: bool,
    pub consent_portrait: bool,
}

#[derive(Action)]
#[action(on = Enrolment, from(Suspended), to(Enrolled), roles(SITE_LEAD, PROJECT_LEAD))]
pub struct Resume {}

#[derive(Action)]
#[action(on = Enrolment, from(Applied, Waitlisted, Enrolled, Suspended), to(Left), roles(SITE_LEAD, PROJECT_LEAD))]
pub struct Leave {
    #[field(max_length = 200)]
    pub reason: String,
}

#[derive(Action)]
#[action(on = Enrolment, from(Applied, Waitlisted, Enrolled, Suspended), roles(SITE_LEAD, GUARDIAN))]
pub struct AddPickupAdult {
    #[field(class = P2, purpose = "pick-up", max_length = 60)]
    pub name: Sealed<String>,
    pub relation: Relation,
    #[field(class = P2, purpose = "pick-up", kind = Phone)]
    pub phone: Sealed<String>,
    /// Ticked by whoever saw the document; neither its number nor a copy is kept.
    pub adult_confirmed: bool,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

#[derive(Action)]
#[action(on = PickupAdult, from(Valid), to(Barred), roles(SITE_LEAD, GUARDIAN), protective)]
pub struct BarAdult {
    #[field(max_length = 200)]
    pub reason: String,
}

#[derive(Action)]
#[action(on = PickupAdult, from(Barred), to(Valid), roles(SITE_LEAD, PROJECT_LEAD), confirmations = 2)]
pub struct UnbarAdult {
    #[field(max_length = 200)]
    pub reason: String,
}

#[derive(Action)]
#[action(on = PickupAdult, from(Valid, Barred), to(Removed), roles(SITE_LEAD, GUARDIAN))]
pub struct RemoveAdult {}

#[derive(Action)]
#[action(roles(SITE_LEAD, PROJECT_LEAD))]
pub struct PlanDay {
    pub date: Date,
    pub starts_at: TimeOfDay,
    pub ends_at: TimeOfDay,
}

#[derive(Action)]
#[action(on = Day, from(Planned), to(Cancelled), roles(SITE_LEAD, PROJECT_LEAD), protective)]
pub struct CancelDay {
    #[field(max_length = 200)]
    pub reason: String,
}

#[derive(Action)]
#[action(on = Day, from(Planned, Opened, Closing), roles(SITE_LEAD, VOLUNTEER))]
pub struct CheckIn {
    /// Left empty by helpers who check themselves in.
    pub person: Option<Person>,
}

#[derive(Action)]
#[action(on = Presence, from(Present), to(Left), roles(SITE_LEAD, VOLUNTEER))]
pub struct CheckOut {}

#[derive(Action)]
#[action(on = Day, from(Planned), to(Opened), roles(SITE_LEAD))]
pub struct OpenDay {}

#[derive(Action)]
#[action(on = Day, from(Opened), to(Closing), roles(SITE_LEAD))]
pub struct BeginClosing {}

#[derive(Action)]
#[action(on = Day, from(Opened, Closing), to(Closed), roles(SITE_LEAD))]
pub struct CloseDay {}

#[derive(Action)]
#[action(on = Visit, from(Expected, AbsentUnexplained), to(InCare), roles(SITE_LEAD, VOLUNTEER))]
pub struct Arrive {}

#[derive(Action)]
#[action(on = Visit, from(Expected, AbsentUnexplained), to(AbsentReported), roles(SITE_LEAD, GUARDIAN))]
pub struct ReportAbsence {
    pub absence: Absence,
}

#[derive(Action)]
#[action(on = Visit, from(Expected, InCare, Overdue), roles(SITE_LEAD, VOLUNTEER, GUARDIAN))]
pub struct SendCode {}

/// Also while the project is suspended: children may still be here.
#[derive(Action)]
#[action(on = Visit, from(Expected, InCare, Overdue), roles(SITE_LEAD, VOLUNTEER), protective)]
pub struct ReportIncident {
    pub happened: Happened,
    #[field(class = P4, purpose = "care", kind = Text, max_length = 1_000)]
    pub account: Sealed<String>,
}

#[derive(Action)]
#[action(on = Visit, from(InCare, Overdue), to(Released), roles(SITE_LEAD, VOLUNTEER))]
pub struct Release {
    pub taken_by: RecordId<PickupAdult>,
    #[field(max_length = 12)]
    pub code: String,
}

#[derive(Action)]
#[action(on = Visit, from(InCare, Overdue), to(Released), roles(SITE_LEAD, VOLUNTEER), confirmations = 2, protective)]
pub struct ReleaseByTwo {
    pub taken_by: RecordId<PickupAdult>,
    #[field(max_length = 200)]
    pub checked_how: String,
}
