use super::screening::{by_timer, remind_to_mend};
use super::state::ProposalEvent;
use super::{FIX_TIMER, POOL_TIMER};
use crate::calls::jobs::subject;
use crate::{App, Refusal};
use twoway_entity::jobs::job;

pub async fn fix_due(app: App, job: job::Model) -> Result<(), Refusal> {
    by_timer(&app, &app.system(FIX_TIMER), subject(&job)?, ProposalEvent::FixLapsed).await
}

pub async fn pool_ends(app: App, job: job::Model) -> Result<(), Refusal> {
    by_timer(&app, &app.system(POOL_TIMER), subject(&job)?, ProposalEvent::Expire).await
}

pub async fn pool_warning(app: App, job: job::Model) -> Result<(), Refusal> {
    super::pool::warn(&app, subject(&job)?).await
}

pub async fn fix_reminder(app: App, job: job::Model) -> Result<(), Refusal> {
    remind_to_mend(&app, subject(&job)?).await
}
