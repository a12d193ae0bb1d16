use super::actions;
use crate::calls::jobs::subject;
use crate::{App, Refusal};
use twoway_entity::jobs::job;

pub async fn clock(app: App, job: job::Model) -> Result<(), Refusal> {
    actions::lapse(&app, subject(&job)?).await
}
