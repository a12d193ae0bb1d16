//! Calls for projects.

pub mod call {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "calls")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The office that runs it.
        pub organization_id: Uuid,
        /// That office's path: what rights are checked against.
        pub path: String,
        pub title: String,
        pub summary: String,
        #[sea_orm(column_type = "Text")]
        pub guide: String,
        /// `Vec<twoway_manifest::Field>`.
        pub form: Json,
        /// `[{key, title, weight}]`; the weights add up to 100.
        pub rubric: Json,
        /// Highest amount per project, in yuan; none: no ceiling.
        pub ceiling: Option<i64>,
        /// Proposals per applicant.
        pub cap: i32,
        #[sea_orm(column_type = "Text")]
        pub risk_notice: String,
        #[sea_orm(column_type = "Text")]
        pub privacy_notice: String,
        pub contact: String,
        pub preview_at: Option<i64>,
        pub opens_at: Option<i64>,
        pub closes_at: Option<i64>,
        /// Working days of public notice.
        pub notice_days: i32,
        pub notice_started_at: Option<i64>,
        pub notice_ends_at: Option<i64>,
        pub min_reviews: i32,
        pub author_id: Uuid,
        pub approved_by: Option<Uuid>,
        pub extended: bool,
        /// Since when it takes no proposals for a while.
        pub suspended_at: Option<i64>,
        /// Why it was last returned, extended, suspended or cancelled.
        pub reason: Option<String>,
        pub state: super::CallState,
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
pub enum CallState {
    Draft,
    InternalReview,
    /// 征集预告.
    Previewed,
    Open,
    /// Takes no proposals for a while; its clock stands still.
    Suspended,
    /// Closed to proposals; the office checks who is eligible.
    Screening,
    Reviewing,
    Deliberating,
    /// 公示.
    PublicNotice,
    Concluded,
    Cancelled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum CallEvent {
    Submit,
    Return,
    Approve,
    Open,
    Extend,
    Suspend,
    Resume,
    Close,
    StartReview,
    EndReview,
    /// The best proposals are read a second time.
    StartSecondRound,
    Release,
    Conclude,
    Cancel,
}
