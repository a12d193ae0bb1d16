use crate::columns::*;
use sea_orm_migration::prelude::*;

/// Where a call is published, with the proof.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let channels = entity("call_channels")
            .col(uuid("call_id"))
            .col(text("path"))
            .col(word("kind", 24))
            .col(text("name"))
            .col(word("planned_on", 10))
            .col(uuid("planned_by"))
            .col(big("planned_at"))
            .col(text_null("link"))
            .col(big_null("aired_at"))
            .col(uuid_null("proven_by"))
            .col(big_null("proven_at"))
            .take();
        manager.create_table(channels).await?;
        manager
            .create_index(index("call_channels", "call_channels_call", &["tenant_id", "call_id", "planned_on"]))
            .await?;
        manager
            .create_index(index("call_channels", "call_channels_waiting", &["tenant_id", "proven_at", "planned_on"]))
            .await
    }
}
