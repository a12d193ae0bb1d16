use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use twoway_entity::jobs::{JobState, job};
use twoway_ids::{HOUR, MINUTE, Millis, Uuid};

/// How long a worker may take before another one may take over.
const LEASE: Millis = 5 * MINUTE;

/// After so many tries a job waits for a person.
pub const MAX_ATTEMPTS: i32 = 8;

fn due(tenant: Uuid, now: Millis) -> Condition {
    Condition::all().add(job::Column::TenantId.eq(tenant)).add(
        Condition::any()
            .add(Condition::all().add(job::Column::State.eq(JobState::Waiting)).add(job::Column::DueAt.lte(now)))
            .add(Condition::all().add(job::Column::State.eq(JobState::Running)).add(job::Column::LeaseUntil.lt(now))),
    )
}

/// Takes up to `limit` jobs that are due, oldest first. Call it inside a transaction; on PostgreSQL rows that another host is
/// claiming are passed over, on SQLite there is only one writer.
pub async fn claim(tx: &impl ConnectionTrait, tenant: Uuid, now: Millis, limit: u64) -> Result<Vec<job::Model>, DbErr> {
    let mut select = job::Entity::find().filter(due(tenant, now)).order_by_asc(job::Column::DueAt).limit(limit);
    if tx.get_database_backend() == DbBackend::Postgres {
        select = select.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let mut jobs = select.order_by_asc(job::Column::Id).all(tx).await?;
    for job in &mut jobs {
        job.fence += 1;
        job.attempts += 1;
        job.state = JobState::Running;
        job.lease_until = Some(now + LEASE);
        job::Entity::update_many()
            .col_expr(job::Column::State, Expr::value(JobState::Running))
            .col_expr(job::Column::LeaseUntil, Expr::value(job.lease_until))
            .col_expr(job::Column::Fence, Expr::value(job.fence))
            .col_expr(job::Column::Attempts, Expr::value(job.attempts))
            .filter(job::Column::TenantId.eq(tenant))
            .filter(job::Column::Id.eq(job.id))
            .exec(tx)
            .await?;
    }
    Ok(jobs)
}

/// Marks a claimed job as done. False: the claim was lost meanwhile, and what the job did stands under somebody else's try.
pub async fn finish(tx: &impl ConnectionTrait, claimed: &job::Model, now: Millis) -> Result<bool, DbErr> {
    let done = job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value(JobState::Done))
        .col_expr(job::Column::FinishedAt, Expr::value(now))
        .col_expr(job::Column::LastError, Expr::value(Option::<String>::None))
        .filter(job::Column::TenantId.eq(claimed.tenant_id))
        .filter(job::Column::Id.eq(claimed.id))
        .filter(job::Column::Fence.eq(claimed.fence))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Lets a claimed job that was done wait for its next time. Nothing happens when the claim was lost meanwhile.
pub async fn wait_again(tx: &impl ConnectionTrait, claimed: &job::Model, due_at: Millis) -> Result<(), DbErr> {
    job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value(JobState::Waiting))
        .col_expr(job::Column::DueAt, Expr::value(due_at))
        .col_expr(job::Column::Attempts, Expr::value(0))
        .col_expr(job::Column::LastError, Expr::value(Option::<String>::None))
        .filter(job::Column::TenantId.eq(claimed.tenant_id))
        .filter(job::Column::Id.eq(claimed.id))
        .filter(job::Column::Fence.eq(claimed.fence))
        .exec(tx)
        .await?;
    Ok(())
}

/// Notes a failure: the job waits longer each time, and after the last try for a person.
pub async fn fail(tx: &impl ConnectionTrait, claimed: &job::Model, error: &str, now: Millis) -> Result<(), DbErr> {
    let dead = claimed.attempts >= MAX_ATTEMPTS;
    let pause = MINUTE * (1 << claimed.attempts.clamp(0, 9));
    job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value(if dead { JobState::Dead } else { JobState::Waiting }))
        .col_expr(job::Column::DueAt, Expr::value(now + pause.min(6 * HOUR)))
        .col_expr(job::Column::LastError, Expr::value(Some(error.chars().take(2_000).collect::<String>())))
        .col_expr(job::Column::FinishedAt, Expr::value(dead.then_some(now)))
        .filter(job::Column::TenantId.eq(claimed.tenant_id))
        .filter(job::Column::Id.eq(claimed.id))
        .filter(job::Column::Fence.eq(claimed.fence))
        .exec(tx)
        .await?;
    Ok(())
}

/// When the next waiting job is due. For a simulated clock, which steps from one to the next.
pub async fn next_due(db: &impl ConnectionTrait, tenant: Uuid) -> Result<Option<Millis>, DbErr> {
    let next = job::Entity::find()
        .filter(job::Column::TenantId.eq(tenant))
        .filter(job::Column::State.eq(JobState::Waiting))
        .order_by_asc(job::Column::DueAt)
        .one(db)
        .await?;
    Ok(next.map(|j| j.due_at))
}
