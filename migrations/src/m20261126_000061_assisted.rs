use crate::columns::*;
use sea_orm_migration::prelude::*;

/// Proposals that the office types in from paper, and the points of a return.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("proposals").add_column(uuid_null("entered_by")).take()).await?;
        let entries = Table::create()
            .table("paper_entries")
            .col(uuid("tenant_id"))
            .col(uuid("proposal_id"))
            .col(text("name"))
            .col(word("contact", 32))
            .col(text_null("organization"))
            .col(word_null("credit_code", 18))
            .col(word("id_hash", 64))
            .col(word("id_tail", 4))
            .col(int_null("minor"))
            .col(text_null("guardian"))
            .col(word("received_on", 10))
            .col(uuid("entered_by"))
            .col(big("entered_at"))
            .primary_key(Index::create().col("tenant_id").col("proposal_id"))
            .take();
        manager.create_table(entries).await?;
        manager.create_index(index("paper_entries", "paper_entries_person", &["tenant_id", "id_hash"])).await?;
        let points = entity("proposal_points")
            .col(uuid("proposal_id"))
            .col(int("number"))
            .col(word_null("question", 64))
            .col(text("text"))
            .col(text_null("answer"))
            .col(uuid_null("answered_by"))
            .col(big_null("answered_at"))
            .take();
        manager.create_table(points).await?;
        manager.create_index(index("proposal_points", "proposal_points_proposal", &["tenant_id", "proposal_id"])).await
    }
}
