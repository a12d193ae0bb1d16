//! Taking stock: rows that are older than the marks, or a table of which more is covered than before, get their marks at the start
//! of a host. From then on every step brings its own.

use super::covered::{Table, tables};
use super::rows;
use crate::lifecycle::{Command, Step};
use crate::{App, Refusal};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use twoway_entity::audit::event;

/// The stream in which it stands; its id is the tenant's.
pub const STREAM: &str = "stock";
const COUNTED: &str = "counted";
const TAKEN: &str = "taken";

/// Table → what of it is covered, in sixteen hex digits.
type Extents = BTreeMap<String, String>;

fn extents() -> Extents {
    let digest = |table: &Table| hex::encode(&Sha256::digest(table.extent().as_bytes())[..8]);
    tables().iter().map(|table| (table.name.to_string(), digest(table))).collect()
}

/// Marks the rows of each table of which this program covers something else than the last stock says. Does nothing when all is as it
/// was. Runs before the host serves anybody.
///
/// Errors: [`Refusal::Stale`] when another host takes stock at the same moment: whoever repeats finds it taken.
pub async fn take_stock(app: &App) -> Result<(), Refusal> {
    let (known, now) = (last(app.db.read(), app).await?, extents());
    if known == now {
        return Ok(());
    }
    for table in tables().iter().filter(|table| known.get(table.name) != now.get(table.name)) {
        count(app, table).await?;
    }
    app.act(&app.system("audit.stock"), &Command::default(), move |step: Step| async move {
        step.record(STREAM, step.who().tenant, TAKEN, json!({ "tables": now }));
        Ok(())
    })
    .await
}

async fn last(db: &impl ConnectionTrait, app: &App) -> Result<Extents, Refusal> {
    let taken = event::Entity::find()
        .filter(event::Column::TenantId.eq(app.tenant))
        .filter(event::Column::StreamKind.eq(STREAM))
        .filter(event::Column::StreamId.eq(app.tenant))
        .filter(event::Column::Name.eq(TAKEN))
        .order_by_desc(event::Column::Seq)
        .one(db)
        .await?;
    let Some(taken) = taken else { return Ok(Extents::new()) };
    let payload: serde_json::Value = serde_json::from_str(&taken.payload)?;
    Ok(serde_json::from_value(payload.get("tables").cloned().unwrap_or_default())?)
}

async fn count(app: &App, table: &'static Table) -> Result<(), Refusal> {
    let mut after = None;
    loop {
        let found = rows::keys(app.db.read(), app.tenant, table, after.as_ref()).await?;
        let Some(last) = found.last() else { return Ok(()) };
        after = Some(last.clone());
        app.act(&app.system("audit.stock"), &Command::default(), move |step: Step| async move {
            let payload = json!({ "table": table.name, "rows": found.len() });
            for key in found {
                step.wrote_in(table.name, key);
            }
            step.record(STREAM, step.who().tenant, COUNTED, payload);
            Ok(())
        })
        .await?;
    }
}
