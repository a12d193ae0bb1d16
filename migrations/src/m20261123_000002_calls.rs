use crate::columns::*;
use sea_orm_migration::prelude::*;

/// Calls, proposals with their revisions and files, reviews.
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
    let mut calls = entity("calls");
    calls
        .col(uuid("organization_id"))
        .col(text("path"))
        .col(text("title"))
        .col(text("summary"))
        .col(text("guide"))
        .col(json("form"))
        .col(json("rubric"))
        .col(big_null("ceiling"))
        .col(int("cap"))
        .col(text("risk_notice"))
        .col(text("privacy_notice"))
        .col(text("contact"))
        .col(big_null("preview_at"))
        .col(big_null("opens_at"))
        .col(big_null("closes_at"))
        .col(int("notice_days"))
        .col(big_null("notice_started_at"))
        .col(big_null("notice_ends_at"))
        .col(int("min_reviews"))
        .col(uuid("author_id"))
        .col(uuid_null("approved_by"))
        .col(flag("extended"))
        .col(text_null("reason"))
        .col(word("state", 32))
        .col(int("version"))
        .col(big("created_at"));

    let mut proposals = entity("proposals");
    proposals
        .col(uuid("call_id"))
        .col(text("path"))
        .col(uuid("owner_id"))
        .col(uuid_null("organization_id"))
        .col(text("title"))
        .col(text("summary"))
        .col(json("answers"))
        .col(word_null("receipt", 32))
        .col(word_null("receipt_hash", 64))
        .col(big_null("submitted_at"))
        .col(big_null("consented_at"))
        .col(text_null("defects"))
        .col(big_null("fix_due_at"))
        .col(flag("returned"))
        .col(word_null("ineligible_rule", 32))
        .col(text_null("ineligible_reason"))
        .col(uuid_null("screened_by"))
        .col(word_null("decision", 16))
        .col(text_null("decision_reason"))
        .col(big_null("cost"))
        .col(uuid_null("decided_by"))
        .col(int_null("score"))
        .col(big_null("pool_until"))
        .col(word("state", 32))
        .col(int("version"))
        .col(big("created_at"))
        .col(big("updated_at"));

    let mut revisions = Table::create();
    revisions
        .table("proposal_revisions")
        .col(uuid("tenant_id"))
        .col(uuid("proposal_id"))
        .col(int("number"))
        .col(text("title"))
        .col(text("summary"))
        .col(json("answers"))
        .col(json("attachments"))
        .col(word("hash", 64))
        .col(uuid("author_id"))
        .col(big("at"))
        .primary_key(Index::create().col("tenant_id").col("proposal_id").col("number"));

    let mut attachments = entity("attachments");
    attachments
        .col(uuid("proposal_id"))
        .col(text("name"))
        .col(word("media_type", 128))
        .col(big("size"))
        .col(word("sha256", 64))
        .col(uuid("uploaded_by"))
        .col(big("uploaded_at"));

    let mut counters = Table::create();
    counters
        .table("receipt_counters")
        .col(uuid("tenant_id"))
        .col(int("year"))
        .col(int("last"))
        .primary_key(Index::create().col("tenant_id").col("year"));

    let mut reviews = entity("reviews");
    reviews
        .col(uuid("call_id"))
        .col(uuid("proposal_id"))
        .col(text("path"))
        .col(uuid("reviewer_id"))
        .col(uuid("assigned_by"))
        .col(big("assigned_at"))
        .col(big_null("declared_at"))
        .col(text_null("reason"))
        .col(json("scores"))
        .col(text("comment"))
        .col(int_null("total"))
        .col(big_null("scored_at"))
        .col(word("state", 32))
        .col(int("version"));

    vec![calls, proposals, revisions, attachments, counters, reviews]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("calls", "calls_created", &["tenant_id", "created_at", "id"]),
        index("calls", "calls_state", &["tenant_id", "state", "created_at"]),
        index("proposals", "proposals_call", &["tenant_id", "call_id", "state"]),
        index("proposals", "proposals_owner", &["tenant_id", "owner_id", "updated_at"]),
        index("proposals", "proposals_organization", &["tenant_id", "organization_id", "updated_at"]),
        index("proposals", "proposals_state", &["tenant_id", "state", "updated_at"]),
        unique("proposals", "proposals_receipt", &["tenant_id", "receipt"]),
        index("attachments", "attachments_proposal", &["tenant_id", "proposal_id"]),
        unique("reviews", "reviews_once", &["tenant_id", "proposal_id", "reviewer_id"]),
        index("reviews", "reviews_call", &["tenant_id", "call_id", "state"]),
        index("reviews", "reviews_reviewer", &["tenant_id", "reviewer_id", "assigned_at"]),
    ]
}
