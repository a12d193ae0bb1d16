use super::queries::{Seen, find_visible, open_of};
use super::rules::{self, ANSWER_DAYS};
use super::state::{MergerEvent, MergerMachine, MergerState};
use crate::lifecycle::{Command, Done, Machine, Place, Step, permit, wrong_state};
use crate::notices::{tell, tell_role};
use crate::proposals::queries::{PROPOSES, Sight};
use crate::proposals::screening::advance;
use crate::proposals::state::{ProposalEvent, ProposalMachine};
use crate::proposals::{actions, place, queries};
use crate::{App, Refusal, Who, calendar, calls};
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use twoway_entity::accounts::Role;
use twoway_entity::jobs::job;
use twoway_entity::proposals::proposal;
use twoway_entity::propose::{author, merger};
use twoway_ids::Uuid;

/// Ends a merger that somebody did not answer.
pub const LAPSE: &str = "proposals.merger-due";

/// The office proposes that one proposal goes on in another.
pub async fn propose(
    app: &App,
    who: &Who,
    command: &Command,
    source: Uuid,
    target: Uuid,
    why: &str,
) -> Result<Done, Refusal> {
    let (source, target) = (checked(app, who, source).await?, checked(app, who, target).await?);
    command.check_version(source.version)?;
    let why = calls::reason(why)?;
    rules::mergeable(&source, &target)?;
    rules::free(&open_of(app.db.read(), who.tenant, &[source.id, target.id]).await?)?;
    let call = calls::queries::find(app.db.read(), who.tenant, source.call_id).await?;
    let account = who.account().ok_or(Refusal::SignedOut)?;
    let calendar = calendar::load(app.db.read(), who.tenant, app.config.utc_offset_minutes).await?;
    let due = calendar.add_workdays(app.now(), ANSWER_DAYS);
    app.act(who, command, move |step| async move {
        let id = step.new_id();
        // Two mergers of one proposal at the same moment write the same versions; one of them is told that it is late.
        for row in [&source, &target] {
            let payload = json!({ "merger": id, "reason": why });
            let at = (row.state, row.version);
            step.touch::<ProposalMachine>(row.id, at, "merger-proposed", payload).await?;
        }
        let row = merger::ActiveModel {
            tenant_id: Set(step.who().tenant),
            id: Set(id),
            path: Set(call.path),
            source_id: Set(source.id),
            target_id: Set(target.id),
            reason: Set(why.clone()),
            proposed_by: Set(account),
            source_agreed: Set(None),
            source_named: Set(false),
            target_agreed: Set(None),
            target_named: Set(false),
            due_at: Set(due),
            ended_reason: Set(None),
            state: Set(MergerState::Proposed),
            version: Set(1),
            created_at: Set(step.now()),
        };
        row.insert(step.tx()).await?;
        step.created::<MergerMachine>(id, MergerState::Proposed, json!({ "reason": why }));
        step.set_timer(LAPSE, id.to_string(), due, (MergerMachine::KIND, id), json!({})).await?;
        let until = crate::http::components::exact(due - 1);
        let values = json!({ "source": source.title, "target": target.title, "reason": why, "until": until });
        for owner in [source.owner_id, target.owner_id] {
            tell(&step, owner, "notice-merger-proposed", values.clone(), link(id), true).await?;
        }
        Ok(Done { id, version: 1 })
    })
    .await
}

/// A proposal that the reader checks for the office, and did not write.
async fn checked(app: &App, who: &Who, id: Uuid) -> Result<proposal::Model, Refusal> {
    let seen = queries::find_visible(app.db.read(), who, id).await?;
    crate::proposals::rules::not_own(&seen.row, who.account(), &who.organizations(PROPOSES))?;
    if seen.sight == Sight::Office && who.holds_over(&[Role::LeadOffice], &seen.row.path) {
        Ok(seen.row)
    } else {
        Err(Refusal::NotAllowed)
    }
}

/// A merger that the reader may move by this event: proposers for what is theirs, the office for the call's.
async fn own(app: &App, who: &Who, command: &Command, id: Uuid, event: MergerEvent) -> Result<Seen, Refusal> {
    let seen = find_visible(app.db.read(), who, id).await?;
    let side = if seen.owns_source { &seen.source } else { &seen.target };
    let office = Place { path: &seen.row.path, ..Place::default() };
    let owns = seen.owns_source || seen.owns_target;
    permit::<MergerMachine>(who, event, &if owns { place(side) } else { office })?;
    command.check_version(seen.row.version)?;
    if MergerMachine::next(seen.row.state, event).is_none() {
        return Err(wrong_state::<MergerMachine>(seen.row.state, event));
    }
    Ok(seen)
}

/// A proposer agrees, and says whether the own name may stand beside the other one in public. When both have agreed, it is done.
pub async fn agree(app: &App, who: &Who, command: &Command, id: Uuid, named: bool) -> Result<Done, Refusal> {
    let seen = own(app, who, command, id, MergerEvent::Agree).await?;
    rules::in_time(&seen.row, app.now())?;
    rules::mergeable(&seen.source, &seen.target)?;
    app.act(who, command, move |step| async move {
        let Seen { row, owns_source, owns_target, .. } = &seen;
        let account = step.who().account();
        let payload = json!({ "named": named });
        step.advance::<MergerMachine>(id, (row.state, row.version), MergerEvent::Agree, payload).await?;
        let mut set: Vec<(merger::Column, SimpleExpr)> = Vec::new();
        if *owns_source {
            set.push((merger::Column::SourceAgreed, Expr::value(account)));
            set.push((merger::Column::SourceNamed, Expr::value(named)));
        }
        if *owns_target {
            set.push((merger::Column::TargetAgreed, Expr::value(account)));
            set.push((merger::Column::TargetNamed, Expr::value(named)));
        }
        write(&step, id, set).await?;
        let both = (*owns_source || row.source_agreed.is_some()) && (*owns_target || row.target_agreed.is_some());
        if both {
            let named = if *owns_source { named } else { row.source_named };
            complete(&step, &seen, named).await?;
        }
        Ok(Done { id, version: row.version + 1 + i32::from(both) })
    })
    .await
}

/// One proposal ends in the other, whose authors they are from now on together.
async fn complete(step: &Step, seen: &Seen, named: bool) -> Result<(), Refusal> {
    let (row, source, target) = (&seen.row, &seen.source, &seen.target);
    let agreed = (row.state, row.version + 1);
    step.advance::<MergerMachine>(row.id, agreed, MergerEvent::Complete, json!({})).await?;
    step.cancel_timer(LAPSE, &row.id.to_string()).await?;
    let into = json!({ "into": target.id, "merger": row.id, "reason": row.reason });
    advance(step, source, ProposalEvent::Merge, into).await?;
    actions::write(step, source.id, []).await?;
    let from = json!({ "from": source.id, "merger": row.id, "receipt": source.receipt });
    step.touch::<ProposalMachine>(target.id, (target.state, target.version), "absorbed", from).await?;
    actions::write(step, target.id, []).await?;
    // Who was merged into the one that ends now comes along.
    let tenant = step.who().tenant;
    let earlier = author::Entity::find()
        .filter(author::Column::TenantId.eq(tenant))
        .filter(author::Column::ProposalId.eq(source.id))
        .all(step.tx())
        .await?;
    let own = (source.id, source.owner_id, source.organization_id, named);
    let along = earlier.into_iter().map(|a| (a.source_id, a.account_id, a.organization_id, a.named));
    for (source_id, account_id, organization_id, named) in std::iter::once(own).chain(along) {
        let row = author::ActiveModel {
            tenant_id: Set(tenant),
            id: Set(step.new_id()),
            proposal_id: Set(target.id),
            source_id: Set(source_id),
            account_id: Set(account_id),
            organization_id: Set(organization_id),
            named: Set(named),
            at: Set(step.now()),
        };
        let row = row.insert(step.tx()).await?;
        step.wrote(author::Entity, row.id);
    }
    let values = json!({ "source": source.title, "target": target.title });
    for owner in [source.owner_id, target.owner_id] {
        let link = format!("/proposals/{}", target.id);
        tell(step, owner, "notice-merger-done", values.clone(), link, false).await?;
    }
    to_office(step, seen, "notice-merger-done", values).await
}

/// Takes an agreement back while the other side has not agreed.
pub async fn take_back(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let seen = own(app, who, command, id, MergerEvent::TakeBack).await?;
    let row = &seen.row;
    rules::agreed_before([
        row.source_agreed.filter(|_| seen.owns_source),
        row.target_agreed.filter(|_| seen.owns_target),
    ])?;
    app.act(who, command, move |step| async move {
        let row = &seen.row;
        step.advance::<MergerMachine>(id, (row.state, row.version), MergerEvent::TakeBack, json!({})).await?;
        let mut set: Vec<(merger::Column, SimpleExpr)> = Vec::new();
        if seen.owns_source {
            set.push((merger::Column::SourceAgreed, Expr::value(None::<Uuid>)));
        }
        if seen.owns_target {
            set.push((merger::Column::TargetAgreed, Expr::value(None::<Uuid>)));
        }
        write(&step, id, set).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// A proposer does not agree; both proposals go on.
pub async fn refuse(app: &App, who: &Who, command: &Command, id: Uuid, why: &str) -> Result<Done, Refusal> {
    end(app, who, command, id, MergerEvent::Refuse, why).await
}

/// The office takes it back; both proposals go on.
pub async fn call_off(app: &App, who: &Who, command: &Command, id: Uuid, why: &str) -> Result<Done, Refusal> {
    end(app, who, command, id, MergerEvent::CallOff, why).await
}

async fn end(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    event: MergerEvent,
    why: &str,
) -> Result<Done, Refusal> {
    let seen = own(app, who, command, id, event).await?;
    let why = calls::reason(why)?;
    app.act(who, command, move |step| async move {
        let row = &seen.row;
        step.advance::<MergerMachine>(id, (row.state, row.version), event, json!({ "reason": why })).await?;
        write(&step, id, [(merger::Column::EndedReason, Expr::value(why.clone()))]).await?;
        step.cancel_timer(LAPSE, &id.to_string()).await?;
        let template = if event == MergerEvent::Refuse { "notice-merger-refused" } else { "notice-merger-called-off" };
        let values = json!({ "source": seen.source.title, "target": seen.target.title, "reason": why });
        for owner in [seen.source.owner_id, seen.target.owner_id] {
            tell(&step, owner, template, values.clone(), link(id), false).await?;
        }
        to_office(&step, &seen, template, values).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Nobody's silence is consent.
pub async fn lapse(app: App, job: job::Model) -> Result<(), Refusal> {
    let id = calls::jobs::subject(&job)?;
    let who = app.system(LAPSE);
    let seen = find_visible(app.db.read(), &who, id).await?;
    if seen.row.state != MergerState::Proposed || app.now() < seen.row.due_at {
        return Ok(());
    }
    app.act(&who, &Command::default(), move |step| async move {
        let row = &seen.row;
        step.advance::<MergerMachine>(id, (row.state, row.version), MergerEvent::Lapse, json!({})).await?;
        let values = json!({ "source": seen.source.title, "target": seen.target.title });
        for owner in [seen.source.owner_id, seen.target.owner_id] {
            tell(&step, owner, "notice-merger-lapsed", values.clone(), link(id), false).await?;
        }
        to_office(&step, &seen, "notice-merger-lapsed", values).await
    })
    .await
}

async fn to_office(step: &Step, seen: &Seen, template: &str, values: Value) -> Result<(), Refusal> {
    let call = calls::queries::find(step.tx(), step.who().tenant, seen.source.call_id).await?;
    tell_role(step, &[Role::LeadOffice], call.organization_id, template, values, link(seen.row.id)).await
}

async fn write(
    step: &Step,
    id: Uuid,
    set: impl IntoIterator<Item = (merger::Column, SimpleExpr)>,
) -> Result<(), Refusal> {
    let mut update = merger::Entity::update_many()
        .filter(merger::Column::TenantId.eq(step.who().tenant))
        .filter(merger::Column::Id.eq(id));
    for (column, value) in set {
        update = update.col_expr(column, value);
    }
    update.exec(step.tx()).await?;
    Ok(())
}

fn link(id: Uuid) -> String {
    format!("/mergers/{id}")
}
