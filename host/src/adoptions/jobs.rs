use super::actions;
use crate::{App, Refusal};
use twoway_entity::jobs::job;

/// A hold has run out.
pub async fn lapse(app: App, job: job::Model) -> Result<(), Refusal> {
    match job.subject_id {
        Some(adoption) => actions::lapse(&app, &app.system(actions::LAPSE), adoption).await,
        None => Err(anyhow::anyhow!("a hold's timer names no adoption").into()),
    }
}
