use super::desk::{self, followers::tell_followers, settings::Settings};
use super::form::{self, form_of};
use super::model::{CallInput, reason, rubric_of};
use super::queries::{find_visible, place};
use super::rules;
use super::state::{CallEvent, CallMachine, CallState};
use crate::lifecycle::{Command, Done, Machine, Step, permit};
use crate::notices::{tell, tell_role};
use crate::{App, Refusal, Who};
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use twoway_entity::accounts::Role;
use twoway_entity::calls::call;
use twoway_entity::organizations::organization;
use twoway_entity::proposals::{ProposalState, proposal};
use twoway_ids::{Millis, Uuid};

/// Opens the call at its moment.
pub const OPEN_TIMER: &str = "calls.open";
/// Closes the call at its moment.
pub const CLOSE_TIMER: &str = "calls.close";

/// Drafts a call for an office. `organization`: where the person works; it may be left out where there is only one.
pub async fn create(
    app: &App,
    who: &Who,
    command: &Command,
    organization: Option<Uuid>,
    input: CallInput,
) -> Result<Done, Refusal> {
    create_with(app, who, command, organization, input, (Settings::default(), None)).await
}

/// Drafts a call that is more than its content: how it runs, and the call from which it was copied.
pub async fn create_with(
    app: &App,
    who: &Who,
    command: &Command,
    organization: Option<Uuid>,
    input: CallInput,
    (settings, source): (Settings, Option<Uuid>),
) -> Result<Done, Refusal> {
    let Some(account) = who.account() else { return Err(Refusal::SignedOut) };
    let offices = who.organizations(&[Role::LeadOffice]);
    let office = match (organization.or(command.acting_for), offices.as_slice()) {
        (Some(office), _) if offices.contains(&office) => office,
        (None, [only]) => *only,
        (None, [_, _, ..]) => return Err(Refusal::rule("choose-organization")),
        (Some(_), _) | (None, []) => return Err(Refusal::NotAllowed),
    };
    let input = input.parse()?;
    form::days::within(app, &input)?;
    let path =
        organization::Entity::find_by_id((who.tenant, office)).one(app.db.read()).await?.ok_or(Refusal::NotFound)?.path;
    app.act(who, command, move |step| async move {
        let id = step.new_id();
        let row = call::ActiveModel {
            tenant_id: Set(step.who().tenant),
            id: Set(id),
            organization_id: Set(office),
            path: Set(path),
            title: Set(input.title.clone()),
            summary: Set(input.summary),
            guide: Set(input.guide),
            form: Set(form::kept(&input.sections, &input.form)?),
            rubric: Set(serde_json::to_value(&input.rubric)?),
            ceiling: Set(input.ceiling),
            cap: Set(input.cap),
            risk_notice: Set(input.risk_notice),
            privacy_notice: Set(input.privacy_notice),
            contact: Set(input.contact),
            preview_at: Set(None),
            opens_at: Set(input.opens_at),
            closes_at: Set(input.closes_at),
            notice_days: Set(input.notice_days),
            notice_started_at: Set(None),
            notice_ends_at: Set(None),
            min_reviews: Set(input.min_reviews),
            author_id: Set(account),
            approved_by: Set(None),
            extended: Set(false),
            suspended_at: Set(None),
            reason: Set(None),
            state: Set(CallState::Draft),
            version: Set(1),
            created_at: Set(step.now()),
        };
        row.insert(step.tx()).await?;
        step.created::<CallMachine>(id, CallState::Draft, json!({ "title": input.title }));
        desk::settings::insert(&step, id, settings, source).await?;
        Ok(Done { id, version: 1 })
    })
    .await
}

/// Replaces the content of a draft. Whoever does so is its author from then on, and cannot approve it.
pub async fn edit(app: &App, who: &Who, command: &Command, id: Uuid, input: CallInput) -> Result<Done, Refusal> {
    let row = find_visible(app.db.read(), who, id).await?;
    permit::<CallMachine>(who, CallEvent::Submit, &place(&row))?;
    let Some(account) = who.account() else { return Err(Refusal::SignedOut) };
    command.check_version(row.version)?;
    rules::editable(row.state)?;
    let before = CallInput::of(&row)?;
    let input = input.parse()?;
    form::days::within(app, &input)?;
    let changed = changed_parts(&before, &input)?;
    app.act(who, command, move |step| async move {
        step.touch::<CallMachine>(id, (row.state, row.version), "edited", json!({ "changed": changed })).await?;
        let set = [
            (call::Column::Title, Expr::value(input.title)),
            (call::Column::Summary, Expr::value(input.summary)),
            (call::Column::Guide, Expr::value(input.guide)),
            (call::Column::Form, Expr::value(form::kept(&input.sections, &input.form)?)),
            (call::Column::Rubric, Expr::value(serde_json::to_value(&input.rubric)?)),
            (call::Column::Ceiling, Expr::value(input.ceiling)),
            (call::Column::Cap, Expr::value(input.cap)),
            (call::Column::RiskNotice, Expr::value(input.risk_notice)),
            (call::Column::PrivacyNotice, Expr::value(input.privacy_notice)),
            (call::Column::Contact, Expr::value(input.contact)),
            (call::Column::OpensAt, Expr::value(input.opens_at)),
            (call::Column::ClosesAt, Expr::value(input.closes_at)),
            (call::Column::NoticeDays, Expr::value(input.notice_days)),
            (call::Column::MinReviews, Expr::value(input.min_reviews)),
            (call::Column::AuthorId, Expr::value(account)),
        ];
        write(&step, id, set).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// The names of the parts that differ, for the history.
fn changed_parts(before: &CallInput, after: &CallInput) -> Result<Vec<String>, Refusal> {
    let (Value::Object(before), Value::Object(after)) = (serde_json::to_value(before)?, serde_json::to_value(after)?)
    else {
        return Ok(Vec::new());
    };
    Ok(after.into_iter().filter(|(name, value)| before.get(name) != Some(value)).map(|(name, _)| name).collect())
}

/// Hands a draft to a second person.
pub async fn submit(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let row = may_cause(app, who, command, id, CallEvent::Submit).await?;
    rules::complete(&row, form_of(&row)?.len(), &rubric_of(&row)?)?;
    rules::dates(&row, app.now())?;
    desk::documents::published(app, &row).await?;
    desk::ceilings::still_asked(app.db.read(), &row).await?;
    app.act(who, command, move |step| async move {
        advance(&step, &row, CallEvent::Submit, json!({})).await?;
        let values = json!({ "title": row.title });
        desk::reminders::await_second(&step, id).await?;
        tell_role(&step, &[Role::LeadOffice], row.organization_id, "notice-call-submitted", values, office_link(id))
            .await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Gives a call back to its author with what is wrong.
pub async fn return_to_author(app: &App, who: &Who, command: &Command, id: Uuid, why: &str) -> Result<Done, Refusal> {
    let row = may_cause(app, who, command, id, CallEvent::Return).await?;
    let why = reason(why)?;
    app.act(who, command, move |step| async move {
        advance(&step, &row, CallEvent::Return, json!({ "reason": why })).await?;
        write(&step, id, [(call::Column::Reason, Expr::value(why.clone()))]).await?;
        let values = json!({ "title": row.title, "reason": why });
        tell(&step, row.author_id, "notice-call-returned", values, office_link(id), false).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Publishes a call as a preview; it opens and closes by timers from now on.
pub async fn approve(app: &App, who: &Who, command: &Command, id: Uuid) -> Result<Done, Refusal> {
    let row = may_cause(app, who, command, id, CallEvent::Approve).await?;
    let account = who.account();
    rules::four_eyes(row.author_id, account)?;
    rules::dates(&row, app.now())?;
    desk::settings::commanded(app, &row).await?;
    let (Some(opens), Some(closes)) = (row.opens_at, row.closes_at) else {
        return Err(Refusal::of("call-dates-passed", "M1"));
    };
    app.act(who, command, move |step| async move {
        advance(&step, &row, CallEvent::Approve, json!({ "opens_at": opens, "closes_at": closes })).await?;
        let set = [
            (call::Column::ApprovedBy, Expr::value(account)),
            (call::Column::PreviewAt, Expr::value(step.now())),
            (call::Column::Reason, Expr::value(Option::<String>::None)),
        ];
        write(&step, id, set).await?;
        step.set_timer(OPEN_TIMER, id.to_string(), opens, (CallMachine::KIND, id), json!({ "id": id })).await?;
        step.set_timer(CLOSE_TIMER, id.to_string(), closes, (CallMachine::KIND, id), json!({ "id": id })).await?;
        desk::reminders::soon(&step, id, closes).await?;
        desk::followers::tell_of_next(&step, &row).await?;
        tell(&step, row.author_id, "notice-call-approved", json!({ "title": row.title }), office_link(id), false)
            .await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Moves the end of an open call, once, for all alike. Everybody who is writing or has written a proposal is told.
pub async fn extend(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    until: Millis,
    why: &str,
) -> Result<Done, Refusal> {
    let row = may_cause(app, who, command, id, CallEvent::Extend).await?;
    let why = reason(why)?;
    rules::extension(&row, until, app.now())?;
    app.act(who, command, move |step| async move {
        let payload = json!({ "closes_at": [row.closes_at, until], "reason": why });
        advance(&step, &row, CallEvent::Extend, payload).await?;
        let set = [
            (call::Column::ClosesAt, Expr::value(until)),
            (call::Column::Extended, Expr::value(true)),
            (call::Column::Reason, Expr::value(why)),
        ];
        write(&step, id, set).await?;
        step.set_timer(CLOSE_TIMER, id.to_string(), until, (CallMachine::KIND, id), json!({ "id": id })).await?;
        let values = json!({ "title": row.title, "until": crate::http::components::exact(until) });
        desk::reminders::soon(&step, id, until).await?;
        tell_followers(&step, id, proposers(&step, id).await?, "notice-call-extended", values).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// What a timer does to a call: opens or closes it. A call that has moved on already is left as it is.
pub async fn by_timer(app: &App, who: &Who, id: Uuid, event: CallEvent) -> Result<(), Refusal> {
    let row = super::queries::find(app.db.read(), who.tenant, id).await?;
    permit::<CallMachine>(who, event, &place(&row))?;
    if CallMachine::next(row.state, event).is_none() {
        return Ok(());
    }
    app.act(who, &Command::default(), move |step| async move {
        advance(&step, &row, event, json!({})).await?;
        if event == CallEvent::Open {
            let values = json!({ "title": row.title });
            tell_followers(&step, id, BTreeSet::new(), "notice-call-opened", values).await?;
        }
        if event == CallEvent::Close {
            desk::settings::unseal(&step, id).await?;
            if !desk::settings::steps(step.tx(), step.who().tenant, id).await?.screening {
                let closed = call::Model { state: CallState::Screening, version: row.version + 1, ..row.clone() };
                crate::proposals::screening::pass(&step, &closed).await?;
            }
            let values = json!({ "title": row.title });
            tell_role(&step, &[Role::LeadOffice], row.organization_id, "notice-call-closed", values, office_link(id))
                .await?;
        }
        Ok(())
    })
    .await
}

/// The call, if this person may cause this event on the version they saw.
pub async fn may_cause(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    event: CallEvent,
) -> Result<call::Model, Refusal> {
    let row = find_visible(app.db.read(), who, id).await?;
    permit::<CallMachine>(who, event, &place(&row))?;
    command.check_version(row.version)?;
    if CallMachine::next(row.state, event).is_none() {
        // The same refusal that the step would give, before any guard speaks about a call that is elsewhere.
        return Err(crate::lifecycle::wrong_state::<CallMachine>(row.state, event));
    }
    Ok(row)
}

/// Moves a call within a step of this or a later feature.
pub async fn advance(step: &Step, row: &call::Model, event: CallEvent, payload: Value) -> Result<CallState, Refusal> {
    step.advance::<CallMachine>(row.id, (row.state, row.version), event, payload).await
}

/// Writes columns of a call whose version the same step has just raised.
pub async fn write(
    step: &Step,
    id: Uuid,
    set: impl IntoIterator<Item = (call::Column, SimpleExpr)>,
) -> Result<(), Refusal> {
    let mut update = call::Entity::update_many()
        .filter(call::Column::TenantId.eq(step.who().tenant))
        .filter(call::Column::Id.eq(id));
    for (column, value) in set {
        update = update.col_expr(column, value);
    }
    update.exec(step.tx()).await?;
    Ok(())
}

/// Who is writing or has handed in a proposal for this call.
pub async fn proposers(step: &Step, id: Uuid) -> Result<BTreeSet<Uuid>, Refusal> {
    let rows: Vec<Uuid> = proposal::Entity::find()
        .select_only()
        .column(proposal::Column::OwnerId)
        .distinct()
        .filter(proposal::Column::TenantId.eq(step.who().tenant))
        .filter(proposal::Column::CallId.eq(id))
        .filter(proposal::Column::State.ne(ProposalState::Withdrawn))
        .into_tuple()
        .all(step.tx())
        .await?;
    Ok(rows.into_iter().collect())
}

pub(super) fn office_link(id: Uuid) -> String {
    format!("/office/calls/{id}")
}
