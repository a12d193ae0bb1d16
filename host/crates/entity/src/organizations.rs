//! The tree of organisations: the city, its counties, streets and communities, and the enterprises, teams and recipients under them.

pub mod organization {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "organizations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub parent_id: Option<Uuid>,
        /// `/`-separated simple ids from the root down to this one, with a `/` at both ends: a subtree is a prefix.
        pub path: String,
        pub kind: super::OrganizationKind,
        pub name: String,
        /// Unified social credit code (GB 32100), checked.
        pub credit_code: Option<String>,
        /// GB/T 2260 for nodes that have one.
        pub division_code: Option<String>,
        pub introduction: String,
        pub verified_at: Option<i64>,
        pub verified_by: Option<Uuid>,
        pub version: i32,
        pub created_at: i64,
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
pub enum OrganizationKind {
    /// 牵头单位.
    LeadOffice,
    /// 枢纽组织: the city's volunteer federation.
    Hub,
    /// 行政节点: city, county, street, community.
    Node,
    /// 企业.
    Enterprise,
    /// 志愿服务队伍.
    Team,
    /// 有资质的接收单位: may receive money and goods.
    Recipient,
    /// 评审与评估机构: universities, media, evaluators.
    Reviewing,
}
