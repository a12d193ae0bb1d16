//! What a call is beside its rules: its settings, templates, followers and the questions asked about it.

pub mod settings {
    use sea_orm::entity::prelude::*;

    /// The id is the call's.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "call_settings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// `annual`, `emergency` or `competition`.
        pub kind: String,
        /// Which steps the call has beside those that all have: `{"roadshow": false, "second_round": false}`.
        pub steps: Json,
        /// Nobody but the proposer reads a proposal before the call is closed.
        pub sealed: bool,
        pub unsealed_at: Option<i64>,
        /// The call from which this one was copied.
        pub source_call: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod template {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "call_templates")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub path: String,
        pub name: String,
        #[sea_orm(column_type = "Text")]
        pub description: String,
        pub content: Json,
        pub created_by: Uuid,
        pub created_at: i64,
        pub retired_at: Option<i64>,
        pub version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod follower {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "call_followers")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub call_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        pub since: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod inquiry {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "call_inquiries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub call_id: Uuid,
        /// The path of the call's office.
        pub path: String,
        /// Never shown to the public.
        pub asker_id: Uuid,
        #[sea_orm(column_type = "Text")]
        pub question: String,
        pub asked_at: i64,
        pub due_at: i64,
        #[sea_orm(column_type = "Text", nullable)]
        pub answer: Option<String>,
        pub answered_by: Option<Uuid>,
        pub answered_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod channel {
    use sea_orm::entity::prelude::*;

    /// A place where a call is published, and the proof that it was. A file that proves it is a document of this row.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "call_channels")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub call_id: Uuid,
        /// The path of the call's office.
        pub path: String,
        /// `site`, `wechat`, `newspaper`, `broadcast`, `board` or `other`.
        pub kind: String,
        pub name: String,
        /// `YYYY-MM-DD`.
        pub planned_on: String,
        pub planned_by: Uuid,
        pub planned_at: i64,
        #[sea_orm(column_type = "Text", nullable)]
        pub link: Option<String>,
        pub aired_at: Option<i64>,
        pub proven_by: Option<Uuid>,
        pub proven_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
