//! Rows that are older than their marks.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use twoway::lifecycle::{Command, Step};
use twoway::start::{self, Means};
use twoway::{App, Config, Db, audit};
use twoway_entity::audit::event;
use twoway_entity::calendar::calendar_day;
use twoway_entity::tenants::tenant;
use twoway_ids::Clock;
use twoway_tests::{Backend, OwnDatabase, START, own_database};

/// A database with rows from before there were marks, without a host.
async fn older(backend: Backend) -> Option<(Config, OwnDatabase, tempfile::TempDir)> {
    if !backend.is_there() {
        return None;
    }
    let data = tempfile::tempdir().expect("a folder");
    let database = own_database(backend).await;
    let config = Config { data: data.path().to_path_buf(), database_url: database.url.clone(), ..Config::default() };
    start::migrate(&config).await.expect("the migrations run");
    let db = Db::open(&config.database()).await.expect("opens");
    let write = |tx: twoway::Tx| async move {
        let tenant = twoway_ids::new_id(START);
        let row = tenant::ActiveModel {
            id: Set(tenant),
            key: Set("main".into()),
            name: Set(String::new()),
            created_at: Set(START),
        };
        row.insert(&*tx).await?;
        // More days than are counted at once.
        for day in (1..=28).flat_map(|day| (1..=12).map(move |month| format!("2026-{month:02}-{day:02}"))) {
            let row = calendar_day::ActiveModel {
                tenant_id: Set(tenant),
                day: Set(day),
                works: Set(true),
                name: Set(String::new()),
            };
            row.insert(&*tx).await?;
        }
        Ok(())
    };
    db.transact(write).await.expect("written");
    Some((config, database, data))
}

async fn older_rows_are_counted_once(backend: Backend) {
    let Some((config, database, _data)) = older(backend).await else { return };
    let open = async || {
        let means = Means::usual(&config).expect("means");
        start::open(config.clone(), Clock::simulated(START), means).await.expect("the host starts")
    };
    let stock = async |app: &App| {
        let events = event::Entity::find().filter(event::Column::StreamKind.eq("stock"));
        let events = events.order_by_asc(event::Column::Seq).all(app.db.read()).await.expect("read");
        events.into_iter().map(|event| event.name).collect::<Vec<_>>()
    };
    let app = open().await;
    assert_eq!(audit::verify(&app).await.expect("verified"), []);
    assert_eq!(stock(&app).await, ["counted", "counted", "taken"]);
    drop(app);
    let app = open().await;
    assert_eq!(stock(&app).await.len(), 3, "once is enough");

    // A later version covers more of one table, and less of another.
    let other = |step: Step| async move {
        let tables: serde_json::Map<String, serde_json::Value> =
            audit::tables().iter().map(|table| (table.name.to_string(), "other".into())).collect();
        step.record("stock", step.who().tenant, "taken", json!({ "tables": tables }));
        Ok(())
    };
    app.act(&app.system("tests.world"), &Command::default(), other).await.expect("recorded");
    drop(app);
    let app = open().await;
    assert_eq!(stock(&app).await[4..], ["counted", "counted", "taken"], "each table is counted anew");
    let sql = "UPDATE calendar_days SET works = false WHERE day = '2026-10-01'";
    app.db.transact(move |tx| async move { Ok(tx.execute_unprepared(sql).await?) }).await.expect("changed");
    let found = audit::verify(&app).await.expect("verified");
    assert_eq!(found.iter().map(|f| f.place.as_str()).collect::<Vec<_>>(), ["calendar_days 2026-10-01"]);
    drop(app);
    database.drop_it().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn older_rows_are_counted_once_on_sqlite() {
    older_rows_are_counted_once(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn older_rows_are_counted_once_on_postgres() {
    older_rows_are_counted_once(Backend::Postgres).await;
}
