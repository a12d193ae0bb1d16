//! Adoptions (认领): what one sponsor takes on for one proposal, the agreement about it, and the deliveries.

pub mod adoption {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "adoptions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub proposal_id: Uuid,
        /// The sponsor.
        pub organization_id: Uuid,
        /// The path of the office that runs the call: what rights are checked against.
        pub path: String,
        /// What the sponsor wrote when it showed interest.
        pub message: String,
        /// The sponsor's own declaration: a related party of ours benefits from this project.
        pub related_party: bool,
        /// The sponsor's own declaration: no tobacco and nothing else that may not be advertised is promoted with it.
        pub clean_promotion: bool,
        pub author_id: Uuid,
        /// 尽职调查: what the office checked; none until it has.
        pub checked_at: Option<i64>,
        pub checked_by: Option<Uuid>,
        pub check_note: Option<String>,
        /// Until when the quantities are reserved, from the hold to the last signature.
        pub held_until: Option<i64>,
        /// The hold was extended, which happens once.
        pub extended: bool,
        /// SHA-256 of the frozen agreement text, hex; none while there is none or it is being changed.
        pub agreement_hash: Option<String>,
        /// Why it ended before it was agreed.
        pub reason: Option<String>,
        pub activated_at: Option<i64>,
        /// The sponsor agreed in the signed text to be named in public (公益事业捐赠法 §8).
        pub named: bool,
        pub state: super::AdoptionState,
        pub version: i32,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod commitment {
    use sea_orm::entity::prelude::*;

    /// How much of one need line an adoption takes on.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "commitments")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub adoption_id: Uuid,
        pub line_id: Uuid,
        pub quantity: i64,
        /// Confirmed by both sides; the table checks that it is between 0 and `quantity`.
        pub delivered: i64,
        /// What was asked for in the queue: `quantity` is what became open of it. None for what never stood in a queue.
        pub wanted: Option<i64>,
        /// Given back after it was agreed: lapsed, released for hardship, terminated. `delivered + released` never passes `quantity`.
        pub released: i64,
        /// `YYYY-MM-DD`, local: by when it is to be delivered; the line's day while it is not agreed.
        pub due_on: Option<String>,
        /// The last reminder that was sent for `due_on`, in days after it.
        pub reminded: Option<i32>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod agreement {
    use sea_orm::entity::prelude::*;

    /// One version of an adoption's agreement. The newest counts; a frozen one is never changed again.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "agreements")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub adoption_id: Uuid,
        /// From 1.
        pub number: i32,
        /// What the parties fill in: `AgreementTerms` of the host.
        pub terms: Json,
        /// The whole text as the parties confirm it; none while it is a draft.
        #[sea_orm(column_type = "Text", nullable)]
        pub text: Option<String>,
        /// SHA-256 of `text` in UTF-8, hex.
        pub hash: Option<String>,
        pub frozen_at: Option<i64>,
        pub frozen_by: Option<Uuid>,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod confirmation {
    use sea_orm::entity::prelude::*;

    /// One party's confirmation of a frozen text, from an account of its own.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "confirmations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub adoption_id: Uuid,
        pub agreement_id: Uuid,
        pub party: super::Party,
        pub organization_id: Option<Uuid>,
        pub account_id: Uuid,
        /// What this person saw and confirmed: the agreement's hash.
        pub hash: String,
        /// The warning that a public promise can be enforced (慈善法 §41) was shown and ticked.
        pub warned: bool,
        pub at: i64,
        /// The sealed paper that was accepted in the place of a code.
        pub scan_id: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod partner {
    use sea_orm::entity::prelude::*;

    /// An organisation that adopts together with the sponsor that leads.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "adoption_partners")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub adoption_id: Uuid,
        pub organization_id: Uuid,
        /// What it contributes, in words that come into the agreement.
        pub share: String,
        /// The key of its category of trade; empty before it has joined.
        pub trade: String,
        /// Its own declaration: a related party of ours benefits from this project.
        pub related_party: bool,
        pub invited_by: Uuid,
        pub invited_at: i64,
        /// Who joined, declined, left or took it away.
        pub answered_by: Option<Uuid>,
        pub answered_at: Option<i64>,
        pub state: super::PartnerState,
        pub version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod delivery {
    use sea_orm::entity::prelude::*;

    /// Something that was handed over: recorded by one side, it counts when the other side has confirmed it.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "deliveries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub adoption_id: Uuid,
        pub commitment_id: Uuid,
        pub line_id: Uuid,
        pub quantity: i64,
        /// `YYYY-MM-DD`, local.
        pub delivered_on: String,
        /// The proof by kind: the recipient's receipt number, the goods-in note, the roster, the log of use, where it was printed.
        pub evidence: String,
        pub recorded_side: super::Side,
        pub recorded_by: Uuid,
        pub answered_by: Option<Uuid>,
        pub answered_at: Option<i64>,
        /// Why the other side disagrees.
        pub reason: Option<String>,
        pub state: super::DeliveryState,
        pub version: i32,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use sea_orm::sea_query::StringLen;
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum AdoptionState {
    /// 意向.
    Interested,
    /// 排队: waits until what it asks for becomes open.
    Queued,
    /// 轮到: what became open is reserved for it for some days.
    Offered,
    /// 锁定: the quantities are reserved for a while.
    Held,
    /// 拟定协议.
    Agreement,
    /// 签署中: the text is frozen, the parties confirm it.
    Signing,
    /// 公示: all have signed; whoever objects can still be heard.
    InNotice,
    /// 履行中.
    Active,
    /// 部分交付: something was delivered and something is outstanding.
    PartiallyDelivered,
    /// 已交付: nothing is outstanding.
    Delivered,
    /// 已致谢.
    Acknowledged,
    /// 已结项.
    Closed,
    /// 困难解除 (慈善法 §41).
    HardshipReleased,
    /// 已终止.
    Terminated,
    Declined,
    Lapsed,
    Withdrawn,
    /// 条件未成就: nothing of it was left, because what its promises depended on did not come about.
    Released,
}

impl AdoptionState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Interested => "interested",
            Self::Queued => "queued",
            Self::Offered => "offered",
            Self::Held => "held",
            Self::Agreement => "agreement",
            Self::Signing => "signing",
            Self::InNotice => "in-notice",
            Self::Active => "active",
            Self::PartiallyDelivered => "partially-delivered",
            Self::Delivered => "delivered",
            Self::Acknowledged => "acknowledged",
            Self::Closed => "closed",
            Self::HardshipReleased => "hardship-released",
            Self::Terminated => "terminated",
            Self::Declined => "declined",
            Self::Lapsed => "lapsed",
            Self::Withdrawn => "withdrawn",
            Self::Released => "released",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum AdoptionEvent {
    /// The office records its due diligence.
    Check,
    Decline,
    Hold,
    /// Its turn has come in the queue.
    Offer,
    /// Less than what was held.
    Reduce,
    ExtendHold,
    DraftAgreement,
    Freeze,
    /// Back to the draft: what was confirmed no longer counts.
    Reopen,
    /// An objection in the public notice was upheld: back to the draft.
    Uphold,
    Confirm,
    /// The last party has confirmed: the public notice begins.
    Announce,
    /// The public notice is over, or none was needed.
    Activate,
    /// Something was delivered, something is outstanding.
    DeliverPart,
    /// Nothing is outstanding any more, and something was delivered.
    Deliver,
    /// The team thanks.
    Acknowledge,
    /// Thanked, and what was left over is decided.
    Close,
    /// The office accepts that the sponsor cannot carry on.
    ReleaseHardship,
    Terminate,
    Lapse,
    Withdraw,
    /// The condition of its last promise did not come about.
    Release,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryState {
    /// Waits for the other side.
    Recorded,
    Confirmed,
    /// The other side says that it was not so.
    Disputed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryEvent {
    Confirm,
    Dispute,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum PartnerState {
    Invited,
    Joined,
    Declined,
    Left,
    /// The lead took the invitation or the partner away.
    Removed,
}

impl PartnerState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Joined => "joined",
            Self::Declined => "declined",
            Self::Left => "left",
            Self::Removed => "removed",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum PartnerEvent {
    Join,
    Decline,
    Leave,
    Remove,
}

/// Who signs an agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Party {
    Sponsor,
    /// An organisation that adopts along; each signs for itself.
    Partner,
    /// An organisation that receives a line; each signs for itself.
    Recipient,
    Team,
    Office,
}

/// Who stands on which side of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    Sponsor,
    /// The line's recipient, else the team.
    Receiver,
}
