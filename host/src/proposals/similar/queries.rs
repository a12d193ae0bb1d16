//! Which proposals resemble one: those that share its rarest pieces are looked at closely, the others not at all.

use super::index::{ALL, text_of, unpacked};
use super::measure::{Gram, THRESHOLD, alike, grams, phrases, weight};
use crate::proposals::queries::{OFFICE_READS, Sight};
use crate::proposals::state::{Decision, PUBLIC, ProposalState};
use crate::{Refusal, Who};
use sea_orm::sea_query::Query;
use sea_orm::{
    ActiveEnum, ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use twoway_entity::calls::{CallState, call};
use twoway_entity::proposals::proposal;
use twoway_entity::propose::{gram, gram_count, sketch};
use twoway_ids::Uuid;

/// Proposals that are shown at most.
pub const MOST: usize = 10;
/// Rows of the index that one question reads at most.
const BUDGET: u64 = 6_000;
/// Pieces that are looked up even where each is common.
const LEAST_PIECES: usize = 12;
/// Proposals that are looked at closely.
const CLOSELY: usize = 24;
/// Phrases that say why.
const PHRASES: usize = 8;

/// Calls whose proposals nobody but their authors reads yet, whatever the call says of itself.
const GOING_ON: &[CallState] =
    &[CallState::Draft, CallState::InternalReview, CallState::Previewed, CallState::Open, CallState::Suspended];

/// A proposal that resembles the one in question.
#[derive(Clone, Debug)]
pub struct Similar {
    pub row: proposal::Model,
    pub call_title: String,
    /// Between [`THRESHOLD`] and 1.
    pub alike: f64,
    /// Why: what both say, the longest first.
    pub shared: Vec<String>,
}

/// What resembles `row`, the most alike first. Proposers are shown what is public, the office what was handed in to calls that have
/// closed.
pub async fn of(
    db: &impl ConnectionTrait,
    who: &Who,
    row: &proposal::Model,
    sight: Sight,
) -> Result<Vec<Similar>, Refusal> {
    let text = text_of(row);
    let own = grams(&text);
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let mut having = counts(db, who.tenant, own.iter().copied().chain([ALL])).await?;
    let all = having.remove(&ALL).unwrap_or(0);
    let candidates = candidates(db, who, row, sight, all, &having).await?;
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    let sketches: BTreeMap<Uuid, BTreeSet<Gram>> = sketch::Entity::find()
        .filter(sketch::Column::TenantId.eq(who.tenant))
        .filter(sketch::Column::ProposalId.is_in(candidates))
        .all(db)
        .await?
        .into_iter()
        .map(|sketch| (sketch.proposal_id, unpacked(&sketch.grams)))
        .collect();
    let others: BTreeSet<Gram> = sketches.values().flatten().copied().filter(|gram| !own.contains(gram)).collect();
    having.extend(counts(db, who.tenant, others).await?);
    let weigh = |gram: Gram| weight(all, having.get(&gram).copied().unwrap_or(0));
    let mut found: Vec<(Uuid, f64)> = sketches
        .iter()
        .map(|(id, grams)| (*id, alike(&own, grams, weigh)))
        .filter(|(_, alike)| *alike >= THRESHOLD)
        .collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    found.truncate(MOST);
    shown(db, who.tenant, &text, found).await
}

async fn counts(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    grams: impl IntoIterator<Item = Gram>,
) -> Result<HashMap<Gram, i64>, Refusal> {
    let rows: Vec<(Gram, i32)> = gram_count::Entity::find()
        .select_only()
        .column(gram_count::Column::Gram)
        .column(gram_count::Column::Having)
        .filter(gram_count::Column::TenantId.eq(tenant))
        .filter(gram_count::Column::Gram.is_in(grams))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(gram, having)| (gram, i64::from(having))).collect())
}

/// Those that share most of the rarest pieces, by weight.
async fn candidates(
    db: &impl ConnectionTrait,
    who: &Who,
    row: &proposal::Model,
    sight: Sight,
    all: i64,
    having: &HashMap<Gram, i64>,
) -> Result<Vec<Uuid>, Refusal> {
    let mut rarest: Vec<(i64, Gram)> = having.iter().map(|(gram, having)| (*having, *gram)).collect();
    rarest.sort_unstable();
    let mut budget = i64::try_from(BUDGET).unwrap_or(i64::MAX);
    let mut looked_up: Vec<Gram> = Vec::new();
    for (having, gram) in rarest {
        budget -= having;
        if budget < 0 && looked_up.len() >= LEAST_PIECES {
            break;
        }
        looked_up.push(gram);
    }
    if looked_up.is_empty() {
        return Ok(Vec::new());
    }
    let proposals: sea_orm::RelationDef = gram::Entity::belongs_to(proposal::Entity)
        .from((gram::Column::TenantId, gram::Column::ProposalId))
        .to((proposal::Column::TenantId, proposal::Column::Id))
        .into();
    let rows: Vec<(Uuid, Gram)> = gram::Entity::find()
        .select_only()
        .column(gram::Column::ProposalId)
        .column(gram::Column::Gram)
        .join(JoinType::InnerJoin, proposals)
        .filter(gram::Column::TenantId.eq(who.tenant))
        .filter(gram::Column::Gram.is_in(looked_up))
        .filter(gram::Column::ProposalId.ne(row.id))
        .filter(visible(who, row, sight))
        .limit(BUDGET)
        .into_tuple()
        .all(db)
        .await?;
    let mut weights: HashMap<Uuid, f64> = HashMap::new();
    for (id, gram) in rows {
        *weights.entry(id).or_default() += weight(all, having.get(&gram).copied().unwrap_or(0));
    }
    let mut heaviest: Vec<(Uuid, f64)> = weights.into_iter().collect();
    heaviest.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    Ok(heaviest.into_iter().take(CLOSELY).map(|(id, _)| id).collect())
}

/// What the reader may be shown: never a draft, never what is still sealed.
fn visible(who: &Who, row: &proposal::Model, sight: Sight) -> Condition {
    use proposal::Column as C;
    if sight != Sight::Office {
        return Condition::all()
            .add(C::Decision.eq(Decision::Selected))
            .add(C::State.is_in(PUBLIC.iter().map(|state| state.to_value())));
    }
    let mut reach = Condition::any();
    for path in who.subtrees(OFFICE_READS) {
        reach = reach.add(C::Path.starts_with(path));
    }
    let going_on = Query::select()
        .column(call::Column::Id)
        .from(call::Entity)
        .and_where(call::Column::TenantId.eq(who.tenant))
        .and_where(call::Column::State.is_in(GOING_ON.iter().map(|state| state.to_value())))
        .and_where(call::Column::Id.ne(row.call_id))
        .to_owned();
    Condition::all()
        .add(C::SubmittedAt.is_not_null())
        .add(C::State.ne(ProposalState::Draft))
        .add(reach)
        .add(C::CallId.not_in_subquery(going_on))
}

async fn shown(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    text: &str,
    found: Vec<(Uuid, f64)>,
) -> Result<Vec<Similar>, Refusal> {
    let ids = found.iter().map(|(id, _)| *id);
    let calls: sea_orm::RelationDef = proposal::Entity::belongs_to(call::Entity)
        .from((proposal::Column::TenantId, proposal::Column::CallId))
        .to((call::Column::TenantId, call::Column::Id))
        .into();
    let rows = proposal::Entity::find()
        .select_also(call::Entity)
        .join(JoinType::InnerJoin, calls)
        .filter(proposal::Column::TenantId.eq(tenant))
        .filter(proposal::Column::Id.is_in(ids))
        .order_by_asc(proposal::Column::Id)
        .all(db)
        .await?;
    let mut rows: HashMap<Uuid, (proposal::Model, String)> =
        rows.into_iter().map(|(row, call)| (row.id, (row, call.map(|call| call.title).unwrap_or_default()))).collect();
    Ok(found
        .into_iter()
        .filter_map(|(id, alike)| {
            let (row, call_title) = rows.remove(&id)?;
            let shared = phrases(text, &grams(&text_of(&row)), PHRASES);
            Some(Similar { row, call_title, alike, shared })
        })
        .collect())
}
