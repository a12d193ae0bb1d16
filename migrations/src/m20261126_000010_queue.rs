use crate::columns::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let wanted = Table::alter().table("commitments").add_column(big_null("wanted")).take();
        manager.alter_table(wanted).await
    }
}
