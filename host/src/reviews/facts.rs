//! What the platform knows about who stands near a reviewer and behind a proposal.

use super::conflicts::{Behind, CO_MEMBER_FOR, Near, Tie};
use crate::calendar::Calendar;
use crate::calls;
use crate::proposals::{assisted, together};
use crate::{App, Refusal};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use twoway_entity::accounts::{Role, account, membership};
use twoway_entity::adoptions::{AdoptionState, PartnerState, adoption, partner};
use twoway_entity::calls::call;
use twoway_entity::needs::need_line;
use twoway_entity::organizations::organization;
use twoway_entity::proposals::proposal;
use twoway_entity::reviews::{InterestKind, interest};
use twoway_ids::{Millis, Uuid};
use twoway_manifest::FieldType;

/// Rows that are asked for at once.
const CHUNK: usize = 500;

/// A telephone number as a mark by which two are compared; the number cannot be read from it.
pub fn phone_mark(app: &App, phone: &str) -> Option<String> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let national = digits.strip_prefix("86").filter(|rest| rest.len() == 11).unwrap_or(&digits);
    (national.len() >= 7).then(|| app.keys.keyed_hash("reviews.phone", national))
}

/// An ID number as a mark by which two are compared. None: it is no ID number.
pub fn id_mark(app: &App, number: &str) -> Option<String> {
    let calendar = Calendar { utc_offset: app.config.utc_offset_minutes, ..Default::default() };
    let number = assisted::IdNumber::parse(number, calendar.local_day(app.now()))?;
    Some(number.hash(&app.keys))
}

/// Who stands near each of these reviewers, seen from a call of the office at this path.
pub async fn near(app: &App, reviewers: &[Uuid], office: &str) -> Result<HashMap<Uuid, Near>, Refusal> {
    let db = app.db.read();
    let mut found = HashMap::new();
    for chunk in reviewers.chunks(CHUNK) {
        let mut ties = ties(db, app.tenant, chunk, office, app.now()).await?;
        let interests = interest::Entity::find()
            .filter(interest::Column::TenantId.eq(app.tenant))
            .filter(interest::Column::AccountId.is_in(chunk.iter().copied()))
            .filter(interest::Column::EndedAt.is_null())
            .all(db)
            .await?;
        let named = organizations(db, app.tenant, interests.iter().filter_map(|i| i.organization_id)).await?;
        let phones = phones(app, chunk).await?;
        for account in chunk {
            let own = || interests.iter().filter(|i| i.account_id == *account);
            let of = |kind| own().filter(move |i| i.kind == kind);
            let houses = |kind| of(kind).filter_map(|i| named.get(&i.organization_id?).cloned()).collect();
            let near = Near {
                account: *account,
                ties: ties.remove(account).unwrap_or_default(),
                represents: houses(InterestKind::LegalRepresentative),
                family: houses(InterestKind::Family),
                mark: of(InterestKind::OwnPhone).find_map(|i| i.mark.clone()).or_else(|| phones.get(account).cloned()),
                id: of(InterestKind::OwnId).find_map(|i| i.mark.clone()),
                family_marks: of(InterestKind::Family).filter_map(|i| i.mark.clone()).collect(),
            };
            found.insert(*account, near);
        }
    }
    Ok(found)
}

async fn phones(app: &App, accounts: &[Uuid]) -> Result<BTreeMap<Uuid, String>, Refusal> {
    let rows: Vec<(Uuid, Option<String>)> = account::Entity::find()
        .select_only()
        .column(account::Column::Id)
        .column(account::Column::Phone)
        .filter(account::Column::TenantId.eq(app.tenant))
        .filter(account::Column::Id.is_in(accounts.iter().copied()))
        .filter(account::Column::Phone.is_not_null())
        .into_tuple()
        .all(app.db.read())
        .await?;
    Ok(rows.into_iter().filter_map(|(id, phone)| Some((id, phone_mark(app, &phone?)?))).collect())
}

/// Who stands behind each of these proposals of one call.
pub async fn behind(
    app: &App,
    call: &call::Model,
    proposals: &[proposal::Model],
) -> Result<HashMap<Uuid, Behind>, Refusal> {
    let form = calls::form_of(call)?;
    let fields = |kind| form.iter().filter(move |f| f.kind == kind).map(|f| f.key.as_str()).collect::<Vec<_>>();
    let (codes, numbers) = (fields(FieldType::CreditCode), fields(FieldType::Phone));
    let mut found = HashMap::new();
    for chunk in proposals.chunks(CHUNK) {
        let ids: Vec<Uuid> = chunk.iter().map(|p| p.id).collect();
        let along = together::beside_owner(app.db.read(), call.tenant_id, &ids).await?;
        let beside = |p: &proposal::Model| along.get(&p.id).cloned().unwrap_or_default();
        let owners: BTreeSet<Uuid> =
            chunk.iter().map(|p| p.owner_id).chain(along.values().flatten().copied()).collect();
        let owners: Vec<Uuid> = owners.into_iter().collect();
        let owner_ties = ties(app.db.read(), call.tenant_id, &owners, &call.path, app.now()).await?;
        let phones = phones(app, &owners).await?;
        let houses =
            organizations(app.db.read(), call.tenant_id, chunk.iter().filter_map(|p| p.organization_id)).await?;
        let mut hands = hands(app, chunk).await?;
        let papers = assisted::queries::entries_of(app.db.read(), chunk).await?;
        for p in chunk {
            let answers = |keys: &[&str]| -> Vec<String> {
                keys.iter().filter_map(|key| p.answers.get(*key)?.as_str().map(str::to_string)).collect()
            };
            let mut marks: BTreeSet<String> =
                answers(&numbers).iter().filter_map(|phone| phone_mark(app, phone)).collect();
            // Whoever typed it in from paper is not its author; who handed it in is known by what stands on the paper, or by the account
            // to which it was handed over.
            let paper = papers.get(&p.id);
            let own = p.entered_by.is_none() || paper.is_some_and(|paper| paper.handed_to.is_some());
            let authors = || own.then_some(p.owner_id).into_iter().chain(beside(p));
            marks.extend(paper.and_then(|paper| phone_mark(app, &paper.contact)));
            marks.extend(authors().filter_map(|author| phones.get(&author).cloned()));
            let behind = Behind {
                owner: p.owner_id,
                along: beside(p),
                owner_ties: authors().filter_map(|author| owner_ties.get(&author)).flatten().cloned().collect(),
                organization: p.organization_id.and_then(|o| houses.get(&o).cloned()),
                credit_codes: answers(&codes).into_iter().chain(paper.and_then(|p| p.credit_code.clone())).collect(),
                hands: hands.remove(&p.id).unwrap_or_default(),
                marks,
                id: paper.map(|paper| paper.id_hash.clone()),
                guide_author: Some(call.author_id),
            };
            found.insert(p.id, behind);
        }
    }
    Ok(found)
}

/// Organisations that give to these proposals, or are named to receive for them.
async fn hands(app: &App, proposals: &[proposal::Model]) -> Result<HashMap<Uuid, BTreeSet<Uuid>>, Refusal> {
    let ids = || proposals.iter().map(|p| p.id);
    let gone = [AdoptionState::Declined, AdoptionState::Lapsed, AdoptionState::Withdrawn];
    let adoptions: Vec<(Uuid, Uuid, Uuid)> = adoption::Entity::find()
        .select_only()
        .column(adoption::Column::Id)
        .column(adoption::Column::ProposalId)
        .column(adoption::Column::OrganizationId)
        .filter(adoption::Column::TenantId.eq(app.tenant))
        .filter(adoption::Column::ProposalId.is_in(ids()))
        .filter(adoption::Column::State.is_not_in(gone))
        .into_tuple()
        .all(app.db.read())
        .await?;
    let partners: Vec<(Uuid, Uuid)> = partner::Entity::find()
        .select_only()
        .column(partner::Column::AdoptionId)
        .column(partner::Column::OrganizationId)
        .filter(partner::Column::TenantId.eq(app.tenant))
        .filter(partner::Column::AdoptionId.is_in(adoptions.iter().map(|(id, ..)| *id)))
        .filter(partner::Column::State.eq(PartnerState::Joined))
        .into_tuple()
        .all(app.db.read())
        .await?;
    let proposal_of: HashMap<Uuid, Uuid> = adoptions.iter().map(|(id, proposal, _)| (*id, *proposal)).collect();
    let along = partners.into_iter().filter_map(|(id, house)| Some((*proposal_of.get(&id)?, house)));
    let sponsors: Vec<(Uuid, Uuid)> = adoptions.iter().map(|(_, of, house)| (*of, *house)).chain(along).collect();
    let recipients: Vec<(Uuid, Option<Uuid>)> = need_line::Entity::find()
        .select_only()
        .column(need_line::Column::ProposalId)
        .column(need_line::Column::RecipientId)
        .distinct()
        .filter(need_line::Column::TenantId.eq(app.tenant))
        .filter(need_line::Column::ProposalId.is_in(ids()))
        .filter(need_line::Column::RecipientId.is_not_null())
        .into_tuple()
        .all(app.db.read())
        .await?;
    let mut hands: HashMap<Uuid, BTreeSet<Uuid>> = HashMap::new();
    let recipients = recipients.into_iter().filter_map(|(proposal, house)| Some((proposal, house?)));
    for (proposal, house) in sponsors.into_iter().chain(recipients) {
        hands.entry(proposal).or_default().insert(house);
    }
    Ok(hands)
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

pub(super) async fn organizations(
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
