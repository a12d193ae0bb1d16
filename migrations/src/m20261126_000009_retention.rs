use crate::columns::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [("project_plugins", "ended_at"), ("records", "erase_at")] {
            manager.alter_table(Table::alter().table(table).add_column(big_null(column)).take()).await?;
        }
        manager.create_index(index("records", "records_erase", &["tenant_id", "erase_at"])).await?;
        // What ended before is looked at once; the host finds out what is due.
        for statement in [
            "UPDATE project_plugins SET ended_at = (SELECT p.ended_at FROM projects p \
             WHERE p.tenant_id = project_plugins.tenant_id AND p.id = project_plugins.project_id) WHERE phase = 'ended'",
            "UPDATE records SET erase_at = ended_at WHERE ended_at IS NOT NULL",
            "UPDATE records SET erase_at = (SELECT p.ended_at FROM project_plugins p \
             WHERE p.tenant_id = records.tenant_id AND p.project_id = records.project_id) WHERE ended_at IS NULL",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
