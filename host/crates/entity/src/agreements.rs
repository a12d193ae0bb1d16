//! What stands between interest and agreement: the sponsor's statements, what the office checked, and the public notice.

pub mod statement {
    use sea_orm::entity::prelude::*;

    /// What a sponsor states about itself when it shows interest. Self-declared until the office has looked at it.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sponsor_statements")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub adoption_id: Uuid,
        /// The key of its category of trade.
        pub trade: String,
        /// The State has a hand in it: an approval comes before the signature (慈善法 §43).
        pub state_owned: bool,
        /// It gives what it makes itself, and answers for it (慈善法 §36).
        pub own_products: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod finding {
    use sea_orm::entity::prelude::*;

    /// One thing that the office looked at in its due diligence. Rows are only added; the newest of a kind counts.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "diligence_findings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub adoption_id: Uuid,
        /// Order within the adoption, from 1.
        pub number: i32,
        pub topic: super::Topic,
        pub outcome: super::Outcome,
        /// Where it was looked up, or what was shown.
        pub source: String,
        /// `YYYY-MM-DD`, local: when it was looked up.
        pub checked_on: String,
        /// The number of a certificate, a qualification or an approval.
        pub certificate: String,
        /// `YYYY-MM-DD`: until when that is valid, or goods can be used.
        pub valid_until: Option<String>,
        pub note: String,
        pub by: Uuid,
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod trade {
    use sea_orm::entity::prelude::*;

    /// A category of trade as the office lists it, over the one of the same key in the starter list.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "trades")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        pub title: String,
        /// Whoever trades in it does not adopt.
        pub blocked: bool,
        /// Why: the document that says so.
        pub basis: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod public_notice {
    use sea_orm::entity::prelude::*;

    /// The public notice (公示) between the last signature and the agreement's force.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "adoption_notices")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub adoption_id: Uuid,
        pub began_at: i64,
        pub ends_at: i64,
        /// Since when it is held back by an objection; none: it runs.
        pub held_at: Option<i64>,
        pub held_by: Option<Uuid>,
        pub held_reason: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod signing_code {
    use sea_orm::entity::prelude::*;

    /// A one-time code with which somebody signs. Only its keyed hash is kept.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "signing_codes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub adoption_id: Uuid,
        pub agreement_id: Uuid,
        pub party: crate::adoptions::Party,
        /// To whom it was sent, who alone can use it.
        pub account_id: Uuid,
        pub code_hash: String,
        pub issued_at: i64,
        pub expires_at: i64,
        pub spent_at: Option<i64>,
        /// How often a code was tried, right or wrong.
        pub tries: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod template {
    use sea_orm::entity::prelude::*;

    /// An agreement template as the office saved it, over the starter template of the same key.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "agreement_templates")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        pub name: String,
        /// With named places in braces.
        #[sea_orm(column_type = "Text")]
        pub body: String,
        /// No agreement is frozen with it any more.
        pub retired: bool,
        pub changed_by: Option<Uuid>,
        pub changed_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod plan_part {
    use sea_orm::entity::prelude::*;

    /// Which part of a commitment comes when. All parts of one add up to its quantity when the text is frozen.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "delivery_plans")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub adoption_id: Uuid,
        pub commitment_id: Uuid,
        /// `YYYY-MM-DD`, local.
        pub due_on: String,
        pub quantity: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod seal_scan {
    use sea_orm::entity::prelude::*;

    /// The scan of a paper that a party has sealed. It counts as the party's confirmation when a second person has accepted it.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "seal_scans")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub adoption_id: Uuid,
        pub agreement_id: Uuid,
        pub party: crate::adoptions::Party,
        /// The organisation whose seal it is.
        pub organization_id: Option<Uuid>,
        /// Only of a recipient.
        pub recipient_id: Option<Uuid>,
        /// The frozen text that the paper shows.
        pub hash: String,
        pub uploaded_by: Uuid,
        pub uploaded_at: i64,
        pub state: super::ScanState,
        pub answered_by: Option<Uuid>,
        pub answered_at: Option<i64>,
        /// Why it was refused.
        pub reason: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use sea_orm::sea_query::StringLen;
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

/// What due diligence looks at.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// Credit records and lists of the untrustworthy.
    Credit,
    /// The declaration about related parties.
    Related,
    /// What it trades in.
    Trade,
    /// Whether the goods are usable and whose they are.
    Goods,
    /// Whether who receives the money is qualified for as long as it takes.
    Recipient,
    /// The approval that an enterprise of the State needs.
    StateApproval,
}

impl Topic {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Credit => "credit",
            Self::Related => "related",
            Self::Trade => "trade",
            Self::Goods => "goods",
            Self::Recipient => "recipient",
            Self::StateApproval => "state-approval",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Nothing speaks against it.
    Clear,
    /// Something does.
    Concern,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum ScanState {
    Waiting,
    Accepted,
    Refused,
}
