use crate::columns::*;
use sea_orm_migration::prelude::*;

/// Mail beside the notices inside the site.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let settings = Table::create()
            .table("mail_settings")
            .col(uuid("tenant_id"))
            .col(uuid("account_id"))
            .primary_key(Index::create().col("tenant_id").col("account_id"))
            .col(word("address", 254))
            .col(big_null("confirmed_at"))
            .col(uuid("nonce"))
            .col(big("code_until"))
            .col(int("code_wrong"))
            .col(word("rhythm", 16))
            .col(int("quiet_from"))
            .col(int("quiet_to"))
            .col(big("since"))
            .col(big_null("last_sent_at"))
            .take();
        manager.create_table(settings).await?;
        let mails = entity("mails")
            .col(uuid("account_id"))
            .col(word("address", 254))
            .col(word("kind", 16))
            .col(json("notices"))
            .col(flag("urgent"))
            .col(big("due_at"))
            .col(big("created_at"))
            .col(big_null("sent_at"))
            .col(word_null("reason", 80))
            .col(uuid_null("released_by"))
            .col(word("state", 16))
            .col(int("version"))
            .take();
        manager.create_table(mails).await?;
        manager.create_index(index("mails", "mails_state", &["tenant_id", "state", "id"])).await?;
        manager.create_index(index("mails", "mails_account", &["tenant_id", "account_id", "state"])).await?;
        let wordings = Table::create()
            .table("notice_wordings")
            .col(uuid("tenant_id"))
            .col(word("template", 80))
            .primary_key(Index::create().col("tenant_id").col("template"))
            .col(text_null("zh_cn"))
            .col(text_null("en"))
            .col(flag("looked_at"))
            .col(uuid("edited_by"))
            .col(big("edited_at"))
            .col(int("version"))
            .take();
        manager.create_table(wordings).await?;
        let gathered = Table::alter().table("notices").add_column(big_null("gathered_at")).take();
        manager.alter_table(gathered).await?;
        // The collector asks which notices came lately.
        manager.create_index(index("notices", "notices_lately", &["tenant_id", "created_at"])).await
    }
}
