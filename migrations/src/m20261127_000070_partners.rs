use crate::columns::*;
use sea_orm_migration::prelude::*;

/// Who adopts together with a sponsor.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = entity("adoption_partners")
            .col(uuid("adoption_id"))
            .col(uuid("organization_id"))
            .col(text("share"))
            .col(text("trade"))
            .col(flag("related_party"))
            .col(uuid("invited_by"))
            .col(big("invited_at"))
            .col(uuid_null("answered_by"))
            .col(big_null("answered_at"))
            .col(word("state", 16))
            .col(int("version"))
            .take();
        manager.create_table(table).await?;
        manager
            .create_index(index("adoption_partners", "adoption_partners_adoption", &["tenant_id", "adoption_id"]))
            .await?;
        manager
            .create_index(index(
                "adoption_partners",
                "adoption_partners_organization",
                &["tenant_id", "organization_id", "state"],
            ))
            .await
    }
}
