//! What becomes of the adoptions of a proposal whose proposer has left.

use super::super::queries;
use super::super::state::{AdoptionEvent, AdoptionState, ENDED};
use super::hold::end;
use super::tell_office;
use crate::lifecycle::Command;
use crate::{App, Refusal, Who};
use sea_orm::{ActiveEnum, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;
use twoway_entity::adoptions::adoption;
use twoway_ids::Uuid;

/// Ends what was not agreed yet, each in a step of its own: what was held is released. The sponsors were told when the proposer left.
pub async fn proposal_withdrawn(app: &App, who: &Who, proposal: Uuid, reason: &str) -> Result<(), Refusal> {
    let over = ENDED.iter().chain(&[AdoptionState::Active]).map(|state| state.to_value());
    let mut going_on: Vec<(Uuid, AdoptionState)> = adoption::Entity::find()
        .select_only()
        .column(adoption::Column::Id)
        .column(adoption::Column::State)
        .filter(adoption::Column::TenantId.eq(who.tenant))
        .filter(adoption::Column::ProposalId.eq(proposal))
        .filter(adoption::Column::State.is_not_in(over))
        .into_tuple()
        .all(app.db.read())
        .await?;
    // Who waits in the queue goes first, so that nothing is offered to them that others give back.
    going_on.sort_by_key(|(id, state)| (*state != AdoptionState::Queued, *state != AdoptionState::Offered, *id));
    for (id, _) in going_on {
        let seen = queries::load(app.db.read(), who, id).await?;
        // An agreement that waits for confirmations runs out; all others are declined.
        let event = match seen.row.state {
            AdoptionState::Signing => AdoptionEvent::Lapse,
            state if ENDED.contains(&state) || state == AdoptionState::Active => continue,
            _ => AdoptionEvent::Decline,
        };
        let reason = reason.to_string();
        app.act(who, &Command::default(), move |step| async move {
            end(&step, &seen, event, Some(reason.clone())).await?;
            let values = json!({ "project": seen.proposal.title, "reason": reason });
            let link = format!("/adoptions/{}", seen.row.id);
            tell_office(&step, &seen.row.path, "notice-adopted-proposal-withdrawn", values, link).await
        })
        .await?;
    }
    Ok(())
}
