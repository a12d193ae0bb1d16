use super::actions;
use crate::{App, Refusal};
use twoway_entity::jobs::job;
use twoway_ids::Uuid;

/// A project's final report is in: its evaluation is planned. Doing it again finds it done.
pub async fn plan(app: App, job: job::Model) -> Result<(), Refusal> {
    let project =
        job.payload.get("project").and_then(serde_json::Value::as_str).and_then(|id| Uuid::parse_str(id).ok());
    let project = project.ok_or_else(|| anyhow::anyhow!("the job names no project"))?;
    actions::plan(&app, project).await
}

/// The public notice of a result is over.
pub async fn notice_ends(app: App, job: job::Model) -> Result<(), Refusal> {
    match job.subject_id {
        Some(evaluation) => actions::end_notice(&app, &app.system(actions::NOTICE_ENDS), evaluation).await,
        None => Err(anyhow::anyhow!("a notice's timer names no evaluation").into()),
    }
}
