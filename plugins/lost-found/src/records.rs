use crate::roles::{CHECKER, CUSTODIAN};
use twoway_sdk::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Choice)]
pub enum Category {
    Wallet,
    Phone,
    Keys,
    Bag,
    Clothing,
    Electronics,
    IdDocument,
    BankCard,
    Other,
}

impl Category {
    /// Papers that go to the police when nobody asks for them, and that are never announced with a number or a name.
    pub fn is_document(self) -> bool {
        matches!(self, Self::IdDocument | Self::BankCard)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Choice)]
pub enum Tier {
    Normal,
    Valuable,
}

#[derive(Clone, Copy, Debug, PartialEq, States)]
pub enum ItemState {
    Received,
    Announced,
    ClaimPending,
    /// Given back; for some weeks somebody else may still object.
    Returned,
    WronglyReturned,
    /// Kept for the whole time without an owner.
    TransferDue,
    #[state(end)]
    Closed,
    #[state(end)]
    HandedToPolice,
    #[state(end)]
    Transferred,
    #[state(end)]
    Disposed,
}

/// One thing that was found. What is public of it is marked so; what proves an owner is secret even to this plugin.
#[derive(Record)]
#[record(states = ItemState, title = number, index(number, category, received_on), readers(CUSTODIAN, CHECKER))]
pub struct FoundItem {
    #[field(class = P0)]
    pub number: String,
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
    #[field(class = P2, purpose = "verify", max_length = 10, retention_days = 90)]
    pub marks: Secret<Vec<String>>,
    pub tier: Tier,
    pub perishable: bool,
    pub dangerous: bool,
    #[field(max_length = 100)]
    pub kept_at: String,
    pub finder: Option<Person>,
    pub received_by: Person,
    pub received_on: Date,
    pub announced_on: Option<Date>,
    pub returned_on: Option<Date>,
    #[field(unit = "days")]
    pub days_to_return: Option<u32>,
    #[field(max_length = 200)]
    pub remark: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, States)]
pub enum ClaimState {
    Filed,
    Approved,
    #[state(end)]
    HandedOver,
    #[state(end)]
    Rejected,
    #[state(end)]
    Withdrawn,
}

/// Somebody says: this is mine. The answers are compared and forgotten; how many fitted is kept.
#[derive(Record)]
#[record(states = ClaimState, title = number, index(item, claimant, filed_on), readers(CUSTODIAN, CHECKER))]
pub struct Claim {
    pub number: String,
    pub item: RecordId<FoundItem>,
    pub claimant: Person,
    pub filed_on: Date,
    #[field(class = P2, purpose = "verify", kind = Text, max_length = 500, retention_days = 90)]
    pub story: Sealed<String>,
    pub answered: u32,
    pub matched: u32,
    pub checked_by: Option<Person>,
    pub document_seen: bool,
    #[field(max_length = 200)]
    pub remark: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, States)]
pub enum LossState {
    Open,
    #[state(end)]
    Closed,
    #[state(end)]
    Expired,
}

/// Somebody misses something.
#[derive(Record)]
#[record(states = LossState, title = number, index(owner, category), readers(CUSTODIAN, CHECKER))]
pub struct Loss {
    pub number: String,
    pub owner: Person,
    pub category: Category,
    #[field(max_length = 60)]
    pub area: String,
    pub lost_from: Date,
    pub lost_to: Date,
    #[field(class = P2, purpose = "verify", kind = Text, max_length = 300, retention_days = 90)]
    pub description: Sealed<String>,
}
