use super::deliberation::{NOTICE_TIMER, conclude};
use crate::calls::jobs::subject;
use crate::{App, Refusal};
use twoway_entity::jobs::job;

pub async fn notice_ends(app: App, job: job::Model) -> Result<(), Refusal> {
    conclude(&app, &app.system(NOTICE_TIMER), subject(&job)?).await
}
