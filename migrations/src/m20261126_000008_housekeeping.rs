use crate::columns::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in [
            index("sessions", "sessions_expires", &["tenant_id", "expires_at"]),
            index("idempotency", "idempotency_created", &["tenant_id", "created_at"]),
            index("attachments", "attachments_sha256", &["tenant_id", "sha256"]),
            index("plugin_journal", "plugin_journal_outcome", &["tenant_id", "outcome", "at"]),
        ] {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
