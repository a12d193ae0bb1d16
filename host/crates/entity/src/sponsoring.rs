//! What makes a sponsor's promise bind, and what follows where it is kept late or broken.

pub mod condition {
    use sea_orm::entity::prelude::*;

    /// 附条件: what must come about before one line of an adoption binds. At most one for each commitment, whose id it has.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "commitment_conditions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub adoption_id: Uuid,
        pub proposal_id: Uuid,
        /// The line that was taken on.
        pub line_id: Uuid,
        /// What is promised of it on the condition, from the day on which the agreement is in force.
        pub quantity: i64,
        pub kind: super::ConditionKind,
        /// The line that must be covered; none where all required lines must.
        pub needed_id: Option<Uuid>,
        /// `YYYY-MM-DD`, local: at the end of this day it is decided.
        pub by_on: String,
        pub decision: super::ConditionState,
        pub decided_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod first_delivery {
    use sea_orm::entity::prelude::*;

    /// 首笔拨付: by when the first money of an adoption is to come; it has the adoption's id.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "first_deliveries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The first moment after the last working day.
        pub due_at: i64,
        pub remind_at: i64,
        /// 0: nobody was told; 1: the sponsor was reminded; 2: the office heard that it is late.
        pub reminded: i32,
        pub done_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod bar {
    use sea_orm::entity::prelude::*;

    /// 限制参与: an organisation that broke an agreement takes no part for three years. It has the id of the question with which the
    /// termination was asked for, and no effect before that is answered.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sponsor_bars")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub adoption_id: Uuid,
        pub organization_id: Uuid,
        /// The path of the office that decides.
        pub path: String,
        pub reason: String,
        pub proposed_by: Uuid,
        pub proposed_at: i64,
        pub began_at: Option<i64>,
        pub until_at: Option<i64>,
        pub lifted_by: Option<Uuid>,
        pub lifted_at: Option<i64>,
        pub lift_reason: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod project_disclosure {
    use sea_orm::entity::prelude::*;

    /// 信息公开: what an adopted project owes the public, and what its team told.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "project_disclosures")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub project_id: Uuid,
        /// From 1.
        pub number: i32,
        pub kind: super::DisclosureKind,
        /// The first moment after the last day.
        pub due_at: i64,
        /// 0: nobody was told; 1: the team, before the day; 2: the team, on the day; 3: the office, that it is late.
        pub told: i32,
        /// What was received.
        pub received: Option<String>,
        /// What was done.
        pub done: Option<String>,
        pub published_by: Option<Uuid>,
        pub published_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use sea_orm::sea_query::StringLen;
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum ConditionKind {
    /// The proposal's required lines all reach their minimum.
    AllRequiredBy,
    /// One line is covered to its minimum.
    LineCoveredBy,
}

impl ConditionKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AllRequiredBy => "all-required-by",
            Self::LineCoveredBy => "line-covered-by",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum ConditionState {
    /// In a text that is not in force.
    Drafted,
    /// Agreed, and not decided.
    Waiting,
    Met,
    /// Its day went by: the line was open again.
    Missed,
    /// The commitment ended before it was decided.
    Ended,
}

impl ConditionState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Drafted => "drafted",
            Self::Waiting => "waiting",
            Self::Met => "met",
            Self::Missed => "missed",
            Self::Ended => "ended",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum DisclosureKind {
    /// Every three months while the project runs.
    Running,
    /// Every five days of an emergency.
    Emergency,
    /// After the end.
    Final,
}

impl DisclosureKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Emergency => "emergency",
            Self::Final => "final",
        }
    }
}
