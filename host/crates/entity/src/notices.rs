//! What the platform told somebody, and in which words.

pub mod notice {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "notices")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub account_id: Uuid,
        /// The locale key of its text, or, from a plugin, the finished text in `values.text`.
        pub template: String,
        pub values: Json,
        /// Path inside the site to which it leads.
        pub link: String,
        pub urgent: bool,
        pub created_at: i64,
        pub read_at: Option<i64>,
        /// When a mail took it up, or passed over it.
        pub gathered_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod wording {
    use sea_orm::entity::prelude::*;

    /// What the office made of one of the platform's sentences.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notice_wordings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        /// The locale key of the sentence.
        #[sea_orm(primary_key, auto_increment = false)]
        pub template: String,
        /// In place of the platform's own; none: that one.
        pub zh_cn: Option<String>,
        pub en: Option<String>,
        /// Mails that tell it wait until somebody of the office has looked at them.
        pub looked_at: bool,
        pub edited_by: Uuid,
        pub edited_at: i64,
        pub version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
