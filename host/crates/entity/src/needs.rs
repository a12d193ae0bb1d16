//! What a proposal needs, line by line: money to a named recipient, goods, people, a venue, professional service, media.

pub mod need_line {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "need_lines")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub proposal_id: Uuid,
        /// Order within the proposal, from 1.
        pub position: i32,
        pub kind: super::NeedKind,
        pub title: String,
        pub description: String,
        /// Money lines count in `元`.
        pub unit: String,
        /// With less than this a required line does not let the project start.
        pub minimum: i64,
        /// More than this is never taken.
        pub optimum: i64,
        /// Several sponsors may share the line.
        pub divisible: bool,
        pub required: bool,
        /// `YYYY-MM-DD`, local: until when it is needed.
        pub due_on: String,
        /// The qualified organisation that receives it. Money lines have one, always.
        pub recipient_id: Option<Uuid>,
        /// Reserved, not yet agreed. `held + active + delivered` never passes `optimum`: the table checks it.
        pub held: i64,
        /// Agreed, not yet delivered.
        pub active: i64,
        /// Delivered, as receiver and sponsor have both confirmed.
        pub delivered: i64,
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

/// What kind of thing is needed. Lines of different kinds are never added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum NeedKind {
    /// 资金: paid by the sponsor to the named recipient, never through the platform.
    Money,
    /// 物资.
    Goods,
    /// 人员.
    People,
    /// 场地.
    Venue,
    /// 专业服务.
    Service,
    /// 媒体宣传.
    Media,
}

impl NeedKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Money => "money",
            Self::Goods => "goods",
            Self::People => "people",
            Self::Venue => "venue",
            Self::Service => "service",
            Self::Media => "media",
        }
    }
}
