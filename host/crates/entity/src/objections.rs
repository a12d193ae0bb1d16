//! Objections (异议) and complaints (诉求): what somebody has against a result in public notice or against how a project is done.

pub mod objection {
    use sea_orm::entity::prelude::*;

    /// Who filed it stands here only under seal; the mark tells the host, and nobody without its keys, which objections are one's own.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "objections")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The call whose notice it is about; none for a complaint.
        pub call_id: Option<Uuid>,
        /// The office that answers for it, and its path.
        pub organization_id: Uuid,
        #[sea_orm(column_type = "Text")]
        pub path: String,
        pub target: super::Target,
        pub target_id: Uuid,
        /// What the item was called when the objection was filed.
        #[sea_orm(column_type = "Text")]
        pub title: String,
        pub ground: super::Ground,
        #[sea_orm(column_type = "Text")]
        pub statement: String,
        #[sea_orm(column_type = "Text")]
        pub wish: String,
        /// This objection's data key, wrapped.
        pub key: Vec<u8>,
        /// Account, name and contact of who filed it, under that key.
        pub objector: Vec<u8>,
        /// Keyed hash of the account.
        pub objector_mark: String,
        /// Keyed hash of the account and the request's own key: the same request files once.
        pub request_mark: Option<String>,
        /// Whom it complains about, if it is a person known here: they never handle it and never read it.
        pub against_id: Option<Uuid>,
        pub handler_id: Option<Uuid>,
        pub second_handler_id: Option<Uuid>,
        /// Until when the present step is due.
        pub due_at: Option<i64>,
        /// The time for the answer was extended, which happens once.
        pub extended: bool,
        #[sea_orm(column_type = "Text", nullable)]
        pub extension_reason: Option<String>,
        /// Why it was found inadmissible.
        #[sea_orm(column_type = "Text", nullable)]
        pub dismissal: Option<String>,
        pub result: Option<super::Result>,
        /// The whole answer, for who filed it: under the data key.
        pub answer: Option<Vec<u8>>,
        pub answered_at: Option<i64>,
        /// Why a second look was asked for.
        #[sea_orm(column_type = "Text", nullable)]
        pub review_reason: Option<String>,
        pub second_answer: Option<Vec<u8>>,
        pub second_answered_at: Option<i64>,
        /// What the notice page says of it.
        #[sea_orm(column_type = "Text", nullable)]
        pub public_answer: Option<String>,
        pub published_at: Option<i64>,
        pub state: super::ObjectionState,
        pub version: i32,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod item_notice {
    use sea_orm::entity::prelude::*;

    /// The notice of one item that was decided anew after an objection: it runs apart from that of its call.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "item_notices")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub proposal_id: Uuid,
        pub call_id: Uuid,
        pub started_at: i64,
        pub ends_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod evidence {
    use sea_orm::entity::prelude::*;

    /// A file that came with an objection. Its name stands here under the objection's data key; its bytes lie in `blobs/<sha256>` under
    /// the same key, so that whoever has the folder but not the keys reads neither.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "objection_files")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub objection_id: Uuid,
        /// In the order in which the files were handed in, from 1.
        pub number: i32,
        pub name: Vec<u8>,
        pub media_type: String,
        /// Bytes of the file as it was handed in.
        pub size: i64,
        /// Of the sealed bytes.
        pub sha256: String,
        pub uploaded_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use sea_orm::sea_query::StringLen;
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

/// What kind of thing it is about. A further kind is a further word here and an arm in `objections::targets`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// A proposal in public notice.
    Proposal,
    /// A proposal that was found ineligible; its proposer objects.
    Ineligible,
    /// A project, at any time: a complaint, which holds nothing.
    Project,
    /// An adoption in public notice.
    Adoption,
    /// An evaluation in public notice.
    Evaluation,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// What the item says is not true.
    Facts,
    /// The procedure was not kept.
    Procedure,
    /// Somebody who decided was concerned.
    Interest,
    /// The item breaks a rule of the call.
    Rules,
    /// Who gives stands near who receives, or has something to gain from it.
    Conflict,
    /// The gift is used to advertise what must not be advertised there.
    Promotion,
    /// 索要钱物: money or gifts were asked for from served persons.
    Money,
    /// How the service is given.
    Service,
    /// Somebody's safety.
    Safety,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Result {
    /// 成立.
    Upheld,
    /// 不成立.
    Rejected,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum ObjectionState {
    Filed,
    /// 不予受理.
    Inadmissible,
    Admitted,
    Assigned,
    FactFinding,
    Answered,
    /// Who filed it asked for a second look.
    ReviewRequested,
    /// The second look has its own handler.
    ReviewAssigned,
    /// The first answer stands.
    Accepted,
    /// The second answer stands.
    AnsweredFinally,
    Withdrawn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum ObjectionEvent {
    Admit,
    Dismiss,
    Assign,
    /// The handler begins to look into it.
    Begin,
    Answer,
    /// Who filed it takes the answer, or the time to ask for a second look is over, or the answer was all that was asked.
    Accept,
    RequestReview,
    AssignReview,
    AnswerFinally,
    Withdraw,
}
