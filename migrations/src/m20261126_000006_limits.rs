use crate::columns::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut budgets = Table::create();
        budgets
            .table("spent_budgets")
            .col(uuid("tenant_id"))
            .col(word("key", 64))
            .col(big("whole_at"))
            .primary_key(Index::create().col("tenant_id").col("key"));
        manager.create_table(budgets).await?;
        manager.create_index(index("spent_budgets", "spent_budgets_whole", &["tenant_id", "whole_at"])).await
    }
}
