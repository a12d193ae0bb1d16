//! Mail: who wants it and where, and what waits to be sent.

pub mod setting {
    use sea_orm::entity::prelude::*;

    /// How one person is told by mail. No row: by no mail.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mail_settings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        pub address: String,
        /// When the person showed by a code that the address is theirs; nothing but that code goes there before.
        pub confirmed_at: Option<i64>,
        /// Another one for each code: the code itself is nowhere.
        pub nonce: Uuid,
        pub code_until: i64,
        pub code_wrong: i32,
        pub rhythm: super::Rhythm,
        /// Minutes of the local day between which nothing is sent that is not urgent; equal: no such time.
        pub quiet_from: i32,
        pub quiet_to: i32,
        /// What was told before stays inside the site.
        pub since: i64,
        pub last_sent_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod message {
    use sea_orm::entity::prelude::*;

    /// One mail to one person, from the moment in which there is something to say.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "mails")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub account_id: Uuid,
        pub address: String,
        pub kind: super::MailKind,
        /// Ids of the notices that it tells, oldest first; empty for a code.
        pub notices: Json,
        pub urgent: bool,
        pub due_at: i64,
        pub created_at: i64,
        pub sent_at: Option<i64>,
        /// Why it was dropped or could not be delivered: the key of a sentence.
        pub reason: Option<String>,
        /// Who looked at it before it was sent, where the office wants that.
        pub released_by: Option<Uuid>,
        pub state: super::MailState,
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
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Rhythm {
    /// Soon, what came within the hour together.
    Soon,
    /// Once a day in the morning.
    Daily,
    /// Urgent notices only.
    Urgent,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum MailKind {
    Notices,
    /// The code that confirms an address.
    Code,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum MailState {
    /// Waits for its moment.
    Waiting,
    /// Waits until somebody of the office has looked at it.
    Held,
    Sent,
    Dropped,
    /// The mail server refused it for good.
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum MailEvent {
    /// More to tell before it went.
    Add,
    /// Somebody of the office has looked at it, or lets a failed one be tried again.
    Release,
    Send,
    Drop,
    Fail,
}
