//! What agreements make somebody do who stands neither with the sponsor nor with the team: a recipient signs for itself, and a second
//! person of the office looks at sealed papers.

use super::work::WorkItem;
use super::work_sources::{MOST, item, over};
use crate::adoptions::{AdoptionState, Party};
use crate::{App, Refusal, Who};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{BTreeMap, HashSet};
use twoway_entity::accounts::Role;
use twoway_entity::adoptions::{adoption, commitment, confirmation};
use twoway_entity::agreements::{ScanState, seal_scan};
use twoway_entity::needs::need_line;
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;

/// Agreements that the reader's organisation has to confirm because it receives something.
pub(super) async fn recipients(app: &App, who: &Who) -> Result<Vec<WorkItem>, Refusal> {
    let recipients = who.organizations(&[Role::Recipient]);
    if recipients.is_empty() {
        return Ok(Vec::new());
    }
    let db = app.db.read();
    let signing = Query::select()
        .column(adoption::Column::Id)
        .from(adoption::Entity)
        .and_where(adoption::Column::TenantId.eq(who.tenant))
        .and_where(adoption::Column::State.eq(AdoptionState::Signing))
        .to_owned();
    let received = Query::select()
        .column(need_line::Column::Id)
        .from(need_line::Entity)
        .and_where(need_line::Column::TenantId.eq(who.tenant))
        .and_where(need_line::Column::RecipientId.is_in(recipients.iter().copied()))
        .to_owned();
    let taken = commitment::Entity::find()
        .filter(commitment::Column::TenantId.eq(who.tenant))
        .filter(commitment::Column::LineId.in_subquery(received))
        .filter(commitment::Column::AdoptionId.in_subquery(signing))
        .limit(MOST * 4)
        .all(db)
        .await?;
    if taken.is_empty() {
        return Ok(Vec::new());
    }
    let rows = adoption::Entity::find()
        .filter(adoption::Column::TenantId.eq(who.tenant))
        .filter(adoption::Column::Id.is_in(taken.iter().map(|c| c.adoption_id)))
        .order_by_asc(adoption::Column::CreatedAt)
        .limit(MOST)
        .all(db)
        .await?;
    let given: Vec<confirmation::Model> = confirmation::Entity::find()
        .filter(confirmation::Column::TenantId.eq(who.tenant))
        .filter(confirmation::Column::AdoptionId.is_in(rows.iter().map(|r| r.id)))
        .limit(1_000)
        .all(db)
        .await?;
    let titles: BTreeMap<Uuid, String> = proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(who.tenant))
        .filter(proposal::Column::Id.is_in(rows.iter().map(|r| r.proposal_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|p| (p.id, p.title))
        .collect();
    let lines: HashSet<(Uuid, Uuid)> = lines_of(db, who, &taken).await?;
    let waits = |row: &adoption::Model| {
        let now = |c: &&confirmation::Model| c.adoption_id == row.id && Some(&c.hash) == row.agreement_hash.as_ref();
        let said = |party: Party, organization: Option<Uuid>| {
            given
                .iter()
                .filter(now)
                .any(|c| c.party == party && (party == Party::Sponsor || c.organization_id == organization))
        };
        let own = recipients.iter().filter(|id| lines.contains(&(row.id, **id)));
        said(Party::Sponsor, None) && own.into_iter().any(|id| !said(Party::Recipient, Some(*id)))
    };
    let task = |row: &adoption::Model| {
        let title = titles.get(&row.proposal_id).cloned().unwrap_or_default();
        item("sign-as-recipient", title, format!("/adoptions/{}/agreement", row.id), row.held_until)
    };
    Ok(rows.iter().filter(|row| waits(row)).map(task).collect())
}

/// Which of these adoptions gives something to whom.
async fn lines_of(
    db: &impl sea_orm::ConnectionTrait,
    who: &Who,
    taken: &[commitment::Model],
) -> Result<HashSet<(Uuid, Uuid)>, Refusal> {
    let receivers: BTreeMap<Uuid, Uuid> = need_line::Entity::find()
        .filter(need_line::Column::TenantId.eq(who.tenant))
        .filter(need_line::Column::Id.is_in(taken.iter().map(|c| c.line_id)))
        .all(db)
        .await?
        .into_iter()
        .filter_map(|l| Some((l.id, l.recipient_id?)))
        .collect();
    Ok(taken.iter().filter_map(|c| Some((c.adoption_id, *receivers.get(&c.line_id)?))).collect())
}

/// Sealed papers that a second person of the office holds against the text.
pub(super) async fn scans(app: &App, who: &Who) -> Result<Vec<WorkItem>, Refusal> {
    let Some(over) = over(who, adoption::Column::Path) else { return Ok(Vec::new()) };
    let db = app.db.read();
    let waiting = Query::select()
        .column(seal_scan::Column::AdoptionId)
        .from(seal_scan::Entity)
        .and_where(seal_scan::Column::TenantId.eq(who.tenant))
        .and_where(seal_scan::Column::State.eq(ScanState::Waiting))
        .and_where(seal_scan::Column::UploadedBy.ne(who.account()))
        .to_owned();
    let rows = adoption::Entity::find()
        .filter(adoption::Column::TenantId.eq(who.tenant))
        .filter(adoption::Column::State.eq(AdoptionState::Signing))
        .filter(adoption::Column::Id.in_subquery(waiting))
        .filter(over)
        .order_by_asc(adoption::Column::CreatedAt)
        .limit(MOST)
        .all(db)
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let titles: BTreeMap<Uuid, String> = proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(who.tenant))
        .filter(proposal::Column::Id.is_in(rows.iter().map(|r| r.proposal_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|p| (p.id, p.title))
        .collect();
    let task = |row: adoption::Model| {
        let title = titles.get(&row.proposal_id).cloned().unwrap_or_default();
        item("accept-scan", title, format!("/adoptions/{}/agreement", row.id), row.held_until)
    };
    Ok(rows.into_iter().map(task).collect())
}
