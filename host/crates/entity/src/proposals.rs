//! Answers to calls, what they looked like when they were handed in, and the files that go with them.

pub mod proposal {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "proposals")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub call_id: Uuid,
        /// The path of the office that runs the call: what rights are checked against.
        pub path: String,
        /// The account that wrote it.
        pub owner_id: Uuid,
        /// The team or organisation in whose name; none: a citizen's own.
        pub organization_id: Option<Uuid>,
        pub title: String,
        /// What the public may read once it is selected.
        pub summary: String,
        /// Answers to the call's form, by field key.
        pub answers: Json,
        /// Given at the first submission, unique in the tenant.
        pub receipt: Option<String>,
        /// SHA-256 over the content as submitted, hex.
        pub receipt_hash: Option<String>,
        pub submitted_at: Option<i64>,
        /// When the proposer agreed to the call's risk and privacy notices.
        pub consented_at: Option<i64>,
        /// What must be mended, as the office wrote it.
        pub defects: Option<String>,
        /// Set while it is returned: after this moment it is ineligible.
        pub fix_due_at: Option<i64>,
        /// It was returned once already.
        pub returned: bool,
        pub ineligible_rule: Option<String>,
        pub ineligible_reason: Option<String>,
        pub screened_by: Option<Uuid>,
        pub decision: Option<super::Decision>,
        pub decision_reason: Option<String>,
        /// Approved cost in yuan.
        pub cost: Option<i64>,
        pub decided_by: Option<Uuid>,
        /// Mean of the reviewers' totals when the review ended, in hundredths of a point.
        pub score: Option<i32>,
        /// Last moment of its place in the pool.
        pub pool_until: Option<i64>,
        pub state: super::ProposalState,
        pub version: i32,
        pub created_at: i64,
        pub updated_at: i64,
        /// The clerk who typed it in from paper; None: its proposer wrote it.
        pub entered_by: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod revision {
    use sea_orm::entity::prelude::*;

    /// A proposal as it was handed in: once, and once more after a return.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "proposal_revisions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub proposal_id: Uuid,
        /// From 1.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        pub title: String,
        pub summary: String,
        pub answers: Json,
        /// `[{name, sha256, size}]`.
        pub attachments: Json,
        pub hash: String,
        pub author_id: Uuid,
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod disqualification {
    use sea_orm::entity::prelude::*;

    /// Why one person would disqualify a proposal, and what a second one said to that.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "disqualifications")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub proposal_id: Uuid,
        /// The office's, as the proposal has it.
        pub path: String,
        pub reason: String,
        pub proposed_by: Uuid,
        pub proposed_at: i64,
        pub decided_by: Option<Uuid>,
        pub decided_at: Option<i64>,
        /// Why it came to nothing; none where it was agreed to.
        pub drop_reason: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod attachment {
    use sea_orm::entity::prelude::*;

    /// A file of a proposal. Its bytes lie in `blobs/<sha256>` under the data folder.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "attachments")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub proposal_id: Uuid,
        pub name: String,
        pub media_type: String,
        /// Bytes.
        pub size: i64,
        pub sha256: String,
        pub uploaded_by: Uuid,
        pub uploaded_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod receipt_counter {
    use sea_orm::entity::prelude::*;

    /// How many receipts were given in a year. Taking a number locks the row, so that submissions of one tenant queue.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "receipt_counters")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub year: i32,
        pub last: i32,
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
pub enum ProposalState {
    Draft,
    /// Handed in; the office checks it.
    Submitted,
    /// 退回补正.
    Returned,
    /// Found ineligible by one person; a second one has to agree.
    RulingOut,
    Ineligible,
    Eligible,
    UnderReview,
    /// Decided, but told to nobody before all are released.
    Decided,
    /// 公示中.
    InNotice,
    Approved,
    /// 储备库.
    Pooled,
    NotSelected,
    /// Became a project.
    Converted,
    Withdrawn,
    /// Goes on in another proposal of its call.
    MergedInto,
    /// Its place in the pool ran out.
    Expired,
    /// The call was cancelled.
    Cancelled,
    /// 取消资格: taken out for false statements.
    Disqualified,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum ProposalEvent {
    Submit,
    Return,
    /// The time for mending ran out.
    FixLapsed,
    /// Found eligible.
    Admit,
    /// One person finds it ineligible.
    ProposeOut,
    /// The second person does not agree, or the first takes it back.
    KeepIn,
    /// The second person agrees: it is ineligible.
    RuleOut,
    StartReview,
    Decide,
    /// A second person agrees that it won by false statements.
    Disqualify,
    Release,
    Approve,
    Pool,
    /// The notice ended for one that was not selected.
    PassOver,
    Convert,
    Expire,
    Withdraw,
    /// Both proposers agreed that it goes on in another one.
    Merge,
    Cancel,
    /// An objection to its result was upheld: it is decided anew.
    Reopen,
    /// An objection to its being found ineligible was upheld.
    Readmit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    Selected,
    NotSelected,
}
