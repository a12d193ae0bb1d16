//! Spreadsheets that somebody uploaded and has not confirmed yet.

pub mod sheet_import {
    use sea_orm::entity::prelude::*;

    /// An upload. It is gone a day after it was made.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "sheet_imports")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// `organizations`, `needs`, `scores`.
        pub kind: String,
        /// The proposal or the call into which it goes.
        pub target_id: Option<Uuid>,
        /// Only this person sees and confirms it.
        pub account_id: Uuid,
        /// The file's name.
        pub name: String,
        /// The rows as texts; empty when they are written.
        pub upload: Json,
        pub created_at: i64,
        pub confirmed_at: Option<i64>,
        pub version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
