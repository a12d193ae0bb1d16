use crate::columns::*;
use sea_orm_migration::prelude::*;

/// Spreadsheets that wait to be confirmed.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let imports = entity("sheet_imports")
            .col(word("kind", 20))
            .col(uuid_null("target_id"))
            .col(uuid("account_id"))
            .col(word("name", 240))
            .col(json("upload"))
            .col(big("created_at"))
            .col(big_null("confirmed_at"))
            .col(int("version"))
            .take();
        manager.create_table(imports).await?;
        manager.create_index(index("sheet_imports", "sheet_imports_age", &["tenant_id", "created_at"])).await
    }
}
