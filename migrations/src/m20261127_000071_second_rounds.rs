use crate::columns::*;
use sea_orm_migration::prelude::*;

/// The second reading of the best proposals of a call, and what the first one had given them.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let rounds = Table::create()
            .table("second_rounds")
            .col(uuid("tenant_id"))
            .col(uuid("call_id"))
            .col(int("weight"))
            .col(uuid("started_by"))
            .col(big("started_at"))
            .primary_key(Index::create().col("tenant_id").col("call_id"))
            .take();
        manager.create_table(rounds).await?;
        let items = Table::create()
            .table("second_round_items")
            .col(uuid("tenant_id"))
            .col(uuid("call_id"))
            .col(uuid("proposal_id"))
            .col(int_null("first"))
            .primary_key(Index::create().col("tenant_id").col("call_id").col("proposal_id"))
            .take();
        manager.create_table(items).await
    }
}
