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
        /// Only who has a code proposes.
        pub invited: bool,
        /// The key of the question that asks for the amount, which the call's ceiling bounds.
        #[sea_orm(column_type = "Text", nullable)]
        pub cost_question: Option<String>,
        /// Days after the end in which something may be handed in late, with a reason.
        pub late_days: i32,
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

pub mod invitation {
    use sea_orm::entity::prelude::*;

    /// A code with which a proposal for a call by invitation is begun.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "call_invitations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub call_id: Uuid,
        /// The path of the call's office.
        pub path: String,
        /// For whom it is.
        pub note: String,
        /// Keyed; the code itself is nowhere.
        pub code_hash: String,
        /// Its first two signs.
        pub masked: String,
        /// Proposals that can be begun with it, and that were.
        pub uses: i32,
        pub used: i32,
        pub expires_at: i64,
        pub made_by: Uuid,
        pub made_at: i64,
        pub revoked_by: Option<Uuid>,
        pub revoked_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod invitation_use {
    use sea_orm::entity::prelude::*;

    /// Who began which proposal with a code.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "call_invitation_uses")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub invitation_id: Uuid,
        pub call_id: Uuid,
        pub account_id: Uuid,
        pub organization_id: Option<Uuid>,
        pub proposal_id: Uuid,
        pub used_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
