use crate::lifecycle::Step;
use crate::{App, Refusal, Who};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use twoway_entity::audit::idempotency;
use twoway_ids::Uuid;

/// How an action was asked for, apart from who asks and what.
#[derive(Clone, Debug, Default)]
pub struct Command {
    pub key: Option<Idempotency>,
    /// The version that the person saw. None: the newest will do.
    pub expected: Option<i32>,
    /// The organisation in whose name the person acts.
    pub acting_for: Option<Uuid>,
}

/// A client's promise that two requests with this key are one.
#[derive(Clone, Debug)]
pub struct Idempotency {
    pub key: String,
    /// SHA-256 of method, path and body, hex: the same key with another request is refused.
    pub request_hash: String,
}

/// The usual answer of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Done {
    pub id: Uuid,
    pub version: i32,
}

impl Command {
    /// Refuses when somebody changed the entity since the person saw it.
    pub fn check_version(&self, current: i32) -> Result<(), Refusal> {
        match self.expected {
            Some(expected) if expected != current => Err(Refusal::Stale),
            _ => Ok(()),
        }
    }
}

impl App {
    /// Runs an action at most once per idempotency key: a repetition gets the first answer again, from before any guard.
    pub async fn once<T, F>(&self, who: &Who, command: &Command, action: F) -> Result<T, Refusal>
    where
        T: DeserializeOwned,
        F: Future<Output = Result<T, Refusal>>,
    {
        if let (Some(asked), Some(account)) = (&command.key, who.account()) {
            let id = (who.tenant, account, asked.key.clone());
            if let Some(row) = idempotency::Entity::find_by_id(id).one(self.db.read()).await? {
                if row.request_hash != asked.request_hash {
                    return Err(Refusal::rule("idempotency-key-reused"));
                }
                return Ok(serde_json::from_value(row.answer)?);
            }
        }
        action.await
    }

    /// Runs `work` in one transaction as a step of the lifecycle. Its events are chained and its answer is kept under the
    /// command's key when the work succeeds; otherwise nothing of it remains.
    pub async fn act<T, F, Fut>(&self, who: &Who, command: &Command, work: F) -> Result<T, Refusal>
    where
        F: FnOnce(Step) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, Refusal>> + Send + 'static,
        T: Serialize + Send + 'static,
    {
        let (app, who, command) = (self.clone(), who.clone(), command.clone());
        self.db
            .transact(move |tx| async move {
                let step = Step::begin(tx, app, who, command.acting_for);
                let answer = work(step.clone()).await?;
                step.chain_events().await?;
                if let (Some(asked), Some(account)) = (command.key, step.who().account()) {
                    let row = idempotency::ActiveModel {
                        tenant_id: Set(step.who().tenant),
                        account_id: Set(account),
                        key: Set(asked.key),
                        request_hash: Set(asked.request_hash),
                        answer: Set(serde_json::to_value(&answer)?),
                        created_at: Set(step.now()),
                    };
                    row.insert(step.tx()).await.map_err(crate::refusal::stale_if_taken)?;
                }
                Ok(answer)
            })
            .await
    }
}
