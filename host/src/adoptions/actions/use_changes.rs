//! 改变用途 (慈善法 §56): what was given for one use is used for another only when everybody who gave it agrees.

use super::due::set_day;
use super::{acting, link};
use crate::adoptions::fulfilment::{self, ANSWER, Change};
use crate::adoptions::model::said;
use crate::adoptions::queries;
use crate::adoptions::rules::{self, SPONSORS};
use crate::adoptions::use_change::{UseChangeEvent, UseChangeMachine, UseChangeState};
use crate::adoptions::{AdoptionMachine, FROZEN, RUNNING};
use crate::lifecycle::{Command, Done, Step, wrong_state};
use crate::needs;
use crate::{App, Refusal, Who, notices, proposals};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use twoway_entity::accounts::Role;
use twoway_entity::fulfilment::{use_change, use_consent};
use twoway_entity::needs::need_line;
use twoway_entity::projects::project;
use twoway_entity::proposals::proposal;
use twoway_ids::{DAY, Uuid};

/// The job that ends the time to answer.
pub const USE_CHANGE: &str = "adoptions.use-change";

/// Whether the reader leads what this proposal has become: its proposer, or the project's lead.
pub async fn leads(db: &impl ConnectionTrait, who: &Who, row: &proposal::Model) -> Result<bool, Refusal> {
    if proposals::queries::is_own(who, row) {
        return Ok(true);
    }
    let project = project::Entity::find()
        .filter(project::Column::TenantId.eq(who.tenant))
        .filter(project::Column::ProposalId.eq(row.id))
        .one(db)
        .await?;
    Ok(project.is_some_and(|p| {
        Some(p.lead_id) == who.account() || p.team_id.is_some_and(|team| who.holds_at(&[Role::TeamLead], team))
    }))
}

/// Whether the reader sees all answers: the lead, and the office in its subtree.
pub async fn sees_changes(db: &impl ConnectionTrait, who: &Who, row: &proposal::Model) -> Result<bool, Refusal> {
    Ok(who.holds_over(proposals::queries::OFFICE_READS, &row.path) || leads(db, who, row).await?)
}

/// The lead asks those who gave something on a line whether it may be used otherwise. Until all agree, or the lead takes it back,
/// nothing is delivered on this line; other lines go on.
pub async fn ask_use_change(
    app: &App,
    who: &Who,
    command: &Command,
    line: Uuid,
    new_use: &str,
    reason: &str,
) -> Result<Done, Refusal> {
    let db = app.db.read();
    let (line, seen) = needs::queries::find_visible(db, who, line).await?;
    if who.account().is_none() {
        return Err(Refusal::SignedOut);
    }
    if !leads(db, who, &seen.row).await? {
        return Err(Refusal::NotAllowed);
    }
    let new_use = said("new_use", new_use, 10, 2_000)?;
    let reason = said("reason", reason, 10, 2_000)?;
    app.act(who, &acting(command, seen.row.organization_id), move |step| async move {
        let tenant = line.tenant_id;
        // Two who ask in the same moment do so one after the other.
        needs::lock(step.tx(), tenant, line.id).await?;
        if !fulfilment::frozen(step.tx(), tenant, &[line.id]).await?.is_empty() {
            return Err(Refusal::of("use-change-open", "D12"));
        }
        let affected = fulfilment::affected(step.tx(), tenant, line.id).await?;
        if affected.is_empty() {
            return Err(Refusal::rule("nobody-to-ask"));
        }
        let (id, due_at) = (step.new_id(), step.now() + ANSWER);
        let row = use_change::ActiveModel {
            tenant_id: Set(tenant),
            id: Set(id),
            proposal_id: Set(line.proposal_id),
            line_id: Set(line.id),
            new_use: Set(new_use.clone()),
            reason: Set(reason.clone()),
            asked_by: Set(step.who().account().ok_or(Refusal::SignedOut)?),
            due_at: Set(due_at),
            ended_at: Set(None),
            state: Set(UseChangeState::Open),
            version: Set(1),
            created_at: Set(step.now()),
        };
        row.insert(step.tx()).await?;
        let facts = json!({ "line": line.title, "new_use": new_use, "reason": reason });
        step.created::<UseChangeMachine>(id, UseChangeState::Open, facts.clone());
        step.set_timer(USE_CHANGE, id.to_string(), due_at, ("use-change", id), json!({})).await?;
        let told = json!({ "project": seen.row.title, "line": line.title });
        for (adoption, _) in affected {
            let consent = use_consent::ActiveModel {
                tenant_id: Set(tenant),
                id: Set(step.new_id()),
                change_id: Set(id),
                adoption_id: Set(adoption.id),
                organization_id: Set(adoption.organization_id),
                agreed: Set(None),
                answered_by: Set(None),
                answered_at: Set(None),
                note: Set(None),
            };
            step.wrote_rows(&[consent.insert(step.tx()).await?]);
            let from = (adoption.state, adoption.version);
            step.touch::<AdoptionMachine>(adoption.id, from, "use-change-asked", facts.clone()).await?;
            let (to, link) = (adoption.organization_id, link(adoption.id));
            notices::tell_role(&step, SPONSORS, to, "notice-use-change-asked", told.clone(), link).await?;
        }
        Ok(Done { id, version: 1 })
    })
    .await
}

/// One sponsor answers for what it adopted. With the last consent the new use takes effect; one refusal keeps the agreed use.
pub async fn answer_use_change(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    adoption: Uuid,
    agreed: bool,
    note: &str,
) -> Result<Done, Refusal> {
    let db = app.db.read();
    let seen = queries::find_visible(db, who, adoption).await?;
    let Change { row, consents } = fulfilment::change(db, who.tenant, id).await?;
    let consent = consents.iter().find(|c| c.adoption_id == adoption).ok_or(Refusal::NotFound)?.clone();
    rules::signatory(who, seen.row.organization_id)?;
    command.check_version(row.version)?;
    let mut event = if agreed { UseChangeEvent::Agree } else { UseChangeEvent::Refuse };
    if row.state != UseChangeState::Open {
        return Err(wrong_state::<UseChangeMachine>(row.state, event));
    }
    if consent.agreed.is_some() {
        return Err(Refusal::rule("answered-already"));
    }
    let note = if agreed && note.trim().is_empty() { None } else { Some(said("note", note, 1, 1_000)?) };
    if agreed && consents.iter().all(|c| c.id == consent.id || c.agreed == Some(true)) {
        event = UseChangeEvent::TakeEffect;
    }
    app.act(who, &acting(command, Some(seen.row.organization_id)), move |step| async move {
        let facts = json!({ "adoption": adoption, "agreed": agreed, "reason": note, "new_use": row.new_use });
        let from = (row.state, row.version);
        step.advance::<UseChangeMachine>(id, from, event, facts.clone()).await?;
        use_consent::Entity::update_many()
            .col_expr(use_consent::Column::Agreed, Expr::value(Some(agreed)))
            .col_expr(use_consent::Column::AnsweredBy, Expr::value(step.who().account()))
            .col_expr(use_consent::Column::AnsweredAt, Expr::value(Some(step.now())))
            .col_expr(use_consent::Column::Note, Expr::value(note))
            .filter(use_consent::Column::TenantId.eq(row.tenant_id))
            .filter(use_consent::Column::Id.eq(consent.id))
            .exec(step.tx())
            .await?;
        step.wrote(use_consent::Entity, consent.id);
        let name = if agreed { "use-change-agreed" } else { "use-change-refused" };
        step.touch::<AdoptionMachine>(adoption, (seen.row.state, seen.row.version), name, facts).await?;
        let template = match event {
            UseChangeEvent::TakeEffect => "notice-use-change-effective",
            UseChangeEvent::Refuse => "notice-use-change-refused",
            _ => "notice-use-change-agreed",
        };
        if event == UseChangeEvent::TakeEffect {
            thaw(&step, &row).await?;
        }
        tell_lead(&step, &row, &seen.proposal, template).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

async fn tell_lead(step: &Step, row: &use_change::Model, of: &proposal::Model, template: &str) -> Result<(), Refusal> {
    let line = need_line::Entity::find_by_id((row.tenant_id, row.line_id)).one(step.tx()).await?;
    let told = json!({ "project": of.title, "line": line.map(|l| l.title).unwrap_or_default() });
    step.notify(row.asked_by, template, told, format!("/needs/{}/use", row.line_id)).await
}

/// The lead takes a change back: the agreed use stays, and the line goes on.
pub async fn withdraw_use_change(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    reason: &str,
) -> Result<Done, Refusal> {
    let db = app.db.read();
    let Change { row, consents } = fulfilment::change(db, who.tenant, id).await?;
    let (line, seen) = needs::queries::find_visible(db, who, row.line_id).await?;
    if !leads(db, who, &seen.row).await? {
        return Err(Refusal::NotAllowed);
    }
    command.check_version(row.version)?;
    if !FROZEN.contains(&row.state) {
        return Err(wrong_state::<UseChangeMachine>(row.state, UseChangeEvent::Withdraw));
    }
    let reason = said("reason", reason, 1, 1_000)?;
    app.act(who, &acting(command, seen.row.organization_id), move |step| async move {
        let facts: Value = json!({ "line": line.title, "reason": reason });
        step.advance::<UseChangeMachine>(id, (row.state, row.version), UseChangeEvent::Withdraw, facts).await?;
        thaw(&step, &row).await?;
        let told = json!({ "project": seen.row.title, "line": line.title });
        for consent in consents {
            let (to, link) = (consent.organization_id, link(consent.adoption_id));
            notices::tell_role(&step, SPONSORS, to, "notice-use-change-withdrawn", told.clone(), link).await?;
        }
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// The line goes on: the days on which nothing could be delivered do not count against the sponsors.
async fn thaw(step: &Step, row: &use_change::Model) -> Result<(), Refusal> {
    use_change::Entity::update_many()
        .col_expr(use_change::Column::EndedAt, Expr::value(Some(step.now())))
        .filter(use_change::Column::TenantId.eq(row.tenant_id))
        .filter(use_change::Column::Id.eq(row.id))
        .exec(step.tx())
        .await?;
    step.cancel_timer(USE_CHANGE, &row.id.to_string()).await?;
    let days = (step.now() - row.created_at + DAY - 1) / DAY;
    for (adoption, commitment) in fulfilment::affected(step.tx(), row.tenant_id, row.line_id).await? {
        let open = commitment.quantity > commitment.delivered + commitment.released;
        let due = commitment.due_on.as_deref().and_then(|due| due.parse::<chrono::NaiveDate>().ok());
        if let (true, true, Some(due)) = (open, RUNNING.contains(&adoption.state), due) {
            let later = due + chrono::Days::new(u64::try_from(days).unwrap_or_default());
            set_day(step, commitment.id, &later.to_string()).await?;
        }
    }
    Ok(())
}

/// The time to answer is over: who was silent has not agreed. The lead takes the change back, and may ask anew.
pub async fn expire_use_change(app: &App, who: &Who, id: Uuid) -> Result<(), Refusal> {
    let db = app.db.read();
    let Change { row, .. } = match fulfilment::change(db, who.tenant, id).await {
        Err(Refusal::NotFound) => return Ok(()),
        found => found?,
    };
    if row.state != UseChangeState::Open || row.due_at > app.now() {
        return Ok(());
    }
    let of = proposal::Entity::find_by_id((who.tenant, row.proposal_id)).one(db).await?.ok_or(Refusal::NotFound)?;
    app.act(who, &Command::default(), move |step| async move {
        step.advance::<UseChangeMachine>(id, (row.state, row.version), UseChangeEvent::Expire, json!({})).await?;
        tell_lead(&step, &row, &of, "notice-use-change-expired").await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await?;
    Ok(())
}
