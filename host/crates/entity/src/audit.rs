//! The append-only trace, its seals, and the answers kept for repeated requests.

pub mod event {
    use sea_orm::entity::prelude::*;

    /// One thing that happened to one entity. `hash` covers all other columns and the hash before it in the stream.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "events")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        /// `call`, `proposal`, `project` …
        #[sea_orm(primary_key, auto_increment = false)]
        pub stream_kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub stream_id: Uuid,
        /// From 1, without gaps.
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i32,
        pub at: i64,
        /// The account; none for the system.
        pub actor_id: Option<Uuid>,
        /// Why the system acted: the job's kind.
        pub cause: Option<String>,
        /// The organisation in whose name.
        pub acting_for: Option<Uuid>,
        pub name: String,
        pub state_before: Option<String>,
        pub state_after: Option<String>,
        /// Canonical JSON text: kept as text, because its bytes are hashed.
        #[sea_orm(column_type = "Text")]
        pub payload: String,
        /// What earlier versions of this program said of the entity's row. The marks have taken its place; it still counts into
        /// `hash`.
        pub row_hash: Option<String>,
        /// What the step left behind, on its last event: a canonical JSON list of `[table, key, number, hash]` as in `row_marks`.
        #[sea_orm(column_type = "Text", nullable)]
        pub marks: Option<String>,
        /// Hex SHA-256.
        pub prev_hash: String,
        pub hash: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod row_mark {
    use sea_orm::entity::prelude::*;

    /// What the chain says of one row of a covered table.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "row_marks")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub table_name: String,
        /// The row's key without the tenant, its parts divided by `/`.
        #[sea_orm(primary_key, auto_increment = false)]
        pub row_key: String,
        /// From 1: how many marks the row has had.
        pub number: i32,
        /// Keyed SHA-256 of the covered columns, hex; none: the row was deleted.
        pub hash: Option<String>,
        /// The event that vouches: its `marks` hold the same.
        pub stream_kind: String,
        pub stream_id: Uuid,
        pub seq: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod seal {
    use sea_orm::entity::prelude::*;

    /// A signed statement about the heads of all streams at one moment.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "seals")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub at: i64,
        pub streams: i32,
        /// JSON list of `[kind, id, seq, hash]`, sorted.
        #[sea_orm(column_type = "Text")]
        pub heads: String,
        pub prev_hash: String,
        /// SHA-256 over time, heads and the seal before, hex.
        pub hash: String,
        pub key_id: String,
        /// Ed25519 over `hash`, hex.
        pub signature: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod idempotency {
    use sea_orm::entity::prelude::*;

    /// The answer to a request that carried an `Idempotency-Key`, written in the transaction that it reports.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "idempotency")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        /// SHA-256 of method, path and body, hex.
        pub request_hash: String,
        pub answer: Json,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
