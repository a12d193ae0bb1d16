//! What the office writes beside a proposal: whose paper it typed in, and what has to be mended point by point.

pub mod entry {
    use sea_orm::entity::prelude::*;

    /// A proposal that somebody handed in on paper, and who that was.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "paper_entries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub proposal_id: Uuid,
        pub name: String,
        /// A telephone number.
        pub contact: String,
        /// In whose name, if not in the person's own.
        pub organization: Option<String>,
        pub credit_code: Option<String>,
        /// Keyed hash of the ID number; the number itself is kept nowhere.
        pub id_hash: String,
        /// Its last four characters.
        pub id_tail: String,
        /// 14 or 18: the person was younger than this when the paper was received.
        pub minor: Option<i32>,
        pub guardian: Option<String>,
        /// `2026-11-26`
        pub received_on: String,
        pub entered_by: Uuid,
        pub entered_at: i64,
        /// The account of the person whose paper it is, once it was handed over.
        pub handed_to: Option<Uuid>,
        pub handed_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod point {
    use sea_orm::entity::prelude::*;

    /// One thing that has to be mended in a returned proposal.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "proposal_points")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub proposal_id: Uuid,
        /// From 1.
        pub number: i32,
        /// `title`, `summary` or the key of a question; None: the proposal as a whole.
        pub question: Option<String>,
        pub text: String,
        /// What was changed, in the proposer's words.
        pub answer: Option<String>,
        pub answered_by: Option<Uuid>,
        pub answered_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
