use crate::columns::*;
use sea_orm_migration::prelude::*;

/// Where a call is published, with the proof; who is invited to it; which question its ceiling
/// bounds; what comes late.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let channels = entity("call_channels")
            .col(uuid("call_id"))
            .col(text("path"))
            .col(word("kind", 24))
            .col(text("name"))
            .col(word("planned_on", 10))
            .col(uuid("planned_by"))
            .col(big("planned_at"))
            .col(text_null("link"))
            .col(big_null("aired_at"))
            .col(uuid_null("proven_by"))
            .col(big_null("proven_at"))
            .take();
        manager.create_table(channels).await?;
        manager
            .create_index(index("call_channels", "call_channels_call", &["tenant_id", "call_id", "planned_on"]))
            .await?;
        manager
            .create_index(index("call_channels", "call_channels_waiting", &["tenant_id", "proven_at", "planned_on"]))
            .await?;
        let invitations = entity("call_invitations")
            .col(uuid("call_id"))
            .col(text("path"))
            .col(text("note"))
            .col(word("code_hash", 64))
            .col(word("masked", 16))
            .col(int("uses"))
            .col(int("used"))
            .col(big("expires_at"))
            .col(uuid("made_by"))
            .col(big("made_at"))
            .col(uuid_null("revoked_by"))
            .col(big_null("revoked_at"))
            .take();
        manager.create_table(invitations).await?;
        let made = index("call_invitations", "call_invitations_call", &["tenant_id", "call_id", "made_at"]);
        manager.create_index(made).await?;
        let codes = unique("call_invitations", "call_invitations_code", &["tenant_id", "call_id", "code_hash"]);
        manager.create_index(codes).await?;
        let uses = entity("call_invitation_uses")
            .col(uuid("invitation_id"))
            .col(uuid("call_id"))
            .col(uuid("account_id"))
            .col(uuid_null("organization_id"))
            .col(uuid("proposal_id"))
            .col(big("used_at"))
            .take();
        manager.create_table(uses).await?;
        let of_code =
            index("call_invitation_uses", "call_invitation_uses_code", &["tenant_id", "invitation_id", "used_at"]);
        manager.create_index(of_code).await?;
        let of_call =
            index("call_invitation_uses", "call_invitation_uses_call", &["tenant_id", "call_id", "account_id"]);
        manager.create_index(of_call).await?;
        let late = entity("late_submissions")
            .col(uuid("call_id"))
            .col(text("path"))
            .col(text("reason"))
            .col(big("submitted_at"))
            .col(uuid_null("accepted_by"))
            .col(big_null("accepted_at"))
            .col(text_null("note"))
            .take();
        manager.create_table(late).await?;
        let late_days = int("late_days").default(0).take();
        let columns = [flag("invited").default(false).take(), text_null("cost_question"), late_days];
        for mut column in columns {
            // SQLite adds one column at a time.
            let added = Table::alter().table("call_settings").add_column(&mut column).take();
            manager.alter_table(added).await?;
        }
        Ok(())
    }
}
