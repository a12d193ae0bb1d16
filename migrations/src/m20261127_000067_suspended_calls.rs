use crate::columns::*;
use sea_orm_migration::prelude::*;

/// Since when a call takes no proposals for a while.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("calls").add_column(big_null("suspended_at")).take()).await
    }
}
