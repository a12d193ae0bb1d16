use crate::columns::*;
use sea_orm_migration::prelude::*;

/// Files of whatever needs a proof.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let documents = entity("documents")
            .col(word("owner_kind", 40))
            .col(uuid("owner_id"))
            .col(word("purpose", 40))
            .col(word("name", 240))
            .col(word("media_type", 120))
            .col(big("size"))
            .col(word("sha256", 64))
            .col(uuid("uploaded_by"))
            .col(big("uploaded_at"))
            .take();
        manager.create_table(documents).await?;
        manager.create_index(index("documents", "documents_owner", &["tenant_id", "owner_kind", "owner_id"])).await?;
        manager.create_index(index("documents", "documents_content", &["tenant_id", "sha256"])).await
    }
}
