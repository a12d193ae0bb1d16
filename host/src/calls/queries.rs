use super::state::CallState;
use crate::http::list::{List, Paging, Sort};
use crate::lifecycle::Place;
use crate::{Refusal, Who};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashMap;
use twoway_entity::accounts::Role;
use twoway_entity::calls::call;
use twoway_entity::organizations::organization;
use twoway_entity::proposals::{ProposalState, proposal};
use twoway_ids::{Millis, Uuid};

/// Roles that read calls before they are published, within their subtree.
pub const OFFICE_READS: &[Role] = &[Role::LeadOffice, Role::NodeAdmin, Role::Supervisor, Role::Auditor];

/// What everybody may read.
pub const PUBLISHED: &[CallState] = &[
    CallState::Previewed,
    CallState::Open,
    CallState::Suspended,
    CallState::Screening,
    CallState::Reviewing,
    CallState::Deliberating,
    CallState::PublicNotice,
    CallState::Concluded,
];

/// Where a call stands, as far as rights go.
pub fn place(row: &call::Model) -> Place<'_> {
    Place { path: &row.path, owner: None, organization: Some(row.organization_id) }
}

/// Whether the reader belongs to the office and sees what is not public.
pub fn is_office(who: &Who, row: &call::Model) -> bool {
    who.is_system() || who.holds_over(OFFICE_READS, &row.path)
}

fn is_published(row: &call::Model) -> bool {
    PUBLISHED.contains(&row.state) || (row.state == CallState::Cancelled && row.preview_at.is_some())
}

/// A call that this party may see. Errors: [`Refusal::NotFound`].
pub async fn find_visible(db: &impl ConnectionTrait, who: &Who, id: Uuid) -> Result<call::Model, Refusal> {
    let row = find(db, who.tenant, id).await?;
    if is_published(&row) || is_office(who, &row) { Ok(row) } else { Err(Refusal::NotFound) }
}

/// A call by its id, for other features that have checked the reader's rights by other means.
pub async fn find(db: &impl ConnectionTrait, tenant: Uuid, id: Uuid) -> Result<call::Model, Refusal> {
    call::Entity::find_by_id((tenant, id)).one(db).await?.ok_or(Refusal::NotFound)
}

/// Which calls a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    #[default]
    All,
    /// Not yet published: draft or under internal review.
    Preparing,
    Previewed,
    /// Also one that is suspended.
    Open,
    /// From the formal check to the end of the deliberation.
    Deciding,
    PublicNotice,
    /// Concluded or cancelled.
    Ended,
}

impl Phase {
    pub const ALL: [Phase; 7] =
        [Self::All, Self::Preparing, Self::Previewed, Self::Open, Self::Deciding, Self::PublicNotice, Self::Ended];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Preparing => "preparing",
            Self::Previewed => "previewed",
            Self::Open => "open",
            Self::Deciding => "deciding",
            Self::PublicNotice => "public-notice",
            Self::Ended => "ended",
        }
    }

    fn states(self) -> &'static [CallState] {
        use CallState as S;
        match self {
            Self::All => &[],
            Self::Preparing => &[S::Draft, S::InternalReview],
            Self::Previewed => &[S::Previewed],
            Self::Open => &[S::Open, S::Suspended],
            Self::Deciding => &[S::Screening, S::Reviewing, S::Deliberating],
            Self::PublicNotice => &[S::PublicNotice],
            Self::Ended => &[S::Concluded, S::Cancelled],
        }
    }
}

/// What is published, newest first; `office` adds what the reader's office has not published yet.
pub async fn list(
    db: &impl ConnectionTrait,
    who: &Who,
    phase: Phase,
    office: bool,
    paging: &Paging,
) -> Result<List<call::Model>, Refusal> {
    let mut seen = Condition::any();
    if office {
        for path in who.subtrees(OFFICE_READS) {
            seen = seen.add(call::Column::Path.starts_with(path));
        }
        // Nobody's office: nothing, rather than everything.
        seen = seen.add(call::Column::Id.is_null());
    } else {
        seen = seen.add(call::Column::State.is_in(PUBLISHED.iter().copied())).add(
            Condition::all()
                .add(call::Column::State.eq(CallState::Cancelled))
                .add(call::Column::PreviewAt.is_not_null()),
        );
    }
    let mut select = call::Entity::find().filter(call::Column::TenantId.eq(who.tenant)).filter(seen);
    if phase != Phase::All {
        select = select.filter(call::Column::State.is_in(phase.states().iter().copied()));
    }
    let rows = paging
        .select::<_, _, Millis>(select, call::Column::CreatedAt, call::Column::Id, Sort::Descending)?
        .all(db)
        .await?;
    paging.list(rows, |row| (row.created_at, row.id))
}

/// How many proposals of each of these calls were handed in and not withdrawn.
pub async fn proposals_handed_in(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    calls: &[Uuid],
) -> Result<HashMap<Uuid, i64>, Refusal> {
    if calls.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, i64)> = proposal::Entity::find()
        .select_only()
        .column(proposal::Column::CallId)
        .column_as(proposal::Column::Id.count(), "n")
        .filter(proposal::Column::TenantId.eq(tenant))
        .filter(proposal::Column::CallId.is_in(calls.iter().copied()))
        .filter(proposal::Column::State.is_not_in([
            ProposalState::Draft,
            ProposalState::Withdrawn,
            ProposalState::Cancelled,
        ]))
        .group_by(proposal::Column::CallId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// The names of organisations, for lists.
pub async fn organization_names(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>, Refusal> {
    let ids: Vec<Uuid> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, String)> = organization::Entity::find()
        .select_only()
        .column(organization::Column::Id)
        .column(organization::Column::Name)
        .filter(organization::Column::TenantId.eq(tenant))
        .filter(organization::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}
