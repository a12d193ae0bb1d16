//! What becomes of an adoption once it is agreed: what was given back, what was asked for, changes of use, receipts, and its end.

pub mod release {
    use sea_orm::entity::prelude::*;

    /// A part of a commitment that will not be delivered; the line is open again by exactly this much. One that lapsed is the private
    /// note on its sponsor's reliability: the office and the sponsor see it, nobody else.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "releases")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub adoption_id: Uuid,
        pub organization_id: Uuid,
        pub commitment_id: Uuid,
        pub line_id: Uuid,
        pub quantity: i64,
        pub cause: super::Cause,
        pub reason: String,
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod ask {
    use sea_orm::entity::prelude::*;

    /// What one person asks for and another decides: a later day, a release for hardship, a termination.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "adoption_asks")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub adoption_id: Uuid,
        /// A delay is asked for one line.
        pub commitment_id: Option<Uuid>,
        pub kind: super::AskKind,
        pub reason: String,
        /// The day that a delay asks for, `YYYY-MM-DD`.
        pub due_on: Option<String>,
        pub asked_by: Uuid,
        pub asked_at: i64,
        /// None while nobody has answered.
        pub agreed: Option<bool>,
        pub answered_by: Option<Uuid>,
        pub answered_at: Option<i64>,
        pub answer: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod use_change {
    use sea_orm::entity::prelude::*;

    /// 改变用途: the team wants to use what was given for a line otherwise. Until it has taken effect or was withdrawn, nothing is
    /// delivered on the line.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "use_changes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub proposal_id: Uuid,
        pub line_id: Uuid,
        pub new_use: String,
        pub reason: String,
        pub asked_by: Uuid,
        /// Until when the sponsors can answer.
        pub due_at: i64,
        pub ended_at: Option<i64>,
        pub state: super::UseChangeState,
        pub version: i32,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod use_consent {
    use sea_orm::entity::prelude::*;

    /// One sponsor's answer to a change of use. Silence is not consent.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "use_consents")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub change_id: Uuid,
        pub adoption_id: Uuid,
        pub organization_id: Uuid,
        /// None while the sponsor has not answered.
        pub agreed: Option<bool>,
        pub answered_by: Option<Uuid>,
        pub answered_at: Option<i64>,
        pub note: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod receipt {
    use sea_orm::entity::prelude::*;

    /// 捐赠票据: what the recipient's register says of one delivery (慈善法 §38).
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "receipts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub recipient_id: Uuid,
        pub sponsor_id: Uuid,
        pub adoption_id: Uuid,
        pub delivery_id: Uuid,
        /// Unique for the recipient; none when the donor waived the receipt.
        pub number: Option<String>,
        /// The donor as the receipt names it; none when it is anonymous.
        pub donor: Option<String>,
        /// What was given, in the line's words.
        pub what: String,
        pub quantity: i64,
        pub unit: String,
        /// Who took it in for the recipient.
        pub handler: String,
        /// `YYYY-MM-DD`, local.
        pub received_on: String,
        pub created_by: Uuid,
        pub created_at: i64,
        pub voided_at: Option<i64>,
        pub voided_by: Option<Uuid>,
        pub void_reason: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod proof {
    use sea_orm::entity::prelude::*;

    /// What proves a delivery, by the kind of its line; the id is the delivery's.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "delivery_proofs")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub adoption_id: Uuid,
        pub kind: crate::needs::NeedKind,
        /// The answers to the form of the line's kind.
        pub facts: Json,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod settlement {
    use sea_orm::entity::prelude::*;

    /// From the last delivery to the end: thanks, what was left over, the final statement; the id is the adoption's.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "settlements")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub proposal_id: Uuid,
        pub delivered_at: i64,
        /// Until when the team thanks.
        pub thanks_due_at: i64,
        /// How often the team was reminded of it.
        pub reminded: i32,
        pub thanks: Option<String>,
        /// The thanks may be read by everybody: only with the sponsor's consent (公益事业捐赠法 §8).
        pub thanks_public: bool,
        pub thanked_by: Option<Uuid>,
        pub thanked_at: Option<i64>,
        pub surplus: Option<super::Surplus>,
        pub surplus_text: Option<String>,
        pub surplus_by: Option<Uuid>,
        pub surplus_at: Option<i64>,
        pub closed_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use sea_orm::sea_query::StringLen;
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

/// Why a part of a commitment was given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// 30 days late without an agreed delay.
    Lapsed,
    /// 慈善法 §41: the sponsor's situation has become markedly worse.
    Hardship,
    /// The office ended it.
    Terminated,
    /// What the promise depended on did not come about.
    Condition,
}

impl Cause {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lapsed => "lapsed",
            Self::Hardship => "hardship",
            Self::Terminated => "terminated",
            Self::Condition => "condition",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum AskKind {
    /// The sponsor asks for a later day; the receiver answers.
    Delay,
    /// The sponsor cannot carry on; the office answers.
    Hardship,
    /// The office ends it; a second person of the office answers.
    Termination,
}

impl AskKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Delay => "delay",
            Self::Hardship => "hardship",
            Self::Termination => "termination",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum UseChangeState {
    /// Waits for the sponsors.
    Open,
    /// A sponsor said no.
    Refused,
    /// The time is over and a sponsor was silent.
    Expired,
    /// All agreed.
    Effective,
    /// The team took it back.
    Withdrawn,
}

impl UseChangeState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Effective => "effective",
            Self::Withdrawn => "withdrawn",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum UseChangeEvent {
    Agree,
    Refuse,
    Expire,
    /// The last sponsor has agreed.
    TakeEffect,
    Withdraw,
}

/// How what was left over is dealt with (慈善法 §58).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Surplus {
    /// Nothing is left.
    Nothing,
    /// As the agreement says.
    Agreement,
    /// The agreement does not say: the office decides and publishes it.
    Office,
}

impl Surplus {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Agreement => "agreement",
            Self::Office => "office",
        }
    }
}
