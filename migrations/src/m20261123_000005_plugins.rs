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
    let mut plugin_package = Table::create();
    plugin_package
        .table("plugin_packages")
        .col(uuid("tenant_id"))
        .col(word("digest", 64))
        .primary_key(Index::create().col("tenant_id").col("digest"));
    plugin_package
        .col(word("plugin_id", 40))
        .col(word("plugin_version", 64))
        .col(word("trust", 16))
        .col(json("manifest"))
        .col(json("description"))
        .col(json("texts"))
        .col(bytes("component"))
        .col(word("component_digest", 64))
        .col(text("readme"))
        .col(text("changelog"))
        .col(word("source", 16))
        .col(uuid_null("added_by"))
        .col(big("added_at"))
        .col(big_null("withdrawn_at"));

    let mut project_plugin = Table::create();
    project_plugin
        .table("project_plugins")
        .col(uuid("tenant_id"))
        .col(uuid("project_id"))
        .primary_key(Index::create().col("tenant_id").col("project_id"));
    project_plugin
        .col(word("plugin_id", 40))
        .col(word("plugin_version", 64))
        .col(word("digest", 64))
        .col(json("settings"))
        .col(json("grant_given"))
        .col(bytes("wrapped_key"))
        .col(text("title"))
        .col(text("path"))
        .col(uuid_null("team_id"))
        .col(uuid_null("lead_id"))
        .col(json("sponsors"))
        .col(word("phase", 16))
        .col(int("revision"))
        .col(uuid_null("activated_by"))
        .col(big("activated_at"));

    let mut project_member = entity("project_members");
    project_member
        .col(uuid("project_id"))
        .col(uuid_null("account_id"))
        .col(text("name"))
        .col(word_null("phone", 32))
        .col(json("roles"))
        .col(word("pseudonym", 32))
        .col(uuid_null("added_by"))
        .col(big("added_at"))
        .col(big_null("ended_at"))
        .col(int("version"));

    let mut record = entity("records");
    record
        .col(uuid("project_id"))
        .col(word("kind", 40))
        .col(word("state", 40))
        .col(int("version"))
        .col(json("data"))
        .col(text_null("title"))
        .col(uuid_null("created_by"))
        .col(big("created_at"))
        .col(big("changed_at"))
        .col(big_null("ended_at"));

    let mut record_index = Table::create();
    record_index
        .table("record_index")
        .col(uuid("tenant_id"))
        .col(uuid("record_id"))
        .col(word("field", 40))
        .col(int("nth"))
        .primary_key(Index::create().col("tenant_id").col("record_id").col("field").col("nth"));
    record_index.col(uuid("project_id")).col(word("kind", 40)).col(word_null("word", 200)).col(big_null("number"));

    let mut confirmation = entity("plugin_confirmations");
    confirmation
        .col(uuid("project_id"))
        .col(word("action", 40))
        .col(uuid_null("target_id"))
        .col(word("input_hash", 64))
        .col(bytes("input"))
        .col(uuid("first_id"))
        .col(uuid_null("acting_for"))
        .col(flag("without_plugin"))
        .col(big("asked_at"))
        .col(big("expires_at"))
        .col(big_null("done_at"))
        .col(uuid_null("done_by"));

    let mut plugin_task = entity("plugin_tasks");
    plugin_task
        .col(uuid("project_id"))
        .col(word("key", 200))
        .col(word("assignee", 64))
        .col(word("action", 40))
        .col(uuid_null("target_id"))
        .col(big_null("due_at"))
        .col(big("opened_at"))
        .col(big_null("closed_at"));

    let mut attendance_fact = entity("attendance_facts");
    attendance_fact
        .col(uuid("project_id"))
        .col(word("person", 32))
        .col(word("session", 200))
        .col(word("what", 40))
        .col(big("at"))
        .col(json("evidence"))
        .col(uuid("decision_id"));

    let mut ledger_entry = entity("ledger_entries");
    ledger_entry
        .col(uuid("project_id"))
        .col(word("book", 64))
        .col(word("key", 200))
        .col(big("quantity"))
        .col(json("entry"))
        .col(big("at"))
        .col(uuid("decision_id"));

    let mut one_time_code = entity("plugin_codes");
    one_time_code
        .col(uuid("project_id"))
        .col(word("purpose", 64))
        .col(word("target", 200))
        .col(word("person", 32))
        .col(word("code_hash", 64))
        .col(big("issued_at"))
        .col(big("expires_at"))
        .col(big_null("spent_at"))
        .col(int("wrong"));

    let mut publication = Table::create();
    publication
        .table("publications")
        .col(uuid("tenant_id"))
        .col(uuid("project_id"))
        .col(word("target", 64))
        .primary_key(Index::create().col("tenant_id").col("project_id").col("target"));
    publication.col(json("card")).col(big("published_at")).col(big_null("until")).col(big_null("withdrawn_at"));

    let mut sent_notice = Table::create();
    sent_notice
        .table("sent_notices")
        .col(uuid("tenant_id"))
        .col(uuid("project_id"))
        .col(word("key", 200))
        .primary_key(Index::create().col("tenant_id").col("project_id").col("key"));
    sent_notice.col(big("at"));

    let mut incident = entity("incidents");
    incident
        .col(uuid("project_id"))
        .col(word("key", 200))
        .col(uuid_null("target_id"))
        .col(word("severity", 16))
        .col(bytes("content"))
        .col(big("reported_at"))
        .col(uuid_null("reported_by"));

    let mut decision = entity("plugin_journal");
    decision
        .col(uuid("project_id"))
        .col(word("digest", 64))
        .col(word("hook", 16))
        .col(word("name", 64))
        .col(uuid_null("target_id"))
        .col(word_null("actor", 32))
        .col(word("outcome", 16))
        .col(word_null("reason", 200))
        .col(int("revision"))
        .col(big("fuel"))
        .col(int("writes"))
        .col(bytes("content"))
        .col(big("at"));

    let mut plugin_log = entity("plugin_logs");
    plugin_log
        .col(uuid("project_id"))
        .col(word("digest", 64))
        .col(word("reference", 16))
        .col(word("hook", 16))
        .col(word("name", 64))
        .col(text("failure"))
        .col(bytes("lines"))
        .col(big("at"));

    let mut person_fact = entity("person_facts");
    person_fact
        .col(uuid_null("account_id"))
        .col(uuid_null("member_id"))
        .col(word("predicate", 64))
        .col(text("document"))
        .col(big("valid_from"))
        .col(big_null("valid_until"))
        .col(uuid("recorded_by"))
        .col(big("recorded_at"))
        .col(big_null("revoked_at"));

    let mut secret_guess = entity("secret_guesses");
    secret_guess
        .col(uuid("project_id"))
        .col(word("person", 32))
        .col(word("kind", 40))
        .col(uuid("record_id"))
        .col(word("question", 80))
        .col(big("at"));

    let mut disclosure = entity("disclosures");
    disclosure
        .col(uuid("project_id"))
        .col(uuid("record_id"))
        .col(uuid("account_id"))
        .col(text("reason"))
        .col(big("at"))
        .col(big("expires_at"));

    vec![
        plugin_package,
        project_plugin,
        project_member,
        record,
        record_index,
        confirmation,
        plugin_task,
        attendance_fact,
        ledger_entry,
        one_time_code,
        publication,
        sent_notice,
        incident,
        decision,
        plugin_log,
        person_fact,
        secret_guess,
        disclosure,
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("plugin_packages", "plugin_packages_plugin", &["tenant_id", "plugin_id", "added_at"]),
        index("project_plugins", "project_plugins_digest", &["tenant_id", "digest"]),
        unique("project_members", "project_members_account", &["tenant_id", "project_id", "account_id"]),
        unique("project_members", "project_members_pseudonym", &["tenant_id", "project_id", "pseudonym"]),
        index("project_members", "project_members_of_account", &["tenant_id", "account_id"]),
        index("records", "records_kind", &["tenant_id", "project_id", "kind", "state", "id"]),
        index("records", "records_created_by", &["tenant_id", "project_id", "created_by"]),
        index("record_index", "record_index_word", &["tenant_id", "project_id", "kind", "field", "word"]),
        index("record_index", "record_index_number", &["tenant_id", "project_id", "kind", "field", "number"]),
        index(
            "plugin_confirmations",
            "plugin_confirmations_open",
            &["tenant_id", "project_id", "done_at", "expires_at"],
        ),
        unique("plugin_tasks", "plugin_tasks_key", &["tenant_id", "project_id", "key"]),
        unique(
            "attendance_facts",
            "attendance_facts_fact",
            &["tenant_id", "project_id", "session", "person", "what", "at"],
        ),
        index("ledger_entries", "ledger_entries_key", &["tenant_id", "project_id", "book", "key"]),
        index("plugin_codes", "plugin_codes_target", &["tenant_id", "project_id", "purpose", "target"]),
        unique("incidents", "incidents_key", &["tenant_id", "project_id", "key"]),
        index("plugin_journal", "plugin_journal_project", &["tenant_id", "project_id", "at"]),
        index("plugin_journal", "plugin_journal_digest", &["tenant_id", "digest", "at"]),
        index("plugin_logs", "plugin_logs_project", &["tenant_id", "project_id", "at"]),
        index("plugin_logs", "plugin_logs_digest", &["tenant_id", "digest", "at"]),
        index("person_facts", "person_facts_account", &["tenant_id", "account_id", "predicate"]),
        index("person_facts", "person_facts_member", &["tenant_id", "member_id", "predicate"]),
        index("secret_guesses", "secret_guesses_person", &["tenant_id", "project_id", "person", "kind", "at"]),
        index("disclosures", "disclosures_record", &["tenant_id", "record_id", "at"]),
    ]
}
