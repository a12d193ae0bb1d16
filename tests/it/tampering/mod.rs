//! What is done to rows by hand is found and named by table and key: in every covered table, on both databases.

mod rare;
mod rare_sponsors;

use crate::demo;
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, Statement};
use std::collections::BTreeSet;
use twoway::audit::{self, KeyKind, Table};
use twoway::lifecycle::{Command, Step};
use twoway_entity::accounts::account;
use twoway_entity::audit::{event, row_mark};
use twoway_ids::Uuid;
use twoway_tests::{Backend, TestApp, on_both_databases};

/// Past the host, as who has the database does it.
async fn by_hand(app: &TestApp, sql: String) -> u64 {
    let done = move |tx: twoway::Tx| async move { Ok(tx.execute_unprepared(&sql).await?.rows_affected()) };
    app.app.db.transact(done).await.expect("the database takes it")
}

fn id_literal(app: &TestApp, id: Uuid) -> String {
    match app.app.db.backend() {
        DbBackend::Sqlite => format!("x'{}'", id.simple()),
        _ => format!("'{id}'"),
    }
}

fn literal(app: &TestApp, kind: KeyKind, part: &str) -> String {
    match kind {
        KeyKind::Uuid => id_literal(app, part.parse().expect("an id")),
        KeyKind::Int => part.to_string(),
        KeyKind::Word => format!("'{part}'"),
    }
}

/// The condition that names a row.
fn named(app: &TestApp, table: &Table, key: &str) -> String {
    let parts = table.key.iter().zip(key.splitn(table.key.len(), '/'));
    let equal = parts.map(|((column, kind), part)| format!("\"{column}\" = {}", literal(app, *kind, part)));
    equal.collect::<Vec<_>>().join(" AND ")
}

/// The key with its last part replaced, and the change that does it.
fn moved(app: &TestApp, table: &Table, key: &str) -> (String, String) {
    let (column, kind) = table.key.last().expect("a key has parts");
    let part = match kind {
        KeyKind::Uuid => twoway_ids::new_id(app.now()).to_string(),
        KeyKind::Int => "9999".to_string(),
        KeyKind::Word => "by-hand".to_string(),
    };
    let others: Vec<&str> = key.splitn(table.key.len(), '/').take(table.key.len() - 1).collect();
    let new = others.into_iter().chain([part.as_str()]).collect::<Vec<_>>().join("/");
    (new, format!("\"{column}\" = {}", literal(app, *kind, &part)))
}

/// Columns outside the primary key that hold words, and those that hold numbers.
async fn columns(app: &TestApp, table: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let db = app.app.db.read();
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => format!("SELECT name, lower(type) FROM pragma_table_info('{table}') WHERE pk = 0"),
        _ => format!(
            "SELECT column_name::text, data_type::text FROM information_schema.columns WHERE table_name = '{table}'
                AND column_name NOT IN (SELECT k.column_name FROM information_schema.key_column_usage k
                    JOIN information_schema.table_constraints c USING (constraint_name)
                    WHERE c.table_name = '{table}' AND c.constraint_type = 'PRIMARY KEY')"
        ),
    };
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect("columns");
    let (mut words, mut numbers) = (BTreeSet::new(), BTreeSet::new());
    for row in rows {
        let (name, kind): (String, String) =
            (row.try_get_by_index(0).expect("a name"), row.try_get_by_index(1).expect("a type"));
        match kind.as_str() {
            "text" | "character varying" => words.insert(name),
            "bigint" | "integer" => numbers.insert(name),
            kind if kind.starts_with("varchar") => words.insert(name),
            _ => false,
        };
    }
    (words, numbers)
}

/// A change of one covered column that every table takes.
async fn change(app: &TestApp, table: &Table) -> String {
    let (words, numbers) = columns(app, table.name).await;
    let is_content = |column: &&str| !table.key.iter().any(|(key, _)| key == column);
    let word = table.covered().filter(is_content).find(|column| words.contains(*column));
    let number = table.covered().filter(is_content).find(|column| numbers.contains(*column));
    match (word, number) {
        (Some(word), _) => format!("\"{word}\" = 'x'"),
        (None, Some(number)) => format!("\"{number}\" = \"{number}\" + 1"),
        (None, None) => panic!("{} has neither words nor numbers", table.name),
    }
}

/// A living row of each covered table.
async fn representatives(app: &TestApp) -> Vec<(&'static Table, String)> {
    use row_mark::Column as C;
    let mut rows = Vec::new();
    for table in audit::tables() {
        let mark = row_mark::Entity::find()
            .filter(C::TableName.eq(table.name))
            .filter(C::Hash.is_not_null())
            .order_by_asc(C::RowKey)
            .one(app.app.db.read())
            .await
            .expect("read");
        rows.push((table, mark.map(|mark| mark.row_key).unwrap_or_default()));
    }
    let empty: Vec<_> = rows.iter().filter(|(_, key)| key.is_empty()).map(|(table, _)| table.name).collect();
    assert!(empty.is_empty(), "the stories leave no row in {empty:?}");
    rows
}

/// Place and the first words of each finding.
async fn found(app: &TestApp) -> BTreeSet<(String, String)> {
    let verb = |message: &str| message.split(" by hand").next().unwrap_or_default().to_string();
    app.findings().await.into_iter().map(|finding| (finding.place, verb(&finding.message))).collect()
}

fn expected<'a>(rows: impl IntoIterator<Item = (&'a str, &'a str)>, verb: &str) -> BTreeSet<(String, String)> {
    rows.into_iter().map(|(table, key)| (format!("{table} {key}"), format!("the row was {verb}"))).collect()
}

async fn every_table_is_watched(backend: Backend) {
    let Some(app) = demo::told(backend, demo::JOURNEY).await else { return };
    rare::rows(&app).await;
    rare_sponsors::rows(&app).await;
    assert_eq!(app.findings().await, []);
    app.tampers();
    let rows = representatives(&app).await;
    let old: Vec<(&str, &str)> = rows.iter().map(|(table, key)| (table.name, key.as_str())).collect();

    for table in audit::tables() {
        for (column, _) in &table.left_out {
            let zero = format!("UPDATE {} SET \"{column}\" = coalesce(\"{column}\", 0) + 1", table.name);
            assert!(by_hand(&app, zero).await > 0, "{}", table.name);
        }
    }
    assert_eq!(app.findings().await, [], "nobody vouches for what is left out");

    for (table, key) in &rows {
        let sql = format!("UPDATE {} SET {} WHERE {}", table.name, change(&app, table).await, named(&app, table, key));
        assert!(by_hand(&app, sql).await > 0, "{} {key}", table.name);
    }
    assert_eq!(found(&app).await, expected(old.clone(), "changed"));

    let mut inserted = Vec::new();
    for (table, key) in &rows {
        let (new, set) = moved(&app, table, key);
        by_hand(&app, format!("UPDATE {} SET {set} WHERE {}", table.name, named(&app, table, key))).await;
        inserted.push((*table, new));
    }
    let new = inserted.iter().map(|(table, key)| (table.name, key.as_str()));
    let both = expected(old.clone(), "removed").into_iter().chain(expected(new, "inserted")).collect();
    assert_eq!(found(&app).await, both);

    for (table, key) in &inserted {
        by_hand(&app, format!("DELETE FROM {} WHERE {}", table.name, named(&app, table, key))).await;
    }
    assert_eq!(found(&app).await, expected(old, "removed"));
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_is_watched_on_sqlite() {
    every_table_is_watched(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_is_watched_on_postgres() {
    every_table_is_watched(Backend::Postgres).await;
}

/// The condition that names an account's mark.
fn mark_of(id: Uuid) -> String {
    format!("table_name = 'accounts' AND row_key = '{id}'")
}

async fn mark(app: &TestApp, id: Uuid) -> row_mark::Model {
    let key = (app.app.tenant, "accounts".to_string(), id.to_string());
    row_mark::Entity::find_by_id(key).one(app.app.db.read()).await.expect("read").expect("a mark")
}

on_both_databases! {
    /// Whoever knows how it works changes the row's mark with the row: to what it was, to that of another row, or to nothing.
    async fn a_row_and_its_mark_are_not_changed_together(app: &TestApp) {
        app.tampers();
        let citizen = app.citizen().await;
        let (id, place) = (citizen.account, format!("accounts {}", citizen.account));
        let row = format!("UPDATE accounts SET name = 'x' WHERE id = {}", id_literal(app, id));
        let before = mark(app, id).await;
        let only = async |message: &str| {
            let findings = app.findings().await;
            assert!(findings.iter().all(|f| f.place == place) && findings.iter().any(|f| f.message.contains(message)), "{findings:#?}");
        };

        let other = mark(app, app.team(1).await.account).await;
        by_hand(app, row.clone()).await;
        by_hand(app, format!("UPDATE row_marks SET hash = '{}' WHERE {}", other.hash.clone().expect("a hash"), mark_of(id))).await;
        only("does not vouch for it").await;
        // The other one's event says nothing of this row.
        let to = format!("stream_id = {}, seq = {}", id_literal(app, other.stream_id), other.seq);
        by_hand(app, format!("UPDATE row_marks SET {to} WHERE {}", mark_of(id))).await;
        only("does not vouch for it").await;
        by_hand(app, format!("DELETE FROM row_marks WHERE {}", mark_of(id))).await;
        only("its mark was removed by hand").await;
        only("the row was inserted by hand").await;
        by_hand(app, format!("DELETE FROM accounts WHERE id = {}", id_literal(app, id))).await;
        only("its mark was removed by hand").await;
        assert_eq!(before.number, 1);
    }

    /// An earlier state comes back with the mark that it had: the event that vouches is true, but it is not the newest.
    async fn a_row_is_not_set_back(app: &TestApp) {
        app.tampers();
        let citizen = app.citizen().await;
        let before = mark(app, citizen.account).await;
        let who = citizen.who().await;
        twoway::accounts::update_profile(&app.app, &who, "改名", "zh-CN").await.expect("changed");
        assert_eq!(mark(app, citizen.account).await.number, 2);
        assert_eq!(app.findings().await, []);
        let id = id_literal(app, citizen.account);
        by_hand(app, format!("UPDATE accounts SET name = '{}' WHERE id = {id}", citizen.name)).await;
        let back = format!("hash = '{}', number = 1, seq = {}", before.hash.expect("a hash"), before.seq);
        by_hand(app, format!("UPDATE row_marks SET {back} WHERE {}", mark_of(citizen.account))).await;
        let findings = app.findings().await;
        assert_eq!(findings.len(), 1, "{findings:#?}");
        assert!(findings[0].place.starts_with("accounts ") && findings[0].message.contains("set back by hand"), "{findings:#?}");
    }

    /// What an event vouches for is a part of it.
    async fn an_event_vouches_for_what_it_vouched_for(app: &TestApp) {
        app.tampers();
        let citizen = app.citizen().await;
        let vouching = mark(app, citizen.account).await;
        let at = format!("stream_kind = 'account' AND stream_id = {} AND seq = {}", id_literal(app, vouching.stream_id), vouching.seq);
        by_hand(app, format!("UPDATE events SET marks = replace(marks, '{}', '{}') WHERE {at}", vouching.hash.expect("a hash"), "0".repeat(64))).await;
        let findings = app.findings().await;
        let event = format!("account {} event {}", vouching.stream_id, vouching.seq);
        assert!(findings.iter().any(|f| f.place == event && f.message.contains("its content was changed")), "{findings:#?}");
    }

    /// SQLite takes any text for an id; PostgreSQL takes any word for a state.
    async fn what_the_program_could_not_have_written_is_named_too(app: &TestApp) {
        app.tampers();
        let root = app.root().await;
        by_hand(app, format!("UPDATE organizations SET kind = 'nonsense' WHERE id = {}", id_literal(app, root))).await;
        let findings = app.findings().await;
        assert_eq!(findings.iter().map(|f| f.place.clone()).collect::<Vec<_>>(), [format!("organizations {root}")], "{findings:#?}");
        if app.app.db.backend() == DbBackend::Sqlite {
            by_hand(app, format!("INSERT INTO calendar_days (tenant_id, day, works, name) VALUES ({}, x'00ff', 1, 'x')", id_literal(app, app.app.tenant))).await;
            by_hand(app, "UPDATE organizations SET id = 'by-hand'".to_string()).await;
            let places: BTreeSet<String> = app.findings().await.into_iter().map(|f| f.place).collect();
            assert!(places.contains("organizations by-hand") && places.contains(&format!("organizations {root}")), "{places:?}");
            assert!(places.iter().any(|place| place.starts_with("calendar_days ")), "{places:?}");
        }
    }

    /// A change without an event would leave a row for which nobody vouches: it does not take place.
    async fn a_step_that_remembers_nothing_writes_nothing(app: &TestApp) {
        let citizen = app.citizen().await;
        let (tenant, id) = (app.app.tenant, citizen.account);
        let silent = move |step: Step| async move {
            let set = account::Entity::update_many().col_expr(account::Column::Name, "x".into());
            step.wrote_rows(&set.filter(account::Column::Id.eq(id)).exec_with_returning(step.tx()).await?);
            Ok(())
        };
        let refused = app.app.act(&app.app.system("tests.world"), &Command::default(), silent).await.expect_err("refused");
        assert!(refused.to_string().contains(&format!("accounts {id}")), "{refused}");
        let row = account::Entity::find_by_id((tenant, id)).one(app.app.db.read()).await.expect("read").expect("there");
        assert_eq!(row.name, citizen.name);
    }

    /// Steps that end where they began, and rows that a step both makes and deletes, leave no mark.
    async fn what_did_not_change_needs_no_mark(app: &TestApp) {
        let citizen = app.citizen().await;
        let who = citizen.who().await;
        let before = mark(app, citizen.account).await;
        twoway::accounts::update_profile(&app.app, &who, &citizen.name, "zh-CN").await.expect("the same again");
        assert_eq!(mark(app, citizen.account).await, before);
        let last = event::Entity::find().filter(event::Column::Name.eq("profile-changed")).one(app.app.db.read()).await;
        assert_eq!(last.expect("read").expect("there").marks, None);
    }
}
