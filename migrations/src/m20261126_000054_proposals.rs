use crate::columns::*;
use sea_orm_migration::prelude::*;

/// What stands around a proposal.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// A table whose key is the tenant and these columns.
fn keyed(name: &'static str, columns: Vec<ColumnDef>, key: &[&'static str]) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name).col(uuid("tenant_id"));
    let mut primary = Index::create();
    primary.col("tenant_id");
    for column in columns {
        table.col(column);
    }
    for column in key {
        primary.col(*column);
    }
    table.primary_key(&mut primary);
    table
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sketches = vec![uuid("proposal_id"), word("hash", 64), bytes("grams")];
        manager.create_table(keyed("proposal_sketches", sketches, &["proposal_id"])).await?;
        let grams = vec![big("gram"), uuid("proposal_id")];
        manager.create_table(keyed("proposal_grams", grams, &["gram", "proposal_id"])).await?;
        manager.create_index(index("proposal_grams", "proposal_grams_proposal", &["tenant_id", "proposal_id"])).await?;
        let counts = vec![big("gram"), int("having")];
        manager.create_table(keyed("proposal_gram_counts", counts, &["gram"])).await?;
        let saved = vec![
            uuid("proposal_id"),
            int("number"),
            text("title"),
            text("summary"),
            json("answers"),
            uuid("author_id"),
            big("begun_at"),
            big("at"),
        ];
        manager.create_table(keyed("proposal_saved", saved, &["proposal_id", "number"])).await?;
        let mergers = entity("proposal_mergers")
            .col(text("path"))
            .col(uuid("source_id"))
            .col(uuid("target_id"))
            .col(text("reason"))
            .col(uuid("proposed_by"))
            .col(uuid_null("source_agreed"))
            .col(flag("source_named"))
            .col(uuid_null("target_agreed"))
            .col(flag("target_named"))
            .col(big("due_at"))
            .col(text_null("ended_reason"))
            .col(word("state", 32))
            .col(int("version"))
            .col(big("created_at"))
            .take();
        manager.create_table(mergers).await?;
        for (name, column) in [("proposal_mergers_source", "source_id"), ("proposal_mergers_target", "target_id")] {
            manager.create_index(index("proposal_mergers", name, &["tenant_id", column])).await?;
        }
        let authors = entity("proposal_authors")
            .col(uuid("proposal_id"))
            .col(uuid("source_id"))
            .col(uuid("account_id"))
            .col(uuid_null("organization_id"))
            .col(flag("named"))
            .col(big("at"))
            .take();
        manager.create_table(authors).await?;
        manager
            .create_index(index("proposal_authors", "proposal_authors_proposal", &["tenant_id", "proposal_id"]))
            .await?;
        let co_applicants = entity("co_applicants")
            .col(uuid("proposal_id"))
            .col(uuid_null("account_id"))
            .col(uuid_null("organization_id"))
            .col(word("part", 16))
            .col(uuid("invited_by"))
            .col(big("invited_at"))
            .col(word("state", 32))
            .col(int("version"))
            .take();
        manager.create_table(co_applicants).await?;
        for (name, column) in [("co_applicants_proposal", "proposal_id"), ("co_applicants_account", "account_id")] {
            manager.create_index(index("co_applicants", name, &["tenant_id", column])).await?;
        }
        let comments = entity("proposal_comments")
            .col(uuid("proposal_id"))
            .col(uuid("author_id"))
            .col(text("text"))
            .col(big("at"))
            .take();
        manager.create_table(comments).await?;
        manager
            .create_index(index("proposal_comments", "proposal_comments_proposal", &["tenant_id", "proposal_id"]))
            .await
    }
}
