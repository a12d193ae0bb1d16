use crate::records::*;
use crate::roles::{COURIER, DISPATCHER};
use twoway_sdk::prelude::*;
use twoway_sdk::roles::PROJECT_LEAD;

#[derive(Action)]
#[action(roles(DISPATCHER, PROJECT_LEAD))]
pub struct ListElder {
    #[field(class = P2, purpose = "delivery", max_length = 60)]
    pub name: Sealed<String>,
    #[field(class = P2, purpose = "delivery", kind = Phone)]
    pub phone: Sealed<String>,
    #[field(class = P2, purpose = "delivery", max_length = 200)]
    pub address: Sealed<String>,
    #[field(class = P2, purpose = "delivery", kind = Phone)]
    pub contact_phone: Sealed<String>,
    #[field(class = P3, purpose = "diet")]
    pub diet: Sealed<Diet>,
    pub consent: bool,
}

#[derive(Action)]
#[action(on = Elder, from(Listed), to(Paused), roles(DISPATCHER, PROJECT_LEAD))]
pub struct PauseElder {}

#[derive(Action)]
#[action(on = Elder, from(Paused), to(Listed), roles(DISPATCHER, PROJECT_LEAD))]
pub struct ResumeElder {}

/// Somebody went and looked. Without the plugin two of the staff may say so.
#[derive(Action)]
#[action(on = Elder, from(Unreached), to(Listed, Paused), roles(DISPATCHER, PROJECT_LEAD), protective)]
pub struct CheckOnElder {
    /// Ticked where they are at home; otherwise they are in hospital or away, and meals pause.
    pub at_home: bool,
}

#[derive(Action)]
#[action(on = Elder, from(Listed, Paused), to(Removed), roles(DISPATCHER, PROJECT_LEAD), confirmations = 2)]
pub struct RemoveElder {
    pub leaving: Leaving,
}

#[derive(Action)]
#[action(roles(DISPATCHER, PROJECT_LEAD))]
pub struct PlanRound {
    pub date: Date,
}

#[derive(Action)]
#[action(on = Round, from(Open), to(Closed), roles(DISPATCHER, PROJECT_LEAD))]
pub struct CloseRound {}

#[derive(Action)]
#[action(on = Meal, from(Planned, Dispatched), to(Dispatched), roles(DISPATCHER))]
pub struct Dispatch {
    pub courier: Person,
}

/// A courier takes a meal by themselves.
#[derive(Action)]
#[action(on = Meal, from(Planned), to(Dispatched), roles(COURIER))]
pub struct TakeOn {}

/// Also while the project is suspended: meals may be on their way, and somebody was seen.
#[derive(Action)]
#[action(on = Meal, from(Dispatched), to(Delivered), roles(COURIER, DISPATCHER), protective)]
pub struct ConfirmDelivered {}

#[derive(Action)]
#[action(on = Meal, from(Dispatched), to(Unopened), roles(COURIER, DISPATCHER), protective)]
pub struct ReportUnopened {
    pub knocked_and_called: bool,
    #[field(max_length = 200)]
    pub remark: Option<String>,
}

#[derive(Action)]
#[action(on = Meal, from(Planned, Dispatched), to(Cancelled), roles(DISPATCHER))]
pub struct CancelMeal {
    #[field(max_length = 200)]
    pub reason: String,
}
