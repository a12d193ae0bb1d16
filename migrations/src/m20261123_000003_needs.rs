use crate::columns::*;
use sea_orm_migration::prelude::*;

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
    let mut lines = entity("need_lines");
    lines
        .col(uuid("proposal_id"))
        .col(int("position"))
        .col(word("kind", 16))
        .col(text("title"))
        .col(text("description"))
        .col(word("unit", 32))
        .col(big("minimum"))
        .col(big("optimum"))
        .col(flag("divisible"))
        .col(flag("required"))
        .col(word("due_on", 10))
        .col(uuid_null("recipient_id"))
        .col(big("held"))
        .col(big("active"))
        .col(big("delivered"))
        .col(int("version"))
        .col(big("created_at"))
        .check(at_least("minimum", 1))
        .check(Expr::col("minimum").lte(Expr::col("optimum")))
        .check(at_least("held", 0))
        .check(at_least("active", 0))
        .check(at_least("delivered", 0))
        // The last net under the rule that no line is taken twice.
        .check(Expr::col("held").add(Expr::col("active")).add(Expr::col("delivered")).lte(Expr::col("optimum")));

    let mut adoptions = entity("adoptions");
    adoptions
        .col(uuid("proposal_id"))
        .col(uuid("organization_id"))
        .col(text("path"))
        .col(text("message"))
        .col(flag("related_party"))
        .col(flag("clean_promotion"))
        .col(uuid("author_id"))
        .col(big_null("checked_at"))
        .col(uuid_null("checked_by"))
        .col(text_null("check_note"))
        .col(big_null("held_until"))
        .col(flag("extended"))
        .col(word_null("agreement_hash", 64))
        .col(text_null("reason"))
        .col(big_null("activated_at"))
        .col(flag("named"))
        .col(word("state", 32))
        .col(int("version"))
        .col(big("created_at"));

    let mut commitments = entity("commitments");
    commitments
        .col(uuid("adoption_id"))
        .col(uuid("line_id"))
        .col(big("quantity"))
        .col(big("delivered"))
        .check(at_least("quantity", 1))
        .check(at_least("delivered", 0))
        .check(Expr::col("delivered").lte(Expr::col("quantity")));

    let mut agreements = entity("agreements");
    agreements
        .col(uuid("adoption_id"))
        .col(int("number"))
        .col(json("terms"))
        .col(text_null("text"))
        .col(word_null("hash", 64))
        .col(big_null("frozen_at"))
        .col(uuid_null("frozen_by"))
        .col(big("created_at"));

    let mut confirmations = entity("confirmations");
    confirmations
        .col(uuid("adoption_id"))
        .col(uuid("agreement_id"))
        .col(word("party", 16))
        .col(uuid_null("organization_id"))
        .col(uuid("account_id"))
        .col(word("hash", 64))
        .col(flag("warned"))
        .col(big("at"));

    let mut deliveries = entity("deliveries");
    deliveries
        .col(uuid("adoption_id"))
        .col(uuid("commitment_id"))
        .col(uuid("line_id"))
        .col(big("quantity"))
        .col(word("delivered_on", 10))
        .col(text("evidence"))
        .col(word("recorded_side", 16))
        .col(uuid("recorded_by"))
        .col(uuid_null("answered_by"))
        .col(big_null("answered_at"))
        .col(text_null("reason"))
        .col(word("state", 16))
        .col(int("version"))
        .col(big("created_at"))
        .check(at_least("quantity", 1));

    vec![lines, adoptions, commitments, agreements, confirmations, deliveries]
}

fn at_least(column: &'static str, least: i64) -> SimpleExpr {
    Expr::col(column).gte(least)
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        unique("need_lines", "need_lines_position", &["tenant_id", "proposal_id", "position"]),
        index("need_lines", "need_lines_due", &["tenant_id", "due_on"]),
        index("adoptions", "adoptions_proposal", &["tenant_id", "proposal_id"]),
        index("adoptions", "adoptions_organization", &["tenant_id", "organization_id", "created_at"]),
        index("adoptions", "adoptions_path", &["tenant_id", "path", "created_at"]),
        unique("commitments", "commitments_line", &["tenant_id", "adoption_id", "line_id"]),
        index("commitments", "commitments_of_line", &["tenant_id", "line_id"]),
        unique("agreements", "agreements_number", &["tenant_id", "adoption_id", "number"]),
        unique("confirmations", "confirmations_party", &["tenant_id", "agreement_id", "party"]),
        index("deliveries", "deliveries_adoption", &["tenant_id", "adoption_id", "created_at"]),
    ]
}
