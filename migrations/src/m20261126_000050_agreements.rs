use crate::columns::*;
use sea_orm_migration::prelude::*;

/// From interest to agreement: what the sponsor states, what the office checks, the public notice.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        let scan = Table::alter().table("confirmations").add_column(uuid_null("scan_id")).take();
        manager.alter_table(scan).await?;
        // Each recipient is a party of its own, so that a party's word alone names no signature.
        manager.drop_index(Index::drop().table("confirmations").name("confirmations_party").to_owned()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

/// A table with one row for each adoption.
fn of_adoption(name: &'static str) -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table(name)
        .col(uuid("tenant_id"))
        .col(uuid("adoption_id"))
        .primary_key(Index::create().col("tenant_id").col("adoption_id"));
    table
}

fn tables() -> Vec<TableCreateStatement> {
    let mut statements = of_adoption("sponsor_statements");
    statements.col(word("trade", 40)).col(flag("state_owned")).col(flag("own_products"));

    let mut findings = entity("diligence_findings");
    findings
        .col(uuid("adoption_id"))
        .col(int("number"))
        .col(word("topic", 24))
        .col(word("outcome", 16))
        .col(text("source"))
        .col(word("checked_on", 10))
        .col(text("certificate"))
        .col(word_null("valid_until", 10))
        .col(text("note"))
        .col(uuid("by"))
        .col(big("at"));

    let mut trades = Table::create();
    trades
        .table("trades")
        .col(uuid("tenant_id"))
        .col(word("key", 40))
        .col(text("title"))
        .col(flag("blocked"))
        .col(text("basis"))
        .primary_key(Index::create().col("tenant_id").col("key"));

    let mut notices = of_adoption("adoption_notices");
    notices
        .col(big("began_at"))
        .col(big("ends_at"))
        .col(big_null("held_at"))
        .col(uuid_null("held_by"))
        .col(text_null("held_reason"));

    let mut codes = entity("signing_codes");
    codes
        .col(uuid("adoption_id"))
        .col(uuid("agreement_id"))
        .col(word("party", 16))
        .col(uuid("account_id"))
        .col(word("code_hash", 64))
        .col(big("issued_at"))
        .col(big("expires_at"))
        .col(big_null("spent_at"))
        .col(int("tries"));

    let mut templates = Table::create();
    templates
        .table("agreement_templates")
        .col(uuid("tenant_id"))
        .col(word("key", 40))
        .col(text("name"))
        .col(text("body"))
        .col(flag("retired"))
        .col(uuid_null("changed_by"))
        .col(big("changed_at"))
        .primary_key(Index::create().col("tenant_id").col("key"));

    let mut plans = entity("delivery_plans");
    plans.col(uuid("adoption_id")).col(uuid("commitment_id")).col(word("due_on", 10)).col(big("quantity"));

    let mut scans = entity("seal_scans");
    scans
        .col(uuid("adoption_id"))
        .col(uuid("agreement_id"))
        .col(word("party", 16))
        .col(uuid_null("organization_id"))
        .col(uuid_null("recipient_id"))
        .col(word("hash", 64))
        .col(uuid("uploaded_by"))
        .col(big("uploaded_at"))
        .col(word("state", 16))
        .col(uuid_null("answered_by"))
        .col(big_null("answered_at"))
        .col(text_null("reason"));

    vec![statements, findings, trades, notices, codes, templates, plans, scans]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        unique("diligence_findings", "diligence_findings_number", &["tenant_id", "adoption_id", "number"]),
        unique("confirmations", "confirmations_signer", &["tenant_id", "agreement_id", "party", "organization_id"]),
        index("delivery_plans", "delivery_plans_adoption", &["tenant_id", "adoption_id", "due_on"]),
        index("seal_scans", "seal_scans_agreement", &["tenant_id", "agreement_id", "uploaded_at"]),
        index("signing_codes", "signing_codes_account", &["tenant_id", "agreement_id", "account_id"]),
    ]
}
