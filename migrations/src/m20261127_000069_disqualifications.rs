use crate::columns::*;
use sea_orm_migration::prelude::*;

/// What the office means to take out for false statements, until a second person agrees or not.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = entity("disqualifications")
            .col(uuid("proposal_id"))
            .col(text("path"))
            .col(text("reason"))
            .col(uuid("proposed_by"))
            .col(big("proposed_at"))
            .col(uuid_null("decided_by"))
            .col(big_null("decided_at"))
            .col(text_null("drop_reason"))
            .take();
        manager.create_table(table).await?;
        manager
            .create_index(index(
                "disqualifications",
                "disqualifications_proposal",
                &["tenant_id", "proposal_id", "decided_at"],
            ))
            .await?;
        manager
            .create_index(index("disqualifications", "disqualifications_open", &["tenant_id", "decided_at", "path"]))
            .await
    }
}
