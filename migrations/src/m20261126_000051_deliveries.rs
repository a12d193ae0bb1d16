use crate::columns::*;
use sea_orm_migration::prelude::*;

/// What becomes of an adoption after it is agreed.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [big("released").default(0).take(), word_null("due_on", 10), int_null("reminded")] {
            let more = Table::alter().table("commitments").add_column(column).take();
            manager.alter_table(more).await?;
        }
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
    let mut releases = entity("releases");
    releases
        .col(uuid("adoption_id"))
        .col(uuid("organization_id"))
        .col(uuid("commitment_id"))
        .col(uuid("line_id"))
        .col(big("quantity"))
        .col(word("cause", 16))
        .col(text("reason"))
        .col(big("at"))
        .check(Expr::col("quantity").gte(1));

    let mut asks = entity("adoption_asks");
    asks.col(uuid("adoption_id"))
        .col(uuid_null("commitment_id"))
        .col(word("kind", 16))
        .col(text("reason"))
        .col(word_null("due_on", 10))
        .col(uuid("asked_by"))
        .col(big("asked_at"))
        .col(ColumnDef::new("agreed").boolean().null().take())
        .col(uuid_null("answered_by"))
        .col(big_null("answered_at"))
        .col(text_null("answer"));

    let mut changes = entity("use_changes");
    changes
        .col(uuid("proposal_id"))
        .col(uuid("line_id"))
        .col(text("new_use"))
        .col(text("reason"))
        .col(uuid("asked_by"))
        .col(big("due_at"))
        .col(big_null("ended_at"))
        .col(word("state", 16))
        .col(int("version"))
        .col(big("created_at"));

    let mut consents = entity("use_consents");
    consents
        .col(uuid("change_id"))
        .col(uuid("adoption_id"))
        .col(uuid("organization_id"))
        .col(ColumnDef::new("agreed").boolean().null().take())
        .col(uuid_null("answered_by"))
        .col(big_null("answered_at"))
        .col(text_null("note"));

    let mut receipts = entity("receipts");
    receipts
        .col(uuid("recipient_id"))
        .col(uuid("sponsor_id"))
        .col(uuid("adoption_id"))
        .col(uuid("delivery_id"))
        .col(word_null("number", 64))
        .col(text_null("donor"))
        .col(text("what"))
        .col(big("quantity"))
        .col(word("unit", 32))
        .col(text("handler"))
        .col(word("received_on", 10))
        .col(uuid("created_by"))
        .col(big("created_at"))
        .col(big_null("voided_at"))
        .col(uuid_null("voided_by"))
        .col(text_null("void_reason"));

    let mut proofs = entity("delivery_proofs");
    proofs.col(uuid("adoption_id")).col(word("kind", 16)).col(json("facts"));

    let mut settlements = entity("settlements");
    settlements
        .col(uuid("proposal_id"))
        .col(big("delivered_at"))
        .col(big("thanks_due_at"))
        .col(int("reminded"))
        .col(text_null("thanks"))
        .col(flag("thanks_public"))
        .col(uuid_null("thanked_by"))
        .col(big_null("thanked_at"))
        .col(word_null("surplus", 16))
        .col(text_null("surplus_text"))
        .col(uuid_null("surplus_by"))
        .col(big_null("surplus_at"))
        .col(big_null("closed_at"));

    vec![releases, asks, changes, consents, receipts, proofs, settlements]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("releases", "releases_adoption", &["tenant_id", "adoption_id"]),
        index("releases", "releases_organization", &["tenant_id", "organization_id", "at"]),
        index("adoption_asks", "adoption_asks_adoption", &["tenant_id", "adoption_id", "asked_at"]),
        index("use_changes", "use_changes_line", &["tenant_id", "line_id", "created_at"]),
        unique("use_consents", "use_consents_adoption", &["tenant_id", "change_id", "adoption_id"]),
        index("use_consents", "use_consents_of_adoption", &["tenant_id", "adoption_id"]),
        // Those without a number were waived.
        unique("receipts", "receipts_number", &["tenant_id", "recipient_id", "number"]),
        index("receipts", "receipts_delivery", &["tenant_id", "delivery_id"]),
        index("receipts", "receipts_sponsor", &["tenant_id", "sponsor_id", "created_at"]),
        index("receipts", "receipts_age", &["tenant_id", "created_at"]),
        index("delivery_proofs", "delivery_proofs_adoption", &["tenant_id", "adoption_id"]),
        index("settlements", "settlements_proposal", &["tenant_id", "proposal_id"]),
    ]
}
