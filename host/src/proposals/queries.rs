use super::assisted;
use super::state::{Decision, PUBLIC, ProposalState, UNSEEN};
use super::together::{self, Right};
use crate::http::list::{List, Paging, Sort};
use crate::lifecycle::Place;
use crate::{Refusal, Who};
use sea_orm::{
    ActiveEnum, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use std::collections::HashMap;
use twoway_entity::accounts::{Role, account};
use twoway_entity::adoptions::{AdoptionState, adoption};
use twoway_entity::calls::call;
use twoway_entity::organizations::organization;
use twoway_entity::proposals::{attachment, proposal, revision};
use twoway_entity::reviews::{ReviewState, letter, review, setting};
use twoway_ids::{Millis, Uuid};
use twoway_manifest::{Field, FieldType};

/// Roles that speak for an organisation which proposes.
pub const PROPOSES: &[Role] = &[Role::TeamLead];

/// Roles that read all proposals handed in within their subtree.
pub const OFFICE_READS: &[Role] = &[Role::LeadOffice, Role::NodeAdmin, Role::Supervisor, Role::Auditor];

/// How much of a proposal somebody may see. The order is from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// Title, summary, team and the public answers of a selected proposal.
    Public,
    /// What reviewers read who must not learn who proposes: the row is masked already.
    Masked,
    /// What reviewers read: no personal data, nothing about other reviewers.
    Review,
    /// Everything that is the proposer's, but no decision before it is released.
    Own,
    /// Everything.
    Office,
}

/// A proposal together with how much of it the reader may see.
#[derive(Clone, Debug)]
pub struct Seen {
    pub row: proposal::Model,
    pub sight: Sight,
}

/// Where a proposal stands, as far as rights go.
pub fn place(row: &proposal::Model) -> Place<'_> {
    Place { path: &row.path, owner: Some(row.owner_id), organization: row.organization_id }
}

/// Whether the reader wrote it or leads the organisation in whose name it was written.
pub fn is_own(who: &Who, row: &proposal::Model) -> bool {
    who.account() == Some(row.owner_id) || row.organization_id.is_some_and(|o| who.holds_at(PROPOSES, o))
}

/// One proposal, if this party may see any of it. Errors: [`Refusal::NotFound`] otherwise.
pub async fn find_visible(db: &impl ConnectionTrait, who: &Who, id: Uuid) -> Result<Seen, Refusal> {
    let row = proposal::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let sight = sight(db, who, &row).await?.ok_or(Refusal::NotFound)?;
    if sight != Sight::Review {
        return Ok(Seen { row, sight });
    }
    let setting = setting::Entity::find_by_id((who.tenant, row.call_id)).one(db).await?;
    if !is_masked(&row, setting.is_some_and(|s| s.hide_proposer)) {
        return Ok(Seen { row, sight });
    }
    let call = crate::calls::queries::find(db, who.tenant, row.call_id).await?;
    Ok(Seen { row: masked(db, row, &call, true).await?, sight: Sight::Masked })
}

/// Whether reviewers must not learn who proposes: where the call hides it, until the release.
pub fn is_masked(row: &proposal::Model, hidden: bool) -> bool {
    use ProposalState as S;
    hidden && !matches!(row.state, S::InNotice | S::Approved | S::Pooled | S::NotSelected | S::Converted | S::Expired)
}

/// What stands where a name stood.
const MASK: &str = "▇▇▇";

/// A proposal without what tells whose it is: owner, organisation, receipt and hash, answers that name somebody, and both names wherever
/// they are written. What the proposer says of themselves in other words cannot be found by a program: the call's guide asks them not to.
pub async fn masked(
    db: &impl ConnectionTrait,
    mut row: proposal::Model,
    call: &call::Model,
    hidden: bool,
) -> Result<proposal::Model, Refusal> {
    if !is_masked(&row, hidden) {
        return Ok(row);
    }
    let names = names_behind(db, std::slice::from_ref(&row)).await?.remove(&row.id).unwrap_or_default();
    mask(&mut row, &names, &crate::calls::form_of(call)?);
    Ok(row)
}

/// The words by which somebody would know who stands behind each of these proposals.
pub async fn names_behind(
    db: &impl ConnectionTrait,
    rows: &[proposal::Model],
) -> Result<HashMap<Uuid, Vec<String>>, Refusal> {
    let Some(tenant) = rows.first().map(|row| row.tenant_id) else { return Ok(HashMap::new()) };
    let houses = organization::Entity::find()
        .filter(organization::Column::TenantId.eq(tenant))
        .filter(organization::Column::Id.is_in(rows.iter().filter_map(|row| row.organization_id)))
        .all(db)
        .await?;
    let owners = account::Entity::find()
        .filter(account::Column::TenantId.eq(tenant))
        .filter(account::Column::Id.is_in(rows.iter().map(|row| row.owner_id)))
        .all(db)
        .await?;
    let entries = assisted::queries::entries_of(db, rows).await?;
    let names = |row: &proposal::Model| {
        let typed = entries.get(&row.id).map(|entry| {
            let (house, code) = (entry.organization.clone(), entry.credit_code.clone());
            [Some(entry.name.clone()), Some(entry.contact.clone()), entry.guardian.clone(), house, code]
        });
        let house = houses.iter().find(|house| Some(house.id) == row.organization_id);
        let owner = owners.iter().find(|owner| owner.id == row.owner_id);
        let house = house.map(|h| [Some(h.name.clone()), h.credit_code.clone()]);
        let owner = owner.map(|o| [Some(o.name.clone()), Some(o.login.clone()), o.phone.clone()]);
        let words = house.into_iter().flatten().chain(owner.into_iter().flatten());
        let words = words.chain(typed.into_iter().flatten()).flatten();
        words.filter(|word| word.chars().count() > 1).collect::<Vec<String>>()
    };
    Ok(rows.iter().map(|row| (row.id, names(row))).collect())
}

/// Takes out of a proposal what tells whose it is.
pub fn mask(row: &mut proposal::Model, names: &[String], form: &[Field]) {
    let hide = |text: &str| names.iter().fold(text.to_string(), |text, name| text.replace(name.as_str(), MASK));
    row.title = hide(&row.title);
    row.summary = hide(&row.summary);
    let telling = [FieldType::CreditCode, FieldType::Phone, FieldType::Email];
    if let serde_json::Value::Object(answers) = &mut row.answers {
        for field in form.iter().filter(|f| telling.contains(&f.kind)) {
            answers.remove(&field.key);
        }
        answers.values_mut().for_each(|answer| hide_in(answer, &hide));
    }
    row.owner_id = Uuid::nil();
    row.organization_id = None;
    row.entered_by = None;
    row.receipt = None;
    row.receipt_hash = None;
    row.defects = None;
}

fn hide_in(answer: &mut serde_json::Value, hide: &impl Fn(&str) -> String) {
    match answer {
        serde_json::Value::String(text) => *text = hide(text),
        serde_json::Value::Array(list) => list.iter_mut().for_each(|one| hide_in(one, hide)),
        _ => {}
    }
}

/// A file without what its name tells, and without the hash by which its owner's copy is known.
pub fn masked_file(file: attachment::Model, number: usize) -> attachment::Model {
    let ending = file.name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    attachment::Model { name: format!("{number}.{ending}"), uploaded_by: Uuid::nil(), uploaded_at: 0, ..file }
}

async fn sight(db: &impl ConnectionTrait, who: &Who, row: &proposal::Model) -> Result<Option<Sight>, Refusal> {
    // The office's own people see no more of what they proposed themselves than any other proposer does.
    if together::right(db, who, row).await? != Right::None {
        return Ok(Some(Sight::Own));
    }
    let handed_in = !UNSEEN.contains(&row.state) && row.submitted_at.is_some();
    if who.is_system() {
        return Ok(Some(Sight::Office));
    }
    // What is sealed is read by its proposer alone until the call is closed.
    if handed_in
        && who.holds_over(OFFICE_READS, &row.path)
        && !crate::calls::is_sealed(db, who.tenant, row.call_id).await?
    {
        return Ok(Some(Sight::Office));
    }
    if who.holds(&[Role::Reviewer]) && reads_as_reviewer(db, who, row).await? {
        return Ok(Some(Sight::Review));
    }
    Ok(is_public(row).then_some(Sight::Public))
}

/// Selected and published.
pub fn is_public(row: &proposal::Model) -> bool {
    PUBLIC.contains(&row.state) && row.decision == Some(Decision::Selected)
}

/// A reviewer reads a proposal after having declared to have no interest in it, until it is decided publicly.
async fn reads_as_reviewer(db: &impl ConnectionTrait, who: &Who, row: &proposal::Model) -> Result<bool, Refusal> {
    let (Some(account), ProposalState::UnderReview | ProposalState::Decided) = (who.account(), row.state) else {
        return Ok(false);
    };
    let declared = review::Entity::find()
        .filter(review::Column::TenantId.eq(who.tenant))
        .filter(review::Column::ProposalId.eq(row.id))
        .filter(review::Column::ReviewerId.eq(account))
        .filter(review::Column::State.is_in([ReviewState::Declared, ReviewState::Scored, ReviewState::Closed]))
        .count(db)
        .await?;
    Ok(declared > 0)
}

/// The adoptions of a proposal that go on: id, sponsor and state.
pub async fn adoptions_going_on(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    proposal: Uuid,
) -> Result<Vec<(Uuid, Uuid, AdoptionState)>, Refusal> {
    use AdoptionState as S;
    Ok(adoption::Entity::find()
        .select_only()
        .column(adoption::Column::Id)
        .column(adoption::Column::OrganizationId)
        .column(adoption::Column::State)
        .filter(adoption::Column::TenantId.eq(tenant))
        .filter(adoption::Column::ProposalId.eq(proposal))
        .filter(adoption::Column::State.is_not_in([S::Delivered, S::Declined, S::Lapsed, S::Withdrawn]))
        .order_by_asc(adoption::Column::Id)
        .into_tuple()
        .all(db)
        .await?)
}

/// The files of a proposal, oldest first. There are never more than [`super::files::MOST_FILES`].
pub async fn files_of(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    proposal: Uuid,
) -> Result<Vec<attachment::Model>, Refusal> {
    Ok(attachment::Entity::find()
        .filter(attachment::Column::TenantId.eq(tenant))
        .filter(attachment::Column::ProposalId.eq(proposal))
        .order_by_asc(attachment::Column::Id)
        .limit(super::files::MOST_FILES)
        .all(db)
        .await?)
}

/// Whether a decision letter was written about it.
pub async fn has_letter(db: &impl ConnectionTrait, tenant: Uuid, proposal: Uuid) -> Result<bool, Refusal> {
    Ok(letter::Entity::find_by_id((tenant, proposal)).count(db).await? > 0)
}

/// What was handed in, newest first.
pub async fn revisions_of(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    proposal: Uuid,
) -> Result<Vec<revision::Model>, Refusal> {
    Ok(revision::Entity::find()
        .filter(revision::Column::TenantId.eq(tenant))
        .filter(revision::Column::ProposalId.eq(proposal))
        .order_by_desc(revision::Column::Number)
        .limit(20)
        .all(db)
        .await?)
}

/// One's own proposals and those of the organisations one leads, the last touched first. `states`: only these; empty: all.
pub async fn mine(
    db: &impl ConnectionTrait,
    who: &Who,
    states: &[ProposalState],
    paging: &Paging,
) -> Result<List<proposal::Model>, Refusal> {
    let Some(account) = who.account() else { return Err(Refusal::SignedOut) };
    let own = Condition::any()
        .add(proposal::Column::OwnerId.eq(account))
        .add(proposal::Column::OrganizationId.is_in(who.organizations(PROPOSES)))
        .add(proposal::Column::Id.in_subquery(together::joined(who)));
    let mut select = proposal::Entity::find().filter(proposal::Column::TenantId.eq(who.tenant)).filter(own);
    if !states.is_empty() {
        select = select.filter(proposal::Column::State.is_in(states.iter().map(|s| s.to_value())));
    }
    let (key, id) = (proposal::Column::UpdatedAt, proposal::Column::Id);
    let rows = paging.select::<_, _, Millis>(select, key, id, Sort::Descending)?.all(db).await?;
    paging.list(rows, |row| (row.updated_at, row.id))
}

/// What was handed in within the reader's subtree, the last touched first. `states`: only these; empty: all.
pub async fn handed_in(
    db: &impl ConnectionTrait,
    who: &Who,
    call: Option<Uuid>,
    states: &[ProposalState],
    paging: &Paging,
) -> Result<List<proposal::Model>, Refusal> {
    let mut seen = Condition::any().add(proposal::Column::Id.is_null());
    for path in who.subtrees(OFFICE_READS) {
        seen = seen.add(proposal::Column::Path.starts_with(path));
    }
    let mut select = proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(who.tenant))
        .filter(seen)
        .filter(proposal::Column::CallId.not_in_subquery(crate::calls::sealed_calls(who.tenant)))
        .filter(proposal::Column::SubmittedAt.is_not_null());
    if let Some(call) = call {
        select = select.filter(proposal::Column::CallId.eq(call));
    }
    if !states.is_empty() {
        select = select.filter(proposal::Column::State.is_in(states.iter().map(|s| s.to_value())));
    }
    let (key, id) = (proposal::Column::UpdatedAt, proposal::Column::Id);
    let rows = paging.select::<_, _, Millis>(select, key, id, Sort::Descending)?.all(db).await?;
    paging.list(rows, |row| (row.updated_at, row.id))
}

/// What everybody may read: selected proposals, the last touched first. `states`: only these; empty: all public ones.
pub async fn published(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    call: Option<Uuid>,
    states: &[ProposalState],
    paging: &Paging,
) -> Result<List<proposal::Model>, Refusal> {
    let states: Vec<ProposalState> =
        PUBLIC.iter().copied().filter(|s| states.is_empty() || states.contains(s)).collect();
    let mut select = proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(tenant))
        .filter(proposal::Column::Decision.eq(Decision::Selected))
        .filter(proposal::Column::State.is_in(states.iter().map(|s| s.to_value())));
    if let Some(call) = call {
        select = select.filter(proposal::Column::CallId.eq(call));
    }
    let (key, id) = (proposal::Column::UpdatedAt, proposal::Column::Id);
    let rows = paging.select::<_, _, Millis>(select, key, id, Sort::Descending)?.all(db).await?;
    paging.list(rows, |row| (row.updated_at, row.id))
}
