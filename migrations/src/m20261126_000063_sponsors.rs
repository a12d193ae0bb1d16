use crate::columns::*;
use sea_orm_migration::prelude::*;

/// Conditions of a sponsor's promise, the day of its first money, who takes no part for a time, and what projects owe the public.
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

    let mut first = entity("first_deliveries");
    first.col(big("due_at")).col(big("remind_at")).col(int("reminded")).col(big_null("done_at"));

    let mut bars = entity("sponsor_bars");
    bars.col(uuid("adoption_id"))
        .col(uuid("organization_id"))
        .col(text("path"))
        .col(text("reason"))
        .col(uuid("proposed_by"))
        .col(big("proposed_at"))
        .col(big_null("began_at"))
        .col(big_null("until_at"))
        .col(uuid_null("lifted_by"))
        .col(big_null("lifted_at"))
        .col(text_null("lift_reason"));

    let mut disclosures = entity("project_disclosures");
    disclosures
        .col(uuid("project_id"))
        .col(int("number"))
        .col(word("kind", 16))
        .col(big("due_at"))
        .col(int("told"))
        .col(text_null("received"))
        .col(text_null("done"))
        .col(uuid_null("published_by"))
        .col(big_null("published_at"));
    vec![conditions, first, bars, disclosures]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("commitment_conditions", "commitment_conditions_adoption", &["tenant_id", "adoption_id"]),
        index("commitment_conditions", "commitment_conditions_proposal", &["tenant_id", "proposal_id", "decision"]),
        index("commitment_conditions", "commitment_conditions_line", &["tenant_id", "line_id", "decision"]),
        unique("project_disclosures", "project_disclosures_number", &["tenant_id", "project_id", "number"]),
        index("sponsor_bars", "sponsor_bars_organization", &["tenant_id", "organization_id", "until_at"]),
        index("sponsor_bars", "sponsor_bars_adoption", &["tenant_id", "adoption_id"]),
    ]
}
