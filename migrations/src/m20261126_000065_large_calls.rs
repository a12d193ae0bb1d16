use crate::columns::*;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// Indexes by which a page of a call with thousands of proposals is read without reading the rest of the call.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, name) in [("reviews", "reviews_call"), ("review_plan_lines", "review_plan_lines_lacking")] {
            manager.drop_index(Index::drop().table(table).name(name).to_owned()).await?;
        }
        for index in [
            index("proposals", "proposals_call_lately", &["tenant_id", "call_id", "updated_at", "id"]),
            index("reviews", "reviews_call", &["tenant_id", "call_id", "state", "reviewer_id"]),
            index(
                "review_plan_lines",
                "review_plan_lines_lacking",
                &["tenant_id", "plan_id", "lacking", "proposal_id"],
            ),
        ] {
            manager.create_index(index).await?;
        }
        // The best first, and at the end what has no score: SQLite sorts so by itself, PostgreSQL when it is told.
        let last = if manager.get_database_backend() == DbBackend::Postgres { " NULLS LAST" } else { "" };
        let ranked =
            format!("CREATE INDEX proposals_call_ranked ON proposals (tenant_id, call_id, score DESC{last}, id)");
        manager.get_connection().execute_unprepared(&ranked).await?;
        Ok(())
    }
}
