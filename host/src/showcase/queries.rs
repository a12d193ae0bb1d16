use crate::Refusal;
use crate::adoptions::STANDING;
use crate::adoptions::model::NAMED;
use crate::calls::CallState;
use crate::projects::ProjectState;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use std::collections::BTreeMap;
use twoway_entity::adoptions::{adoption, agreement};
use twoway_entity::audit::event;
use twoway_entity::calls::call;
use twoway_entity::organizations::organization;
use twoway_entity::projects::project;
use twoway_ids::{Millis, Uuid};

/// Calls that are open or announced, those that close first in front; at most 12.
pub(super) async fn current_calls(db: &impl ConnectionTrait, tenant: Uuid) -> Result<Vec<call::Model>, Refusal> {
    Ok(call::Entity::find()
        .filter(call::Column::TenantId.eq(tenant))
        .filter(call::Column::State.is_in([CallState::Open, CallState::Previewed]))
        .order_by_asc(call::Column::ClosesAt)
        .limit(12)
        .all(db)
        .await?)
}

/// Projects that are being carried out, newest start first; at most `limit`.
pub(super) async fn running(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    limit: u64,
) -> Result<Vec<project::Model>, Refusal> {
    Ok(project::Entity::find()
        .filter(project::Column::TenantId.eq(tenant))
        .filter(project::Column::State.is_in([ProjectState::Running, ProjectState::Closing]))
        .order_by_desc(project::Column::StartedAt)
        .limit(Ord::min(limit, 100))
        .all(db)
        .await?)
}

/// Projects whose result is public, the newest in front; at most `limit`.
pub(super) async fn accepted(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    limit: u64,
) -> Result<Vec<project::Model>, Refusal> {
    Ok(project::Entity::find()
        .filter(project::Column::TenantId.eq(tenant))
        .filter(project::Column::State.eq(ProjectState::Accepted))
        .order_by_desc(project::Column::EndedAt)
        .limit(Ord::min(limit, 100))
        .all(db)
        .await?)
}

/// Names of organisations by id, in one query.
pub(super) async fn names(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<BTreeMap<Uuid, String>, Refusal> {
    let rows = organization::Entity::find()
        .filter(organization::Column::TenantId.eq(tenant))
        .filter(organization::Column::Id.is_in(ids))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|o| (o.id, o.name)).collect())
}

/// Something that happened to a project before the public, without who did it.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// `call-open`, `project-start` …; the text is `timeline-<word>`.
    pub what: String,
    pub at: Millis,
    /// A reason that was written for the public, or the name of a sponsor that agreed to be named.
    pub detail: Option<String>,
}

/// What the public is told of each stream, in the order of the lifecycle.
const TOLD: [(&str, &[&str]); 3] = [
    ("call", &["open"]),
    ("proposal", &["submit", "release", "pool", "convert"]),
    ("project", &["ready", "start", "suspend", "resume", "close", "accept", "terminate"]),
];

/// The story of a project from its call on, oldest first. Events that happened again before the public knew of them (a second
/// submission after mending) are told once.
pub(super) async fn told(db: &impl ConnectionTrait, row: &project::Model) -> Result<Vec<Told>, Refusal> {
    let ids = [row.call_id, row.proposal_id, row.id];
    let mut any = Condition::any();
    for ((kind, names), id) in TOLD.into_iter().zip(ids) {
        let stream = Condition::all()
            .add(event::Column::StreamKind.eq(kind))
            .add(event::Column::StreamId.eq(id))
            .add(event::Column::Name.is_in(names.iter().copied()));
        any = any.add(stream);
    }
    let events = event::Entity::find()
        .filter(event::Column::TenantId.eq(row.tenant_id))
        .filter(any)
        .order_by_asc(event::Column::At)
        .order_by_asc(event::Column::Seq)
        .limit(200)
        .all(db)
        .await?;
    // What happened in one moment is told in the order of the lifecycle.
    let rank = |kind: &str| TOLD.iter().position(|(told, _)| *told == kind);
    let mut events = events;
    events.sort_by_key(|event| (event.at, rank(&event.stream_kind), event.seq));
    let mut story: Vec<Told> = Vec::new();
    for event in events {
        let what = format!("{}-{}", event.stream_kind, event.name);
        let repeats = matches!(event.name.as_str(), "suspend" | "resume");
        if !repeats && story.iter().any(|told| told.what == what) {
            continue;
        }
        let payload: Value = serde_json::from_str(&event.payload)?;
        let reason = payload.get("reason").and_then(Value::as_str).map(str::to_string);
        story.push(Told { what, at: event.at, detail: reason.filter(|_| event.stream_kind == "project") });
    }
    story.extend(adopted(db, row).await?);
    story.sort_by_key(|told| told.at);
    Ok(story)
}

/// Who adopted what of it, named only where the agreement says so.
async fn adopted(db: &impl ConnectionTrait, row: &project::Model) -> Result<Vec<Told>, Refusal> {
    let adoptions = adoption::Entity::find()
        .filter(adoption::Column::TenantId.eq(row.tenant_id))
        .filter(adoption::Column::ProposalId.eq(row.proposal_id))
        .filter(adoption::Column::State.is_in(STANDING.iter().copied()))
        .order_by_asc(adoption::Column::ActivatedAt)
        .limit(100)
        .all(db)
        .await?;
    let agreements = agreement::Entity::find()
        .filter(agreement::Column::TenantId.eq(row.tenant_id))
        .filter(agreement::Column::AdoptionId.is_in(adoptions.iter().map(|a| a.id)))
        .filter(agreement::Column::FrozenAt.is_not_null())
        .order_by_asc(agreement::Column::Number)
        .limit(1_000)
        .all(db)
        .await?;
    // The newest frozen text is the one that was confirmed.
    let consents: BTreeMap<Uuid, bool> =
        agreements.into_iter().map(|a| (a.adoption_id, a.terms["publicity"].as_str() == Some(NAMED))).collect();
    let named = adoptions.iter().filter(|a| consents.get(&a.id) == Some(&true)).map(|a| a.organization_id);
    let names = names(db, row.tenant_id, named.collect::<Vec<_>>()).await?;
    let told = |a: adoption::Model| {
        let name = names.get(&a.organization_id).filter(|_| consents.get(&a.id) == Some(&true)).cloned();
        let what = if name.is_some() { "adoption-named" } else { "adoption-anonymous" };
        Some(Told { what: what.to_string(), at: a.activated_at?, detail: name })
    };
    Ok(adoptions.into_iter().filter_map(told).collect())
}
