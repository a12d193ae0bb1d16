//! How much a network address has done lately, shared by all hosts of one database.

pub mod spent_budget {
    use sea_orm::entity::prelude::*;

    /// One budget of one address. Deleted when it is whole again.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "spent_budgets")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        /// Keyed hash of the budget's name and the address: the address itself is kept nowhere.
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        /// When everything that was spent has come back.
        pub whole_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
