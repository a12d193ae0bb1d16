//! How a host starts, and that the tables are what the entities say.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Iterable, Statement};
use std::collections::BTreeSet;
use twoway::{Config, audit, start};
use twoway_tests::{Backend, TestApp, on_both_databases, own_database};

/// Hosts that start together on an empty database: all come up, and a later start changes nothing.
async fn three_hosts_migrate_at_once(backend: Backend) {
    if !backend.is_there() {
        return;
    }
    let data = tempfile::tempdir().expect("a folder");
    let empty = own_database(backend).await;
    let config = Config { data: data.path().to_path_buf(), database_url: empty.url.clone(), ..Config::default() };
    let results = tokio::join!(start::migrate(&config), start::migrate(&config), start::migrate(&config));
    for result in [results.0, results.1, results.2] {
        result.expect("every host migrates or waits");
    }
    start::migrate(&config).await.expect("again is nothing");
    empty.drop_it().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_hosts_migrate_at_once_on_sqlite() {
    three_hosts_migrate_at_once(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_hosts_migrate_at_once_on_postgres() {
    three_hosts_migrate_at_once(Backend::Postgres).await;
}

/// Name and nullability of a table's columns.
type Columns = BTreeSet<(String, bool)>;

fn declared<E: EntityTrait>(_: E) -> (String, Columns) {
    let columns = E::Column::iter().map(|c| {
        let name = sea_orm::IdenStatic::as_str(&c).to_string();
        (name, c.def().is_null())
    });
    (E::default().table_name().to_string(), columns.collect())
}

async fn existing(app: &TestApp, table: &str) -> Columns {
    let db = app.app.db.read();
    let sql = match db.get_database_backend() {
        sea_orm::DbBackend::Sqlite => {
            format!("SELECT name, CASE WHEN \"notnull\" = 0 THEN 'YES' ELSE 'NO' END FROM pragma_table_info('{table}')")
        }
        _ => format!(
            "SELECT column_name::text, is_nullable::text FROM information_schema.columns WHERE table_name = '{table}'"
        ),
    };
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect("columns");
    let text = |row: &sea_orm::QueryResult, index: usize| row.try_get_by_index::<String>(index).expect("text");
    rows.iter().map(|row| (text(row, 0), text(row, 1) == "YES")).collect()
}

macro_rules! entities {
    ($($feature:ident::$entity:ident),* $(,)?) => {
        fn entities() -> Vec<(String, Columns)> {
            vec![$(declared(twoway_entity::$feature::$entity::Entity)),*]
        }
    };
}

entities! {
    accounts::account,
    accounts::session,
    accounts::membership,
    adoptions::adoption,
    adoptions::commitment,
    adoptions::agreement,
    adoptions::confirmation,
    adoptions::delivery,
    adoptions::partner,
    agreements::statement,
    agreements::finding,
    agreements::trade,
    agreements::public_notice,
    agreements::signing_code,
    agreements::template,
    agreements::plan_part,
    agreements::seal_scan,
    audit::event,
    audit::row_mark,
    audit::seal,
    audit::idempotency,
    calendar::calendar_day,
    call_desk::settings,
    call_desk::template,
    call_desk::follower,
    call_desk::inquiry,
    call_desk::channel,
    call_desk::invitation,
    call_desk::invitation_use,
    calls::call,
    evaluations::evaluation,
    evaluations::notice,
    files::document,
    fulfilment::release,
    fulfilment::ask,
    fulfilment::use_change,
    fulfilment::use_consent,
    fulfilment::receipt,
    fulfilment::proof,
    fulfilment::settlement,
    jobs::job,
    limits::spent_budget,
    mail::setting,
    mail::message,
    needs::need_line,
    notices::notice,
    notices::wording,
    objections::objection,
    objections::item_notice,
    objections::evidence,
    organizations::organization,
    papers::sheet_import,
    plugins::plugin_package,
    plugins::project_plugin,
    plugins::project_member,
    plugins::record,
    plugins::record_index,
    plugins::confirmation,
    plugins::plugin_task,
    plugins::attendance_fact,
    plugins::ledger_entry,
    plugins::one_time_code,
    plugins::publication,
    plugins::sent_notice,
    plugins::incident,
    plugins::decision,
    plugins::plugin_log,
    plugins::person_fact,
    plugins::secret_guess,
    plugins::disclosure,
    projects::project,
    proposals::proposal,
    proposals::revision,
    proposals::attachment,
    proposals::disqualification,
    proposals::receipt_counter,
    propose::sketch,
    propose::gram,
    propose::gram_count,
    propose::saved,
    propose::merger,
    propose::author,
    propose::co_applicant,
    propose::comment,
    propose::late_submission,
    assisted::entry,
    assisted::point,
    reviews::review,
    reviews::profile,
    reviews::interest,
    reviews::plan,
    reviews::plan_line,
    reviews::plan_load,
    reviews::found,
    reviews::setting,
    reviews::phase,
    reviews::comment,
    reviews::supervision,
    reviews::verdict,
    reviews::letter_template,
    reviews::letter,
    reviews::second_round,
    reviews::second_item,
    reviews::roadshow,
    reviews::judge,
    reviews::slot,
    reviews::live_score,
    sponsoring::condition,
    sponsoring::first_delivery,
    sponsoring::bar,
    sponsoring::project_disclosure,
    tenants::tenant,
}

on_both_databases! {
    /// A migration without its entity, or the other way round, shows here.
    async fn the_tables_are_what_the_entities_say(app: &TestApp) {
        let all = entities();
        assert!(all.len() > 10);
        for (table, declared) in &all {
            assert_eq!(&existing(app, table).await, declared, "left: the table {table}, right: its entity");
        }
        let db = app.app.db.read();
        let sql = match db.get_database_backend() {
            sea_orm::DbBackend::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
            _ => "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'",
        };
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect("tables");
        let tables: BTreeSet<String> = rows.iter().map(|r| r.try_get_by_index(0).expect("a name")).filter(|t| t != "seaql_migrations").collect();
        let declared: BTreeSet<String> = all.into_iter().map(|(table, _)| table).collect();
        assert_eq!(tables, declared, "left: tables, right: the list in this test");
    }

    /// Whether the chain vouches for a table is decided for each, and why not is said.
    async fn every_table_is_covered_or_has_a_reason(app: &TestApp) {
        let covered = audit::tables().iter().map(|table| table.name.to_string());
        let others = audit::NOT_COVERED.iter().map(|(table, reason)| {
            assert!(reason.len() > 20, "{table}");
            (*table).to_string()
        });
        let mut listed: Vec<String> = covered.chain(others).collect();
        listed.sort_unstable();
        let declared = entities();
        let mut tables: Vec<String> = declared.iter().map(|(table, _)| table.clone()).collect();
        tables.sort_unstable();
        assert_eq!(listed, tables, "left: the lists in host/src/audit/covered.rs, right: the tables");
        for table in audit::tables() {
            let columns = existing(app, table.name).await;
            for (column, reason) in &table.left_out {
                assert!(columns.iter().any(|(name, _)| name == column) && reason.len() > 20, "{} {column}", table.name);
            }
            assert_eq!(table.covered().count() + table.left_out.len(), columns.len(), "{}", table.name);
        }
    }
}
