use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use serde_json::Value;
use twoway_entity::jobs::{JobState, job};
use twoway_ids::{Millis, Uuid};

/// Work to be done at `due_at` or later.
#[derive(Clone, Debug)]
pub struct NewJob {
    pub tenant: Uuid,
    pub id: Uuid,
    pub kind: String,
    /// Unique together with the kind.
    pub key: String,
    pub payload: Value,
    pub due_at: Millis,
    pub now: Millis,
    /// What it is about, so that all timers of an entity can be found.
    pub subject: Option<(String, Uuid)>,
}

fn row(new: NewJob) -> job::ActiveModel {
    let (subject_kind, subject_id) = new.subject.map_or((None, None), |(kind, id)| (Some(kind), Some(id)));
    job::ActiveModel {
        tenant_id: Set(new.tenant),
        id: Set(new.id),
        kind: Set(new.kind),
        key: Set(new.key),
        payload: Set(new.payload),
        state: Set(JobState::Waiting),
        due_at: Set(new.due_at),
        attempts: Set(0),
        lease_until: Set(None),
        fence: Set(0),
        last_error: Set(None),
        subject_kind: Set(subject_kind),
        subject_id: Set(subject_id),
        created_at: Set(new.now),
        finished_at: Set(None),
    }
}

/// Adds a job unless one with its kind and key was ever there: a repeated effect is done once.
pub async fn enqueue(tx: &impl ConnectionTrait, new: NewJob) -> Result<(), DbErr> {
    job::Entity::insert(row(new))
        .on_conflict(
            OnConflict::columns([job::Column::TenantId, job::Column::Kind, job::Column::Key]).do_nothing().to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Sets a timer: a job with its kind and key is moved and waits anew, whatever became of it before.
pub async fn set(tx: &impl ConnectionTrait, new: NewJob) -> Result<(), DbErr> {
    job::Entity::insert(row(new))
        .on_conflict(
            OnConflict::columns([job::Column::TenantId, job::Column::Kind, job::Column::Key])
                .update_columns([
                    job::Column::Payload,
                    job::Column::State,
                    job::Column::DueAt,
                    job::Column::Attempts,
                    job::Column::LeaseUntil,
                    job::Column::LastError,
                    job::Column::SubjectKind,
                    job::Column::SubjectId,
                    job::Column::FinishedAt,
                ])
                // A worker that is busy with the old setting loses its claim.
                .value(job::Column::Fence, Expr::col((job::Entity, job::Column::Fence)).add(1))
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Cancels a waiting job. One that is running or done stays as it is.
pub async fn cancel(tx: &impl ConnectionTrait, tenant: Uuid, kind: &str, key: &str, now: Millis) -> Result<(), DbErr> {
    end(tx, now, |q| {
        q.filter(job::Column::TenantId.eq(tenant)).filter(job::Column::Kind.eq(kind)).filter(job::Column::Key.eq(key))
    })
    .await
}

/// Cancels all waiting jobs about one entity.
pub async fn cancel_subject(
    tx: &impl ConnectionTrait,
    tenant: Uuid,
    subject: (&str, Uuid),
    now: Millis,
) -> Result<(), DbErr> {
    end(tx, now, |q| {
        q.filter(job::Column::TenantId.eq(tenant))
            .filter(job::Column::SubjectKind.eq(subject.0))
            .filter(job::Column::SubjectId.eq(subject.1))
    })
    .await
}

async fn end(
    tx: &impl ConnectionTrait,
    now: Millis,
    which: impl FnOnce(sea_orm::UpdateMany<job::Entity>) -> sea_orm::UpdateMany<job::Entity>,
) -> Result<(), DbErr> {
    which(
        job::Entity::update_many()
            .col_expr(job::Column::State, Expr::value(JobState::Cancelled))
            .col_expr(job::Column::FinishedAt, Expr::value(now)),
    )
    .filter(job::Column::State.eq(JobState::Waiting))
    .exec(tx)
    .await?;
    Ok(())
}

/// Gives a job that gave up another chance, at once. False: it is not one that gave up.
pub async fn retry(tx: &impl ConnectionTrait, tenant: Uuid, id: Uuid, now: Millis) -> Result<bool, DbErr> {
    let changed = job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value(JobState::Waiting))
        .col_expr(job::Column::Attempts, Expr::value(0))
        .col_expr(job::Column::DueAt, Expr::value(now))
        .col_expr(job::Column::FinishedAt, Expr::value(Option::<i64>::None))
        .filter(job::Column::TenantId.eq(tenant))
        .filter(job::Column::Id.eq(id))
        .filter(job::Column::State.eq(JobState::Dead))
        .exec(tx)
        .await?;
    Ok(changed.rows_affected == 1)
}
