use super::{MOST, queries};
use crate::calls::{self, CallEvent};
use crate::lifecycle::{Command, Done, Step};
use crate::notices::tell;
use crate::proposals::ProposalState;
use crate::reviews::model;
use crate::reviews::roadshow::{self, combined};
use crate::reviews::state::ReviewState;
use crate::{App, Refusal, Who};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;
use twoway_entity::proposals::proposal;
use twoway_entity::reviews::{review, second_item, second_round};
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;
use utoipa::ToSchema;

/// What goes into the second round, and how it counts.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SecondRound)]
pub struct Round {
    pub proposals: Vec<Uuid>,
    /// Percent of the score that the second round counts, 1 to 100.
    #[serde(default = "half")]
    pub weight: i32,
}

fn half() -> i32 {
    50
}

/// Sends the best proposals back to the reviewers, once, before any roadshow.
///
/// Errors: `no-second-round-in-call` and `roadshow-before-second-round` (M1), `second-round-once` (M3), `not-under-review` (M3); the
/// fields `proposals` and `weight`.
pub async fn start(app: &App, who: &Who, command: &Command, call_id: Uuid, input: Round) -> Result<Done, Refusal> {
    let call = calls::actions::may_cause(app, who, command, call_id, CallEvent::StartSecondRound).await?;
    let (db, tenant) = (app.db.read(), who.tenant);
    let by = who.account().ok_or(Refusal::SignedOut)?;
    if !calls::steps(db, tenant, call_id).await?.second_round {
        return Err(Refusal::of("no-second-round-in-call", "M1"));
    }
    if queries::started(db, tenant, call_id).await? {
        return Err(Refusal::of("second-round-once", "M3"));
    }
    if roadshow::planned(db, tenant, call_id).await? {
        return Err(Refusal::of("roadshow-before-second-round", "M1"));
    }
    let chosen: BTreeSet<Uuid> = input.proposals.into_iter().collect();
    if chosen.is_empty() {
        return Err(Refusal::field("proposals", FieldProblem::Missing));
    }
    if chosen.len() > MOST {
        return Err(Refusal::field("proposals", FieldProblem::TooLong { max: MOST as u32 }));
    }
    match input.weight {
        ..1 => return Err(Refusal::field("weight", FieldProblem::TooSmall { min: 1 })),
        101.. => return Err(Refusal::field("weight", FieldProblem::TooLarge { max: 100 })),
        _ => {}
    }
    app.act(who, command, move |step| async move {
        let rows = proposal::Entity::find()
            .filter(proposal::Column::TenantId.eq(tenant))
            .filter(proposal::Column::CallId.eq(call_id))
            .filter(proposal::Column::State.eq(ProposalState::UnderReview))
            .filter(proposal::Column::Id.is_in(chosen.iter().copied()))
            .all(step.tx())
            .await?;
        if rows.len() != chosen.len() {
            return Err(Refusal::of("not-under-review", "M3"));
        }
        let payload = json!({ "proposals": chosen, "weight": input.weight });
        calls::actions::advance(&step, &call, CallEvent::StartSecondRound, payload).await?;
        let round = second_round::ActiveModel {
            tenant_id: Set(tenant),
            call_id: Set(call_id),
            weight: Set(input.weight),
            started_by: Set(by),
            started_at: Set(step.now()),
        };
        round.insert(step.tx()).await.map_err(crate::refusal::stale_if_taken)?;
        step.wrote(second_round::Entity, call_id);
        for row in rows {
            let item = second_item::ActiveModel {
                tenant_id: Set(tenant),
                call_id: Set(call_id),
                proposal_id: Set(row.id),
                first: Set(row.score),
            };
            item.insert(step.tx()).await?;
            step.wrote(second_item::Entity, (call_id, row.id));
            let values = json!({ "title": row.title });
            tell(&step, row.owner_id, "notice-second-round", values, format!("/proposals/{}", row.id), false).await?;
        }
        Ok(Done { id: call_id, version: call.version + 1 })
    })
    .await
}

/// The score of a proposal from its fixed reviews, without one of them: the mean, or both rounds by their weight.
pub async fn score_after(step: &Step, of: &proposal::Model, without: Uuid) -> Result<Option<i32>, Refusal> {
    let tenant = step.who().tenant;
    let rows = crate::reviews::queries::of_proposals(step.tx(), tenant, &[of.id]).await?;
    let counted: Vec<&review::Model> =
        rows.iter().filter(|row| row.state == ReviewState::Closed && row.id != without).collect();
    let mean = |rows: Vec<&&review::Model>| model::mean(&rows.iter().filter_map(|row| row.total).collect::<Vec<_>>());
    let round = queries::of(step.tx(), tenant, of.call_id).await?;
    let item = second_item::Entity::find_by_id((tenant, of.call_id, of.id)).one(step.tx()).await?;
    let Some((round, item)) = round.zip(item) else { return Ok(mean(counted.iter().collect())) };
    let first = mean(counted.iter().filter(|row| row.assigned_at < round.started_at).collect());
    let second = mean(counted.iter().filter(|row| row.assigned_at >= round.started_at).collect());
    if item.first != first {
        second_item::Entity::update_many()
            .col_expr(second_item::Column::First, Expr::value(first))
            .filter(second_item::Column::TenantId.eq(tenant))
            .filter(second_item::Column::CallId.eq(of.call_id))
            .filter(second_item::Column::ProposalId.eq(of.id))
            .exec(step.tx())
            .await?;
        step.wrote(second_item::Entity, (of.call_id, of.id));
    }
    Ok(second.map_or(first, |second| Some(combined(first, second, round.weight))))
}
