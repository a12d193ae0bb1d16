use crate::calls::{self, CallState};
use crate::http::texts::Locale;
use crate::proposals::actions::in_time;
use crate::{App, Refusal};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::Serialize;
use std::collections::HashSet;
use twoway_entity::calls::call;
use twoway_entity::proposals::{ProposalState, proposal};
use twoway_entity::propose::late_submission;
use twoway_ids::{DAY, Millis, Uuid};
use utoipa::ToSchema;

/// What is told of a late submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = LateSubmission)]
pub struct Late {
    pub reason: String,
    pub at: Millis,
    pub accepted_at: Option<Millis>,
    /// Why the office accepted it.
    pub note: Option<String>,
}

impl From<late_submission::Model> for Late {
    fn from(row: late_submission::Model) -> Self {
        Self { reason: row.reason, at: row.submitted_at, accepted_at: row.accepted_at, note: row.note }
    }
}

/// Until when a call takes what is late; none where it allows no days.
pub async fn until(db: &impl ConnectionTrait, call: &call::Model) -> Result<Option<Millis>, Refusal> {
    let days = calls::settings_of(db, call.tenant_id, call.id).await?.late_days;
    Ok(call.closes_at.filter(|_| days > 0).map(|closes| closes.saturating_add(DAY * Millis::from(days))))
}

/// Whether what is written or handed in now is late. Errors: those of the call that takes nothing any more, or not yet.
pub async fn is_late(
    db: &impl ConnectionTrait,
    row: &proposal::Model,
    call: &call::Model,
    now: Millis,
) -> Result<bool, Refusal> {
    let Err(refusal) = in_time(row, call, now) else { return Ok(false) };
    let ended = call.closes_at.is_some_and(|closes| now >= closes);
    let waits = row.state == ProposalState::Draft && matches!(call.state, CallState::Open | CallState::Screening);
    if ended && waits && until(db, call).await?.is_some_and(|until| now < until) { Ok(true) } else { Err(refusal) }
}

/// The formal check does not end while somebody may still hand in. Errors: `late-time-runs`.
pub async fn over(app: &App, call: &call::Model) -> Result<(), Refusal> {
    match until(app.db.read(), call).await? {
        Some(until) if app.now() < until => {
            Err(Refusal::rule("late-time-runs").with("until", crate::http::components::exact(until)))
        }
        _ => Ok(()),
    }
}

/// How this proposal was late; none for one in time.
pub async fn of(db: &impl ConnectionTrait, tenant: Uuid, id: Uuid) -> Result<Option<late_submission::Model>, Refusal> {
    Ok(late_submission::Entity::find_by_id((tenant, id)).one(db).await?)
}

/// What is late is checked once it is accepted. Errors: `late-not-accepted`.
pub async fn accepted(db: &impl ConnectionTrait, row: &proposal::Model) -> Result<(), Refusal> {
    match of(db, row.tenant_id, row.id).await? {
        Some(late) if late.accepted_at.is_none() => Err(Refusal::rule("late-not-accepted")),
        _ => Ok(()),
    }
}

/// Which of these proposals were late.
pub async fn among(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashSet<Uuid>, Refusal> {
    let ids: Vec<Uuid> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let rows: Vec<Uuid> = late_submission::Entity::find()
        .select_only()
        .column(late_submission::Column::Id)
        .filter(late_submission::Column::TenantId.eq(tenant))
        .filter(late_submission::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// The late ones that nobody has accepted.
pub fn waiting(tenant: Uuid) -> SelectStatement {
    Query::select()
        .column(late_submission::Column::Id)
        .from(late_submission::Entity)
        .and_where(late_submission::Column::TenantId.eq(tenant))
        .and_where(late_submission::Column::AcceptedAt.is_null())
        .to_owned()
}

/// The title in the office's lists: what was late says so.
pub fn marked(l: Locale, title: &str, late: bool) -> String {
    if late { l.t1("late-title", "title", title) } else { title.to_string() }
}
