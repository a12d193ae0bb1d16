//! People who can sign in, their sessions, and what they may do where.

pub mod account {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "accounts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Unique in the tenant, lower case.
        pub login: String,
        pub name: String,
        /// argon2id in PHC string format.
        pub password_hash: String,
        pub locale: String,
        pub phone: Option<String>,
        pub failed_attempts: i32,
        pub locked_until: Option<i64>,
        pub created_at: i64,
        pub disabled_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod session {
    use sea_orm::entity::prelude::*;

    /// One sign-in: a browser's cookie, or an API client's chain of refresh tokens.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub account_id: Uuid,
        /// `page` or `api`.
        pub kind: String,
        /// What the browser or program called itself at the sign-in, at most 200 characters.
        #[sea_orm(column_type = "Text")]
        pub agent: String,
        /// SHA-256 of the secret that the client holds now, hex.
        pub token_hash: String,
        /// The hash before the last rotation: whoever shows it has a stolen or replayed token.
        pub previous_hash: Option<String>,
        pub created_at: i64,
        pub used_at: i64,
        pub expires_at: i64,
        pub revoked_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod membership {
    use sea_orm::entity::prelude::*;

    /// A role held at an organisation; it reaches the organisation's whole subtree.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "memberships")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub account_id: Uuid,
        pub organization_id: Uuid,
        pub role: super::Role,
        pub granted_by: Option<Uuid>,
        pub granted_at: i64,
        pub ended_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use sea_orm::sea_query::StringLen;
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

/// What somebody may be in an organisation. The words are those of `docs/concepts.md`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// 牵头单位经办: runs calls, review, pool, projects.
    LeadOffice,
    /// 县区、街道、社区管理员: the same rights to read within the own subtree; checks organisations.
    NodeAdmin,
    /// 监督员.
    Supervisor,
    /// 评审.
    Reviewer,
    /// 评估员.
    Evaluator,
    /// 团队负责人: proposes, leads projects.
    TeamLead,
    /// 志愿者 of a team.
    Volunteer,
    /// 企业经办: looks, expresses interest, records deliveries.
    SponsorMember,
    /// 企业签约人: holds and commits.
    SponsorSignatory,
    /// 接收单位: a qualified recipient's clerk.
    Recipient,
    /// 系统管理员: accounts, plugins, jobs. Decides nothing about projects.
    SystemAdmin,
    /// 审计员: reads the log.
    Auditor,
}

impl Role {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LeadOffice => "lead-office",
            Self::NodeAdmin => "node-admin",
            Self::Supervisor => "supervisor",
            Self::Reviewer => "reviewer",
            Self::Evaluator => "evaluator",
            Self::TeamLead => "team-lead",
            Self::Volunteer => "volunteer",
            Self::SponsorMember => "sponsor-member",
            Self::SponsorSignatory => "sponsor-signatory",
            Self::Recipient => "recipient",
            Self::SystemAdmin => "system-admin",
            Self::Auditor => "auditor",
        }
    }
}
