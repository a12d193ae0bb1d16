use super::queries;
use crate::calls::{self, CallState};
use crate::lifecycle::{Command, Done, Machine, Step, permit, wrong_state};
use crate::notices::tell;
use crate::proposals::queries::{PROPOSES, Seen, Sight, find_visible, place};
use crate::proposals::rules;
use crate::proposals::state::{ProposalEvent, ProposalMachine};
use crate::{App, Refusal, Who};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use twoway_entity::proposals::proposal;
use twoway_entity::propose::late_submission;
use twoway_ids::Uuid;

/// The reason of a late submission. Errors: `late-reason-missing`, also for one of over 2,000 characters.
pub(in crate::proposals) fn reason(text: Option<&str>) -> Result<String, Refusal> {
    calls::reason(text.unwrap_or_default()).map_err(|refusal| match refusal {
        Refusal::Invalid(_) => Refusal::rule("late-reason-missing"),
        other => other,
    })
}

/// Marks the submission of the same step as late, with its reason.
pub async fn hand_in(step: &Step, row: &proposal::Model, why: Option<&str>) -> Result<(), Refusal> {
    let late = late_submission::ActiveModel {
        tenant_id: Set(step.who().tenant),
        id: Set(row.id),
        call_id: Set(row.call_id),
        path: Set(row.path.clone()),
        reason: Set(reason(why)?),
        submitted_at: Set(step.now()),
        accepted_by: Set(None),
        accepted_at: Set(None),
        note: Set(None),
    };
    late.insert(step.tx()).await?;
    step.wrote(late_submission::Entity, row.id);
    Ok(())
}

/// The office takes a late proposal as if it were in time, and says why.
///
/// Errors: `checks-own-proposal`, `not-late`, `late-accepted`, `call-not-in-screening`, the field `reason`.
pub async fn accept(app: &App, who: &Who, command: &Command, id: Uuid, why: &str) -> Result<Done, Refusal> {
    let db = app.db.read();
    let Seen { row, sight } = find_visible(db, who, id).await?;
    rules::not_own(&row, who.account(), &who.organizations(PROPOSES))?;
    if sight != Sight::Office {
        return Err(Refusal::NotAllowed);
    }
    permit::<ProposalMachine>(who, ProposalEvent::Admit, &place(&row))?;
    command.check_version(row.version)?;
    let call = calls::queries::find(db, who.tenant, row.call_id).await?;
    if ProposalMachine::next(row.state, ProposalEvent::Admit).is_none() {
        return Err(wrong_state::<ProposalMachine>(row.state, ProposalEvent::Admit));
    }
    if call.state != CallState::Screening {
        return Err(Refusal::of("call-not-in-screening", "M1"));
    }
    match queries::of(db, who.tenant, id).await? {
        None => return Err(Refusal::rule("not-late")),
        Some(late) if late.accepted_at.is_some() => return Err(Refusal::rule("late-accepted")),
        Some(_) => {}
    }
    let why = calls::reason(why)?;
    let account = who.account().ok_or(Refusal::SignedOut)?;
    app.act(who, command, move |step| async move {
        let seen = (row.state, row.version);
        step.touch::<ProposalMachine>(id, seen, "late-accepted", json!({ "reason": why })).await?;
        late_submission::Entity::update_many()
            .col_expr(late_submission::Column::AcceptedBy, Expr::value(account))
            .col_expr(late_submission::Column::AcceptedAt, Expr::value(step.now()))
            .col_expr(late_submission::Column::Note, Expr::value(why))
            .filter(late_submission::Column::TenantId.eq(step.who().tenant))
            .filter(late_submission::Column::Id.eq(id))
            .exec(step.tx())
            .await?;
        step.wrote(late_submission::Entity, id);
        let values = json!({ "title": row.title });
        tell(&step, row.owner_id, "notice-proposal-late-accepted", values, format!("/proposals/{id}"), false).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}
