use crate::http::{List, Paging, Sort};
use crate::{Refusal, Who};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};
use twoway_entity::accounts::Role;
use twoway_entity::jobs::{JobState, job};
use twoway_ids::{Millis, Uuid};

/// A job for the list; its payload may name people and stays out.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Summary {
    pub id: Uuid,
    pub kind: String,
    pub state: JobState,
    pub due_at: Millis,
    pub attempts: i32,
    pub last_error: Option<String>,
    pub subject_kind: Option<String>,
    pub subject_id: Option<Uuid>,
    pub finished_at: Option<Millis>,
}

/// Only who keeps the system running looks at its jobs.
pub fn keeper(who: &Who) -> Result<(), Refusal> {
    match who.account() {
        None => Err(Refusal::SignedOut),
        Some(_) if who.holds(&[Role::SystemAdmin]) => Ok(()),
        Some(_) => Err(Refusal::NotAllowed),
    }
}

/// Jobs in this state: what waits or runs, the most urgent first; what gave up or is done, the newest first.
pub async fn list(
    db: &impl ConnectionTrait,
    who: &Who,
    state: JobState,
    paging: &Paging,
) -> Result<List<Summary>, Refusal> {
    keeper(who)?;
    let select = job::Entity::find()
        .select_only()
        .columns([
            job::Column::Id,
            job::Column::Kind,
            job::Column::State,
            job::Column::DueAt,
            job::Column::Attempts,
            job::Column::LastError,
            job::Column::SubjectKind,
            job::Column::SubjectId,
            job::Column::FinishedAt,
        ])
        .filter(job::Column::TenantId.eq(who.tenant))
        .filter(job::Column::State.eq(state));
    let sort = match state {
        JobState::Waiting | JobState::Running => Sort::Ascending,
        JobState::Done | JobState::Cancelled | JobState::Dead => Sort::Descending,
    };
    let select = paging.select::<_, _, i64>(select, job::Column::DueAt, job::Column::Id, sort)?;
    paging.list(select.into_model::<Summary>().all(db).await?, |job| (job.due_at, job.id))
}
