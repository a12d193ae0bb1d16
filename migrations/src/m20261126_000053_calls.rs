use crate::columns::*;
use sea_orm_migration::prelude::*;

/// What a call is beside its rules: its settings, templates, followers and the questions asked about it.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let settings = entity("call_settings")
            .col(word("kind", 24))
            .col(json("steps"))
            .col(flag("sealed"))
            .col(big_null("unsealed_at"))
            .col(uuid_null("source_call"))
            .take();
        manager.create_table(settings).await?;
        let templates = entity("call_templates")
            .col(uuid("organization_id"))
            .col(text("path"))
            .col(text("name"))
            .col(text("description"))
            .col(json("content"))
            .col(uuid("created_by"))
            .col(big("created_at"))
            .col(big_null("retired_at"))
            .col(int("version"))
            .take();
        manager.create_table(templates).await?;
        let followers = Table::create()
            .table("call_followers")
            .col(uuid("tenant_id"))
            .col(uuid("call_id"))
            .col(uuid("account_id"))
            .col(big("since"))
            .primary_key(Index::create().col("tenant_id").col("call_id").col("account_id"))
            .take();
        manager.create_table(followers).await?;
        let inquiries = entity("call_inquiries")
            .col(uuid("call_id"))
            .col(text("path"))
            .col(uuid("asker_id"))
            .col(text("question"))
            .col(big("asked_at"))
            .col(big("due_at"))
            .col(text_null("answer"))
            .col(uuid_null("answered_by"))
            .col(big_null("answered_at"))
            .take();
        manager.create_table(inquiries).await?;
        manager
            .create_index(index("call_inquiries", "call_inquiries_call", &["tenant_id", "call_id", "asked_at"]))
            .await?;
        manager
            .create_index(index("call_inquiries", "call_inquiries_open", &["tenant_id", "answered_at", "due_at"]))
            .await
    }
}
