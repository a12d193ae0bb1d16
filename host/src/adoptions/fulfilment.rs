//! What happened to an adoption after it was agreed, as far as the reader may see it.

use super::rules::SPONSORS;
use super::{FROZEN, queries::Seen};
use crate::{Refusal, Who};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{HashMap, HashSet};
use twoway_entity::adoptions::{adoption, commitment};
use twoway_entity::fulfilment::{
    AskKind, Cause, Surplus, UseChangeState, ask, release, settlement, use_change, use_consent,
};
use twoway_ids::{DAY, Millis, Uuid};

/// When a sponsor is reminded, in days after the day of delivery.
pub const STAGES: [i32; 4] = [-7, 0, 7, 30];

/// How long sponsors have to answer a change of use.
pub const ANSWER: Millis = 15 * DAY;

/// How long the team has to thank.
pub const THANKS_WITHIN: Millis = 15 * DAY;

/// For how long a line that is open again after its day is needed still, in days.
pub const REOPENED: i64 = 30;

/// A change of use with the answers of those whom it concerns.
#[derive(Clone, Debug)]
pub struct Change {
    pub row: use_change::Model,
    pub consents: Vec<use_consent::Model>,
}

impl Change {
    pub fn freezes(&self) -> bool {
        FROZEN.contains(&self.row.state)
    }

    pub fn consent_of(&self, adoption: Uuid) -> Option<&use_consent::Model> {
        self.consents.iter().find(|c| c.adoption_id == adoption)
    }
}

/// The stage that is due at `now` or comes next, and when: of several that have passed only the latest is told.
pub fn next_stage(due: Millis, done: Option<i32>, now: Millis) -> Option<(i32, Millis)> {
    let left = STAGES.into_iter().filter(|stage| done.is_none_or(|done| *stage > done));
    let left: Vec<(i32, Millis)> = left.map(|stage| (stage, due + Millis::from(stage) * DAY)).collect();
    let passed = left.iter().rev().find(|(_, at)| *at <= now);
    passed.or(left.first()).copied()
}

/// What was given back of this adoption, oldest first.
pub async fn releases(db: &impl ConnectionTrait, tenant: Uuid, adoption: Uuid) -> Result<Vec<release::Model>, Refusal> {
    Ok(release::Entity::find()
        .filter(release::Column::TenantId.eq(tenant))
        .filter(release::Column::AdoptionId.eq(adoption))
        .order_by_asc(release::Column::At)
        .order_by_asc(release::Column::Id)
        .limit(200)
        .all(db)
        .await?)
}

/// The private notes on a sponsor's reliability: what lapsed in its hands, newest first, at most 50. For the office and the sponsor
/// alone; to others there is none.
pub async fn reliability(db: &impl ConnectionTrait, who: &Who, seen: &Seen) -> Result<Vec<release::Model>, Refusal> {
    if !(seen.standing.sponsor || seen.standing.office) {
        return Ok(Vec::new());
    }
    Ok(release::Entity::find()
        .filter(release::Column::TenantId.eq(who.tenant))
        .filter(release::Column::OrganizationId.eq(seen.row.organization_id))
        .filter(release::Column::Cause.eq(Cause::Lapsed))
        .order_by_desc(release::Column::At)
        .order_by_desc(release::Column::Id)
        .limit(50)
        .all(db)
        .await?)
}

/// What was asked for about this adoption, newest first.
pub async fn asks(db: &impl ConnectionTrait, tenant: Uuid, adoption: Uuid) -> Result<Vec<ask::Model>, Refusal> {
    Ok(ask::Entity::find()
        .filter(ask::Column::TenantId.eq(tenant))
        .filter(ask::Column::AdoptionId.eq(adoption))
        .order_by_desc(ask::Column::AskedAt)
        .order_by_desc(ask::Column::Id)
        .limit(100)
        .all(db)
        .await?)
}

/// The question of this kind that nobody has answered yet.
pub fn waiting(asks: &[ask::Model], kind: AskKind, commitment: Option<Uuid>) -> Option<&ask::Model> {
    asks.iter()
        .find(|a| a.agreed.is_none() && a.kind == kind && (commitment.is_none() || a.commitment_id == commitment))
}

/// Those of these lines on which nothing may be delivered now, because a change of use is open or refused.
pub async fn frozen(db: &impl ConnectionTrait, tenant: Uuid, lines: &[Uuid]) -> Result<HashSet<Uuid>, Refusal> {
    let found: Vec<Uuid> = use_change::Entity::find()
        .select_only()
        .column(use_change::Column::LineId)
        .filter(use_change::Column::TenantId.eq(tenant))
        .filter(use_change::Column::LineId.is_in(lines.iter().copied()))
        .filter(use_change::Column::State.is_in(FROZEN.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().collect())
}

/// The newest 50 changes of use of these lines, newest first, with their answers.
pub async fn changes(db: &impl ConnectionTrait, tenant: Uuid, lines: &[Uuid]) -> Result<Vec<Change>, Refusal> {
    let rows = use_change::Entity::find()
        .filter(use_change::Column::TenantId.eq(tenant))
        .filter(use_change::Column::LineId.is_in(lines.iter().copied()))
        .order_by_desc(use_change::Column::CreatedAt)
        .order_by_desc(use_change::Column::Id)
        .limit(50)
        .all(db)
        .await?;
    let mut consents: HashMap<Uuid, Vec<use_consent::Model>> = HashMap::new();
    let found = use_consent::Entity::find()
        .filter(use_consent::Column::TenantId.eq(tenant))
        .filter(use_consent::Column::ChangeId.is_in(rows.iter().map(|r| r.id)))
        .order_by_asc(use_consent::Column::Id)
        .limit(5_000)
        .all(db)
        .await?;
    for consent in found {
        consents.entry(consent.change_id).or_default().push(consent);
    }
    Ok(rows.into_iter().map(|row| Change { consents: consents.remove(&row.id).unwrap_or_default(), row }).collect())
}

/// One change of use with its answers; the caller checks who may see it.
pub async fn change(db: &impl ConnectionTrait, tenant: Uuid, id: Uuid) -> Result<Change, Refusal> {
    let row = use_change::Entity::find_by_id((tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let consents = use_consent::Entity::find()
        .filter(use_consent::Column::TenantId.eq(tenant))
        .filter(use_consent::Column::ChangeId.eq(id))
        .order_by_asc(use_consent::Column::Id)
        .limit(500)
        .all(db)
        .await?;
    Ok(Change { row, consents })
}

/// The agreed adoptions that a change of this line's use concerns: who has given or still gives something on it.
pub async fn affected(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    line: Uuid,
) -> Result<Vec<(adoption::Model, commitment::Model)>, Refusal> {
    let commitments = commitment::Entity::find()
        .filter(commitment::Column::TenantId.eq(tenant))
        .filter(commitment::Column::LineId.eq(line))
        .filter(Expr::col(commitment::Column::Quantity).gt(Expr::col(commitment::Column::Released)))
        .limit(500)
        .all(db)
        .await?;
    let adoptions = adoption::Entity::find()
        .filter(adoption::Column::TenantId.eq(tenant))
        .filter(adoption::Column::Id.is_in(commitments.iter().map(|c| c.adoption_id)))
        .filter(adoption::Column::ActivatedAt.is_not_null())
        .all(db)
        .await?;
    let mut by_id: HashMap<Uuid, adoption::Model> = adoptions.into_iter().map(|a| (a.id, a)).collect();
    let mut found: Vec<_> =
        commitments.into_iter().filter_map(|c| by_id.remove(&c.adoption_id).map(|a| (a, c))).collect();
    found.sort_by_key(|(a, _)| a.id);
    Ok(found)
}

/// From the last delivery to the end; none before.
pub async fn settlement(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    adoption: Uuid,
) -> Result<Option<settlement::Model>, Refusal> {
    Ok(settlement::Entity::find_by_id((tenant, adoption)).one(db).await?)
}

/// What everybody may read of how a proposal's adoptions ended, newest first.
#[derive(Clone, Debug, Default)]
pub struct Published {
    /// What the office decided about leftovers (慈善法 §58).
    pub surplus: Vec<String>,
    /// Thanks to those who agreed to be named.
    pub thanks: Vec<String>,
}

/// What is published of the newest 100 adoptions of a proposal that ended so. Names nobody.
pub async fn published(db: &impl ConnectionTrait, tenant: Uuid, proposal: Uuid) -> Result<Published, Refusal> {
    let told = Condition::any()
        .add(settlement::Column::Surplus.eq(Surplus::Office))
        .add(settlement::Column::ThanksPublic.eq(true));
    let rows = settlement::Entity::find()
        .filter(settlement::Column::TenantId.eq(tenant))
        .filter(settlement::Column::ProposalId.eq(proposal))
        .filter(told)
        .order_by_desc(settlement::Column::DeliveredAt)
        .limit(100)
        .all(db)
        .await?;
    let mut published = Published::default();
    for row in rows {
        if row.surplus == Some(Surplus::Office) {
            published.surplus.extend(row.surplus_text);
        }
        if row.thanks_public {
            published.thanks.extend(row.thanks);
        }
    }
    Ok(published)
}

/// Changes of use that wait for an answer of one of the reader's sponsors, each with the adoption that it concerns.
pub async fn unanswered(
    db: &impl ConnectionTrait,
    who: &Who,
    limit: u64,
) -> Result<Vec<(use_change::Model, Uuid)>, Refusal> {
    let open = Query::select()
        .column(use_change::Column::Id)
        .from(use_change::Entity)
        .and_where(use_change::Column::TenantId.eq(who.tenant))
        .and_where(use_change::Column::State.eq(UseChangeState::Open))
        .to_owned();
    let asked = use_consent::Entity::find()
        .filter(use_consent::Column::TenantId.eq(who.tenant))
        .filter(use_consent::Column::OrganizationId.is_in(who.organizations(SPONSORS)))
        .filter(use_consent::Column::Agreed.is_null())
        .filter(use_consent::Column::ChangeId.in_subquery(open))
        .order_by_asc(use_consent::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    let rows: HashMap<Uuid, use_change::Model> = use_change::Entity::find()
        .filter(use_change::Column::TenantId.eq(who.tenant))
        .filter(use_change::Column::Id.is_in(asked.iter().map(|c| c.change_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    Ok(asked.into_iter().filter_map(|c| Some((rows.get(&c.change_id)?.clone(), c.adoption_id))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_reminders_that_have_passed_only_the_latest_is_sent() {
        let due = 100 * DAY;
        assert_eq!(next_stage(due, None, 90 * DAY), Some((-7, 93 * DAY)));
        assert_eq!(next_stage(due, Some(-7), 94 * DAY), Some((0, due)));
        assert_eq!(next_stage(due, Some(-7), 108 * DAY), Some((7, 107 * DAY)));
        assert_eq!(next_stage(due, None, 200 * DAY), Some((30, 130 * DAY)));
        assert_eq!(next_stage(due, Some(30), 200 * DAY), None);
    }
}
