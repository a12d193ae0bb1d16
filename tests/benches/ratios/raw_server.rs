//! The least server that does what a submission does to the disk: axum, a body of JSON, one unit of the host's own group commit that
//! writes the same rows with the same bytes, and the same answer. No sign-in, no reading, no rule, no hash.

use anyhow::Context;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    Statement,
};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use twoway::{Db, Refusal};
use twoway_entity::audit::{event, row_mark};
use twoway_entity::notices::notice;
use twoway_entity::proposals::{proposal, receipt_counter, revision};
use twoway_ids::Uuid;
use twoway_tests::TestApp;

/// The rows that one submission left behind.
struct Rows {
    proposal: proposal::Model,
    revision: revision::Model,
    notice: notice::Model,
    event: event::Model,
    marks: Vec<row_mark::Model>,
    year: i32,
}

struct Raw {
    db: Db,
    rows: Rows,
}

/// Serves a copy of the host's database, with `example` as the submission to write again for other proposals.
pub async fn serve(app: &TestApp, example: Uuid, database: &std::path::Path) -> anyhow::Result<SocketAddr> {
    let raw = Raw { rows: rows(app, example).await?, db: Db::open(&format!("sqlite:{}", database.display())).await? };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let router = Router::new().route("/api/v1/proposals/{id}/submit", post(submit)).with_state(Arc::new(raw));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

/// Errors when a submission writes rows that this server does not know of.
async fn rows(app: &TestApp, example: Uuid) -> anyhow::Result<Rows> {
    let db = app.app.db.read();
    let proposal = proposal::Entity::find_by_id((app.app.tenant, example)).one(db).await?.context("no proposal")?;
    let revision = revision::Entity::find().filter(revision::Column::ProposalId.eq(example)).one(db).await?;
    let link = format!("/proposals/{example}");
    let notice = notice::Entity::find().filter(notice::Column::Link.eq(link)).one(db).await?;
    let mut events = event::Entity::find()
        .filter(event::Column::StreamId.eq(example))
        .order_by_asc(event::Column::Seq)
        .all(db)
        .await?;
    let counter = receipt_counter::Entity::find().one(db).await?.context("no counter")?;
    anyhow::ensure!(events.len() == 2, "a draft and its submission left {} events", events.len());
    let marks = row_mark::Entity::find().filter(row_mark::Column::StreamId.eq(example)).all(db).await?;
    anyhow::ensure!(marks.len() == 4, "a submission left {} marks", marks.len());
    Ok(Rows {
        proposal,
        revision: revision.context("no revision")?,
        notice: notice.context("no notice")?,
        event: events.pop().context("no event")?,
        marks,
        year: counter.year,
    })
}

async fn submit(
    State(raw): State<Arc<Raw>>,
    Path(id): Path<Uuid>,
    Json(_): Json<Value>,
) -> Result<Json<Value>, Problem> {
    let shared = raw.clone();
    let answer = shared.db.transact(move |tx| async move { Ok(write(&*tx, &raw.rows, id).await?) }).await;
    answer.map(Json).map_err(Problem)
}

async fn write(tx: &impl ConnectionTrait, rows: &Rows, id: Uuid) -> Result<Value, DbErr> {
    let Rows { proposal: model, revision, notice, event, marks, year } = rows;
    let counted = Statement::from_sql_and_values(
        tx.get_database_backend(),
        "INSERT INTO receipt_counters (tenant_id, year, last) VALUES (?, ?, 1) \
         ON CONFLICT (tenant_id, year) DO UPDATE SET last = last + 1 RETURNING last",
        [model.tenant_id.into(), (*year).into()],
    );
    let last: i32 = tx.query_one_raw(counted).await?.map_or(Ok(0), |row| row.try_get("", "last"))?;
    let receipt = format!("SB{year}-{last:05}");
    let changed = proposal::ActiveModel {
        title: Set(model.title.clone()),
        summary: Set(model.summary.clone()),
        answers: Set(model.answers.clone()),
        receipt: Set(Some(receipt.clone())),
        receipt_hash: Set(model.receipt_hash.clone()),
        submitted_at: Set(model.submitted_at),
        consented_at: Set(model.consented_at),
        fix_due_at: Set(model.fix_due_at),
        state: Set(model.state),
        version: Set(model.version),
        updated_at: Set(model.updated_at),
        ..Default::default()
    };
    let update = proposal::Entity::update_many().set(changed).filter(proposal::Column::TenantId.eq(model.tenant_id));
    update.filter(proposal::Column::Id.eq(id)).exec(tx).await?;
    let revision = revision::Model { proposal_id: id, ..revision.clone() };
    revision::Entity::insert(revision.into_active_model()).exec_without_returning(tx).await?;
    let now = model.updated_at;
    let told = twoway_ids::new_id(now);
    let notice = notice::Model { id: told, link: format!("/proposals/{id}"), ..notice.clone() };
    notice::Entity::insert(notice.into_active_model()).exec_without_returning(tx).await?;
    let event = event::Model { stream_id: id, ..event.clone() };
    event::Entity::insert(event.into_active_model()).exec_without_returning(tx).await?;
    write_marks(tx, marks, model.id, (id, told)).await?;
    Ok(json!({
        "id": id, "version": model.version, "receipt": receipt, "receipt_hash": model.receipt_hash, "submitted_at": now,
    }))
}

/// The marks of the example, for the rows of another proposal.
async fn write_marks(
    tx: &impl ConnectionTrait,
    marks: &[row_mark::Model],
    example: Uuid,
    (id, notice): (Uuid, Uuid),
) -> Result<(), DbErr> {
    use row_mark::Column as C;
    let marks = marks.iter().map(|mark| {
        let row_key = match mark.table_name.as_str() {
            "notices" => notice.to_string(),
            _ => mark.row_key.replace(&example.to_string(), &id.to_string()),
        };
        row_mark::Model { row_key, stream_id: id, ..mark.clone() }.into_active_model()
    });
    let again = OnConflict::columns([C::TenantId, C::TableName, C::RowKey])
        .update_columns([C::Number, C::Hash, C::StreamKind, C::StreamId, C::Seq])
        .to_owned();
    row_mark::Entity::insert_many(marks.collect::<Vec<_>>()).on_conflict(again).exec_without_returning(tx).await?;
    Ok(())
}

/// Any failure ends the bench: the client expects a 200.
struct Problem(Refusal);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, format!("{:?}", self.0)).into_response()
    }
}
