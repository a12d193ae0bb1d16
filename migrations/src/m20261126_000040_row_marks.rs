use crate::columns::*;
use sea_orm_migration::prelude::*;

/// What the chain says of each row: the hash of its content, and the event that vouches for it.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut marks = Table::create();
        marks
            .table("row_marks")
            .col(uuid("tenant_id"))
            .col(word("table_name", 40))
            .col(word("row_key", 300))
            .col(int("number"))
            .col(word_null("hash", 64))
            .col(word("stream_kind", 32))
            .col(uuid("stream_id"))
            .col(int("seq"))
            .primary_key(Index::create().col("tenant_id").col("table_name").col("row_key"));
        manager.create_table(marks).await?;
        manager.alter_table(Table::alter().table("events").add_column(text_null("marks")).take()).await
    }
}
