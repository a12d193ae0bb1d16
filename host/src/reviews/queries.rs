use super::conflicts::{Behind, CO_MEMBER_FOR, Tie};
use super::state::{ReviewState, STANDING};
use crate::calls;
use crate::lifecycle::Place;
use crate::{Refusal, Who};
use sea_orm::{
    ActiveEnum, ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::{BTreeSet, HashMap};
use twoway_entity::accounts::{Role, account, membership};
use twoway_entity::calls::call;
use twoway_entity::objections::{ObjectionState, item_notice, objection};
use twoway_entity::organizations::organization;
use twoway_entity::proposals::proposal;
use twoway_entity::reviews::review;
use twoway_ids::{Millis, Uuid};
use twoway_manifest::FieldType;

/// Roles that read scores before they are released, within their subtree.
pub const OFFICE_READS: &[Role] = &[Role::LeadOffice, Role::NodeAdmin, Role::Supervisor, Role::Auditor];

/// Where a review stands: its reviewer owns it.
pub fn place(row: &review::Model) -> Place<'_> {
    Place { path: &row.path, owner: Some(row.reviewer_id), organization: None }
}

/// A review that this party may see: the reviewer's own, or one within the office's subtree.
pub async fn find_visible(db: &impl ConnectionTrait, who: &Who, id: Uuid) -> Result<review::Model, Refusal> {
    let row = review::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let sees = who.account() == Some(row.reviewer_id) || who.holds_over(OFFICE_READS, &row.path);
    if sees { Ok(row) } else { Err(Refusal::NotFound) }
}

/// All reviews of these proposals, oldest first: at most a few per proposal.
pub async fn of_proposals(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    proposals: &[Uuid],
) -> Result<Vec<review::Model>, Refusal> {
    if proposals.is_empty() {
        return Ok(Vec::new());
    }
    Ok(review::Entity::find()
        .filter(review::Column::TenantId.eq(tenant))
        .filter(review::Column::ProposalId.is_in(proposals.iter().copied()))
        .order_by_asc(review::Column::Id)
        .all(db)
        .await?)
}

/// All reviews of a call.
pub async fn of_call(db: &impl ConnectionTrait, tenant: Uuid, call: Uuid) -> Result<Vec<review::Model>, Refusal> {
    Ok(review::Entity::find()
        .filter(review::Column::TenantId.eq(tenant))
        .filter(review::Column::CallId.eq(call))
        .order_by_asc(review::Column::Id)
        .all(db)
        .await?)
}

/// Somebody who may be asked to review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub account: Uuid,
    pub name: String,
    pub organization: String,
}

/// Everybody who holds the role of a reviewer, by name; at most 1,000.
pub async fn candidates(db: &impl ConnectionTrait, tenant: Uuid) -> Result<Vec<Candidate>, Refusal> {
    let rows: Vec<(Uuid, String, String)> = membership::Entity::find()
        .select_only()
        .column(membership::Column::AccountId)
        .column(account::Column::Name)
        .column_as(organization::Column::Name, "organization")
        .join(
            JoinType::InnerJoin,
            membership::Entity::belongs_to(account::Entity)
                .from((membership::Column::TenantId, membership::Column::AccountId))
                .to((account::Column::TenantId, account::Column::Id))
                .into(),
        )
        .join(
            JoinType::InnerJoin,
            membership::Entity::belongs_to(organization::Entity)
                .from((membership::Column::TenantId, membership::Column::OrganizationId))
                .to((organization::Column::TenantId, organization::Column::Id))
                .into(),
        )
        .filter(membership::Column::TenantId.eq(tenant))
        .filter(membership::Column::Role.eq(Role::Reviewer))
        .filter(membership::Column::EndedAt.is_null())
        .filter(account::Column::DisabledAt.is_null())
        .order_by_asc(account::Column::Name)
        .order_by_asc(membership::Column::AccountId)
        .limit(1_000)
        .into_tuple()
        .all(db)
        .await?;
    let mut seen = BTreeSet::new();
    Ok(rows
        .into_iter()
        .filter(|(account, _, _)| seen.insert(*account))
        .map(|(account, name, organization)| Candidate { account, name, organization })
        .collect())
}

/// To which organisations these people belong, or did within the last 36 months. That a reviewer, evaluator or supervisor was
/// appointed by the office which runs the call (`office` is its path) is no tie.
pub async fn ties(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    accounts: &[Uuid],
    office: &str,
    now: Millis,
) -> Result<HashMap<Uuid, Vec<Tie>>, Refusal> {
    if accounts.is_empty() {
        return Ok(HashMap::new());
    }
    let held: Vec<(Uuid, Uuid, Role)> = membership::Entity::find()
        .select_only()
        .column(membership::Column::AccountId)
        .column(membership::Column::OrganizationId)
        .column(membership::Column::Role)
        .filter(membership::Column::TenantId.eq(tenant))
        .filter(membership::Column::AccountId.is_in(accounts.iter().copied()))
        .filter(
            Condition::any()
                .add(membership::Column::EndedAt.is_null())
                .add(membership::Column::EndedAt.gt(now - CO_MEMBER_FOR)),
        )
        .into_tuple()
        .all(db)
        .await?;
    let organizations = organizations(db, tenant, held.iter().map(|(_, organization, _)| *organization)).await?;
    let mut ties: HashMap<Uuid, Vec<Tie>> = HashMap::new();
    for (account, id, role) in held {
        let Some(tie) = organizations.get(&id) else { continue };
        let appointed =
            matches!(role, Role::Reviewer | Role::Evaluator | Role::Supervisor) && office.starts_with(&tie.path);
        if !appointed {
            ties.entry(account).or_default().push(tie.clone());
        }
    }
    Ok(ties)
}

async fn organizations(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Tie>, Refusal> {
    let ids: BTreeSet<Uuid> = ids.collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = organization::Entity::find()
        .filter(organization::Column::TenantId.eq(tenant))
        .filter(organization::Column::Id.is_in(ids))
        .all(db)
        .await?;
    let tie =
        |o: organization::Model| Tie { organization: o.id, name: o.name, path: o.path, credit_code: o.credit_code };
    Ok(rows.into_iter().map(|o| (o.id, tie(o))).collect())
}

/// Who stands behind each of these proposals of one call.
pub async fn behind(
    db: &impl ConnectionTrait,
    call: &call::Model,
    proposals: &[proposal::Model],
    now: Millis,
) -> Result<HashMap<Uuid, Behind>, Refusal> {
    let owners: BTreeSet<Uuid> = proposals.iter().map(|p| p.owner_id).collect();
    let owners: Vec<Uuid> = owners.into_iter().collect();
    let mut owner_ties = HashMap::new();
    for chunk in owners.chunks(500) {
        owner_ties.extend(ties(db, call.tenant_id, chunk, &call.path, now).await?);
    }
    let houses = organizations(db, call.tenant_id, proposals.iter().filter_map(|p| p.organization_id)).await?;
    let form = calls::form_of(call)?;
    let code_fields: Vec<&str> =
        form.iter().filter(|f| f.kind == FieldType::CreditCode).map(|f| f.key.as_str()).collect();
    let one = |p: &proposal::Model| Behind {
        owner: p.owner_id,
        owner_ties: owner_ties.get(&p.owner_id).cloned().unwrap_or_default(),
        organization: p.organization_id.and_then(|o| houses.get(&o).cloned()),
        credit_codes: code_fields.iter().filter_map(|key| p.answers.get(*key)?.as_str().map(str::to_string)).collect(),
    };
    Ok(proposals.iter().map(|p| (p.id, one(p))).collect())
}

/// Items of a call that an open objection holds: proposals in notice, and proposals whose being found ineligible is disputed.
pub async fn held_by_objections(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    call: Uuid,
) -> Result<BTreeSet<Uuid>, Refusal> {
    let items: Vec<Uuid> = objection::Entity::find()
        .select_only()
        .column(objection::Column::TargetId)
        .distinct()
        .filter(objection::Column::TenantId.eq(tenant))
        .filter(objection::Column::CallId.eq(call))
        .filter(objection::Column::State.is_not_in([
            ObjectionState::Inadmissible,
            ObjectionState::Accepted,
            ObjectionState::AnsweredFinally,
            ObjectionState::Withdrawn,
        ]))
        .into_tuple()
        .all(db)
        .await?;
    Ok(items.into_iter().collect())
}

/// Until when the items of a call are in notice that were decided anew.
pub async fn item_notices(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    call: Uuid,
) -> Result<HashMap<Uuid, Millis>, Refusal> {
    let rows = item_notice::Entity::find()
        .filter(item_notice::Column::TenantId.eq(tenant))
        .filter(item_notice::Column::CallId.eq(call))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.proposal_id, row.ends_at)).collect())
}

/// One line of a reviewer's desk.
#[derive(Clone, Debug)]
pub struct DeskLine {
    pub review: review::Model,
    pub proposal: proposal::Model,
    pub call: call::Model,
}

/// What waits on a reviewer's desk, oldest first, at most 200: standing assignments of calls that are still being reviewed, and
/// those that are closed for a look back.
pub async fn desk(db: &impl ConnectionTrait, who: &Who) -> Result<Vec<DeskLine>, Refusal> {
    let Some(account) = who.account() else { return Err(Refusal::SignedOut) };
    let reviews = review::Entity::find()
        .filter(review::Column::TenantId.eq(who.tenant))
        .filter(review::Column::ReviewerId.eq(account))
        .filter(review::Column::State.is_in(STANDING.iter().map(|s| s.to_value())))
        .order_by_desc(review::Column::AssignedAt)
        .order_by_desc(review::Column::Id)
        .limit(200)
        .all(db)
        .await?;
    let proposals: HashMap<Uuid, proposal::Model> = proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(who.tenant))
        .filter(proposal::Column::Id.is_in(reviews.iter().map(|r| r.proposal_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|p| (p.id, p))
        .collect();
    let calls: HashMap<Uuid, call::Model> = call::Entity::find()
        .filter(call::Column::TenantId.eq(who.tenant))
        .filter(call::Column::Id.is_in(reviews.iter().map(|r| r.call_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|c| (c.id, c))
        .collect();
    Ok(reviews
        .into_iter()
        .filter_map(|review| {
            let proposal = proposals.get(&review.proposal_id)?.clone();
            let call = calls.get(&review.call_id)?.clone();
            Some(DeskLine { review, proposal, call })
        })
        .collect())
}

/// Whether an assignment still asks something of its reviewer.
pub fn is_waiting(state: ReviewState) -> bool {
    matches!(state, ReviewState::Assigned | ReviewState::Declared)
}
