use crate::columns::*;
use sea_orm_migration::prelude::*;

/// What somebody has against a result or against how a project is done, and the notices of items that were decided anew.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let objections = entity("objections")
            .col(uuid_null("call_id"))
            .col(uuid("organization_id"))
            .col(text("path"))
            .col(word("target", 16))
            .col(uuid("target_id"))
            .col(text("title"))
            .col(word("ground", 16))
            .col(text("statement"))
            .col(text("wish"))
            .col(bytes("key"))
            .col(bytes("objector"))
            .col(word("objector_mark", 64))
            .col(word_null("request_mark", 64))
            .col(uuid_null("against_id"))
            .col(uuid_null("handler_id"))
            .col(uuid_null("second_handler_id"))
            .col(big_null("due_at"))
            .col(flag("extended"))
            .col(text_null("extension_reason"))
            .col(text_null("dismissal"))
            .col(word_null("result", 16))
            .col(ColumnDef::new("answer").binary().null())
            .col(big_null("answered_at"))
            .col(text_null("review_reason"))
            .col(ColumnDef::new("second_answer").binary().null())
            .col(big_null("second_answered_at"))
            .col(text_null("public_answer"))
            .col(big_null("published_at"))
            .col(word("state", 32))
            .col(int("version"))
            .col(big("created_at"))
            .take();
        manager.create_table(objections).await?;
        for columns in [
            index("objections", "objections_call", &["tenant_id", "call_id", "state"]),
            index("objections", "objections_target", &["tenant_id", "target_id", "state"]),
            index("objections", "objections_state", &["tenant_id", "state", "created_at", "id"]),
            index("objections", "objections_mine", &["tenant_id", "objector_mark", "created_at", "id"]),
            unique("objections", "objections_request", &["tenant_id", "request_mark"]),
        ] {
            manager.create_index(columns).await?;
        }
        let mut notices = Table::create();
        notices
            .table("item_notices")
            .col(uuid("tenant_id"))
            .col(uuid("proposal_id"))
            .primary_key(Index::create().col("tenant_id").col("proposal_id"))
            .col(uuid("call_id"))
            .col(big("started_at"))
            .col(big("ends_at"));
        manager.create_table(notices).await?;
        manager.create_index(index("item_notices", "item_notices_call", &["tenant_id", "call_id"])).await
    }
}
