use crate::columns::*;
use sea_orm_migration::prelude::*;

/// To whom a proposal that came on paper was handed over.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for mut column in [uuid_null("handed_to"), big_null("handed_at")] {
            manager.alter_table(Table::alter().table("paper_entries").add_column(&mut column).take()).await?;
        }
        manager.create_index(index("paper_entries", "paper_entries_handed", &["tenant_id", "handed_to"])).await
    }
}
