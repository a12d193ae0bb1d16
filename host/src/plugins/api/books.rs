use super::super::attendance::{self, Asked};
use super::super::books;
use super::super::records::Reader;
use crate::http::problem::Problem;
use crate::http::{Caller, Json, List, Paging, Path, Query};
use crate::{App, Refusal};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use twoway_entity::plugins::{attendance_fact, ledger_entry};
use twoway_ids::{Millis, Uuid};
use utoipa::{IntoParams, ToSchema};

/// What stands in a book under one key.
#[derive(Serialize, ToSchema)]
pub(super) struct BalanceView {
    key: String,
    balance: i64,
    entries: i64,
    last_at: Millis,
}

/// A book as it stands now.
#[derive(Serialize, ToSchema)]
pub(super) struct BookView {
    book: String,
    /// The key that moved last first; at most 200.
    items: Vec<BalanceView>,
}

/// What stands in one of the plugin's append-only books, for the project's staff.
#[utoipa::path(get, path = "/api/v1/projects/{id}/books/{book}", tag = "plugins",
    params(("id" = Uuid, Path), ("book" = String, Path)),
    responses((status = 200, body = BookView), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn one_book(
    State(app): State<App>,
    Caller(who): Caller,
    Path((project, key)): Path<(Uuid, String)>,
) -> Result<Json<BookView>, Refusal> {
    let reader = Reader::enter(&app, &who, project).await?;
    let balances = books::balances(&app, &reader, books::book(&reader, &key)?).await?;
    let items = balances.into_iter().map(|b| BalanceView {
        key: b.key,
        balance: b.balance,
        entries: b.entries,
        last_at: b.last_at,
    });
    Ok(Json(BookView { book: key, items: items.collect() }))
}

/// One line of a book. It is never changed and never removed.
#[derive(Serialize, ToSchema)]
pub(super) struct LineView {
    id: Uuid,
    key: String,
    quantity: i64,
    #[schema(value_type = Object)]
    entry: Value,
    at: Millis,
    /// The decision that wrote it.
    decision: Uuid,
}

impl From<ledger_entry::Model> for LineView {
    fn from(row: ledger_entry::Model) -> Self {
        Self {
            id: row.id,
            key: row.key,
            quantity: row.quantity,
            entry: row.entry,
            at: row.at,
            decision: row.decision_id,
        }
    }
}

#[derive(Deserialize, IntoParams)]
pub(super) struct KeyFilter {
    /// Only the lines under this key.
    key: Option<String>,
}

/// The lines of a book, newest first.
#[utoipa::path(get, path = "/api/v1/projects/{id}/books/{book}/entries", tag = "plugins",
    params(("id" = Uuid, Path), ("book" = String, Path), KeyFilter, Paging),
    responses((status = 200, body = List<LineView>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_entries(
    State(app): State<App>,
    Caller(who): Caller,
    Path((project, key)): Path<(Uuid, String)>,
    Query(filter): Query<KeyFilter>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<LineView>>, Refusal> {
    let reader = Reader::enter(&app, &who, project).await?;
    let book = books::book(&reader, &key)?;
    let page = books::entries(&app, &reader, book, filter.key.as_deref(), &paging).await?;
    Ok(Json(page.map(LineView::from)))
}

/// A fact about presence that the plugin reported.
#[derive(Serialize, ToSchema)]
pub(super) struct FactView {
    id: Uuid,
    /// The person's pseudonym in the project.
    person: String,
    /// What it belongs to; mostly a record's id.
    session: String,
    /// `arrived` or `left`.
    what: String,
    at: Millis,
    #[schema(value_type = Object)]
    evidence: Value,
    decision: Uuid,
}

impl From<attendance_fact::Model> for FactView {
    fn from(row: attendance_fact::Model) -> Self {
        Self {
            id: row.id,
            person: row.person,
            session: row.session,
            what: row.what,
            at: row.at,
            evidence: row.evidence,
            decision: row.decision_id,
        }
    }
}

#[derive(Deserialize, IntoParams)]
pub(super) struct PresenceFilter {
    /// A pseudonym.
    person: Option<String>,
    session: Option<String>,
}

/// Facts about presence, newest first: everybody's for the staff, for all others their own.
#[utoipa::path(get, path = "/api/v1/projects/{id}/attendance", tag = "plugins",
    params(("id" = Uuid, Path), PresenceFilter, Paging),
    responses((status = 200, body = List<FactView>), (status = 404, body = Problem)))]
pub(super) async fn list_attendance(
    State(app): State<App>,
    Caller(who): Caller,
    Path(project): Path<Uuid>,
    Query(filter): Query<PresenceFilter>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<FactView>>, Refusal> {
    let reader = Reader::enter(&app, &who, project).await?;
    let asked = Asked { person: filter.person, session: filter.session };
    Ok(Json(attendance::facts(&app, &reader, &asked, &paging).await?.map(FactView::from)))
}
