use super::actions::{CLOSE_TIMER, OPEN_TIMER, by_timer};
use super::state::CallEvent;
use crate::{App, Refusal};
use twoway_entity::jobs::job;
use twoway_ids::Uuid;

pub async fn open(app: App, job: job::Model) -> Result<(), Refusal> {
    by_timer(&app, &app.system(OPEN_TIMER), subject(&job)?, CallEvent::Open).await
}

/// A call whose opening waits for the same moment is opened first: both timers may be overdue after a pause of the host.
pub async fn close(app: App, job: job::Model) -> Result<(), Refusal> {
    let id = subject(&job)?;
    by_timer(&app, &app.system(OPEN_TIMER), id, CallEvent::Open).await?;
    by_timer(&app, &app.system(CLOSE_TIMER), id, CallEvent::Close).await
}

/// What a timer is about. Errors: a job without a subject.
pub fn subject(job: &job::Model) -> Result<Uuid, Refusal> {
    job.subject_id.ok_or_else(|| anyhow::anyhow!("the job {} {} names no subject", job.kind, job.key).into())
}
