//! The public notice (公示) of an adoption: between the last signature and the agreement's force whoever objects is heard.

use super::AdoptionState;
use super::model::Committed;
use super::queries::{committed, organizations};
use crate::lifecycle::Step;
use crate::needs::NeedKind;
use crate::{Refusal, reviews};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use twoway_entity::adoptions::adoption;
use twoway_entity::agreements::public_notice;
use twoway_entity::calls::call;
use twoway_entity::objections::objection;
use twoway_ids::{Millis, Uuid};

/// Working days of a notice where the call says nothing else.
pub const DAYS: u32 = 5;

/// Where nobody gives anything but time or coverage, nothing needs to be announced.
pub fn needed(lines: &[Committed]) -> bool {
    !lines.iter().all(|l| matches!(l.line.kind, NeedKind::People | NeedKind::Media))
}

/// How many working days the call gives to its public notices.
pub async fn days(db: &impl ConnectionTrait, tenant: Uuid, call: Uuid) -> Result<u32, Refusal> {
    let days = call::Entity::find_by_id((tenant, call)).one(db).await?.map(|c| c.notice_days);
    Ok(days.and_then(|days| u32::try_from(days).ok()).filter(|days| *days > 0).unwrap_or(DAYS))
}

/// The notice of an adoption, running or over.
pub async fn of(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    adoption: Uuid,
) -> Result<Option<public_notice::Model>, Refusal> {
    Ok(public_notice::Entity::find_by_id((tenant, adoption)).one(db).await?)
}

/// Whether something keeps this adoption from coming into force although its notice is over: an open objection, or the office's own
/// hold, of which [`put_on_hold`] and [`lift_hold`] are the only writers.
pub async fn is_held(db: &impl ConnectionTrait, tenant: Uuid, adoption: Uuid) -> Result<bool, Refusal> {
    let stopped = of(db, tenant, adoption).await?.is_some_and(|notice| notice.held_at.is_some());
    Ok(stopped || is_objected(db, tenant, adoption).await?)
}

/// Whether an objection to this adoption is being handled.
pub async fn is_objected(db: &impl ConnectionTrait, tenant: Uuid, adoption: Uuid) -> Result<bool, Refusal> {
    Ok(!reviews::queries::objected(db, tenant, &[adoption]).await?.is_empty())
}

/// The notice ends without effect, because an objection was upheld. Its row makes room for the next one.
pub(super) async fn end(step: &Step, adoption: Uuid) -> Result<(), Refusal> {
    public_notice::Entity::delete_by_id((step.who().tenant, adoption)).exec(step.tx()).await?;
    step.wrote(public_notice::Entity, adoption);
    Ok(())
}

/// Holds a notice back inside a step that has its own event. Errors: `notice-held-already`; [`Refusal::NotFound`] without a notice.
pub async fn put_on_hold(step: &Step, adoption: Uuid, reason: &str) -> Result<(), Refusal> {
    let notice = of(step.tx(), step.who().tenant, adoption).await?.ok_or(Refusal::NotFound)?;
    if notice.held_at.is_some() {
        return Err(Refusal::rule("notice-held-already"));
    }
    write(step, adoption, Some((step.now(), reason))).await
}

/// Lets a notice run on inside a step that has its own event; gives when it ends. Errors: `notice-not-held`.
pub async fn lift_hold(step: &Step, adoption: Uuid) -> Result<Millis, Refusal> {
    let notice = of(step.tx(), step.who().tenant, adoption).await?.ok_or(Refusal::NotFound)?;
    if notice.held_at.is_none() {
        return Err(Refusal::rule("notice-not-held"));
    }
    write(step, adoption, None).await?;
    Ok(notice.ends_at.max(step.now()))
}

async fn write(step: &Step, adoption: Uuid, held: Option<(Millis, &str)>) -> Result<(), Refusal> {
    use public_notice::Column as C;
    public_notice::Entity::update_many()
        .col_expr(C::HeldAt, Expr::value(held.map(|(at, _)| at)))
        .col_expr(C::HeldBy, Expr::value(step.who().account().filter(|_| held.is_some())))
        .col_expr(C::HeldReason, Expr::value(held.map(|(_, reason)| reason.to_string())))
        .filter(C::TenantId.eq(step.who().tenant))
        .filter(C::AdoptionId.eq(adoption))
        .exec(step.tx())
        .await?;
    step.wrote(public_notice::Entity, adoption);
    Ok(())
}

/// One adoption in public notice, as everybody may read it.
#[derive(Clone, Debug)]
pub struct Announced {
    pub adoption: Uuid,
    /// None where the sponsor does not want to be named.
    pub sponsor: Option<String>,
    pub lines: Vec<Committed>,
    pub ends_at: Millis,
    /// The office holds the notice back.
    pub held: bool,
    /// An objection is being handled.
    pub objected: bool,
}

/// What the public is told of objections to the adoptions of a proposal, oldest first.
pub async fn answers(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    proposal: Uuid,
) -> Result<Vec<objection::Model>, Refusal> {
    let adoptions: Vec<Uuid> = adoption::Entity::find()
        .select_only()
        .column(adoption::Column::Id)
        .filter(adoption::Column::TenantId.eq(tenant))
        .filter(adoption::Column::ProposalId.eq(proposal))
        .order_by_desc(adoption::Column::CreatedAt)
        .limit(500)
        .into_tuple()
        .all(db)
        .await?;
    reviews::queries::answered_objections(db, tenant, &adoptions).await
}

/// What of a proposal is in public notice now; at most 100, the earliest first.
pub async fn announced(db: &impl ConnectionTrait, tenant: Uuid, proposal: Uuid) -> Result<Vec<Announced>, Refusal> {
    let rows = adoption::Entity::find()
        .filter(adoption::Column::TenantId.eq(tenant))
        .filter(adoption::Column::ProposalId.eq(proposal))
        .filter(adoption::Column::State.eq(AdoptionState::InNotice))
        .order_by_asc(adoption::Column::CreatedAt)
        .limit(100)
        .all(db)
        .await?;
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    let mut lines = committed(db, tenant, &ids).await?;
    let named = rows.iter().filter(|r| r.named).map(|r| r.organization_id);
    let sponsors = organizations(db, tenant, named.collect::<Vec<_>>()).await?;
    let notices: HashMap<Uuid, public_notice::Model> = public_notice::Entity::find()
        .filter(public_notice::Column::TenantId.eq(tenant))
        .filter(public_notice::Column::AdoptionId.is_in(ids))
        .all(db)
        .await?
        .into_iter()
        .map(|n| (n.adoption_id, n))
        .collect();
    let objected = reviews::queries::objected(db, tenant, &rows.iter().map(|r| r.id).collect::<Vec<_>>()).await?;
    let told = |row: adoption::Model| {
        let notice = notices.get(&row.id)?;
        Some(Announced {
            adoption: row.id,
            objected: objected.contains(&row.id),
            sponsor: sponsors.get(&row.organization_id).filter(|_| row.named).map(|o| o.name.clone()),
            lines: lines.remove(&row.id).unwrap_or_default(),
            ends_at: notice.ends_at,
            held: notice.held_at.is_some(),
        })
    };
    Ok(rows.into_iter().filter_map(told).collect())
}
