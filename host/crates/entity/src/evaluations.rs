//! How a closed project is judged.

pub mod evaluation {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "evaluations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// One evaluation per project.
        pub project_id: Uuid,
        pub organization_id: Uuid,
        /// The office's path: what rights are checked against.
        #[sea_orm(column_type = "Text")]
        pub path: String,
        pub team_id: Option<Uuid>,
        /// The project's lead, who evaluates first.
        pub lead_id: Uuid,
        /// The evaluator whom the office invited.
        pub evaluator_id: Option<Uuid>,
        /// `Vec<evaluations::model::Indicator>`, frozen with the self-evaluation; the list is empty before.
        pub indicators: Json,
        /// Indicator key → the lead's words on it.
        pub answers: Json,
        #[sea_orm(column_type = "Text")]
        pub statement: String,
        /// Indicator key → `{grade, reason}`.
        pub grades: Json,
        pub grade: Option<super::Grade>,
        #[sea_orm(column_type = "Text")]
        pub conclusion: String,
        pub scored_at: Option<i64>,
        pub finalized_by: Option<Uuid>,
        pub finalized_at: Option<i64>,
        /// When the next step is due.
        pub due_at: Option<i64>,
        pub state: super::EvaluationState,
        pub version: i32,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod notice {
    use sea_orm::entity::prelude::*;

    /// The public notice of a result. It is gone when an objection was upheld.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "evaluation_notices")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub evaluation_id: Uuid,
        pub began_at: i64,
        pub ends_at: i64,
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
pub enum EvaluationState {
    Planned,
    SelfEvaluated,
    Scored,
    /// 公示.
    InNotice,
    Final,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum EvaluationEvent {
    SelfEvaluate,
    Score,
    /// The office asks the evaluator to judge again.
    Return,
    /// The grades go into public notice.
    Announce,
    /// An objection in the notice was upheld: the evaluator grades anew.
    Uphold,
    Finalize,
}

/// The four grades of the national assessment of volunteer work: 100 %, 66 %, 33 % and nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(1))")]
pub enum Grade {
    #[sea_orm(string_value = "A")]
    A,
    #[sea_orm(string_value = "B")]
    B,
    #[sea_orm(string_value = "C")]
    C,
    #[sea_orm(string_value = "D")]
    D,
}
