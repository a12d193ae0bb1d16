use super::deliberation::{NOTICE_TIMER, conclude};
use crate::calls::jobs::subject;
use crate::{App, Refusal};
use twoway_entity::jobs::job;

/// Scores can soon no longer be given.
pub async fn remind(app: App, job: job::Model) -> Result<(), Refusal> {
    super::settings::remind(&app, &job).await
}

/// Makes the assignments of a large plan.
pub async fn apply_plan(app: App, job: job::Model) -> Result<(), Refusal> {
    super::plan::apply_job(&app, &job).await
}

pub async fn notice_ends(app: App, job: job::Model) -> Result<(), Refusal> {
    conclude(&app, &app.system(NOTICE_TIMER), subject(&job)?).await
}
