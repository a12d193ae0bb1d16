//! What stands around a proposal: the index of similar ones, and what it looked like while it was written.

pub mod sketch {
    use sea_orm::entity::prelude::*;

    /// What the index knows of a proposal that was handed in.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "proposal_sketches")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub proposal_id: Uuid,
        /// SHA-256 over the text that was taken in, hex.
        pub hash: String,
        /// Its pieces in order, eight bytes each.
        pub grams: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod gram {
    use sea_orm::entity::prelude::*;

    /// A proposal's text has this piece.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "proposal_grams")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub gram: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub proposal_id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod gram_count {
    use sea_orm::entity::prelude::*;

    /// How many proposals have a piece; under 0, how many proposals there are.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "proposal_gram_counts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub gram: i64,
        pub having: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod late_submission {
    use sea_orm::entity::prelude::*;

    /// A proposal that was handed in after the end of its call. The id is the proposal's.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "late_submissions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub call_id: Uuid,
        pub path: String,
        #[sea_orm(column_type = "Text")]
        pub reason: String,
        pub submitted_at: i64,
        pub accepted_by: Option<Uuid>,
        pub accepted_at: Option<i64>,
        /// Why it was accepted.
        #[sea_orm(column_type = "Text", nullable)]
        pub note: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod saved {
    use sea_orm::entity::prelude::*;

    /// A proposal as one person left it after a while of writing.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "proposal_saved")]
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
        pub author_id: Uuid,
        /// When the person began; a pause or another person begins a new row.
        pub begun_at: i64,
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod merger {
    use sea_orm::entity::prelude::*;

    /// The office's proposal that one proposal goes on in another one of the same call.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "proposal_mergers")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The path of the office that runs the call.
        pub path: String,
        /// The one that ends.
        pub source_id: Uuid,
        /// The one that goes on.
        pub target_id: Uuid,
        /// Why the office proposes it.
        pub reason: String,
        pub proposed_by: Uuid,
        /// Who agreed for the one that ends, if somebody did.
        pub source_agreed: Option<Uuid>,
        /// The name of the one that ends may be published beside the other.
        pub source_named: bool,
        pub target_agreed: Option<Uuid>,
        pub target_named: bool,
        /// Nobody's silence is consent: after this moment it has come to nothing.
        pub due_at: i64,
        /// Why it was refused or called off.
        pub ended_reason: Option<String>,
        pub state: super::MergerState,
        pub version: i32,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod author {
    use sea_orm::entity::prelude::*;

    /// Somebody whose proposal was merged into this one.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "proposal_authors")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The one that goes on.
        pub proposal_id: Uuid,
        /// What they had written.
        pub source_id: Uuid,
        pub account_id: Uuid,
        pub organization_id: Option<Uuid>,
        /// The name may be published.
        pub named: bool,
        pub at: i64,
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
pub enum MergerState {
    /// Waits for both proposers.
    Proposed,
    Merged,
    Refused,
    /// The office took it back.
    CalledOff,
    /// Somebody did not answer in time.
    Lapsed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum MergerEvent {
    Agree,
    /// An agreement is taken back before the other side agreed.
    TakeBack,
    /// Both agreed.
    Complete,
    Refuse,
    CallOff,
    Lapse,
}

pub mod co_applicant {
    use sea_orm::entity::prelude::*;

    /// Somebody who was asked to write a proposal together with its owner.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "co_applicants")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub proposal_id: Uuid,
        /// None: whoever leads the organisation may accept.
        pub account_id: Option<Uuid>,
        pub organization_id: Option<Uuid>,
        pub part: super::Part,
        pub invited_by: Uuid,
        pub invited_at: i64,
        pub state: super::CoApplicantState,
        pub version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod comment {
    use sea_orm::entity::prelude::*;

    /// What those who write a proposal say to each other about it.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "proposal_comments")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub proposal_id: Uuid,
        pub author_id: Uuid,
        pub text: String,
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// What a co-applicant may do; each may what those before it may.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    View,
    Comment,
    Edit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum CoApplicantState {
    Invited,
    Accepted,
    Declined,
    Left,
    /// The owner took the invitation or the part away.
    Removed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum CoApplicantEvent {
    Accept,
    Decline,
    Leave,
    Remove,
}
