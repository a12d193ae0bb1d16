use crate::records::*;
use crate::roles::{CHECKER, CUSTODIAN};
use twoway_sdk::prelude::*;
use twoway_sdk::roles::{PARTICIPANT, PROJECT_LEAD};

#[derive(Action)]
#[action(roles(CUSTODIAN))]
pub struct Register {
    #[field(class = P0)]
    pub category: Category,
    #[field(class = P0, max_length = 60)]
    pub area: String,
    #[field(class = P0)]
    pub found_on: Date,
    #[field(class = P0, kind = Text, max_length = 300)]
    pub description: String,
    #[field(max_length = 200)]
    pub exact_place: String,
    /// What only the owner can know. Neither this plugin nor any page ever shows it again.
    #[field(class = P2, purpose = "verify", max_length = 10)]
    pub marks: Secret<Vec<String>>,
    pub tier: Tier,
    pub perishable: bool,
    pub dangerous: bool,
    #[field(max_length = 100)]
    pub kept_at: String,
    pub finder: Option<Person>,
}

#[derive(Action)]
#[action(on = FoundItem, from(Received), to(Announced), roles(CUSTODIAN))]
pub struct Announce {}

#[derive(Action)]
#[action(on = FoundItem, from(Received, Announced, TransferDue), to(HandedToPolice), roles(CUSTODIAN))]
pub struct HandToPolice {
    #[field(max_length = 100)]
    pub receipt: String,
}

#[derive(Action)]
#[action(on = FoundItem, from(Received, Announced), to(Disposed), roles(CUSTODIAN), confirmations = 2)]
pub struct Dispose {
    #[field(max_length = 200)]
    pub reason: String,
}

#[derive(Action)]
#[action(on = FoundItem, from(TransferDue), to(Transferred), roles(CUSTODIAN, PROJECT_LEAD), confirmations = 2)]
pub struct Transfer {
    #[field(max_length = 100)]
    pub receipt: String,
}

/// Of the whole project: a claimant sees no record of a find, only the public card with its number.
#[derive(Action)]
#[action(roles(PARTICIPANT, CUSTODIAN))]
pub struct FileClaim {
    #[field(max_length = 20)]
    pub number: String,
    /// One per line, compared by the host with the secret marks, then forgotten.
    #[field(max_length = 10)]
    pub answers: Vec<String>,
    #[field(class = P2, purpose = "verify", kind = Text, max_length = 500)]
    pub story: Sealed<String>,
}

#[derive(Action)]
#[action(on = Claim, from(Filed), to(Approved), roles(CHECKER, CUSTODIAN))]
pub struct ApproveClaim {
    pub document_seen: bool,
    #[field(max_length = 200)]
    pub why_although_few: Option<String>,
}

#[derive(Action)]
#[action(on = Claim, from(Filed, Approved), to(Rejected), roles(CHECKER, CUSTODIAN))]
pub struct RejectClaim {
    #[field(max_length = 200)]
    pub reason: String,
}

#[derive(Action)]
#[action(on = Claim, from(Filed, Approved), to(Withdrawn), roles(PARTICIPANT, CUSTODIAN))]
pub struct WithdrawClaim {}

#[derive(Action)]
#[action(on = Claim, from(Approved), to(HandedOver), roles(CUSTODIAN, CHECKER), confirmations = 2)]
pub struct HandOver {}

#[derive(Action)]
#[action(on = FoundItem, from(Returned), to(WronglyReturned), roles(CUSTODIAN, CHECKER), protective)]
pub struct ReportWrongRelease {
    #[field(max_length = 200)]
    pub reason: String,
}

#[derive(Action)]
#[action(on = FoundItem, from(WronglyReturned), to(Closed), roles(PROJECT_LEAD), confirmations = 2)]
pub struct SettleWrongRelease {
    #[field(max_length = 200)]
    pub outcome: String,
}

#[derive(Action)]
#[action(roles(PARTICIPANT, CUSTODIAN))]
pub struct ReportLoss {
    pub category: Category,
    #[field(max_length = 60)]
    pub area: String,
    pub lost_from: Date,
    pub lost_to: Date,
    #[field(class = P2, purpose = "verify", kind = Text, max_length = 300)]
    pub description: Sealed<String>,
}

#[derive(Action)]
#[action(on = Loss, from(Open), roles(PARTICIPANT, CUSTODIAN))]
pub struct RenewLoss {}

#[derive(Action)]
#[action(on = Loss, from(Open), to(Closed), roles(PARTICIPANT, CUSTODIAN))]
pub struct CloseLoss {}
