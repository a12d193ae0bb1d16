//! Who reviews which proposal, and what they found.

pub mod review {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "reviews")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub call_id: Uuid,
        pub proposal_id: Uuid,
        /// The call's path.
        pub path: String,
        pub reviewer_id: Uuid,
        pub assigned_by: Uuid,
        pub assigned_at: i64,
        /// When the reviewer declared to have no interest in the proposal.
        pub declared_at: Option<i64>,
        /// Why the reviewer stepped aside, or the office took the assignment back.
        pub reason: Option<String>,
        /// `{rubric line: {score, comment}}`, 0 to 100 each.
        pub scores: Json,
        pub comment: String,
        /// Weighted, in hundredths of a point.
        pub total: Option<i32>,
        pub scored_at: Option<i64>,
        pub state: super::ReviewState,
        pub version: i32,
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
pub enum ReviewState {
    Assigned,
    /// The reviewer declared to have no interest and may read and score.
    Declared,
    Scored,
    /// 回避: the reviewer stepped aside.
    Recused,
    /// The office took the assignment back.
    Unassigned,
    /// The phase is over; scores are fixed.
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum ReviewEvent {
    /// Assigned again after the office had taken it back.
    Assign,
    Declare,
    Score,
    Recuse,
    Unassign,
    Close,
}
