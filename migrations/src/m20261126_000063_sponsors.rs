use crate::columns::*;
use sea_orm_migration::prelude::*;

/// Conditions of a sponsor's promise.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn tables() -> Vec<TableCreateStatement> {
    let mut conditions = entity("commitment_conditions");
    conditions
        .col(uuid("adoption_id"))
        .col(uuid("proposal_id"))
        .col(uuid("line_id"))
        .col(big("quantity"))
        .col(word("kind", 24))
        .col(uuid_null("needed_id"))
        .col(word("by_on", 10))
        .col(word("decision", 16))
        .col(big_null("decided_at"))
        .check(Expr::col("quantity").gte(1));
    vec![conditions]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("commitment_conditions", "commitment_conditions_adoption", &["tenant_id", "adoption_id"]),
        index("commitment_conditions", "commitment_conditions_proposal", &["tenant_id", "proposal_id", "decision"]),
        index("commitment_conditions", "commitment_conditions_line", &["tenant_id", "line_id", "decision"]),
    ]
}
