use super::LineCoverage;
use super::model::LINES;
use crate::proposals::ProposalState;
use crate::{Refusal, Who, adoptions};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use twoway_entity::needs::need_line;
use twoway_entity::organizations::{OrganizationKind, organization};
use twoway_entity::projects::{ProjectState, project};
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;

/// The lines of a proposal in their order. The caller has checked that `who` may see the proposal.
pub async fn lines(db: &impl ConnectionTrait, who: &Who, proposal: Uuid) -> Result<Vec<need_line::Model>, Refusal> {
    Ok(need_line::Entity::find()
        .filter(need_line::Column::TenantId.eq(who.tenant))
        .filter(need_line::Column::ProposalId.eq(proposal))
        .order_by_asc(need_line::Column::Position)
        .limit(LINES as u64)
        .all(db)
        .await?)
}

/// How far each line of a proposal is covered. The caller has checked that `who` may see the proposal.
pub async fn coverage(db: &impl ConnectionTrait, who: &Who, proposal: Uuid) -> Result<Vec<LineCoverage>, Refusal> {
    let lines = lines(db, who, proposal).await?;
    weighed(db, who.tenant, &lines).await
}

/// How far these lines are covered, with what is promised on conditions told apart.
pub async fn weighed(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    lines: &[need_line::Model],
) -> Result<Vec<LineCoverage>, Refusal> {
    let conditional = adoptions::conditions::conditional(db, tenant, lines.iter().map(|l| l.id)).await?;
    let told = |line: &need_line::Model| LineCoverage {
        conditional: conditional.get(&line.id).copied().unwrap_or_default(),
        ..LineCoverage::from(line)
    };
    Ok(lines.iter().map(told).collect())
}

/// One line with its proposal, if `who` may see the proposal. Errors: [`Refusal::NotFound`] otherwise.
pub async fn find_visible(
    db: &impl ConnectionTrait,
    who: &Who,
    id: Uuid,
) -> Result<(need_line::Model, crate::proposals::Seen), Refusal> {
    let line = need_line::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let proposal = crate::proposals::queries::find_visible(db, who, line.proposal_id).await?;
    Ok((line, proposal))
}

/// The verified recipients that a money line may name, by name; at most 500.
pub async fn recipients(db: &impl ConnectionTrait, who: &Who) -> Result<Vec<organization::Model>, Refusal> {
    Ok(organization::Entity::find()
        .filter(organization::Column::TenantId.eq(who.tenant))
        .filter(organization::Column::Kind.eq(OrganizationKind::Recipient))
        .filter(organization::Column::VerifiedAt.is_not_null())
        .order_by_asc(organization::Column::Name)
        .limit(500)
        .all(db)
        .await?)
}

/// While a project is in one of these, a line that has become open again may be adopted.
const GOES_ON: [ProjectState; 4] =
    [ProjectState::Incubating, ProjectState::Ready, ProjectState::Running, ProjectState::Paused];

/// What may be adopted: proposals that wait in the pool, and those whose project goes on. Lines of running projects become open again
/// when a sponsor reduces, withdraws or lets a hold lapse.
pub(super) fn adoptable(tenant: Uuid) -> Condition {
    let going_on: SelectStatement = Query::select()
        .column(project::Column::ProposalId)
        .from(project::Entity)
        .and_where(project::Column::TenantId.eq(tenant))
        .and_where(project::Column::State.is_in(GOES_ON))
        .to_owned();
    let converted = Condition::all()
        .add(proposal::Column::State.eq(ProposalState::Converted))
        .add(proposal::Column::Id.in_subquery(going_on));
    Condition::any().add(proposal::Column::State.eq(ProposalState::Pooled)).add(converted)
}

/// Whether lines of this proposal may be adopted now.
pub async fn is_adoptable(db: &impl ConnectionTrait, row: &proposal::Model) -> Result<bool, Refusal> {
    match row.state {
        ProposalState::Pooled => Ok(true),
        ProposalState::Converted => {
            let found = proposal::Entity::find_by_id((row.tenant_id, row.id)).filter(adoptable(row.tenant_id));
            Ok(found.one(db).await?.is_some())
        }
        _ => Ok(false),
    }
}
