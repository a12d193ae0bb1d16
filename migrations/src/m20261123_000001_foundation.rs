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
    let mut tenants = Table::create();
    tenants
        .table("tenants")
        .col(uuid("id").primary_key().take())
        .col(word("key", 32))
        .col(text("name"))
        .col(big("created_at"));

    let mut accounts = entity("accounts");
    accounts
        .col(word("login", 64))
        .col(text("name"))
        .col(text("password_hash"))
        .col(word("locale", 8))
        .col(word_null("phone", 32))
        .col(int("failed_attempts"))
        .col(big_null("locked_until"))
        .col(big("created_at"))
        .col(big_null("disabled_at"));

    let mut sessions = entity("sessions");
    sessions
        .col(uuid("account_id"))
        .col(word("kind", 8))
        .col(word("token_hash", 64))
        .col(word_null("previous_hash", 64))
        .col(big("created_at"))
        .col(big("used_at"))
        .col(big("expires_at"))
        .col(big_null("revoked_at"));

    let mut organizations = entity("organizations");
    organizations
        .col(uuid_null("parent_id"))
        .col(text("path"))
        .col(word("kind", 16))
        .col(text("name"))
        .col(word_null("credit_code", 18))
        .col(word_null("division_code", 12))
        .col(text("introduction"))
        .col(big_null("verified_at"))
        .col(uuid_null("verified_by"))
        .col(int("version"))
        .col(big("created_at"));

    let mut memberships = entity("memberships");
    memberships
        .col(uuid("account_id"))
        .col(uuid("organization_id"))
        .col(word("role", 32))
        .col(uuid_null("granted_by"))
        .col(big("granted_at"))
        .col(big_null("ended_at"));

    let mut events = Table::create();
    events
        .table("events")
        .col(uuid("tenant_id"))
        .col(word("stream_kind", 32))
        .col(uuid("stream_id"))
        .col(int("seq"))
        .col(big("at"))
        .col(uuid_null("actor_id"))
        .col(word_null("cause", 64))
        .col(uuid_null("acting_for"))
        .col(word("name", 64))
        .col(word_null("state_before", 32))
        .col(word_null("state_after", 32))
        .col(text("payload"))
        .col(word_null("row_hash", 64))
        .col(word("prev_hash", 64))
        .col(word("hash", 64))
        .primary_key(Index::create().col("tenant_id").col("stream_kind").col("stream_id").col("seq"));

    let mut seals = entity("seals");
    seals
        .col(big("at"))
        .col(int("streams"))
        .col(text("heads"))
        .col(word("prev_hash", 64))
        .col(word("hash", 64))
        .col(word("key_id", 64))
        .col(word("signature", 128));

    let mut idempotency = Table::create();
    idempotency
        .table("idempotency")
        .col(uuid("tenant_id"))
        .col(uuid("account_id"))
        .col(word("key", 128))
        .col(word("request_hash", 64))
        .col(json("answer"))
        .col(big("created_at"))
        .primary_key(Index::create().col("tenant_id").col("account_id").col("key"));

    let mut jobs = entity("jobs");
    jobs.col(word("kind", 64))
        .col(word("key", 200))
        .col(json("payload"))
        .col(word("state", 16))
        .col(big("due_at"))
        .col(int("attempts"))
        .col(big_null("lease_until"))
        .col(int("fence"))
        .col(text_null("last_error"))
        .col(word_null("subject_kind", 32))
        .col(uuid_null("subject_id"))
        .col(big("created_at"))
        .col(big_null("finished_at"));

    let mut notices = entity("notices");
    notices
        .col(uuid("account_id"))
        .col(word("template", 64))
        .col(json("values"))
        .col(text("link"))
        .col(flag("urgent"))
        .col(big("created_at"))
        .col(big_null("read_at"));

    let mut calendar = Table::create();
    calendar
        .table("calendar_days")
        .col(uuid("tenant_id"))
        .col(word("day", 10))
        .col(flag("works"))
        .col(text("name"))
        .primary_key(Index::create().col("tenant_id").col("day"));

    vec![tenants, accounts, sessions, organizations, memberships, events, seals, idempotency, jobs, notices, calendar]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        unique("tenants", "tenants_key", &["key"]),
        unique("accounts", "accounts_login", &["tenant_id", "login"]),
        unique("sessions", "sessions_token", &["tenant_id", "token_hash"]),
        index("sessions", "sessions_previous", &["tenant_id", "previous_hash"]),
        index("sessions", "sessions_account", &["tenant_id", "account_id"]),
        index("organizations", "organizations_path", &["tenant_id", "path"]),
        unique("organizations", "organizations_credit_code", &["tenant_id", "credit_code"]),
        index("memberships", "memberships_account", &["tenant_id", "account_id"]),
        index("memberships", "memberships_organization", &["tenant_id", "organization_id", "role"]),
        index("events", "events_at", &["tenant_id", "at"]),
        index("jobs", "jobs_due", &["tenant_id", "state", "due_at"]),
        unique("jobs", "jobs_key", &["tenant_id", "kind", "key"]),
        index("jobs", "jobs_subject", &["tenant_id", "subject_kind", "subject_id"]),
        index("notices", "notices_account", &["tenant_id", "account_id", "created_at"]),
    ]
}
