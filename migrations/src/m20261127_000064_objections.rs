use crate::columns::*;
use sea_orm_migration::prelude::*;

/// Evidence that came with an objection: names and bytes are sealed under the objection's own key.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let evidence = entity("objection_files")
            .col(uuid("objection_id"))
            .col(bytes("name"))
            .col(word("media_type", 120))
            .col(big("size"))
            .col(word("sha256", 64))
            .col(big("uploaded_at"))
            .take();
        manager.create_table(evidence).await?;
        for columns in [
            index("objection_files", "objection_files_objection", &["tenant_id", "objection_id", "uploaded_at", "id"]),
            index("objection_files", "objection_files_content", &["tenant_id", "sha256"]),
        ] {
            manager.create_index(columns).await?;
        }
        Ok(())
    }
}
