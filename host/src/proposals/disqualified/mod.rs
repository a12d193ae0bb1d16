//! Disqualification (取消资格): what was won by false statements is taken out again. One person says why, a second one agrees.

pub mod api;
mod pages;
mod queries;

pub use queries::{open_of, waiting};

use super::actions::{leave, write};
use super::queries::{PROPOSES, Seen, Sight, find_visible, place};
use super::rules;
use super::state::{ProposalEvent, ProposalMachine};
use crate::calls;
use crate::lifecycle::{Command, Done, Machine, Step, permit, wrong_state};
use crate::notices::{tell, tell_role};
use crate::{App, Refusal, Who};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use twoway_entity::accounts::Role;
use twoway_entity::proposals::{disqualification, proposal};
use twoway_ids::Uuid;

/// Characters of a reason: who is taken out, and everybody who asks later, is to understand it.
pub const SHORTEST_REASON: usize = 20;

/// A proposal that this person may take out, with its call.
async fn to_take_out(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<proposal::Model, Refusal> {
    let Seen { row, sight } = find_visible(app.db.read(), who, id).await?;
    permit::<ProposalMachine>(who, ProposalEvent::Disqualify, &place(&row))?;
    rules::not_own(&row, who.account(), &who.organizations(PROPOSES))?;
    if sight != Sight::Office {
        return Err(Refusal::NotAllowed);
    }
    command.check_version(row.version)?;
    if ProposalMachine::next(row.state, ProposalEvent::Disqualify).is_none() {
        return Err(wrong_state::<ProposalMachine>(row.state, ProposalEvent::Disqualify));
    }
    Ok(row)
}

/// Says why a proposal is to be disqualified. Nothing changes for it before a second person agrees.
/// Errors: `disqualification-waits` and `disqualification-unexplained` (S5), the field `reason`.
pub async fn propose(app: &App, who: &Who, command: &Command, id: Uuid, why: &str) -> Result<Done, Refusal> {
    let row = to_take_out(app, who, command, id).await?;
    let by = who.account().ok_or(Refusal::SignedOut)?;
    let why = calls::reason(why)?;
    if why.chars().count() < SHORTEST_REASON {
        return Err(Refusal::of("disqualification-unexplained", "S5").with("least", SHORTEST_REASON));
    }
    let call = calls::queries::find(app.db.read(), who.tenant, row.call_id).await?;
    app.act(who, command, move |step| async move {
        if open_of(step.tx(), row.tenant_id, id).await?.is_some() {
            return Err(Refusal::of("disqualification-waits", "S5"));
        }
        step.touch::<ProposalMachine>(
            id,
            (row.state, row.version),
            "disqualification-proposed",
            json!({ "reason": why }),
        )
        .await?;
        write(&step, id, []).await?;
        let new = disqualification::ActiveModel {
            tenant_id: Set(row.tenant_id),
            id: Set(step.new_id()),
            proposal_id: Set(id),
            path: Set(row.path.clone()),
            reason: Set(why),
            proposed_by: Set(by),
            proposed_at: Set(step.now()),
            decided_by: Set(None),
            decided_at: Set(None),
            drop_reason: Set(None),
        };
        let new = new.insert(step.tx()).await?;
        step.wrote(disqualification::Entity, new.id);
        let values = json!({ "title": row.title });
        let link = format!("/proposals/{id}/disqualify");
        let office = call.organization_id;
        tell_role(&step, &[Role::LeadOffice], office, "notice-disqualification-proposed", values, link).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// The second person agrees: the proposal has ended, and its proposer and its sponsors are told why.
/// Errors: `disqualification-none`, `disqualification-needs-second` (S5), `adoption-agreed` (D12).
pub async fn confirm(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let row = to_take_out(app, who, command, id).await?;
    let by = who.account().ok_or(Refusal::SignedOut)?;
    let call = calls::queries::find(app.db.read(), who.tenant, row.call_id).await?;
    app.act(who, command, move |step| async move {
        let open = open_of(step.tx(), row.tenant_id, id).await?.ok_or(Refusal::of("disqualification-none", "S5"))?;
        if open.proposed_by == by {
            return Err(Refusal::of("disqualification-needs-second", "S5"));
        }
        let why = open.reason.as_str();
        leave(&step, (&row, &call), ProposalEvent::Disqualify, (why, "notice-adopted-proposal-disqualified")).await?;
        decide(&step, open.id, by, None).await?;
        let values = json!({ "title": row.title, "reason": why });
        let template = "notice-proposal-disqualified";
        tell(&step, row.owner_id, template, values, format!("/proposals/{id}"), true).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// The second person does not agree, or the first one thinks again; why stays on record.
pub async fn refuse(app: &App, who: &Who, command: &Command, id: Uuid, why: &str) -> Result<Done, Refusal> {
    let row = to_take_out(app, who, command, id).await?;
    let by = who.account().ok_or(Refusal::SignedOut)?;
    let why = calls::reason(why)?;
    app.act(who, command, move |step| async move {
        let open = open_of(step.tx(), row.tenant_id, id).await?.ok_or(Refusal::of("disqualification-none", "S5"))?;
        step.touch::<ProposalMachine>(
            id,
            (row.state, row.version),
            "disqualification-dropped",
            json!({ "reason": why }),
        )
        .await?;
        write(&step, id, []).await?;
        decide(&step, open.id, by, Some(why)).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

async fn decide(step: &Step, open: Uuid, by: Uuid, dropped: Option<String>) -> Result<(), Refusal> {
    disqualification::Entity::update_many()
        .col_expr(disqualification::Column::DecidedBy, Expr::value(by))
        .col_expr(disqualification::Column::DecidedAt, Expr::value(step.now()))
        .col_expr(disqualification::Column::DropReason, Expr::value(dropped))
        .filter(disqualification::Column::TenantId.eq(step.who().tenant))
        .filter(disqualification::Column::Id.eq(open))
        .exec(step.tx())
        .await?;
    step.wrote(disqualification::Entity, open);
    Ok(())
}
