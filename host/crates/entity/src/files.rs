//! Files that belong to something other than a proposal's answers.

pub mod document {
    use sea_orm::entity::prelude::*;

    /// A proof, a scan, a photo. Its bytes lie in `blobs/<sha256>` under the data folder.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "documents")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The kind of the thing it belongs to, in the chain's words: `delivery`, `call-channel`.
        pub owner_kind: String,
        pub owner_id: Uuid,
        /// What it proves, in the owner's words.
        pub purpose: String,
        pub name: String,
        pub media_type: String,
        /// Bytes.
        pub size: i64,
        pub sha256: String,
        pub uploaded_by: Uuid,
        pub uploaded_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
