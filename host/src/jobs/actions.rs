use super::queries::keeper;
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal, Who};
use sea_orm::EntityTrait;
use serde_json::json;
use twoway_entity::jobs::job;
use twoway_ids::Uuid;

/// Gives a job that gave up another chance, at once. Errors: `job-not-dead` when it has not given up.
pub async fn retry(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    keeper(who)?;
    let row = job::Entity::find_by_id((who.tenant, id)).one(app.db.read()).await?.ok_or(Refusal::NotFound)?;
    app.act(who, command, move |step| async move {
        if !twoway_jobs::retry(step.tx(), row.tenant_id, id, step.now()).await? {
            return Err(Refusal::rule("job-not-dead"));
        }
        step.record("job", id, "retried", json!({ "kind": row.kind, "attempts": row.attempts }));
        Ok(Done { id, version: row.fence })
    })
    .await
}
