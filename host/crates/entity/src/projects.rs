//! Projects: proposals that are being carried out.

pub mod project {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "projects")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The proposal that it grew from; one project per proposal.
        pub proposal_id: Uuid,
        pub call_id: Uuid,
        /// The office that runs the call.
        pub organization_id: Uuid,
        /// That office's path: what rights are checked against.
        #[sea_orm(column_type = "Text")]
        pub path: String,
        /// The team that proposed it; none when a person did.
        pub team_id: Option<Uuid>,
        /// The proposal's author, who leads the project.
        pub lead_id: Uuid,
        #[sea_orm(column_type = "Text")]
        pub title: String,
        /// Answers to the plan's form, see `projects::model`.
        pub plan: Json,
        /// Why it is paused or was terminated.
        #[sea_orm(column_type = "Text", nullable)]
        pub reason: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub final_report: Option<String>,
        /// The personal data impact assessment with which sensitive data was granted to the plugin.
        #[sea_orm(column_type = "Text", nullable)]
        pub assessment: Option<String>,
        pub started_at: Option<i64>,
        pub closed_at: Option<i64>,
        /// When it reached its last state.
        pub ended_at: Option<i64>,
        pub state: super::ProjectState,
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
pub enum ProjectState {
    /// 孵化: the team plans, sponsors commit, the office chooses the plugin.
    Incubating,
    /// Everything that a start needs is there.
    Ready,
    Running,
    /// Suspended by the office; the plugin does nothing meanwhile.
    Paused,
    /// The final report is in; the evaluation is under way.
    Closing,
    Accepted,
    Terminated,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum ProjectEvent {
    Ready,
    Start,
    Suspend,
    Resume,
    Close,
    /// The evaluation became final.
    Accept,
    Terminate,
}
