use crate::columns::*;
use sea_orm_migration::prelude::*;

/// An incident is answered for: what it was, where it stands, and what was said to it.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            word("what", 40).default("").take(),
            word("state", 16).default("reported").take(),
            int("version").default(1).take(),
            ColumnDef::new("answer").binary().null().take(),
            uuid_null("answered_by"),
            big_null("answered_at"),
        ];
        for column in columns {
            // SQLite adds one column at a time.
            manager.alter_table(Table::alter().table("incidents").add_column(column).take()).await?;
        }
        manager.create_index(index("incidents", "incidents_state", &["tenant_id", "project_id", "state", "id"])).await
    }
}
