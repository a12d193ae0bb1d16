//! Durable work: outbox rows and timers are the same thing, a job that is due now or later.

pub mod job {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "jobs")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Which handler: `calls.open`, `plugins.tick` …
        pub kind: String,
        /// Unique together with `kind` among jobs that wait: setting it again moves it.
        pub key: String,
        pub payload: Json,
        pub state: super::JobState,
        pub due_at: i64,
        pub attempts: i32,
        pub lease_until: Option<i64>,
        /// Grows with each claim: a worker that lost its lease cannot finish the job.
        pub fence: i32,
        pub last_error: Option<String>,
        /// What the job is about, for the admin page and for cancelling.
        pub subject_kind: Option<String>,
        pub subject_id: Option<Uuid>,
        pub created_at: i64,
        pub finished_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use sea_orm::sea_query::StringLen;
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum JobState {
    Waiting,
    Running,
    Done,
    Cancelled,
    /// Gave up after the last attempt; waits for a person.
    Dead,
}
