use crate::columns::*;
use sea_orm_migration::prelude::*;

/// Evidence that came with an objection: names and bytes are sealed under the objection's own key. The public notices of evaluations.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let evidence = entity("objection_files")
            .col(uuid("objection_id"))
            .col(int("number"))
            .col(bytes("name"))
            .col(word("media_type", 120))
            .col(big("size"))
            .col(word("sha256", 64))
            .col(big("uploaded_at"))
            .take();
        manager.create_table(evidence).await?;
        for columns in [
            index("objection_files", "objection_files_objection", &["tenant_id", "objection_id", "number"]),
            index("objection_files", "objection_files_content", &["tenant_id", "sha256"]),
        ] {
            manager.create_index(columns).await?;
        }
        let mut notices = Table::create();
        notices
            .table("evaluation_notices")
            .col(uuid("tenant_id"))
            .col(uuid("evaluation_id"))
            .primary_key(Index::create().col("tenant_id").col("evaluation_id"))
            .col(big("began_at"))
            .col(big("ends_at"));
        manager.create_table(notices).await
    }
}
